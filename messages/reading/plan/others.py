"""Says of words of time whether they are of something else than what the plan asks: words quoted, a condition, an aim.

Also another's event or work, and what a period of figures is. Knows no duty.
"""

import re

from messages.reading.plan import words

_FLAGS = re.IGNORECASE
_OPENS = r"^\s*(?:[-–+*]\s*)?"
_BECOMES = re.compile(r"(?:thành|bằng|là|sang)\s*:?\s*$", _FLAGS)
_ASKED = r"(?:gửi|nộp|báo\s+cáo|đăng\s+ký|hoàn\s+thành|xong|phải|bổ\s+sung|mà)(?!\w)"
_UNFIT = re.compile(
    r"(?<!\w)(?:"
    r"chưa\s+(?:từng\s+|được\s+|có\s+)?"
    r"(?:đăng(?!\s+ký)|công\s+bố|đạt\s+giải|dự\s+thi|tham\s+gia|tham\s+dự|xuất\s+bản|in|sử\s+dụng|phổ\s+biến|trao|nhận)(?!\w)"
    rf"(?:(?!(?<!\w){_ASKED})[^.;:“]){{0,70}}"
    r"|không\s+(?:xét|tính|áp\s+dụng|chấp\s+nhận|xem\s+xét|giải\s+quyết|hồi\s+tố|tổ\s+chức|họp|bố\s+trí|triệu\s+tập)(?!\w)"
    rf"(?:(?!(?<!\w){_ASKED})[^.;:,“]){{0,70}}"
    rf"|(?:áp\s+dụng|dành|tính)\s+(?:với|đối\s+với|cho)\s(?:(?!(?<!\w){_ASKED})[^.;:,“]){{3,70}}"
    r"|(?:vi\s+phạm|xảy\s+ra|phát\s+hiện)\s+)$",
    _FLAGS,
)
_SINCE_THEN = re.compile(r"(?<!\w)từ\s+đầu\s+(?:năm|nhiệm\s+kỳ|khóa)\s*$|(?<!\w)(?:cho\s+)?đến\s+khi\s[^.;:]*$", _FLAGS)
_IS = re.compile(r"\s*(?:là|có\s+(?:nhiều|một\s+số))\s", _FLAGS)
_NAMED = re.compile(
    r"(?<!\w)(?:giấy\s+mời|biên\s+bản|kết\s+luận|tài\s+liệu|chế\s+độ)\s(?:[^,;.:]*\s)?"
    r"(?:họp|hội\s+nghị|cuộc\s+họp|phiên\s+họp|giao\s+ban)\s*$",
    _FLAGS,
)
_HOLDS = re.compile(r"(?<!\w)(?:thời\s+hạn|hiệu\s+lực|nhiệm\s+kỳ)\s+(?:là\s+)?\d+\s+(?:năm|tháng)\s*\(\s*$", _FLAGS)
_OPENED = re.compile(
    r"(?<!\w)(?:mở|bắt\s+đầu|áp\s+dụng|vận\s+hành|hoạt\s+động|triển\s+khai|có\s+hiệu\s+lực|tiếp\s+nhận)(?:\s+cửa)?\s*$",
    _FLAGS,
)
_KEPT_UP = r"(?<!\w)(?:{})(?:\s+[^\W\d]+){{0,2}}\s*$"
_IF = re.compile(r"(?<!\w)(?:trường\s+hợp|nếu)(?:\s+[^\W\d]+){0,3}\s*$|(?<!không\s)(?<!\w)(?:quá|ngoài)\s*$", _FLAGS)
_WHOEVER = re.compile(r"(?<!\w)nào\s[^.;:]*$", _FLAGS)
_COUNTS = re.compile(
    r"\s*(?:thì\s+)?(?:(?:mới|cũng|đều|vẫn|không)\s+)*được\s+(?:tính|công\s+nhận|chấp\s+nhận|xét|dự\s+thi|cộng|hưởng|coi)(?!\w)",
    _FLAGS,
)
_LOOKS_BACK = re.compile(rf"{_OPENS}(?:ghi\s+nhận|đánh\s+giá\s+cao|hoan\s+nghênh|phê\s+bình)\s", _FLAGS)
_THEN = re.compile(r"[^.;:]*?(?<!\w)(?:được|thì|sẽ|coi)(?!\w)", _FLAGS)
_STOOD = re.compile(
    r"[\s,]*(?:\([^()]*\)\s*)?(?:thì\s+)?(?:toàn\s+[^\W\d]+(?:\s+[^\W\d]+){0,3}\s+)?(?:có|còn)\s+\d", _FLAGS
)
_AIMED = re.compile(r"(?<!\w)(?:phấn\s+đấu|mục\s+tiêu|chỉ\s+tiêu)(?:\s+(?:là|cụ\s+thể|chung))*\s*[,:]?\s*$", _FLAGS)
_REACHES = re.compile(
    r"\s*[,:]?\s*(?:thì\s+)?(?:có|đạt|tỷ\s+lệ|tỉ\s+lệ|trên|tối\s+thiểu|ít\s+nhất|\d+(?:[.,]\d+)?\s*%\s*(?P<of>[^.;]*))",
    _FLAGS,
)
_WAS = re.compile(r"(?<!\w)(?:đã|mới|sớm\s+hơn|muộn\s+hơn|chậm\s+hơn|nhanh\s+hơn|so\s+với|có\s+\d+)(?!\w)", _FLAGS)
_EVENT = (
    r"(?:đại\s+hội|kỳ\s+họp|bầu\s+cử|sự\s+kiện|lễ\s+hội|liên\s+hoan|tháng\s+[^\W\d]+|tuần\s+lễ|ngày\s+hội"
    r"|năm\s+du\s+lịch)"
)
_SPOKEN_OF = re.compile(
    rf"{_OPENS}(?:[^.;:]*?\s)?(?:tuyên\s+truyền|giới\s+thiệu|đưa\s+tin|phản\s+ánh|cổ\s+vũ|chào\s+mừng|hưởng\s+ứng|hướng\s+tới|vận\s+động|phục\s+vụ)\s"
    rf"[^.;:]*?(?<!\w){_EVENT}(?!\w)[^.;:]*$",
    _FLAGS,
)
_TAKES_PLACE = re.compile(
    r"(?<!\w)(?:khai\s+mạc|bế\s+mạc|họp|diễn\s+ra|bầu\s+cử|tổ\s+chức|dự\s+kiến)(?:\s+(?:vào|trong|ngày|dự\s+kiến|họp))*\s*$",
    _FLAGS,
)
_WORK = re.compile(
    r"(?:^|[(.;:]|[-–+*]\s)\s*(?:(?:công\s+trình|dự\s+án|tuyến\s+đường|đường|cây\s+cầu|cầu|nhà\s+máy|trụ\s+sở|nhà\s+văn\s+hóa|tượng\s+đài)(?!\w)"
    rf"(?:(?!(?<!\w){_ASKED})[^.;:])*"
    r"|khởi\s+công\s[^()]*,\s*)(?<!\w)dự\s+kiến\s+(?:sẽ\s+)?"
    r"(?:thông\s+xe|khánh\s+thành|hoàn\s+thành|đưa\s+vào|khởi\s+công|vận\s+hành|khai\s+trương)[^,.;:()]*$",
    _FLAGS,
)
_HELD_ABOVE = re.compile(
    r"(?<!\w)do\s+(?:trung\s+ương|tỉnh|thành|bộ|quân\s+khu)(?!\w)[^,;.:]{0,40}\s(?:tổ\s+chức|phát\s+động|chủ\s+trì)\s[^,;.:]*$",
    _FLAGS,
)
_UP_TO_IT = re.compile(
    r"(?<!\w)(?:đến|tới|sau|từ)\s+(?:đại\s+hội|kỳ\s+họp|hội\s+nghị|bầu\s+cử|ngày\s+hội)[^,;.:()]*$", _FLAGS
)
_HIGHEST = (
    r"(?:trung\s+ương|bộ\s+chính\s+trị|ban\s+bí\s+thư|ban\s+chấp\s+hành\s+trung\s+ương|chính\s+phủ"
    r"|thủ\s+tướng(?:\s+chính\s+phủ)?|quốc\s+hội|cả\s+nước)"
)
_FAR_ABOVE = re.compile(
    rf"(?:^|[.;(])\s*(?:[-–+*]\s*)?{_HIGHEST}\s+(?:đã\s+)?"
    r"(?:yêu\s+cầu|quy\s+định|ấn\s+định|đặt\s+mục\s+tiêu|xác\s+định|giao)\s[^.;]*$",
    _FLAGS,
)
_DONE_ABOVE = re.compile(rf"{_OPENS}{_HIGHEST}\s(?P<rest>[^.]*)", _FLAGS)
_BY_A_ROADMAP = re.compile(
    r"(?<!\w)(?:theo|đúng)\s+(?:đúng\s+)?(?:lộ\s+trình|tiến\s+độ|kế\s+hoạch|phương\s+án|lịch)\s+"
    r"(?:chung\s+)?(?:của|do)\s+(?:cả\s+nước|toàn\s+quốc|toàn\s+tỉnh|tỉnh|thành\s+phố|trung\s+ương|cấp\s+trên"
    r"|(?:tỉnh|thành|huyện|quận)\s+ủy|chính\s+phủ|ubnd\s+\w+|sở\s+\w+|bộ\s+\w+)[^().;]*\([^()]*$",
    _FLAGS,
)
_PERIOD = re.compile(
    r"(?<!\w)(?:(?:số\s+liệu|kỳ\s+báo\s+cáo)(?:\s+[\w.]+){0,4}?\s+(?:lấy|tính|chốt)|(?:lấy|tính)\s+số\s+liệu"
    r"|(?<!định\s)(?:giai\s+đoạn|thời\s+kỳ|kỳ)\s+(?:số\s+liệu|báo\s+cáo|kiểm\s+tra|giám\s+sát|thanh\s+tra|đánh\s+giá))\s*:?\s*$",
    _FLAGS,
)


