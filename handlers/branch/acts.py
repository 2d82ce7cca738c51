"""What a branch does about a duty, by button or in its own words: recorded, told to whom it concerns, confirmed."""

from collections.abc import Sequence
from datetime import date

from handlers import plan, spelled
from handlers.branch import duties, remind, rung
from handlers.branch.duties import Duty
from handlers.office import items
from handlers.rules import rungs
from handlers.rules.ladder import Rung
from handlers.turn import Moment, Turn
from messages.types import Choice
from models import report
from models.item import EXTENSION_ASKED, Item, ItemKind
from models.obligation import REPORTED, State

SAID_SENT_KINDS = (ItemKind.SENT_ELSEWHERE, ItemKind.PHOTO)


async def already_in(turn: Turn, found: Sequence[Duty]) -> bool:
    """Say so, and that nothing is to be done, where all these reports are in."""
    if not all(duty.owed.state in (State.WAITING, State.ACCEPTED) for duty in found):
        return False
    await turn.say("answer.already", duty=await duties.view(turn, found[0]))
    return True


async def doing(turn: Turn, found: Sequence[Duty], words: str = "") -> None:
    """Skip one rung of each duty and say when the next reminder comes."""
    for duty in found:
        await _reopen(turn, duty)
        duty.owed.skip_next = True
        await _noted(turn, duty, "doing", words)
    await turn.say("answer.doing", count=len(found), next=await next_reminder(turn, found))


async def acknowledge(turn: Turn, found: Sequence[Duty], words: str) -> None:
    """Thank for a "Rõ": it changes nothing, the next reminder stays as planned."""
    for duty in found:
        await remind.answered(turn, duty, turn.me, words)
    chased = [duty for duty in found if duty.chased]
    await turn.say("answer.acknowledged", next=await next_reminder(turn, chased))


async def promise(turn: Turn, duty: Duty, day: date, words: str = "") -> None:
    """Keep the day the branch names: no reminder before it; a day after the last one is pointed out."""
    await _reopen(turn, duty)
    duty.owed.promised_on, duty.owed.skip_next = day, False
    await _noted(turn, duty, "promise", words, day)
    after = day > duty.last_day
    choices = [[Choice("answer.extend", {"obligation": duty.id})]] if after else []
    seen = await duties.view(turn, duty)
    await turn.say("answer.promise", choices=choices, about=[duty.id], day=day, duty=seen, after=after)


async def said_sent(turn: Turn, duty: Duty, how: str, *, text: str = "", day: date | None = None) -> None:
    """Take the branch's word that the report went another way: reminders rest until the office answers."""
    known = await items.open_about(turn, duty.owed, [ItemKind.SENT_ELSEWHERE])
    label = "conference.announce" if duty.announces else ""
    choices = [[Choice("report.begin", {"obligation": duty.id}, label)]] if how == "said" else []
    said = {"how": how, "duty": await duties.view(turn, duty), "day": day}
    if any(each.how == how and not text for each in known):  # a second press is no second item
        await turn.say("answer.said_sent", choices=choices, about=[duty.id], **said)
        return
    await set_said_sent(turn, duty)
    await items.put(
        turn,
        ItemKind.SENT_ELSEWHERE,
        duty.unit,
        owed=duty.owed,
        by=turn.me,
        text=text,
        how=how,
        asked_for=day,
        message_id=turn.incoming.message_id if text else "",
    )
    await _noted(turn, duty, "said" if how == "said" else "sent_elsewhere", text)
    await turn.say("answer.said_sent", choices=choices, about=[duty.id], **said)


async def set_said_sent(turn: Turn, duty: Duty) -> None:
    """Let a duty rest: said to be sent, or its picture is with the office. A newer word replaces an older one."""
    for old in await items.open_about(turn, duty.owed, SAID_SENT_KINDS):
        await items.close(turn, old, None, "again")
    if duty.owed.state not in REPORTED:
        duty.owed.state = State.SAID_SENT
    duty.owed.paused = True


async def read_extension_back(turn: Turn, duty: Duty, wanted: date, words: str) -> None:
    """Say until which day the words were understood to ask for; the office hears of it after a yes."""
    message = turn.incoming.message_id
    kept = await items.keep(
        turn, duty.unit, turn.me, words, owed=duty.owed, how=EXTENSION_ASKED, asked_for=wanted, message_id=message
    )
    turn.expect("extension.said", item=kept.id, in_report=_in_report(turn))
    which, label = {"item": kept.id}, "extension.other_day"
    first = [Choice("extension.right", which), Choice("answer.extend", {"obligation": duty.id}, label)]
    choices = [first, [Choice("extension.drop", which)]]
    seen = await duties.view(turn, duty)
    await turn.say("extension.read_back", choices=choices, about=[duty.id], duty=seen, day=wanted)


def _in_report(turn: Turn) -> bool:
    """Say whether a report was left for this question, and goes on after it."""
    return turn.conversation.expects == "report.answer" or bool(turn.conversation.subject.get("in_report"))


async def ask_extension(turn: Turn, duty: Duty, kept: Item) -> None:
    """Put an extension, read back and agreed to, before the office; reminders rest until it answers."""
    for old in await items.open_about(turn, duty.owed, [ItemKind.EXTENSION]):
        await items.close(turn, old, None, "again")
    duty.owed.paused = True
    await items.pass_on(turn, kept, ItemKind.EXTENSION, turn.me)
    await _noted(turn, duty, "extension", kept.text, kept.asked_for)
    await extension_asked(turn, duty, kept)


async def extension_asked(turn: Turn, duty: Duty, kept: Item) -> None:
    """Say that the office was asked for more time."""
    await turn.say("answer.extension", about=[duty.id], day=kept.asked_for, duty=await duties.view(turn, duty))


