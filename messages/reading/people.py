"""Says whether a text names a person ("đ/c Lan", "Nguyễn Văn A"). Knows family names, never people."""

import re
import unicodedata

_FAMILY = re.compile(
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Ngô|Dương|Lý|Đinh|Trịnh|Mai|Tô|Lương|Cao|Tạ|Chu|Thái|"
    "Trương|Đào|Vương|Phùng|Quách|Nghiêm|Mạc|Tăng|Thạch"
)
_ALSO_PLACES = re.compile(r"\b(?:Hà|Hồ|Lưu|Lâm|Đoàn|Ninh|Triệu|La|Từ|Kiều|Tôn) (?:Thị|Văn) ([^\W\d_]+)")
"""Family names that begin places and bodies too ("Hà Nội", "Đoàn Thanh niên"): only with a middle name."""
_POSTS = re.compile("Bí|Phó|Chi|Ủy|Uỷ|Giám|Trưởng|Chủ|Lãnh|Đảng|Cán|Văn|Bác|Ban|Ông|Bà")
"""First words of posts and the like, which may follow "đồng chí" and name nobody."""
_TITLED = re.compile(r"(?:\bđ/c|\bđc|\bđồng chí|\bông|\bbà|\banh|\bchị)\s+([^\W\d_]+)", re.IGNORECASE)
_PAIR = re.compile(r"(?=\b([^\W\d_]+) ([^\W\d_]+))")
_NOBODY = re.compile(r"Hồ Chí Minh|(?:[Đđ]ường|[Pp]hố|[Tt]rường|[Pp]hường|[Nn]hà)(?: [^\W\d_]+){1,4}")


def names_someone(text: str) -> bool:
    """Say whether a text seems to name a person; posts ("đồng chí Bí thư") and streets are nobody."""
    plain = _NOBODY.sub(" ", unicodedata.normalize("NFC", text))
    titled = (found[1] for found in _TITLED.finditer(plain))
    if any(word[0].isupper() and not _POSTS.fullmatch(word.capitalize()) for word in titled):
        return True
    if any(found[1][0].isupper() for found in _ALSO_PLACES.finditer(plain)):
        return True
    return any(_FAMILY.fullmatch(found[1]) and found[2][0].isupper() for found in _PAIR.finditer(plain))
