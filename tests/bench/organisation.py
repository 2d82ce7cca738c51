"""Fills a database for measuring: branches, a secretary each, members who read excerpts. Sample people only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from campaigns.schema import Campaign
from handlers import install
from models import bot as bots
from models import installation, unit
from models import schema as tables
from models.account import Account
from models.base import add_all
from models.campaign import CampaignState
from models.database import Database
from models.excerpt import Excerpt
from models.headcount import Headcount
from models.notice import Notice
from models.person import Person
from models.role import Role, RoleKind
from models.unit import Unit, UnitKind

SECRETARIES, READERS, ASKER, OFFICE = 1000, 100_000, 99_999, 99_998
"""Where the accounts' numbers begin, the one who asks meanwhile, and the one who looks on at the office."""


@dataclass(frozen=True)
class Size:
    """How many there are. `members` of each branch, all of whom read excerpts; `asker` adds one who reads none.

    `office` adds one who is the office.
    """

    branches: int
    members: int = 0
    asker: bool = False
    office: bool = False


TELEGRAM = ("telegram", "TELEGRAM_BOT_TOKEN")


async def fill(
    url: str, given: Campaign, size: Size, started: datetime, *, drill: bool, bot: tuple[str, str] = TELEGRAM
) -> None:
    """Migrate an empty database and put the organisation in, its campaign in force since `started`.

    `bot` is the channel and setting on which everybody is.
    """
    await tables.migrate(url)
    database = Database(url)

    async def work(session: AsyncSession) -> None:
        await _fill(session, given, size, started, drill=drill, named=bot)

    try:
        await database.write(work)
    finally:
        await database.close()


async def _fill(
    session: AsyncSession, given: Campaign, size: Size, started: datetime, *, drill: bool, named: tuple[str, str]
) -> None:
    await installation.mark(session, drill=drill)
    owner = await install.committee(session, given)
    current = await install.campaign(session, owner, given)
    current.state, current.started_at = CampaignState.LIVE, started
    bot = await bots.named(session, owner.id, *named)
    await add_all(session, Unit, [_branch(owner.id, n) for n in range(1, size.branches + 1)])
    units = [each.id for each in await unit.branches(session, owner.id)]
    await add_all(session, Headcount, [_count(each) for each in units])
    readers = range(size.branches, size.branches * (1 + size.members))
    everybody = range(len(readers) + size.branches + size.asker + size.office)
    await add_all(session, Person, [_person(owner.id, n, started, reads=n in readers) for n in everybody])
    people = list(await session.scalars(select(Person.id).order_by(Person.id)))
    await add_all(session, Account, list(_accounts(bot.id, people, size)))
    desk = await unit.of_kind(session, owner.id, UnitKind.OFFICE)
    await add_all(session, Role, list(_roles(people, units, desk.id, size, started)))
    await approve(session, people[0], started)


def _branch(owner: int, n: int) -> dict[str, Any]:
    return {
        "committee_id": owner,
        "kind": UnitKind.BRANCH,
        "code": f"C{n}",
        "name": f"Mẫu {n}",
        "short_names": [],
        "ordinal": n,
        "active_from": date(2024, 1, 1),
    }


def _count(unit_id: int) -> dict[str, Any]:
    return {"unit_id": unit_id, "as_of": date(2024, 4, 1), "full": 30, "probationary": 1, "exempt": 1, "masses": 10}


def _person(owner: int, n: int, at: datetime, *, reads: bool) -> dict[str, Any]:
    return {"committee_id": owner, "name": f"Người {n}", "pushes": True, "excerpts": reads, "joined_at": at}


def _accounts(bot_id: int, people: list[int], size: Size) -> Iterator[dict[str, Any]]:
    for place, person in enumerate(people):
        yield {"bot_id": bot_id, "external_id": str(_number(place, size)), "person_id": person, "reachable": True}


def _number(place: int, size: Size) -> int:
    if place < size.branches:
        return SECRETARIES + 1 + place
    beside = place - size.branches * (1 + size.members)
    if beside < 0:
        return READERS + 1 + place - size.branches
    return ASKER if size.asker and not beside else OFFICE


def _roles(people: list[int], units: list[int], desk: int, size: Size, at: datetime) -> Iterator[dict[str, Any]]:
    for place, person in enumerate(people):
        if size.office and place == len(people) - 1:
            kind, where = RoleKind.OFFICE, desk
        else:
            kind = RoleKind.SECRETARY if place < size.branches else RoleKind.MEMBER
            where = units[place % size.branches]
        yield {"person_id": person, "unit_id": where, "kind": kind, "started_at": at}


async def approve(session: AsyncSession, by: int, at: datetime) -> None:
    """Let all excerpts go out: checked and approved by one person."""
    for each in await session.scalars(select(Excerpt)):
        each.checked_by_id = each.approved_by_id = by
        each.approved_at = at


async def accounts_of(session: AsyncSession, bot_id: int) -> list[int]:
    """Return the accounts on a bot."""
    return list(await session.scalars(select(Account.id).where(Account.bot_id == bot_id).order_by(Account.id)))


async def notices_of(session: AsyncSession, accounts: list[int]) -> dict[int, int]:
    """Return {account: notice}."""
    query = select(Notice.account_id, Notice.id).where(Notice.account_id.in_(accounts))
    return dict([tuple(each) for each in await session.execute(query)])
