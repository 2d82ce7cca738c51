"""What the plan is silent on is asked, then what would be told is shown, and only then is the draft in force."""

from dataclasses import replace
from datetime import date
from typing import Any

from campaigns import schema
from handlers import install
from handlers import plan as planning
from handlers.office import foresight, plan_draft
from handlers.rules import drafted
from handlers.rules.drafted import Item
from handlers.rules.timeliness import Dates
from handlers.turn import Turn
from messages.reading import dates, numbers
from messages.types import Choice
from models import campaign as campaigns
from models import form as forms
from models import unit
from models.campaign import Campaign, CampaignState

ASKED = ("title", "number", "date", "superior_due")
LATER = "later"
"""The draft's fact that names what the office left open."""
PROPOSED = 20  # the day of a quarter's last month that is proposed where the plan names none
_SPOKEN = ("2", "3", "4", "5", "6", "7", "cn")
FRIDAY = "6"
"""The day of the week that is proposed, as one types it: thứ 6."""
SHORTEST, LONGEST = 2, 80
SHOWN = 8


async def ask(turn: Turn, plan: int, **_: Any) -> None:
    """[Xong, xem lịch nhắc]: ask what is missing, one question at a time; then show what would be told."""
    draft = await plan_draft.mine(turn, plan)
    if draft is None:
        return
    if not _kept(draft):
        await turn.say("plan_start.nothing", choices=[[plan_draft.back(plan)]])
        return
    missing = next((each for each in _questions(draft) if not _known(draft, each)), None)
    if missing is None:
        await _preview(turn, draft)
    else:
        await _ask(turn, draft, missing)


def _kept(draft: Campaign) -> list[Item]:
    return [each for each in plan_draft.items_of(draft) if each.kept]


def _questions(draft: Campaign) -> list[str]:
    """Return keys of what is asked; "day:3" is the day of item 3."""
    every = plan_draft.items_of(draft)
    return [*ASKED, *(f"day:{n}" for n, each in enumerate(every) if each.kept and each.every != "once")]


def _known(draft: Campaign, key: str) -> bool:
    if key in draft.facts.get(LATER, []):
        return True
    if key.startswith("day:"):
        return not plan_draft.items_of(draft)[int(key[4:])].lacks_day
    return bool(draft.facts.get(key))


async def _ask(turn: Turn, draft: Campaign, key: str, template: str = "plan_start.ask") -> None:
    turn.expect("plan_start.typed", plan=draft.id, key=key)
    about: dict[str, Any] = {"plan": draft.id, "key": key}
    choices = []
    if key == "title":
        choices.append(Choice("plan_start.keep", {**about, "value": draft.title}, "plan_start.proposed"))
    elif key.startswith("day:"):
        choices.append(_proposed(draft, key, about))
    else:
        choices.append(Choice("plan_start.skip", about))
    item = plan_draft.items_of(draft)[int(key[4:])] if key.startswith("day:") else None
    title = item.title if item else draft.title
    every = item.every if item else ""
    await turn.say(template, key=_asked(draft, key), title=title, every=every, choices=[choices])


def _asked(draft: Campaign, key: str) -> str:
    """Return what is asked: "weekday" for the day of something weekly."""
    return "weekday" if _is_weekly(draft, key) else key.partition(":")[0]


def _is_weekly(draft: Campaign, key: str) -> bool:
    return key.startswith("day:") and plan_draft.items_of(draft)[int(key[4:])].every == "week"


def _proposed(draft: Campaign, key: str, about: dict[str, Any]) -> Choice:
    if _is_weekly(draft, key):
        return Choice("plan_start.keep", {**about, "value": FRIDAY}, "plan_start.weekday")
    return Choice("plan_start.keep", {**about, "value": str(PROPOSED)}, "plan_start.day")


async def typed(turn: Turn) -> None:
    """Read back what was typed before it is kept."""
    plan, key = int(turn.conversation.subject.get("plan", 0)), str(turn.conversation.subject.get("key", ""))
    draft = await plan_draft.mine(turn, plan)
    if draft is None or key not in _questions(draft):
        return
    value = _read(draft, key, turn.incoming.text, turn.today)
    if value is None:
        await _ask(turn, draft, key, "plan_start.unclear")
        return
    about: dict[str, Any] = {"plan": plan, "key": key}
    shown: Any = date.fromisoformat(value) if key in ("date", "superior_due") else value
    if _is_weekly(draft, key):
        shown = drafted.weekday(value)
    keep, again = Choice("plan_start.keep", {**about, "value": value}), Choice("plan_start.again", about)
    await turn.say("plan_start.read_back", key=_asked(draft, key), value=shown, choices=[[keep, again]])


def _read(draft: Campaign, key: str, said: str, today: date) -> str | None:
    words = " ".join(said.split())
    if _is_weekly(draft, key):
        weekday = drafted.weekday(words)
        return _SPOKEN[weekday - 1] if weekday else None
    if key.startswith("day:"):
        day = numbers.read_number(words)
        return str(day) if day and 1 <= day <= schema.LATEST_DAY else None
    if key in ("date", "superior_due"):
        found = dates.read_date(words, today=today, tense="past" if key == "date" else "future").date
        return found.isoformat() if found else None
    return words if SHORTEST <= len(words) <= LONGEST else None


async def again(turn: Turn, plan: int, key: str = "", **_: Any) -> None:
    """[Gõ lại]."""
    draft = await plan_draft.mine(turn, plan)
    if draft and key in _questions(draft):
        await _ask(turn, draft, key)


