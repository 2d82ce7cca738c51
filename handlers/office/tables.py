"""Tables to take away: which rows, of which days, in which state, as Excel or CSV. A job makes them."""

import re
from datetime import date, timedelta
from typing import Any

from handlers.everyone import unknown
from handlers.office import export, table_files
from handlers.office.table_files import STATES, Chosen
from handlers.turn import Turn
from messages.reading import dates, fold
from messages.types import Choice, Value
from models import outbox

_MONTH = re.compile(r"thang (\d{1,2})(?:[/ ](?:nam )?(\d{4}))?")
_BETWEEN = re.compile(r"\s+(?:đến|den|tới|toi|->|–|-)\s+|\s*(?:–|->)\s*", re.IGNORECASE)
_ORDER = ("", *STATES)


async def show(
    turn: Turn, deadline: int, period: str = "", state: str = "", since: str = "", until: str = "", **_: Any
) -> None:
    """What would be in the table, each choice with a button."""
    found = await export.scope_of(turn, "", period, deadline)
    if found is None or state not in _ORDER:
        await unknown.old_button(turn)
        return
    turn.expect_nothing()
    about: dict[str, Value] = {**found.values, "state": state, "since": since, "until": until}
    after = _ORDER[(_ORDER.index(state) + 1) % len(_ORDER)]
    make = [Choice("tables.make", {**about, "csv": csv}, f"tables.csv_{csv}") for csv in (False, True)]
    choose = [
        Choice("tables.show", {**about, "state": after}, "tables.state"),
        Choice("tables.days", about),
    ]
    await turn.say(
        "tables.show",
        title=found.title,
        chosen=table_files.chosen_words(Chosen(state, since, until)),
        choices=[make, choose, [Choice("export.show")]],
    )


async def days(
    turn: Turn, deadline: int, period: str = "", state: str = "", since: str = "", until: str = "", **_: Any
) -> None:
    """[Khoảng ngày]: ask which."""
    turn.expect("tables.typed", deadline=deadline, period=period, state=state)
    about: dict[str, Value] = {"deadline": deadline, "period": period, "state": state}
    await turn.say("tables.days", choices=[[Choice("tables.show", {**about, "since": "", "until": ""}, "tables.any")]])


async def typed(turn: Turn) -> None:
    """Read the days that were typed; what cannot be read is asked again."""
    about, found = turn.conversation.subject, read_days(turn.incoming.text, turn.today)
    given = {name: about.get(name, "") for name in ("deadline", "period", "state")}
    if found is None:
        await turn.say("tables.which_days")
    else:
        first, last = found
        await show(turn, **given, since=first.isoformat(), until=last.isoformat())


def read_days(said: str, today: date) -> tuple[date, date] | None:
    """Return the first and the last day of "1/5 đến 31/5", "tháng 5", "ngày 13/5"; None where it cannot be told."""
    if month := _MONTH.fullmatch(fold.plain(said).strip()):
        return _month(int(month[1]), int(month[2]) if month[2] else today.year)
    parts = [each for each in _BETWEEN.split(said.strip().removeprefix("từ ").removeprefix("tu ")) if each]
    read = [dates.read_date(each, today=today, tense="past").date for each in parts]
    if not 1 <= len(read) <= 2 or None in read:  # noqa: PLR2004 (a first and a last day)
        return None
    first, last = read[0], read[-1]
    return (first, last) if first and last and first <= last else None


def _month(month: int, year: int) -> tuple[date, date] | None:
    if not 1 <= month <= 12 or not date.min.year < year < date.max.year:  # noqa: PLR2004 (months of a year)
        return None
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), after - timedelta(days=1)


async def make(
    turn: Turn,
    deadline: int,
    period: str = "",
    state: str = "",
    since: str = "",
    until: str = "",
    csv: bool = False,
) -> None:
    """[Tải Excel], [Tải CSV]: let a job do it."""
    found = await export.scope_of(turn, "", period, deadline)
    if found is None:
        await unknown.old_button(turn)
        return
    batch = f"table:{outbox.new_token()}"
    chosen: dict[str, Any] = {"state": state, "since": since, "until": until, "csv": csv}
    turn.later("table", account=turn.account.id, batch=batch, **found.values, **chosen)
    turn.note("export.table", f"campaign:{found.deadlines[0].campaign_id}", turn.me, csv=csv)
    await turn.say("tables.making", batch=batch, seconds=0)
