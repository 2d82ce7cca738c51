"""What has served goes and nothing else; twice is once; old buttons still work; the office hears what it must."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import backup, purge
from bot.clock import Clock
from bot.config import Settings
from bot.nightly import Nightly
from messages.types import Heard
from models import audit, due, schema
from models.attachment import Attachment
from models.audit import Audit
from models.base import Base
from models.committee import Committee
from models.due import Due
from models.inbox import Inbox
from models.installation import Installation
from models.invitation import Invitation
from models.job import Job, JobState
from models.local_message import LocalMessage
from models.local_session import LocalSession
from models.notice import Notice
from models.outbox import Out, Outbox
from models.report import Revision
from tests import world as worlds
from tests.world import World

TEXTS = timedelta(days=90)
LONG_AGO = timedelta(days=800)


async def purged(world: World) -> purge.Purged:
    """Purge as of now with the defaults."""
    return await purge.purge(world.assistant, TEXTS, 10)


def aged(*tables: tuple[type[Base], str]) -> Callable[[AsyncSession], Any]:
    """Return a transaction that moves these columns far into the past."""

    async def move(session: AsyncSession) -> None:
        for table, name in tables:
            for row in await session.scalars(select(table).where(getattr(table, name).is_not(None))):
                setattr(row, name, getattr(row, name) - LONG_AGO)

    return move


async def count(world: World, table: type[Base], *where: Any) -> int:
    """Count rows."""
    return await world.read(lambda s: s.scalar(select(func.count()).select_from(table).where(*where)))


async def told(world: World) -> None:
    """A person who was reminded and answered."""
    await world.start_campaign()
    await world.join("O", "office", "VP", "Phạm Văn D")
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.move_to(worlds.local("2024-05-23 08:16"))
    await world.say("A", "chi bo minh co phai dong dau treo bien ban khong")


async def test_nothing_young_is_touched(either: World) -> None:
    """A day like any other: not one row, not one word."""
    await told(either)
    done = await purged(either)
    assert (done.rows, done.files, done.missing) == ({}, 0, 0)
    assert await count(either, Outbox, Outbox.text == "") == 0


async def test_words_go_after_their_days(either: World) -> None:
    """Sent texts and the values they were made of are emptied; what waits keeps its words; twice is once."""
    await told(either)
    messages = await count(either, Outbox)
    await either.write(aged((Outbox, "said_at"), (Notice, "told_at")))
    held = select(func.min(Outbox.id)).scalar_subquery()
    await either.write(lambda s: s.execute(update(Outbox).where(Outbox.id == held).values(state=Out.DUE)))
    done = await purged(either)
    assert done.rows["outbox"] == messages - 1
    assert await count(either, Outbox) == messages
    left = await either.read(lambda s: s.scalars(select(Outbox).where(Outbox.text != "")))
    assert [row.state for row in left] == [Out.DUE]
    kept = (await either.read(lambda s: s.scalars(select(Notice.details)))).all()
    assert sum(bool(each) for each in kept) == 1
    assert (await purged(either)).rows == {}


async def test_buttons_of_old_messages_still_work(world: World) -> None:
    """Their words are gone, what they are about is not: the present step is shown, never an error."""
    await told(world)
    await world.write(aged((Outbox, "said_at"), (Notice, "told_at")))
    await purged(world)
    for label in ("Đang làm", "Xin gia hạn", "Khác"):
        before = len(world.phone("A"))
        await world.press("A", label)
        assert len(world.phone("A")) > before, label
    await world.press("O", "Trả lời")
    await world.say("O", "Nộp tại Văn phòng")
    assert any("Nộp tại Văn phòng" in shown.message.text for shown in world.phone("A"))
    await world.say("O", "/dagui")
    assert await count(world, Inbox, Inbox.outcome == "set_aside") == 0


async def test_words_in_a_buttons_values_go_too(world: World) -> None:
    """A correction's button carries the correction: emptied, it does nothing but answer."""
    await told(world)
    await world.say("O", "/dagui")
    long = "Đề nghị các đồng chí đọc lại hạn nộp báo cáo, hết thứ Năm 30/5, chứ không phải thứ Sáu."

    async def offer(session: AsyncSession) -> None:
        row = (await session.scalars(select(Outbox).order_by(Outbox.id.desc()).limit(1))).one()
        row.choices = [[{"label": "Gửi", "action": "correct.send", "values": {"text": long}}]]

    await world.write(offer)
    await world.write(aged((Outbox, "said_at"), (Notice, "told_at")))
    await purged(world)
    kept = (await world.read(lambda s: s.scalars(select(Outbox.choices)))).all()
    assert long not in str(kept)


