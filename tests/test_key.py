"""The installation's key: one file of its owner's; what the database keeps of codes is worth nothing without it."""

import hashlib
import os
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot import key
from models.invitation import Invitation
from models.role import Role, RoleKind
from tests.world import World


def test_it_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    """The same at every start, 0600, nothing else left in the folder; another folder has another."""
    first = key.of(tmp_path / "data")
    assert first == key.of(tmp_path / "data") != key.of(tmp_path / "other")
    assert len(first) == key.SIZE
    assert [each.name for each in (tmp_path / "data").iterdir()] == [key.NAME]
    assert stat.S_IMODE((tmp_path / "data" / key.NAME).stat().st_mode) == 0o600


def test_it_is_made_where_a_file_has_but_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network disks refuse hard links: the key is made all the same, and stays."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    assert key.of(tmp_path) == key.of(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [key.NAME]


def test_who_comes_while_it_is_made_waits_for_all_of_it(tmp_path: Path) -> None:
    """Where files have but one name it is there before it is whole."""
    path = tmp_path / key.NAME
    path.touch()
    threading.Timer(0.1, path.write_bytes, [bytes(key.SIZE)]).start()
    assert key.of(tmp_path) == bytes(key.SIZE)


def test_half_a_key_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut may leave an empty file: nothing is signed with that."""
    monkeypatch.setattr(key, "PATIENCE", 0)
    (tmp_path / key.NAME).write_bytes(b"half")
    with pytest.raises(OSError, match="not whole"):
        key.of(tmp_path)


async def test_a_stolen_database_opens_nothing(world: World) -> None:
    """No plain hash of code or token stands in it, and with another key the code is a wrong one."""
    world.assistant.key = b"one"
    code, token = await world.invite(RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    kept = await world.read(lambda session: session.scalar(select(Invitation)))
    plain = {hashlib.sha256(each.encode()).hexdigest() for each in (code, token)}
    assert not plain & {kept.code_hash, kept.token_hash}
    world.assistant.key = b"another"
    await world.say("A", code)
    assert "Nguyễn Văn A" not in world.phone("A")[-1].message.text
    world.assistant.key = b"one"
    await world.say("A", code)
    assert "Nguyễn Văn A" in world.phone("A")[-1].message.text


async def test_codes_from_before_the_key_open_until_they_expire(world: World) -> None:
    """An installation that gets its key today lets those in who hold a code already."""
    code, _ = await world.invite(RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    plain = hashlib.sha256(code.encode()).hexdigest()
    await world.write(lambda session: session.execute(update(Invitation).values(code_hash=plain)))
    world.assistant.key = b"new"
    await world.say("A", code)
    await world.press("A", "Đúng, tôi đồng ý")
    assert len((await world.read(lambda session: session.scalars(select(Role)))).all()) == 1
