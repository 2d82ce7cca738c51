"""The office types in what reached it some other way: pasted or typed words, read, read back, given to branches."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from handlers.branch import duties, files
from handlers.office import attributed, on_behalf
from handlers.office.attributed import Unclear
from handlers.office.on_behalf import Kept, Slot
from handlers.rules import entry, timeliness
from handlers.rules.entered import Draft, Entry
from handlers.rules.entry import Odd
from handlers.turn import Turn
from messages import numbers
from messages.reading import bodies, dates, steps
from messages.reading.bodies import Piece
from messages.types import Choice, Rows, Value
from models import attachment
from models import unit as units
from models.item import ItemKind
from models.unit import Unit

SOURCES = ("paper", "documents", "zalo", "phone")
IN_A_ROW = 3
LONGEST_LIST = 30  # branches of one pasted text


# Ways in


async def ask(turn: Turn, rest: str) -> None:
    """/nhap, perhaps with the words at once."""
    if rest:
        await _read(turn, rest, Draft())
    else:
        turn.expect("enter.text")
        await turn.say("enter.ask")


async def heard(turn: Turn) -> bool:
    """Take an office person's free words, or a picture's, if they read as a report or name a branch; say whether."""
    text, known = turn.incoming.text, await units.branches(turn.session, turn.committee.id)
    found = [one for piece in bodies.pieces(text, attributed.named(known)) for one in piece.ids]
    if entry.reads_as_report(text, turn.today) or (found and any(sign.isdigit() for sign in text)):
        await _read(turn, text, Draft(file=await _kept_file(turn)))
    elif found and turn.incoming.upload is None:
        await _named_only(turn, [each for each in known if each.id in found])
    else:
        return False
    return True


async def _named_only(turn: Turn, found: Sequence[Unit]) -> None:
    choices = [Choice("enter.unit", {"unit": each.id, "branch": each.name}) for each in found[:IN_A_ROW]]
    await turn.say("enter.named", choices=[[each] for each in choices], branches=[each.name for each in found])


async def begin(turn: Turn, obligation: int, item: int = 0) -> None:
    """From what a branch said it sent: its figures are typed next."""
    found = await duties.load(turn, [obligation])
    if not found:
        await turn.say("enter.gone")
        return
    duty, said = found[0], await _words(turn, item)
    slot = (await on_behalf.slots(turn, duty.deadline.id, [Entry(duty.unit.id, {})])).get(duty.unit.id)
    if said and slot and slot.before and _readable(turn, said):
        await _read(turn, said, Draft(deadline=duty.deadline.id, item=item), duty.unit.id)
        return
    turn.expect("enter.text", unit=duty.unit.id, deadline=duty.deadline.id, item=item)
    bare = Choice("enter.bare", {"obligation": obligation, "item": item})
    had = _shown(slot, Entry(duty.unit.id, slot.before)) if slot and slot.before else None
    choices = [[bare]] if duty.owed.state in on_behalf.MISSING else ()
    await turn.say("enter.begin", choices=choices, branch=duty.unit.name, what=duty.deadline.short_title, had=had)


async def _words(turn: Turn, item_id: int) -> str:
    """Return what a branch wrote of figures that are not right, "" if nothing."""
    found = await on_behalf.about(turn, item_id)
    return found.text if found and found.kind == ItemKind.CORRECTION else ""


def _readable(turn: Turn, words: str) -> bool:
    typed = entry.read(words, today=turn.today)
    return bool(typed.values) and typed.odd is None


async def unit(turn: Turn, unit: int, branch: str = "") -> None:
    """One branch's figures are typed next."""
    known = {each.id: each for each in await units.branches(turn.session, turn.committee.id)}
    if unit in known:
        turn.expect("enter.text", unit=unit)
        await turn.say("enter.begin", branch=known[unit].name, what="", had=None)
    else:
        await turn.say("enter.gone")


async def bare(turn: Turn, obligation: int, item: int = 0) -> None:
    """The paper is here but its figures are not typed now: only its arrival is kept."""
    found = await duties.load(turn, [obligation])
    if found:
        await _next(turn, Draft((Entry(found[0].unit.id, {}),), found[0].deadline.id, await _how(turn, item), item))
    else:
        await turn.say("enter.gone")


