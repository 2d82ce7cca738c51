"""After a wrong push: what was sent lately and to how many; a correction to the same people. Takes nothing back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from handlers import budget
from handlers.office import progress, spreading
from handlers.rules import windows
from handlers.turn import Moment, Turn
from messages.types import Choice
from models import due, notice
from models.due import Due
from models.notice import Notice, NoticeKind
from models.outbox import Outbox
from models.person import Person

LATEST = 8
SHORTEST, LONGEST = 5, 1000
STILL_TRUE = timedelta(hours=12)
KINDS = (NoticeKind.REMINDER, NoticeKind.EXCERPT, NoticeKind.URGE, NoticeKind.BROADCAST)
"""Pushes that reach others than the office."""


async def show(turn: Turn, rest: str = "") -> None:
    """/dagui: the latest pushes."""
    turn.expect_nothing()
    found = await notice.pushes(turn.session, turn.committee.id, KINDS, LATEST)
    lines = [{"what": each.kind, "at": turn.local(each.told_at), "people": each.people} for each in found]
    buttons = [
        Choice("correct.one", {"push": each.kind, "batch": each.batch, "number": n}) for n, each in enumerate(found, 1)
    ]
    await turn.say("correct.list", lines=lines, choices=[buttons[n : n + 4] for n in range(0, len(buttons), 4)])


async def one(turn: Turn, push: str, batch: str, number: int = 0) -> None:
    """One push: its words as the first person read them."""
    found = await _sent(turn, push, batch)
    if not found:
        await show(turn)
        return
    message = await turn.message_of(found[0].id)
    about = {"push": push, "batch": batch}
    await turn.say(
        "correct.one",
        sample=_words(message),
        choices=[[Choice("correct.ask", about), Choice("correct.show")]],
        **_about(turn, found),
    )


def _words(message: Outbox | None) -> str:
    """Return the words of a message as they were sent: escaped already, unless it was plain."""
    if message is None:
        return ""
    return message.text if message.plain else Markup(message.text)  # noqa: S704 (our own template's output)


async def ask(turn: Turn, push: str, batch: str) -> None:
    """[Đính chính]: ask for the words."""
    if not await _sent(turn, push, batch):
        await show(turn)
        return
    turn.expect("correct.text", push=push, batch=batch)
    await turn.say("correct.ask")


async def text(turn: Turn) -> None:
    """Take the words and show exactly what goes out, and to how many."""
    push, batch = str(turn.conversation.subject.get("push", "")), str(turn.conversation.subject.get("batch", ""))
    said, found = turn.incoming.text.strip(), await _sent(turn, push, batch)
    if not found:
        await show(turn)
    elif not SHORTEST <= len(said) <= LONGEST:
        await turn.say("correct.wrong")
    else:
        about = {"push": push, "batch": batch}
        again, stop = Choice("correct.ask", about, label="correct.again"), Choice("correct.show", label="correct.stop")
        words = turn.words("correct.message", plain=True, **_about(turn, found), text=said, by=turn.me.name)
        send = Choice("correct.send", {**about, "text": said})
        costs = await budget.cost(turn, [each.person_id for each in found if each.person_id], budget.size(turn, words))
        menu = [[send, again, stop]]
        await turn.say("correct.preview", words=words, costs=costs, choices=menu, **_about(turn, found))


async def send(turn: Turn, push: str, batch: str, text: str) -> None:
    """[Gửi đính chính]: to the same people, once however often it is pressed."""
    found = await _sent(turn, push, batch)
    if not found:
        await show(turn)
    elif not await turn.pushing() or windows.is_quiet(turn.clock_time):
        await turn.say("correct.held", night=windows.is_quiet(turn.clock_time))
    else:
        turn.expect_nothing()
        key = await _key(turn)
        if len({each.person_id for each in found}) > progress.MANY:
            return await _in_parts(turn, found, text, key)
        told = await _deliver(turn, turn.me, found, text, key, _about(turn, found))
        about = _about(turn, found)
        await turn.say("correct.sent", told=told, **about)
        if told:
            turn.note("push.correct", f"push:{push}", turn.me, batch=batch, people=told)
            await turn.tell_office("correct.sent_office", but=turn.me, who=turn.me.name, text=text, **about)
    return None


async def _in_parts(turn: Turn, found: Sequence[Notice], text: str, key: str) -> None:
    """Leave a correction to many to due rows, a part each, and show how far it is."""
    about = _about(turn, found)
    if await progress.begin(turn, NoticeKind.BROADCAST, key, about["people"], turn.me) is None:
        return  # the button was pressed twice
    turn.note("push.correct", f"push:{found[0].kind}", turn.me, batch=found[0].batch, people=about["people"])
    await _plan(turn, f"{turn.me.id}:{key}", 0)
    await turn.tell_office("correct.sent_office", but=turn.me, who=turn.me.name, text=text, **about)


async def _plan(moment: Moment, subject: str, after: int) -> None:
    until = moment.now + STILL_TRUE
    await due.plan(moment.session, moment.committee.id, "correct", subject, str(after), moment.now, until)


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Write the next part of a correction to many. Its words are those of the button that was pressed."""
    for row in rows:
        if await spreading.is_put_off(moment, row, at_once=True):
            continue
        row.outcome = "void"
        person, _, key = row.subject.partition(":")
        by, message = await moment.session.get(Person, int(person)), await moment.session.get(Outbox, _pressed(key))
        given = next((each["values"] for each in _choices(message) if each["action"] == "correct.send"), None)
        if by and given:
            await _part(moment, row, by, given, key)
        else:
            await progress.written(moment, key)


