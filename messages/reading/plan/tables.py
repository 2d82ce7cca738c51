"""Reads a table of tasks: which column is what, a duty a row. Knows no paragraph."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from messages.reading.plan import basis, when, who, words
from messages.reading.plan.moments import Anchor, day_before
from messages.reading.plan.shapes import Duty, Table, When

_HEADER_ROWS = 4
_EMPTY = {"", "-", "–", "nt", "như trên", "“", '"', "//", "nêu trên"}
_LONGEST = 600


def duties(table: Table, anchor: Anchor, part: str) -> Iterator[Duty]:
    """Give a duty for each row that says what is to be done."""
    header = _header(table.rows)
    if header is None:
        return
    at, columns = header
    carried: dict[str, str] = {}
    section, term = "", None
    strict = "when" in columns and _is_strict(table.rows[at][columns["when"]])
    for row in table.rows[at + 1 :]:
        cells = {name: row[column].strip() for name, column in columns.items() if column < len(row)}
        if _is_section(row, cells):
            section = next(each for each in row if each.strip() and not _is_number(each))
            term = next((each.when for each in when.find(section, anchor, alone=True)), None)
            continue
        if not _same(cells.get("what", "")) and cells.get("what"):
            for each in _of_row(row, _carried(cells, carried), anchor, part, section):
                timed = _under(each, section, term)
                yield replace(timed, when=_strictly(timed.when)) if strict else timed


def _under(duty: Duty, section: str, term: When | None) -> Duty:
    """Give a row without a term that of the section it stands in: "Tháng 4/2025"."""
    if term is None or duty.when.mode != "none":
        return duty
    return replace(duty, when=term, sentence=f"{section}: {duty.sentence}")


def _is_strict(heading: str) -> bool:
    """Say whether days stand below "Hoàn thành trước"."""
    return re.search(r"\strước(?:\sngày)?$", f" {words.plain(heading)}") is not None


def _strictly(term: When) -> When:
    if term.mode != "by" or term.due_date is None or term.due_date != term.last_on_time:
        return term
    return replace(term, mode="before", last_on_time=day_before(term.due_date), strictly_before=True)


def _header(rows: Sequence[tuple[str, ...]]) -> tuple[int, Mapping[str, int]] | None:
    for n, row in enumerate(rows[:_HEADER_ROWS]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row):
            name = words.column_names().get(words.plain(cell)) or _likely(words.plain(cell))
            if name:
                columns.setdefault(name, place)
        if "when" in columns and "what" not in columns and (first := _unnamed(row, columns)) is not None:
            columns["what"] = first
        if "what" in columns and ({"when", "who"} & set(columns)):
            return n, columns
    return None


def _unnamed(row: Sequence[str], columns: Mapping[str, int]) -> int | None:
    """Return the first column of some other name ("Tên chuyên đề"): beside a term it says what is to be done."""
    return next((n for n, cell in enumerate(row) if cell.strip() and n not in columns.values()), None)


def _likely(heading: str) -> str | None:
    """Guess a heading that begins with one that is known ("Thời gian hoàn thành (dự kiến)")."""
    known = sorted(words.column_names(), key=len, reverse=True)
    return next((words.column_names()[each] for each in known if heading.startswith(each + " ")), None)


def _is_section(row: Sequence[str], cells: Mapping[str, str]) -> bool:
    filled = {each.strip() for each in row if each.strip() and not _is_number(each)}
    return (len(filled) == 1 and not (cells.get("when") or cells.get("who"))) or (
        len(set(row)) == 1 and bool(row[0].strip())
    )


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"\s*(?:[IVXivx]+|\d{1,3}(?:\.\d+)*|[A-Za-z])[.)]?\s*", cell) is not None


def _same(cell: str) -> bool:
    return cell.strip().lower() in _EMPTY


def _carried(cells: dict[str, str], carried: dict[str, str]) -> dict[str, str]:
    """Fill cells left empty, or "nt", from the row above: merged cells."""
    for name in ("who", "when", "to"):
        if name in cells and _same(cells[name]):
            cells[name] = carried.get(name, "")
        elif name in cells:
            carried[name] = cells[name]
    return cells


def _of_row(row: Sequence[str], cells: Mapping[str, str], anchor: Anchor, part: str, section: str) -> Iterator[Duty]:
    text, named = cells["what"].strip(" .;"), cells.get("who", "").strip(" .;") or None
    sentence = " | ".join(dict.fromkeys(each.strip() for each in row if each.strip()))
    to = cells.get("to") or who.report_to(basis.masked(text))
    found = when.find(cells.get("when", ""), anchor, alone=True)
    terms = [each.when for each in found] or [each.when for each in when.find(basis.masked(text), anchor)] or [When()]
    if named is None and (subject := who.subject(text)):
        named = subject[0]
    for term in terms:
        yield Duty(text[:_LONGEST], sentence, named, term, to or None, part or section)
