"""What each may reach: every button and every question, with ids of another branch and of another committee.

A crafted press stands in the outbox of who presses, as if the assistant had given it to them by mistake.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

import handlers
from handlers import gate
from handlers.turn import Turn
from messages.types import Heard, Incoming
from models import conversation, role
from models.account import Account
from models.notice import Notice
from models.outbox import Out, Outbox
from models.person import Person
from tests import databases, permissions_table, scope_world
from tests import world as worlds
from tests.conftest import apart
from tests.permissions_table import Entry
from tests.scope_world import WORDS, Side
from tests.world import World

TABLE = permissions_table.read()
MOST = 4  # candidates of an id that are tried
TYPED = ("25", "24/26 đảng viên, ngày 13/5", "ngày 28/5", "Nguyễn Văn A", "có", "1", "x")


class Undone(Exception):
    """Ends a transaction so that nothing of it stays."""


@dataclass
class Tried:
    """What one press or text did: rows that changed, and what was said to whom."""

    changed: set[tuple[str, int]]
    said: list[tuple[int, str]]
    account: int


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, template: Any) -> tuple[str, dict[str, Side]]:
    """Return a database with own branch, another branch and another committee, made once."""
    folder = tmp_path_factory.mktemp("scope")
    url = databases.copy_sqlite(template, folder)

    async def make() -> dict[str, Side]:
        made = await worlds.build(folder, url)
        sides = await scope_world.fill(made)
        await made.assistant.database.close()
        return sides

    return url, apart(make())


@pytest.fixture
async def sides(scene: tuple[str, dict[str, Side]]) -> dict[str, Side]:
    """Return the ids."""
    return scene[1]


@pytest.fixture
async def there(scene: tuple[str, dict[str, Side]], tmp_path: Any) -> AsyncIterator[World]:
    """Return the world; every try is undone."""
    made = await worlds.build(tmp_path, scene[0], worlds.local("2024-05-23 09:00"))
    yield made
    await made.assistant.database.close()


async def attempt(
    world: World,
    letter: str,
    incoming: Incoming,
    action: str = "",
    values: Any = None,
    expects: str = "",
    about: Any = None,
) -> Tried:
    """Let the gate hear something in a transaction that is undone; return what it would have done."""
    tried: list[Tried] = []

    async def run(session: Any) -> None:
        account = (await session.scalars(select(Account).where(Account.external_id == letter))).one()
        data = await crafted(world, session, account, action, values) if action else ""
        heard = Incoming(
            kind=incoming.kind, account=letter, message_id="u1", text=incoming.text, data=data, chat=letter
        )
        turn = await turn_of(world, session, account, heard)
        if expects:
            turn.conversation.expects, turn.conversation.subject = expects, about
        tried.append(await hear(turn))
        raise Undone

    with pytest.raises(Undone):
        await world.write(run)
    return tried[0]


async def crafted(world: World, session: Any, account: Account, action: str, values: Any) -> str:
    """Put a button into somebody's outbox; return the data of its press."""
    notice = (await session.scalars(select(Notice.id).limit(1))).one()
    row = Outbox(
        notice_id=notice,
        account_id=account.id,
        bot_id=account.bot_id,
        token=scope_world.new_token(),
        text="x",
        choices=[[{"label": "x", "action": action, "values": values}]],
        priority=0,
        state=Out.SENT,
        not_before=world.clock.machine(),
        said_at=world.clock.now(),
    )
    session.add(row)
    await session.flush()
    return f"{row.token}.0"


async def turn_of(world: World, session: Any, account: Account, heard: Incoming) -> Turn:
    """Return the turn in which somebody is heard."""
    who = await session.get_one(Person, account.person_id)
    moment = await world.assistant.moment(session)
    return Turn(
        session=session,
        committee=moment.committee,
        now=moment.now,
        machine=moment.machine,
        zone=moment.zone,
        incoming=heard,
        account=account,
        conversation=await conversation.of_account(session, account.id),
        inbox_id=1,
        person=who,
        roles=await role.of_person(session, who.id),
    )


async def hear(turn: Turn) -> Tried:
    """Let the gate hear it; return what changed and what was said."""
    session = turn.session
    await session.flush()
    last = (await session.scalars(select(Outbox.id).order_by(Outbox.id.desc()).limit(1))).first() or 0
    before = await scope_world.digest(session)
    await gate.hear(turn)
    after = await scope_world.digest(session)
    rows = await session.execute(select(Outbox).where(Outbox.id > last).order_by(Outbox.id))
    said = [(row.account_id, f"{row.text} {row.choices}") for (row,) in rows]
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return Tried(changed, said, turn.account.id)


def reached(entry: Entry) -> list[tuple[str, str]]:
    """Return (letter, what is out of reach)."""
    found = [(letter, "committee") for letter in entry.reach if letter != "?"]
    return found + [(letter, "branch") for letter, reach in entry.reach.items() if reach == "o"]


def mixed(own: Side, other: Side, names: list[str]) -> list[dict[str, list[Any]]]:
    """Return sets of ids: all of the other, and each alone among one's own."""
    alone = [{**own.values, name: other.values[name]} for name in names]
    return [other.values, *(alone if len(names) > 1 else [])]


