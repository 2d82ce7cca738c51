"""Says of words of time whether they tell of a day instead of setting a term. Knows no duty."""

import functools
import re
from datetime import timedelta

from messages.reading.plan import others, words
from messages.reading.plan.moments import Anchor, Span

_FLAGS = re.IGNORECASE
_STRICT = re.compile(r"(?:trước|chậm|muộn|trễ|không|hạn|xong|hoàn\s+thành)(?!\w)", _FLAGS)
_INSTEAD = re.compile(r"(?:thành|bằng|là|sang)\s*:?\s*[“\"']\s*$", _FLAGS)
_NOW = re.compile(r"(?<!\w)(?:nay|mà|sang|thành|bằng)(?!\w)", _FLAGS)
_BRACKETS = re.compile(r"\([^()]*\)")
_STRETCH = re.compile(r"[^,;.:()]*$")
_OPENS = r"^\s*(?:[-–+*]\s*)?"
_STATE = re.compile(
    r"(?<!\w)(?:(?:đã|từng)(?:\s+[^\W\d]+){1,3}|chưa(?:\s+(?!hoàn|xong|nộp|gửi|báo)[^\W\d]+){1,2})\s*$",
    _FLAGS,
)
_REACHED = re.compile(r"[^;.:“]{0,60}?(?<!\w)(?:(?<!như\s)đã\s|(?:chỉ|mới)\s+(?:có|đạt|được|nhận)(?!\w))", _FLAGS)
_EXEMPT = re.compile(
    r"[^;.:]*?(?::|(?<!\w)thì)\s*(?:không\s+(?:phải|cần|áp\s+dụng|thuộc)|(?:được\s+)?miễn)(?!\w)", _FLAGS
)
_CONDITION = re.compile(r"\s*thì\s", _FLAGS)
_HAVING = re.compile(
    r"(?<!\w)(?:có|theo)\s+(?:quyết\s+định|giấy\s+[^\W\d]+|đơn\s+xin|hợp\s+đồng)(?:\s+[^\W\d]+){0,2}\s*$", _FLAGS
)
_MOVED = re.compile(
    r"[\s,)]*(?:giữ\s+nguyên|vẫn\s+(?:giữ|theo|như))|[\s,)]*(?:(?:nay|được|xin)\s+)*(?:(?:lùi|chuyển|dời|đổi|sửa|hoãn|điều\s+chỉnh)\s|không\s+(?:tổ\s+chức|họp|diễn\s+ra))",
    _FLAGS,
)
_NOT_THEN = re.compile(r"[^;.]*?(?<!\w)không\s+(?:tổ\s+chức|họp|bố\s+trí|triệu\s+tập)(?!\w)", _FLAGS)
_FIGURES = re.compile(
    rf"{_OPENS}(?:số\s+liệu|dữ\s+liệu|thành\s+tích)(?!\w)(?!.*(?:gửi|nộp|báo\s+cáo|trình|xong|hoàn\s+thành|cập\s+nhật))",
    _FLAGS,
)
_THOSE_WHO = re.compile(
    r"[\s,]*(?:thì\s+)?(?:được|bị)\s+(?!tổ\s+chức|thực\s+hiện|tiến\s+hành|chia|triển\s+khai|bố\s+trí|giao|phân)", _FLAGS
)
_ADOPTED = re.compile(r"^[^,;:]{3,60}\sthông\s+qua\s+(?:tại\s+[^,;:]{3,40}\s)?$", _FLAGS)
_PAST = re.compile(r"(?<!\w)quá\s+(?:thời\s+)?hạn\s*$", _FLAGS)
_CALLED_OFF = re.compile(rf"{_OPENS}(?:hoãn|hủy|huỷ|bãi\s+bỏ)\s", _FLAGS)
_BY_ANOTHER = re.compile(
    r"(?<!\w)(?:theo|bảo\s+đảm|đảm\s+bảo|kịp)\s+(?:đúng\s+)?(?:thời\s+hạn|hạn|yêu\s+cầu|quy\s+định|chỉ\s+đạo|lịch|kế\s+hoạch)[^,;.()]{0,80}\(\s*$"
    r"|\(\s*theo\s+(?:thông\s+báo|công\s+văn|kế\s+hoạch|hướng\s+dẫn|quy\s+chế|chỉ\s+thị|chương\s+trình)\s[^()]*$"
    r"|\(\s*[^()]{3,60}\s(?:yêu\s+cầu|quy\s+định|ấn\s+định|đề\s+nghị)\s+$",
    _FLAGS,
)
_RESTS_ON = re.compile(
    rf"{_OPENS}(?:căn\s+cứ|thực\s+hiện|theo|trên\s+cơ\s+sở|sau)\s(?:.*\s)?(?:kết\s+luận|ý\s+kiến|chỉ\s+đạo|tinh\s+thần|thông\s+báo|biên\s+bản|kết\s+quả|công\s+điện)(?!\w)",
    _FLAGS,
)
_IN_BRACKETS = re.compile(r"\(\s*(?:dự\s+kiến|diễn\s+ra|khai\s+mạc|tổ\s+chức|họp)?(?:\s+[^\W\d]+){0,3}\s*$", _FLAGS)
_HIGHER_UP = re.compile(
    r"\([^()]*(?<!\w)(?:cấp\s+(?:trên|huyện|tỉnh|thành\s+phố|trung\s+ương|quốc\s+gia|toàn\s+quốc)|toàn\s+quốc)(?!\w)[^()]*$",
    _FLAGS,
)
_ONCE = re.compile(rf"{_OPENS}(?:kể\s+từ\s+|từ\s+|sau\s+|trước\s+|ngay\s+)*khi\s", _FLAGS)
_OF_A_PERIOD = re.compile(r"(?<!\w)(?:kết\s+quả|số\s+liệu|tình\s+hình)\s.*(?:đợt|quý|kỳ|giai\s+đoạn)\s+\w+\s*$", _FLAGS)
_SINCE = re.compile(r"(?<!\w)từ\s+$", _FLAGS)
_SPOKEN_OF = re.compile(
    rf"{_OPENS}(?:tuyên\s+truyền|giới\s+thiệu|đưa\s+tin|phản\s+ánh)\s(?:.*\s)?(?:đại\s+hội|kỳ\s+họp|bầu\s+cử|sự\s+kiện|lễ\s+hội|liên\s+hoan)(?!\w)",
    _FLAGS,
)
_FROM = re.compile(r"(?<!\w)(?:từ|sau|bắt\s+đầu(?:\s+vào)?|khởi\s+đầu)(?:\s+(?:ngày|tháng))?\s*$", _FLAGS)
_NAMES = re.compile(
    r"(?<!\w)(?:báo\s+cáo|số\s+liệu|sơ\s+kết|tổng\s+kết|chương\s+trình|nhiệm\s+vụ|kết\s+quả)\s+$", _FLAGS
)
_LOOKED_BACK = re.compile(
    r"(?<!\w)(?:kết\s+quả|tình\s+hình|đánh\s+giá|kiểm\s+điểm)\s(?:[^,;.:]*\s)?"
    r"(?:thực\s+hiện|công\s+tác|hoạt\s+động|nhiệm\s+vụ)\s*$",
    _FLAGS,
)
_PROPOSED = re.compile(r"(?<!\w)(?:đề\s+nghị|xem\s+xét|xét|thủ\s+tục|hồ\s+sơ|hoàn\s+thành\s+việc)\s+$", _FLAGS)
_TO = re.compile(r"[-–]|đến|tới", _FLAGS)
_A_DAY = re.compile(r"ngày|\d\s?[/.-]\s?\d{1,2}(?!\d)", _FLAGS)
_LONG_BEFORE = timedelta(days=45)
NEAR = 60  # letters before words of time in which it may be said that they set no term


