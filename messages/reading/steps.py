"""Reads the words by which people move through a form ("bỏ qua", "lùi", "xem lại"). Knows no form."""

import functools

from messages.reading import fold

_WORDS = {
    "skip": ("bỏ qua", "bỏ", "bỏ câu này", "qua câu này"),
    "back": ("lùi", "lùi lại", "quay lại", "trở lại", "câu trước"),
    "review": ("xem lại", "xem lại các câu", "xem báo cáo"),
    "later": (
        "để sau",
        "lúc khác",
        "làm sau",
        "dừng",
        "tạm dừng",
        "thôi",
        "thôi không làm nữa",
        "hủy",
        "dừng lại",
        "để mai",
        "mai làm tiếp",
    ),
    "help": (
        "trợ giúp",
        "giúp",
        "hướng dẫn",
        "là sao",
        "là gì",
        "không hiểu",
        "chưa hiểu",
        "làm thế nào",
        "ghi thế nào",
        "?",
    ),
    "clear": ("bỏ trống", "để trống", "xóa", "xóa câu này"),
    "keep": ("giữ nguyên", "giữ", "như cũ"),
    "previous": ("như kỳ trước", "như quý trước", "như lần trước", "giống kỳ trước", "giống quý trước", "như trước"),
    "done": ("xong", "hết", "hết rồi", "xong rồi"),
    "more": ("thêm", "thêm nơi khác", "còn"),
    "yes": ("đúng", "đúng rồi", "phải", "vâng", "ừ", "ok", "có", "đúng vậy"),
    "no": ("không", "sai", "chưa đúng", "không đúng", "không phải", "sửa"),
    "send": ("gửi", "gửi luôn", "gửi báo cáo"),
    "go_on": ("tiếp", "tiếp tục", "làm tiếp"),
}
_NOTHING = ("không", "không có", "không có gì", "ko có", "k có", "ko", "chưa có")
_BEFORE, _AFTER = {"da", "vang"}, {"a", "nhe", "nha"}


def step_of(text: str) -> str:
    """Return the step that a whole message means ("skip", "back", "review", "later" …), "" if it is no such word."""
    said = fold.plain(text).strip(" .!,")
    return _steps().get(said) or _steps().get(_blunt(said), "")


def is_nothing(text: str) -> bool:
    """Say whether a whole message means that there is nothing to tell."""
    return _blunt(fold.plain(text).strip(" .!,")) in {fold.plain(word) for word in _NOTHING}


def _blunt(said: str) -> str:
    words = said.split()
    while len(words) > 1 and words[-1] in _AFTER:  # first: "vâng ạ" is a yes
        words = words[:-1]
    while len(words) > 1 and words[0] in _BEFORE:
        words = words[1:]
    return " ".join(words)


@functools.cache
def _steps() -> dict[str, str]:
    return {fold.plain(word): step for step, words in _WORDS.items() for word in words}
