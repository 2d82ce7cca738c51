"""Figures in a branch's own words: read back, agreed to, then put into the report. Nothing is kept unread (voice 5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from handlers.branch import drafts, duties, report, sessions
from handlers.branch.duties import Duty
from handlers.everyone import unknown
from handlers.office import items
from handlers.rules import speakers
from handlers.turn import Turn
from messages.reading.replies import Reply, read_reply
from messages.types import Choice
from models import headcount, item
from models import report as reports
from models.headcount import Counted
from models.item import READ_BACK, Item, ItemKind
from models.obligation import IN_HAND, REPORTED, State

PENDING, KEPT, DROPPED = READ_BACK
BESIDE = ("form", "speaker", "pledges")
"""What a report asks beside day and attendance, and words may tell."""
DOUBTS = ("attended_over_total", "counts_do_not_add_up", "invalid_date", "long_ago", "count_or_date")


@dataclass(frozen=True)
class Figures:
    """What a reply says of a conference: the day, members present of those who had to come, masses apart.

    `form` and `speaker` are values of the report's own choices, `pledges` how many pledged.
    """

    held_on: date | None
    attended: int
    total: int | None
    masses: int | None
    form: str | None = None
    speaker: str | None = None
    pledges: int | None = None

    def values(self) -> dict[str, Any]:
        """Return them as a button carries them."""
        held_on = self.held_on.isoformat() if self.held_on else None
        known = {name: getattr(self, name) for name in BESIDE if getattr(self, name) is not None}
        return {"held_on": held_on, "attended": self.attended, "total": self.total, "masses": self.masses, **known}


async def read_back(turn: Turn, duty: Duty, reply: Reply, words: str) -> None:
    """Say how the words were read, and ask whether that is right; an older reading of this duty is put aside."""
    if duty.owed.state in REPORTED:
        return await offer_correction(turn, duty)
    if _is_more(reply) and (before := await _read_today(turn, duty)):
        words = f"{before.text}\n{words}"
        reply = read_reply(words, today=turn.today, due=duty.last_day)
    kept = await items.keep(
        turn, duty.unit, turn.me, words, owed=duty.owed, how=PENDING, message_id=turn.incoming.message_id
    )
    register = await headcount.owing(turn.session, duty.unit.id, duty.owed.register_on, duty.deadline.id)
    found = _figures(reply, register)
    if found is None or any(doubt in DOUBTS for doubt in reply.doubts):
        return await _doubt(turn, duty, kept, reply)
    said_on = await _day_said(turn, duty)
    return await _show(turn, duty, kept, replace(found, held_on=found.held_on or said_on), register)


async def going_on(turn: Turn, found: Sequence[Duty], reply: Reply) -> Duty | None:
    """Return the one of several duties whose figures were just read back, where words only add to figures."""
    if reply.intent != "submit_report" or not _is_more(reply):
        return None
    read = [each for each in found if await _read_today(turn, each)]
    return read[0] if len(read) == 1 else None


def _is_more(reply: Reply) -> bool:
    return reply.attended is None and reply.absent is None


async def _read_today(turn: Turn, duty: Duty) -> Item | None:
    """Return the words of today that were read back and wait for a yes: "05 quần chúng" right after adds to them."""
    latest = await item.last_read(turn.session, duty.id)
    waits = latest is not None and latest.how == PENDING and latest.person_id == turn.me.id
    return latest if latest and waits and turn.local(latest.asked_at).date() == turn.today else None


def _figures(reply: Reply, register: Counted | None) -> Figures | None:
    """Return the figures of a reply; absent members are taken off the register's total."""
    total = _summoned(reply, register.summoned if register else None)
    attended = reply.attended
    if attended is None and reply.absent is not None and total is not None:
        attended = total - reply.absent
    if attended is None or attended < 0:
        return None
    speaker = speakers.value(reply.speaker)
    return Figures(reply.date, attended, total, reply.masses, reply.form, speaker, reply.pledges)


def _summoned(reply: Reply, known: int | None) -> int | None:
    """Return how many had to come: those who are excused are none of them where the register says so too."""
    if reply.total is None:
        return known
    without = reply.total - (reply.exempt or 0)
    return without if without == known else reply.total


async def _only_asked(turn: Turn, duty: Duty, found: Figures) -> tuple[Figures, dict[str, str]]:
    """Leave out what the report's form does not ask; return the labels of what was chosen by words."""
    form = await drafts.newest_form(turn, duty)
    asked = {each.figure: each for each in form.questions if each.figure in BESIDE} if form else {}
    labels = {
        str(name): option.label
        for name, question in asked.items()
        for option in question.options
        if option.value == getattr(found, name)
    }
    return replace(
        found,
        form=found.form if "form" in labels else None,
        speaker=found.speaker if "speaker" in labels else None,
        pledges=found.pledges if "pledges" in asked else None,
    ), labels


async def _day_said(turn: Turn, duty: Duty) -> date | None:
    """Return the day the branch named when it said that it was done, else that of the session it announced."""
    waiting = await items.open_about(turn, duty.owed, [ItemKind.SENT_ELSEWHERE])
    named = (each.asked_for for each in waiting if each.asked_for and each.asked_for <= turn.today)
    return next(named, None) or await sessions.day_come(turn, duty)


