"""Reads letterhead and title: number, day, issuer, what the plan is about. Knows no duty."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date

from messages.reading import almanac
from messages.reading.plan import basis, marks, words
from messages.reading.plan.shapes import Paragraph

_FLAGS = re.IGNORECASE
_TITLE = re.compile(
    r"\s*(?:DỰ\s+THẢO\s+)?(?:KẾ\s+HOẠCH|CHƯƠNG\s+TRÌNH(?:\s+HÀNH\s+ĐỘNG|\s+CÔNG\s+TÁC)?|HƯỚNG\s+DẪN|CHỈ\s+THỊ|ĐỀ\s+ÁN|PHƯƠNG\s+ÁN|THÔNG\s+BÁO|KẾT\s+LUẬN|THỂ\s+LỆ|LỊCH\s+CÔNG\s+TÁC)\b(?!\s+số)",
    _FLAGS,
)
_NUMBER = re.compile(rf"(?i:số)\s*:?\s*(?P<number>{basis.NUMBER}|\d{{1,4}}\s+[A-ZĐ]{{2,4}}[-/][A-ZĐ][\wĐ]*)")
_DATE = re.compile(
    r"ngày\s+(?P<d>\d{1,2})(?:\s+tháng\s+|\s?[/.-]\s?)(?P<m>\d{1,2})(?:\s+năm\s+|\s?[/.-]\s?)(?P<y>\d{4})", _FLAGS
)
_OPENING = re.compile(
    r"(?:[-–+*]\s*)?(?:căn\s+cứ|thực\s+hiện|theo|triển\s+khai|ngày\s+\d{1,2}|để\s+|nhằm|xét|tiếp\s+tục|thi\s+hành|kính\s+gửi|nơi\s+nhận|phần)\b",
    _FLAGS,
)
_ISSUES = re.compile(
    r"(?P<issuer>[^;.:\n]{3,200}?)\s+(?:xây\s+dựng|ban\s+hành|đề\s+ra|lập|triển\s+khai|tổ\s+chức|hướng\s+dẫn)\s+(?:và\s+triển\s+khai\s+)?(?:kế\s+hoạch|chương\s+trình|hướng\s+dẫn|thực\s+hiện|một\s+số|như)"
    r"|(?P<asker>[^;.:\n]{3,200}?)\s+(?:đề\s+nghị|yêu\s+cầu)\s[^;.:\n]{3,120}?(?:thực\s+hiện|nội\s+dung|như\s+sau)",
    _FLAGS,
)
_QUOTED = re.compile(r"[“\"]([^”\"]{8,300})[”\"]")
_ABOUT = re.compile(
    r"phong\s+cách\s+Hồ\s+Chí\s+Minh[”\"]?\s+(?:về|với\s+chủ\s+đề:?)\s+[“\"]?(?P<topic>[^.;:”\"\n(]{8,250})", _FLAGS
)
_THEME = re.compile(
    r"(?:chủ\s+đề|chuyên\s+đề)(?:\s+(?:năm|toàn\s+khóa|học\s+tập|của)(?:\s+\d{4})?)*\s*(?:là)?\s*:?\s*[“\"](?P<topic>[^”\"]{8,300})[”\"]",
    _FLAGS,
)
_GREETING = re.compile(r"\s*kính\s+gửi", _FLAGS)
_REASON = re.compile(
    r"\s*(?:căn\s+cứ|thực\s+hiện|theo|triển\s+khai|xét|để|nhằm|ngày\s+\d{1,2}|ban\s+thường\s+vụ)\b", _FLAGS
)
_ABOUT_WHAT = re.compile(r"(?:V/v|về\s+việc)\s+(?P<subject>[^\n]{8,300})", _FLAGS)
_PLACE_AND_DAY = re.compile(
    r"\s*(?:[A-ZĐÀ-Ỹ][^\W\d]*[\s.-]*){1,5},\s*ngày\s+\d{1,2}(?:\s+tháng\s+\d{1,2}\s+năm\s+|/\d{1,2}/)\d{4}\s*\.?\s*"
)
_OF_A_DRAFT = re.compile(r"[\s(*]*(?:bản\s+)?dự\s+thảo(?:\s+(?:lần|ngày)|\s*[\d(,])", _FLAGS)
_HEAD = 24  # paragraphs in which letterhead and title stand
_TITLE_LINES = 6
_SHORT = 300
_FIRST_RANK = 3


@dataclass(frozen=True, slots=True)
class Head:
    """What letterhead and title say; `body` is the place of the first paragraph after them."""

    number: str | None
    date: date | None
    subject: str | None
    letterhead: tuple[str, ...]
    body: int


def read(paragraphs: Sequence[Paragraph], after_tables: Container[int] = ()) -> Head:
    """Read the first paragraphs; no title goes on over a table, after which those of `after_tables` stand."""
    texts = [each.text for each in paragraphs]
    title = next((n for n, text in enumerate(texts[:_HEAD]) if _TITLE.match(text) and len(text) < _SHORT), None)
    if title is None:
        return _letter(texts)
    above = texts[:title]
    subject, body = _subject(texts, title, after_tables)
    near = [*above, *texts[title + 1 : body]]
    return Head(_number(near), _date(near), subject, tuple(above), body)


def _letter(texts: Sequence[str]) -> Head:
    """Read a letter ("Công văn"), which has no title: all before its first sentence, "V/v …" as its subject."""
    greeted = any(_GREETING.match(text) for text in texts[:_HEAD])
    body = next((n for n, text in enumerate(texts[:_HEAD]) if _is_reason(text)), 0) or _after_greeting(texts)
    near = texts[:body] or texts[:3]
    about = next((found for text in near if (found := _ABOUT_WHAT.search(text))), None)
    subject = about["subject"].strip(" .;*") if about and greeted else None
    return Head(_number(near), _date(near), subject, tuple(near) if greeted else (), body)


def _is_reason(text: str) -> bool:
    return _REASON.match(text) is not None and not marks.is_shouted(text)


def _after_greeting(texts: Sequence[str]) -> int:
    """Return the first paragraph after "Kính gửi" and the list of whom it goes to; 0 where nobody is greeted."""
    greeting = next((n for n, text in enumerate(texts[:_HEAD]) if _GREETING.match(text)), len(texts))
    return next((n for n in range(greeting + 1, len(texts)) if marks.of(texts[n]) is None), 0)


def _number(near: Sequence[str]) -> str | None:
    found = next((match for text in near if (match := _NUMBER.match(text.strip(" *")))), None)
    found = found or next((match for text in near if len(text) < _SHORT and (match := _NUMBER.search(text))), None)
    return basis.number(re.sub(r"^(\d+)\s+(?=[A-ZĐ])", r"\1-", found["number"])) if found else None


def _date(near: Sequence[str]) -> date | None:
    short = (text for text in near if len(text) < _SHORT and not _OF_A_DRAFT.match(text))
    found = next((match for text in short if (match := _DATE.search(text))), None)
    return almanac.exact(int(found["y"]), int(found["m"]), int(found["d"])) if found else None


def signed_on(foot: Sequence[str]) -> date | None:
    """Return the day that stands where it was signed, for plans that have it there."""
    return _date(foot)


def is_place_and_day(text: str) -> bool:
    """Say whether a line is where and when it was signed: "Lam Sơn, ngày 06 tháng 6 năm 2024"."""
    return _PLACE_AND_DAY.fullmatch(text) is not None


def _subject(texts: Sequence[str], title: int, after_tables: Container[int]) -> tuple[str | None, int]:
    """Return the title's words after "KẾ HOẠCH", over as many lines as they take, and where the body begins."""
    said = [re.sub(_TITLE, "", texts[title], count=1).strip(" -–:")]
    at = title + 1
    end = min(len(texts), title + _TITLE_LINES)
    while at < end and at not in after_tables and _is_title_line(texts[at], bool("".join(said))):
        said.append(texts[at])
        at += 1
    kept = [
        each for each in said if each and not _NUMBER.match(each) and not re.match(r"\(|ban hành kèm", each, _FLAGS)
    ]
    return " ".join(kept).strip(" -–_*") or None, at


