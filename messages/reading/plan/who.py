"""Finds who is to do something, and to whom it goes. Knows how bodies are called, not which there are."""

import functools
import re

from messages.reading.plan import words

_FLAGS = re.IGNORECASE
_LONGEST = 160  # letters of a name, lists of several bodies included
_SENDS = re.compile(
    r"(?<!\w)(?:báo\s+cáo|gửi|nộp|trình|chuyển|đăng\s+ký|phản\s+ánh|thông\s+báo|kiến\s+nghị|đề\s+xuất|bàn\s+giao)(?!\w)",
    _FLAGS,
)
_TOWARDS = re.compile(r"\s(?:về|cho|đến|tới|lên|gửi|trình)\s+(?P<to>[^.;:\ue001]{2,200})", _FLAGS)
_DIRECT = re.compile(
    r"(?<!\w)(?:báo\s+cáo|gửi|nộp|trình|đăng\s+ký(?:\s+[^\W\d]+){0,4}\s+với)(?:\s+(?:lên|cho|kết\s+quả))?\s+(?P<to>[^\W\d_][^.;:]{2,120})",
    _FLAGS,
)
_TO_END = re.compile(
    r"(?<!\()\s+(?:để|báo\s+cáo|trước|theo|bằng|chậm|muộn|không|đến|vào|xem|tổng\s+hợp|trong|định\s+kỳ|hằng|hàng|mỗi|kèm|khi|nếu|và\s+(?:thực|tổng|báo|gửi|kịp|đồng)|kết\s+quả|tình\s+hình|về|quyết\s+định|phê\s+duyệt|cho\s+ý|xong|sau|từ|ngay|đúng|thông\s+qua|ban\s+hành|biết|đúng|chỉ\s+đạo|tháo\s+gỡ|hạn|hoàn\s+thành|ngày|,)(?=\s|$|,|\))|,\s+(?![A-ZĐ])|\s*[\ue000\ue001]|\s+-\s"
)
_NOT_OF_THE_NAME = re.compile(r"\s+(?:chưa|đã|sẽ|cũng|đều|chỉ|không|vẫn|còn)$", _FLAGS)
_ROUTE = re.compile(r"\s*\((?:qua|thông\s+qua|qua\s+đường)\s[^)]{2,120}\)")


@functools.cache
def _subject() -> re.Pattern[str]:
    lead = rf"(?:(?:{words.listed('handed')})\s+)?"
    before = rf"(?:(?:{words.listed('before_actors')})\s+)*"
    return re.compile(rf"\s*(?P<lead>{lead})(?P<who>{before}(?P<actor>(?:{words.listed('actors')})(?!\w)))", _FLAGS)


@functools.cache
def _verb() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/-])(?:{words.listed('verbs')})(?!\w)")


@functools.cache
def _noun() -> re.Pattern[str]:
    return re.compile(rf"(?:{words.listed('nouns')})(?!\w)")


def subject(said: str) -> tuple[str, int] | None:
    """Return who a sentence begins with, and where what they do begins; None where it begins with no body."""
    found = _subject().match(said)
    if not found or _is_no_body(said, found):
        return None
    if handed := _handed().match(said, found.end()):
        return _moved(subject(said[handed.end() :]), handed.end())
    end = _first_verb(said, found.end())
    if end is None or end - found.start("who") > _LONGEST:
        return None
    name = said[found.start("who") : end]
    if ":" in name:
        name, end = name[: name.index(":")], found.start("who") + name.index(":") + 1
    name = _NOT_OF_THE_NAME.sub("", re.split(r"\s+là\s", name, maxsplit=1)[0].strip(" ,;-–"))
    if with_ := re.match(r"phối\s+hợp\s+(?:với\s+)?", said[end:]):
        other = _first_verb(said, end + with_.end())
        if other is not None and other - found.start("who") <= _LONGEST and with_.group().rstrip().endswith("với"):
            name, end = said[found.start("who") : other].strip(" ,;"), other
    if re.search(r"[.;!?]|\d{3,}", name):
        return None
    return name, end


def _is_no_body(said: str, found: re.Match[str]) -> bool:
    """Say whether it is a verb after all ("báo cáo", "tổ chức") or another word that begins so ("hội nghị")."""
    name = said[found.start("actor") :].lower()
    if re.match(rf"(?:{words.listed('not_actors')})(?!\w)", name):
        return True
    return _verb().match(name) is not None and not _noun().match(name)


