"""/tinkhongtoi: what did not arrive for certain, by kind and reason; the office sends it again or lets it be."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from handlers.branch import renewal
from handlers.office import progress, spreading
from handlers.rules import named, windows
from handlers.turn import Moment, Turn
from messages.types import Choice, Value
from models import due, letter
from models.due import Due
from models.letter import Group, Letter
from models.notice import NoticeKind
from models.outbox import UNREACHABLE, Out
from models.role import IN_A_BRANCH

KIND = "letters"
NAMED = 4  # branches named of a group; more are counted
GROUPS, A_PAGE, A_ROW = 8, 6, 3
PART = 50  # messages looked at again in one transaction
STILL_TRUE = timedelta(hours=12)
AT_ANY_HOUR = (NoticeKind.ANSWER, NoticeKind.ITEM)


async def show(turn: Turn, rest: str = "", **_: Any) -> None:
    """Every group, the largest first."""
    turn.expect_nothing()
    found = (await letter.groups(turn.session, turn.committee.id))[:GROUPS]
    concerned = await letter.units(turn.session, turn.committee.id) if found else {}
    lines = [_line(each, concerned.get((each.kind, each.reason), [])) for each in found]
    buttons = [Choice("letters.group", {**_about(each), "number": n}) for n, each in enumerate(found, 1)]
    total = sum(each.number for each in found)
    await turn.say("letters.list", lines=lines, total=total, choices=_rows(buttons))


def _about(each: Group | Letter) -> dict[str, Any]:
    return {"what": each.kind, "reason": each.reason}


def _line(each: Group, names: Sequence[str]) -> dict[str, Any]:
    shown = named.many(len(names), NAMED)
    return {**_about(each), "number": each.number, "branches": list(names[:shown]), "more": len(names) - shown}


def _rows(buttons: Sequence[Choice]) -> list[list[Choice]]:
    return [list(buttons[n : n + A_ROW]) for n in range(0, len(buttons), A_ROW)]


async def group(turn: Turn, what: str, reason: str, offset: int = 0, **_: Any) -> None:
    """One group, in register order: to whom, when; all of it sent again or left."""
    about = {"what": what, "reason": reason}
    total = await _number(turn, what, reason)
    found = await letter.page(turn.session, turn.committee.id, what, reason, offset, A_PAGE)
    if not found:
        return await show(turn)
    buttons = [Choice("letters.one", {"letter": each.row_id, "number": n}) for n, each in enumerate(found, offset + 1)]
    menu = [*_rows(buttons), *_all_menu(about, total)]
    if offset + A_PAGE < total:
        menu.append([Choice("letters.group", {**about, "offset": offset + A_PAGE}, "letters.next_page")])
    lines = [{"n": n, **await _values(turn, each)} for n, each in enumerate(found, offset + 1)]
    await turn.say("letters.group", lines=lines, total=total, choices=menu, **about)
    return None


async def _number(moment: Moment, what: str, reason: str) -> int:
    found = await letter.groups(moment.session, moment.committee.id)
    return next((each.number for each in found if (each.kind, each.reason) == (what, reason)), 0)


def _all_menu(about: dict[str, Any], total: int) -> list[list[Choice]]:
    number = {**about, "number": total}
    return [[Choice("letters.send_all", number), Choice("letters.drop_all", number)], [Choice("letters.show")]]


async def _values(moment: Moment, each: Letter) -> dict[str, Any]:
    in_branch = each.role in IN_A_BRANCH
    return {
        **_about(each),
        "name": each.name,
        "role": each.role,
        "branch": each.unit if in_branch else "",
        "at": moment.local(each.said_at),
        "lost_why": each.lost_why if each.reason == UNREACHABLE else "",
        "lost_at": moment.local(each.lost_at) if each.lost_at else None,
    }


async def one(turn: Turn, letter: int, **_: Any) -> None:
    """One message: to whom, why it did not arrive, what can be done."""
    found = await _found(turn, letter)
    if found is None:
        return await _nothing(turn)
    about = {"letter": found.row_id}
    menu: list[list[Choice]] = [[Choice("letters.send", about), Choice("letters.drop", about)]]
    if found.reason == UNREACHABLE and found.role:
        invited: dict[str, Value] = {"role": found.role, "unit": found.unit_id, "name": found.name}
        menu.append([Choice("invite.name", invited, "letters.invite")])
    menu.append([Choice("letters.group", _about(found), "letters.back")])
    await turn.say("letters.one", choices=menu, **await _values(turn, found))
    return None


async def _found(turn: Turn, row_id: int) -> Letter | None:
    return await letter.one(turn.session, turn.committee.id, row_id)


async def _nothing(turn: Turn) -> None:
    await turn.say("letters.nothing", choices=[[Choice("letters.show")]])


async def send(turn: Turn, letter: int) -> None:
    """[Gửi lại] of one."""
    found = await _found(turn, letter)
    if found is None:
        await _nothing(turn)
    else:
        await _send(turn, found.kind, found.reason, 1, row_id=letter)


async def send_all(turn: Turn, what: str, reason: str, **_: Any) -> None:
    """[Gửi lại cả 03]: a group."""
    total = await _number(turn, what, reason)
    if total:
        await _send(turn, what, reason, total)
    else:
        await _nothing(turn)


async def _send(turn: Turn, what: str, reason: str, total: int, row_id: int = 0) -> None:
    """Put back in the queue at once, or where each must be looked at again and they are many, in parts."""
    if what not in AT_ANY_HOUR and (windows.is_quiet(turn.clock_time) or not await turn.pushing()):
        await turn.say("letters.held", night=windows.is_quiet(turn.clock_time), choices=[[Choice("letters.show")]])
        return
    if what in renewal.LOOKED_AT and total > PART:
        sent, untrue = total, 0
        await _plan(turn, what, reason)
    elif what in renewal.LOOKED_AT:
        sent, untrue = await _renewed(turn, what, reason, row_id)
    else:
        pushes = {} if row_id else await letter.batches(turn.session, turn.committee.id, what, reason)
        sent, untrue = await _as_it_was(turn, what, reason, row_id)
        for batch, number in pushes.items():
            await progress.resume(turn, batch, number, turn.me)
    turn.note("letters.send", f"outbox:{row_id}" if row_id else f"notices:{what}", turn.me, reason=reason, number=sent)
    await turn.say("letters.sent", sent=sent, untrue=untrue, choices=[[Choice("letters.show")]])


async def _as_it_was(moment: Moment, what: str, reason: str, row_id: int = 0) -> tuple[int, int]:
    """Send again in the same words, and let go what nobody wants any more; return how many of each."""
    owner, mark = moment.committee.id, moment.words("letters.mark") + "\n"
    sent = await letter.send_again(moment.session, owner, what, reason, mark, moment.machine, row_id)
    return sent, await letter.leave(moment.session, owner, what, reason, row_id)


async def _renewed(moment: Moment, what: str, reason: str, row_id: int = 0) -> tuple[int, int]:
    """Look at some again; return how many go out and how many are no longer true."""
    found = await letter.rows(moment.session, moment.committee.id, what, reason, PART, row_id)
    sent = 0
    for row, about in found:
        goes = await renewal.renew(moment, row, about)
        row.state = Out.DUE if goes else Out.CANCELLED
        row.not_before, row.attempts, row.error = moment.machine, 0, "" if goes else row.error
        sent += goes
    await moment.session.flush()
    return sent, len(found) - sent


async def _plan(moment: Moment, what: str, reason: str) -> None:
    subject, name = f"{what}:{reason}", moment.now.isoformat()
    until = moment.now + STILL_TRUE
    await due.plan(moment.session, moment.committee.id, KIND, subject, name, moment.now, until)


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Look at the next part of a group that is to be sent again."""
    for row in rows:
        if await spreading.is_put_off(moment, row, at_once=True):
            continue
        what, _, reason = row.subject.partition(":")
        looked_at = sum(await _renewed(moment, what, reason))
        row.outcome = "sent"
        if looked_at == PART:
            await moment.session.flush()
            await _plan(moment, what, reason)


async def drop(turn: Turn, letter: int) -> None:
    """[Bỏ qua] of one."""
    found = await _found(turn, letter)
    if found is None:
        await _nothing(turn)
    else:
        await _drop(turn, found.kind, found.reason, letter)


async def drop_all(turn: Turn, what: str, reason: str, **_: Any) -> None:
    """[Bỏ qua cả 03]: a group."""
    await _drop(turn, what, reason)


async def _drop(turn: Turn, what: str, reason: str, row_id: int = 0) -> None:
    left = await letter.leave(turn.session, turn.committee.id, what, reason, row_id)
    if not left:
        return await _nothing(turn)
    turn.note("letters.drop", f"outbox:{row_id}" if row_id else f"notices:{what}", turn.me, reason=reason, number=left)
    await turn.say("letters.left", left=left, choices=[[Choice("letters.show")]])
    return None


def button(number: int) -> Choice:
    """Return what leads there from where the count is shown."""
    return Choice("letters.show", {"number": number}, "letters.open")
