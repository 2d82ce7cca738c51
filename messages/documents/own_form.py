"""Fills an office's own .docx or .xlsx with values: placeholders reach plain values alone, never an attribute, call or
program. What a placeholder asks for that is not there is named, all of it at once, with what comes nearest."""

import difflib
import io
import re
from collections.abc import Iterator, Mapping
from copy import copy
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import jinja2
from docxtpl import DocxTemplate
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from messages import numbers
from messages.documents import sheets, text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Values = Mapping[str, Any]
"""{name: text | number | date | None | list of Values | Values}: nothing else is ever reached."""
MOST_ROWS = 20_000  # cells of an .xlsx are looked at up to this row
NEAR = 3  # names proposed
DAY_WIDTH = 12  # letters; a column as wide as Excel makes it shows ### for a day
_HOLE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_TAG = re.compile(r"<[^>]+>")
_FILTERS = ("upper", "lower", "default", "join", "length")


UNREADABLE = ("tệp này không mở được để điền",)
"""The problem of a file that no library can fill in: it says less than any other."""


class FormError(Exception):
    """`problems`: everything that is wrong with a form, a line each, in the office's words."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def fill(name: str, content: bytes, values: Values) -> bytes:
    """Return the filled form; raise FormError naming every placeholder that means nothing."""
    return fill_sheet(content, values) if name.lower().endswith(".xlsx") else fill_document(content, values)


def paths(values: Values, above: str = "") -> Iterator[str]:
    """Give every name a placeholder can have; those of a list's rows as "list.name"."""
    for name, value in values.items():
        path = f"{above}{name}"
        yield path
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, Mapping):
            yield from paths(inner, f"{path}.")


def _unknown(path: str, values: Values) -> str:
    known = list(paths(values))
    near = difflib.get_close_matches(path, known, NEAR, 0.5)
    last = path.rpartition(".")[2]
    near += [each for each in known if each.rpartition(".")[2] == last and each not in near]
    return f"{{{{ {path} }}}}: không có" + (f"; gần nhất: {', '.join(near[:NEAR])}" if near else "")


# Word


class _Sandbox(SandboxedEnvironment):
    """Names lead through mappings and lists alone; nothing can be called, multiplied or looked into."""

    intercepted_binops = frozenset({"*", "**", "%", "//", "/"})

    def __init__(self, values: Values) -> None:
        super().__init__(undefined=_recording(found := dict[str, None]()), finalize=_written, autoescape=True)
        self.values, self.missing = values, found
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.tests = {name: self.tests[name] for name in ("defined", "undefined", "none", "equalto", "==")}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look a name up in a mapping of ours."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Look a name up in a mapping, a number in a list; anything else is not there."""
        if isinstance(obj, jinja2.Undefined):
            return obj
        if isinstance(obj, jinja2.runtime.LoopContext) and argument in ("index", "first", "last"):
            return getattr(obj, argument)
        if type(obj) is dict and argument in obj:
            return obj[argument]
        if type(obj) is list and isinstance(argument, int) and 0 <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=str(argument))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Let no attribute through."""
        return False

    def is_safe_callable(self, obj: Any) -> bool:
        """Let nothing be called."""
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Refuse what can make much of little."""
        raise SecurityError(f"{operator}")


def _recording(found: dict[str, None]) -> type[jinja2.Undefined]:
    """Return a kind of undefined that writes itself down and prints as nothing."""

    class Missing(jinja2.Undefined):
        def _note(self) -> None:
            found[str(self._undefined_name)] = None

        def __str__(self) -> str:
            self._note()
            return ""

        def __html__(self) -> str:
            return str(self)

        def __iter__(self) -> Iterator[Any]:
            self._note()
            return iter(())

        def __len__(self) -> int:
            self._note()
            return 0

        def __bool__(self) -> bool:
            self._note()
            return False

    return Missing


def _written(value: Any) -> Any:
    """Write a number or date as office texts do; nothing at all for None."""
    if value is None:
        return ""
    if isinstance(value, Mapping | list):
        raise ValueError("a group is no value")
    if isinstance(value, bool | float | jinja2.Undefined):
        return value
    if isinstance(value, int):
        return numbers.count(value)
    if isinstance(value, datetime):
        return numbers.moment(value)
    if isinstance(value, date):
        return numbers.full_date(value)
    return "\n".join(text.clean_lines(value)) if type(value) is str else value


def fill_document(content: bytes, values: Values) -> bytes:
    """Fill a .docx."""
    sandbox = _Sandbox(values)
    template = DocxTemplate(io.BytesIO(content))
    try:
        template.render(dict(values), jinja_env=sandbox, autoescape=True)
    except jinja2.TemplateSyntaxError as error:
        raise FormError([f"dấu {{{{ }}}} hoặc {{% %}} viết chưa đúng{_where(error)}"]) from None
    except SecurityError:
        raise FormError(["chỉ được ghi tên trong {{ }}, không được gọi lệnh hay tính toán"]) from None
    except (TypeError, ValueError, jinja2.TemplateError):
        raise FormError(["có chỗ trong {{ }} hoặc {% %} không dùng được; chỉ ghi tên, {% for %}, {% if %}"]) from None
    if sandbox.missing:
        raise FormError([_unknown(_whole(name, content, values), values) for name in sandbox.missing])
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def _where(error: jinja2.TemplateSyntaxError) -> str:
    lines = [_TAG.sub("", str(line)).strip() for line in getattr(error, "docx_context", ())]
    near = next((line for line in lines if "{" in line), "")
    return f", gần “{near[:80]}”" if near else ""


