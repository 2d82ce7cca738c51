"""Which branch a text speaks of, and where one branch's part ends."""

import time

import pytest

from messages.reading.bodies import Named, pieces

BODIES = (
    Named(1, ("Bảo tàng",), ("BT",)),
    Named(2, ("Thư viện",), ("TV",)),
    Named(3, ("Nhà hát",), ("NH",)),
    Named(4, ("Di tích",), ("DT",)),
    Named(5, ("Nhà hát Tuồng",)),
    Named(6, ("Trung tâm", "Chiếu phim")),
    Named(7, ("Trung tâm",)),
)
CASES = {
    "BT: 24/26; TV 17/17": [("24/26", (1,)), ("17/17", (2,))],
    "BT 24/26, TV 17/17, NH 30/35": [("24/26", (1,)), ("17/17", (2,)), ("30/35", (3,))],
    "Bảo tàng: ngày 13/5, 24/26 đảng viên": [("ngày 13/5, 24/26 đảng viên", (1,))],
    "chi bo bao tang ngay 13/5 24/26": [("ngay 13/5 24/26", (1,))],
    "Nha hat tuong 30/33": [("30/33", (5,))],
    "Nhà  hát: 30/33": [("30/33", (3,))],
    "BT ốm nên chưa họp": [("BT ốm nên chưa họp", ())],
    "24/26 đảng viên": [("24/26 đảng viên", ())],
    "Chi bộ Bảo tàng học ghép với Thư viện, 24/26": [("học ghép với Thư viện, 24/26", (1,))],
    "Tổng hợp ngày 13/5:\nBảo tàng 24/26\nThư viện 17/17": [
        ("Tổng hợp ngày 13/5:", ()),
        ("24/26", (1,)),
        ("17/17", (2,)),
    ],
    "1. BT: 24/26\n2. Xưởng phim: 12/13\n3. TV: 17/17": [
        ("24/26", (1,)),
        ("2. Xưởng phim: 12/13", ()),
        ("17/17", (2,)),
    ],
    "Chi bộ Thư viện\n- ngày 13/5\n- 17/17 đảng viên": [("- ngày 13/5\n- 17/17 đảng viên", (2,))],
    "Chi bộ Trung tâm: 5/6": [("5/6", (6, 7))],
    "": [("", ())],
}


@pytest.mark.parametrize(("text", "expected"), CASES.items(), ids=list(CASES))
def test_pieces(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    """Each branch gets its own words, a shared name keeps both, what names nobody stays nameless."""
    assert [(piece.text, piece.ids) for piece in pieces(text, BODIES)] == expected


def test_a_register_of_thousands_is_looked_through_at_once() -> None:
    """Of five thousand branches a text names two: found as among seven, and not by trying each name on it."""
    many = [Named(100 + n, (f"Trường số {n}", f"Cơ sở {n}"), (f"TS{n}",)) for n in range(5000)]
    pieces("", many)
    before = time.process_time()
    found = pieces("Trường số 12: 24/26; Bảo tàng: 25/26", [*many, *BODIES])
    assert [each.ids for each in found] == [(112,), (1,)]
    assert time.process_time() - before < 2  # seconds; trying each takes some twenty
