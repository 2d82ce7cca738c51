"""The sample organisation of a drill: its people on the local page, and what they said before the viewer came."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import setup
from bot.assistant import the_committee
from bot.web.channel import WebChannel
from bot.web.said import Said
from campaigns import schema
from handlers.register import Entry
from models import bot as bots
from models import campaign, excerpt, installation, local_message, tables, unit
from models.account import Account
from models.campaign import CampaignState
from models.consent import Consent
from models.person import Person
from models.role import STANDING, Role, RoleKind

ZALO = "drill"  # the setting of the bot of phones that show what Zalo shows
Look = Callable[[Callable[[AsyncSession], Awaitable[Any]]], Awaitable[Any]]
"""Database.read."""


@dataclass(frozen=True)
class Someone:
    """A sample person. `account` is the phone's address on the local page."""

    account: str
    name: str
    role: RoleKind
    branch: str  # code, "" for standing units
    excerpts: bool
    zalo: bool = False  # on a phone that shows what Zalo shows


@dataclass(frozen=True)
class Act:
    """What somebody said at a moment: a text, or "[label]" for a button."""

    at: datetime
    who: str
    says: str


@dataclass(frozen=True)
class Story:
    """The sample folder, read: people, what the office set, acts, and when the viewer comes in."""

    people: tuple[Someone, ...]
    facts: dict[str, Any]
    start: datetime
    open: datetime
    acts: tuple[Act, ...]

    def account(self, name: str) -> str:
        """Return the phone of somebody by name."""
        return next(each.account for each in self.people if each.name == name)

    def on_zalo(self, account: str) -> bool:
        """Say whether this phone shows what Zalo shows."""
        return any(each.account == account and each.zalo for each in self.people)


def read(folder: Path, entries: list[Entry], zone: ZoneInfo) -> Story:
    """Read people.yaml and story.yaml; secretaries and deputies come from the branches' sheet."""
    given = yaml.safe_load((folder / "people.yaml").read_text(encoding="utf-8"))
    told = yaml.safe_load((folder / "story.yaml").read_text(encoding="utf-8"))
    absent = set(given["absent"])
    leading = [(each.secretary, RoleKind.SECRETARY, each.code) for each in entries]
    leading += [(each.deputy, RoleKind.DEPUTY, each.code) for each in entries if each.deputy]
    people = [Someone(f"demo-{kind}-{code}", name, kind, code, True) for name, kind, code in leading]
    people += [_someone(place, each) for place, each in enumerate(given["people"])]

    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=zone)

    acts = tuple(Act(moment(each["at"]), each["who"], line) for each in told["acts"] for line in each["says"])
    zalo = set(given["zalo"])
    present = tuple(replace(each, zalo=each.name in zalo) for each in people if each.name not in absent)
    return Story(present, given["facts"], moment(told["start"]), moment(told["open"]), acts)


def _someone(place: int, each: dict[str, Any]) -> Someone:
    kind = RoleKind(each["role"])
    return Someone(f"demo-{kind}-{place}", each["name"], kind, each.get("branch", ""), bool(each.get("excerpts")))


async def empty(session: AsyncSession) -> None:
    """Delete everything but the schema: a drill begins anew."""
    for table in reversed(tables.load().metadata.sorted_tables):
        await session.execute(delete(table))


async def furnish(session: AsyncSession, given: schema.Campaign, entries: list[Entry], told: Story) -> None:
    """Put committee, campaign, branches and people into an empty database; the campaign is in force, excerpts too."""
    await installation.mark(session, drill=True)
    await setup.install_all(session, given, entries, told.start.date())
    owner = await the_committee(session)
    page = await bots.named(session, owner.id, "web", "local")
    zalo = await bots.named(session, owner.id, "zalo", ZALO)
    for each in told.people:
        await _join(session, owner.id, (zalo if each.zalo else page).id, each, told.start)
    current = await campaign.current(session, owner.id)
    assert current is not None
    current.state, current.started_at, current.facts = CampaignState.LIVE, told.start, dict(told.facts)
    office = (await session.scalars(select(Person).join(Role).where(Role.kind == RoleKind.OFFICE).limit(1))).one()
    for passage in await excerpt.of_campaign(session, current.id):
        passage.checked_by_id = passage.approved_by_id = office.id
        passage.approved_at = told.start


async def _join(session: AsyncSession, owner: int, bot_id: int, each: Someone, at: datetime) -> None:
    if each.role in STANDING:
        where: unit.Unit | None = await unit.of_kind(session, owner, STANDING[each.role])
    else:
        where = await unit.by_code(session, owner, each.branch)
    assert where is not None, each.branch
    person = Person(committee_id=owner, name=each.name, pushes=True, excerpts=each.excerpts, joined_at=at)
    session.add(person)
    await session.flush()
    session.add_all(
        [
            Account(bot_id=bot_id, external_id=each.account, person_id=person.id, reachable=True),
            Role(person_id=person.id, unit_id=where.id, kind=each.role, started_at=at),
            Consent(person_id=person.id, purpose="contact", given=True, said_at=at),
            Consent(person_id=person.id, purpose="excerpts", given=each.excerpts, said_at=at),
        ]
    )


async def play(
    told: Story,
    channel: WebChannel,
    look: Look,
    move_to: Callable[[datetime], Awaitable[None]],
    settle: Callable[[], Awaitable[None]],
) -> None:
    """Let everybody say their part at its time, through the page like anybody else, then walk to the opening."""
    for place, act in enumerate(told.acts):
        await move_to(act.at)
        await _say(told.account(act.who), act.says, f"story-{place}", channel, look)
        await settle()
    await move_to(told.open)


async def _say(account: str, says: str, key: str, channel: WebChannel, look: Look) -> None:
    if not says.startswith("["):
        await channel.hear(Said(kind="text", account=account, text=says), key)
        return

    async def button(session: AsyncSession) -> dict[str, str]:
        return await _button(session, account, says[1:-1])

    await channel.hear(Said(kind="choice", account=account, **await look(button)), key)


async def _button(session: AsyncSession, account: str, label: str) -> dict[str, str]:
    """Find the newest button of that label on a phone."""
    for row in reversed(await local_message.since(session, account, 0)):
        for each in (button for line in row.buttons for button in line):
            if each["label"] == label:
                return {"message_id": str(row.id), "data": each["data"]}
    raise LookupError(f"the sample story presses [{label}], which {account} does not see")
