"""The patterns by which words of time are found in a normal text; knows how they are written, not what day they are."""

import functools
import re
from dataclasses import dataclass

from messages.reading import fold, spoken
from messages.reading.fold import any_of as _any


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern and the name of what reads its groups; earlier rules take their words from later ones."""

    name: str
    pattern: re.Pattern[str]
    needs: re.Pattern[str]  # of a text without marks: nothing to be found where this is not


_DAY, _OF = r"(?P<day>\d{1,2})", r"(?P<month>\d{1,2})"
_REAL_DAY, _REAL_MONTH = r"(?P<day>0?[1-9]|[12]\d|3[01])", r"(?P<month>0?[1-9]|1[0-2])"
_EDGE, _END = r"(?<![\d./:-])", r"(?![\d%]|[./:-]\d)"
_YEAR = rf"(?: ?(?:{_any('năm')} |/ ?)(?P<year>\d{{4}}))?"
_MONTHS = ("một", "hai", "ba", "bốn", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai", "giêng")
_MONTH = rf"\d{{1,2}}(?!\d)|{_any(*_MONTHS)}"
_THIS_OR_NEXT = (
    "này",
    "sau",
    "tới",
    "trước",
    "rồi",
    "qua",
    "kế",
    "sau nữa",
    "tới nữa",
    "trước nữa",
    "vừa rồi",
    "vừa qua",
)
_NO_LUNAR = rf"(?! (?:{_any('âm', 'tết', 'âm lịch')}|al)(?!\w))"
_NOT_AMOUNT = (
    *(
        "giờ",
        "h",
        "đồng chí",
        "đảng viên",
        "người",
        "quần chúng",
        "ngày",
        "tuần",
        "tháng",
        "hôm",
        "bữa",
        "bài",
        "tin",
        "bản",
        "buổi",
    ),
    *(
        "phút",
        "trên",
        "trong",
        "lần",
        "cuộc",
        "lớp",
        "lượt",
        "phần",
        "trang",
        "đợt",
        "việc",
        "năm",
        "âm",
        "tết",
        "al",
    ),
)
_ALONE = rf"{_END}(?! {_any(*_NOT_AMOUNT)}(?!\w))"
_EACH_DAY = (
    rf"{_END}(?! {_any('buổi', 'lần', 'bài', 'tin', 'lượt', 'tháng', 'tết', 'âm', 'al')}(?!\w))"  # "mỗi ngày 2 buổi"
)
_OPENS = "(?:^|(?<=[,.;!] )|(?<=dạ )|(?<=uh )|(?<=để )|(?<=de )|(?<=ok )|(?<=ạ ))"
_TIME_OF_DAY = (
    "sáng",
    "sáng sớm",
    "trưa",
    "chiều",
    "chiều tối",
    "tối",
    "đêm",
    "đầu giờ sáng",
    "đầu giờ chiều",
    "cuối giờ chiều",
    "cuối chiều",
    "sớm",
)
_PARTS_OF_TODAY = tuple(part for part in _TIME_OF_DAY if part != "sớm")
_NO_DAY = rf"(?! {_any('qua', 'hôm', 'mai', 'kia')}(?!\w))"
_WHO = (
    "là",
    "thì",
    "em",
    "tôi",
    "tui",
    "mình",
    "bên",
    "bọn",
    "tụi",
    "chi bộ",
    "sẽ",
    "nộp",
    "gửi",
    "họp",
    "học",
    "làm",
    "mới",
)
_SENT = "(?:(?<=nộp )|(?<=nop )|(?<=gửi )|(?<=gui ))"  # "cho em nộp 23 nhé"
_THEN_WHO = f"(?= {_any(*_WHO)}(?!\\w))"  # "chiều em nộp"
_SECOND = _any("mốt", "hai", "ba", "tư", "bốn", "lăm", "nhăm", "sáu", "bảy", "tám", "chín")
_UP_TO = ("hôm", "bữa", "đến", "tới", "sang", "trước", "hạn", "hết", "hạn chót", "hạn cuối", "muộn nhất", "chậm nhất")
_ABOUT = ("đúng", "tầm", "khoảng", "chừng", "cỡ", "độ", "phải", "chắc")  # "tầm 29 là xong"
_NOT_A_NAME = "".join(f"(?<!{fold.loosely(title)} )" for title in ("đồng chí", "chị", "cô", "bà", "anh"))
_NOT_FOREVER = "(?<!noi )(?<!vao )(?<!goi )(?<!tim )(?<!xep )"  # "kho lam noi mai" is "nói mãi"
_NOT_ORDINAL = "".join(
    f"(?<!{fold.loosely(word)} )" for word in ("lần", "buổi", "đợt", "kỳ", "khóa", "lớp", "phần", "điều", "bài")
)
_NOT_UNIT = "".join(
    f"(?<!{fold.loosely(word)} )" for word in ("mươi", "hăm", "băm", "hai", "ba", "bốn", "năm", "sáu", "bảy")
)


_UNIT = "ngay|hom|bua|tuan|thang"
_NEEDS = {
    **dict.fromkeys(("figures", "span"), r"\d"),
    "worded": "thang",
    **dict.fromkeys(("weekday", "weekday of"), "thu|chu nhat"),
    "today": "nay|hoi|luc|vua|trong ngay|sang|trua|chieu|toi|dem|gio",
    "yesterday": "qua|hoi",
    "tomorrow": "mai",
    "in 2 days": "kia|mot",
    **dict.fromkeys(("in 3 days", "3 days ago", "2 days ago"), "kia"),
    **dict.fromkeys(("more", "within", "ago", "ahead", "before"), _UNIT),
    **dict.fromkeys(("week", "next week"), "tuan"),
    "month": "thang",
    "quarter end": "quy",
    "year end": "nam",
    "days": r"\d",
    "day": rf"\d|{_UNIT}|mung|mong|ham|muoi",
}


@functools.cache
def rules(accented: bool) -> tuple[Rule, ...]:
    """Give the rules for accented or unaccented text, first come first served."""
    number = spoken.atom(accented)
    table = (*_dates(number), *_weekdays(), *_near_days(accented), *_lengths(number), *_blocks(), *_lone_days(number))
    return tuple(
        Rule(name, re.compile(rf"(?<![\w/])(?:{pattern})(?!\w)"), re.compile(_NEEDS[name])) for name, pattern in table
    )


def _dates(number: str) -> list[tuple[str, str]]:
    lead = _any("ngày", "hôm", "mùng", "mồng", "ngày mùng", "ngày mồng")
    to = rf"(?: ?- ?| (?:{_any('đến', 'tới')}) (?:{_any('ngày', 'hết', 'hết ngày')} )?)"
    first = r"(?P<day1>\d{1,2})(?: ?/ ?(?P<month1>\d{1,2}))?"
    written = rf"{_REAL_DAY}(?P<sep>[.-]){_REAL_MONTH}(?:(?P=sep)(?P<year>\d{{4}}|\d{{2}}){_END}|{_ALONE})"
    month = rf"(?P<month>{_any(*_THIS_OR_NEXT)}|{_MONTH})"
    return [
        ("figures", rf"{_EDGE}(?P<year>\d{{4}})-{_OF}-{_DAY}{_END}"),
        ("span", rf"{_EDGE}{first}{to}{_DAY} ?/ ?{_REAL_MONTH}(?!\d)(?: ?/ ?(?P<year>\d{{4}}))?{_END}{_NO_LUNAR}"),
        ("figures", rf"{_EDGE}{written}{_NO_LUNAR}"),
        ("worded", rf"(?:{lead} )?(?P<day>{number}) ?,? ?{_any('tháng')} {month}{_YEAR}{_END}{_NO_LUNAR}"),
    ]


def _weekdays() -> list[tuple[str, str]]:
    lead = rf"(?:(?P<onto>sang)(?= thứ) |{_any('hôm', 'bữa', 'vào', *_TIME_OF_DAY)} )?"
    name = (
        rf"(?:(?<!v[aă]n ){_any('thứ')} (?P<weekday>{_any('hai', 'ba', 'tư', 'năm', 'sáu', 'bảy')}|[2-7](?![\d/.:-])))"
    )
    before = rf"(?:{_any('tuần')} (?P<week_before>{_any(*_THIS_OR_NEXT)}) ?,? (?:{_any('hôm', 'vào')} )?)?"
    week = rf"(?: {_any('đầu', 'giữa', 'cuối', 'của')})? {_any('tuần')} (?P<week>{_any(*_THIS_OR_NEXT)})"
    which = rf" (?P<which>{_any('tới', 'này', 'trước', 'rồi', 'sau', 'vừa rồi', 'vừa qua')})(?! ?\d| m[aà](?!\w))"
    counted = _any(*_NOT_AMOUNT, "vắng", "dự", "có mặt", "thiếu", "đi")
    day = rf"(?P<day>[1-9]|[12]\d|3[01]){_END}(?! {counted}(?!\w))"
    return [
        ("weekday of", rf"{_NOT_ORDINAL}{lead}(?:{name}|{_any('chủ nhật')}) ?,? ?(?:{_any('ngày', 'mùng')} )?{day}"),
        ("weekday", rf"{_NOT_ORDINAL}{lead}{before}(?:{name}|{_any('chủ nhật')})(?:{week}(?!\w)|{which}(?!\w))?"),
    ]


def _near_days(accented: bool) -> list[tuple[str, str]]:
    part = _any("ngày", "hôm", "bữa", *_TIME_OF_DAY)
    mot = rf"(?:{part} )?{_NOT_UNIT}mốt" if accented else rf"{part} mot(?! (?:thang|so|vai|ngay|tuan|buoi))"
    return [
        ("yesterday", _any("hồi hôm", "hồi đêm")),
        ("today", _any("hồi sớm mai", "hồi sáng sớm")),
        (
            "today",
            rf"(?:{_any('hồi', 'lúc')} {_any('sáng', 'trưa', 'chiều', 'nãy')}|{_any('ban nãy', 'vừa nãy')}){_NO_DAY}",
        ),
        *(
            [("today", rf"{_OPENS}(?:{_any(*_ABOUT)} )?(?:{'|'.join(_PARTS_OF_TODAY)}){_THEN_WHO}")]
            if accented
            else [
                ("today", rf"{_OPENS}(?:(?:(?:dau|cuoi) gio )?chieu|cuoi chieu|trua){_THEN_WHO}"),
                ("in 2 days", rf"{_OPENS}mot(?= (?:em|tui|toi|minh|nop|gui|goi|nghen|nhen|ben|bon|hop|hoc)(?!\w))"),
            ]
        ),
        ("today", rf"{_any('hôm', 'bữa', *_TIME_OF_DAY)} nay|(?<!\w \w)^nay(?! {_any('năm')})|{_OPENS}nay{_THEN_WHO}"),
        ("today", rf"{_any('trong ngày')}(?! \d| {_any('mai', 'kia', 'mốt')}(?!\w))"),
        ("today", rf"{_OPENS}(?:khi )?nãy(?: giờ)?|khi nãy"),
        ("in 3 days", "ngày kìa"),
        ("3 days ago", "(?:hôm|bữa) kìa"),
        ("2 days ago", rf"{_any('hôm', 'bữa')} kia"),
        ("in 2 days", rf"{_any('ngày', *_TIME_OF_DAY)} kia|{mot}"),
        ("yesterday", rf"{_any('hôm', 'bữa', *_TIME_OF_DAY)} qua"),
        (
            "tomorrow",
            rf"{_NOT_A_NAME}{'' if accented else _NOT_FOREVER}(?:{part} )?mai(?! {_any('kia', 'mốt', 'sau')}(?!\w))",
        ),
    ]


def _lengths(number: str) -> list[tuple[str, str]]:
    unit = f"(?P<unit>{_any('ngày', 'hôm', 'bữa', 'tuần', 'tháng')})"
    asks = _any(
        "thêm",
        "lùi",
        "gia hạn",
        "nợ",
        "khất",
        "hoãn",
        "dời",
        "xin",
        "cho",
        "chậm",
        "muộn",
        "trễ",
        "nới",
        "giãn",
        "kéo dài",
        "sau hạn",
        "quá hạn",
    )
    many = rf"(?:(?P<half>{_any('nửa')})|(?<!ng[aà]y )(?P<amount>{number}))"
    further = _any("nữa", "sau", "tới")
    return [
        (
            "more",
            rf"{asks}(?: [^\W\d]+){{0,4}}? {many} {unit}(?: {_any('nữa')})?(?! {_any('nay', 'qua', 'liền')}(?!\w))",
        ),
        ("more", rf"{_any('thêm')} (?P<half>)(?P<amount>){unit}(?: {_any('nữa')})?"),
        ("within", rf"{_any('trong', 'trong vòng')} {many} {unit}(?: {further})?"),
        ("ago", rf"{many} {unit} {_any('trước')}"),
        ("ago", rf"{_any('cách đây', 'cách nay')} {many} {unit}"),
        (
            "before",
            rf"{_any('trước', 'trước hạn', 'sớm hơn hạn', 'sớm', 'sớm hơn')} {many} (?P<unit>{_any('ngày', 'hôm')})",
        ),
        ("ahead", rf"(?:{_any('sau')} )?{many} {unit} {further}"),
    ]


def _blocks() -> list[tuple[str, str]]:
    part = rf"(?P<part>{_any('đầu', 'giữa', 'cuối', 'hết', 'trong')})"
    week, month = _any("tuần"), _any("tháng")
    # "sinh hoạt chi bộ tháng 5", "chuyên đề tháng 5" say no day
    not_of = r"(?<!r[aằ]m )(?<!b[oộ] )(?<!k[yỳ] )(?<![dđ][eề] )(?<!ho[aạ]ch )(?<!quy[eế]t )(?<!b[aả]n )"
    return [
        ("week", rf"(?:{part} )?{week} (?P<which>{_any(*_THIS_OR_NEXT)})"),
        ("week", rf"{part} {week}(?P<which>)"),
        ("next week", rf"{_any('sang', 'qua')} {week}"),
        ("month", rf"{not_of}(?:{part} )?{month} (?P<which>{_any(*_THIS_OR_NEXT)}){_END}"),
        ("month", rf"{not_of}(?<!c[aá]o )(?:{part} )?{month} (?P<which>{_MONTH}){_YEAR}{_END}{_NO_LUNAR}"),
        ("month", rf"{part} {month}(?P<which>)"),
        ("quarter end", rf"{_any('cuối', 'hết')} {_any('quý')}(?: (?P<number>[1-4]|i{{1,3}}|iv)| {_any('này')})?"),
        ("year end", rf"{_any('cuối', 'hết')} {_any('năm')}(?: nay)?"),
    ]


def _lone_days(number: str) -> list[tuple[str, str]]:
    lead = _any("ngày", "mùng", "mồng", "ngày mùng", "ngày mồng")
    until, about = f"(?!tôi ){_any(*_UP_TO, *_TIME_OF_DAY)}", _any(*_ABOUT)  # "bên tôi 24" is no evening
    tail = rf"(?: {_any('này', 'tới', 'tây')})?"
    ten, then = _any("hăm", "hai mươi", "ba mươi", "mười"), _any("là", "thì", "hẹn", "để", "tính", "định", *_ABOUT)
    some_day = r"[1-9]|0[1-9]|[12]\d|3[01]"
    late_day = r"1\d|2\d|3[01]"  # smaller figures are more often counts or duties
    somebody = _any("anh", "chị", "em", "chú", "cô")
    promised = rf"(?=(?: {somebody})? {_any('nhé', 'nha', 'nghen', 'nhen')}(?!\w))"
    vaguely = rf"(?= {_any('gì đó', 'gì đấy', 'tây', 'là', 'em')}(?!\w))"
    since = rf"(?= {_any('rồi', 'em', 'tôi', 'tui', 'bên', 'chi bộ', 'đã', 'là')}(?!\w))"
    either = rf"(?P<day1>{late_day}) {_any('hoặc', 'hay')} (?P<day>{late_day})"
    return [
        ("day", rf"{lead} (?P<day>{number}){_EACH_DAY}{tail}"),
        ("day", rf"(?P<day>{ten} (?:{number})) {_any('này', 'tây')}"),
        ("day", rf"(?P<day>[12]\d|3[01]|{_any('hai', 'ba')} {_SECOND}) (?:{_any('tây này', 'tây', 'này')})"),
        ("day", rf"{_any('hôm', 'bữa')} (?P<day>(?:{ten})(?: [^\W\d]+)?)(?<!r[oồ]i)"),
        ("day", rf"{then} (?P<day>{some_day}){_END}{_THEN_WHO}"),
        ("day", rf"{about} (?P<day>{late_day}){promised}"),
        ("days", rf"{about} (?P<day1>{late_day}) ?[,-]? ?(?P<day>{late_day}){vaguely}"),
        ("days", rf"{either}{vaguely}"),
        ("day", rf"{_any('từ')} (?P<day>{some_day}){_END}{since}"),
        ("day", rf"(?:{_OPENS}|(?<=rồi )|(?<=roi ))(?P<day>{late_day}){_END}{_THEN_WHO}"),
        ("day", rf"^(?P<day>{late_day}){_END}(?= {_any('được không', 'có được không', 'kịp không')}(?!\w))"),
        ("day", rf"{_SENT}(?P<day>{late_day}){_END}(?= {_any('nhé', 'nha', 'ạ')}(?!\w))"),
        ("day", rf"{until} (?P<day>{some_day}){_ALONE}{tail}"),
    ]