async def keep(turn: Turn, plan: int, key: str = "", value: str = "", **_: Any) -> None:
    """[Đúng]: keep it, ask on."""
    draft = await plan_draft.mine(turn, plan)
    if draft is None or key not in _questions(draft) or (read := _read(draft, key, str(value), turn.today)) is None:
        return
    if key.startswith("day:"):
        every = plan_draft.items_of(draft)
        day = drafted.weekday(read) if _is_weekly(draft, key) else int(read)
        every[int(key[4:])] = replace(every[int(key[4:])], day=day)
        draft.facts = {**draft.facts, "items": drafted.stored(every)}
    else:
        draft.facts = {**draft.facts, key: read}
    if key == "title":
        draft.title = read
    turn.note("plan.correct", f"campaign:{draft.id}", turn.me, field=key.partition(":")[0])
    await ask(turn, plan)


async def skip(turn: Turn, plan: int, key: str = "", **_: Any) -> None:
    """[Để sau]: leave it open; /caidat takes it any time."""
    draft = await plan_draft.mine(turn, plan)
    if draft and key in ASKED:
        draft.facts = {**draft.facts, LATER: [*draft.facts.get(LATER, []), key]}
        turn.note("plan.correct", f"campaign:{draft.id}", turn.me, field=key)
        await ask(turn, plan)


async def _plan(turn: Turn, draft: Campaign) -> schema.Plan:
    made_on = draft.facts.get("date")
    chosen = drafted.Chosen(
        name=f"ke-hoach-{draft.id}",
        title=draft.title,
        number=draft.facts.get("number") or None,
        made_on=date.fromisoformat(made_on) if isinstance(made_on, str) else None,
        today=turn.today,
        example=turn.words("new_deadline.example", plain=True),
    )
    return drafted.plan(plan_draft.read_of(draft), _kept(draft), await turn.plan(), chosen)


async def _preview(turn: Turn, draft: Campaign) -> None:
    """Show who would be told what, and when; nothing is in force yet."""
    turn.expect_nothing()
    made, branches = await _plan(turn, draft), await unit.branches(turn.session, turn.committee.id)
    day_of = drafted.days(_kept(draft), await turn.plan())
    lines = []
    for name, title, dates_ in sorted(_days(made, day_of), key=lambda each: each[2].last_day)[:SHOWN]:
        day = dates_.last_day
        ahead = await foresight.foresee(turn, dates_, unit.active(turn.committee.id))
        lines.append({"name": name, "title": title, "last_day": day, "first": ahead.first, "times": len(ahead.days)})
    current = await turn.campaign()
    running = current is not None and current.state == CampaignState.LIVE
    start = [Choice("plan_start.begin", {"plan": draft.id}), plan_draft.back(draft.id)]
    await turn.say(
        "plan_start.preview",
        title=draft.title,
        lines=lines,
        branches=len(branches),
        weeks=drafted.WEEKS if any(each.every == "week" for each in _kept(draft)) else 0,
        running=current.title if current and running else "",
        same=(await turn.plan()).subject == plan_draft.read_of(draft).subject,
        choices=[start],
    )


def _days(made: schema.Plan, day_of: dict[str, Any]) -> list[tuple[str, str, Dates]]:
    """Return every deadline's days: name, title, last on-time day and when it opens."""
    found = []
    for each in made.deadlines:
        for period in schema.periods(each):
            day = each.due_date
            if day is None and period and (of := day_of.get(f"due.{each.name}")):
                day = date(int(period[:4]), int(period[-1]) * 3, int(of))
            if day:
                last = date.fromordinal(day.toordinal() - 1) if each.due_mode == "before" else day
                found.append((each.name, schema.titled(each.title, period), Dates(last, opens_on=each.opens_on)))
    return found


async def begin(turn: Turn, plan: int, **_: Any) -> None:
    """[Bắt đầu]: the draft becomes the running campaign; what the one before still asks for goes on beside it."""
    draft = await plan_draft.mine(turn, plan)
    current = await turn.campaign()
    if draft is None or current is None or not _kept(draft):
        return
    given = schema.Campaign(await _plan(turn, draft), await _forms(turn, current), _excerpts(turn, draft), "")
    days = drafted.days(_kept(draft), await turn.plan())
    text = await campaigns.text_of(turn.session, draft.id)
    made = await install.campaign(turn.session, turn.committee, given)
    facts = {key: draft.facts[key] for key in ("superior_due",) if draft.facts.get(key)}
    made.facts, made.text = {**days, **facts, "setup_asked": True}, text
    made.state, made.started_at = CampaignState.LIVE, turn.now
    draft.state = CampaignState.DROPPED
    turn.note("campaign.start", f"campaign:{made.id}", turn.me, draft=draft.id)
    await turn.session.flush()
    turn.campaign_changed()
    await planning.ensure_deadlines(turn, made)
    see = [[Choice("golive.show"), Choice("deadlines.show", {}, "plan_start.deadlines")]]
    was = current.title if current.state == CampaignState.LIVE else ""
    await turn.say("plan_start.begun", title=made.title, was=was, choices=see)
    await turn.tell_office("plan_start.begun_office", but=turn.me, who=turn.me.name, title=made.title)


async def _forms(turn: Turn, current: Campaign) -> tuple[schema.Form, ...]:
    return tuple(schema.Form.model_validate(each.body) for each in await forms.newest(turn.session, current.id))


def _excerpts(turn: Turn, draft: Campaign) -> tuple[schema.Excerpt, ...]:
    read = plan_draft.read_of(draft)
    issuer = read.issuer or turn.committee.short_name
    return tuple(
        schema.Excerpt(
            name=f"plan-{n}",
            text=each.text,
            source=turn.words("plan_start.source", plain=True, issuer=issuer, part=each.part),
        )
        for n, each in enumerate(read.passages, 1)
    )
