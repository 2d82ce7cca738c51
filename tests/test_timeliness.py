"""The four times of a deadline as pure tables: open, on time, in grace, late, after the adding up; moved, extended."""

from datetime import date, timedelta

import pytest

from campaigns import schema
from handlers.rules import ladder, timeliness
from handlers.rules.ladder import Ladder
from handlers.rules.timeliness import Dates, Timeliness
from handlers.rules.workdays import Workdays

PLAN = Dates(date(2024, 5, 30), date(2024, 5, 31), None, date(2024, 5, 2), date(2024, 6, 9))
"""Opens 2/5, last on time Thu 30/5, grace until Fri 31/5, added up at the end of 9/6."""


def may(day: int) -> date:
    """Return a day counted from 1 May: 31 is 31/5, 32 is 1/6."""
    return date(2024, 4, 30) + timedelta(days=day)


@pytest.mark.parametrize(
    ("sent", "extended", "counts", "late", "after"),
    [
        (2, None, "on_time", 0, False),
        (30, None, "on_time", 0, False),
        (31, None, "on_due_day", 0, False),
        (32, None, "late", 1, False),
        (40, None, "late", 9, False),  # 9/6, the last day before the adding up
        (41, None, "late", 10, True),
        (35, 35, "on_time", 0, False),
        (36, 35, "late", 1, False),
        (31, 29, "on_due_day", 0, False),  # more time that ends before the last day gives none
        (31, 30, "on_due_day", 0, False),
        (31, 31, "on_time", 0, False),
        (45, 45, "on_time", 0, True),  # in its own time, and yet after the adding up
        (46, 45, "late", 1, True),
    ],
)
def test_how_a_report_counts(sent: int, extended: int | None, counts: str, late: int, after: bool) -> None:
    """Edges of each time, with and without more time for the branch."""
    dates = Dates(PLAN.last_on_time, PLAN.grace_to, (extended and may(extended)) or None, PLAN.opens_on, PLAN.closes_on)
    day = may(sent)
    assert (timeliness.judge(day, dates), timeliness.days_late(day, dates)) == (Timeliness(counts), late)
    assert timeliness.after_closing(day, dates) is after


@pytest.mark.parametrize(("day", "is_open"), [(1, False), (2, True), (30, True), (60, True)])
def test_open_from_its_day_on(day: int, is_open: bool) -> None:
    """Closing ends nothing: a report is taken for ever after it opened."""
    assert PLAN.open(may(day)) is is_open
    assert Dates(PLAN.last_on_time).open(may(day))


@pytest.mark.parametrize(
    ("to", "opens", "grace", "closes", "wanted"),
    [
        (may(50), date(2024, 5, 2), may(51), may(60), may(28)),  # three weeks later: all go along, the wish stays
        (may(28), date(2024, 5, 2), may(29), may(38), may(28)),
        (may(27), date(2024, 5, 2), may(28), may(37), None),  # the wish would come after the last day
        (may(1), None, may(2), may(11), None),  # it would open after its last day
    ],
)
def test_moved_keeps_its_grace(to: date, opens: date | None, grace: date, closes: date, wanted: date | None) -> None:
    """Grace and adding up stay as far behind the last day as they were."""
    after = timeliness.moved(PLAN, to, may(28))
    assert after == {"opens_on": opens, "grace_to": grace, "closes_on": closes, "office_wanted_on": wanted}


def test_moved_without_grace_gets_none() -> None:
    """Nothing comes of nothing."""
    none = {"opens_on": None, "grace_to": None, "closes_on": None, "office_wanted_on": None}
    assert timeliness.moved(Dates(may(30)), may(40), None) == none


WORKDAYS = Workdays({})
RUNGS = {"T-10": 16, "T-5": 23, "T-3": 27, "T-1": 29, "T0": 30, "D": 31, "+1": 34, "+2": 36, "+3": 38}
"""The whole ladder of the plan's deadline, as days counted from 1 May."""


def names(dates: Dates) -> dict[str, int]:
    """Return {rung: its day}."""
    return {each.name: (each.day - may(0)).days for each in ladder.rungs(Ladder(), WORKDAYS, dates)}


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (PLAN, RUNGS),
        (Dates(may(30), may(31), None, may(24), None), {n: d for n, d in RUNGS.items() if d >= 24}),
        (Dates(may(30), may(31), None, may(23), None), {n: d for n, d in RUNGS.items() if d >= 23}),
        (Dates(may(30), may(31), None, None, may(36)), {n: d for n, d in RUNGS.items() if d <= 36}),
        (Dates(may(30), may(31), None, None, may(35)), {n: d for n, d in RUNGS.items() if d <= 35}),
        (Dates(may(30), may(31), None, None, may(31)), {n: d for n, d in RUNGS.items() if d <= 31}),
        # grace over the weekend until Tue 4/6: no note while a report still counts
        (
            Dates(may(30), may(35)),
            {**{n: d for n, d in RUNGS.items() if d <= 30}, "D": 35, "+1": 37, "+2": 41, "+3": 43},
        ),
        # more time until Tue 4/6 replaces the grace; the ladder climbs to it
        (
            Dates(may(30), may(31), may(35)),
            {"T-10": 21, "T-5": 28, "T-3": 30, "T-1": 34, "T0": 35, "+1": 37, "+2": 41, "+3": 43},
        ),
    ],
)
def test_no_rung_before_it_opens_nor_after_it_is_closed(dates: Dates, expected: dict[str, int]) -> None:
    """Opening, grace, adding up and more time, each on its edge."""
    assert names(dates) == expected


@pytest.mark.parametrize(
    ("grace", "mode", "due", "last", "to"),
    [
        (True, "before", date(2024, 5, 31), date(2024, 5, 30), date(2024, 5, 31)),
        (True, "by", date(2024, 5, 31), date(2024, 5, 31), None),  # the due day is on time anyway
        (3, "by", date(2024, 5, 31), date(2024, 5, 31), date(2024, 6, 3)),
        (0, "before", date(2024, 5, 31), date(2024, 5, 30), None),
        (False, "before", date(2024, 5, 31), date(2024, 5, 30), None),
    ],
)
def test_grace_as_a_plan_says_it(grace: bool | int, mode: str, due: date, last: date, to: date | None) -> None:
    """True is the due day itself, a number so many days after the last."""
    given = schema.Deadline.model_validate(
        {
            "name": "x",
            "title": "x",
            "short_title": "x",
            "form": "x",
            "duties": ["D1"],
            "example": "x",
            "due_mode": mode,
            "due_date": due,
            "grace": grace,
            "closes_after": 10,
        }
    )
    assert timeliness.last_on_time(due, mode) == last
    assert schema.grace_to(given, due, last) == to
    assert schema.closes_on(given, last) == last + timedelta(days=10)