def is_quoted(before: str, after: str) -> bool:
    """Say whether it stands in marks of quotation that open before it and close behind it; “thành “…”” sets it anew."""
    opened = re.search(r"“([^“”]*)$", before)
    if opened is None or re.match(r"[^“”]*”", after) is None:
        return False
    return _BECOMES.search(before[: opened.start()]) is None


def is_condition(before: str) -> bool:
    """Say whether it is of what is not taken or was not yet: "chưa đăng ở đâu trước ngày …"."""
    return _UNFIT.search(before) is not None


def is_case(before: str, after: str, *, strict: bool) -> bool:
    """Say whether it tells in which case something follows: "nếu đến ngày …", "bài đăng trước … được tính"."""
    if _COUNTS.match(after) or (_WHOEVER.search(before) and _THEN.match(after)):
        return True
    return not strict and _IF.search(before) is not None


def is_aim(before: str, after: str) -> bool:
    """Say whether it tells what stood on a day or is to be reached by then: "đến 28/02 có 31/40 chi bộ …"."""
    reached = _REACHES.match(after) if _AIMED.search(before) else None
    bodies = reached and re.match(rf"(?:số\s+|các\s+)*(?:{words.listed('actors')})(?!\w)", reached["of"] or "", _FLAGS)
    return _STOOD.match(after) is not None or (reached is not None and not bodies)


