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
    summoned: re.Pattern[str]
    members: re.Pattern[str]
    absent: re.Pattern[str]
    absent_of: re.Pattern[str]
    each_absent: re.Pattern[str]
    nobody_absent: re.Pattern[str]
    all_came: re.Pattern[str]
    masses: re.Pattern[str]
    no_masses: re.Pattern[str]
    exempt: re.Pattern[str]
    none: re.Pattern[str]
    of_whom: re.Pattern[str]
    makeup: re.Pattern[str]
    ordinal: re.Pattern[str]
    next_label: re.Pattern[str]
    roughly: re.Pattern[str]


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
    *(
        "hôm",
        "bữa",
        "tiếng",
        "nửa",
        "nội dung",
        "mô hình",
        "quần chúng",
        "việc",
        "phần",
        "tuổi",
        "cuộc",
        "ý kiến",
        "lượt",
        "trang",
    ),
)
_PEOPLE = _any("đồng chí", "đảng viên", "người", "thành viên", "đồng chí đảng viên", "đại biểu", "mống")
_CALLED = "(?:cụ|bác|cô|thầy cô|thầy|bạn|vị|ông|đứa|anh em|anh chị em|cán bộ|giáo viên)"  # "24 co mat" holds no aunt
_MEMBER = rf"(?: {_PEOPLE}(?: {_any('trong chi bộ', 'của chi bộ')})?)"
_WHO = rf"(?:{_MEMBER}| {_CALLED}{_MEMBER}?)"
_COPULA = _any("là", "có", "được", "mất", "chỉ có", "gồm", "cả", "đủ", "thì", "thì có", "thì được", "vẫn là", "vẫn")
_IS = rf"(?: {_COPULA})? ?[:=-]? ?"
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
    *(
        "có mặt",
        "dự",
        "tham gia",
        "học",
        "họp",
        "nghe",
        "đã học",
        "đi học",
        "đi họp",
        "đến dự",
        "đã dự",
        "đều dự",
        "được học",
    ),
    *("tới dự", "đến họp", "tới họp", "đến học", "tới học", "đã tham gia", "đã có mặt", "đã họp", "được quán triệt"),
    *("được dự", "được tham gia", "theo học", "có tham gia", "có dự", "đã đi học", "đã đi họp"),
)
_CAME_ALONE = _any(
    "có mặt", "dự", "tham gia", "đi học", "đi họp", "đến dự", "đã dự", "đều dự", "tới dự", "được dự", "có dự"
)
_TURNED_UP = (
    *("đi học", "dự", "đi", "đi họp", "có mặt", "học", "đi có", "dự có", "đến", "tới", "dự được", "đến họp", "tới họp"),
    *("đến học", "tới học", "đến dự", "tới dự", "vô có", "vào có", "vô được", "vào được", "tới có", "đến có"),
    *("đến được", "tới được", "đi được", "họp có", "học có"),
)
"""Between how many there are and how many came: "40 đảng viên đến họp 36"."""
_SAT = ("dự", "ngồi nghe", "nghe", "đi", "đi học", "đi họp", "đến", "tới", "học", "họp", "có mặt", "tham gia")
_SITTING = (
    *(
        "vô",
        "vào",
        "ngồi",
        "nghe",
        "ké",
        "cùng",
        "dự",
        "chắc",
        "chừng",
        "đâu",
        "đúng",
        "thì",
        "có",
        "được",
        "cũng",
        "thêm",
    ),
)
"""Between "quần chúng" and how many: "quần chúng vô ngồi nghe ké chắc đúng năm người"."""
_ARRIVED = _any("đến", "tới", "đi")  # of people only: "24 đồng chí tới"
_AWAY = _any("vắng", "thiếu", "chỉ mất", "hụt", "vắng có lý do", "số vắng", "vắng phép", "nghỉ")
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
        "phép",
        "có lý do",
        "không phép",
        "chưa học",
        "đi học xa",
        "không tới",
        "không đến",
        "không có mặt",
        "không dự được",
        "không đi được",
        "không tham gia được",
        "không học",
        "không họp",
        "chưa dự",
        "chưa tham gia",
        "đi nước ngoài",
        "đi phép",
        "đi khám",
        "đi tập huấn",
        "tập huấn",
        "biệt phái",
        "việc riêng",
        "có việc",
        "kẹt",
        "đi trực",
        "đi học lớp",
        "đi học trung cấp",
        "đi học cao cấp",
        "đi học đại học",
        "đi học tập trung",
    ),
)
_ON_DUTY = rf"{_any('trực')}(?! {_any('tiếp', 'tuyến')}(?!\w))"
_OUT = _any(
    *("học lớp", "học trung cấp", "học cao cấp", "học đại học", "học nước ngoài", "học xa", "học tập trung"),
    *("công tác", "làm ăn", "làm xa", "vắng", "xa", "viện", "khám", "phép", "nước ngoài", "tập huấn", "biệt phái"),
    *("nghĩa vụ", "muộn"),
)
_OTHERS = _any(
    "quần chúng",
    "ngoài đảng",
    "đoàn viên",
    "hội viên",
    "chưa vào đảng",
    "đoàn viên thanh niên",
    "bà con",
    "nhân dân",
    "người dân",
    "người lao động",
    "viên chức",
    "công chức",
    "nlđ",
    "không phải đảng viên",
)
_MASSES = rf"(?:dân|{_OTHERS})"  # "da dan 2 bang ron" has none
_EXCUSED = _any("miễn", "được miễn", "miễn sinh hoạt", "được miễn sinh hoạt", "diện miễn")
_WHOLE = _any(
    "tổng số",
    "cả thảy",
    "cả tổ có",
    "toàn xưởng",
    "tổng toàn xưởng",
    "tổng toàn đơn vị",
    "cả xóm có",
    "cả thôn có",
    "tổng",
    "tổng cộng",
    "sĩ số",
    "quân số",
    "chi bộ có",
    "nhà có",
    "đơn vị có",
    "toàn đơn vị có",
    "toàn chi bộ",
    "danh sách",
    "chi bộ em có",
    "đảng số",
    "tổng đảng viên",
    "tổng số đảng viên",
    "số đảng viên",
    "toàn chi bộ có",
    "cả chi bộ có",
    "chi bộ gồm",
    "biên chế",
)
_SUMMONED = _any(
    "triệu tập", "được triệu tập", "số triệu tập", "phải học", "thuộc diện phải học", "số phải học", "phải dự"
)
_MAKEUP = _any("học bù", "họp bù", "dự bù", "bù")
_ORDINAL = _any(
    *("thôn", "ấp", "khu", "khu phố", "khóm", "tổ dân phố", "xóm", "bản", "đội", "trạm", "khối", "phường", "quận"),
    *("chi bộ số", "thôn số", "tổ số", "khu số", "cơ sở", "phân xưởng", "chi bộ", "tổ đảng", "điểm", "khoa", "quý"),
    "đợt",
    "buổi",
    "lần",
    "tổ",
    "lớp",
    "khóa",
    "kỳ",
    "phòng",
    "tầng",
    "mẫu",
    "phần",
    "câu",
    "kế hoạch số",
    "văn bản số",
    "công văn số",
    "khoảng lúc",
    "lúc",
)
_ROUGHLY = _any("khoảng", "chừng", "tầm", "độ", "hơn", "gần", "ngót", "trên dưới", "áng")
_LABEL = "|".join((_COME, _AWAY, _MASSES, _EXCUSED, _WHOLE, _SUMMONED, _any("đảng viên", "tổng đảng viên")))
_STUDY = _any("học", "họp", "học tập", "hội nghị", "sinh hoạt", "chuyên đề", "quán triệt", "lớp học", "đợt học")
_AT_WHAT = rf"(?: {_STUDY}){{0,3}}"
_HALF = _any("một nửa", "quá nửa", "hơn nửa", "gần nửa", "nửa chi bộ")
_FRACTION = r"(?:[1-9]/[2-9] (?=s[oố])|\d{1,2}[,.]?\d? ?% (?=s[oố]))"
_ABSENT, _THE_MASSES = fold.loosely("vắng"), fold.loosely("quần chúng")
_NO = _any("không", "chẳng", "chả")
_NONE = _any("không", "không có")
_NOBODY = _any("không", "không có", "không ai", "không có ai", "không đồng chí nào", "không có đồng chí nào")
_NOBODY_THERE = rf"(?! ?:? ?{_NO}(?= ?[,.;]|$))"  # "dự 30 vắng không"
_EVERYBODY = _any("chi bộ", "đảng viên", "đồng chí", "mọi người")
_DONE_WHOLLY = "".join(
    f"(?<!{fold.loosely(word)} )"
    for word in (
        "cho",
        "để",
        "nộp đầy",
        "gửi đầy",
        "báo cáo đầy",
        "thành",
        "làm",
        "hiện",
        "xong",
        "không",
        "chưa",
        "nộp",
        "gửi",
        "ký",
        "đăng",
    )
)


