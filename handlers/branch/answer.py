"""The buttons under a reminder. Ids in them are not trusted; an old button says how things stand."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from handlers.branch import acts, asking, duties, remind
from handlers.branch.duties import Duty
from handlers.everyone import unknown
from handlers.rules import windows
from handlers.turn import Turn
from messages.reading import dates, hours
from messages.types import Choice, Heard, Rows
from models.role import RoleKind

MORNING, AFTERNOON = time(8, 0), time(14, 0)
WAYS = ("paper", "documents", "zalo")
FURTHEST = timedelta(days=60)


async def _open(turn: Turn, obligations: str | int) -> list[Duty]:
    """Return the duties a button is about; say so and return none where there is nothing left to do."""
    found = await duties.mine(turn, duties.ids_of(obligations))
    if not found:
        await unknown.old_button(turn)
        return []
    if await acts.already_in(turn, found):
        return []
    return found


async def show(turn: Turn, obligation: int, number: int) -> None:
    """Show one of several duties with its own buttons."""
    for duty in await _open(turn, obligation):
        seen, choices = await duties.view(turn, duty), asking.choices_of(duty)
        await turn.say("answer.show", choices=choices, about=[duty.id], duty=seen, number=number)


async def doing(turn: Turn, obligations: str) -> None:
    """[Đang làm]: one rung is skipped."""
    if found := await _open(turn, obligations):
        await acts.doing(turn, found)


async def elsewhere(turn: Turn, obligation: int) -> None:
    """[Đã gửi cách khác]: ask how."""
    for duty in await _open(turn, obligation):
        ways = [Choice("answer.sent", {"obligation": duty.id, "how": how}, f"answer.{how}") for how in WAYS]
        await turn.say("answer.elsewhere", choices=[ways], about=[duty.id], duty=await duties.view(turn, duty))


async def sent(turn: Turn, obligation: int, how: str) -> None:
    """It went on paper, through the document system or to the office's Zalo."""
    for duty in await _open(turn, obligation):
        await acts.said_sent(turn, duty, how)


async def extend(turn: Turn, obligation: int) -> None:
    """[Xin gia hạn]: ask until when."""
    for duty in await _open(turn, obligation):
        await acts.ask_day(turn, duty)


async def other(turn: Turn, obligations: str) -> None:
    """[Khác]: what is asked less often."""
    if found := await _open(turn, obligations):
        ids = {"obligations": duties.joined(found)}
        names = ("answer.later", "answer.not_mine", "answer.why", "answer.call")
        await turn.say("answer.other", choices=[[Choice(name, ids)] for name in names], about=[d.id for d in found])


async def later(turn: Turn, obligations: str) -> None:
    """[Nhắc tôi sau]: ask when."""
    if found := await _open(turn, obligations):
        turn.expect("answer.hour", obligations=duties.joined(found))
        await turn.say("answer.later", choices=_hours(turn, duties.joined(found)), about=[d.id for d in found])


def _hours(turn: Turn, ids: str) -> Rows:
    days = [(turn.today, "answer.at_today"), (turn.today + timedelta(days=1), "answer.at_tomorrow")]
    return [
        [
            Choice("answer.at", {"obligations": ids, "at": at.isoformat(), "hour": f"{hour:%H:%M}"}, label)
            for hour in (MORNING, AFTERNOON)
            if (at := turn.at(day, hour)) > turn.now
        ]
        for day, label in days
        if turn.at(day, AFTERNOON) > turn.now
    ]


async def at(turn: Turn, obligations: str, at: str, hour: str) -> None:
    """Remind again at the hour of the button."""
    if found := await _open(turn, obligations):
        await _snooze(turn, found, datetime.fromisoformat(at))


async def hour(turn: Turn) -> None:
    """Read the hour typed."""
    found = await duties.mine(turn, duties.ids_of(turn.conversation.subject.get("obligations", "")))
    hour = hours.read_hour(turn.incoming.text) if turn.incoming.kind is Heard.TEXT else None
    day = dates.read_date(turn.incoming.text, today=turn.today, tense="future").date or turn.today
    if not found or hour is None:
        return await turn_again(turn, found)
    return await _snooze(turn, found, turn.at(day, hour))


async def turn_again(turn: Turn, found: Sequence[Duty]) -> None:
    """Ask for the hour once more."""
    ids = duties.joined(found)
    await turn.say("answer.later", choices=_hours(turn, ids), about=[d.id for d in found])


async def _snooze(turn: Turn, found: Sequence[Duty], when: datetime) -> None:
    if when <= turn.now or when > turn.now + FURTHEST or windows.is_quiet(turn.local(when).time()):
        return await turn_again(turn, found)
    turn.expect_nothing()
    await remind.snooze(turn, turn.me, found, when)
    turn.note("reminder.snooze", f"person:{turn.me.id}", turn.me)
    await turn.say("answer.snoozed", when=when, about=[duty.id for duty in found])
    return None


async def not_mine(turn: Turn, obligations: str) -> None:
    """[Không phải việc của tôi]: the office looks into who it is."""
    for duty in (await _open(turn, obligations))[:1]:
        await acts.blocked(turn, duty, "not_mine")


async def why(turn: Turn, obligations: str) -> None:
    """[Vì sao tôi nhận tin này?]: the role, the plan's words, how to stop."""
    for duty in (await _open(turn, obligations))[:1]:
        kinds = [str(r.kind) for r in turn.roles if r.unit_id == duty.unit.id and r.kind in tuple(RoleKind)]
        plan = await turn.plan()
        quotes = [each.quote for each in plan.duties if each.id in duty.deadline.duties][-1:]
        await turn.say(
            "answer.why", about=[duty.id], duty=await duties.view(turn, duty), role=kinds[0], quote="".join(quotes)
        )


async def call(turn: Turn, obligations: str = "") -> None:
    """[Nhờ Văn phòng gọi]."""
    found = await duties.mine(turn, duties.ids_of(obligations))
    if obligations and not found:
        await unknown.old_button(turn)
    else:
        await acts.ask_call(turn, found[0] if found else None)
