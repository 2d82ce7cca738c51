"""Each named check of answers: when it fires, when it does not, and what it says."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import folder
from handlers.rules.checks import CHECKS

TODAY, HELD = date(2024, 5, 20), date(2024, 5, 13)
KNOWN = {
    "today": TODAY,
    "plan_date": date(2024, 4, 22),
    "last_on_time": date(2024, 5, 30),
    "date": HELD,
    "period_start": date(2024, 4, 1),
    "period_end": date(2024, 7, 1),
    "quarter": "II",
    "register": 26,
    "register_masses": 9,
    "exempt": 2,
    "total": 26,
    "attended": 24,
    "absent": 2,
}


@pytest.mark.parametrize(
    ("name", "odd", "fine"),
    [
        ("in_future", [date(2024, 5, 21)], [TODAY, HELD]),
        ("in_past", [date(2024, 5, 19)], [TODAY, date(2024, 6, 1)]),
        ("before_plan", [date(2024, 4, 21)], [date(2024, 4, 22)]),
        ("after_last_on_time", [date(2024, 5, 31)], [date(2024, 5, 30)]),
        ("before_conference", [date(2024, 5, 12)], [HELD]),
        (
            "plan_after_conference",
            [{"number": "05", "date": "2024-05-14"}],
            [{"number": "05", "date": "2024-05-13"}, {"number": "05", "date": ""}],
        ),
        ("outside_period", [date(2024, 3, 31), date(2024, 7, 1)], [date(2024, 4, 1), date(2024, 6, 30)]),
        (
            "outside_plan",
            ["deputy_secretary", "other"],
            ["branch_secretary", "standing_committee_member", "department_leader"],
        ),
        ("differs_from_register", [25, 27], [26]),
        ("above_summoned", [27], [0, 26]),
        ("nobody", [0], [1]),
        ("below_half", [1, 12], [0, 13, 26]),
        ("share", [0, 24, 26], [27]),
        ("above_absent", [3], [1, 2]),
        ("above_register_masses", [10], [0, 9]),
        ("above_members", [29], [0, 28]),
    ],
)
def test_a_check_fires_just_where_it_should(name, odd, fine):
    """The last value that is fine and the first that is odd."""
    check = CHECKS[name]
    assert all(check(value, KNOWN) is not None for value in odd)
    assert all(check(value, KNOWN) is None for value in fine)


@pytest.mark.parametrize("name", sorted(set(CHECKS) - {"in_future", "in_past", "nobody", "outside_plan"}))
def test_a_check_is_silent_where_nothing_is_known_to_compare_with(name):
    """No register, no conference day, no period: nothing to find."""
    value = {
        "plan_after_conference": {"number": "", "date": "2024-05-10"},
        "before_plan": HELD,
        "after_last_on_time": HELD,
        "before_conference": HELD,
        "outside_period": HELD,
    }.get(name, 7)
    assert CHECKS[name](value, {"today": TODAY}) is None


def test_every_check_is_used_and_says_where_it_comes_from():
    """No check without a form that names it, none without a docstring."""
    shipped = folder.load(Path(__file__).parent.parent / "campaigns" / "chuyen-de-2024", CHECKS)
    used = {check.name for form in shipped.forms for question in form.questions for check in question.checks}
    assert used == set(CHECKS)
    assert all(check.__doc__ for check in CHECKS.values())


@given(st.integers(0, 5000), st.integers(1, 2000))
def test_attendance_is_refused_doubted_or_shown(attended, total):
    """Whatever the figures: above the total refused, otherwise a rate is shown, and doubts exclude each other."""
    names = {**KNOWN, "total": total}
    refused = CHECKS["above_summoned"](attended, names) is not None
    assert refused == (CHECKS["share"](attended, names) is None)
    assert not (CHECKS["nobody"](attended, names) and CHECKS["below_half"](attended, names))