def is_strict(due_text: str) -> bool:
    """Say whether the words can hardly be but a term: "trước", "chậm nhất", "hạn"."""
    return _STRICT.match(due_text.strip(" (,")) is not None


def is_told(text: str, start: int, end: int, due_text: str) -> bool:
    """Say whether what stands around words of time says that they set no term."""
    before, after = text[:start], text[end:]
    if _is_quoted(before, after) or _is_of_old(before) or _is_state(before) or _EXEMPT.match(after):
        return True
    if _CONDITION.match(after) or _HAVING.search(before) or others.is_condition(before):
        return True
    if others.is_from_above(before) or others.is_work(before):
        return True
    if others.is_case(before, after, strict=is_strict(due_text)):
        return True
    if is_strict(due_text):
        return _SINCE.search(before) is not None
    return _is_reached_or_moved(before, after, due_text) or _is_said_of_others(before, after, due_text)


def _is_reached_or_moved(before: str, after: str, due_text: str) -> bool:
    adopted = _ADOPTED.search(before) and due_text.lower().startswith("ngày") and not after.strip(" .)")
    begins = _FROM.search(before) and not _TO.search(due_text)
    if others.is_stretch(before, after) or others.is_meeting_named(before) or others.is_looking_back(before):
        return True
    if others.is_validity(before) or others.is_opening(before, due_text):
        return True
    if _TO.match(due_text) and others.is_aim(before, after):
        return True
    return bool(adopted or begins or _REACHED.match(after) or _MOVED.match(after) or _PAST.search(before))


def _is_said_of_others(before: str, after: str, due_text: str) -> bool:
    if _TO.search(due_text) and (_NOT_THEN.match(after) or _THOSE_WHO.match(after)):
        return True
    if others.is_event(before) or others.is_period(before) or others.is_line_of_a_period(_stretch(before)):
        return True
    day = _A_DAY.search(due_text) is not None
    return _is_of_what_is_told(_stretch(before)) or _is_beside_what_is_told(before, after, day=day)


