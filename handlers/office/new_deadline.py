"""A deadline the office adds: what, with which form, by when, for whom; seen as it would be told, then given out."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import orjson

from handlers.office import deadlines as listed
from handlers.office import foresight, picking, trial
from handlers.rules import timeliness
from handlers.rules.timeliness import Dates
from handlers.turn import Turn
from messages.reading import days
from messages.types import Choice
from models import deadline as stored
from models import form as forms
from models import unit
from models.campaign import Campaign
from models.deadline import Deadline, DueMode
from models.form import Form
from models.unit import Unit

SHORTEST, LONGEST = 5, 160
PLAIN = "task"  # the form for what needs none of its own
SHORT = 44  # letters of what a deadline is called on buttons


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of the deadline so far; `units` ids, () for all branches."""

    title: str = ""
    form: str = ""
    day: str = ""
    mode: str = DueMode.BY
    text: str = ""
    units: tuple[int, ...] = ()

    def dumped(self) -> str:
        """Return it as buttons carry it."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def loaded(cls, given: str) -> "Given":
        """Return what a button carried."""
        found = orjson.loads(given)
        return cls(**{**found, "units": tuple(found["units"])})

    @property
    def last_day(self) -> date:
        """The last day on time."""
        return timeliness.last_on_time(date.fromisoformat(self.day), DueMode(self.mode))

    def choice(self, action: str, label: str = "", **more: Any) -> Choice:
        """Return a button that carries it on."""
        return Choice(action, {"given": self.dumped(), **more}, label)


async def begin(turn: Turn) -> None:
    """[Thêm việc, mốc]: what is it?"""
    turn.expect("new_deadline.title")
    await turn.say("new_deadline.title")


async def title(turn: Turn) -> None:
    """What was typed is its title; with which form is it answered?"""
    words = " ".join(turn.incoming.text.split())
    current = await turn.campaign()
    if current is None or not SHORTEST <= len(words) <= LONGEST:
        await turn.say("new_deadline.title_wrong")
        return
    turn.expect_nothing()
    found = await _forms(turn, current)
    given = Given(title=words)
    menu = [
        [replace(given, form=each.name).choice("new_deadline.form", _label(each), name=each.body["title"])]
        for each in sorted(found, key=lambda each: each.name != PLAIN)
    ]
    await turn.say("new_deadline.form", choices=menu, title=words)


async def _forms(turn: Turn, current: Campaign) -> list[Form]:
    """Return the forms with which branches answer a deadline: the plan's, those it allows, and the plain one."""
    asked = (await turn.plan()).answering | {PLAIN}
    return [each for each in await forms.newest(turn.session, current.id) if each.name in asked]


def _label(each: Form) -> str:
    return "new_deadline.plain" if each.name == PLAIN else "new_deadline.form"


async def form(turn: Turn, given: str, **_: Any) -> None:
    """By when?"""
    turn.expect("new_deadline.day", given=given)
    await turn.say("new_deadline.day")


async def day(turn: Turn) -> None:
    """The day that was typed; for whom?"""
    given = Given.loaded(str(turn.conversation.subject["given"]))
    read = days.read_due(turn.incoming.text, today=turn.today)
    if read is None or timeliness.last_on_time(read.date, DueMode(read.mode)) < turn.today:
        await turn.say("deadlines.day_wrong", past=read is not None)
        return
    turn.expect_nothing()
    now = replace(given, day=read.date.isoformat(), mode=read.mode, text=read.text)
    number = await unit.number(turn.session, turn.committee.id)
    menu = [[now.choice("new_deadline.preview", "new_deadline.all", count=number), now.choice("new_deadline.choose")]]
    await turn.say("new_deadline.whom", choices=menu, last_day=now.last_day, worded=now.text)


async def choose(turn: Turn, given: str, page: int = 0, **_: Any) -> None:
    """[Chọn chi bộ]: each a button; a name may be typed."""
    now, number = Given.loaded(given), await unit.number(turn.session, turn.committee.id)
    page = picking.last_page(number, page)
    shown = await unit.page(turn.session, turn.committee.id, page * picking.A_PAGE, picking.A_PAGE)
    turn.expect("new_deadline.named", given=given)
    menu = [
        *picking.toggles(shown, now.units, 0, lambda each, label: _toggle(now, each, label, page)),
        *picking.turns(number, page, lambda to, label: now.choice("new_deadline.choose", label, page=to)),
    ]
    if now.units:
        menu.append([now.choice("new_deadline.preview", "new_deadline.see", count=len(now.units))])
    await turn.say("new_deadline.choose", choices=menu, count=len(now.units))