@functools.cache
def _handed() -> re.Pattern[str]:
    """What lies between who hands a duty out and whoever gets it: "Ban Thường vụ yêu cầu các chi bộ …"."""
    body_ = rf"(?:(?:{words.listed('before_actors')})\s+)*(?:{words.listed('actors')})(?!\w)"
    return re.compile(rf"[^.;:]{{0,80}}?\s(?:yêu\s+cầu|đề\s+nghị|giao\s+cho|giao)\s+(?={body_})", _FLAGS)


def _moved(found: tuple[str, int] | None, by: int) -> tuple[str, int] | None:
    return (found[0], found[1] + by) if found else None


def _first_verb(said: str, at: int) -> int | None:
    colon = said.find(":", at)
    while found := _verb().search(said, at):
        noun = _noun().match(said, found.start())
        if noun is None and not _is_half(said, found):
            return colon if 0 <= colon < found.start() else found.start()
        at = noun.end() if noun else found.end()
    return colon if colon >= 0 else None


def _is_half(said: str, found: re.Match[str]) -> bool:
    """Say whether a verb is the lower half of a name's word: "Ban Xây dựng Đảng"."""
    before = re.search(r"(?:^|\s)([^\W\d_]+)\s$", said[: found.start()])
    return (
        before is not None
        and before[1][0].isupper()
        and _verb().fullmatch(f"{before[1].lower()} {found.group()}") is not None
    )


def body(heading: str) -> str | None:
    """Return the body a heading names ("1- Các chi bộ trực thuộc Đảng bộ"), None where it says something else."""
    heading = re.sub(r"\s*\([^()]{0,200}\)\s*$", "", heading).strip(" .:;,-–")
    found = _subject().match(heading)
    if not found or len(heading) > _LONGEST or _is_no_body(heading, found):
        return None
    shown = heading.lower() if heading.isupper() else heading
    if (verb := _first_verb(shown + "\n", found.end())) is not None and verb < len(heading):
        return None
    return heading[found.start("who") :]


def agent(said: str) -> str | None:
    """Return by whom it is done: "lịch cụ thể do Văn phòng Đảng ủy thông báo"."""
    for by in re.finditer(r"\sdo\s+(?=[A-ZĐ])", said):
        if found := subject(said[by.end() :]):
            return found[0]
    return None


def mentioned(said: str) -> str | None:
    """Return "chi bộ" where it is nobody's sentence but says whose doing it is."""
    found = re.search(
        r"(?:sinh\s+hoạt|của|ở|tại|trong)\s+((?:các\s+|mỗi\s+|từng\s+)?(?:cấp\s+ủy|chi\s+bộ|đảng\s+bộ|chi\s+ủy)(?:,\s*(?:sinh\s+hoạt\s+)?chi\s+bộ)?)(?!\w)",
        said,
        _FLAGS,
    )
    return re.sub(r"sinh\s+hoạt\s+", "", found[1]) if found else None


def is_task(said: str) -> bool:
    """Say whether words begin with something to do."""
    first = said.strip(" -–+*,:;").lower()
    return _verb().match(first) is not None and not _noun().match(first)


def begins(said: str) -> bool:
    """Say whether words can stand as a clause of their own: they begin with a body or with something to do."""
    found = _subject().match(said)
    return is_task(said) or (found is not None and not _is_no_body(said, found))


def acts(said: str) -> bool:
    """Say whether there is anything to do in a sentence."""
    return any(not _noun().match(said, found.start()) for found in _verb().finditer(said.lower()))


def report_to(said: str) -> str | None:
    """Return to whom something is reported, sent or handed in, with the way ("qua Văn phòng")."""
    sends = _SENDS.search(said)
    at = sends.end() if sends else len(said)
    while found := _TOWARDS.search(said, at):
        if name := _addressee(found["to"]):
            return name
        at = found.start("to") - 1
    for found in _DIRECT.finditer(said):
        body_ = _subject().match(found["to"])
        if (
            body_
            and (found["to"][0].isupper() or not _is_no_body(found["to"], body_))
            and (name := _addressee(found["to"]))
        ):
            return name
    return None


def _addressee(said: str) -> str | None:
    if not re.match(
        rf"(?:{words.listed('before_actors')}\s+)*(?:(?:{words.listed('actors')})(?!\w)|trung\s+ương|cấp\s+trên|ubnd|hđnd|bcđ)",
        said,
        _FLAGS,
    ) or (re.match(r"báo\s+cáo(?!\s+viên)", said, _FLAGS)):
        return None
    route = _ROUTE.search(said)
    name = said[: route.start()] if route else said
    cut = _TO_END.search(name)
    if cut:
        name, route = name[: cut.start()], None
    name = re.sub(r"\s\([^()]*$", "", name).strip(" ,;-–(")
    return (name + (" " + route.group().strip() if route else "")) or None
