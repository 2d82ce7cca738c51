"""What the plan does not say is asked of the office once, one question at a time, and can be changed later.

Invents nothing: what nobody filled in stays empty. A changed day of a quarter becomes a new version of its deadline.
"""

import re
from datetime import date
from typing import Any

from campaigns import schema
from handlers import plan
from handlers.office import moving
from handlers.rules import timeliness
from handlers.turn import Turn
from messages.reading import dates, numbers
from messages.types import Choice, Value
from models import deadline as deadlines
from models.campaign import Campaign
from models.deadline import Deadline

ASKED = "setup_asked"
"""The campaign's fact that says that the office was asked."""
SHORTEST, LONGEST = 2, 80
_DAY = re.compile(r"\d{1,2}")


async def offer(turn: Turn) -> None:
    """Ask the first office person who joins, once."""
    current = await turn.the_campaign()
    missing = await _unknown(turn, current)
    if missing and not current.facts.get(ASKED):
        current.facts = {**current.facts, ASKED: True}
        await turn.say(
            "setup.offer",
            count=len(missing),
            choices=[[Choice("setup.all"), Choice("unknown.nothing", label="setup.later")]],
        )


async def show(turn: Turn, rest: str = "") -> None:
    """/caidat: what is set, each with a button to change it."""
    turn.expect_nothing()
    current, facts = await turn.the_campaign(), (await turn.plan()).missing
    values = [_shown(each, _value(turn, current, each)) for each in facts]
    lines = [{"key": each.key, "takes": each.kind, "value": value} for each, value in zip(facts, values, strict=True)]
    buttons = [Choice("setup.one", {"key": each.key}, label=f"setup.{each.key}") for each in facts]
    rows = [buttons[n : n + 2] for n in range(0, len(buttons), 2)]
    missing = await _unknown(turn, current)
    first = [[Choice("setup.all", {"count": len(missing)}, label="setup.missing")]] if missing else []
    await turn.say("setup.list", lines=lines, choices=[*first, *rows])


async def ask_all(turn: Turn, count: int = 0) -> None:
    """Ask what is missing, one question at a time."""
    await _next(turn, "")


async def one(turn: Turn, key: str) -> None:
    """Ask for one fact."""
    await _ask(turn, key, in_turn=False)


async def later(turn: Turn, key: str, in_turn: bool = False) -> None:
    """[Để sau]: leave this one empty for now."""
    await (_next(turn, key) if in_turn else show(turn))


async def _next(turn: Turn, after: str) -> None:
    """Ask for the next missing fact after one, or show all at the end."""
    current = await turn.the_campaign()
    keys = [each.key for each in (await turn.plan()).missing]
    still = {each.key for each in await _unknown(turn, current)}
    coming = [key for key in keys[keys.index(after) + 1 if after in keys else 0 :] if key in still]
    if coming:
        await _ask(turn, coming[0], in_turn=True)
    else:
        await show(turn)


async def _ask(turn: Turn, key: str, *, in_turn: bool, template: str = "setup.ask") -> None:
    fact = await _fact(turn, key)
    if fact is None:
        await show(turn)
        return
    turn.expect("setup.answer", key=key, in_turn=in_turn)
    about: dict[str, Value] = {"key": key, "in_turn": in_turn}
    given = await _given(turn, fact)
    proposed = given.proposal.day if given and given.proposal else None
    choices = [Choice("setup.propose", {**about, "value": proposed})] if proposed else []
    if not in_turn and fact.kind != "day_of_month" and _value(turn, await turn.the_campaign(), fact):
        choices.append(Choice("setup.empty", {"key": key}))
    await turn.say(template, key=key, takes=fact.kind, choices=[[*choices, Choice("setup.later", about)]])


async def answer(turn: Turn) -> None:
    """Read what was typed; what cannot be read is asked again with help."""
    key, in_turn = str(turn.conversation.subject.get("key", "")), bool(turn.conversation.subject.get("in_turn"))
    fact = await _fact(turn, key)
    value = read(fact, turn.incoming.text, turn.today) if fact else None
    if value is None:
        await _ask(turn, key, in_turn=in_turn, template="setup.help")
    else:
        await propose(turn, key, value, in_turn)


def read(fact: schema.Missing, said: str, today: date) -> str | int | None:
    """Return the value meant: a text, a day "2024-05-10", a day of the month; None where it cannot be told."""
    words = " ".join(said.split())
    if fact.kind == "day_of_month":
        found = numbers.read_number(words) or (int(_DAY.findall(words)[0]) if len(_DAY.findall(words)) == 1 else 0)
        return found if 1 <= found <= schema.LATEST_DAY else None
    if fact.kind == "date":
        day = dates.read_date(words, today=today, tense="past" if fact.key == "plan_date" else "future").date
        return day.isoformat() if day else None
    return words if SHORTEST <= len(words) <= LONGEST else None


