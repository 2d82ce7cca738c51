"""The patterns by which attendance is found in a normal text; knows how they are written, not what they add up to."""

import functools
import re
from dataclasses import dataclass

from messages.reading import fold, spoken
from messages.reading.fold import any_of as _any


@dataclass(frozen=True, slots=True)
class Patterns:
    """One pattern a kind of figure; its groups, if any, are the amounts (`pair`: present, of how many)."""

    pair: re.Pattern[str]
    attended: re.Pattern[str]
    total: re.Pattern[str]
    members: re.Pattern[str]
    absent: re.Pattern[str]
    each_absent: re.Pattern[str]
    nobody_absent: re.Pattern[str]
    all_came: re.Pattern[str]
    masses: re.Pattern[str]
    no_masses: re.Pattern[str]
    exempt: re.Pattern[str]
    none: re.Pattern[str]


_NOT_PEOPLE = (
    *(
        "ngày",
        "bài",
        "tin",
        "buổi",
        "giờ",
        "h",
        "lần",
        "tuần",
        "bản",
        "lớp",
        "phút",
        "chi bộ",
        "hội nghị",
        "năm",
        "tháng",
        "đợt",
    ),
    *("quần chúng", "việc", "phần", "cuộc", "ý kiến", "lượt", "trang"),
)
_WHO = rf"(?: {_any('đồng chí', 'đảng viên', 'người', 'thành viên', 'đồng chí đảng viên', 'đại biểu')})"
_IS = rf"(?: {_any('là', 'có', 'được', 'mất', 'chỉ có', 'gồm', 'cả', 'đủ')})? ?[:=-]? ?"
_COME = _any(
    *(
        "có mặt",
        "dự",
        "tham gia",
        "đi học",
        "đi họp",
        "đến dự",
        "dự học",
        "dự họp",
        "dự hội nghị",
        "tham gia học",
        "có mặt dự",
        "số có mặt",
    ),
)
_CAME = _any(
    "có mặt", "dự", "tham gia", "học", "họp", "đã học", "đi học", "đi họp", "đến dự", "đã dự", "đều dự", "được học"
)
_AWAY = _any("vắng", "thiếu", "vắng có lý do", "số vắng", "vắng phép", "nghỉ")
_IS_AWAY = _any(
    *(
        "vắng",
        "nghỉ",
        "ốm",
        "bệnh",
        "thiếu",
        "đi công tác",
        "công tác",
        "xin nghỉ",
        "không dự",
        "không đi",
        "không tham gia",
        "đi viện",
        "bận",
    ),
    *(
        "nằm viện",
        "thai sản",
        "đi vắng",
        "có phép",
        "xin phép",
        "bị ốm",
        "đang ốm",
        "đang đi công tác",
        "xin vắng",
        "chưa học",
        "đi học xa",
    ),
)
_MASSES = _any(
    "quần chúng",
    "ngoài đảng",
    "chưa vào đảng",
    "người lao động",
    "viên chức",
    "công chức",
    "nlđ",
    "không phải đảng viên",
)
_EXCUSED = _any("miễn", "được miễn", "miễn sinh hoạt", "được miễn sinh hoạt", "diện miễn")
_WHOLE = _any(
    "tổng số",
    "tổng",
    "tổng cộng",
    "sĩ số",
    "quân số",
    "chi bộ có",
    "toàn chi bộ",
    "danh sách",
    "chi bộ em có",
    "đảng số",
    "phải học",
)
_ABSENT, _THE_MASSES = fold.loosely("vắng"), fold.loosely("quần chúng")
_NONE = _any("không", "không có")
_NOBODY = _any("không", "không có", "không ai", "không có ai", "không đồng chí nào", "không có đồng chí nào")
_EVERYBODY = _any("chi bộ", "đảng viên", "đồng chí", "mọi người")
_DONE_WHOLLY = "".join(
    f"(?<!{fold.loosely(word)} )" for word in ("thành", "xong", "không", "chưa", "nộp", "gửi", "ký", "đăng")
)


@functools.cache
def of(accented: bool) -> Patterns:
    """Compile the patterns for accented or unaccented text."""
    number = spoken.atom(accented)
    people = rf"({number})(?! {_any(*_NOT_PEOPLE)}(?!\w))"
    return Patterns(
        pair=_pattern(
            rf"({number}){_WHO}? ?(?:/|{_any('trên', 'trong')})(?: {_any('tổng số', 'tổng', 'số')})?{_WHO}? ?({number})"
        ),
        attended=_pattern(
            rf"{_COME}{_WHO}?{_IS}{people}",
            rf"{people}{_WHO}? {_CAME}",
            rf"{_DONE_WHOLLY}{_any('đủ', 'đủ cả')} {people}",
        ),
        total=_pattern(rf"{_WHOLE}{_WHO}?{_IS}{people}"),
        members=_pattern(rf"({number}){_WHO}"),
        absent=_pattern(rf"{_AWAY}{_WHO}?{_IS}{people}"),
        each_absent=_pattern(rf"{people}{_WHO}? {_IS_AWAY}"),
        nobody_absent=_pattern(rf"{_NOBODY} {_ABSENT}", rf"{_ABSENT} ?:? {_NONE}"),
        all_came=_all_came(number),
        masses=_masses(number),
        no_masses=_pattern(rf"{_NONE} {_THE_MASSES}", rf"{_THE_MASSES} ?:? {_NONE}"),
        exempt=_pattern(rf"{people}{_WHO}? {_EXCUSED}", rf"{_EXCUSED}{_WHO}?{_IS}{people}"),
        none=re.compile(
            rf"^(?:{_any('dạ', 'vâng', 'báo cáo')} )?{_any('chưa có', 'không', 'không có', 'không ai')}(?!\w)"
        ),
    )


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/])(?:{'|'.join(alternatives)})(?!\w)")


def _masses(number: str) -> re.Pattern[str]:
    amount = rf"({number}|\d{{1,6}}(?= ?/ ?\d))(?: ?/ ?\d+)?"
    come = _any("dự", "cùng học", "cùng dự", "tham gia", "học", "cùng học tập", "có mặt", "đi học")
    called = _any("người", "đồng chí", "cán bộ", "anh chị", "bạn", "người là")
    return _pattern(rf"{amount}(?: {called})? {_MASSES}", rf"{_MASSES}(?: {come})?{_IS}{amount}")


def _all_came(number: str) -> re.Pattern[str]:
    come = _any("đi", "dự", "học", "họp", "có mặt", "đến", "tham gia", "dự họp", "tham gia học", "học tập", "quân số")
    fully = _any("đủ", "đầy đủ", "rất đầy đủ", "đông đủ")
    everyone = _any("đủ cả", "đủ hết", "đủ mặt", "đủ quân số", "đông đủ", "đầy đủ", "không thiếu ai", "không sót ai")
    return _pattern(
        rf"{come} {fully}",
        rf"{_DONE_WHOLLY}{everyone}",
        rf"{_DONE_WHOLLY}{fold.loosely('đủ')} {number}",
        rf"(?<![\w/]){number}{_WHO}? {fully}",
        rf"{_DONE_WHOLLY}100 ?%",
        rf"{_any('tất cả', 'toàn bộ', 'cả')} (?:{number}|{_EVERYBODY}){_WHO}?(?: {_any('đều')})? {_CAME}",
        rf"^(?:{_any('dạ', 'vâng')} )?{fold.loosely('đủ')}(?: {_any('ạ', 'cả', 'hết', 'nhé')})*$",
    )
