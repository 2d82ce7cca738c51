"""Dates as people write them, on Monday 2024-05-20 with Thursday 2024-05-30 due."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.reading import dates

TODAY, DUE = date(2024, 5, 20), date(2024, 5, 30)

# text: (day in the past tense, day in the future tense); one day where the words alone decide.
DAYS = {
    "31/5": ("2023-05-31", "2024-05-31"),
    "31-5": ("2023-05-31", "2024-05-31"),
    "31.5": ("2023-05-31", "2024-05-31"),
    "13/5": ("2024-05-13", "2025-05-13"),
    "20/5": "2024-05-20",
    "31/05/24": "2024-05-31",
    "31/5/2024": "2024-05-31",
    "2024-05-31": "2024-05-31",
    "31 / 5": ("2023-05-31", "2024-05-31"),
    "ngày 31 tháng 5": ("2023-05-31", "2024-05-31"),
    "ngay 5 thang 6": ("2023-06-05", "2024-06-05"),
    "ngày 31 tháng 5 năm 2024": "2024-05-31",
    "ngày ba mươi mốt tháng năm năm 2024": "2024-05-31",
    "mồng ba tháng sáu": ("2023-06-03", "2024-06-03"),
    "mùng 3": ("2024-05-03", "2024-06-03"),
    "mùng 3 tháng sau": "2024-06-03",
    "ngày 28": ("2024-04-28", "2024-05-28"),
    "13": ("2024-05-13", "2024-06-13"),
    "13 5 2024": "2024-05-13",
    "mai": "2024-05-21",
    "sáng mai": "2024-05-21",
    "ngay mai": "2024-05-21",
    "mốt": "2024-05-22",
    "ngày kia": "2024-05-22",
    "ngay mot": "2024-05-22",
    "hôm nay": "2024-05-20",
    "hnay": "2024-05-20",
    "sáng nay": "2024-05-20",
    "hôm qua": "2024-05-19",
    "hom qua": "2024-05-19",
    "tối qua": "2024-05-19",
    "hôm kia": "2024-05-18",
    "thứ sáu": ("2024-05-17", "2024-05-24"),
    "thu sau": ("2024-05-17", "2024-05-24"),
    "t6": ("2024-05-17", "2024-05-24"),
    "thứ hai": "2024-05-20",
    "chủ nhật": ("2024-05-19", "2024-05-26"),
    "thứ hai tới": "2024-05-27",
    "thứ hai tuần trước": "2024-05-13",
    "thứ 6 tuần sau": "2024-05-31",
    "thu sau tuan sau": "2024-05-31",
    "thứ 5 tuần sau nữa": "2024-06-06",
    "tuần sau thứ 5": "2024-05-30",
    "cn tuần này": "2024-05-26",
    "Thứ Năm, 30/5/2024": "2024-05-30",
    "cuối tháng": ("2024-04-30", "2024-05-31"),
    "cuối tháng 6": ("2023-06-30", "2024-06-30"),
    "giữa tháng sau": "2024-06-15",
    "đầu tháng sau": "2024-06-01",
    "3 ngày nữa": "2024-05-23",
    "ba hôm nữa": "2024-05-23",
    "một tuần nữa": "2024-05-27",
    "2 tuần trước": "2024-05-06",
    "29/2": ("2024-02-29", "2028-02-29"),
    "cuối quý": "2024-06-30",
}
RANGES = {
    "tuần này": ("2024-05-20", "2024-05-26"),
    "tuần sau": ("2024-05-27", "2024-06-02"),
    "tuan sau nua": ("2024-06-03", "2024-06-09"),
    "tuần trước": ("2024-05-13", "2024-05-19"),
    "cuối tuần": ("2024-05-24", "2024-05-26"),
    "đầu tuần sau": ("2024-05-27", "2024-05-28"),
    "tháng 6/2024": ("2024-06-01", "2024-06-30"),
    "tháng sau": ("2024-06-01", "2024-06-30"),
    "từ 28 đến 30/5": ("2024-05-28", "2024-05-30"),
    "28-29/5": ("2024-05-28", "2024-05-29"),
    "từ 28/5 đến 3/6": ("2024-05-28", "2024-06-03"),
    "trong 3 ngày tới": ("2024-05-20", "2024-05-23"),
}
NO_DATES = [
    "",
    "mai mốt nộp",
    "lần thứ 2",
    "đ/c Mai",
    "mùng 5 tháng 6 âm lịch",
    "mùng 3 tết",
    "mãi mới xong",
    "24/26 đảng viên",
    "chiều 3 giờ",
    "đến 24 đảng viên",
    "1" * 40,
    "0912 345 678",
    "2.909",
    "137-KH/TU",
    "😀",
    "năm 2024",
    "hăm mốt người",
]


def read(text: str, tense: str = "future") -> dates.DateReading:
    """Read a text on the day of the tables."""
    return dates.read_date(text, today=TODAY, tense=tense, due=DUE)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("text", DAYS)
def test_a_day_is_read_in_the_tense_it_was_said_in(text: str, form: str) -> None:
    """Composed or decomposed, the day of the table."""
    expected = DAYS[text] if isinstance(DAYS[text], tuple) else (DAYS[text], DAYS[text])
    said = unicodedata.normalize(form, text)
    assert tuple(str(read(said, tense).date) for tense in ("past", "future")) == expected


@pytest.mark.parametrize("text", RANGES)
def test_what_is_not_one_day_is_a_range(text: str) -> None:
    """Weeks and months have a first and a last day and no date."""
    reading = read(text)
    assert reading.date is None
    assert tuple(map(str, reading.range)) == RANGES[text]


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    """Names, counts, lunar days, telephone and long numbers give an empty reading."""
    assert read(text) == dates.DateReading()


@pytest.mark.parametrize("text", ["31/6", "30/2", "ngày 31 tháng 6", "ngày 40", "32/5", "29/2/2023", "ngày 0"])
def test_a_day_that_does_not_exist_is_flagged(text: str) -> None:
    """It has no date and says so."""
    assert read(text) == dates.DateReading(invalid=True)


@pytest.mark.parametrize(
    ("text", "days", "day"),
    [
        ("thêm 3 ngày", 3, "2024-06-02"),
        ("xin thêm một tuần", 7, "2024-06-06"),
        ("them tuan nua", 7, "2024-06-06"),
        ("gia hạn cho chi bộ 5 ngày", 5, "2024-06-04"),
    ],
)
def test_more_time_counts_from_the_due_day(text: str, days: int, day: str) -> None:
    """With the due day there is a date, without it only the length."""
    assert read(text) == dates.DateReading(date=date.fromisoformat(day), delta_days=days)
    assert dates.read_date(text, today=TODAY, tense="future") == dates.DateReading(delta_days=days)


def test_any_tense_takes_the_nearest_day() -> None:
    """Where the tense is unknown 13/5 was last week and 28/5 is next week."""
    days = [str(read(text, "any").date) for text in ("13/5", "28/5", "ngày 28")]
    assert days == [
        "2024-05-13",
        "2024-05-28",
        "2024-05-28",
    ]


@settings(deadline=None)  # the first example compiles the rules
@given(st.text(), st.dates(), st.sampled_from(["past", "future", "any"]))
def test_any_text_on_any_day_is_read_without_an_error(text: str, today: date, tense: str) -> None:
    """There is always a reading, and a range runs forwards."""
    reading = dates.read_date(text, today=today, tense=tense, due=today)
    assert reading.range is None or reading.range[0] <= reading.range[1]


@settings(deadline=None)  # the first example compiles the rules
@given(
    st.sampled_from([*DAYS, *RANGES, "thêm 300 ngày", "đầu tuần", "hết tuần"]),
    st.dates(),
    st.sampled_from(["past", "future", "any"]),
)
def test_every_expression_is_read_on_every_day(text: str, today: date, tense: str) -> None:
    """Leap days and the ends of the calendar are no trap; a tense is kept where the words leave it open."""
    reading = dates.read_date(text, today=today, tense=tense, due=today)
    if reading.date and text in ("31/5", "ngày 28", "thứ sáu"):
        assert tense == "any" or (reading.date <= today if tense == "past" else reading.date >= today)
