"""Answers from the records what the plan itself answers (when, where, with which form, sent or not). Decides nothing.

Nobody's telephone number and no other branch's state is ever told; what is not understood goes to the office.
"""

from collections.abc import Sequence
from typing import Any

from handlers.branch import answer, asked_about, duties, status
from handlers.branch.duties import STILL_OWED, Duty
from handlers.office import items
from handlers.routes import WRITERS
from handlers.turn import Turn
from messages.reading import plan_questions
from messages.reading.plan_questions import PlanQuestion
from messages.types import Choice, Rows
from models import form
from models.deadline import DueMode

MOST = 3
"""Duties spoken of in one answer."""
NAMES = ("inclusive", "template", "where", "due", "how")
"""Topics of which a question may name the duty."""


async def heard(turn: Turn, found: Sequence[Duty], text: str) -> bool:
    """Answer a question the records answer; say whether it was one."""
    asked = plan_questions.read(text)
    if asked is None:
        return False
    about = await _about(turn, found, asked, text)
    if asked.topic == "sent":
        await status.command(turn, "")
    elif asked.topic in ("phone", "others"):
        await _keep_private(turn, asked, text)
    elif asked.topic == "who":
        await _who(turn, about, text)
    elif about and asked.topic == "why":
        await answer.why(turn, str(about[0].id))
    elif about and asked.topic == "how":
        await _how(turn, about[0], text)
    elif about:
        return await _from_plan(turn, about, asked, text)
    return bool(about) or asked.topic in ("sent", "phone", "others", "who")


def is_greeting(text: str) -> bool:
    """Say whether somebody only greets, or asks who is there."""
    asked = plan_questions.read(text)
    return asked is not None and asked.topic == "who"


async def _about(turn: Turn, found: Sequence[Duty], asked: PlanQuestion, text: str) -> list[Duty]:
    """Return what is asked about: what the question names, else what the words answer, else what is open."""
    named = await asked_about.named(turn, found, text) if asked.topic in NAMES else []
    if asked.quarterly:
        rest = await _of_quarter(turn)
        ids = {duty.id for duty in named}
        return [*named, *(duty for duty in rest if duty.id not in ids)][:MOST]
    return (named or list(found or await duties.of_person(turn)))[:MOST]


async def _of_quarter(turn: Turn) -> list[Duty]:
    """Return what is due in the first quarter of which something is still owed."""
    owed = [duty for unit in await turn.units(WRITERS) for duty in await duties.of_unit(turn, unit.id)]
    coming = sorted((duty for duty in owed if duty.deadline.period), key=lambda duty: duty.last_day)
    return [duty for duty in coming if duty.deadline.period == coming[0].deadline.period]


async def _keep_private(turn: Turn, asked: PlanQuestion, text: str) -> None:
    choices = [*await _to_office(turn, None, text), [Choice("answer.call", {"obligations": ""})]]
    await turn.say("plan_answers.private", choices=choices, topic=asked.topic)


async def _who(turn: Turn, about: Sequence[Duty], text: str) -> None:
    duty = about[0] if about else None
    choices = [*(_begin(duty) if duty else []), *await _to_office(turn, duty, text)]
    ids = [duty.id] if duty else []
    await turn.say("plan_answers.who", choices=choices, about=ids, duty=await duties.view(turn, duty) if duty else None)


async def _how(turn: Turn, duty: Duty, text: str) -> None:
    [[ask]] = await _to_office(turn, duty, text)
    people = [ask, Choice("answer.call", {"obligations": str(duty.id)})]
    await turn.say(
        "plan_answers.how", choices=[*_begin(duty), people], about=[duty.id], duty=await duties.view(turn, duty)
    )


def _begin(duty: Duty) -> Rows:
    label = "conference.announce" if duty.announces else ""
    return [[Choice("report.begin", {"obligation": duty.id}, label)]] if duty.owed.state in STILL_OWED else []


async def _from_plan(turn: Turn, about: Sequence[Duty], asked: PlanQuestion, text: str) -> bool:
    if asked.topic == "inclusive":
        about = [duty for duty in about if duty.deadline.due_text or duty.deadline.set_by_office][:1]
    if asked.topic == "template":
        about = [duty for duty in about if await _makes_paper(turn, duty)][:1]
    if not about:
        return False
    seen = [await _seen(turn, duty) for duty in about]
    offered = _begin(about[0]) if asked.topic in ("where", "template") else []
    choices = [*offered, *await _to_office(turn, about[0], text)]
    await turn.say(f"plan_answers.{asked.topic}", choices=choices, about=[duty.id for duty in about], duties=seen)
    return True


async def _seen(turn: Turn, duty: Duty) -> dict[str, Any]:
    """Return what templates say of a duty, the plan's own words of it included."""
    plan, deadline = await turn.plan(), duty.deadline
    quotes = [each.quote for each in plan.duties if each.id in deadline.duties][-1:]
    before = deadline.due_mode == DueMode.BEFORE
    return {**await duties.view(turn, duty), "quote": "".join(quotes), "before": before, "plan_day": deadline.due_date}


async def _makes_paper(turn: Turn, duty: Duty) -> bool:
    newest = await form.latest(turn.session, duty.deadline.campaign_id, duty.deadline.form_name)
    return newest is not None and bool(newest.body.get("document"))


async def _to_office(turn: Turn, duty: Duty | None, text: str) -> Rows:
    """Keep the words, so that a press passes them on."""
    unit = duty.unit if duty else await duties.branch_of(turn)
    owed = duty.owed if duty else None
    kept = await items.keep(turn, unit, turn.me, text, owed=owed, message_id=turn.incoming.message_id)
    return [[Choice("reply.ask_office", {"item": kept.id})]]