async def propose(turn: Turn, key: str, value: str | int, in_turn: bool = False) -> None:
    """Read a value back before it is kept; a day of a quarter with the days that follow from it."""
    fact = await _fact(turn, key)
    if fact is None:
        await show(turn)
        return
    turn.expect("setup.answer", key=key, in_turn=in_turn)
    about: dict[str, Value] = {"key": key, "in_turn": in_turn}
    await turn.say(
        "setup.read_back",
        key=key,
        takes=fact.kind,
        value=_shown(fact, value),
        days=await _days(turn, fact, value),
        choices=[[Choice("setup.keep", {**about, "value": value}), Choice("setup.again", about)]],
    )


async def again(turn: Turn, key: str, in_turn: bool = False) -> None:
    """[Sửa]: ask once more."""
    await _ask(turn, key, in_turn=in_turn)


async def keep(turn: Turn, key: str, value: str | int, in_turn: bool = False) -> None:
    """[Đúng]: keep it, move the deadlines that hang on it, go on."""
    fact = await _fact(turn, key)
    if fact is None:
        await show(turn)
        return
    await _set(turn, fact, value)
    await turn.say("setup.kept", key=key, takes=fact.kind, value=_shown(fact, value))
    await later(turn, key, in_turn)


async def empty(turn: Turn, key: str) -> None:
    """[Để trống]: dotted in documents again."""
    fact = await _fact(turn, key)
    if fact is not None and fact.kind != "day_of_month":
        await _set(turn, fact, "")
    await show(turn)


async def _set(turn: Turn, fact: schema.Missing, value: str | int) -> None:
    current = await turn.the_campaign()
    turn.note("setup.set", f"campaign:{current.id}", turn.me, field=fact.key)
    if fact.of == "committee":
        turn.committee.facts = {**turn.committee.facts, fact.key: value}
        return
    given = await _given(turn, fact)
    current.facts = {**current.facts, f"due.{given.name}" if given else fact.key: value}
    if given:
        await _move(turn, current, given)


# Days of a quarter


async def _days(turn: Turn, fact: schema.Missing, value: str | int) -> list[dict[str, Any]]:
    """Return what a day means for each quarter: its last day, or that the old one stays because that day is over."""
    given, current = await _given(turn, fact), await turn.the_campaign()
    if given is None:
        return []
    in_force = await _in_force(turn, current, given)
    found = []
    for period in schema.periods(given):
        day = timeliness.last_on_time(_day(period, int(value)), given.due_mode)
        old = in_force.get(period)
        stays = old is not None and day < turn.today
        title = schema.titled(given.short_title, period)
        found.append({"title": title, "day": old.last_on_time if old and stays else day, "stays": stays})
    return found


def _day(period: str, day: int) -> date:
    return date(int(period[:4]), int(period[-1]) * 3, day)


async def _in_force(turn: Turn, current: Campaign, given: schema.Deadline) -> dict[str, Deadline]:
    found = await deadlines.current(turn.session, current.id)
    return {each.period: each for each in found if each.name == given.name and each.campaign_id == current.id}


async def _move(turn: Turn, current: Campaign, given: schema.Deadline) -> None:
    """Give every quarter's deadline that is there the new day, unless that day is over."""
    for period, old in (await _in_force(turn, current, given)).items():
        day = plan.office_day(current, given, period)
        if day and day != old.due_date and timeliness.last_on_time(day, given.due_mode) >= turn.today:
            await moving.replace(turn, old, turn.me, plan.deadline_row(current, given, period, day))


# Facts


async def _fact(turn: Turn, key: str) -> schema.Missing | None:
    return next((each for each in (await turn.plan()).missing if each.key == key), None)


async def _given(turn: Turn, fact: schema.Missing) -> schema.Deadline | None:
    return next((each for each in (await turn.plan()).deadlines if each.name == fact.deadline), None)


async def _unknown(turn: Turn, current: Campaign) -> list[schema.Missing]:
    return [each for each in (await turn.plan()).missing if not _value(turn, current, each)]


def _value(turn: Turn, current: Campaign, fact: schema.Missing) -> str | int:
    facts = turn.committee.facts if fact.of == "committee" else current.facts
    found: str | int = facts.get(f"due.{fact.deadline}" if fact.deadline else fact.key) or ""
    return found


def _shown(fact: schema.Missing, value: str | int) -> Any:
    return date.fromisoformat(str(value)) if fact.kind == "date" and value else value