def _is_title_line(text: str, begun: bool) -> bool:
    if _OPENING.match(text) and (begun or re.match(r"căn\s+cứ|kính\s+gửi|nơi\s+nhận", text, _FLAGS)):
        return False
    if marks.of(text) and not re.match(r"[-–]", text):
        return False
    return len(text) < _SHORT and not re.search(r"[.;:]\s*$", text)


def issuer(preamble: Sequence[str], letterhead: Sequence[str], text: str) -> str | None:
    """Return who makes the plan: the one who "xây dựng kế hoạch", else the letterhead's."""
    for said in reversed(preamble):
        names = [name for found in _ISSUES.finditer(said) if (name := _name(found["issuer"] or found["asker"]))]
        if names:
            return names[-1]
    return _of_letterhead(letterhead, text)


def _name(said: str) -> str | None:
    """Return the last body named: its name begins after the last comma that does not belong to it."""
    said = said.strip()
    starts = [
        match.start(1)
        for match in re.finditer(rf"(?:^|[,;]\s*|\s-\s)((?:{words.listed('actors')})(?!\w))", said, _FLAGS)
    ]
    starts = [start for start in starts if said[start].isupper() or start == 0]
    for start in starts:
        name = said[start:].strip(" ,;-–")
        if not re.search(r",\s+[a-zđ]", name) and not re.search(r"\d", name):
            return _without_repeat(name)
    return None


