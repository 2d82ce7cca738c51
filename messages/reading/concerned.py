"""Whom the words for who has a duty of a plan concern: "Các cấp ủy, chi bộ" is a branch's secretary too. No plan."""

from collections.abc import Iterable

from messages.reading import fold

_BRANCH = ("chi bộ", "chi ủy", "cấp ủy", "bí thư", "người đứng đầu")
_MEANT = {
    "secretary": _BRANCH,
    "deputy": _BRANCH,
    "leader": ("cấp ủy", "người đứng đầu", "thường vụ", "chấp hành", "lãnh đạo", "đảng ủy viên"),
    "editorial": ("biên tập", "cổng thông tin", "trang thông tin"),
    "inspection": ("ủy ban kiểm tra", "ubkt"),
    "office": ("văn phòng",),
}


def concerns(who: str, roles: Iterable[str]) -> bool:
    """Say whether what is asked of `who` ("Các chi bộ") is asked of somebody with one of these roles."""
    said = f" {fold.plain(who)} "
    return any(f" {fold.plain(name)}" in said for role in roles for name in _MEANT.get(role, ()))
