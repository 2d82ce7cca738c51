"""A whole assistant for a test: real database file, real receive, deliver and work, a fake channel, a drill's clock."""

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot import tick
from bot.assistant import Assistant
from bot.clock import DrillClock
from bot.deliver import Deliverer
from bot.leads import Alone
from bot.receive import Receiver
from bot.work import Worker
from campaigns import folder
from handlers import install
from handlers.office import invite as invitations
from handlers.rules import flood
from messages.types import FULL, Heard, Manners
from models import campaign, installation, unit
from models import schema as tables
from models.account import Account
from models.campaign import CampaignState
from models.database import Database
from models.due import Due
from models.person import Person
from models.role import STANDING, Role, RoleKind
from tests.fake_channel import FakeChannel, Shown

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CAMPAIGN = Path(__file__).parent.parent / "campaigns" / "chuyen-de-2024"
START = datetime(2024, 5, 13, 7, 0, tzinfo=ZONE)
BRANCHES = (
    {"code": "BT", "name": "Bảo tàng", "full": 27, "probationary": 1, "exempt": 2, "masses": 9},
    {"code": "TV", "name": "Thư viện", "full": 18, "probationary": 0, "exempt": 1, "masses": 12},
    {"code": "NH", "name": "Nhà hát", "full": 33, "probationary": 2, "exempt": 0, "masses": 20},
    {"code": "DT", "name": "Di tích", "full": 15, "probationary": 0, "exempt": 0, "masses": 4},
)
"""Sample branches: 28 members less 2 exempt, 18 less 1, 35, 15."""


def local(text: str) -> datetime:
    """Read "2024-05-20 08:15" as a moment in the committee's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


LEFT = text(
    "SELECT EXISTS (SELECT 1 FROM inbox WHERE done_at IS NULL)"
    " OR EXISTS (SELECT 1 FROM outbox WHERE state IN ('due', 'sending'))"
    " OR EXISTS (SELECT 1 FROM job WHERE state IN ('due', 'running'))"
)
"""Whether anything that was heard, said or asked for is not done with."""


class SteadyClock(DrillClock):
    """Walks on a thousand times slower than the machine: however busy it is, a dialog takes no minute."""

    _since: float

    def now(self) -> datetime:
        """Return the drill's time: each moment later than the one before."""
        return self._start + timedelta(seconds=(time.monotonic() - self._since) / 1000)

    def begin(self, start: datetime) -> None:
        """Start the drill anew at `start` (aware)."""
        self._start, self._since = start.astimezone(UTC), time.monotonic()

    def move_to(self, moment: datetime) -> None:
        """Move forward to `moment` (aware); an earlier one is ignored."""
        self._start += max(moment - self.now(), timedelta())


async def fill(url: str) -> None:
    """Migrate an empty database and put the 2024 campaign and the sample branches in."""
    await tables.migrate(url)
    database = Database(url)
    try:
        await database.write(_organisation)
    finally:
        await database.close()


async def _organisation(session: AsyncSession) -> None:
    await installation.mark(session, drill=True)
    given = folder.load(CAMPAIGN)
    owner = await install.committee(session, given)
    await install.campaign(session, owner, given)
    for place, each in enumerate(BRANCHES, 1):
        await install.branch(session, owner, ordinal=place, as_of=date(2024, 4, 1), **each)


@dataclass
class Side:
    """One channel of a world and the loops around it."""

    channel: FakeChannel
    bot_id: int
    receiver: Receiver
    deliverer: Deliverer


class OneOfSeveral(Alone):
    """Leads everything, and takes its turns as beside other processes."""

    shared = True


