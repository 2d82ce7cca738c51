"""Backups: taken under writes, of one moment; restored whole or not at all; a restored one repeats nothing."""

import asyncio
import contextlib
import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner, Result

import main
from bot import archive, backup, restore, sealed
from bot import key as installation_key
from handlers.rules import windows
from messages.types import Heard
from models.attachment import Attachment
from models.bot import Bot
from models.committee import Committee
from models.notice import NoticeKind
from models.outbox import Out, Outbox
from models.person import Person
from models.role import RoleKind
from tests import world as worlds
from tests.running import command, running
from tests.test_cli import Phone
from tests.world import ZONE, World

NOW = datetime(2024, 6, 1, 2, 0, tzinfo=UTC)
CHANGED = {"outbox", "committee", "due", "audit", "bot"}
"""Tables in which a restored installation differs on purpose."""


@pytest.fixture
def key(world: World, tmp_path: Path) -> str:
    """Make a key for the world's folder and return it as written on paper."""
    return backup.make_key(tmp_path)


def taken(tmp_path: Path, keep: int = 3, now: datetime = NOW) -> backup.Taken:
    """Take a backup of the world of a test."""
    return backup.take(tmp_path / "assistant.db", tmp_path, now, keep)


def restored(file: Path, folder: Path, key: str) -> restore.Restored:
    """Restore into a folder that is made for it."""
    folder.mkdir(exist_ok=True)
    return asyncio.run(restore.restore(file, folder, sealed.read_key(key), worlds.ZONE))


def rows(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with contextlib.closing(sqlite3.connect(database)) as opened:
        names = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: opened.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall() for name in names}


async def used(world: World) -> None:
    """A campaign under way: a person with a picture, pushes and answers, something waiting to be sent."""
    await world.start_campaign()
    await world.join("O", "office", "VP", "Phạm Văn D")
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.join("B", "secretary", "TV", "Nguyễn Văn B")
    await world.move_to(worlds.local("2024-05-23 08:16"))
    await world.send_file("A", "bao-cao.jpg", b"\xff\xd8\xff" + bytes(3000))


async def waiting(world: World) -> None:
    """Leave a reminder due and an answer on the wire."""

    async def tell(session: AsyncSession) -> None:
        moment = await world.assistant.moment(session)
        who = (await session.scalars(select(Person).order_by(Person.id.desc()).limit(1))).one()
        await moment.tell(who, "unknown.closed", kind=NoticeKind.REMINDER)
        await moment.tell(who, "unknown.closed", kind=NoticeKind.ANSWER)
        await session.flush()
        last = (await session.scalars(select(Outbox).order_by(Outbox.id.desc()).limit(1))).one()
        last.state = Out.SENDING

    await world.write(tell)


async def test_every_row_and_file_comes_back(world: World, key: str, tmp_path: Path) -> None:
    """Table by table and file by file; only what a restored installation must not do by itself differs."""
    await used(world)
    await waiting(world)
    before = rows(tmp_path / "assistant.db")
    made = taken(tmp_path)
    assert made.manifest.files >= 1
    again = tmp_path / "again"
    await asyncio.to_thread(restored, made.path, again, key)
    after = rows(again / "assistant.db")
    assert after.keys() == before.keys()
    for name in before.keys() - CHANGED:
        assert after[name] == before[name], name
    assert after["audit"][: len(before["audit"])] == before["audit"]
    assert [row[0] for row in after["outbox"]] == [row[0] for row in before["outbox"]]
    files = sorted(path.name for path in (tmp_path / "files").iterdir() if path.is_file())
    assert sorted(path.name for path in (again / "files").iterdir()) == files
    for name in files:
        assert (again / "files" / name).read_bytes() == (tmp_path / "files" / name).read_bytes()
    assert sorted(each.name for each in again.iterdir()) == ["assistant.db", "backup.pub", "files"]


