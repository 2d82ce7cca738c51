"""Whether a rung may still go out, and why it may not. Pure: rungs and days in, decisions out."""

from datetime import date

from handlers.rules.ladder import Rung
from handlers.rules.workdays import Workdays

ON_THE_DAY = "T0"
GRACE = "D"
NEW = "new"
"""The occurrence of what was given after rungs had passed."""


def is_untrue(
    rung: Rung, today: date, last_day: date, upcoming: Rung | None, workdays: Workdays, *, late: bool
) -> bool:
    """Say whether a rung is dropped: its last day is over, or it is late (not put off on purpose) and the next near."""
    over = max(last_day, rung.day) if rung.name == GRACE else last_day
    if not rung.overdue and today > over:
        return True
    return late and upcoming is not None and upcoming.day <= workdays.plus(today, 1)


def silence(rung: Rung, today: date, *, paused: bool, promised_on: date | None, skip_next: bool) -> str:
    """Say why nothing is said now: "paused", "promised", "skipped", or "" when something is.

    The last day's rung is never skipped: "Đang làm" on its eve is no reason to let the day pass unsaid.
    """
    if paused:
        return "paused"
    if promised_on and today < promised_on:
        return "promised"
    return "skipped" if skip_next and rung.name != ON_THE_DAY else ""