async def ask_day(turn: Turn, duty: Duty, *, again: bool = False) -> None:
    """Ask until which day the branch wants more time."""
    turn.expect("answer.extension_day", obligation=duty.id, in_report=_in_report(turn))
    asks = spelled.NOTHING if again else spelled.Asks("day")
    view = await duties.view(turn, duty)
    await turn.say("answer.extension_day", about=[duty.id], asks=asks, duty=view, again=again)


async def ask_call(turn: Turn, duty: Duty | None) -> None:
    """Let the office telephone."""
    unit = duty.unit if duty else await duties.branch_of(turn)
    await items.put(turn, ItemKind.CALL, unit, owed=duty.owed if duty else None, by=turn.me)
    if duty:
        await _noted(turn, duty, "call", "")
    await turn.say("answer.call")


async def blocked(turn: Turn, duty: Duty, how: str, words: str = "") -> None:
    """Tell the office that the branch cannot, or that it is not this person's; `how` "" | reassign | not_mine."""
    await items.put(
        turn,
        ItemKind.BLOCKED,
        duty.unit,
        owed=duty.owed,
        by=turn.me,
        text=words,
        how=how,
        message_id=turn.incoming.message_id if words else "",
    )
    await _noted(turn, duty, "blocked", words)
    await turn.say("answer.blocked", about=[duty.id], how=how, duty=await duties.view(turn, duty))


async def question(turn: Turn, duty: Duty | None, words: str) -> None:
    """Put a question before the office; its answer comes back here."""
    unit = duty.unit if duty else await duties.branch_of(turn)
    await items.put(
        turn,
        ItemKind.QUESTION,
        unit,
        owed=duty.owed if duty else None,
        by=turn.me,
        text=words,
        message_id=turn.incoming.message_id,
    )
    if duty:
        await remind.answered(turn, duty, turn.me, words)
    await turn.say("answer.question", about=[duty.id] if duty else [])


async def ask_meaning(turn: Turn, duty: Duty, words: str) -> None:
    """Keep words about the duty whose meaning is not sure, and ask which of the few it is."""
    kept = await items.keep(turn, duty.unit, turn.me, words, owed=duty.owed, message_id=turn.incoming.message_id)
    await remind.answered(turn, duty, turn.me, words)
    one = {"obligation": duty.id}
    choices = [
        [Choice("report.begin", one), Choice("answer.elsewhere", one)],
        [Choice("answer.doing", {"obligations": str(duty.id)}), Choice("answer.extend", one)],
        [Choice("reply.ask_office", {"item": kept.id})],
    ]
    await turn.say("answer.unclear", choices=choices, about=[duty.id], duty=await duties.view(turn, duty))


async def note(turn: Turn, duty: Duty | None, words: str) -> None:
    """Keep words that ask nothing, and offer to pass them on."""
    unit = duty.unit if duty else await duties.branch_of(turn)
    kept = await items.keep(
        turn, unit, turn.me, words, owed=duty.owed if duty else None, message_id=turn.incoming.message_id
    )
    if duty:
        await remind.answered(turn, duty, turn.me, words)
    seen = await duties.view(turn, duty) if duty else None
    call = Choice("answer.call", {"obligations": str(duty.id) if duty else ""})
    people = [[Choice("reply.ask_office", {"item": kept.id}), call]]
    await turn.say("answer.note", choices=people, about=[duty.id] if duty else [], duty=seen)


async def resume(moment: Moment, duty: Duty) -> Rung | None:
    """Take a duty's rest away: it is not sent, reminders go on from now, or the telephone; return the next one."""
    if duty.owed.state == State.SAID_SENT:
        draft = await report.of_obligation(moment.session, duty.id)
        duty.owed.state = State.DRAFTING if draft and draft.answers else State.NOT_SENT
    duty.owed.paused, duty.owed.skip_next, duty.owed.promised_on = False, False, None
    await plan.replan(moment, duty.owed)
    if duty.owed.ladder_done and duty.chased:  # all its rungs went by while it rested
        await rung.want_call(moment, duty)
    return await _next(moment, duty)


async def next_reminder(moment: Moment, found: Sequence[Duty]) -> Rung | None:
    """Return the rung at which the first of these duties is next spoken of."""
    coming = [each for duty in found if duty.chased and (each := await _next(moment, duty))]
    return min(coming, key=lambda each: (each.day, each.at), default=None)


async def _next(moment: Moment, duty: Duty) -> Rung | None:
    """Return the rung at which the duty will really be spoken of; none while an answer to the branch is pending.

    Promises and "Đang làm" are considered.
    """
    if duty.owed.paused:
        return None
    steps = await plan.rungs_of(moment, duty.owed, duty.deadline)
    day = duty.owed.promised_on or moment.today
    left = [step for step in steps if (step.day, step.at) > (moment.today, moment.clock_time) and step.day >= day]
    if left and duty.owed.skip_next and left[0].name != rungs.ON_THE_DAY:
        left = left[1:]
    return left[0] if left else None


async def _reopen(turn: Turn, duty: Duty) -> None:
    """A branch that said it had sent and now says otherwise has not sent."""
    if duty.owed.state == State.SAID_SENT:
        for old in await items.open_about(turn, duty.owed, SAID_SENT_KINDS):
            await items.close(turn, old, None, "withdrawn")
        await resume(turn, duty)


async def _noted(turn: Turn, duty: Duty, what: str, words: str, on: date | None = None) -> None:
    turn.note(f"duty.{what}", f"obligation:{duty.id}", turn.me)
    await remind.answered(turn, duty, turn.me, words)
    await remind.tell_others(turn, duty, turn.me, what, on)