async def _doubt(turn: Turn, duty: Duty, kept: Item, reply: Reply) -> None:
    kept.how = DROPPED
    turn.expect("reply.again", obligation=duty.id)
    why = next((doubt for doubt in reply.doubts if doubt in DOUBTS), "attended_missing")
    seen = await duties.view(turn, duty)
    said = {"why": why, "attended": reply.attended, "total": reply.total, "duty": seen}
    await turn.say("figures.doubt", about=[duty.id], **said)


async def _show(
    turn: Turn, duty: Duty, kept: Item, found: Figures, register: Counted | None, *, chosen: bool = False
) -> None:
    """Read figures back; where the total is not the register's, the branch first chooses which is right."""
    found, labels = await _only_asked(turn, duty, found)
    summoned = register.summoned if register else None
    choose = not chosen and summoned is not None and found.total != summoned and found.attended <= summoned
    said = {
        "duty": await duties.view(turn, duty),
        **{name: getattr(found, name) for name in ("held_on", "attended", "total", "masses")},
        "absent": found.total - found.attended if found.total is not None else None,
        "members": register.members if register else None,
        "exempt": register.exempt if register else None,
        "register": summoned,
        "choose": choose,
        "form": labels.get("form"),
        "speaker": labels.get("speaker"),
        "pledges": found.pledges,
    }
    values = {"item": kept.id, **found.values()}
    totals = [Choice("figures.total", {**values, "total": each}) for each in (found.total, summoned)]
    rest = [Choice("figures.fix", {"item": kept.id}), Choice("figures.drop", {"item": kept.id})]
    first = totals if choose else [Choice("figures.right", values)]
    await turn.say("figures.read_back", choices=[first, rest], about=[duty.id], **said)


async def _pending(turn: Turn, item_id: int) -> tuple[Item, Duty] | None:
    """Return a reading that still waits, of a duty of theirs; else say how things stand."""
    found = await turn.session.get(Item, item_id)
    mine = await duties.mine(turn, [found.obligation_id]) if found and found.obligation_id else []
    if not found or not mine:
        await unknown.old_button(turn)
        return None
    latest = await item.last_read(turn.session, mine[0].id)
    if latest is None or latest.id != found.id or found.how != PENDING:
        await _older(turn, mine[0], latest)
        return None
    return found, mine[0]


async def _older(turn: Turn, duty: Duty, latest: Item | None) -> None:
    """A button of an older reading shows the present one."""
    if duty.owed.state in REPORTED or latest is None or latest.how != PENDING:
        return await report.open_duty(turn, duty)
    day = turn.local(latest.asked_at).date()
    return await read_back(turn, duty, read_reply(latest.text, today=day, due=duty.last_day), latest.text)


async def total(
    turn: Turn,
    item: int,
    attended: int,
    total: int,
    held_on: str | None = None,
    masses: int | None = None,
    form: str | None = None,
    speaker: str | None = None,
    pledges: int | None = None,
) -> None:
    """The right total, chosen: read back once more with it."""
    if pending := await _pending(turn, item):
        kept, duty = pending
        day = date.fromisoformat(held_on) if held_on else None
        found = Figures(day, attended, total, masses, form, speaker, pledges)
        register = await headcount.owing(turn.session, duty.unit.id, duty.owed.register_on, duty.deadline.id)
        await _show(turn, duty, kept, found, register, chosen=True)


async def right(
    turn: Turn,
    item: int,
    attended: int,
    total: int | None = None,
    held_on: str | None = None,
    masses: int | None = None,
    form: str | None = None,
    speaker: str | None = None,
    pledges: int | None = None,
) -> None:
    """[Đúng]: into the report, which goes on with what is not known yet."""
    if pending := await _pending(turn, item):
        kept, duty = pending
        kept.how = KEPT
        given = {"date": held_on, "attended": attended, "total": total, "masses": masses}
        given |= {"form": form, "speaker": speaker, "pledges": pledges}
        known = {name: value for name, value in given.items() if value is not None}
        await drafts.fill(turn, duty, known, turn.me, turn.inbox_id)
        turn.note("figures.kept", f"obligation:{duty.id}", turn.me, fields=sorted(known))
        await report.open_duty(turn, duty, told=True)


async def fix(turn: Turn, item: int) -> None:
    """[Sửa số]: the next words are read anew."""
    if pending := await _pending(turn, item):
        turn.expect("reply.again", obligation=pending[1].id)
        await turn.say("figures.fix", about=[pending[1].id], duty=await duties.view(turn, pending[1]))


async def left(turn: Turn, found: Sequence[Duty]) -> bool:
    """Say whether a reading of one of these duties waited: who says "dừng" to it wants it not kept."""
    for duty in found:
        latest = await item.last_read(turn.session, duty.id)
        if latest is not None and latest.how == PENDING:
            await drop(turn, latest.id)
            return True
    return False


async def drop(turn: Turn, item: int) -> None:
    """[Không ghi]."""
    if pending := await _pending(turn, item):
        pending[0].how = DROPPED
        choices = [[Choice("report.begin", {"obligation": pending[1].id})]]
        await turn.say("figures.dropped", choices=choices, about=[pending[1].id])


async def offer_correction(turn: Turn, duty: Duty) -> None:
    """The report is in: figures are corrected there, not beside it."""
    sent = await reports.of_obligation(turn.session, duty.id)
    open_ = sent is not None and duty.owed.state in (*IN_HAND, State.INCOMPLETE)
    choices = [[Choice("report.correct", {"report": sent.id}, "figures.correct")]] if sent and open_ else []
    await turn.say("figures.sent", choices=choices, about=[duty.id], duty=await duties.view(turn, duty), open=open_)