async def test_rows_that_served_are_removed(either: World) -> None:
    """Jobs, fired dues, heard messages, sessions, invitations, an audit older than its years; nothing that is open."""
    await either.write(_old_audit)
    await told(either)
    await either.invite("secretary", "TV", "Nguyễn Văn B")
    await either.write(_more)
    await either.write(_live)
    young = await count(either, Audit) - 2
    figures = await count(either, Revision)
    before = {table: await count(either, table) for table in (Job, Due, Inbox, LocalSession, Invitation, Audit)}
    assert all(before.values()), before
    await either.write(aged((Job, "not_before"), (Due, "fired_at"), (Inbox, "done_at"), (LocalSession, "expires_at")))
    await either.write(aged((Invitation, "expires_at")))
    await purged(either)
    open_jobs = await count(either, Job, Job.state == JobState.DUE)
    assert await count(either, Job) <= open_jobs + 1
    assert await count(either, Due, Due.fired_at.is_not(None)) <= 1
    assert await count(either, Inbox) == 1  # the newest stays, so that no id comes twice
    assert await count(either, LocalSession) == 1
    assert await count(either, Invitation) == 0
    assert await count(either, Audit) == young > 0
    assert await count(either, Revision) == figures
    assert (await purged(either)).rows == {}


async def _old_audit(session: AsyncSession) -> None:
    owner = (await session.scalars(select(Committee.id))).one()
    for years in (30, 11):
        audit.note(session, owner, "x", "y", None, worlds.START - timedelta(days=years * 365))
    await session.flush()


async def _live(session: AsyncSession) -> None:
    """Let it be no drill: there the database keeps the audit."""
    await session.execute(update(Installation).values(drill=False))


async def test_an_idle_installation_keeps_its_audit(world: World) -> None:
    """The database removes nothing within a year of the newest line: the purge does not try to."""
    await world.write(_old_audit)
    await world.write(_live)

    async def late() -> purge.Purged:
        return await purge.purge(world.assistant, TEXTS, 1)

    assert (await late()).rows == {"audit": 1}
    assert (await late()).rows == {}


async def _more(session: AsyncSession) -> None:
    now = datetime.now(UTC)
    for key, lasts in (("a", timedelta(days=1)), ("b", timedelta(days=2000))):
        session.add(LocalSession(key_hash=key, account="web-1", started_at=now, expires_at=now + lasts))
    owner = (await session.scalars(select(Due.committee_id).limit(1))).one()
    for state in (JobState.DONE, JobState.FAILED, JobState.DUE, JobState.DONE):
        session.add(Job(committee_id=owner, kind="board", values={}, state=state, not_before=now))


async def test_what_was_heard_is_known_for_a_month(world: World) -> None:
    """A platform that gives an update again the next day, or the page after a week, finds it known."""
    await told(world)
    heard = world.channel.update("A", Heard.TEXT, text="Đang làm")
    await world.receiver.store([heard])
    await world.settle()
    one = timedelta(days=29)

    async def back(session: AsyncSession) -> None:
        for row in await session.scalars(select(Inbox)):
            row.done_at = row.done_at - one if row.done_at else None

    await world.write(back)
    await purged(world)
    said = len(world.phone("A"))
    await world.receiver.store([heard])
    await world.settle()
    assert len(world.phone("A")) == said


async def test_reminders_are_not_made_twice_after_a_purge(world: World) -> None:
    """The dues that fired stay as long as a plan lasts, so the tick plans nothing anew."""
    await told(world)
    fired = await count(world, Due, Due.fired_at.is_not(None))
    await purged(world)
    assert await count(world, Due, Due.fired_at.is_not(None)) == fired
    before = len(world.phone("A"))
    await world.move_to(worlds.local("2024-05-23 08:40"))
    assert len(world.phone("A")) == before