@dataclass
class World:
    """Drives an assistant as its people would. Aliases are the accounts' external ids."""

    assistant: Assistant
    channel: FakeChannel
    bot_id: int
    receiver: Receiver
    deliverer: Deliverer
    worker: Worker
    people: dict[str, int] = field(default_factory=dict)
    said: dict[tuple[str, str], str] = field(default_factory=dict)
    others: dict[str, Side] = field(default_factory=dict)  # further channels by name
    elsewhere: dict[str, str] = field(default_factory=dict)  # {alias: the further channel it is on}

    @property
    def clock(self) -> DrillClock:
        """The drill's clock."""
        assert isinstance(self.assistant.clock, DrillClock)
        return self.assistant.clock

    def side(self, alias: str) -> Side:
        """Return where somebody is heard and written to."""
        if alias in self.elsewhere:
            return self.others[self.elsewhere[alias]]
        return Side(self.channel, self.bot_id, self.receiver, self.deliverer)

    async def put_on(self, alias: str, name: str, manners: Manners | None = None) -> None:
        """Let an account be on another channel, made if it is new (with these `manners`, else those of the first)."""
        if name not in self.others:
            channel = FakeChannel(name=name, manners=manners or self.channel.manners)
            bot_id = await self.assistant.add(channel, name.upper())
            self.others[name] = Side(channel, bot_id, *_loops(self.assistant, bot_id))
        self.elsewhere[alias] = name

    async def write(self, work: Any) -> Any:
        """Run a transaction."""
        return await self.assistant.database.write(work)

    async def read(self, work: Any) -> Any:
        """Look at the database."""
        return await self.assistant.database.read(work)

    async def start_campaign(self, facts: dict[str, Any] | None = None) -> None:
        """Put the campaign in force without the office's dialog; `facts` as the office would set them."""

        async def start(session: AsyncSession) -> None:
            owner = (await session.scalars(select(unit.Unit.committee_id).limit(1))).one()
            current = await campaign.current(session, owner)
            assert current is not None
            current.state, current.started_at = CampaignState.LIVE, self.clock.now()
            current.facts = {**current.facts, **(facts or {})}

        await self.write(start)

    async def join(self, alias: str, role: RoleKind | str, code: str, name: str, *, excerpts: bool = False) -> int:
        """Let somebody in without the joining dialog; return the person's id."""

        async def add(session: AsyncSession) -> int:
            owner = (await session.scalars(select(unit.Unit.committee_id).limit(1))).one()
            if standing := STANDING.get(RoleKind(role)):
                where = await unit.of_kind(session, owner, standing)
            else:
                where = await unit.by_code(session, owner, code)
            assert where is not None, code
            person_id = self.people.get(alias)
            if person_id is None:
                now = self.clock.now()
                person = Person(committee_id=owner, name=name, pushes=True, excerpts=excerpts, joined_at=now)
                session.add(person)
                await session.flush()
                session.add(Account(bot_id=self.bot_id, external_id=alias, person_id=person.id, reachable=True))
                person_id = person.id
            session.add(Role(person_id=person_id, unit_id=where.id, kind=role, started_at=self.clock.now()))
            return person_id

        self.people[alias] = await self.write(add)
        return self.people[alias]

    async def invite(self, role: RoleKind | str, code: str, name: str = "") -> tuple[str, str]:
        """Make an invitation as the command line would; return code and token."""

        async def make(session: AsyncSession) -> tuple[str, str]:
            moment = await self.assistant.moment(session)
            if standing := STANDING.get(RoleKind(role)):
                where = await unit.of_kind(session, moment.committee.id, standing)
            else:
                where = await unit.by_code(session, moment.committee.id, code)
            assert where is not None, code
            made = await invitations.create(moment, RoleKind(role), where, name)
            return made.code, made.token

        return await self.write(make)

    async def hear(self, alias: str, kind: Heard, **what: Any) -> None:
        """Let the assistant hear something and do all that follows."""
        side = self.side(alias)
        await side.receiver.store([side.channel.update(alias, kind, **what)])
        await self.settle()

    async def say(self, alias: str, text: str, reply_to: str = "") -> None:
        """Write a text."""
        side = self.side(alias)
        update = side.channel.update(alias, Heard.TEXT, text=text, reply_to=reply_to)
        self.said[alias, text] = update.raw["message_id"]
        await side.receiver.store([update])
        await self.settle()

    def said_id(self, alias: str, text: str) -> str:
        """Return the platform's id of something somebody wrote."""
        return self.said[alias, text]

    async def press(self, alias: str, label: str) -> None:
        """Press the newest button with that label."""
        for shown in reversed(self.phone(alias)):
            for button in (each for row in shown.message.buttons for each in row):
                if button.label == label:
                    return await self.hear(alias, Heard.CHOICE, data=button.data)
        labels = [b.label for s in self.phone(alias)[-2:] for row in s.message.buttons for b in row]
        raise AssertionError(f"{alias} sees no button [{label}], only {labels}")

    async def press_only(self, alias: str, label: str) -> None:
        """Press without letting all the rest be sent before the answer."""
        for shown in reversed(self.phone(alias)):
            for button in (each for row in shown.message.buttons for each in row):
                if button.label == label:
                    await self.receiver.store([self.channel.update(alias, Heard.CHOICE, data=button.data)])
                    await self.receiver.handle()
                    await self.deliverer.deliver()
                    return
        raise AssertionError(label)

    async def send_file(self, alias: str, name: str, content: bytes, text: str = "", **upload: Any) -> None:
        """Send a photo (.jpg, .png) or a document."""
        side = self.side(alias)
        file_id = f"f{len(side.channel.uploads)}"
        side.channel.uploads[file_id] = content
        kind = "photo" if name.endswith((".jpg", ".png")) else "document"
        about = {"file_id": file_id, "kind": kind, "name": name, "size": len(content), **upload}
        update = side.channel.update(alias, Heard.FILE, text=text, upload=about)
        self.said[alias, text or name] = update.raw["message_id"]
        await side.receiver.store([update])
        await self.settle()

    async def settle(self) -> None:
        """Handle, send and work until nothing is left to do now."""
        while await self._left() and await self._settled_a_little():
            pass
        for channel in (self.channel, *(each.channel for each in self.others.values())):
            for error in channel.refused:  # the deliverer goes on after it; a test must not
                raise error

    async def _left(self) -> bool:
        """Say whether any loop may have something to do: asking is much quicker than having all of them look."""
        return bool(await self.read(lambda session: session.scalar(LEFT)))

    async def _settled_a_little(self) -> int:
        done = await self.receiver.handle() + await self.deliverer.deliver() + await self.worker.work()
        for each in self.others.values():
            done += await each.receiver.handle() + await each.deliverer.deliver()
        return done

    async def move_to(self, moment: datetime) -> None:
        """Move plan time, due row by due row, sending on the way."""
        await tick.look(self.assistant)
        while (when := await tick.next_at(self.assistant)) is not None and when <= moment:
            self.clock.move_to(when)
            await tick.look(self.assistant)
            await self.settle()
        self.clock.move_to(moment)
        await tick.look(self.assistant)
        await self.settle()
        failed = select(Due.kind).where(Due.outcome == "failed")
        assert not (
            await self.read(lambda session: session.scalars(failed))
        ).all()  # the clock goes on; a test must not

    def phone(self, alias: str) -> list[Shown]:
        """Return what is on somebody's phone."""
        return self.side(alias).channel.phones.get(alias, [])

    def unread(self, alias: str) -> list[Shown]:
        """Return what they have not looked at yet, and mark it read."""
        found = [shown for shown in self.phone(alias) if not shown.read]
        for shown in found:
            shown.read = True
        return found


async def build(
    folder: Path, url: str, now: datetime = START, limits: flood.Limits = flood.NONE, manners: Manners = FULL
) -> World:
    """Return a world on a filled database, its clock at `now`; a dialog is faster than people are."""
    assistant = Assistant(Database(url), SteadyClock(now), ZONE, folder / "files", "https://chi-bo.example", limits)
    channel = FakeChannel(manners=manners)
    bot_id = await assistant.add(channel, "FAKE")
    receiver, deliverer = _loops(assistant, bot_id)
    return World(
        assistant=assistant,
        channel=channel,
        bot_id=bot_id,
        receiver=receiver,
        deliverer=deliverer,
        worker=Worker(assistant, child=False),
    )


def _loops(assistant: Assistant, bot_id: int) -> tuple[Receiver, Deliverer]:
    deliverer = Deliverer(assistant, bot_id, per_second=1_000_000, chat_gap=0)  # weeks pass in a moment
    return Receiver(assistant, bot_id), deliverer
