"""The copy of an excerpt for a branch's group, and the dissemination it becomes. Names nobody, counts nothing."""

from handlers.branch import places
from handlers.routes import SECRETARIES
from handlers.turn import Turn
from messages.types import Choice, Rows
from models import activity
from models import excerpt as excerpts
from models.activity import Activity
from models.excerpt import Excerpt
from models.unit import Unit

USUAL = 4  # kinds of place shown first; the others behind [Nơi khác]


async def show(turn: Turn, excerpt: int, unit: int = 0, name: str = "") -> None:
    """[Bản dán nhóm]: the copy as a message alone, then what to do with it."""
    found = await _excerpt(turn, excerpt)
    branches = [each for each in await turn.units(SECRETARIES) if not unit or each.id == unit]
    if found is None or not branches:
        await turn.say("excerpt.gone")
    elif len(branches) > 1:
        await _ask_branch(turn, found, branches)
    else:
        await _copy(turn, found, branches[0])


async def _copy(turn: Turn, found: Excerpt, branch: Unit) -> None:
    current = await turn.campaign()
    values = {"branch": branch.name, "title": current.title if current else "", "text": found.text}
    await turn.say("group_copy.copy", plain=True, source=found.source, page=found.page, **values)
    await turn.say("group_copy.after", choices=[[Choice("group_copy.posted", _about(found, branch))]])


async def posted(turn: Turn, excerpt: int, unit: int) -> None:
    """[Đã đăng]: ask at what kind of place."""
    await _ask_place(turn, excerpt, unit, usual=True)


async def other(turn: Turn, excerpt: int, unit: int) -> None:
    """[Nơi khác]: the other kinds."""
    await _ask_place(turn, excerpt, unit, usual=False)


async def place(turn: Turn, excerpt: int, unit: int, place: str, label: str = "") -> None:
    """Record the posting, once for an excerpt, branch and kind of place."""
    found, branch = await _excerpt(turn, excerpt), await _branch(turn, unit)
    option = next((each for each in await places.options(turn) if each.value == place), None)
    if found is None or branch is None or option is None:
        await turn.say("excerpt.gone")
        return
    known = await activity.of_excerpt(turn.session, branch.id, found.id, place)
    if known is None:
        await _record(turn, found, branch, place)
    again = [[Choice("group_copy.posted", _about(found, branch), label="group_copy.again")]]
    on_day = known.on_day if known else turn.today
    await turn.say(
        "group_copy.recorded", branch=branch.name, place=option.label, on=on_day, known=bool(known), choices=again
    )


async def _record(turn: Turn, found: Excerpt, branch: Unit, place: str) -> None:
    turn.session.add(
        Activity(
            committee_id=turn.committee.id,
            unit_id=branch.id,
            campaign_id=found.campaign_id,
            place=place,
            count=1,
            on_day=turn.today,
            excerpt_id=found.id,
            person_id=turn.me.id,
            recorded_at=turn.now,
        )
    )
    turn.note("activity.record", f"unit:{branch.id}", turn.me, excerpt=found.id, place=place)


async def _ask_branch(turn: Turn, found: Excerpt, branches: list[Unit]) -> None:
    choices = [
        [Choice("group_copy.show", _about(found, each) | {"name": each.name}, label="group_copy.branch")]
        for each in branches
    ]
    await turn.say("group_copy.which", choices=choices)


async def _ask_place(turn: Turn, excerpt: int, unit: int, *, usual: bool) -> None:
    found, branch = await _excerpt(turn, excerpt), await _branch(turn, unit)
    if found is None or branch is None:
        await turn.say("excerpt.gone")
        return
    listed, about = await places.options(turn), _about(found, branch)
    shown = listed[:USUAL] if usual else listed[USUAL:]
    choices = [Choice("group_copy.place", {**about, "place": each.value, "label": each.label}) for each in shown]
    if usual and len(listed) > USUAL:
        choices.append(Choice("group_copy.other", about))
    await turn.say("group_copy.where", branch=branch.name, choices=_in_rows(choices))


def _in_rows(choices: list[Choice]) -> Rows:
    return [choices[n : n + 2] for n in range(0, len(choices), 2)]


def _about(found: Excerpt, branch: Unit) -> dict[str, int | str]:
    return {"excerpt": found.id, "unit": branch.id}


async def _excerpt(turn: Turn, excerpt_id: int) -> Excerpt | None:
    """Return an excerpt that went out and stands."""
    found = await excerpts.of_committee(turn.session, turn.committee.id, excerpt_id)
    return found if found and found.week and not found.withdrawn else None


async def _branch(turn: Turn, unit_id: int) -> Unit | None:
    return next((each for each in await turn.units(SECRETARIES) if each.id == unit_id), None)
