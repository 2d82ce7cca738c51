"""The office's list of excerpts: compared with the source, agreed to, put in order, withdrawn. Sends none itself."""

from collections.abc import Sequence

from handlers.routes import OFFICE
from handlers.turn import Moment, Turn
from messages.types import Choice
from models import excerpt as excerpts
from models.excerpt import Excerpt
from models.person import Person

PAGE = 6  # excerpts listed in one message
START = 70  # letters of each that are shown in the list


async def show(turn: Turn, rest: str = "") -> None:
    """/excerpts: the list, from the first that has not gone out."""
    found = await _all(turn)
    first = next((n for n, each in enumerate(found) if each.week is None), 0)
    await page(turn, first // PAGE)


async def page(turn: Turn, page: int = 0) -> None:
    """One page of the list."""
    found = await _all(turn)
    page = min(max(page, 0), max(len(found) - 1, 0) // PAGE)
    shown = list(enumerate(found, 1))[page * PAGE : (page + 1) * PAGE]
    lines = [{"number": n, "state": state(each), "start": _start(each.text)} for n, each in shown]
    counts = {name: sum(state(each) == name for each in found) for name in ("sent", "approved")}
    await turn.say(
        "excerpts.list",
        total=len(found),
        lines=lines,
        waiting=len(found) - sum(counts.values()),
        choices=_list_choices(found, shown, page),
        **counts,
    )


def _list_choices(found: Sequence[Excerpt], shown: list[tuple[int, Excerpt]], page: int) -> list[list[Choice]]:
    numbers = [Choice("excerpts.one", {"excerpt": each.id, "number": n}) for n, each in shown]
    turns = [Choice("excerpts.page", {"page": page - 1}, label="excerpts.page_before")] if page else []
    turns += [Choice("excerpts.page", {"page": page + 1})] if (page + 1) * PAGE < len(found) else []
    rows = [numbers[n : n + 3] for n in range(0, len(numbers), 3)]
    adding = [Choice("new_excerpt.start"), Choice("new_excerpt.ask_file")]
    return [row for row in [*rows, turns, adding] if row]


def _start(text: str) -> str:
    return text if len(text) <= START else text[:START].rsplit(" ", 1)[0] + " …"


def state(found: Excerpt) -> str:
    """Return a key of words.yaml, "excerpt"."""
    if found.week:
        return "sent"
    if found.approved_at:
        return "approved"
    if not found.source:
        return "no_source"
    return "checked" if found.checked_by_id else "new"


async def one(turn: Turn, excerpt: int, number: int = 0) -> None:
    """One excerpt in full, with what this person may do to it."""
    found = await excerpts.of_committee(turn.session, turn.committee.id, excerpt)
    if found is None or found.withdrawn:
        await turn.say("excerpts.gone", choices=[[Choice("excerpts.show")]])
    else:
        await turn.say("excerpts.one", choices=await _choices(turn, found), **await _values(turn, found))


async def _values(turn: Turn, found: Excerpt) -> dict[str, object]:
    listed = [each.id for each in await _all(turn)]
    return {
        "number": listed.index(found.id) + 1,
        "total": len(listed),
        "state": state(found),
        "text": found.text,
        "source": found.source,
        "page": found.page,
        "checked_by": await _name(turn, found.checked_by_id),
        "approved_by": await _name(turn, found.approved_by_id),
        "office_person": turn.holds(OFFICE),
    }


async def _name(moment: Moment, person_id: int | None) -> str:
    found = await moment.session.get(Person, person_id) if person_id else None
    return found.name if found else ""


async def _choices(turn: Turn, found: Excerpt) -> list[list[Choice]]:
    about = {"excerpt": found.id}
    step = {"no_source": "new_excerpt.ask_source", "new": "excerpts.check", "checked": "excerpts.approve"}
    action = step.get(state(found), "")
    rows = [[Choice(action, about)]] if action == "new_excerpt.ask_source" or (action and turn.holds(OFFICE)) else []
    moves = []
    if _may_change(turn, found):
        moves = [Choice("excerpts.up", about)] if await _above(turn, found) else []
        moves.append(Choice("excerpts.withdraw", about))
    return [row for row in [*rows, moves, [Choice("excerpts.show")]] if row]


def _may_change(turn: Turn, found: Excerpt) -> bool:
    """Say whether this person may move or withdraw it: what the office agreed to is the office's."""
    return turn.holds(OFFICE) or not (found.approved_at or found.week)


async def check(turn: Turn, excerpt: int) -> None:
    """[Đã đối chiếu nguồn, không mật]: this office person compared it with its printed source."""
    found = await _open(turn, excerpt)
    if found is not None and found.source and not found.checked_by_id:
        found.checked_by_id = turn.me.id
        turn.note("excerpt.check", f"excerpt:{found.id}", turn.me)
    await one(turn, excerpt)


async def approve(turn: Turn, excerpt: int) -> None:
    """[Đồng ý gửi]: only what was compared with its source."""
    found = await _open(turn, excerpt)
    if found is not None and found.checked_by_id and not found.approved_at:
        found.approved_by_id, found.approved_at = turn.me.id, turn.now
        turn.note("excerpt.approve", f"excerpt:{found.id}", turn.me)
    await one(turn, excerpt)


async def withdraw(turn: Turn, excerpt: int) -> None:
    """[Rút]: it goes out no more and is shown no more."""
    found = await _open(turn, excerpt)
    if found is None or not _may_change(turn, found):
        await one(turn, excerpt)
        return
    found.withdrawn = True
    turn.note("excerpt.withdraw", f"excerpt:{found.id}", turn.me)
    await turn.say(
        "excerpts.withdrawn",
        start=_start(found.text),
        choices=[[Choice("excerpts.restore", {"excerpt": found.id}), Choice("excerpts.show")]],
    )


async def restore(turn: Turn, excerpt: int) -> None:
    """[Lấy lại]: as it was."""
    found = await excerpts.of_committee(turn.session, turn.committee.id, excerpt)
    if found is not None and found.withdrawn and _may_change(turn, found):
        found.withdrawn = False
        turn.note("excerpt.restore", f"excerpt:{found.id}", turn.me)
    await one(turn, excerpt)


async def up(turn: Turn, excerpt: int) -> None:
    """[Lên trên]: change places with the one that would go out before it."""
    found = await _open(turn, excerpt)
    above = await _above(turn, found) if found else None
    if found and above and _may_change(turn, found):
        found.ordinal, above.ordinal = above.ordinal, found.ordinal
        turn.note("excerpt.up", f"excerpt:{found.id}", turn.me, above=above.id)
        await turn.session.flush()
    await show(turn)


async def _above(turn: Turn, found: Excerpt) -> Excerpt | None:
    if found.week:
        return None
    earlier = [each for each in await _all(turn) if not each.week and (each.ordinal, each.id) < _place(found)]
    return earlier[-1] if earlier else None


def _place(found: Excerpt) -> tuple[int, int]:
    return found.ordinal, found.id


async def _open(turn: Turn, excerpt_id: int) -> Excerpt | None:
    found = await excerpts.of_committee(turn.session, turn.committee.id, excerpt_id)
    return found if found and not found.withdrawn else None


async def _all(turn: Turn) -> Sequence[Excerpt]:
    current = await turn.campaign()
    return await excerpts.of_campaign(turn.session, current.id) if current else []
