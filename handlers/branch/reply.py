"""Hears free words and lands them on the deadline they are about. Several and no number: it asks, never guesses."""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from handlers.branch import (
    acts,
    away,
    conference,
    dissemination,
    duties,
    figures,
    mentioned,
    newest,
    plan_answers,
    report,
    subject,
    upload,
)
from handlers.branch.duties import Duty
from handlers.everyone import leave, stop, unknown, wishes
from handlers.office import broadcast_replies, items, requests
from handlers.routes import OFFICE, WRITERS
from handlers.turn import Turn
from messages.reading import opening, steps, ways
from messages.reading.conferences import names_meeting
from messages.reading.replies import Reply, read_reply
from messages.types import Choice, Heard
from models import item
from models.item import Item, ItemKind, ItemState
from models.obligation import IN_HAND, State

TOGETHER = ("acknowledge", "question", "other")
"""What needs no number where several duties are open: a "Rõ" is for all, a question goes to people as it is."""
UNCLEAR = "which"
"""`how` of words kept until somebody says which duty they are about."""
DAYS = ("invalid_date", "long_ago", "which_day")
"""Doubts about the day of what was done, is promised or asked for: the day is asked for again."""
_NUMBER = re.compile(r"\s*(?:việc|viec)?\s*(\d{1,2})\s*[.)]?\s*", re.IGNORECASE)


async def words(turn: Turn) -> None:
    """Free words of somebody known."""
    if turn.holds(OFFICE) and await requests.heard(turn):
        return
    if await wishes.heard(turn) or await broadcast_replies.heard(turn):
        return
    if turn.holds(WRITERS) and await newest.heard(turn):
        return
    if turn.holds(WRITERS):
        await land(turn, turn.incoming.text, await subject.candidates(turn))
    elif turn.holds(OFFICE):
        await turn.say("reply.office")
    else:
        await turn.say("reply.member")


async def land(turn: Turn, text: str, found: Sequence[Duty]) -> None:
    """Find the one duty words are about and do what they say."""
    reply = read_reply(text, today=turn.today)
    if len(found) == 1 and reply.attended is not None:
        found = await subject.with_attendance(turn, found[0])
    chosen = _chosen(found, reply) or await figures.going_on(turn, found, reply)
    if reply.opt_out:
        await stop.command(turn, "")
    elif reply.intent == "other" and plan_answers.is_greeting(text):
        await plan_answers.heard(turn, found, text)
    elif reply.intent == "other" and steps.step_of(text) == "later":
        await _put_off(turn, found, text)
    elif await _opened(turn, text) or await _elsewhere(turn, reply, text):
        return
    elif chosen:
        await handle(turn, chosen, text, turn.today)
    elif found and reply.intent not in TOGETHER:
        await _ask_which(turn, text, found)
    else:
        await _together(turn, reply, text, found)


async def _opened(turn: Turn, text: str) -> bool:
    """Open the report that is named; say whether one was."""
    named = opening.report_named(text)
    return named is not None and await report.by_name(turn, named)


async def _put_off(turn: Turn, found: Sequence[Duty], text: str) -> None:
    """ "Dừng", "để sau": a reading that waits is not kept; else it answers a reminder, or there is nothing to leave."""
    if await figures.left(turn, found):
        return
    if found and steps.puts_off(text):
        await acts.acknowledge(turn, found, text)
    else:
        await leave.command(turn, "")


async def _elsewhere(turn: Turn, reply: Reply, text: str) -> bool:
    """Say whether words were about something that is no report: an absence, a conference to come, a posting."""
    if await away.heard(turn, text) or await conference.heard(turn, text):
        return True
    return reply.intent == "done" and await dissemination.heard(turn, text)


def _chosen(found: Sequence[Duty], reply: Reply) -> Duty | None:
    if len(found) == 1:
        return found[0]
    return found[reply.number - 1] if reply.number and 1 <= reply.number <= len(found) else None


async def _together(turn: Turn, reply: Reply, text: str, found: Sequence[Duty]) -> None:
    if reply.intent == "acknowledge" and found:
        await acts.acknowledge(turn, found, text)
    elif reply.intent == "acknowledge" or steps.step_of(text) == "yes":
        await turn.say("reply.thanks")
    elif reply.intent == "question":
        if not await plan_answers.heard(turn, found, text):
            await acts.question(turn, None, text)
    else:
        await acts.note(turn, None, text)


async def _ask_which(turn: Turn, text: str, found: Sequence[Duty]) -> None:
    """Keep the words and ask which duty they are about, with those that wait for the same answer."""
    waiting = await _waiting(turn)
    kept = await items.keep(turn, found[0].unit, turn.me, text, how=UNCLEAR, message_id=turn.incoming.message_id)
    await _put_which(turn, [*waiting, kept], found)


async def _put_which(turn: Turn, kept: Sequence[Item], found: Sequence[Duty]) -> None:
    ids = ",".join(str(each.id) for each in kept)
    turn.expect(subject.WHICH, item=ids, obligations=duties.joined(found))
    choices = [
        Choice("reply.choose", {"item": ids, "obligation": duty.id, "number": n}) for n, duty in enumerate(found, 1)
    ]
    said = {"duties": await duties.views(turn, found), "texts": [each.text for each in kept]}
    await turn.say("reply.which", choices=[choices], about=[duty.id for duty in found], **said)