@functools.cache
def of(accented: bool) -> Patterns:
    """Compile the patterns for accented or unaccented text."""
    number = spoken.atom(accented)
    people = rf"({number})(?! {_any(*_NOT_PEOPLE)}(?!\w))"
    return Patterns(
        pair=_pattern(
            rf"({number}){_WHO}?(?: {_CAME})? ?(?:/|{_any('trên', 'trong')})(?: {_any('tổng số', 'tổng', 'số')})?"
            rf"{_WHO}? ?({number})"
        ),
        attended=_attended(number, people),
        total=_pattern(
            rf"{_WHOLE}{_WHO}?(?: {_any('của chi bộ', 'toàn chi bộ', 'chi bộ', 'trong chi bộ')})?{_IS}{people}",
            rf"{people}{_WHO} {_any('tất cả', 'cả thảy', 'tất tật')}",
        ),
        summoned=_pattern(
            rf"{_SUMMONED}{_WHO}?{_IS}{people}",
            rf"{people}{_WHO}? {_any('được', 'bị')}? ?{_SUMMONED}",
            rf"{_any('còn', 'còn lại')} {people}{_WHO}?(?= {_any('thì', 'phải')})",
            rf"{_any('chuyển đi', 'chuyển đảng', 'chuyển sinh hoạt')} ?, {_any('còn', 'còn lại')} {people}",
        ),
        members=_pattern(rf"({number}){_MEMBER}", rf"{_any('đảng viên')} ?:? ?({number})"),
        absent_of=_pattern(
            rf"{_AWAY}{_WHO}?{_IS}({number}|\d{{1,6}}){_WHO}? ?(?:/|{_any('trên', 'trong')})"
            rf"(?: {_any('tổng số', 'tổng')})? ?({number}|\d{{1,6}})"
        ),
        absent=_pattern(rf"{_AWAY}{_WHO}?{_IS}{people}"),
        each_absent=_pattern(
            rf"{people}{_WHO}?(?: (?!{_CAME}|{_NO} {_ABSENT})[^\W\d]+){{0,3}}? (?!bạn)"
            rf"(?:{_IS_AWAY}|{_ON_DUTY}){_NOBODY_THERE}"
        ),
        nobody_absent=_pattern(rf"{_NOBODY} {_ABSENT}", rf"{_ABSENT} ?:? {_NONE}"),
        all_came=_all_came(number) if accented else _all_came_unmarked(number),
        masses=_masses(number),
        no_masses=_pattern(rf"{_NONE} {_THE_MASSES}", rf"{_THE_MASSES} ?:? {_NONE}"),
        exempt=_pattern(
            rf"{people}{_WHO}?(?: {_any('đã', 'thuộc', 'là')})? {_EXCUSED}(?!{_WHO}?{_IS}{number})",
            rf"{_EXCUSED}{_WHO}?{_IS}{people}",
        ),
        of_whom=_of_whom(number),
        makeup=_pattern(
            rf"({number}){_WHO}?(?: {_any('sẽ', 'đã', 'chưa', 'phải', 'được', 'xin')})? {_MAKEUP}",
            rf"{_MAKEUP}(?: {_any('cho', 'là', 'có')})? ?:? ?({number}){_WHO}?",
        ),
        ordinal=re.compile(rf"(?<!\w){_ORDINAL} \d{{1,2}}(?![\d/]| ?/)(?!{_WHO}(?!\w))"),
        next_label=re.compile(
            rf"(?<!\w)((?:{_LABEL}){_WHO}?{_IS}(?:{number}|\d+ ?/ ?\d+){_WHO}?)"
            rf"(?= (?:{_LABEL}){_WHO}?{_IS}(?:{number}|\d))"
        ),
        roughly=re.compile(
            rf"(?<!\w)(?<!quan )(?:{_ROUGHLY} (?:{number}|\d+ ?/ ?\d+)(?:{_WHO}| {_any('dự', 'có mặt', 'tham gia')})"
            rf"|{_FRACTION}(?: ?{_any('số')})?{_WHO}|{number} mấy{_WHO}"
            rf"|(?:{_COME}|{_AWAY})(?: {_any('hết', 'mất', 'chỉ', 'được', 'có')})* {_HALF})(?!\w)"
        ),
        none=re.compile(
            rf"^(?:{_any('dạ', 'vâng', 'báo cáo')} )?{_any('chưa có', 'không', 'không có', 'không ai')}(?!\w)"
        ),
    )


