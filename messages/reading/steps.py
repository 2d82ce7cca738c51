"""Reads the words by which people move through a form ("bỏ qua", "lùi", "xem lại"). Knows no form."""

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
    "yes": ("đúng", "đúng rồi", "phải", "vâng", "ừ", "ok", "có", "đúng vậy", "đồng ý", "tôi đồng ý", "xin đồng ý"),
    "no": ("không", "sai", "chưa đúng", "không đúng", "không phải", "sửa"),
    "send": ("gửi", "gửi luôn", "gửi báo cáo"),
    "go_on": ("tiếp", "tiếp tục", "làm tiếp"),
}
_STEPS = fold.Lexicon((word, step) for step, words in _WORDS.items() for word in words)
_NOTHING = ("không", "không có", "không có gì", "ko có", "k có", "ko", "chưa có")
_BEFORE, _AFTER = {"da", "vang"}, {"a", "nhe", "nha"}


def step_of(text: str) -> str:
    """Return the step that a whole message means ("skip", "back", "review", "later" …), "" if it is no such word."""
    said = fold.fold(text).lower.strip(" .!,")
    return _meant(said) or _meant(_blunt(said))


def agrees(text: str) -> bool:
    """Say whether a whole message is a yes beyond doubt: "dung" without its marks may be "dừng" as well as "đúng"."""
    said = _blunt(fold.fold(text).lower.strip(" .!,"))
    return {step for _, step in _STEPS.near(said)} == {"yes"} or (step_of(text) == "yes" and not said.isascii())


def puts_off(text: str) -> bool:
    """Say whether a step "later" names another time ("để sau", "lúc khác") rather than an end ("dừng", "thôi")."""
    said = fold.plain(text).split()
    return "sau" in said or "khac" in said


def is_nothing(text: str) -> bool:
    """Say whether a whole message means that there is nothing to tell."""
    return fold.unmarked(_blunt(fold.fold(text).lower.strip(" .!,"))) in {fold.plain(word) for word in _NOTHING}


def _meant(said: str) -> str:
    """Return the step: marks decide only where letters alone mean two, and without any the later one is meant."""
    near = _STEPS.near(said)
    if len({step for _, step in near}) > 1:
        near = [(word, step) for word, step in near if fold.fits(said, word)]
    return near[-1][1] if near else ""


def _blunt(said: str) -> str:
    words = said.split()
    while len(words) > 1 and fold.unmarked(words[-1]) in _AFTER:  # first: "vâng ạ" is a yes
        words = words[:-1]
    while len(words) > 1 and fold.unmarked(words[0]) in _BEFORE:
        words = words[1:]
    return " ".join(words)
