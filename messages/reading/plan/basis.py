"""Finds the documents a plan names: number, day, issuer. What they say of days is never a term."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from messages.reading import almanac
from messages.reading.plan.shapes import Basis

_FLAGS = re.IGNORECASE
_KIND = (
    r"chỉ\s+thị|nghị\s+quyết|kết\s+luận|quy\s+định|quyết\s+định|kế\s+hoạch|hướng\s+dẫn|công\s+văn|chương\s+trình|thông\s+tri"
    r"|thông\s+báo|luật|bộ\s+luật|nghị\s+định|thông\s+tư|đề\s+án|báo\s+cáo|tờ\s+trình|văn\s+bản|điều\s+lệ|quy\s+chế|công\s+điện|pháp\s+lệnh|đề\s+cương|chương\s+trình\s+hành\s+động"
)
NUMBER = r"\d{1,5}\s?[-–/]\s?(?:\d{4}\s?/\s?)?[A-ZĐ][\wĐ]*(?:(?:\s?[-–/&]\s?|[.,])[A-ZĐ][\wĐ]*)*\d?"
_DAY = r"(?:ngày\s+)?(?P<d>\d{1,2})(?:\s?[/.-]\s?|\s+tháng\s+)(?P<m>\d{1,2})(?:\s?[/.-]\s?|\s+năm\s+)(?P<y>\d{4})"
_CITED = re.compile(
    rf"(?:(?i:số)\s*:?\s*)?(?<![\w/-])(?P<number>{NUMBER})(?P<when>\s*[,(]?\s*(?i:{_DAY})\)?)?", re.UNICODE
)
_BY = re.compile(r"\s*,?\s+(?i:của)\s+(?P<issuer>[^.;:()“”\"\n]{2,200})")
_WHEN = re.compile(rf"\s*,?\s*[(]?(?i:{_DAY})\)?")
_KIND_BEFORE = re.compile(rf"(?:{_KIND})(?:\s+(?:liên\s+tịch|hành\s+động|phối\s+hợp))?\s*(?:số:?\s*)?$", _FLAGS)
_DATED_OF = re.compile(
    r"(?<!\w)(?:Chỉ thị|Nghị quyết|Kết luận|Quy định|Quyết định|Hướng dẫn|Luật|Nghị định|Thông tư|Công văn|Kế hoạch)"
    rf"(?:\s+[^\s.;,:()]+){{0,12}}?,?\s*[(]?(?P<when>(?i:{_DAY}))\)?(?=\s+(?:của|về)\s|[,;.)\s]*$)"
)
_STOPS = re.compile(
    rf"\s+(?:về|ban\s+hành|quy\s+định|thực\s+hiện|trong|gắn|nhằm|để|và\s+(?i:các|những|{_KIND})|khóa\s+[IVX\d]+|tại|cho|đến|theo|đã|hướng\s+dẫn|được|,|là|do"
    r"|có|v/v|quy\s+chế|phê\s+duyệt|triển\s+khai|tổ\s+chức\s+(?!đảng|chính|đoàn|xã)|học\s+tập|ngày)(?=\s|$|,)"
)
_GOES_ON = re.compile(
    r",\s+(?!(?:Ban|Đảng|Ủy|Uỷ|Sở|Chi|Văn\s+phòng|Huyện|Tỉnh|Thành|Bộ|Liên|Hội|Đoàn|Công\s+đoàn|Thường)\s)[A-ZĐ][^\s,]*(?:\s+[^\s,]+){0,4}\s+và\s+[A-ZĐ]"
)
_ALIKE = re.compile(r"(?:,\s*|\s+và\s+|;\s*)$")
_BLANK = "\ue000"
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Cited:
    """A document named at `start:end`; `dates` are the places of its days there."""

    basis: Basis
    start: int
    end: int


def cited(text: str) -> Iterator[Cited]:
    """Give each document named in a paragraph."""
    for found in _CITED.finditer(text[:_LONGEST]):
        if not _is_document(text, found):
            continue
        by, day, end = _BY.match(text, found.end()), _day(found), found.end()
        issuer = _issuer(by["issuer"]) if by else None
        if by and day is None and (later := _WHEN.search(by["issuer"])) and later.start() <= len(issuer or "") + 2:
            day, end = _day(later), by.start("issuer") + later.end()
        yield Cited(Basis(number(found["number"]), day, issuer), found.start(), end)


def number(written: str) -> str:
    """Return a document's number without stray spaces, its hyphens plain."""
    return re.sub(r"\s+", "", written).replace("–", "-").rstrip(".,-/&")


def masked(text: str) -> str:
    """Return the text with documents' numbers and days blanked, letter for letter."""
    for each in cited(text):
        text = text[: each.start] + _BLANK * (each.end - each.start) + text[each.end :]
    for found in list(_DATED_OF.finditer(text)):
        if not re.search(
            r"(?:trước|chậm\s+nhất|hết|quá|hạn|xong|thời\s+gian)[^,;]{0,12}$", text[: found.start("when")], _FLAGS
        ):
            start, end = found.span("when")
            text = text[:start] + _BLANK * (end - start) + text[end:]
    return text


def _is_document(text: str, found: re.Match[str]) -> bool:
    """A number alone may be anything; with its kind, "số" or a day it is a document."""
    said = found.group().lower().startswith("số") or found["when"] is not None
    before = text[max(0, found.start() - 60) : found.start()]
    return (
        said
        or _KIND_BEFORE.search(before) is not None
        or (_ALIKE.search(before) is not None and "/" in found["number"])
    )


def _day(found: re.Match[str]) -> date | None:
    return almanac.exact(int(found["y"]), int(found["m"]), int(found["d"])) if found["d"] else None


def _issuer(said: str) -> str | None:
    """Cut what follows "của" where the issuer's name ends."""
    said = re.split(rf"[,;]\s+(?:{_KIND})\b", said, maxsplit=1, flags=_FLAGS)[0]
    if found := _STOPS.search(said):
        said = said[: found.start()]
    if "," in said and not _GOES_ON.search(said):
        said = said.split(",")[0]
    elif going := _GOES_ON.search(said):
        end = going.end() - 1
        rest = re.match(r"[^,]*", said[end:])
        said = said[:end] + (rest.group() if rest else "")
    return said.strip(" ,;-–") or None


def merged(found: Iterator[Basis]) -> tuple[Basis, ...]:
    """Return each document once, with what is known of it wherever it is named."""
    kept: dict[str, Basis] = {}
    for each in found:
        before = kept.get(each.number)
        if before is None:
            kept[each.number] = each
        else:
            kept[each.number] = Basis(each.number, before.date or each.date, before.issuer or each.issuer)
    return tuple(kept.values())