def _pressed(key: str) -> int:
    return int(key.partition(":")[2])


def _choices(message: Outbox | None) -> list[dict[str, Any]]:
    return [each for line in message.choices for each in line] if message else []


async def _part(moment: Moment, row: Due, by: Person, given: dict[str, Any], key: str) -> None:
    every = await _sent(moment, given["push"], given["batch"])
    part = [each for each in every if each.id > int(row.occurrence)][: progress.MANY]
    await _deliver(moment, by, part, given["text"], key, _about(moment, every))
    row.outcome = "sent"
    if part and part[-1].id != every[-1].id:
        await progress.cut_if_stopped(moment, key)
        await _plan(moment, row.subject, part[-1].id)
    else:
        await progress.written(moment, key)


async def _key(turn: Turn) -> str:
    """Name the correction by the message whose button was pressed."""
    pressed = await turn.press()
    return f"correct:{pressed[0].id if pressed else turn.conversation.menu_id or turn.inbox_id}"


async def _deliver(
    moment: Moment, by: Person, found: Sequence[Notice], text: str, key: str, about: dict[str, Any]
) -> int:
    told = 0
    await moment.many([each.person_id for each in found if each.person_id])
    for person_id in dict.fromkeys(each.person_id for each in found if each.person_id):
        to = await moment.session.get_one(Person, person_id)
        # who keeps excerpts alone is corrected as an excerpt
        kind = NoticeKind.BROADCAST if to.pushes else NoticeKind(found[0].kind)
        said = {**about, "text": text, "by": by.name}
        told += (
            await moment.tell(to, "correct.message", kind=kind, dedupe=f"{key}:{to.id}", batch=key, **said) is not None
        )
    return told


async def _sent(turn: Moment, push: str, batch: str) -> Sequence[Notice]:
    if push not in KINDS or not batch:
        return []
    return await notice.of_push(turn.session, turn.committee.id, push, batch)


def _about(turn: Moment, found: Sequence[Notice]) -> dict[str, Any]:
    at: datetime = turn.local(found[0].told_at)
    return {"what": found[0].kind, "at": at, "people": len({each.person_id for each in found})}