async def test_codes_and_layouts_come_back(world: World, key: str, tmp_path: Path) -> None:
    """A code handed out before opens after, a layout lies where it lay; what is no layout is left out."""
    world.assistant.key = installation_key.of(tmp_path)
    code, _ = await world.invite(RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    (tmp_path / "the-thuc").mkdir()
    for name in ("sở-vhttdl.yaml", "hong.yaml~", ".an.yaml"):
        (tmp_path / "the-thuc" / name).write_text(f"title: {name}", encoding="utf-8")
    made, again = taken(tmp_path), tmp_path / "again"
    assert world.assistant.key not in made.path.read_bytes()
    await asyncio.to_thread(restored, made.path, again, key)
    assert [each.name for each in (again / "the-thuc").iterdir()] == ["sở-vhttdl.yaml"]
    assert (again / "the-thuc" / "sở-vhttdl.yaml").read_text(encoding="utf-8") == "title: sở-vhttdl.yaml"
    assert (again / installation_key.NAME).stat().st_mode & 0o777 == 0o600
    second = await worlds.build(again, f"sqlite+aiosqlite:///{again / 'assistant.db'}", world.clock.now())
    second.assistant.key = installation_key.of(again)
    await second.say("A", code)
    assert "Nguyễn Văn A" in second.phone("A")[-1].message.text
    await second.assistant.database.close()


async def test_a_backup_from_before_they_were_carried_is_restored(world: World, key: str, tmp_path: Path) -> None:
    """Its manifest does not count them; a key is made anew at the next start."""
    await used(world)
    made = taken(tmp_path)
    old, again = tmp_path / "old.tlcb", tmp_path / "again"
    older(made.path, old, sealed.read_key(key), backup.public_key(tmp_path))
    await asyncio.to_thread(restored, old, again, key)
    assert sorted(each.name for each in again.iterdir()) == ["assistant.db", "backup.pub", "files"]


def older(file: Path, to: Path, paper: X25519PrivateKey, public: str) -> None:
    """Write a backup anew with a manifest of four fields and the number of the format."""
    with file.open("rb") as source, to.open("wb") as target:
        content = io.BytesIO()
        opener, sealer = sealed.Opener(source, paper), sealed.Sealer(target, public)
        while part := opener.read(sealed.CHUNK):
            content.write(part)
        content.seek(0)
        with tarfile.open(fileobj=content) as read, tarfile.open(fileobj=sealer, mode="w|") as written:  # type: ignore[call-overload]
            for each in read:
                body = read.extractfile(each).read()  # type: ignore[union-attr]
                if each.name == archive.MANIFEST:
                    body = json.dumps({k: v for k, v in json.loads(body).items() if k != "beside"}).encode()
                    each.size = len(body)
                each.pax_headers = {}
                written.addfile(each, io.BytesIO(body))
        sealer.finish()


async def test_under_writes_it_is_of_one_moment(world: World, key: str, tmp_path: Path) -> None:
    """Pairs are written all the while: a backup has both of each or none, and no writer waits for it."""
    text = "x" * 8000

    async def pair(session: AsyncSession) -> None:
        owner = (await session.scalars(select(Committee))).one()
        for _ in range(2):
            session.add(Person(committee_id=owner.id, name=text, pushes=True, excerpts=False, joined_at=NOW))

    for _ in range(500):  # a few megabytes, so that copying takes many steps
        await world.write(pair)
    copying = asyncio.create_task(asyncio.to_thread(taken, tmp_path))
    written = 0
    while not copying.done():
        await world.write(pair)
        written += 1
    made = await copying
    assert written
    again = tmp_path / "again"
    await asyncio.to_thread(restored, made.path, again, key)
    people = rows(again / "assistant.db")["person"]
    assert 1000 <= len(people) <= 2 * (500 + written)
    assert len(people) % 2 == 0


async def test_what_waited_is_parked_and_pushes_are_held(world: World, key: str, tmp_path: Path) -> None:
    """Nothing that may have gone out is sent again; the office is told once what to look at, and goes on itself."""
    await used(world)
    await waiting(world)
    await world.write(lambda s: s.execute(update(Bot).values(heard_at=NOW)))
    made = taken(tmp_path)
    again = tmp_path / "again"
    done = await asyncio.to_thread(restored, made.path, again, key)
    assert done.parked == 2
    with sqlite3.connect(again / "assistant.db") as file:
        assert {row[0] for row in file.execute("SELECT heard_at FROM bot")} == {None}  # this one has not run yet
    file.close()
    second = await worlds.build(
        again, f"sqlite+aiosqlite:///{again / 'assistant.db'}", worlds.local("2024-05-27 09:00")
    )
    await second.settle()
    assert second.phone("B") == []
    await second.move_to(worlds.local("2024-05-28 09:00"))
    assert second.phone("B") == []  # a rung fell due meanwhile: held
    told = [shown.message.text for shown in second.phone("O")]
    assert sum("khôi phục từ bản sao lưu lúc 09:00 thứ Bảy 01/6" in each for each in told) == 1
    assert "02 tin đang chờ gửi" in told[0]
    assert "/tieptuc" in told[0]
    await second.say("O", "/tieptuc")
    await second.move_to(worlds.local("2024-05-28 16:30"))
    assert len(second.phone("B")) == 1  # one reminder with the days that are truly left
    await second.say("B", "Đang làm")
    assert "Đã ghi" in second.phone("B")[-1].message.text
    states = await second.read(lambda s: s.scalars(select(Outbox.state).where(Outbox.error == "restored")))
    assert set(states.all()) == {Out.UNKNOWN}
    await second.assistant.database.close()


async def test_a_message_heard_twice_is_one(world: World, key: str, tmp_path: Path) -> None:
    """The platform gives again what it was not told is stored; a restored installation knows what it has."""
    await used(world)
    update_of = world.channel.update("A", Heard.TEXT, text="chiều nay họp")
    await world.receiver.store([update_of])
    await world.settle()
    made = taken(tmp_path)
    again = tmp_path / "again"
    await asyncio.to_thread(restored, made.path, again, key)
    second = await worlds.build(again, f"sqlite+aiosqlite:///{again / 'assistant.db'}", world.clock.now())
    await second.receiver.store([update_of])
    await second.settle()
    assert second.phone("A") == []
    await second.assistant.database.close()


async def test_the_newest_are_kept(world: World, key: str, tmp_path: Path) -> None:
    """Older ones go once the new one is finished, and nothing half-made or unsealed is left beside them."""
    for day in range(5):
        made = taken(tmp_path, keep=3, now=NOW + timedelta(days=day))
    assert made.kept == 3
    left = sorted(each.name for each in (tmp_path / "backups").iterdir())
    assert left == [".lock", *(f"2024060{day}-020000.tlcb" for day in (3, 4, 5))]
    assert backup.newest(tmp_path) == NOW + timedelta(days=4)
    assert all(each.stat().st_mode & 0o077 == 0 for each in (tmp_path / "backups").glob("*.tlcb"))


async def test_without_a_key_nothing_is_written(world: World, tmp_path: Path) -> None:
    """No copy that anybody who takes the machine could read."""
    with pytest.raises(backup.NoKey):
        taken(tmp_path)
    assert not (tmp_path / "backups").exists()


async def test_a_full_disk_leaves_the_old_ones(world: World, key: str, tmp_path: Path) -> None:
    """A backup that cannot be finished removes itself alone."""
    taken(tmp_path)
    (tmp_path / "backups" / ".20240602-020000.tlcb.part").mkdir()  # what opens there cannot be written
    with pytest.raises(OSError, match="20240602"):
        taken(tmp_path, now=NOW + timedelta(days=1))
    (tmp_path / "backups" / ".20240602-020000.tlcb.part").rmdir()
    assert [each.name for each in (tmp_path / "backups").glob("*.tlcb")] == ["20240601-020000.tlcb"]


async def test_what_is_damaged_inside_is_refused(world: World, key: str, tmp_path: Path) -> None:
    """A file that is not what its row says, and rows without their parents, though the seal is whole."""
    await used(world)
    where = await world.read(lambda s: s.scalar(select(Attachment.path).where(Attachment.path != "")))
    (tmp_path / "files" / where).write_bytes(b"another")
    made = taken(tmp_path)
    with pytest.raises(restore.Faulty, match="files"):
        await asyncio.to_thread(restored, made.path, tmp_path / "again", key)
    with contextlib.closing(sqlite3.connect(tmp_path / "assistant.db")) as opened, opened:
        opened.execute("DELETE FROM person")
    made = taken(tmp_path, now=NOW + timedelta(days=1))
    with pytest.raises(restore.Faulty, match="foreign_keys"):
        await asyncio.to_thread(restored, made.path, tmp_path / "again", key)
    assert list((tmp_path / "again").iterdir()) == []


async def test_a_missing_file_is_said_not_fatal(world: World, key: str, tmp_path: Path) -> None:
    """A row whose file was gone before is backed up as such."""
    await used(world)
    where = await world.read(lambda s: s.scalar(select(Attachment.path).where(Attachment.path != "")))
    (tmp_path / "files" / where).unlink()
    made = taken(tmp_path)
    assert made.manifest.missing == [where]
    done = await asyncio.to_thread(restored, made.path, tmp_path / "again", key)
    assert done.missing == 1


async def test_a_page_finds_its_files_in_another_folder(world: World, key: str, tmp_path: Path) -> None:
    """What a phone of the local page shows is kept relative to the data folder."""
    content = b"\x89PNG\r\n\x1a\n" + bytes(100)
    stored = tmp_path / "files" / "uploads" / ("a" * 32)
    stored.parent.mkdir(parents=True)
    stored.write_bytes(content)
    assert archive.relative(f"data/files/uploads/{stored.name}") == f"uploads/{stored.name}"

    async def show(session: AsyncSession) -> None:
        about = {"account": "web-1", "key": "k", "version": 1, "mine": True, "text": "", "buttons": [], "said_at": NOW}
        session.add(worlds_local_message(file_path=f"uploads/{stored.name}", **about))

    await world.write(show)
    made = taken(tmp_path)
    await asyncio.to_thread(restored, made.path, tmp_path / "again", key)
    digest = hashlib.sha256((tmp_path / "again" / "files" / "uploads" / stored.name).read_bytes()).digest()
    assert digest == hashlib.sha256(content).digest()


def worlds_local_message(**columns: Any) -> Any:
    """Return a row of a phone."""
    from models.local_message import LocalMessage

    return LocalMessage(**columns)


# The command line


@pytest.fixture
def data(tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder with an installation, which is the command line's."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(template, folder / "assistant.db")
    for name in ("TELEGRAM_BOT_TOKEN", "DATABASE_URL", "HOST", "PORT", "PUBLIC_URL", "TIMEZONE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(folder))
    return folder


def run(*words: str, said: str = "") -> Result:
    """Run `main.py words…`."""
    return CliRunner().invoke(main.app, list(words), input=said, catch_exceptions=False)


def shown_key(said: str) -> str:
    """Return the key as it was shown."""
    lines = [line for line in said.splitlines() if len(line.split()) == 7 and line.isupper()]
    return "\n".join(lines[:2])


def test_the_key_is_shown_once(data: Path) -> None:
    """The first backup shows it, the next does not; another replaces it and the old one is still needed."""
    first = run("backup")
    assert first.exit_code == 0, first.stderr
    key = shown_key(first.stdout)
    assert "chỉ hiện một lần" in first.stdout
    assert "Đã sao lưu lúc" in first.stdout
    kept = b"".join(each.read_bytes() for each in data.rglob("*") if each.is_file())
    assert sealed.read_key(key).private_bytes_raw() not in kept
    assert "".join(key.split()).encode() not in kept
    assert "KHÓA" not in run("backup").stdout
    again = run("backup", "--new-key").stdout
    assert "giữ cả hai tờ" in again
    assert shown_key(again) not in ("", key)


def test_postgres_is_told_its_own_tool(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No half backup: what to run is said."""
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://ai:BIMAT@127.0.0.1:1/x")
    said = run("backup")
    assert (said.exit_code, "pg_dump" in said.stderr, "BIMAT" in said.stderr) == (1, True, False)


def test_a_restore_that_cannot_be_is_one_sentence(data: Path, tmp_path: Path) -> None:
    """Wrong key, slip, cut file, flipped bit, another program's file: said, with nothing written."""
    key = shown_key(run("backup").stdout)
    (made,) = (data / "backups").glob("*.tlcb")
    content = made.read_bytes()
    cut, flipped, other = (tmp_path / name for name in ("cut.tlcb", "flipped.tlcb", "other.tlcb"))
    cut.write_bytes(content[:-1000])
    flipped.write_bytes(content[:5000] + bytes([content[5000] ^ 4]) + content[5001:])
    other.write_bytes(b"PK\x03\x04" + bytes(1000))
    tried = (
        (made, sealed.new_key()[0], "không phải khóa của bản sao lưu ấy"),
        (made, key[:-1] + ("7" if key[-1] != "7" else "A"), "sai một chỗ"),
        (cut, key, "đã hỏng hoặc bị sửa" if len(content) < 256 * 1024 else "thiếu phần cuối"),
        (flipped, key, "đã hỏng hoặc bị sửa"),
        (other, key, "không phải bản sao lưu của Trợ lý"),
        (tmp_path / "none.tlcb", key, "Không tìm thấy tệp"),
    )
    for file, typed, words in tried:
        said = run("restore", str(file), "--into", str(tmp_path / "new"), said=f"{typed}\n")
        assert said.exit_code == 1
        assert words in said.stderr, (file, said.stderr)
        assert len(said.stderr.strip().splitlines()) == 1
        assert not (tmp_path / "new").exists()


def test_a_folder_with_anything_in_it_is_refused(data: Path, tmp_path: Path) -> None:
    """An installation, a stranger's file, a file in the folder's place: all stay as they are."""
    key = shown_key(run("backup").stdout)
    (made,) = (data / "backups").glob("*.tlcb")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    for folder in (data, tmp_path / "mine", tmp_path / "mine" / "letter.txt"):
        before = sorted(each.name for each in folder.parent.rglob("*"))
        said = run("restore", str(made), "--into", str(folder), said=f"{key}\n")
        assert (said.exit_code, "đã có dữ liệu" in said.stderr) == (1, True)
        assert sorted(each.name for each in folder.parent.rglob("*")) == before


def test_what_is_left_in_the_folder_hides_no_error(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restore that breaks off and cannot clean up tells of its own failure."""

    def fail(_: Path, into: Path, *__: object) -> None:
        (into / "left").write_text("x")
        raise RuntimeError("on purpose")

    monkeypatch.setattr(main, "_restore", fail)
    with pytest.raises(RuntimeError, match="on purpose"):
        run("restore", str(data / "x.tlcb"), "--into", str(tmp_path / "new"))


def test_a_key_in_a_file_and_typed_on_two_lines(data: Path, tmp_path: Path) -> None:
    """Both ways open it; an empty folder that is there is used, one left by an interrupted restore too."""
    key = shown_key(run("backup").stdout)
    (made,) = (data / "backups").glob("*.tlcb")
    (tmp_path / "key").write_text(key)
    (tmp_path / "one" / ".restoring").mkdir(parents=True)
    said = run("restore", str(made), "--into", str(tmp_path / "one"), "--key-file", str(tmp_path / "key"))
    assert (said.exit_code, "Đã khôi phục vào" in said.stdout) == (0, True), said.stderr
    said = run("restore", str(made), "--into", str(tmp_path / "two"), said=f"{key}\n")
    assert (said.exit_code, said.stderr) == (0, "")
    assert rows(tmp_path / "two" / "assistant.db")["unit"] == rows(data / "assistant.db")["unit"]


# The program itself


def test_a_running_program_is_backed_up_and_goes_on_elsewhere(tmp_path: Path) -> None:
    """Joined on the page, backed up beside the running program, restored elsewhere, run there and answered there."""
    data, other = tmp_path / "data", tmp_path / "other"
    with running(data, "run") as program:
        phone = Phone(program.url)
        phone.enter(program.wait("Mã vào đầu tiên").rsplit(maxsplit=1)[-1])
        phone.wait("cho biết họ tên")
        phone.say("Phạm Văn D")
        phone.wait("Đồng chí có đồng ý nhận tin không?")
        phone.press("Đúng, tôi đồng ý")
        phone.wait("Đồng chí có muốn nhận không?")
        made = command(data, "backup")
        assert made.returncode == 0, made.stderr
        (file,) = (data / "backups").glob("*.tlcb")
        key = shown_key(made.stdout)
        for folder in (data, tmp_path / "locked"):
            folder.mkdir(exist_ok=True)
        refused = command(tmp_path / "x", "restore", str(file), "--into", str(data), said=f"{key}\n")
        assert refused.returncode == 1
        assert "Đã có một Trợ lý đang chạy" in refused.stderr
        for beside in (("branches",), ("preview",), ("invite", "--role", "office")):
            assert command(data, *beside).returncode == 0, beside
        for alone in (("run",), ("init", "--sample", "--yes")):
            again = command(data, *alone)
            assert (again.returncode, "Đã có một Trợ lý đang chạy" in again.stderr) == (1, True), alone
        phone.press("Không nhận")
        phone.wait("/caidat")
        program.kill()
    done = command(tmp_path / "x", "restore", str(file), "--into", str(other), said=f"{key}\n")
    assert done.returncode == 0, done.stderr
    with running(other, "run") as program:
        moved = Phone(program.url)
        moved.client.cookies = phone.client.cookies
        moved.press("Nhận trích đoạn")  # still open as of the backup
        if windows.is_quiet(datetime.now(ZONE).time()):
            assert _told_later(other)  # this program runs on the real clock, and at night nothing is pushed
        else:
            moved.wait("khôi phục từ bản sao lưu")
        moved.say("/trogiup")
        moved.wait("tổng hợp tình hình các chi bộ")
        assert program.stop() == 0
        assert "Traceback" not in program.said
    for each in (phone, moved):
        each.client.close()


def _told_later(data: Path) -> bool:
    """Say whether the word on the restored backup waits for the morning."""
    with contextlib.closing(sqlite3.connect(data / "assistant.db")) as database:
        asked = "SELECT count(*) FROM due WHERE kind = 'upkeep' AND subject = 'restored' AND due_at > CURRENT_TIMESTAMP"
        return bool(database.execute(asked).fetchone()[0])