async def _waiting(turn: Turn) -> list[Item]:
    """Return the words of theirs for which it is being asked which duty they are about, in order."""
    asked = turn.conversation.subject.get("item", "") if turn.conversation.expects == subject.WHICH else ""
    return [each for each in await _kept(turn, asked) if each.how == UNCLEAR]


async def _kept(turn: Turn, joined: str | int) -> list[Item]:
    """Return the kept words of theirs that a button names: 7 or "3,7"."""
    found = [await turn.session.get(Item, each) for each in duties.ids_of(joined)]
    return [each for each in found if each and each.person_id == turn.me.id]


async def which(turn: Turn) -> None:
    """A number typed after "Việc 1 hay việc 2?"; an "ok" settles nothing, anything else is new words."""
    about = turn.conversation.subject
    found = await duties.mine(turn, duties.ids_of(about.get("obligations", "")))
    number = _NUMBER.fullmatch(turn.incoming.text) if turn.incoming.kind is Heard.TEXT else None
    if number and 1 <= int(number[1]) <= len(found):
        await choose(turn, about.get("item") or 0, found[int(number[1]) - 1].id, int(number[1]))
    elif found and (kept := await _still_unclear(turn)):
        await _put_which(turn, kept, found)
    elif turn.incoming.kind is not Heard.TEXT:
        turn.expect_nothing()
        await upload.file(turn)
    elif not await _left(turn, found):
        await _besides(turn, found)


async def _besides(turn: Turn, found: Sequence[Duty]) -> None:
    """New words: about the same duty, or aside (a question, a posting), and then what was asked is asked again."""
    asked, reply = turn.conversation.subject, read_reply(turn.incoming.text, today=turn.today)
    await words(turn)
    if (turn.conversation.expects, turn.conversation.subject) != (subject.WHICH, asked):
        return
    waiting = [] if reply.number or reply.opt_out else await _waiting(turn)
    turn.expect_nothing()
    if waiting and found:
        await _put_which(turn, waiting, found)


async def _left(turn: Turn, found: Sequence[Duty]) -> bool:
    """Say whether "dừng" left what is being asked: a reading that waits is not kept, the question is over."""
    if turn.incoming.kind is not Heard.TEXT or steps.step_of(turn.incoming.text) != "later":
        return False
    if await figures.left(turn, found):
        turn.expect_nothing()
    else:
        await leave.command(turn, "")
    return True


async def _still_unclear(turn: Turn) -> list[Item]:
    """Return the words that wait for a number where an "ok" was said instead."""
    is_text = turn.incoming.kind is Heard.TEXT
    if not is_text or read_reply(turn.incoming.text, today=turn.today).intent != "acknowledge":
        return []
    return await _waiting(turn)


async def choose(turn: Turn, item: str | int, obligation: int, number: int) -> None:
    """[Việc 1]: the words kept are about this one, read together as of when they were written."""
    kept, found = await _kept(turn, item), await duties.mine(turn, [obligation])
    if not kept or not found:
        return await unknown.old_button(turn)
    rest = [each for each in await _waiting(turn) if each not in kept]
    turn.expect_nothing()
    await _land_kept(turn, [each for each in kept if each.how == UNCLEAR], found[0])
    if rest and not turn.conversation.expects:
        await _put_which(turn, rest, await subject.candidates(turn))
    return None


async def _land_kept(turn: Turn, kept: Sequence[Item], duty: Duty) -> None:
    if not kept:
        await turn.say("reply.landed", about=[duty.id], duty=await duties.view(turn, duty))
        return
    for each in kept:
        each.how, each.obligation_id = "", duty.id
    await handle(turn, duty, "\n".join(each.text for each in kept), turn.local(kept[-1].asked_at).date())


async def again(turn: Turn) -> None:
    """Words asked for once more about one duty (figures, a day that does not exist), or a file instead."""
    if turn.incoming.kind is not Heard.TEXT:
        return await upload.file(turn)
    found = await duties.mine(turn, duties.ids_of(turn.conversation.subject.get("obligation", 0)))
    if turn.conversation.expects and await _left(turn, found):
        return None
    turn.expect_nothing()
    if found:
        return await handle(turn, found[0], turn.incoming.text, turn.today)
    return await words(turn)


async def ask_office(turn: Turn, item: int) -> None:
    """[Hỏi Văn phòng]: words kept become a question."""
    kept = await turn.session.get(Item, item)
    if kept is None or kept.person_id != turn.me.id or kept.kind != ItemKind.NOTE:
        return await unknown.old_button(turn)
    found = await duties.mine(turn, [kept.obligation_id] if kept.obligation_id else [])
    return await acts.question(turn, found[0] if found else None, kept.text)


# What words mean for a duty