def is_over(text: str) -> bool:
    """Say whether a sentence compares or tells what was: "đã", "sớm hơn", "có 15 chi bộ"."""
    return _WAS.search(text) is not None


def is_looking_back(before: str) -> bool:
    """Say whether the sentence says of what was done how well it was: "Ghi nhận …", "Đánh giá cao …"."""
    return _LOOKS_BACK.match(before) is not None


def is_event(before: str) -> bool:
    """Say whether it is when that takes place of which people are told: "tuyên truyền Đại hội …, họp ngày …"."""
    told = _SPOKEN_OF.match(before) is not None and _TAKES_PLACE.search(before) is not None
    return told or _HELD_ABOVE.search(before) is not None


def is_event_beside(said: str) -> bool:
    """Say whether brackets behind these words say when that is up to which, or after which, something lasts."""
    return _UP_TO_IT.search(said) is not None


def is_work(before: str) -> bool:
    """Say whether it is when a road or a building is expected to be done."""
    return _WORK.search(before) is not None


def is_from_above(before: str) -> bool:
    """Say whether somebody above any issuer set it or does it, or a roadmap of a body above in brackets."""
    theirs = _DONE_ABOVE.match(before)
    if theirs and theirs.end() == len(before) and ";" not in theirs["rest"]:
        return True
    return _FAR_ABOVE.search(before) is not None or _BY_A_ROADMAP.search(before) is not None


def is_period(before: str) -> bool:
    """Say whether figures or an inspection are of it: "kỳ giám sát: …", "lấy số liệu từ …"."""
    return _PERIOD.search(before) is not None


def is_by_the_highest(sentence: str) -> bool:
    """Say whether a sentence is of what Parliament, Government or the Centre does: no plan gives them a duty."""
    return _DONE_ABOVE.match(sentence) is not None


def is_stretch(before: str, after: str) -> bool:
    """Say whether it ends what went on till then, or is spoken of itself: "từ đầu năm đến …", "tháng 5 là tháng …"."""
    return _SINCE_THEN.search(before) is not None or _IS.match(after) is not None


def is_meeting_named(before: str) -> bool:
    """Say whether it is the day of a meeting of which only a paper is spoken: "Giấy mời họp ngày …"."""
    return _NAMED.search(before) is not None


def is_validity(before: str) -> bool:
    """Say whether brackets behind a length of time say when it ends: "thời hạn 05 năm (hết ngày …)"."""
    return _HOLDS.search(before) is not None


def is_opening(before: str, due_text: str) -> bool:
    """Say whether something only begins then: "mở từ 6 giờ ngày …"."""
    begins = re.match(r"từ\s", due_text, _FLAGS) and not re.search(r"[-–]|đến|tới", due_text, _FLAGS)
    return bool(begins) and _OPENED.search(before) is not None


def is_kept_up(said: str) -> bool:
    """Say whether a stretch of words ends in what goes on up to a day: "phục vụ Nhân dân đến …", "phụ trách đến …"."""
    return re.search(_KEPT_UP.format(words.listed("kept_up")), said, _FLAGS) is not None


def is_line_of_a_period(said: str) -> bool:
    """Say whether a stretch of words opens with what is no term: "Kỳ báo cáo quý II tính …"."""
    return re.match(rf"{_OPENS}(?:{words.listed('spans')})(?!\w)", said, _FLAGS) is not None
