"""After a wrong push: what was sent lately and to how many; a correction to the same people. Takes nothing back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from handlers.rules import windows
from handlers.turn import Turn
from messages.types import Choice
from models import notice
from models.notice import Notice, NoticeKind
from models.outbox import Outbox
from models.person import Person

LATEST = 8
SHORTEST, LONGEST = 5, 1000
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
        await turn.say("correct.preview", words=words, choices=[[send, again, stop]], **_about(turn, found))


async def send(turn: Turn, push: str, batch: str, text: str) -> None:
    """[Gửi đính chính]: to the same people, once however often it is pressed."""
    found = await _sent(turn, push, batch)
    if not found:
        await show(turn)
    elif not await turn.pushing() or windows.is_quiet(turn.clock_time):
        await turn.say("correct.held", night=windows.is_quiet(turn.clock_time))
    else:
        turn.expect_nothing()
        told = await _deliver(turn, found, text, await _key(turn))
        about = _about(turn, found)
        await turn.say("correct.sent", told=told, **about)
        if told:
            turn.note("push.correct", f"push:{push}", turn.me, batch=batch, people=told)
            await turn.tell_office("correct.sent_office", but=turn.me, who=turn.me.name, text=text, **about)


async def _key(turn: Turn) -> str:
    """Name the correction by the message whose button was pressed."""
    pressed = await turn.press()
    return f"correct:{pressed[0].id if pressed else turn.conversation.menu_id or turn.inbox_id}"


async def _deliver(turn: Turn, found: Sequence[Notice], text: str, key: str) -> int:
    told = 0
    for person_id in dict.fromkeys(each.person_id for each in found if each.person_id):
        to = await turn.session.get_one(Person, person_id)
        # who keeps excerpts alone is corrected as an excerpt
        kind = NoticeKind.BROADCAST if to.pushes else NoticeKind(found[0].kind)
        said = {**_about(turn, found), "text": text, "by": turn.me.name}
        told += (
            await turn.tell(to, "correct.message", kind=kind, dedupe=f"{key}:{to.id}", batch=key, **said) is not None
        )
    return told


async def _sent(turn: Turn, push: str, batch: str) -> Sequence[Notice]:
    if push not in KINDS or not batch:
        return []
    return await notice.of_push(turn.session, turn.committee.id, push, batch)


def _about(turn: Turn, found: Sequence[Notice]) -> dict[str, Any]:
    at: datetime = turn.local(found[0].told_at)
    return {"what": found[0].kind, "at": at, "people": len({each.person_id for each in found})}