def _toggle(now: Given, each: Unit, label: str, page: int) -> Choice:
    changed = replace(now, units=tuple(sorted(set(now.units) ^ {each.id})))
    return changed.choice("new_deadline.choose", label, page=page, name=each.name)


async def named(turn: Turn) -> None:
    """Branches that were typed are chosen too."""
    now = Given.loaded(str(turn.conversation.subject["given"]))
    found = picking.named(turn.incoming.text, await unit.branches(turn.session, turn.committee.id))
    if not found:
        await turn.say("picking.unknown")
    else:
        await choose(turn, replace(now, units=tuple(sorted({*now.units, *(each.id for each in found)}))).dumped())


async def preview(turn: Turn, given: str, **_: Any) -> None:
    """Who would be told what and when, before it is given out."""
    now, current = Given.loaded(given), await turn.campaign()
    if current is None or await _spoiled(turn, current, now):
        await begin(turn)
        return
    turn.expect_nothing()
    branches = await unit.number(turn.session, turn.committee.id, now.units)
    ahead = await foresight.foresee(turn, Dates(now.last_day), unit.active(turn.committee.id, now.units))
    found = await forms.latest(turn.session, current.id, now.form)
    await turn.say(
        "new_deadline.preview",
        choices=[
            [now.choice("new_deadline.keep"), now.choice("new_deadline.form", "new_deadline.day")],
            [Choice("deadlines.show", {}, "new_deadline.drop")],
        ],
        title=now.title,
        form=found.body["title"] if found and now.form != PLAIN else "",
        due_text=now.text,
        branches=branches,
        for_some=await listed.branch_names(turn, list(now.units)),
        more=max(branches - listed.NAMED, 0),
        live=await turn.pushing(),
        message=await trial.first(turn, Deadline(**await _row(turn, current, now)), ahead),
        **listed.ahead_values(ahead),
    )


async def _spoiled(turn: Turn, current: Campaign, now: Given) -> bool:
    """Say whether this can no longer be given out so: its day is over, its form or a branch is not of here."""
    gone = now.units and await unit.number(turn.session, turn.committee.id, now.units) < len(set(now.units))
    known = {each.name for each in await _forms(turn, current)}
    return not now.day or now.last_day < turn.today or now.form not in known or bool(gone)


async def keep(turn: Turn, given: str) -> None:
    """[Giao việc]: the clock's next look gives every branch its part and tells it."""
    now, current = Given.loaded(given), await turn.campaign()
    if current is None or await _spoiled(turn, current, now):
        await begin(turn)
        return
    known = await stored.current(turn.session, current.id)
    if any((each.title, each.due_date.isoformat()) == (now.title, now.day) for each in known):
        await turn.say("new_deadline.there", title=now.title, choices=[[Choice("deadlines.show")]])
        return
    made = Deadline(**await _row(turn, current, now))
    turn.session.add(made)
    await turn.session.flush()
    turn.note("deadline.add", f"deadline:{made.id}", turn.me, branches=len(now.units))
    branches = await unit.number(turn.session, turn.committee.id, now.units)
    ahead = await foresight.foresee(turn, Dates(now.last_day), unit.active(turn.committee.id, now.units))
    menu = [[Choice("deadlines.one", {"deadline": made.id}, "deadlines.see"), Choice("deadlines.show")]]
    live = await turn.pushing()
    await turn.say(
        "new_deadline.kept",
        choices=menu,
        title=now.title,
        branches=branches,
        live=live,
        first=ahead.first,
        last_day=now.last_day,
    )


async def _row(turn: Turn, current: Campaign, now: Given) -> dict[str, Any]:
    names = await stored.names(turn.session, current.id)
    number = next(n for n in range(1, len(names) + 2) if f"added_{n}" not in names)
    return {
        "committee_id": turn.committee.id,
        "campaign_id": current.id,
        "name": f"added_{number}",
        "period": "",
        "version": 1,
        "form_name": now.form,
        "title": now.title,
        "short_title": now.title if len(now.title) <= SHORT else now.title[:SHORT].rsplit(" ", 1)[0] + "…",
        "duties": [],
        "due_text": now.text,
        "due_mode": now.mode,
        "due_date": date.fromisoformat(now.day),
        "last_on_time": now.last_day,
        "grace_to": None,
        "set_by_office": True,
        "example": await _example(turn, now.form),
        "units": list(now.units),
    }


async def _example(turn: Turn, form: str) -> str:
    """Return how a reply may look: as the plan says of the form, else of a deadline without one."""
    own = next((each.example for each in (await turn.plan()).optional if each.form == form), "")
    return own or turn.words("new_deadline.example", plain=True)
