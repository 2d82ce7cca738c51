"""Each named check of answers: when it fires, when it does not, and what it says."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import folder
from handlers.rules.answers import Before
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
        ("far_from_register", [1, 12, 53], [13, 26, 52]),
        ("above_summoned", [27], [0, 26]),
        ("nobody", [0], [1]),
        ("below_half", [1, 12], [0, 13, 26]),
        ("share", [0, 24, 26], [27]),
        ("above_absent", [3], [1, 2]),
        ("above_register_masses", [10], [0, 9]),
        ("above_members", [29], [0, 28]),
        ("not_an_hour", ["lúc nào cũng được", "hội trường"], ["morning", "14h30", "8 giờ", "đầu giờ chiều", "14:00"]),
        ("not_a_link", ["trang của Sở", "http://", "https:// a.vn"], ["https://so.example/tin/1", "http://a.vn"]),
        ("names_a_person", ["đ/c Lan chưa ghi sổ", "Nguyễn Văn A vắng"], ["Sổ ghi thiếu 02 buổi", "đồng chí Bí thư"]),
    ],
)
def test_a_check_fires_just_where_it_should(name, odd, fine):
    """The last value that is fine and the first that is odd."""
    check = CHECKS[name]
    assert all(check(value, KNOWN) is not None for value in odd)
    assert all(check(value, KNOWN) is None for value in fine)


@pytest.mark.parametrize(
    "name",
    sorted(
        set(CHECKS) - {"in_future", "in_past", "nobody", "outside_plan", "not_a_link", "not_an_hour", "names_a_person"}
    ),
)
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


@pytest.mark.parametrize(
    ("old", "new", "ratio", "more"),
    [
        (4, 16, 4, False),
        (4, 17, 4, True),
        (0, 30, 0, False),
        (30, 9, 0, True),
        ({"number": 5}, 15, 3, False),
        (10, {"number": 30}, 3, False),
    ],
)
def test_a_figure_that_jumps_is_doubted(old, new, ratio, more):
    """Three times more or less than the period before, where either is at least ten; an estimate counts as a number."""
    limits = {"times": 3, "least": 10, "unit": "việc", "before": Before(old, "I")}
    found = CHECKS["jumps"](new, limits)
    assert (found["ratio"], found["more"], found["quarter"], found["unit"]) == (ratio, more, "I", "việc")


@pytest.mark.parametrize(
    ("old", "new"), [(2, 6), (1, 9), (0, 11), (16, 0), (5, 14), (30, 11), (None, 50), ("x", 50), (True, 50)]
)
def test_a_small_figure_or_none_before_is_no_news(old, new):
    """Small numbers, changes below the limit, and what was never reported."""
    limits = {"times": 3, "least": 10, "unit": "", "before": Before(old)}
    assert CHECKS["jumps"](new, limits) is None
    assert CHECKS["jumps"](new, {**limits, "before": None}) is None


def test_every_form_holds_figures_against_the_register():
    """Wherever members who must come, who came, non-members or pledges are asked, they are checked."""
    shipped = folder.load(Path(__file__).parent.parent / "campaigns" / "chuyen-de-2024", CHECKS)
    wanted = {
        "total": "differs_from_register",
        "attended": "above_summoned",
        "masses": "above_register_masses",
        "pledges": "above_members",
        "makeup": "above_absent",
    }
    asked = [q for form in shipped.forms for q in form.questions if q.figure in wanted]
    assert {q.figure for q in asked} == set(wanted)
    assert [q.id for q in asked if wanted[q.figure] not in {each.name for each in q.checks}] == []


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
