"""Decides whether "a/b" is a day of a month or so many of so many; knows the words around it and nothing else."""

import functools
import re
from dataclasses import dataclass
from typing import Literal

from messages.reading import fold

Kind = Literal["date", "count", "fraction", "unclear"]
Bare = Literal[
    "date", "count", "ask"
]  # what "6/7" alone is taken for: the answer to a date or a number question, or neither

_WHOLE = r"(\d{1,3}(?:\.\d{3})+|\d{1,6})"
_PAIR = re.compile(rf"(?<![\d/.:,-]){_WHOLE} ?/ ?{_WHOLE}(?: ?/ ?(\d{{4}}|\d{{2}}))?(?![\d/%]|[.:-]\d)")
_MONTH_OF_YEAR = re.compile(r"(?:0?[1-9]|1[0-2]) ?/ ?(?:19|20)\d\d$")
_PEOPLE = (
    "đồng chí",
    "đảng viên",
    "người",
    "dự",
    "có mặt",
    "quần chúng",
    "đại biểu",
    "cán bộ",
    "thành viên",
    "vắng",
    "đi học",
    "tham gia",
)
_COUNT_LEADS = (
    "dự",
    "có mặt",
    "đủ",
    "quân số",
    "sĩ số",
    "đảng viên",
    "đồng chí",
    "người",
    "đạt",
    "số lượng",
    "quần chúng",
    "tham gia",
    "kết quả",
)
_DATE_LEADS = (
    *(
        "ngày",
        "hôm",
        "bữa",
        "sáng",
        "trưa",
        "chiều",
        "tối",
        "đến",
        "tới",
        "trước",
        "hết",
        "lùi",
        "từ",
        "sang",
        "qua",
        "vào",
        "hạn",
        "khất",
    ),
    *(
        "hẹn",
        "hẹn anh",
        "hẹn chị",
        "hẹn em",
        "hẹn đồng chí",
        "nộp",
        "gửi",
        "nợ",
        "hoãn",
        "dời",
        "hai",
        "ba",
        "tư",
        "năm",
        "sáu",
        "bảy",
        "nhật",
        "lịch",
        "chậm nhất",
        "mùng",
        "xin",
        "cho",
        "tức là",
        "tức",
        "cụ thể là",
        "thời gian",
        "thời điểm",
    ),
)
_ACTS = ("họp", "học", "tổ chức", "làm", "triển khai", "sinh hoạt", "quán triệt", "đăng", "mở", "xong")
_ROUGHLY = ("hơn", "gần", "khoảng", "quá", "trên", "chưa đến", "chừng")
_CAME = re.compile(r" (?:d[uự]|c[oó] m[aặ]t|v[aắ]ng|tham gia) ?:? ?\d+")  # "học 16/5 dự 30"
_MOVED_TO = re.compile(r"(?<!\w)(?:d[oờ]i|l[uù]i|chuy[eể]n|ho[aã]n|kh[aấ]t) qua $")  # "dời qua 3/6"
_INSTEAD = re.compile(r"(?<!\w)(?:k[iị]p|h[aạ]n|thay v[iì]) \d+ ?/ ?\d+ ?,? $")  # "không kịp 30/5, 5/6 nhé"
_LAST_MONTH, _LAST_DAY = 12, 31
_WEEKDAY = re.compile(
    r"(?<!\w)(?:th[uứ] (?:hai|ba|t[uư]|n[aă]m|s[aá]u|b[aả]y|[2-7])|ch[uủ] nh[aậ]t)"
    r"(?: tu[aầ]n \w+(?: n[uữ]a)?| n[aà]y| t[oớ]i)? ?[,(]? ?(?:ng[aà]y |l[aà] |t[uứ]c )?$"
)
_THEN_ACT = re.compile(  # "3/6 em nộp được không"
    r" (?:(?:th[iì]|em|t[oô]i|tui|m[iì]nh|b[eê]n|ch[uú]ng|b[oọ]n|chi b[oộ]|s[eẽ]|m[oớ]i) ){0,4}"
    r"(?:n[oộ]p|g[uử]i|h[oọ]p|t[oổ] ch[uứ]c|[dđ][uư][oợ]c kh[oô]ng)(?!\w)"
)
_WHO_ACTED = re.compile(  # "1/6 bọn em có tổ chức rồi"
    r" (?:em|t[oô]i|tui|m[iì]nh|(?:b[eê]n|b[oọ]n|t[uụ]i|ch[uú]ng|chi b[oộ]) (?:em|t[oô]i|tui|m[iì]nh|anh))"
    r"(?: (?:c[oó]|[dđ][aã]|v[uừ]a|c[uũ]ng|m[oớ]i|[dđ][eề]u))*"
    r" (?:l[aà]m|h[oọ]c|h[oọ]p|t[oổ] ch[uứ]c|n[oộ]p|g[uử]i|sinh ho[aạ]t|ho[aà]n th[aà]nh|tri[eể]n khai|xong)(?!\w)"
)
_COUNTED = re.compile(r"(?<!\w)(?:qu[aâầ]n ch[uú]ng|[dđ][aả]ng vi[eê]n|v[aắ]ng|c[oó] m[aặ]t|\d+ ?%)")
_SAID_APART = re.compile(  # "báo cáo, 6/12, quân số 21, có mặt đủ 21": the figures have words of their own
    r" ?[,;.] ?(?:qu[aâ]n s[oố]|s[iĩ] s[oố]|c[oó] m[aặ]t|d[uự])(?: [đd][uủ]| c[oó])? ?:? ?\d+(?! ?/)"
)
_NEXT_PAIR = re.compile(r"[^,.;]{0,20}\d+ ?/ ?\d")  # with the words it belongs to
_COUNTED_BEFORE = re.compile(  # "dự 19/20 đảng viên 15/5": the members have their figure
    r"\d ?/ ?\d+ (?:[dđ][aả]ng vi[eê]n|[dđ][oồ]ng ch[ií]|ng[uư][oờ]i) ?$"
)
_LUNAR = re.compile(r" (?:[aâ]m|al)(?!\w)")
_NEAR = 40  # characters on either side that can decide


