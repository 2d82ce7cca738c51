"""Who may do what: a table written by hand against the routing tables, and the gate itself."""

from collections import Counter

import pytest

import handlers
from handlers.rules import permissions
from messages.types import Heard
from models.role import Role, RoleKind
from tests import permissions_table
from tests.permissions_table import COLUMNS, STRANGER
from tests.world import World

TABLE = permissions_table.read()
NOT_YOURS = "Việc này không thuộc phần việc của đồng chí ở đây."


def routed() -> dict[tuple[str, str], frozenset[str]]:
    """Return what the routing tables say."""
    tables = (("command", handlers.COMMANDS), ("action", handlers.ACTIONS), ("expect", handlers.EXPECTS))
    return {(kind, name): route.who for kind, routes in tables for name, route in routes.items()}


def test_every_entry_is_in_the_table() -> None:
    """A command, button or expected text that nobody gave permissions by hand fails here."""
    missing = sorted(routed().keys() - {(each.table, each.name) for each in TABLE})
    assert not missing, "add to tests/permissions.txt: " + ", ".join(" ".join(each) for each in missing)


def test_table_names_nothing_gone() -> None:
    """A line of the table whose entry is gone, or that is there twice, fails here."""
    counted = Counter((each.table, each.name) for each in TABLE)
    assert not [each for each, times in counted.items() if times > 1 or each not in routed()]


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: f"{entry.table} {entry.name}")
def test_each_role_may_what_the_table_says(entry: permissions_table.Entry) -> None:
    """Every role, a stranger, and somebody whose roles have all ended, against one line of the table."""
    who = routed()[entry.table, entry.name]
    for letter, role in COLUMNS.items():
        assert permissions.may({role}, who) == entry.allows(letter), role
    assert permissions.may(None, who) == permissions.may(set(), who) == entry.allows(STRANGER)


async def test_the_gate_turns_away_who_may_not(world: World) -> None:
    """Each role typing each command that is not theirs reads that it is not, and nothing else."""
    for letter, role in COLUMNS.items():
        await world.join(letter, role, "BT", f"Sample {letter}")
    for entry in [each for each in TABLE if each.table == "command"]:
        for letter in [each for each in COLUMNS if not entry.allows(each)]:
            await world.say(letter, f"/{handlers.COMMANDS[entry.name].names[0]}")
            said = [shown.message.text for shown in world.unread(letter)]
            assert len(said) == 1, (entry.name, letter)
            assert said[0].startswith(NOT_YOURS), (entry.name, letter)


async def test_a_button_of_somebody_else_does_nothing(world: World) -> None:
    """The data of the office's button, sent by a secretary or a stranger, is no button at all."""
    await world.join("O", RoleKind.OFFICE, "", "Phạm Văn D")
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.say("O", "/moi")
    button = world.unread("O")[0].message.buttons[0][0]
    for who in ("A", "stranger"):
        await world.hear(who, Heard.CHOICE, data=button.data)
    assert [shown.message.text.startswith("Nút này đã cũ") for shown in world.unread("A")] == [True]
    assert world.unread("stranger") == world.unread("O") == []


def test_over_member() -> None:
    """A secretary ends memberships of their own branch only, the office anything."""
    member = Role(person_id=1, unit_id=7, kind=RoleKind.MEMBER)
    deputy = Role(person_id=2, unit_id=7, kind=RoleKind.DEPUTY)
    own, other = (Role(person_id=3, unit_id=unit, kind=RoleKind.SECRETARY) for unit in (7, 8))
    office = Role(person_id=4, unit_id=1, kind=RoleKind.OFFICE)
    assert permissions.over_member([own], member)
    assert not permissions.over_member([other], member)
    assert not permissions.over_member([own], deputy)
    assert not permissions.over_member([member], member)
    assert permissions.over_member([office], deputy)