async def text(turn: Turn) -> None:
    """What was typed after /nhap or a button; a picture is kept with what is typed next."""
    about = turn.conversation.subject
    file = await _kept_file(turn) or int(about.get("file") or 0)
    if turn.incoming.text:
        await _again(turn, turn.incoming.text, {**about, "file": file})
    elif file:
        turn.expect("enter.text", **{**about, "file": file})
        if await _first_of_album(turn):
            await turn.say("enter.no_picture")


async def listed(turn: Turn) -> None:
    """What was typed beside a list read back: a yes is for all of it, anything else is read as figures."""
    offered = (each for row in await turn.menu() or () for each in row if each["action"] == "enter.all")
    every = next(offered, None) if steps.step_of(turn.incoming.text) == "yes" else None
    if every is not None:
        await all_(turn, **every["values"])
    else:
        await text(turn)


async def _kept_file(turn: Turn) -> int:
    """Keep the file of this turn; 0 if there is none or it cannot be kept, which is said."""
    if turn.incoming.upload is None:
        return 0
    if why := await files.refused(turn):
        await turn.say("upload.refused", why=why)
        return 0
    return (await files.keep(turn, None)).id


async def _first_of_album(turn: Turn) -> bool:
    upload = turn.incoming.upload
    album = upload.album if upload else ""
    return not album or len(await attachment.of_album(turn.session, turn.me.id, album)) == 1


async def reread(turn: Turn) -> bool:
    """Read words again that were changed while they are read back; return whether these were such."""
    about = turn.conversation.subject
    mine = (
        turn.conversation.expects in ("enter.text", "enter.list") and about.get("message") == turn.incoming.message_id
    )
    if mine and turn.incoming.text:
        await _again(turn, turn.incoming.text, {**about, "rest": about.get("base", "")})
    return mine


async def _again(turn: Turn, words: str, about: Mapping[str, Any]) -> None:
    unit, deadline, item, file = (int(about.get(name) or 0) for name in ("unit", "deadline", "item", "file"))
    draft = Draft(deadline=deadline, item=item, file=file)
    await _read(turn, words, draft, unit, str(about.get("rest") or ""))


# Reading


async def _read(turn: Turn, words: str, about: Draft, unit: int = 0, rest: str = "") -> None:
    """Read a text for what is known already; `rest` is the draft in which it corrects what is read back just now."""
    known = {each.id: each for each in await units.branches(turn.session, turn.committee.id)}
    every = attributed.named(list(known.values()))
    if any(each.opens and unit not in each.ids for each in bodies.mentions(words, every)):
        unit, rest, about = 0, "", replace(about, item=0)  # these words are about another branch
    found = bodies.pieces(words, attributed.named([known[unit]]) if unit in known else every)
    if unit in known:
        found = (Piece(" ".join(piece.text for piece in found), (unit,)),)
    entries, odd = await attributed.entries(turn, list(found)[:LONGEST_LIST], known)
    about = replace(about, how=await _how(turn, about.item), message=turn.incoming.message_id)
    if odd or not entries:
        _expect(turn, about, unit, rest)
        await turn.say("enter.unclear", lines=odd, some=bool(entries))
    if entries and rest:
        await _corrected(turn, Draft.loaded(rest), entries[0], about.message)
        turn.conversation.subject = {**turn.conversation.subject, "base": rest}
    elif entries:
        await _next(turn, replace(about, entries=tuple(entries)))


async def _corrected(turn: Turn, given: Draft, typed: Entry, message: str) -> None:
    """Read back again with what was typed in the place of the same; the rest stays as it was read."""
    before = next((each.values for each in given.entries if each.unit == typed.unit), {})
    draft = replace(given.corrected(typed.over(before)), message=message)
    await (_on(turn, draft, given.at) if given.at >= 0 else _read_back(turn, draft))


def _expect(turn: Turn, about: Draft, unit: int = 0, rest: str = "", *, listed: bool = False) -> None:
    """Let the next words be read for the same; beside several branches that are `listed` a mere number is no figure."""
    ids: dict[str, Value] = {
        "deadline": about.deadline,
        "item": about.item,
        "file": about.file,
        "message": about.message,
    }
    turn.expect("enter.list" if listed else "enter.text", unit=unit, rest=rest, **ids)


async def _how(turn: Turn, item_id: int) -> str:
    """What the branch said of the way it sent is not asked again."""
    found = await on_behalf.about(turn, item_id)
    return found.how if found and found.how in SOURCES else ""


# Steps