@functools.cache
def counting(accented: bool) -> re.Pattern[str]:
    """Compile what every figure of attendance has: a number, or a word of being all there or away."""
    there = _any("đủ", "đông đủ", "đầy đủ", "vắng", "thiếu", "quần chúng", "tất cả", "toàn bộ", "cả", "sót", "miễn")
    return re.compile(rf"\d|{spoken.atom(accented)}|(?<!\w){there}(?!\w)")


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/])(?:{'|'.join(alternatives)})(?!\w)")


def _attended(number: str, people: str) -> re.Pattern[str]:
    only = rf"(?:{_any('được', 'có', 'chỉ', 'được có', 'chỉ có')} )?"
    return _pattern(
        rf"{_any('đi được', 'dự được', 'đến được', 'học được', 'họp được', 'đi')} {people}",
        rf"{_COME}{_AT_WHAT}{_WHO}?{_IS}{people}",
        rf"{people}{_WHO} {_CAME}",
        rf"{people} {_CAME_ALONE}",
        rf"{people}{_WHO} (?:{_any('đã', 'có')} )?{_ARRIVED}(?! (?:{_OUT}|{only}{number})(?!\w))",
        rf"{_any('học', 'họp', 'họp được', 'học được', 'họp có', 'học có')} ({number}){_WHO}",
        rf"{_any('đến', 'tới')} {_any('có', 'được', 'chỉ có')} {people}",
        rf"(?:^|(?<=[,;] )){_any('có', 'chỉ có', 'được', 'đi được')} ({number})(?= ?[,.;]|$| {_any('thôi')})",
        rf"{_any('có', 'được')} ({number}){_WHO}? {_any('đến', 'tới', 'đi')}(?! {_OUT}(?!\w))",
        rf"{_DONE_WHOLLY}{_any('đủ', 'đủ cả')} {people}",
    )


