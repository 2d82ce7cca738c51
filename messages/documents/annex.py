"""An annex of a Word document: a landscape section with one ruled table, its head repeated on every page. A thousand
rows are written as XML at once, which the library's own cells would take minutes for."""

from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from messages.documents import paper, text
from messages.documents.paper import Type
from messages.documents.profiles import Profile

Align = Literal["left", "center", "right"]
_TWIPS = 1440 / 25.4  # a millimetre


@dataclass(frozen=True)
class Column:
    """One column: its heading, its share of the width, how its cells stand."""

    heading: str
    share: float
    align: Align = "left"


@dataclass(frozen=True)
class Annex:
    """A title, lines below it, columns, rows of as many cells; `total` () leaves the last row out."""

    title: str
    below: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    label: str = "PHỤ LỤC"


def add(document: Document, profile: Profile, annex: Annex) -> None:
    """Add the annex as a section of its own after all that is there."""
    _turn(document, profile)
    size = profile.sizes
    paper.put(document.add_paragraph(), annex.label, Type(size.body, bold=True))
    paper.put(document.add_paragraph(), annex.title, Type(size.body, bold=True))
    for line in annex.below:
        paper.put(document.add_paragraph(), line, Type(size.annex, italic=True))
    paper.put(document.add_paragraph(), "", Type(5))
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(_table(annex, profile)))  # the last child is the section's own


def _turn(document: Document, profile: Profile) -> None:
    section, page = document.add_section(WD_SECTION.NEW_PAGE), profile.page
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(page.height), Mm(page.width)
    section.top_margin, section.bottom_margin = Mm(page.top), Mm(page.bottom)
    section.left_margin, section.right_margin = Mm(page.bottom), Mm(page.right)
    section.different_first_page_header_footer = False  # its first page has a number too


def _table(annex: Annex, profile: Profile) -> str:
    room = (profile.page.height - profile.page.bottom - profile.page.right) * _TWIPS
    whole = sum(column.share for column in annex.columns)
    widths = [round(room * column.share / whole) for column in annex.columns]
    head = _row([column.heading for column in annex.columns], annex, widths, profile, bold=True, head=True)
    rows = "".join(_row(cells, annex, widths, profile) for cells in annex.rows)
    total = _row(annex.total, annex, widths, profile, bold=True) if annex.total else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    margins = "".join(f'<w:{side} w:w="57" w:type="dxa"/>' for side in ("left", "right"))
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{rows}{total}</w:tbl>"
    )


def _row(
    cells: list[str] | tuple[str, ...],
    annex: Annex,
    widths: list[int],
    profile: Profile,
    *,
    bold: bool = False,
    head: bool = False,
) -> str:
    """One row that no page break goes through."""
    made = "".join(
        _cell(words, width, "center" if head else column.align, profile.sizes.annex, bold=bold)
        for words, width, column in zip(cells, widths, annex.columns, strict=True)
    )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{made}</w:tr>"


def _cell(words: str, width: int, align: Align, size: float, *, bold: bool) -> str:
    weight, half = "<w:b/>" if bold else "", round(size * 2)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r><w:rPr>{weight}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text.clean(words))}</w:t></w:r></w:p></w:tc>'
    )
