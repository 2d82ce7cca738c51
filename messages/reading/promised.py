"""Reads words that put a report off as a whole ("mai tôi gửi"), even where any words may be an answer. No forms."""

import functools
import re

from messages.reading import fold, steps

_KINDS = {
    "send": ("gửi", "gửi lại", "nộp", "báo", "báo cáo", "trả lời", "điền", "bổ sung"),
    "do": ("làm", "làm tiếp", "hoàn thành"),
    "today": ("hôm nay", "sáng nay", "trưa nay", "chiều nay", "tối nay", "lát nữa", "chút nữa"),
    "later": (
        *("mai", "ngày mai", "sáng mai", "trưa mai", "chiều mai", "tối mai", "mốt", "ngày mốt", "ngày kia"),
        *("tuần sau", "tuần tới", "đầu tuần", "giữa tuần", "cuối tuần", "đầu tuần sau", "giữa tuần sau"),
        *("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật"),
    ),
    "around": (
        *("tôi", "tui", "em", "mình", "anh", "chị", "chú", "bác", "chúng tôi", "chi bộ", "đồng chí", "văn phòng"),
        *("để", "xin", "sẽ", "thì", "mới", "hẹn", "hứa", "cho", "ngày", "sáng", "chiều", "tiếp", "luôn", "bận", "quá"),
        *("đang", "nhé", "nha", "nghe", "ạ", "vậy", "vâng", "dạ", "ok", "ừ"),
    ),
}
_PHRASES = fold.Lexicon((phrase, kind) for kind, phrases in _KINDS.items() for phrase in phrases)
_DAY = re.compile(r"\d{1,2}[/-]\d{1,2}")
_MOST, _LONGEST = 12, 3  # words: of a message, of a phrase


def puts_off(text: str) -> bool:
    """Say whether a whole message is a promise to send or do it later, with nothing in it that could be an answer.

    "hôm nay làm" may tell when something was held, and is none.
    """
    words = tuple(fold.fold(text).lower.replace(",", " ").strip(" .!").split())
    if len(words) > _MOST or steps.step_of(text):
        return False
    kinds = _kinds(words) or frozenset()
    return kinds >= {"send", "later"} or kinds >= {"send", "today"} or kinds >= {"do", "later"}


@functools.lru_cache(maxsize=256)
def _kinds(words: tuple[str, ...]) -> frozenset[str] | None:
    """Return what kinds of phrases these words are made of, None where one is of no kind."""
    if not words:
        return frozenset()
    for length in range(min(len(words), _LONGEST), 0, -1):
        kind = _kind(" ".join(words[:length]))
        if kind and (rest := _kinds(words[length:])) is not None:
            return rest | {kind}
    return None


def _kind(said: str) -> str:
    return "later" if _DAY.fullmatch(said) else _PHRASES.get(said) or ""