def _of_whom(number: str) -> re.Pattern[str]:
    return _pattern(
        rf"({number}){_WHO}(?: {_any('thì', 'mà', 'chỉ', 'nhưng')})? "
        rf"{_any(*_TURNED_UP)} ({number})(?!{_WHO}? {_IS_AWAY}|\d| {_any(*_NOT_PEOPLE)}(?!\w))",
        rf"({number}){_WHO}? {_any('mà', 'nhưng')} {_any(*_TURNED_UP)} ({number})(?!\d| {_any(*_NOT_PEOPLE)}(?!\w))",
        rf"{_any('có')} ({number}){_WHO}? {_any('thì', 'thì có')} ({number}){_WHO}? {_any(*_SAT)}",
    )


def _masses(number: str) -> re.Pattern[str]:
    amount = rf"({number}|\d{{1,6}}(?= ?/ ?\d))(?: ?/ ?\d+)?"
    come = _any(
        "tham dự",
        "được mời",
        "mời dự",
        "dự học",
        "dự họp",
        "cùng tham gia",
        "tham gia học",
        "dự",
        "cùng học",
        "cùng dự",
        "tham gia",
        "học",
        "cùng học tập",
        "có mặt",
        "đi học",
        "dự nghe",
        "đến nghe",
        "đến dự",
        "nghe",
    )
    called = _any("người", "đồng chí", "cán bộ", "anh chị", "bạn", "người là", "thầy cô", "thầy cô là", "bạn là")
    outside = _any("ngoài đảng", "chưa vào đảng", "không phải đảng viên", "chưa phải đảng viên", "chưa là đảng viên")
    some = rf"(?: (?!{_CAME}|{_AWAY})[^\W\d]+){{1,3}}? {outside}"
    return _pattern(
        rf"{amount}{some}",
        rf"{amount}(?: {called})? {_MASSES}(?! {number} {_any('người')}| (?:{come} )?{number}(?!{_WHO}))",
        rf"{_MASSES}(?: {come})?{_IS}{amount}",
        rf"{_MASSES}(?: {_any(*_SITTING)}){{1,6}} {amount}{_WHO}",
    )