async def test_a_phone_of_the_page_is_emptied_too(world: World) -> None:
    """What is old is hidden, but the newest row of all keeps its version: pages ask for "newer than"."""
    now = world.clock.now()

    async def show(session: AsyncSession) -> None:
        for number in range(1, 5):
            row = {"account": "web-1", "key": f"k{number}", "version": number, "mine": False, "buttons": [[{}]]}
            session.add(LocalMessage(text=f"lời {number}", said_at=now - LONG_AGO, **row))

    await world.write(show)
    await purged(world)
    rows = (await world.read(lambda s: s.scalars(select(LocalMessage).order_by(LocalMessage.id)))).all()
    assert [(row.text, row.version) for row in rows] == [("", -1), ("", -1), ("", -1), ("lời 4", 4)]


# Files


def file(world: World, name: str, *, old: bool) -> Path:
    """Put a file into the folder, a week old or just made."""
    path = world.assistant.files / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    if old:
        week = time.time() - 7 * 86400
        os.utime(path, (week, week))
    return path


async def test_files_that_no_row_names_are_swept(either: World) -> None:
    """Older than a day and in no row, temporary names too; what a row names, or what is young, stays."""
    gone = [file(either, name, old=True) for name in ("a.jpg", ".b.jpg", "uploads/c", "uploads/d.part")]
    young = [file(either, name, old=False) for name in ("e.jpg", "uploads/f")]
    named = [file(either, name, old=True) for name in ("g.jpg", "uploads/h", "uploads/i")]

    async def name(session: AsyncSession) -> None:
        owner = (await session.scalars(select(Committee.id))).one()
        about: dict[str, Any] = {"committee_id": owner, "kind": "photo", "name": "x", "made_at": datetime.now(UTC)}
        session.add(Attachment(path="g.jpg", **about))
        session.add(Attachment(file_id="h", **about))
        row = {"account": "web-1", "key": "k", "version": 1, "mine": True, "text": "", "buttons": []}
        session.add(LocalMessage(file_path="uploads/i", said_at=either.clock.now(), **row))

    await either.write(name)
    done = await purged(either)
    assert done.files == len(gone)
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in (*young, *named))
    named[0].unlink()
    assert (await purged(either)).missing == 1


async def test_copies_from_before_a_migration_go_after_a_month(tmp_path: Path) -> None:
    """Not sooner."""
    database = tmp_path / "assistant.db"
    for name, days in (("0001", 31), ("0002", 29)):
        copy = tmp_path / f"assistant.db{schema.COPY}{name}"
        copy.touch()
        os.utime(copy, (time.time() - days * 86400,) * 2)
    assert purge.old_copies(database) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["assistant.db.before-0002"]


# By timer


class Nights(Clock):
    """A live clock that a test puts."""

    at = datetime(2024, 6, 3, 1, 0, tzinfo=worlds.ZONE)

    def machine(self) -> datetime:
        """Return where it was put."""
        return self.at.astimezone(UTC)


@pytest.fixture
async def night(world: World, tmp_path: Path) -> Nightly:
    """Return the nightly work of a live installation with an office person, at one in the morning."""
    await world.join("O", "office", "VP", "Phạm Văn D")
    world.assistant.clock = Nights()
    settings = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]  # pydantic's own argument
    return Nightly(world.assistant, settings)


def put(world: World, text: str) -> None:
    """Put the clock."""
    clock = world.assistant.clock
    assert isinstance(clock, Nights)
    clock.at = worlds.local(text)


async def words(world: World) -> list[str]:
    """Return what the office is told once it is awake."""
    from bot import tick

    await tick.look(world.assistant)
    await world.settle()
    return [shown.message.text for shown in world.unread("O")]


async def test_a_backup_a_night(world: World, night: Nightly, tmp_path: Path) -> None:
    """From its hour on, once a day, also after a restart or when the machine was off at night."""
    backup.make_key(tmp_path)
    made = []
    for text in ("2024-06-03 01:00", "2024-06-03 02:01", "2024-06-03 02:02", "2024-06-03 23:00", "2024-06-04 09:00"):
        put(world, text)
        await night.look()
        made.append(len(list((tmp_path / "backups").glob("*.tlcb"))))
    assert made == [0, 1, 1, 1, 2]
    assert await words(world) == []