async def handle(turn: Turn, duty: Duty, text: str, day: date) -> None:
    """Do what words of `day` say about a duty."""
    reply = read_reply(text, today=day, due=duty.last_day)
    if duty.chased and await conference.answers_duty(turn, duty, reply, text):
        return
    if duty.owed.state in subject.IN and reply.intent not in ("question", "submit_report", "refuse_or_blocked"):
        await acts.already_in(turn, [duty])
    elif reply.intent in ("will_do", "extend", "done") and (unsure := [each for each in DAYS if each in reply.doubts]):
        await _no_such_day(turn, duty, text, unsure[0])
    else:
        await MEANINGS[reply.intent](turn, duty, reply, text)


async def _no_such_day(turn: Turn, duty: Duty, text: str, why: str) -> None:
    await items.keep(turn, duty.unit, turn.me, text, owed=duty.owed, message_id=turn.incoming.message_id)
    turn.expect("reply.again", obligation=duty.id)
    await turn.say("reply.no_such_day", about=[duty.id], why=why)


async def _done(turn: Turn, duty: Duty, reply: Reply, text: str) -> None:
    if reply.items:  # posts whose words were not understood: dissemination, not the report
        await acts.note(turn, duty, text)
    else:
        await acts.said_sent(turn, duty, ways.read_way(text) or "said", text=text, day=reply.date)


async def _will_do(turn: Turn, duty: Duty, reply: Reply, text: str) -> None:
    if reply.date and reply.date >= turn.today:
        await _promise(turn, duty, reply.date, text)
    else:
        await acts.doing(turn, [duty], text)


async def _promise(turn: Turn, duty: Duty, day: date, text: str) -> None:
    if names_meeting(text):
        await mentioned.keep(turn, duty, day)
    await acts.promise(turn, duty, day, text)


async def _extend(turn: Turn, duty: Duty, reply: Reply, text: str) -> None:
    if reply.date is None or reply.date < turn.today:
        await acts.ask_day(turn, duty)
    elif reply.date <= duty.last_day:
        await _promise(turn, duty, reply.date, text)
    else:
        await acts.read_extension_back(turn, duty, reply.date, text)


async def _figures(turn: Turn, duty: Duty, reply: Reply, text: str) -> None:
    numbers = (reply.attended, reply.total, reply.masses, reply.absent)
    if all(number is None for number in numbers) and not reply.doubts:
        await acts.said_sent(turn, duty, ways.read_way(text) or "said", text=text, day=reply.date)
    else:
        await figures.read_back(turn, duty, reply, text)


async def _question(turn: Turn, duty: Duty, reply: Reply, text: str) -> None:
    if not await plan_answers.heard(turn, [duty], text):
        await acts.question(turn, duty, text)


async def _acknowledge(turn: Turn, duty: Duty, reply: Reply, text: str) -> None:
    await acts.acknowledge(turn, [duty], text)


async def _blocked(turn: Turn, duty: Duty, reply: Reply, text: str) -> None:
    await acts.blocked(turn, duty, "reassign" if reply.reassign else "", text)


async def _other(turn: Turn, duty: Duty, reply: Reply, text: str) -> None:
    if "intent" in reply.doubts:
        await acts.ask_meaning(turn, duty, text)
    else:
        await acts.note(turn, duty, text)


MEANINGS: dict[str, Callable[[Turn, Duty, Reply, str], Awaitable[None]]] = {
    "done": _done,
    "will_do": _will_do,
    "extend": _extend,
    "submit_report": _figures,
    "question": _question,
    "acknowledge": _acknowledge,
    "refuse_or_blocked": _blocked,
    "other": _other,
}


# A message changed after it was sent


async def edited(turn: Turn) -> None:
    """Read changed words again where nothing is settled yet; else offer to correct."""
    found = await item.of_message(turn.session, turn.me.id, turn.incoming.message_id)
    mine = await duties.mine(turn, [found.obligation_id]) if found and found.obligation_id else []
    text = turn.incoming.text
    if found is None or not text:
        await _offer_correction(turn)
    elif found.how == UNCLEAR:
        found.how = ""  # its words are those of now
        await _ask_which(turn, text, await subject.candidates(turn))
    elif mine and _unsettled(found):
        await _reread(turn, found, mine[0], text)
    else:
        await _offer_correction(turn, mine[0] if mine else None)


def _unsettled(found: Item) -> bool:
    return found.state == ItemState.OPEN or found.how in {*item.PUT_ASIDE, *item.PUT_ASIDE.values()}


async def _reread(turn: Turn, found: Item, duty: Duty, text: str) -> None:
    if found.state == ItemState.OPEN:
        await items.close(turn, found, None, "again")
    elif found.how in item.PUT_ASIDE:
        found.how = item.PUT_ASIDE[found.how]
    await handle(turn, duty, text, turn.today)


async def _offer_correction(turn: Turn, duty: Duty | None = None) -> None:
    open_ = [duty] if duty else await duties.of_person(turn)
    sent = [each for each in open_ if each.owed.state in (*IN_HAND, State.INCOMPLETE)]
    if duty and sent:
        await figures.offer_correction(turn, duty)
    else:
        choices = [[Choice("report.begin", {"obligation": each.id}, "figures.correct")] for each in open_[:1]]
        await turn.say("reply.edited", choices=choices, button=bool(choices))