def _all_came_unmarked(number: str) -> re.Pattern[str]:
    """Without marks "du" is mostly "dự": only what cannot be it says that all came."""
    come = r"(?:di|hoc|hop|du|tham gia|co mat|deu|quan so)"
    everyone = rf"(?:du (?:ca|het|mat|quan so|nguoi)|{come} (?:rat )?day du|dong du|di du|khong (?:thieu|sot) ai)"
    return _pattern(
        rf"{_DONE_WHOLLY}{everyone}",
        rf"(?<![\w/]){number}{_WHO}?(?: cung)? (?:deu|cung|cung nhau) (?:{_CAME}|{_ARRIVED}(?! {_OUT}(?!\w)))",
        rf"{_DONE_WHOLLY}100 ?%",
        r"(?:di hoc|di hop|tham gia|co mat|,) du(?= ?[,.;]|$)",
        rf"(?:tat ca|toan bo|ca) (?:{number}|{_EVERYBODY}){_WHO}?(?: deu)? {_CAME}",
        r"^(?:(?:da|vang|uh) )?du(?: (?:a|ca|het|nhe))*$",
    )


def _all_came(number: str) -> re.Pattern[str]:
    come = _any("đi", "dự", "học", "họp", "có mặt", "đến", "tham gia", "dự họp", "tham gia học", "học tập", "quân số")
    fully = _any("đủ", "đầy đủ", "rất đầy đủ", "đông đủ")
    everyone = _any("đủ cả", "đủ hết", "đủ mặt", "đủ quân số", "đông đủ", "không thiếu ai", "không sót ai", "đủ người")
    return _pattern(
        rf"{come} {fully}",
        rf"(?:{_WHO}|{_EVERYBODY}) (?:{_any('đều', 'đi', 'đến', 'tới')} )?{fully}",
        rf"(?<![\w/]){number}{_WHO}?(?: {_any('cũng')})? {_any('đều', 'cùng', 'cùng nhau')} "
        rf"(?:{_CAME}|{_ARRIVED}(?! {_OUT}(?!\w)))",
        rf"(?:^|(?<=[,.;:] ))(?:{_any('rất', 'đảm bảo')} )?{_any('đầy đủ', 'đủ')}(?= ?[,.;]|$)",
        rf"{_DONE_WHOLLY}{everyone}",
        rf"{_DONE_WHOLLY}{fold.loosely('đủ')} {number}",
        rf"(?<![\w/]){number}{_WHO}? {fully}",
        rf"(?<![\w/]){number}{_WHO} {_CAME} {_any('hết', 'hết ráo', 'hết trơn', 'đủ hết')}",
        rf"{_DONE_WHOLLY}100 ?%",
        rf"{_any('tất cả', 'toàn bộ', 'cả')} (?:{number}|{_EVERYBODY}){_WHO}?(?: {_any('đều')})? {_CAME}",
        rf"^(?:{_any('dạ', 'vâng')} )?{fold.loosely('đủ')}(?: {_any('ạ', 'cả', 'hết', 'nhé')})*$",
    )