async def test_without_a_key_the_office_is_told_once(world: World, night: Nightly, tmp_path: Path) -> None:
    """Nothing is written; one sentence, after the quiet hours, for good."""
    for day in (3, 4, 5):
        put(world, f"2024-06-0{day} 02:01")
        await night.look()
    assert await words(world) == []  # five minutes past two
    put(world, "2024-06-05 07:01")
    assert [each[:36] for each in await words(world)] == ["Trợ lý chưa sao lưu dữ liệu vì chưa "]
    put(world, "2024-06-06 09:00")
    await Nightly(world.assistant, night._settings).look()
    assert await words(world) == []
    assert not (tmp_path / "backups").exists()


async def test_a_backup_that_fails_is_told_once_a_day(world: World, night: Nightly, tmp_path: Path) -> None:
    """It is tried again every hour; the purge runs all the same."""
    backup.make_key(tmp_path)
    (tmp_path / "backups").write_text("not a folder")
    file(world, "a.jpg", old=True)
    for text in ("2024-06-03 02:01", "2024-06-03 03:02", "2024-06-03 09:00", "2024-06-04 08:00"):
        put(world, text)
        await night.look()
    assert [each[:35] for each in await words(world)] == ["Đêm qua Trợ lý chưa sao lưu được dữ"] * 2
    assert not (world.assistant.files / "a.jpg").exists()
    (tmp_path / "backups").unlink()
    put(world, "2024-06-04 08:30")
    await night.look()
    assert not (tmp_path / "backups").exists()
    put(world, "2024-06-04 09:01")
    await night.look()
    assert len(list((tmp_path / "backups").glob("*.tlcb"))) == 1


async def test_whatever_fails_is_tried_again_in_an_hour(
    world: World, night: Nightly, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A mistake of our own too: the office is told, the purge runs, and the look goes on."""
    backup.make_key(tmp_path)

    def fail(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(backup, "take", fail)
    file(world, "a.jpg", old=True)
    put(world, "2024-06-03 08:00")
    await night.look()
    assert [each[:35] for each in await words(world)] == ["Đêm qua Trợ lý chưa sao lưu được dữ"]
    assert not (world.assistant.files / "a.jpg").exists()


async def test_a_file_that_is_no_backup_is_passed_over(world: World, night: Nightly, tmp_path: Path) -> None:
    """What only looks like one is neither counted nor removed; the newest is found all the same."""
    backup.make_key(tmp_path)
    (tmp_path / "backups").mkdir()
    stray = tmp_path / "backups" / "9-2.tlcb"
    stray.write_text("x")
    assert backup.newest(tmp_path) is None
    put(world, "2024-06-03 02:01")
    await night.look()
    assert backup.newest(tmp_path) == worlds.local("2024-06-03 02:01")
    assert stray.exists()
    assert await words(world) == []


async def test_missing_files_are_told_once(world: World, night: Nightly) -> None:
    """The same files are not told every day."""

    async def name(session: AsyncSession) -> None:
        owner = (await session.scalars(select(Committee.id))).one()
        session.add(Attachment(committee_id=owner, kind="photo", name="x", path="gone.jpg", made_at=datetime.now(UTC)))

    await world.write(name)
    for day in (3, 4):
        put(world, f"2024-06-0{day} 08:00")
        await night.look()
    assert ["01 tệp các chi bộ đã gửi không còn" in each for each in await words(world) if "tệp" in each] == [True]


async def test_a_drill_has_no_nights(world: World, tmp_path: Path) -> None:
    """Nothing in it is worth keeping."""
    backup.make_key(tmp_path)
    settings = Settings(_env_file=None, data_dir=tmp_path, backup_hour=0)  # type: ignore[call-arg]  # as above
    await Nightly(world.assistant, settings).look()
    assert not (tmp_path / "backups").exists()
    assert await world.read(lambda s: due.waiting(s, "upkeep", "backup_no_key")) is None