def foreign_names(act: Any, beyond: str) -> list[str]:
    """Return the values of a handler that differ between two branches (deadlines and excerpts are the committee's)."""
    shared = {"deadline", "excerpt", "batch", "issue", "distribution", "template"} if beyond == "branch" else set()
    taken = scope_world.values(act, {name: [0] for name in scope_world.IDS}, 0)
    return [each for each in scope_world.IDS if each in taken and taken[each] != "member" and each not in shared]


def check(tried: Tried, where: str, beyond: str) -> None:
    """Nothing changed, nothing said to anybody else, nothing of the other in what was said."""
    jobs = {key for key in tried.changed if key[0] == "job" and beyond == "committee"}  # the own summary's picture
    assert tried.changed == jobs, (where, tried.changed, tried.said)
    assert {account for account, _ in tried.said} <= {tried.account}, (where, tried.said)
    leaked = [(word, text) for _, text in tried.said for word in WORDS[beyond] if word in text]
    assert not leaked, (where, leaked)


PRESSED = [each for each in TABLE if each.table == "action"]
ASKED = [each for each in TABLE if each.table == "expect"]


@pytest.mark.parametrize("entry", PRESSED, ids=lambda entry: entry.name)
async def test_a_button_reaches_nothing_of_others(there: World, sides: dict[str, Side], entry: Entry) -> None:
    """Whoever may press it, with ids beyond their reach: no row changes and no word of it is said."""
    act = handlers.ACTIONS[entry.name].act
    for letter, beyond in reached(entry):
        names = foreign_names(act, beyond)
        for given in mixed(sides["own"], sides[beyond], names) if names else []:
            for pick in range(min(max(len(given[name]) for name in names), MOST)):
                values = scope_world.values(act, given, pick)
                tried = await attempt(there, letter, Incoming(Heard.CHOICE, letter), entry.name, values)
                check(tried, f"{letter} {entry.name} {beyond} {values}", beyond)


@pytest.mark.parametrize("entry", ASKED, ids=lambda entry: entry.name)
async def test_a_question_reaches_nothing_of_others(there: World, sides: dict[str, Side], entry: Entry) -> None:
    """Whoever may be asked it, in a conversation that points beyond their reach."""
    for letter, beyond in reached(entry):
        for pick, text in enumerate(TYPED):
            about = {"name": "", **scope_world.subject(sides[beyond].values, pick)}
            tried = await attempt(
                there, letter, Incoming(Heard.TEXT, letter, text=text), expects=entry.name, about=about
            )
            other = {
                key for key in tried.changed if key[0] in ("report", "revision", "role", "invitation", "attachment")
            }
            assert other == set(), (letter, entry.name, beyond, text, tried.changed)
            told = [(a, said) for a, said in tried.said if a == tried.account]
            leaked = [(word, said) for _, said in told for word in WORDS[beyond] if word in said]
            assert not leaked, (letter, entry.name, beyond, text, leaked)


@pytest.mark.parametrize("entry", PRESSED, ids=lambda entry: entry.name)
async def test_who_may_not_is_refused_by_the_gate(there: World, sides: dict[str, Side], entry: Entry) -> None:
    """Each other role, even with ids of their own branch: one line that says so, nothing changes."""
    act = handlers.ACTIONS[entry.name].act
    for letter in [each for each in permissions_table.COLUMNS if not entry.allows(each)]:
        values = scope_world.values(act, sides["own"].values, 0)
        tried = await attempt(there, letter, Incoming(Heard.CHOICE, letter), entry.name, values)
        check(tried, f"{letter} {entry.name}", "branch")
        assert len(tried.said) == 1
        assert "không thuộc phần việc của đồng chí" in tried.said[0][1]


ELSEWHERE = frozenset(
    {
        *("broadcasts.figures", "channels.drop", "channels.prefer", "conference.together", "export.make"),
        *("extension.drop", "extension.right"),
        *("linking.agree", "linking.not_me", "reply.ask_office", "reply.choose", "upload.choose", "upload.none"),
    }
)
"""Buttons whose very state is not in this scene; their own tests press them."""


REACHING = [
    each for each in PRESSED if each.name not in ELSEWHERE and scope_world.has_ids(handlers.ACTIONS[each.name].act)
]


@pytest.mark.parametrize("entry", REACHING, ids=lambda entry: entry.name)
async def test_own_ids_do_reach(there: World, sides: dict[str, Side], entry: Entry) -> None:
    """The tries above are no empty ones: with one or the other of one's own ids the button does something."""
    for pick in range(max(len(each) for each in sides["own"].values.values())):
        if await reaches(there, sides["own"], entry, pick):
            return
    pytest.fail("an old button, whichever of one's own ids it bears")


async def reaches(world: World, own: Side, entry: Entry, pick: int) -> bool:
    """Press with one's own ids; say whether it was more than an old button."""
    letter = next(iter(entry.reach)).replace("?", "S")
    values = scope_world.values(handlers.ACTIONS[entry.name].act, own.values, pick)
    tried = await attempt(world, letter, Incoming(Heard.CHOICE, letter), entry.name, values)
    return bool(tried.changed) or not any("Nút này đã cũ" in said for _, said in tried.said)