async def _next(turn: Turn, draft: Draft) -> None:
    """Ask for what is not known yet: the branch, the deadline, whether it was read right."""
    if any(not each.unit for each in draft.entries):
        await _ask_branch(turn, draft)
    elif not draft.deadline:
        await _ask_deadline(turn, draft)
    else:
        await _read_back(turn, draft)


async def _ask_branch(turn: Turn, draft: Draft) -> None:
    known = await units.branches(turn.session, turn.committee.id)
    choices = [
        Choice("enter.branch", {"draft": draft.dumped(), "unit": each.id, "branch": each.name}) for each in known
    ]
    await turn.say("enter.which_branch", choices=_rows(choices))


def _rows(choices: Sequence[Choice]) -> Rows:
    return [choices[at : at + IN_A_ROW] for at in range(0, len(choices), IN_A_ROW)]


async def branch(turn: Turn, draft: str, unit: int, branch: str = "") -> None:
    """The branch a text was about."""
    given = Draft.loaded(draft)
    entries = tuple(replace(each, unit=each.unit or unit) for each in given.entries)
    await _next(turn, replace(given, entries=entries))


async def _ask_deadline(turn: Turn, draft: Draft) -> None:
    found = await on_behalf.candidates(turn, draft)
    if not found:
        await turn.say("enter.nothing_open", branches=[slot.name for slot in await _units(turn, draft)])
    elif len(found) == 1:
        await _next(turn, replace(draft, deadline=found[0].id))
    else:
        choices = [
            Choice("enter.deadline", {"draft": draft.dumped(), "deadline": each.id, "what": each.short_title})
            for each in found
        ]
        await turn.say("enter.which_deadline", choices=[[each] for each in choices])


async def _units(turn: Turn, draft: Draft) -> list[Unit]:
    known = await units.branches(turn.session, turn.committee.id)
    return [each for each in known if each.id in draft.units]


async def deadline(turn: Turn, draft: str, deadline: int, what: str = "") -> None:
    """The deadline a text was for."""
    await _next(turn, replace(Draft.loaded(draft), deadline=deadline))


async def _read_back(turn: Turn, draft: Draft) -> None:
    """Show what was read; what cannot be taken is named and left out."""
    draft, where = await _possible(turn, draft)
    if not draft.entries:
        return
    _expect_again(turn, draft)
    if one := draft.shown:
        await _read_back_one(turn, draft, one, where[one.unit])
    else:
        await _read_back_list(turn, draft, where)


async def _possible(turn: Turn, draft: Draft) -> tuple[Draft, dict[int, Slot]]:
    where = await on_behalf.slots(turn, draft.deadline, draft.entries)
    draft = draft.completed({unit: slot.before for unit, slot in where.items()})
    refused = {each.unit: why for each in draft.entries if (why := on_behalf.odd(where.get(each.unit), each))}
    if refused:
        unclear = [Unclear(each.name, "", refused[each.id]) for each in await _units(turn, draft) if each.id in refused]
        draft = draft.with_only(set(draft.units) - set(refused))
        await turn.say("enter.unclear", lines=unclear, some=bool(draft.entries))
    return draft, where


def _expect_again(turn: Turn, draft: Draft) -> None:
    """Figures typed now correct those that are being read back."""
    one = draft.shown
    _expect(turn, draft, one.unit if one else 0, draft.dumped() if one else "", listed=one is None)


async def _read_back_one(turn: Turn, draft: Draft, one: Entry, slot: Slot) -> None:
    said, shown = draft.dumped(), _shown(slot, one)
    if shown["other_register"]:
        totals = [Choice("enter.total", {"draft": said, "unit": one.unit, "total": n}) for n in _totals(shown)]
        choices = [totals, [Choice("enter.drop", {"draft": said})]]
    else:
        choices = [[Choice(f"enter.{act}", {"draft": said}) for act in ("yes", "edit", "drop")]]
        choices += [[Choice("enter.only", {"draft": said})]] if one.kept and len(one.kept) < len(one.values) else []
    words, at = await _words(turn, draft.item), draft.at + 1
    await turn.say("enter.read_back", choices=choices, of=len(draft.entries), number=at, words=words, **shown)


def _totals(shown: dict[str, Any]) -> list[int]:
    return sorted(n for n in {shown["total"], shown["register"]} if n >= (shown["attended"] or 0))