@dataclass(frozen=True, slots=True)
class Pair:
    """One "a/b" (or "a/b/c", c a year) of a normal text."""

    start: int
    end: int
    first: int
    second: int
    year: int | None
    kind: Kind


def find(normal: str, *, bare: Bare, dated: bool = False) -> tuple[Pair, ...]:
    """Find and classify the pairs of a normal text; `dated` says that a date stands elsewhere in it.

    A pair beside words of counting is a count, beside words of time a date; else it is `bare` or "unclear".
    """
    found = [_pair(match, normal, bare) for match in _PAIR.finditer(normal) if not _MONTH_OF_YEAR.match(match.group())]
    kinds: set[Kind] = {pair.kind for pair in found} | ({"date"} if dated else set())
    return tuple(_beside(pair, kinds) for pair in found)


def _pair(match: re.Match[str], normal: str, bare: Bare) -> Pair:
    first, second = (int(group.replace(".", "")) for group in match.groups()[:2])
    year = int(match[3]) if match[3] else None
    before, after = normal[: match.start()][-_NEAR:], normal[match.end() :][:_NEAR]
    kind = _kind(first, second, before, after) if year is None else "date"
    return Pair(*match.span(), first, second, year, _bare(kind, bare, first > second, before + after))


def _kind(first: int, second: int, before: str, after: str) -> Kind:
    if second > _LAST_MONTH:
        return (
            "date"
            if re.search(r"(?<!\w)(?:ng[aà]y|h[oô]m|m[uù]ng) ?$", before) and not _people().match(after)
            else "count"
        )
    if not _MOVED_TO.search(before) and _is_part(before, after):
        return "fraction"
    if _leads_to_day(before) or _INSTEAD.search(before) or _WEEKDAY.search(before):
        return "date"
    if (_after(_COUNT_LEADS).search(before) and not _COUNTED_BEFORE.search(before)) or _is_of_people(
        after, called=first > second
    ):
        return "count"
    if first > second:
        return "date" if first <= _LAST_DAY else "count"
    return _by_the_rest(before, after)


def _leads_to_day(before: str) -> bool:
    return bool(_after(_DATE_LEADS).search(before)) and not before.endswith("tôi ")  # no "tối" in haste


def _is_part(before: str, after: str) -> bool:
    return bool(_LUNAR.match(after) or _after(_ROUGHLY).search(before) or re.match(r" s[oố](?!\w)", after))


def _by_the_rest(before: str, after: str) -> Kind:
    """ "họp 6/7" is a day; in "6/7, thêm 3 quần chúng" people are counted."""
    if _after(_ACTS).search(before) or _THEN_ACT.match(after):
        return "date"
    if _SAID_APART.match(after) or _WHO_ACTED.match(after) or re.match(r" [aấ]y(?!\w)", after):
        return "date"
    return "count" if _COUNTED.search(_NEXT_PAIR.split(after)[0]) else "unclear"


def _is_of_people(after: str, *, called: bool) -> bool:
    """In "họp 13/5 đồng chí ạ" the comrade is only spoken to: thirteen of five cannot have come."""
    match = _people().match(after)
    return match is not None and not (_CAME.match(after) or (called and match[1] in ("đồng chí", "dong chi")))


def _bare(kind: Kind, bare: Bare, falling: bool, around: str) -> Kind:
    if bare == "ask":
        return kind
    if bare == "count" and kind == "date" and falling and not re.search(r"\w", around):
        return "count"
    if bare == "date" and not re.search(r"\w", around):
        return "date"
    return bare if kind == "unclear" else kind


def _beside(pair: Pair, kinds: set[Kind]) -> Pair:
    """A second pair beside a date is a count, beside a count a date."""
    other: Kind | None = "count" if "date" in kinds else "date" if "count" in kinds else None
    if pair.kind != "unclear" or other is None:
        return pair
    return Pair(pair.start, pair.end, pair.first, pair.second, pair.year, other)


@functools.cache
def _after(leads: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(fold.loosely, leads))})(?: ngày| hôm| :| là| được)? ?$")


@functools.cache
def _people() -> re.Pattern[str]:
    return re.compile(rf" ?\(? ?({'|'.join(map(fold.loosely, _PEOPLE))})(?!\w)")
