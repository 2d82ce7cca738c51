"""Reads what a report says beside days and attendance: who spoke, which form, pledges, posts; knows no form's keys."""

import functools
import re

from messages.reading import fold, spoken, words
from messages.reading.fold import any_of as _any
from messages.reading.words import Phrase, Told

_NEAR = 6  # tokens between who spoke and the speaking
_TITLE = 5  # tokens: "nội dung", a colon, "đồng chí"
_PLEDGED = _any("cam kết", "đăng ký", "bản cam kết", "bản đăng ký", "đăng ký cam kết", "phiếu đăng ký")
_NOT_PLEDGED = rf"(?! {_any('dự', 'học', 'tham gia', 'họp', 'nhận', 'lịch')}(?!\w))"
_WHO = _any("đồng chí", "đảng viên", "người", "đồng chí đảng viên", "anh em", "anh chị em")
_DO = _any("đã", "đều", "có", "nộp", "ký", "viết", "làm", "được", "bản", "phiếu", "tờ")
_AMOUNT_TO = (
    *("đủ", "được", "có", "là", "gồm", "hết", "cả", "cũng", "cũng được", "cũng đủ"),
    *("thu", "về", "nộp", "mới", "chỉ", "thì"),
)
_POSTS = _any("bài", "tin", "video", "clip", "tin bài", "bản tin", "bài viết", "phóng sự", "bài đăng", "post", "status")


_WHO_THEMSELVES = frozenset(("tôi", "toi", "em", "anh", "tui", "mình", "thư", "bác"))  # "bí thư trực tiếp đọc"
_SPEAKERS = ("deputy", "standing_committee", "department_leader", "secretary", "other_speaker")


def speaker(told: Told) -> str | None:
    """Give deputy | secretary | standing_committee | department_leader | other, where one is said to have spoken."""
    for tag in _SPEAKERS:
        if any(_speaks(told, who) for who in told.all(tag)):
            return "other" if tag == "other_speaker" else tag
    return None


def who_spoke(text: str) -> str | None:
    """Give the same of an answer to "who spoke?", None unless just one of them is named, and not the committee's."""
    told = words.tell(words.normal(text))
    named = {tag for tag in _SPEAKERS if told.has(tag)}
    if "deputy" in named:
        named.discard("secretary")  # "phó bí thư" holds "bí thư"
    if len(named) != 1 or (named & {"deputy", "secretary"} and "dang uy" in fold.plain(text)):
        return None
    return "other" if "other_speaker" in named else named.pop()


def _speaks(told: Told, who: Phrase) -> bool:
    return any(
        told.is_near(who, spoke, _NEAR) or told.is_near(spoke, who, 2) or _is_named(told, spoke, who)
        for spoke in told.all("speaks")
    ) or any(told.is_near(invited, who, 3) for invited in told.all("invites"))


def _is_named(told: Told, spoke: Phrase, who: Phrase) -> bool:
    """ "người truyền đạt: đ/c bí thư", "người trình bày chuyên đề là đồng chí bí thư"."""
    between = told.tokens[spoke.end : who.start]
    return 0 < len(between) <= _TITLE and (":" in between or "là" in between)


def form(told: Told) -> str | None:
    """Give in_person | online | hybrid | joint | embedded, as said of the conference."""
    forms = [tag for tag in ("embedded", "joint", "hybrid", "in_person", "online") if _is_form(told, tag)]
    if "in_person" in forms and "online" in forms and not {"joint", "embedded"} & set(forms):
        return "hybrid"
    return forms[0] if forms else None


def _is_form(told: Told, tag: str) -> bool:
    """ "trực tiếp truyền đạt", "tôi trực tiếp đọc" and "gửi trực tiếp" are no forms."""
    return any(
        not told.tag_at("speaks", one.end)
        and not told.tag_at("hands_in", one.start - 1)
        and not (tag == "in_person" and one.start and told.tokens[one.start - 1] in _WHO_THEMSELVES)
        for one in told.all(tag)
    ) or (tag == "embedded" and told.followed("weaves", "routine", gap=4))


def pledges(undated: str) -> tuple[int | None, str]:
    """Give how many pledged, and the text without them ("20 đ/c đăng ký làm theo" did not say that they came)."""
    match = _pledges(fold.is_accented(undated)).search(undated)
    if match is None:
        return None, undated
    amount = spoken.value(match[1] or match[2])
    return amount, f"{undated[: match.start()]} , {undated[match.end() :]}"


def items(undated: str) -> tuple[int | None, str]:
    """Give how many posts are named together, and the text without them."""
    pattern = _items(fold.is_accented(undated))
    amounts = [spoken.value(before or after) for before, after in pattern.findall(undated)]
    if not amounts or None in amounts:
        return None, undated
    return sum(amount or 0 for amount in amounts), pattern.sub(" , ", undated)


@functools.cache
def _pledges(accented: bool) -> re.Pattern[str]:
    number = spoken.atom(accented)
    before = rf"({number})(?: {_WHO})?(?: {_DO})* {_PLEDGED}{_NOT_PLEDGED}(?: {_any('làm theo')})?"
    other = rf"(?!(?: {_WHO})? {_any('mô hình', 'ngày', 'dự', 'học')}(?!\w))"
    after = rf"{_PLEDGED}(?: {_any('làm theo')})?(?: {_any(*_AMOUNT_TO)}){{0,4}} ?[:=(-]? ?({number}){other}"
    return re.compile(rf"(?<![\w/])(?:{before}|{after})(?!\w)")


@functools.cache
def _items(accented: bool) -> re.Pattern[str]:
    number, label = (
        spoken.atom(accented),
        _any("tin bài", "tin bài nội bộ", "tin, bài", "số tin bài", "bài viết", "bài đăng", "tin"),
    )
    return re.compile(
        rf"(?<![\w/])(?:({number})(?: {_any('mới')})? {_POSTS}|{label} ?:? ?({number})(?=$| ?[,.;]))(?!\w)"
    )