async def _read_back_list(turn: Turn, draft: Draft, where: dict[int, Slot]) -> None:
    said: dict[str, Value] = {"draft": draft.dumped(), "count": len(draft.entries)}
    lines = [_shown(where[each.unit], each) for each in draft.entries]
    choices = [[Choice(f"enter.{act}", said) for act in ("all", "each", "drop")]]
    await turn.say("enter.read_back_list", choices=choices, lines=lines, what=lines[0]["what"])


def _shown(slot: Slot, given: Entry) -> dict[str, Any]:
    """Return what templates say of an entry; None is what is not known."""
    values, facts = given.values, slot.facts
    register = None if facts.members is None else facts.members - (facts.exempt or 0)
    total, day = values.get("total"), values.get("date")
    settled = values.get("settled", False)
    return {
        "branch": slot.duty.unit.name,
        "what": slot.duty.deadline.short_title,
        "held_on": date.fromisoformat(str(day)) if day else None,
        "attended": values.get("attended"),
        "total": total,
        "masses": values.get("masses"),
        "members": facts.members,
        "exempt": facts.exempt,
        "register": register,
        "other_register": not settled and None not in (total, register) and total != register,
        "missing": [name for name in _asked(slot) if name not in values],
        "had": not slot.missing,
        "kept": [name for name in _asked(slot) if name in given.kept],
        "doubts": entry.doubts(slot.form, entry.answers(slot.form, values), facts),
    }


def _asked(slot: Slot) -> list[str]:
    figures = {question.figure for question in slot.form.questions}
    return [name for name in ("date", "attended", "total", "masses") if name in figures]


async def total(turn: Turn, draft: str, unit: int, total: int) -> None:
    """Which number of those who must attend is right."""
    await _read_back(turn, Draft.loaded(draft).with_total(unit, total))


async def edit(turn: Turn, draft: str) -> None:
    """The figures are typed again."""
    given = Draft.loaded(draft)
    one = given.shown
    _expect_again(turn, given)
    found = {each.id: each.name for each in await _units(turn, given)}
    where = await on_behalf.slots(turn, given.deadline, given.entries)
    had = _shown(where[one.unit], one) if one and one.unit in where else None
    await turn.say("enter.begin", branch=found.get(one.unit, "") if one else "", what="", had=had)


async def only(turn: Turn, draft: str) -> None:
    """[Chỉ ghi số vừa gõ]: what was there before is not kept."""
    given = Draft.loaded(draft)
    one = given.shown
    if one is not None:
        given = given.corrected(one.by_itself())
        await (_on(turn, given, given.at) if given.at >= 0 else _read_back(turn, given))


async def drop(turn: Turn, draft: str, count: int = 0) -> None:
    """Nothing of it is kept; of a list that is read back one by one, this one is not."""
    given = Draft.loaded(draft)
    one = given.shown
    if one is not None and given.at >= 0:
        await _on(turn, given.without(one.unit), given.at)
    else:
        turn.expect_nothing()
        await turn.say("enter.dropped")


async def each(turn: Turn, draft: str, count: int = 0) -> None:
    """Read the list back one by one."""
    await _on(turn, Draft.loaded(draft), 0)


async def yes(turn: Turn, draft: str) -> None:
    """One entry was read right."""
    given = Draft.loaded(draft)
    if given.at >= 0:
        await _on(turn, given, given.at + 1)
    else:
        await _ask_how(turn, given)


async def _on(turn: Turn, draft: Draft, at: int) -> None:
    """Go on with the entry at that place, or with what was agreed to once all were read back."""
    had = bool(draft.entries)
    draft, where = await _possible(turn, draft)
    if not draft.entries:
        turn.expect_nothing()
        if not had:
            await turn.say("enter.dropped")
    elif at < len(draft.entries):
        draft = replace(draft, at=at)
        _expect_again(turn, draft)
        await _read_back_one(turn, draft, draft.entries[at], where[draft.entries[at].unit])
    else:
        await _ask_how(turn, replace(draft, at=-1))


async def all_(turn: Turn, draft: str, count: int = 0) -> None:
    """The whole list was read right."""
    await _ask_how(turn, Draft.loaded(draft))


