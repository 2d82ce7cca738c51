"""What branches put before the office: kept as items, told to every office person, taken by the first who presses."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from handlers.rules import windows
from handlers.turn import Moment
from messages.types import Choice, Rows
from models import attachment, due, item, notice, obligation, person, role, standing
from models.deadline import Deadline
from models.due import Due
from models.item import ASKED_LEADER, Item, ItemKind, ItemState
from models.notice import NoticeKind
from models.obligation import Obligation
from models.person import Person
from models.role import RoleKind
from models.unit import Unit

ANSWERED_IN_WORDS = (ItemKind.QUESTION, ItemKind.BLOCKED, ItemKind.PROPOSAL, ItemKind.REOPEN)


async def put(
    moment: Moment,
    kind: ItemKind,
    unit: Unit | None,
    *,
    owed: Obligation | None = None,
    by: Person | None = None,
    text: str = "",
    how: str = "",
    asked_for: date | None = None,
    attachment_id: int | None = None,
    message_id: str = "",
    tell: bool = True,
) -> Item:
    """Put something before the office; `tell` False leaves it to the brief and /viec. At night it waits for 07:00."""
    made = Item(
        committee_id=moment.committee.id,
        kind=kind,
        state=ItemState.OPEN,
        unit_id=unit.id if unit else None,
        obligation_id=owed.id if owed else None,
        person_id=by.id if by else None,
        text=text,
        how=how,
        asked_for=asked_for,
        attachment_id=attachment_id,
        message_id=message_id,
        asked_at=moment.now,
        answer="",
    )
    moment.session.add(made)
    await moment.session.flush()
    moment.note(f"item.{kind}", f"item:{made.id}", by, obligation=owed.id if owed else None)
    if tell:
        await _tell_when_awake(moment, made, by)
    return made


async def fill(
    moment: Moment, made: Item, by: Person, text: str, *, message_id: str = "", attachment_id: int | None = None
) -> None:
    """Add the words of who put an item that had none yet, and tell the office of it now."""
    made.text, made.message_id, made.attachment_id = text, message_id, attachment_id
    moment.note("item.words", f"item:{made.id}", by, obligation=made.obligation_id)
    await _tell_when_awake(moment, made, by)


async def keep(
    moment: Moment,
    unit: Unit | None,
    by: Person,
    text: str,
    *,
    owed: Obligation | None = None,
    how: str = "",
    asked_for: date | None = None,
    message_id: str = "",
) -> Item:
    """Keep words that ask nothing of the office."""
    made = await put(
        moment,
        ItemKind.NOTE,
        unit,
        owed=owed,
        by=by,
        text=text,
        how=how,
        asked_for=asked_for,
        message_id=message_id,
        tell=False,
    )
    made.state, made.closed_at = ItemState.CLOSED, moment.now
    return made


async def pass_on(moment: Moment, kept: Item, kind: ItemKind, by: Person) -> None:
    """Put kept words before the office: whoever wrote them said that they mean this."""
    kept.kind, kept.how, kept.state, kept.closed_at = kind, "", ItemState.OPEN, None
    moment.note(f"item.{kind}", f"item:{kept.id}", by, obligation=kept.obligation_id)
    await _tell_when_awake(moment, kept, by)


async def _tell_when_awake(moment: Moment, made: Item, by: Person | None) -> None:
    if not windows.is_quiet(moment.clock_time):
        return await tell(moment, made, by)
    at = after_quiet(moment)
    await due.plan(moment.session, moment.committee.id, "item", f"item:{made.id}", "told", at, at + timedelta(days=1))
    return None


def after_quiet(moment: Moment) -> datetime:
    """Return the end of the quiet hours."""
    at = moment.at(moment.today, windows.QUIET_UNTIL)
    return at if at > moment.now else at + timedelta(days=1)


async def fire_told(moment: Moment, rows: Sequence[Due]) -> None:
    """Tell in the morning what came at night and is still open."""
    for row in rows:
        made = await moment.session.get(Item, int(row.subject.removeprefix("item:")))
        row.outcome = "sent" if made and made.state == ItemState.OPEN else "void"
        if made and made.state == ItemState.OPEN:
            await tell(moment, made)


async def tell(moment: Moment, made: Item, but: Person | None = None) -> None:
    """Tell every office person of an item (not its own author)."""
    said = await values(moment, made)
    await moment.tell_office(
        "requests.item", but=but, batch=batch(made), dedupe=f"item:{made.id}", choices=choices(made), **said
    )


def batch(made: Item) -> str:
    """Return the name under which an item's messages are found again."""
    return f"item:{made.id}"


