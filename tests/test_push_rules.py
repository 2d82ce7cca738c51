"""What looks at the pushes of dialogs sees what it looks for."""

import pytest

from models.notice import NoticeKind
from tests.push_rules import Known, Told, leaks

KNOWN = Known(
    people=[
        ("Nguyễn Văn A", 1, frozenset({7}), False),
        ("Lê Thị P", 2, frozenset({7}), False),
        ("Trần Thị B", 3, frozenset({8}), False),
        ("Phạm Văn D", 4, frozenset(), True),
    ],
    branches={7: "Bảo tàng", 8: "Thư viện"},
    figures={7: {"24/26"}, 8: {"15/17"}},
)
TO = {"secretary": 1, "member": 2, "office": 4}
REMINDER, ITEM, URGE, BRIEF = NoticeKind.REMINDER, NoticeKind.ITEM, NoticeKind.URGE, NoticeKind.BRIEF


@pytest.mark.parametrize(
    ("kind", "role", "text", "seen"),
    [
        (REMINDER, "secretary", "đ/c Nguyễn Văn A, Chi bộ Bảo tàng, 24/26 đảng viên", []),
        (REMINDER, "secretary", "đ/c Lê Thị P chưa trả lời", ["Lê Thị P"]),
        (ITEM, "secretary", "đ/c Lê Thị P đã gửi", []),
        (ITEM, "secretary", "đ/c Trần Thị B đã gửi", ["Trần Thị B"]),
        (URGE, "secretary", "Đ/c Phạm Văn D, Văn phòng", []),
        (REMINDER, "secretary", "Đ/c Phạm Văn D, Văn phòng", ["Phạm Văn D"]),
        (REMINDER, "secretary", "Chi bộ Thư viện đã gửi", ["Thư viện"]),
        (REMINDER, "secretary", "có chi bộ đạt 15/17", ["15/17"]),
        (REMINDER, "secretary", "vắng 02 vì ốm", ["ốm"]),
        (ITEM, "member", "chi bộ có 24/26 đảng viên dự", ["24/26"]),
        (REMINDER, "member", "đạt 92,31%, 05 quần chúng", ["2,31%", "05 quần chúng"]),
        (BRIEF, "office", "Chưa gửi: Bảo tàng, Thư viện (Phó Bí thư chưa kết nối)", []),
        (BRIEF, "office", "Chưa gửi: Thư viện (đ/c Trần Thị B)", ["Trần Thị B"]),
    ],
)
def test_what_is_seen(kind: NoticeKind, role: str, text: str, seen: list[str]) -> None:
    """Names, branches, figures and reasons that do not concern who reads them, and nothing else."""
    branches = frozenset() if role == "office" else frozenset({7})
    assert leaks(Told(kind, "", text, TO[role], branches, frozenset({role})), KNOWN) == seen