def is_counted(text: str, start: int, *, figures: bool = True) -> bool:
    """Say whether something is counted to a day; `figures` False where these themselves may be due then."""
    near = text[max(0, start - NEAR) : start]
    found = re.search(
        rf"(?<!\w)(?P<word>{words.listed('counted')})(?!\w)\s*(?:(?:\w+\s+){{0,3}}(?:là|từ)\s*)?$", near, _FLAGS
    )
    if found is None or _PROPOSED.search(near[: found.start()]):
        return False
    return figures or not words.is_one(found["word"], "figures")


def is_occasion(text: str, start: int) -> bool:
    """Say whether it tells when something to be marked took place: "kỷ niệm ngày 19/5"."""
    return _occasion().search(text[max(0, start - NEAR) : start]) is not None


@functools.cache
def _occasion() -> re.Pattern[str]:
    return re.compile(rf"{_listed('occasions')}[\s,(:]*(?:[\w/-]+[\s,(:]+){{0,3}}$", _FLAGS)


def is_of_another(text: str, start: int) -> bool:
    """Say whether brackets tell a term that somebody else set: "theo thời hạn Tỉnh ủy ấn định (trước ngày 10/5)"."""
    return _BY_ANOTHER.search(text[:start]) is not None


def is_a_name(text: str, start: int, due_text: str) -> bool:
    """Say whether it names a report: "báo cáo quý II"; beside a term of its own it is none."""
    return (
        _NAMES.search(text[:start]) is not None and re.match(r"(?:qu[ýí]|tháng|năm|\d)", due_text, _FLAGS) is not None
    )


def is_a_year_of(text: str, start: int, due_text: str) -> bool:
    """Say whether a year alone is what is looked back on: "hội nghị tổng kết năm 2025", "đánh giá kết quả quý I"."""
    before = text[:start]
    year = _NAMES.search(before) is not None and re.match(r"năm\s+\d", due_text, _FLAGS) is not None
    return year or (
        _LOOKED_BACK.search(before) is not None and re.match(r"(?:qu[ýí]|tháng|năm)\s", due_text, _FLAGS) is not None
    )


def is_begun_long_before(begun: Span, anchor: Anchor) -> bool:
    """Say whether a period began so long before the plan that it is one figures are of."""
    return anchor.day is not None and begun.first == begun.last and begun.first < anchor.day - _LONG_BEFORE


def _is_quoted(before: str, after: str) -> bool:
    """Take "sửa “trước ngày 31/5” thành …" as words of another document, and what they become as a term."""
    if others.is_quoted(before, after):
        return True
    quoted = re.search(r"[“\"']\s*$", before) and re.match(r"\s*[”\"']", after)
    return bool(quoted) and _INSTEAD.search(before) is None


def _is_state(before: str) -> bool:
    """Say whether it tells what somebody has or has not: "đã học", "từng giữ chức"; "từng cuộc" is each."""
    found = _STATE.search(before)
    return found is not None and re.match(rf"từng\s+{_listed('each')}", found.group(), _FLAGS) is None


def _is_of_old(before: str) -> bool:
    """Say whether the words right before are of what once was: "lẽ ra họp ngày 26/9", "trước đây dự kiến"."""
    said = _stretch(before)
    found = re.finditer(rf"{_listed('told')}(?!\s+(?:ngày|\d))", said, _FLAGS)
    last = max((each.end() for each in found), default=None)
    return last is not None and _NOW.search(said, last) is None


def _is_of_what_is_told(said: str) -> bool:
    """Say of the words up to a day whether they are of what lasts, is called off, or is done elsewhere."""
    called_off = _CALLED_OFF.match(said) is not None and _NOW.search(said) is None
    elsewhere = re.match(rf"{_OPENS}{_listed('elsewhere')}", said, _FLAGS)
    lasting = re.search(_listed("lasting"), said, _FLAGS)
    return (
        called_off
        or others.is_kept_up(said)
        or bool(elsewhere or lasting or _RESTS_ON.match(said) or _FIGURES.match(said))
    )


def _is_beside_what_is_told(before: str, after: str, *, day: bool) -> bool:
    """Say whether it stands in brackets after such words: "chào mừng Đại hội Đảng bộ tỉnh (dự kiến …)"."""
    if _HIGHER_UP.search(before):
        return True
    opened = _IN_BRACKETS.search(before)
    if opened is None:
        return False
    said = _stretch(_BRACKETS.sub("", before[: opened.start()]))
    another = re.search(f"{_listed('greeted')}|{_listed('elsewhere')}|{_listed('lasting')}", said, _FLAGS)
    expected = re.search(r"dự\s+kiến", before[opened.start() :], _FLAGS) and re.match(r"\s*\)\s*,", after)
    if others.is_event_beside(said):
        return True
    return bool(
        another or _SPOKEN_OF.match(said) or ((day or expected) and _ONCE.match(said)) or _OF_A_PERIOD.search(said)
    )


def _stretch(before: str) -> str:
    found = _STRETCH.search(before)
    return found.group() if found else ""


def _listed(name: str) -> str:
    return rf"(?<!\w)(?:{words.listed(name)})(?!\w)"
