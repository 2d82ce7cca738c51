"""Until when a branch wants more time: the day typed is read back by `acts`, a yes puts it before the office."""

from datetime import date

from handlers.branch import acts, duties, reply, report, upload
from handlers.branch.duties import Duty
from handlers.everyone import unknown
from handlers.turn import Turn
from messages.reading import dates, steps
from messages.reading.replies import read_reply
from messages.types import Heard
from models.base import find
from models.item import EXTENSION_ASKED, EXTENSION_DROPPED, Item, ItemKind

WANTED = ("extend", "will_do")
"""What words mean that name another day to a day read back."""
A_DAY = 3  # words in which nothing but a day has room: "ngày 1/6", "thứ Hai 3/6"


async def day(turn: Turn) -> None:
    """Read until when more time is asked for."""
    found = await duties.mine(turn, duties.ids_of(turn.conversation.subject.get("obligation", 0)))
    if not found:
        turn.expect_nothing()
        await unknown.old_button(turn)
    elif wanted := _day_in(turn, found[0]):
        await acts.read_extension_back(turn, found[0], wanted, turn.incoming.text)
    else:
        await acts.ask_day(turn, found[0], again=True)


def _day_in(turn: Turn, duty: Duty) -> date | None:
    """Return the day typed, None where it names none to come after the last one."""
    typed = turn.incoming.text if turn.incoming.kind is Heard.TEXT else ""
    named = dates.read_date(typed, today=turn.today, tense="future", due=duty.last_day).date
    return named if named and named > duty.last_day and named >= turn.today else None


async def _asked(turn: Turn, item_id: int) -> tuple[Item, Duty] | None:
    """Return words of theirs that ask for more time, with the duty; None where there are none such."""
    found = await find(turn.session, Item, item_id)
    mine = await duties.mine(turn, [found.obligation_id]) if found and found.obligation_id else []
    if found is None or found.person_id != turn.me.id or not mine:
        return None
    return (found, mine[0]) if found.kind == ItemKind.EXTENSION or found.how == EXTENSION_ASKED else None


def _left(turn: Turn) -> bool:
    """Leave the question; say whether a report waits behind it to go on."""
    waits = turn.conversation.expects == "extension.said" and bool(turn.conversation.subject.get("in_report"))
    turn.expect_nothing()
    return waits


async def right(turn: Turn, item: int) -> None:
    """[Đúng]: before the office; pressed again, it says so again."""
    asked, go_on = await _asked(turn, item), _left(turn)
    if asked is None:
        await unknown.old_button(turn)
    elif asked[0].kind == ItemKind.EXTENSION:
        await acts.extension_asked(turn, asked[1], asked[0])
    elif not await acts.already_in(turn, [asked[1]]):
        await _agreed(turn, *asked, go_on=go_on)


async def _agreed(turn: Turn, kept: Item, duty: Duty, *, go_on: bool) -> None:
    """Pass the day on, unless it lies no more behind the last day: that moved, or time went by."""
    day = kept.asked_for
    if day is None or day <= duty.last_day or day < turn.today:
        await acts.ask_day(turn, duty, again=True)
    else:
        await acts.ask_extension(turn, duty, kept)
        if go_on:
            await report.open_duty(turn, duty)


async def drop(turn: Turn, item: int) -> None:
    """[Thôi]: nothing was asked, the old day stands."""
    asked, go_on = await _asked(turn, item), _left(turn)
    if asked is None or asked[0].kind == ItemKind.EXTENSION:
        await unknown.old_button(turn)
    else:
        asked[0].how = EXTENSION_DROPPED
        await turn.say("extension.dropped", about=[asked[1].id], duty=await duties.view(turn, asked[1]))
        if go_on:
            await report.open_duty(turn, asked[1])


async def said(turn: Turn) -> None:
    """Words after the day was read back: yes, no, another day, or something else altogether."""
    asked = await _asked(turn, int(turn.conversation.subject.get("item") or 0))
    step = steps.step_of(turn.incoming.text)
    if asked is None or step == "yes":
        await right(turn, asked[0].id if asked else 0)
    elif step == "no":
        await acts.ask_day(turn, asked[1])
    elif step == "later":
        await drop(turn, asked[0].id)
    else:
        await _otherwise(turn, *asked)


async def _otherwise(turn: Turn, kept: Item, duty: Duty) -> None:
    text = turn.incoming.text
    meant = read_reply(text, today=turn.today, due=duty.last_day).intent in WANTED or len(text.split()) <= A_DAY
    if meant and (wanted := _day_in(turn, duty)):
        kept.how = EXTENSION_DROPPED
        await acts.read_extension_back(turn, duty, wanted, turn.incoming.text)
    elif turn.incoming.kind is Heard.TEXT:
        turn.expect_nothing()
        await reply.words(turn)
    else:
        turn.expect_nothing()
        await upload.file(turn)