async def values(moment: Moment, made: Item, taken_by: str = "", outcome: str = "") -> dict[str, Any]:
    """Return what templates say of an item."""
    unit = await moment.session.get(Unit, made.unit_id) if made.unit_id else None
    by = await moment.session.get(Person, made.person_id) if made.person_id else None
    owed = await moment.session.get(Obligation, made.obligation_id) if made.obligation_id else None
    deadline = await moment.session.get(Deadline, owed.deadline_id) if owed else None
    return {
        "item": made.id,
        "item_kind": str(made.kind),
        "branch": unit.name if unit else "",
        "by": by.name if by else "",
        "role": await _role(moment, made),
        "title": deadline.short_title if deadline else "",
        "titles": await _titles(moment, made),
        "calls": await _calls(moment, made),
        "last_day": max(deadline.last_on_time, owed.extended_to or deadline.last_on_time)
        if deadline and owed
        else None,
        "text": made.text,
        "how": made.how,
        "asked_for": made.asked_for,
        "superior": await past_superior(moment, deadline, made.asked_for) if deadline else None,
        "undated": not await superior_due(moment),
        "closes": past_closing(deadline, made.asked_for) if deadline else None,
        "files": await _files(moment, made),
        "taken_by": taken_by,
        "outcome": outcome,
        "answer": made.answer,
    }


async def past_superior(moment: Moment, deadline: Deadline, day: date | None) -> date | None:
    """Return the day by which the superior wants its report where a branch's would come after it.

    One that the deadline itself is past is another report's.
    """
    superior = await superior_due(moment)
    late = superior is not None and day is not None and deadline.last_on_time <= superior < day
    return superior if late else None


async def superior_due(moment: Moment) -> date | None:
    """Return the day by which the superior wants its report, None until the office gave it."""
    current = await moment.campaign()
    given = current.facts.get("superior_due") if current else None
    return date.fromisoformat(given) if given else None


def past_closing(deadline: Deadline, day: date | None) -> date | None:
    """Return the day a deadline is added up where a branch's report would come after it."""
    closes = deadline.closes_on
    return closes if closes and day and day > closes else None


async def _role(moment: Moment, made: Item) -> str:
    held = await role.of_person(moment.session, made.person_id) if made.person_id else []
    return next((str(each.kind) for each in held if each.unit_id == made.unit_id), "")


async def _files(moment: Moment, made: Item) -> int:
    first = await moment.session.get(attachment.Attachment, made.attachment_id) if made.attachment_id else None
    if first is None or first.person_id is None:
        return int(first is not None)
    return len(await attachment.of_album(moment.session, first.person_id, first.album)) if first.album else 1


IN_WORDS = ("requests.reply", "requests.done")
BUTTONS: dict[str, Sequence[Sequence[str]]] = {
    ItemKind.EXTENSION: (("requests.agree", "requests.other_day"), ("requests.disagree", "requests.ask_leader")),
    ItemKind.CALL: (("requests.called",),),
    ItemKind.REOPEN: (("reopen.agree", "requests.reply"),),
    ItemKind.QUESTION: (IN_WORDS,),
    ItemKind.BLOCKED: (IN_WORDS,),
    ItemKind.PROPOSAL: (IN_WORDS,),
    ItemKind.LEADER: (("leader.arranged", "leader.other_day"), ("leader.cannot",)),
}
"""Buttons under an item whose kind alone decides them, row by row."""


def choices(made: Item) -> Rows:
    """Return what the office can do with an item."""
    one = {"item": made.id}
    if made.kind == ItemKind.EXTENSION and made.how == ASKED_LEADER:
        return [
            [Choice("requests.on_advice", one), Choice("requests.other_day", one)],
            [Choice("requests.disagree", one)],
        ]
    if made.kind in (ItemKind.SENT_ELSEWHERE, ItemKind.PHOTO):
        return _confirming(made, one)
    if made.kind == ItemKind.CORRECTION:
        again = [Choice("requests.enter", one, "enter.again"), Choice("requests.done", one)]
        return [again, [Choice("requests.picture", one)]] if made.attachment_id else [again]
    return [[Choice(name, one) for name in row] for row in BUTTONS.get(made.kind, (("requests.done",),))]


