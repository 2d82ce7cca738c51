"""Amounts and attendance in figures and words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.reading import numbers
from messages.reading.numbers import Counts

NUMBERS = {
    "24": 24,
    "05": 5,
    "2.909": 2909,
    "24 đ/c ạ": 24,
    "có 24 đồng chí": 24,
    "ba mươi lăm": 35,
    "ba muoi lam": 35,
    "hai mươi lăm": 25,
    "ba lăm": 35,
    "hăm mốt": 21,
    "ham mot": 21,
    "mười": 10,
    "mười lăm": 15,
    "muoi": 10,
    "một chục": 10,
    "hai chục rưỡi": 25,
    "trăm hai": 120,
    "một trăm linh hai": 102,
    "nghìn rưỡi": 1500,
    "hai nghìn chín trăm": 2900,
    "sáu": 6,
    "khoảng ba chục người": 30,
    "không": 0,
    "không có": 0,
    "ko có ai": 0,
    "0": 0,
    "24đv": 24,
    "hai mươi tư": 24,
    "": None,
    "hai ba": None,
    "24/26": None,
    "2,5": None,
    "-5": None,
    "1234567": None,
    "1" * 40: None,
    "một số đồng chí": None,
    "28 người, 5": None,
    "tuần sau đi": None,
    "92,31%": None,
    "mấy chục": None,
    "chưa rõ": None,
    "13/5": None,
}
COUNTS = {
    "24/26": Counts(24, 26, 2),
    "24 / 26": Counts(24, 26, 2),
    "6/7": Counts(6, 7, 1),
    "24 trên 26": Counts(24, 26, 2),
    "24 trong tổng số 26 đảng viên": Counts(24, 26, 2),
    "hai mươi lăm trên ba mươi": Counts(25, 30, 5),
    "2.909/3.044": Counts(2909, 3044, 135),
    "ngày 13/5, 24/26": Counts(24, 26, 2),
    "có mặt 17 vắng 2": Counts(17, 19, 2),
    "co mat 17, vang 2": Counts(17, 19, 2),
    "vắng 2": Counts(None, None, 2),
    "vắng 2: 1 ốm, 1 công tác": Counts(None, None, 2),
    "1 ốm, 1 công tác": Counts(None, None, 2),
    "đủ 26": Counts(26, 26, 0),
    "cả 26 đ/c đều dự": Counts(26, 26, 0),
    "không vắng ai": Counts(None, None, 0),
    "24/26 đảng viên, 5 quần chúng": Counts(24, 26, 2, masses=5),
    "5 QC": Counts(masses=5),
    "quần chúng: 05": Counts(masses=5),
    "không có quần chúng": Counts(masses=0),
    "35/33 đv": Counts(35, 33, over=True),
    "24 đảng viên": Counts(24, bare=True),
    "tổng số 28, miễn sinh hoạt 2, dự 24, vắng 2": Counts(24, 28, 2, exempt=2),
    "dự 24, vắng 3, tổng 26": Counts(24, 26, 3, mismatch=True),
    "9999999/3": Counts(),
    "xin chào": Counts(),
    "vắng một số đ/c": Counts(),
    "hoàn thành 100%": Counts(),
}
WITH_TOTAL = {
    "vắng 2": Counts(24, 26, 2),
    "đủ": Counts(26, 26, 0),
    "du": Counts(26, 26, 0),
    "đủ cả ạ": Counts(26, 26, 0),
    "100%": Counts(26, 26, 0),
    "không vắng ai": Counts(26, 26, 0),
    "24": Counts(24, 26, 2),
    "24 đ/c": Counts(24, 26, 2, bare=True),
    "hai mươi tư": Counts(24, 26, 2),
    "28": Counts(28, 26, over=True),
    "vắng 30": Counts(None, 26, 30, over=True),
    "24/28": Counts(24, 28, 4),
}


@pytest.mark.parametrize(("text", "expected"), NUMBERS.items())
def test_a_number_is_read(text: str, expected: int | None) -> None:
    """In figures or words, None where there is no one whole number."""
    assert numbers.read_number(text) == expected


@pytest.mark.parametrize(("text", "expected"), COUNTS.items())
def test_attendance_is_read(text: str, expected: Counts) -> None:
    """Present, total and absent complete each other; masses stay apart."""
    assert numbers.read_counts(text) == expected


@pytest.mark.parametrize(("text", "expected"), WITH_TOTAL.items())
def test_a_known_total_completes_what_is_said(text: str, expected: Counts) -> None:
    """ "vắng 2" and "đủ" need to know of how many."""
    assert numbers.read_counts(text, total=26) == expected


@settings(deadline=None)  # the first example compiles the rules
@given(st.integers(0, 999_999))
def test_every_number_reads_back_with_dots(number: int) -> None:
    """Thousands are written with dots."""
    assert numbers.read_number(f"{number:,}".replace(",", ".")) == number


@settings(deadline=None)  # the first example compiles the rules
@given(st.text(), st.none() | st.integers(0, 3000))
def test_any_text_is_read_without_an_error(text: str, total: int | None) -> None:
    """Whatever is typed, figures that contradict the total are flagged."""
    numbers.read_number(text)
    counts = numbers.read_counts(text, total=total)
    if counts.attended is not None and counts.total is not None:
        assert counts.over == (counts.attended > counts.total) or counts.over