async def _ask_how(turn: Turn, draft: Draft) -> None:
    if draft.how:
        await _ask_when(turn, draft)
        return
    said = draft.dumped()
    choices = [Choice("enter.how", {"draft": said, "how": each}, f"enter.how.{each}") for each in SOURCES]
    rows = [choices[:2], choices[2:]]
    if before := await _before(turn, draft):
        rows = [[Choice("enter.before", {"draft": said, "day": numbers.day(before[1])})], *rows]
    turn.expect_nothing()
    await turn.say("enter.how", choices=rows)


async def _before(turn: Turn, draft: Draft) -> tuple[str, date] | None:
    """Return how and on which day a report came whose figures are entered anew, None for one entered first."""
    where = await on_behalf.slots(turn, draft.deadline, draft.entries)
    one = where.get(draft.entries[0].unit) if len(draft.entries) == 1 else None
    if one is None or one.missing or one.report is None or one.duty.owed.first_sent_at is None:
        return None
    return one.report.on_behalf, turn.local(one.duty.owed.first_sent_at).date()


async def before(turn: Turn, draft: str, day: str = "") -> None:
    """It came as was kept before; only the figures change."""
    given = Draft.loaded(draft)
    if known := await _before(turn, given):
        await _keep(turn, replace(given, how=known[0]), known[1])
    else:
        await _ask_how(turn, given)


async def how(turn: Turn, draft: str, how: str) -> None:
    """How it reached the office."""
    await _ask_when(turn, replace(Draft.loaded(draft), how=how))


async def _ask_when(turn: Turn, draft: Draft) -> None:
    """Punctuality counts from the day it came, not from the day it is typed in."""
    said = draft.dumped()
    day = await _said_on(turn, draft.item)
    choices = [Choice("enter.today", {"draft": said})]
    if day and day < turn.today:
        choices.append(Choice("enter.arrived", {"draft": said, "on": day.isoformat(), "day": numbers.day(day)}))
    turn.expect("enter.arrived", draft=said)
    await turn.say("enter.when", choices=[choices])


async def _said_on(turn: Turn, item_id: int) -> date | None:
    found = await on_behalf.about(turn, item_id)
    return turn.local(found.asked_at).date() if found else None


async def today(turn: Turn, draft: str) -> None:
    """It came today."""
    await _keep(turn, Draft.loaded(draft), turn.today)


async def arrived(turn: Turn, draft: str, on: str, day: str = "") -> None:
    """It came on the day the branch said so."""
    await _keep(turn, Draft.loaded(draft), date.fromisoformat(on))


async def arrival(turn: Turn) -> None:
    """The day it came, typed: read back, for it decides whether the branch was in time."""
    said = str(turn.conversation.subject["draft"])
    found = dates.read_date(turn.incoming.text, today=turn.today, tense="past")
    if found.date is None or not turn.today - timedelta(days=366) < found.date <= turn.today:
        await turn.say("enter.no_day", invalid=found.invalid, future=bool(found.date and found.date > turn.today))
        return
    right = Choice("enter.arrived", {"draft": said, "on": found.date.isoformat()}, "enter.came")
    await turn.say("enter.came", choices=[[right, Choice("enter.when", {"draft": said})]], on=found.date)


async def when(turn: Turn, draft: str) -> None:
    """[Ngày khác]: on which day, then?"""
    await _ask_when(turn, Draft.loaded(draft))


# Keeping


async def _keep(turn: Turn, draft: Draft, arrived_on: date) -> None:
    if not draft.deadline or not draft.how or any(not each.unit for each in draft.entries):
        await turn.say("enter.gone")
        return
    turn.expect_nothing()
    kept = await on_behalf.keep(turn, draft, arrived_on)
    passed = {*draft.units} - {each.slot.duty.unit.id for each in kept}
    if passed:
        why = Odd("already_in", {"by_office": False})
        lines = [Unclear(each.name, "", why) for each in await _units(turn, draft) if each.id in passed]
        await turn.say("enter.unclear", lines=lines, some=bool(kept))
    if kept:
        await _say_kept(turn, kept, draft.how, arrived_on)


async def _say_kept(turn: Turn, kept: Sequence[Kept], how: str, arrived_on: date) -> None:
    lines = [
        {
            **_shown(each.slot, Entry(each.slot.duty.unit.id, each.values)),
            "asked": each.asked,
            "counts": each.timeliness,
            "after_closing": timeliness.after_closing(arrived_on, each.slot.duty.dates),
        }
        for each in kept
    ]
    await turn.say("enter.kept", lines=lines, how=how, arrived_on=arrived_on, what=lines[0]["what"])