def _whole(name: str, content: bytes, values: Values) -> str:
    """Return the placeholder as it is written where its last name is unknown."""
    source = DocxTemplate(io.BytesIO(content))
    source.init_docx()
    written = re.findall(r"[\w.]+", _TAG.sub("", source.patch_xml(source.get_xml())))
    known = set(paths(values))
    return next((each for each in written if each.rpartition(".")[2] == name and each not in known), name)


# Excel: {{ name }} in cells; a row with {{ list.name }} is repeated for each row of the list


def fill_sheet(content: bytes, values: Values) -> bytes:
    """Fill an .xlsx: its own formulas stay, no text of ours becomes one."""
    import openpyxl  # slow to load, and needed for such a form alone

    book = openpyxl.load_workbook(io.BytesIO(content))
    problems: dict[str, None] = {}
    for page in book.worksheets:
        for n in range(min(page.max_row, MOST_ROWS), 0, -1):  # from below: what is put in moves nothing above
            _fill_row(page, n, values, problems)
    if problems:
        raise FormError(list(problems))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill_row(page: "Worksheet", n: int, values: Values, problems: dict[str, None]) -> None:
    cells = [cell for cell in page[n] if isinstance(cell.value, str) and "{{" in cell.value]
    asked = [path for cell in cells for path in _HOLE.findall(str(cell.value))]
    lists = {path.partition(".")[0] for path in asked if isinstance(values.get(path.partition(".")[0]), list)}
    if len(lists) > 1:
        problems[f"dòng {n}: một dòng chỉ lặp theo một danh sách, đang có {', '.join(sorted(lists))}"] = None
    elif lists:
        _repeat(page, n, lists.pop(), values, problems)
    else:
        for cell in cells:
            _fill_cell(cell, str(cell.value), values, problems)


def _repeat(page: Any, n: int, name: str, values: Values, problems: dict[str, None]) -> None:
    rows, pattern = values[name], [(cell.value, cell) for cell in page[n]]
    from openpyxl.cell.cell import MergedCell

    sources = [(value, copy(cell._style)) for value, cell in pattern]
    height = page.row_dimensions[n].height
    _make_room(page, n, len(rows) - 1)
    for k in range(max(len(rows), 1)):
        inner = {**values, name: rows[k]} if rows else {**values, name: {}}
        page.row_dimensions[n + k].height = height
        for column, (value, style) in enumerate(sources, start=1):
            cell = page.cell(n + k, column)
            if isinstance(cell, MergedCell):
                continue
            cell._style = copy(style)
            if not rows and isinstance(value, str) and "{{" in value:
                cell.value = None
            elif isinstance(value, str) and "{{" in value:
                _fill_cell(cell, value, inner, problems)
            else:
                cell.value = value


def _make_room(page: "Worksheet", n: int, more: int) -> None:
    """Move all below row n down, joined cells and heights too."""
    if more <= 0 or page.max_row <= n:
        return
    heights = {row: page.row_dimensions[row].height for row in range(n + 1, page.max_row + 1)}
    below = [joined for joined in page.merged_cells.ranges if joined.min_row > n]
    for joined in below:
        page.unmerge_cells(str(joined))
    page.move_range(f"A{n + 1}:{page.cell(page.max_row, page.max_column).coordinate}", rows=more, translate=True)
    for joined in below:
        joined.shift(row_shift=more)
        page.merge_cells(joined.coord)
    for row, height in heights.items():
        page.row_dimensions[row + more].height = height


def _fill_cell(cell: Any, words: str, values: Values, problems: dict[str, None]) -> None:
    """Put values in; a placeholder that is the whole cell stays a number or a date."""
    holes, before = _HOLE.findall(words), cell.number_format
    found = {path: _look(path, values, problems) for path in holes}
    if len(holes) == 1 and _HOLE.fullmatch(words.strip()):
        _put(cell, found[holes[0]])
        _show(cell, found[holes[0]], before)
    elif "{{" in _HOLE.sub("", words):
        problems[f"ô {cell.coordinate}: “{words[:60]}” viết chưa đúng, cần {{{{ tên }}}}"] = None
    else:
        _put(cell, _HOLE.sub(lambda hole: str(_written(found[hole[1]])), words))


def _show(cell: Any, value: Any, before: str) -> None:
    """Let days and rates be read as such where the form itself did not say how, in a column wide enough for a day."""
    from openpyxl.styles.numbers import is_date_format

    if isinstance(value, float) and before == "General":
        cell.number_format = sheets.SHARE
    elif isinstance(value, date):
        if not is_date_format(before):
            cell.number_format = sheets.MOMENT if isinstance(value, datetime) else sheets.DAY
        columns = cell.parent.column_dimensions
        if not any(each.min and each.min <= cell.column <= each.max for each in columns.values()):
            columns[cell.column_letter].width = DAY_WIDTH


def _look(path: str, values: Values, problems: dict[str, None]) -> Any:
    here: Any = values
    for name in path.split("."):
        if not isinstance(here, Mapping) or name not in here:
            problems[_unknown(path, values)] = None
            return None
        here = here[name]
    if isinstance(here, Mapping | list):
        problems[f"{{{{ {path} }}}}: là một nhóm, cần thêm tên sau dấu chấm"] = None
        return None
    return here


def _put(cell: Any, value: Any) -> None:
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    cell.value = text.clean(value) or None if isinstance(value, str) else value
    if isinstance(cell.value, str):
        cell.data_type, cell.quotePrefix = "s", cell.value[0] in "=+-@"
