"""The draft of a plan as a list the office corrects: each item with the sentence it came from. Nothing is in force."""

from dataclasses import replace
from datetime import date
from typing import Any

from campaigns import schema
from handlers.everyone import unknown
from handlers.rules import drafted
from handlers.rules.drafted import Item
from handlers.turn import Turn
from messages.reading import days, numbers
from messages.reading.plan import as_json
from messages.reading.plan.shapes import PlanRead
from messages.types import Choice, Value
from models import form as forms
from models.campaign import Campaign, CampaignState

SHORTEST, LONGEST = 5, 160
ROW = 4  # buttons beside each other
FIELDS = ("title", "who", "due")
SHOWN, SAME = 260, 40  # letters of a sentence on the list, and by which a clause is found in it
MOST = 40  # items on the list; a plan has fewer for branches


def read_of(draft: Campaign) -> PlanRead:
    """Return what was read, without its text."""
    return as_json.loaded({**draft.body, "text": ""})


def items_of(draft: Campaign) -> list[Item]:
    """Return the items as they are now."""
    return drafted.loaded(draft.facts["items"])


async def mine(turn: Turn, plan: int) -> Campaign | None:
    """Return the committee's draft of that id; None, with the present step shown, for anything else."""
    found = await turn.session.get(Campaign, plan)
    if found is None or found.committee_id != turn.committee.id or found.state != CampaignState.DRAFT:
        await unknown.old_button(turn)
        return None
    return found


def shown(draft: Campaign) -> dict[str, Any]:
    """Return what plan_draft.list says, and its buttons."""
    read, every = read_of(draft), items_of(draft)
    listed = [n for n, each in enumerate(every) if _is_listed(each)][:MOST]
    numbers_ = [
        Choice("plan_draft.one", {"plan": draft.id, "place": n, "number": at}) for at, n in enumerate(listed, 1)
    ]
    rows = [numbers_[at : at + ROW] for at in range(0, len(numbers_), ROW)]
    rest = len(every) - len(listed)
    about: dict[str, Value] = {"plan": draft.id}
    more = [Choice("plan_draft.undated", {**about, "count": rest})] if rest else []
    last = [Choice("plan_start.ask", about, "plan_draft.next"), Choice("plan_draft.drop", about)]
    return {
        "number": draft.facts.get("number") or "",
        "day": _day(draft.facts.get("date")),
        "issuer": read.issuer or "",
        "subject": read.subject or "",
        "basis": len(read.legal_basis),
        "lines": [_line(every[n], read) for n in listed],
        "rest": rest,
        "choices": [*rows, *([more] if more else []), last],
    }


def _is_listed(item: Item) -> bool:
    return bool(item.due) or item.every != "once"


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _line(item: Item, read: PlanRead) -> dict[str, Any]:
    return {**_values(item), "sentence": _short(read.duties[item.duty].sentence, read.duties[item.duty].text)}


def _short(sentence: str, text: str) -> str:
    """Return a sentence from where it says what is to be done, as long as a list can bear."""
    start = sentence.find(text[:SAME]) if len(sentence) > SHOWN else -1
    said = f"…{sentence[start:]}" if start > 0 else sentence
    return said if len(said) <= SHOWN else f"{said[:SHOWN].rsplit(' ', 1)[0]}…"


def _values(item: Item) -> dict[str, Any]:
    return {
        "title": item.title,
        "who": item.who,
        "kept": item.kept,
        "joined": item.joined,
        "due_text": item.text,
        "last_day": item.last_day,
        "every": item.every,
        "day": item.day,
        "strict": item.mode == "before",
    }


async def show(turn: Turn, plan: int, **_: Any) -> None:
    """The list."""
    if draft := await mine(turn, plan):
        turn.expect_nothing()
        await turn.say("plan_draft.list", **shown(draft))


async def undated(turn: Turn, plan: int, page: int = 0, **_: Any) -> None:
    """[Việc không ghi hạn]: each may be given a day."""
    if draft := await mine(turn, plan):
        every = items_of(draft)
        rest = [n for n, each in enumerate(every) if not _is_listed(each)][:MOST]
        buttons = [Choice("plan_draft.one", {"plan": plan, "place": n, "number": at}) for at, n in enumerate(rest, 1)]
        rows = [buttons[at : at + ROW] for at in range(0, len(buttons), ROW)]
        lines = [_values(every[n]) for n in rest]
        await turn.say("plan_draft.undated", lines=lines, choices=[*rows, [back(plan)]])


def back(plan: int) -> Choice:
    """Return the button back to the list."""
    return Choice("plan_draft.show", {"plan": plan}, "plan_draft.back")


async def one(turn: Turn, plan: int, place: int = 0, **_: Any) -> None:
    """One item with its sentence, and what may be changed."""
    draft = await mine(turn, plan)
    if draft is None:
        return
    every = items_of(draft)
    if not 0 <= place < len(every):
        await show(turn, plan)
        return
    turn.expect_nothing()
    now, about = every[place], {"plan": plan, "place": place}
    kept = Choice("plan_draft.toggle", about, "plan_draft.leave" if now.kept else "plan_draft.take")
    fields = [Choice("plan_draft.ask", {**about, "field": each}, f"plan_draft.{each}") for each in FIELDS]
    found = await forms.latest(turn.session, (await turn.the_campaign()).id, now.form)
    await turn.say(
        "plan_draft.one",
        **_values(now),
        sentence=read_of(draft).duties[now.duty].sentence,
        form=found.body["title"] if found and now.form != drafted.PLAIN else "",
        choices=[[kept, fields[2]], fields[:2], [Choice("plan_draft.forms", about), back(plan)]],
    )


