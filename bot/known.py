"""What the accounts of a batch have, loaded at once and held until it ends: a session itself holds rows only weakly."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

import handlers
from bot.assistant import NotSetUp
from messages.reading import choices
from messages.types import Heard, Incoming
from models import campaign, notice, role, speaker
from models.campaign import Campaign
from models.committee import Committee
from models.conversation import Conversation
from models.person import Person
from models.role import Role
from models.speaker import Speakers

Ahead = Callable[[AsyncSession, Sequence[int]], Awaitable[None]]


@dataclass(frozen=True)
class Known:
    """Who speaks, and the roles they hold by person id."""

    committee: Committee
    campaign: Campaign | None
    speakers: Speakers
    roles: dict[int, list[Role]]

    def units_of(self, heard: Incoming) -> list[int]:
        """Return the units (ids) in which whoever said this holds a role."""
        person_id = self.speakers.accounts[spoken_from(heard)].person_id
        return [each.unit_id for each in self.roles.get(person_id or 0, ())]

    async def roles_of(self, session: AsyncSession, who: Person) -> Sequence[Role]:
        """Return the roles a person holds at this very moment: an earlier turn of the batch may have ended one."""
        if who.id not in self.roles:
            return await role.of_person(session, who.id)
        return [each for each in self.roles[who.id] if each.ended_at is None]


def spoken_from(heard: Incoming) -> str:
    """Return whose account hears the answer: a group has its own, so that no person's chat is mixed with it."""
    return heard.account if heard.private else heard.chat


async def _read_ahead(session: AsyncSession, conversations: Iterable[Conversation]) -> None:
    """Let what several conversations are in the middle of read at once what its turns will need."""
    subjects: dict[str, list[dict[str, Any]]] = {}
    for each in conversations:
        subjects.setdefault(each.expects, []).append(each.subject)
    for name, found in subjects.items():
        route = handlers.EXPECTS.get(name)
        if route and route.ahead:
            await route.ahead(session, found)


async def _commands_ahead(session: AsyncSession, heard: Sequence[Incoming], known: Known) -> None:
    """Let a command that several people typed read at once what its turns will need."""
    units: dict[Ahead, set[int]] = {}
    for each in heard:
        typed = choices.command_of(each.text) if each.kind is Heard.TEXT else None
        route = handlers.COMMAND_NAMED.get(typed[0]) if typed else None
        if route and route.ahead:
            units.setdefault(route.ahead, set()).update(known.units_of(each))
    for read, found in units.items():
        await read(session, sorted(found))


async def load(session: AsyncSession, bot_id: int, heard: Sequence[Incoming]) -> Known:
    """Load what the turns of these need; LookupError where no committee was set up."""
    committee, current = await campaign.with_committee(session)
    if committee is None:
        raise NotSetUp
    speakers = await speaker.load(session, bot_id, [spoken_from(each) for each in heard])
    people = [each.person_id for each in speakers.accounts.values() if each.person_id]
    await notice.read_last_kinds(session, list(speakers.conversations))
    await _read_ahead(session, speakers.conversations.values())
    known = Known(committee, current, speakers, await role.of_people(session, people))
    await _commands_ahead(session, heard, known)
    return known