def _without_repeat(name: str) -> str:
    """Drop an issuer of a document before it: "Ban Thường vụ Tỉnh ủy, Đảng ủy xã X" is Đảng ủy xã X."""
    parts = re.split(rf",\s+(?=(?:{words.listed('actors')})(?!\w))", name, flags=_FLAGS)
    last = parts[-1]
    is_list = (
        len(parts) > 1
        and re.search(r"\svà\s+[A-ZĐ]", last) is not None
        and not re.match(r"(?:ban|đảng|ủy|sở|chi|văn|huyện|tỉnh|thành)", last, _FLAGS)
    )
    return name if is_list else last


def _of_letterhead(letterhead: Sequence[str], text: str) -> str | None:
    named = [each.strip(" *") for each in letterhead if marks.is_shouted(each) and not _NUMBER.match(each)]
    named = [each for each in named if not re.match(r"ĐẢNG CỘNG SẢN|CỘNG HÒA|CỘNG HOÀ|ĐỘC LẬP|DỰ THẢO", each)]
    if not named:
        return None
    if named[-2:-1] == ["ỦY BAN NHÂN DÂN"]:  # the name goes on in the next line
        named[-1] = " ".join(named[-2:])
    found = re.search(re.escape(named[-1]), text.replace(named[-1], ""), _FLAGS)
    return found.group() if found and not found.group().isupper() else named[-1]


def topic(text: str, subject: str | None) -> str | None:
    """Return what is studied: a theme in quotation marks, "… Hồ Chí Minh về …"; else the title."""
    if found := _THEME.search(text):
        return found["topic"].strip()
    for found in _ABOUT.finditer(text):
        said = found["topic"].strip(" ,*”")
        if not re.match(r"(?:việc|phù\s+hợp|những|ban\s+thường)", said, _FLAGS):
            return said
    return subject


def is_issued(text: str) -> bool:
    """Say whether a paragraph says who makes the plan."""
    return _ISSUES.search(text) is not None or re.search(r"như\s+sau\s*:?\s*$", text, _FLAGS) is not None


def is_headline(text: str) -> bool:
    """Say whether the first part of the plan begins here ("I- MỤC ĐÍCH")."""
    mark = marks.of(text)
    return marks.is_shouted(text) or (
        mark is not None and mark.rank <= _FIRST_RANK and not _OPENING.match(text[mark.end :])
    )