async def toggle(turn: Turn, plan: int, place: int = 0, **_: Any) -> None:
    """[Giao chi bộ] [Không giao]."""
    draft = await mine(turn, plan)
    if draft and (now := _item(draft, place)):
        if not now.kept and not _is_listed(now):
            await ask(turn, plan, place, "due")
            return
        _change(turn, draft, place, replace(now, kept=not now.kept, joined=False), "kept")
        await show(turn, plan)


def _item(draft: Campaign, place: int) -> Item | None:
    every = items_of(draft)
    return every[place] if 0 <= place < len(every) else None


def _change(turn: Turn, draft: Campaign, place: int, now: Item, field: str) -> None:
    every = items_of(draft)
    every[place] = now
    draft.facts = {**draft.facts, "items": drafted.stored(every)}
    turn.note("plan.correct", f"campaign:{draft.id}", turn.me, field=field)


async def ask(turn: Turn, plan: int, place: int = 0, field: str = "", **_: Any) -> None:
    """Ask for another wording, another who, another day."""
    draft = await mine(turn, plan)
    now = _item(draft, place) if draft else None
    if now and field in FIELDS:
        turn.expect("plan_draft.typed", plan=plan, place=place, field=field)
        await turn.say("plan_draft.ask", field=field, every=now.every, choices=[[_to_item(plan, place)]])


def _to_item(plan: int, place: int) -> Choice:
    return Choice("plan_draft.one", {"plan": plan, "place": place}, "plan_draft.leave_it")


async def typed(turn: Turn) -> None:
    """Read back what was typed before it is kept."""
    about = turn.conversation.subject
    plan, place, field = int(about.get("plan", 0)), int(about.get("place", 0)), str(about.get("field", ""))
    draft = await mine(turn, plan)
    now = _item(draft, place) if draft else None
    if now is None or field not in FIELDS:
        return
    changed = _read(now, field, turn.incoming.text, turn.today)
    if changed is None:
        await turn.say("plan_draft.unclear", field=field, every=now.every, choices=[[_to_item(plan, place)]])
        return
    value = {"title": changed.title, "who": changed.who, "due": turn.incoming.text.strip()[: days.LONGEST]}[field]
    keep = Choice("plan_draft.keep", {"plan": plan, "place": place, "field": field, "value": value})
    again = Choice("plan_draft.ask", {"plan": plan, "place": place, "field": field}, "plan_draft.again")
    await turn.say("plan_draft.read_back", field=field, **_values(changed), choices=[[keep, again]])


def _read(now: Item, field: str, said: str, today: date) -> Item | None:
    words = " ".join(said.split())
    if field == "due" and now.every == "week":
        weekday = drafted.weekday(words)
        return replace(now, day=weekday, kept=True) if weekday else None
    if field == "due" and now.every != "once":
        day = numbers.read_number(words)
        return replace(now, day=day, kept=True) if day and 1 <= day <= schema.LATEST_DAY else None
    if field == "due":
        found = days.read_due(words, today=today)
        if found is None:
            return None
        changed = replace(now, due=found.date.isoformat(), mode=found.mode, text=found.text, kept=True)
        return changed if changed.last_day and changed.last_day >= today else None
    if not SHORTEST <= len(words) <= LONGEST:
        return None
    return replace(now, title=words) if field == "title" else replace(now, who=words)


async def keep(turn: Turn, plan: int, place: int = 0, field: str = "", value: str = "") -> None:
    """[Đúng]."""
    draft = await mine(turn, plan)
    now = _item(draft, place) if draft else None
    changed = _read(now, field, str(value), turn.today) if now and field in FIELDS else None
    if draft and changed:
        turn.expect_nothing()
        _change(turn, draft, place, changed, field)
        await one(turn, plan, place)


async def form_list(turn: Turn, plan: int, place: int = 0, **_: Any) -> None:
    """[Mẫu trả lời]: those of the running plan."""
    draft = await mine(turn, plan)
    if draft and _item(draft, place):
        asked = (await turn.plan()).answering | {drafted.PLAIN}
        current = await turn.the_campaign()
        found = [each for each in await forms.newest(turn.session, current.id) if each.name in asked]
        about = {"plan": plan, "place": place}
        plain = [[Choice("plan_draft.form", {**about, "form": drafted.PLAIN}, "plan_draft.plain")]]
        rows = [
            [Choice("plan_draft.form", {**about, "form": each.name, "name": each.body["title"]})]
            for each in found
            if each.name != drafted.PLAIN
        ]
        await turn.say("plan_draft.forms", choices=[*plain, *rows])


async def form(turn: Turn, plan: int, place: int = 0, form: str = "", **_: Any) -> None:
    """Choose a form."""
    draft = await mine(turn, plan)
    now = _item(draft, place) if draft else None
    known = {each.name for each in await forms.newest(turn.session, (await turn.the_campaign()).id)}
    if draft and now and form in known:
        _change(turn, draft, place, replace(now, form=form), "form")
        await one(turn, plan, place)


async def drop(turn: Turn, plan: int, **_: Any) -> None:
    """[Bỏ bản nháp]: it stays in the record, and is offered no more."""
    if draft := await mine(turn, plan):
        draft.state = CampaignState.DROPPED
        turn.note("plan.drop", f"campaign:{draft.id}", turn.me)
        turn.expect_nothing()
        await turn.say("plan_draft.dropped")
