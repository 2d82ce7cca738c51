"""A Word document laid out by a profile: margins, fonts, paragraphs and borderless two-column blocks. It knows
python-docx and no wording."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from xml.sax.saxutils import escape

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from messages.documents import text
from messages.documents.profiles import Profile

Align = Literal["left", "center", "right", "justify"]
_RULE_LINE = 3
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


@dataclass(frozen=True)
class Type:
    """How a line is set: size in points, weight, slant, underline, alignment, gaps around it in points."""

    size: float
    bold: bool = False
    italic: bool = False
    underline: bool = False
    align: Align = "center"
    before: float = 0
    after: float = 0


def blank(profile: Profile, title: str, made_at: datetime) -> Document:
    """Return an empty document on the profile's paper; made_at is aware and goes into its properties."""
    document = docx.Document()
    _set_page(document, profile)
    _set_font(document, profile)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "Trợ lý chi bộ", text.clean(title)[:255], ""
    properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None)
    return document


def put(paragraph: Paragraph, words: str, kind: Type) -> Paragraph:
    """Write one line into a paragraph and set it; control characters are dropped."""
    set_run(paragraph.add_run(text.clean(words)), kind)
    paragraph.alignment = _ALIGN[kind.align]
    paragraph.paragraph_format.space_before = Pt(kind.before)
    paragraph.paragraph_format.space_after = Pt(kind.after)
    return paragraph


def set_run(run: Run, kind: Type) -> None:
    """Give a run its size, weight, slant and underline."""
    run.font.size, run.bold, run.italic, run.underline = Pt(kind.size), kind.bold, kind.italic, kind.underline


def line(cell: _Cell, words: str, kind: Type) -> Paragraph:
    """Add one line to a cell, using the empty paragraph that every new cell begins with."""
    first = cell.paragraphs[0]
    unused = len(cell.paragraphs) == 1 and not first.runs
    return put(first if unused else cell.add_paragraph(), words, kind)


def prose(document: Document, profile: Profile, words: str, *, bold: bool = False) -> Paragraph:
    """Add a body paragraph: justified, first line indented, exact line height."""
    kind = Type(profile.sizes.body, bold=bold, align="justify", after=profile.body.after)
    paragraph = put(document.add_paragraph(), words, kind)
    paragraph.paragraph_format.first_line_indent = Mm(profile.body.first_line)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(profile.body.line)
    return paragraph


def proses(document: Document, profile: Profile, lines: Iterable[tuple[str, bool]]) -> None:
    """Add body paragraphs (words, bold) as `prose` does, thousands of them at once; a bold one stays with the next."""
    body, half = profile.body, round(profile.sizes.body * 2)
    shape = (
        f'<w:spacing w:before="0" w:after="{_twips(body.after)}" w:line="{_twips(body.line)}" '
        f'w:lineRule="exact"/><w:ind w:firstLine="{_twips(Mm(body.first_line).pt)}"/><w:jc w:val="both"/></w:pPr>'
    )
    made = "".join(
        f"<w:p><w:pPr>{'<w:keepNext/>' if bold else ''}{shape}"
        f'<w:r><w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text.clean(words))}</w:t></w:r></w:p>'
        for words, bold in lines
    )
    holder: Any = parse_xml(f"<w:body {nsdecls('w')}>{made}</w:body>")
    end = document.element.body[-1]  # the section's own
    for paragraph in list(holder):
        end.addprevious(paragraph)


def _twips(points: float) -> int:
    return round(points * 20)


def dotted(document: Document, profile: Profile) -> Paragraph:
    """Add a line of dots across the page, to be filled in by hand."""
    paragraph = prose(document, profile, "")
    end = Mm(profile.page.width - profile.page.left - profile.page.right)
    paragraph.paragraph_format.tab_stops.add_tab_stop(end, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    paragraph.add_run("\t")
    return paragraph


def two_columns(document: Document, profile: Profile, rows: int) -> list[tuple[_Cell, _Cell]]:
    """Add a borderless block of two columns that does not break inside a row; return its cells row by row."""
    table = document.add_table(rows, 2)
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    _remove_cell_margins(table)
    for column, width in zip(table.columns, (profile.columns.left, profile.columns.right), strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)  # Word reads the cells' widths, other programs the columns'
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return [(row.cells[0], row.cells[1]) for row in table.rows]


def rule(cell: _Cell, room: float, length: float) -> None:
    """Draw a centred solid rule of length in a cell room wide, both in millimetres; it takes hardly any height."""
    paragraph = line(cell, "", Type(1))
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Mm(max((room - length) / 2, 0))
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_RULE_LINE)
    borders = OxmlElement("w:pBdr")
    borders.append(_element("w:top", val="single", sz="6", space="1", color="000000"))
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *_AFTER_BORDERS)


def number_pages(document: Document, profile: Profile) -> None:
    """Number the pages at the top, as the profile says, from the second on."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    if profile.page_number == "none":
        return
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = _ALIGN[profile.page_number]
    run = paragraph.add_run()
    set_run(run, Type(profile.sizes.page_number))
    for part in (_element("w:fldChar", fldCharType="begin"), _page_code(), _element("w:fldChar", fldCharType="end")):
        run._r.append(part)


def first_page_note(document: Document, profile: Profile, words: str) -> None:
    """Put a small note at the foot of the first page only."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    put(section.first_page_footer.paragraphs[0], words, Type(profile.sizes.note, italic=True))


def fill(words: str, **values: str) -> str:
    """Put values in the place of {name}; everything else, other braces too, stays as it is written."""
    for name, value in values.items():
        words = words.replace("{" + name + "}", value)
    return words


def saved(document: Document) -> bytes:
    """Return the document as .docx."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# What the schema of w:pPr wants after the borders, as far as it is used here.
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _set_page(document: Document, profile: Profile) -> None:
    section, page = document.sections[0], profile.page
    section.page_width, section.page_height = Mm(page.width), Mm(page.height)
    section.top_margin, section.bottom_margin = Mm(page.top), Mm(page.bottom)
    section.left_margin, section.right_margin = Mm(page.left), Mm(page.right)
    section.header_distance = section.footer_distance = Mm(page.header)


def _set_font(document: Document, profile: Profile) -> None:
    """Name the font for every script: Word picks eastAsia or cs for some letters and would change the type."""
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = profile.font, Pt(profile.sizes.body)
    properties = style.element.get_or_add_rPr()
    for script in ("w:eastAsia", "w:cs"):
        properties.rFonts.set(qn(script), profile.font)
    properties.append(_element("w:lang", val="vi-VN", eastAsia="vi-VN"))


def _remove_cell_margins(table: Table) -> None:
    """The columns' widths are meant for the words alone, to line up with the text below."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("w:left", "w:right"):
        margins.append(_element(side, w="0", type="dxa"))
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")


def _page_code() -> Any:
    code = OxmlElement("w:instrText")
    code.text = "PAGE"
    return code


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
