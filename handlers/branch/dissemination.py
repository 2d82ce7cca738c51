"""/tuyentruyen: what a branch made known, in three taps or in words read back; each is a row that can be put right."""

from datetime import date
from typing import Any

from handlers.branch import places, posting
from handlers.branch.places import Place
from handlers.everyone import unknown
from handlers.office import months
from handlers.routes import WRITERS
from handlers.turn import Turn
from messages.reading.posts import MOST, read_post
from messages.types import Choice
from models.activity import Activity
from models.unit import Unit

USUAL = (1, 2, 3)


async def command(turn: Turn, rest: str) -> None:
    """Ask where; of which branch first, where somebody answers for several. Who watches sees what there is."""
    branches = await turn.units(WRITERS)
    if not branches:
        await months.all_branches(turn)
    elif len(branches) > 1:
        choices = [[Choice("dissemination.start", {"unit": each.id, "name": each.name})] for each in branches]
        await turn.say("dissemination.which", choices=choices)
    else:
        await _ask_place(turn, branches[0])


async def start(turn: Turn, unit: int, count: int = 0, on: str = "", name: str = "") -> None:
    """[Ghi thêm], or the branch chosen: where was it?"""
    if branch := await posting.branch(turn, unit):
        await _ask_place(turn, branch, count, on)


async def _ask_place(turn: Turn, branch: Unit, count: int = 0, on: str = "") -> None:
    about: dict[str, Any] = {"unit": branch.id, "count": count, "on": on or turn.today.isoformat()}
    menu = [*await places.menu(turn, "dissemination.place", about)]
    months_of = Choice("months.branch", {"unit": branch.id}, "dissemination.months")
    turn.expect_nothing()
    await turn.say("dissemination.where", choices=[*menu, [months_of]], branch=branch.name, count=count)


async def place(turn: Turn, unit: int, place: str, count: int = 0, on: str = "", label: str = "") -> None:
    """Where it was: ask how many, or keep it where that was said."""
    branch, found = await posting.branch(turn, unit), await places.named(turn, place)
    if branch is None:
        return
    if found is None:
        await unknown.old_button(turn)
    elif count:
        await _keep(turn, branch, found, count, posting.day_of(on, turn.today))
    else:
        await _ask_count(turn, branch, found, on)


async def _ask_count(turn: Turn, branch: Unit, found: Place, on: str) -> None:
    last = await posting.last_id(turn, branch)
    about: dict[str, Any] = {"unit": branch.id, "place": found.value, "on": on, "after": last}
    usual = [Choice("dissemination.count", {**about, "count": n}) for n in USUAL]
    turn.expect("dissemination.number", **about)
    await turn.say(
        "dissemination.count",
        choices=[usual, [Choice("dissemination.other", about)]],
        branch=branch.name,
        place=found.view(),
    )


async def other(turn: Turn, unit: int, place: str, on: str = "", after: int = 0) -> None:
    """[Số khác]: it is typed."""
    branch, found = await posting.branch(turn, unit), await places.named(turn, place)
    if branch and found:
        turn.expect("dissemination.number", unit=unit, place=place, on=on, after=after)
        await turn.say("dissemination.number", place=found.view(), wrong=False)


async def number(turn: Turn) -> None:
    """How many, typed: read back before it is kept."""
    about = turn.conversation.subject
    found = await places.named(turn, str(about.get("place") or ""))
    given = posting.number_in(turn.incoming.text)
    if found is None:
        await unknown.old_button(turn)
    elif given is None:
        await turn.say("dissemination.number", place=found.view(), wrong=True)
    else:
        branch = await posting.branch(turn, int(about.get("unit") or 0))
        if branch:
            await _read_back(turn, branch, found, given, posting.day_of(str(about.get("on") or ""), turn.today))


async def count(turn: Turn, unit: int, place: str, count: int, on: str = "", after: int = 0) -> None:
    """How many: kept, once however often the button is pressed."""
    branch, found = await posting.branch(turn, unit), await places.named(turn, place)
    if branch is None:
        return
    if found is None or not 0 < count <= MOST:
        await unknown.old_button(turn)
    elif (known := await posting.since(turn, branch, after)) and known.place == place:
        await posting.show(turn, known)
    else:
        await _keep(turn, branch, found, count, posting.day_of(on, turn.today))


async def _keep(turn: Turn, branch: Unit, found: Place, count: int, on: date) -> None:
    current = await turn.campaign()
    if current is None:
        await unknown.old_button(turn)
        return
    made = Activity(
        committee_id=turn.committee.id,
        unit_id=branch.id,
        campaign_id=current.id,
        place=found.value,
        count=count,
        on_day=on,
        person_id=turn.me.id,
        recorded_at=turn.now,
    )
    turn.session.add(made)
    await turn.session.flush()
    turn.note("activity.record", f"activity:{made.id}", turn.me, unit=branch.id, place=found.value, count=count)
    turn.expect_nothing()
    await posting.show(turn, made)


# In words


async def heard(turn: Turn, text: str) -> bool:
    """Take words that tell of postings: read back before they are kept. Say whether they did."""
    branches = await turn.units(WRITERS)
    known = {each.value: (each.label, *each.says) for each in await places.all_(turn)} if branches else {}
    read = read_post(text, known, today=turn.today) if known else None
    if read is None:
        return False
    if len(branches) > 1:
        await _ask_branch(turn, branches, read.count or 0, read.on)
    elif not read.place:
        await _ask_place(turn, branches[0], read.count or 0, (read.on or turn.today).isoformat())
    else:
        found = next(each for each in await places.all_(turn) if each.value == read.place)
        await _read_back(turn, branches[0], found, read.count, read.on or turn.today)
    return True


async def _ask_branch(turn: Turn, branches: list[Unit], count: int, on: date | None) -> None:
    about: dict[str, Any] = {"count": count, "on": (on or turn.today).isoformat()}
    choices = [[Choice("dissemination.start", {"unit": each.id, "name": each.name, **about})] for each in branches]
    await turn.say("dissemination.which", choices=choices)


async def _read_back(turn: Turn, branch: Unit, found: Place, count: int | None, on: date) -> None:
    if count is None:
        await _ask_count(turn, branch, found, on.isoformat())
        return
    about: dict[str, Any] = {"unit": branch.id, "place": found.value, "on": on.isoformat()}
    last = await posting.last_id(turn, branch)
    right = Choice("dissemination.count", {**about, "count": count, "after": last}, "dissemination.right")
    fix = Choice("dissemination.start", {"unit": branch.id, "on": on.isoformat()}, "dissemination.fix")
    drop = Choice("dissemination.drop", {"unit": branch.id})
    said = {"branch": branch.name, "place": found.view(), "count": count, "on": on}
    await turn.say("dissemination.read_back", choices=[[right, fix, drop]], **said)


async def drop(turn: Turn, unit: int) -> None:
    """[Không ghi]."""
    if await posting.branch(turn, unit):
        await turn.say("dissemination.dropped")
