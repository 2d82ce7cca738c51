"""Reads "chiều 27/5, hội trường, Bí thư truyền đạt": a conference that is to come. Knows no branch and no form."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from messages.reading import dates, fold, hours, people, words

LONGEST_PLACE, LONGEST_NAME = 120, 80
_PIECE = re.compile(r"[,;\n]|\.\s")
_SPEAKS = re.compile(rf"(?<!\w)(?:do )?{fold.any_of('truyền đạt', 'báo cáo viên', 'trình bày', 'quán triệt')}(?!\w)")
_MEETING = re.compile(rf"(?<!\w){fold.any_of('hội nghị', 'học chuyên đề', 'học tập chuyên đề', 'buổi học')}(?!\w)")
_MEETS = re.compile(rf"(?<!\w){fold.any_of('hội nghị', 'họp', 'tổ chức', 'học', 'sinh hoạt', 'quán triệt')}(?!\w)")
_SENDS = re.compile(rf"(?<!\w){fold.any_of('gửi', 'nộp', 'báo cáo')}(?!\w)")
_NOT = re.compile(
    rf"(?<!\w){fold.any_of('chưa', 'không', 'xin lùi', 'gia hạn', 'lùi', 'đã', 'vắng', 'báo cáo số')}(?!\w)"
)
_ROOMS = ("hội trường", "phòng họp", "phòng", "trụ sở", "cơ quan", "nhà văn hóa", "tầng")
_PLACE = re.compile(
    rf"(?<!\w)(?:(?:{fold.any_of('tại', 'ở')}) (?P<at>.+)|(?P<room>{fold.any_of(*_ROOMS)}(?!\w).*))", re.IGNORECASE
)
_FORMS = {
    "online": ("trực tuyến", "online", "zoom"),
    "hybrid": ("kết hợp", "vừa trực tiếp"),
    "embedded": ("lồng ghép",),
    "in_person": ("trực tiếp", "tập trung"),
}
_SPEAKERS = {  # the first that is named: "Phó Bí thư" before "Bí thư", leaders before both
    "standing_committee_member": ("btv", "ban thường vụ", "ủy viên thường vụ", "bí thư đảng ủy"),
    "department_leader": ("lãnh đạo sở", "giám đốc sở", "phó giám đốc", "giám đốc"),
    "deputy_secretary": ("phó bí thư",),
    "branch_secretary": ("bí thư",),
}
_LEAD_IN = re.compile(r"^(?:do|đồng chí|đ/c|đc|báo cáo viên|là|:)[\s:]+", re.IGNORECASE)
_VERB = re.compile(r"[\s:]*(?:truyền đạt|trình bày|quán triệt|báo cáo viên)[\s:]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """What words say of a session; "" is unsaid. `hour` as `hours.read_time`, the rest as the form's values."""

    on: date
    hour: str = ""
    place: str = ""
    form: str = ""
    speaker: str = ""
    speaker_name: str = ""


def names_meeting(text: str) -> bool:
    """Say whether words speak of meeting or studying, and not of sending something in."""
    normal = words.normal(unicodedata.normalize("NFC", text))
    return _MEETS.search(normal) is not None and not _SENDS.search(normal)


def read_conference(text: str, *, today: date, asked: bool = False) -> Told | None:
    """Return the session that words announce, None for anything else; `asked` when they answer that very question.

    Unasked it must be plain: a day to come, and who speaks; or the meeting's name with its hour or place.
    """
    text = unicodedata.normalize("NFC", text)
    normal = words.normal(text)
    day = dates.read_date(text, today=today, tense="future").date if dates.scan(normal, bare="ask") else None
    if day is None or day < today or "?" in text or _NOT.search(normal):
        return None
    speaks = _SPEAKS.search(normal) is not None
    told = _read(text, day, speaks=speaks)
    meant = speaks or (_MEETING.search(normal) and (told.hour or told.place))
    return told if meant or (asked and (told.hour or told.place or told.speaker)) else None


def _read(text: str, day: date, *, speaks: bool) -> Told:
    pieces = [each.strip() for each in _PIECE.split(text) if each.strip()]
    place = next((found for each in pieces if (found := _place(each))), "")
    speaker = _first(_SPEAKERS, text) or ("other" if speaks else "")
    form = _first(_FORMS, text) or ("in_person" if place else "")
    named = _name(pieces, place) if speaker not in ("", "branch_secretary") else ""
    return Told(day, hours.read_time(text), place, form, speaker, named)


def _first(listed: dict[str, tuple[str, ...]], text: str) -> str:
    normal = words.normal(text)
    return next(
        (value for value, said in listed.items() if re.search(rf"(?<!\w){fold.any_of(*said)}(?!\w)", normal)), ""
    )


def _place(piece: str) -> str:
    if _SPEAKS.search(words.normal(piece)):
        return ""
    found = _PLACE.search(piece)
    return _without_day(found["at"] or found["room"])[:LONGEST_PLACE].strip() if found else ""


_DAY = re.compile(
    r"\s*(?:ngày\s+|lúc\s+|vào\s+|sáng\s+|chiều\s+|tối\s+)*(?:\d{1,2}\s*[/.-]\s*\d{1,2}.*|\d{1,2}\s*(?:h|giờ).*)$",
    re.IGNORECASE,
)


_DAY_BEFORE = re.compile(r"^.*?\d{1,2}\s*[/.-]\s*\d{1,2}(?:\s*[/.-]\s*\d{4})?\s+", re.IGNORECASE)


def _without_day(said: str) -> str:
    return _DAY.sub("", _DAY_BEFORE.sub("", said))


def _name(pieces: list[str], place: str) -> str:
    """Return the words that name who speaks: pieces with a name or a post, without the verb."""
    said = [each for each in pieces if each != place and (people.names_someone(each) or _first(_SPEAKERS, each))]
    cleaned = [_LEAD_IN.sub("", _VERB.sub(" ", _without_day(each)).strip()).strip() for each in said]
    found = ", ".join(each for each in cleaned if each)
    return found[:LONGEST_NAME] if people.names_someone(found) else ""