def _confirming(made: Item, one: dict[str, Any]) -> Rows:
    picture = [[Choice("requests.picture", one)]] if made.attachment_id else []
    if made.obligation_id is None:
        return [*picture, [Choice("requests.done", one)]]
    return [[Choice("requests.enter", one), Choice("requests.unseen", one)], *picture]


async def take(moment: Moment, made: Item, by: Person) -> None:
    """Let an office person take an item; the others see who did."""
    made.taken_by_id = by.id
    moment.note("item.take", f"item:{made.id}", by)
    await _show_others(moment, made, by)


async def close(moment: Moment, made: Item, by: Person | None, outcome: str, answer: str = "") -> None:
    """Close an item with what came of it (words.yaml, "outcome"); everybody's message shows it."""
    made.state, made.closed_at, made.answer = ItemState.CLOSED, moment.now, answer or made.answer
    if by:
        made.taken_by_id = by.id
    moment.note("item.close", f"item:{made.id}", by, outcome=outcome, obligation=made.obligation_id)
    await _show_others(moment, made, by, outcome)


async def _show_others(moment: Moment, made: Item, by: Person | None, outcome: str = "") -> None:
    said = await values(moment, made, by.name if by else "", outcome)
    for told in await notice.of_batch(moment.session, batch(made)):
        message = await moment.message_of(told.id)
        mine = by is not None and told.person_id == by.id
        if message and (outcome or not mine):
            await moment.replace(message, "requests.item", (), **said)


async def calls_with(moment: Moment, made: Item) -> Sequence[Item]:
    """Return the calls that wait for the same branch, this one first."""
    if made.kind != ItemKind.CALL or made.unit_id is None:
        return [made]
    waiting = await item.open_of(moment.session, moment.committee.id, made.unit_id, [ItemKind.CALL])
    return [made, *(each for each in waiting if each.id != made.id)]


async def _titles(moment: Moment, made: Item) -> list[str]:
    """Return what an item is about; a call, all for which that branch is to be telephoned."""
    about = [each.obligation_id for each in await calls_with(moment, made) if each.obligation_id]
    known = {owed.id: deadline.short_title for owed, deadline, _ in await obligation.known(moment.session, about)}
    return list(dict.fromkeys(known[each] for each in about if each in known))


async def _calls(moment: Moment, made: Item) -> list[dict[str, Any]]:
    """Return, for a call that nobody asked for, each title with how often anybody was reminded of it."""
    if made.kind != ItemKind.CALL or made.person_id is not None or made.unit_id is None:
        return []
    about = [each.obligation_id for each in await calls_with(moment, made) if each.obligation_id]
    found = {}
    for owed, deadline, _ in await obligation.known(moment.session, about):
        times = (await standing.reminded(moment.session, deadline.id, [made.unit_id])).get(owed.id)
        found[owed.id] = {"title": deadline.short_title, "times": times.times if times else 0}
    return [found[each] for each in dict.fromkeys(about) if each in found]


async def open_about(moment: Moment, owed: Obligation, kinds: Sequence[ItemKind]) -> Sequence[Item]:
    """Return what waits for the office about an obligation."""
    return await item.open_about(moment.session, owed.id, kinds)


async def tell_author(moment: Moment, made: Item, template: str, **said: Any) -> None:
    """Tell the person who put it while they are of the branch, else whoever answers for it."""
    for each in await _authors(moment, made):
        await moment.tell(each, template, kind=NoticeKind.ITEM, **said)


async def _authors(moment: Moment, made: Item) -> Sequence[Person]:
    author = await moment.session.get(Person, made.person_id) if made.person_id else None
    of_branch = await role.in_unit(moment.session, made.unit_id) if made.unit_id else ()
    if author and author.left_at is None and (not made.unit_id or author.id in {each.person_id for each in of_branch}):
        return [author]
    kinds = (RoleKind.SECRETARY, RoleKind.DEPUTY)
    return await person.holding(moment.session, moment.committee.id, kinds, made.unit_id) if made.unit_id else ()
