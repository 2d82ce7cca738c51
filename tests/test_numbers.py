"""How figures, dates and times are written."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages import numbers


@pytest.mark.parametrize(
    ("n", "written"),
    [
        (0, "0"),
        (2, "02"),
        (7, "07"),
        (9, "09"),
        (10, "10"),
        (24, "24"),
        (2909, "2.909"),
        (1234567, "1.234.567"),
    ],
)
def test_counts_follow_office_usage(n, written):
    """Below ten a count gets a zero in front, thousands get a dot, nothing is just 0."""
    assert numbers.count(n) == written


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        (24, 26, "92,31%"),
        (2909, 3044, "95,57%"),
        (187, 198, "94,44%"),
        (37, 40, "92,50%"),
        (13, 26, "50%"),
        (26, 26, "100%"),
        (0, 26, "0%"),
        (0, 0, "–"),
        (29999, 30000, "99,99%"),
        (99999, 100000, "99,99%"),
        (1, 100000, "0,01%"),
        (1, 800, "0,13%"),
        (35, 33, "106,06%"),
        (100001, 100000, "100,01%"),
    ],
)
def test_rates_round_half_up_and_never_claim_all(part, whole, written):
    """Two decimals at most, whole numbers bare, 100% only when nobody is missing."""
    assert numbers.percent(part, whole) == written


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_only_everyone_is_a_hundred_percent(part, whole):
    """Whatever the figures, 100% is shown exactly when both are equal and 0% exactly when nobody came."""
    assert (numbers.percent(part, whole) == "100%") == (part == whole)
    assert (numbers.percent(part, whole) == "0%") == (part == 0)


def test_a_share_of_nothing_is_an_error():
    """Who computes must not divide by nothing unnoticed."""
    with pytest.raises(ValueError, match="no share"):
        numbers.share(1, 0)


@pytest.mark.parametrize(
    ("d", "written"),
    [
        (date(2024, 5, 30), "thứ Năm 30/5"),
        (date(2024, 6, 4), "thứ Ba 04/6"),
        (date(2024, 2, 3), "thứ Bảy 03/02"),
        (date(2024, 1, 1), "thứ Hai 01/01"),
        (date(2024, 6, 2), "Chủ nhật 02/6"),
        (date(2024, 12, 20), "thứ Sáu 20/12"),
    ],
)
def test_dates_are_written_as_in_the_plan(d, written):
    """Day in two digits, months 01 and 02 too, the others bare."""
    assert numbers.weekday_day(d) == written


def test_moments_are_written_for_cut_off_lines():
    """Time, date and both together."""
    as_of = datetime(2024, 5, 29, 10, 0, tzinfo=UTC)
    assert numbers.full_date(as_of) == "29/5/2024"
    assert numbers.clock_time(time(15, 42)) == "15:42"
    assert numbers.moment(as_of) == "10:00 ngày 29/5/2024"
