"""Examines an installation, running or not: settings, token, clock, disk, database, what waits. Changes nothing.

Says what it found by code; words are in messages/vi/cli/doctor.j2. No finding holds a token or a name of a person.
"""

import asyncio
import fcntl
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from bot import backup, http, key, leads, timepiece
from bot.config import LOCK, Settings
from bot.telegram import TelegramChannel
from bot.telegram_webhook import Info
from bot.zalo import ZaloChannel
from models import backlog, bot, committee, installation, integrity, lead, schema
from models.bot import Bot
from models.database import Database, kind
from models.outbox import Out
from models.schema import Found

PATIENCE = 10.0  # seconds a platform may take
ENV = Path(".env")
OTHERS = 0o077  # permissions of everybody but the owner
EVERYBODY = 0o007  # of those who are not in the group either
EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)  # a machine that thinks it is earlier lost its clock's battery
APART = 30.0  # seconds this clock and the platform's may differ
LITTLE = 1 << 30  # bytes free
SILENT = timedelta(minutes=3)  # the last poll is stored at most a minute late
WAITED = timedelta(minutes=15)
LATELY = timedelta(days=7)  # how long a lost message is news
OLD_BACKUP = timedelta(days=2)
OLDEST_POSTGRES = 14  # older servers know no idle_session_timeout, which models/lead.py asks for


Used = tuple[str, str]
"""A bot's channel and setting."""


class Verdict(StrEnum):
    """What a finding asks for."""

    WELL = "well"
    LOOK = "look"  # somebody should do something
    UNSURE = "unsure"  # it could not be examined


@dataclass(frozen=True)
class Finding:
    """One line: `said` names the words, `values` are what they hold."""

    verdict: Verdict
    said: str
    values: dict[str, Any] = field(default_factory=dict)


def well(said: str, **values: Any) -> Finding:
    """Return a finding that asks for nothing."""
    return Finding(Verdict.WELL, said, values)


def look(said: str, **values: Any) -> Finding:
    """Return a finding that somebody should look after."""
    return Finding(Verdict.LOOK, said, values)


def unsure(said: str, **values: Any) -> Finding:
    """Return that something could not be examined."""
    return Finding(Verdict.UNSURE, said, values)


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Give all findings, each as soon as it is known."""
    yield well("settings", folder=settings.data_dir, host=settings.host, port=settings.port)
    if kept := _env():
        yield kept
    yield (known := await _token(settings))
    if known.said == "token":
        yield await _way(settings)
    for token in settings.zalo_tokens:
        yield await _zalo(token, settings)
    if told := await _clock(settings):
        yield told
    yield await asyncio.to_thread(_disk, settings.data_dir)
    if opened := _open(settings):
        yield opened
    async for each in _database(settings):
        yield each
    yield await asyncio.to_thread(_backup, settings)


def _env() -> Finding | None:
    """Say whether others on this machine may read the file with the token."""
    if not ENV.exists():
        return None
    return look("env_open") if ENV.stat().st_mode & OTHERS else well("env_closed")


async def _token(settings: Settings) -> Finding:
    if settings.telegram_bot_token is None:
        return well("no_token")
    channel = TelegramChannel(_telegram_token(settings), settings.telegram_api_url)
    name, why = await _probed(channel)
    return look(f"token_{why}") if why else well("token", name=name)


async def _way(settings: Settings) -> Finding:
    """Say how Telegram is heard: asked, or calling us, and what it says of that."""
    channel = TelegramChannel(_telegram_token(settings), settings.telegram_api_url)
    await channel.start()
    try:
        async with asyncio.timeout(PATIENCE):
            found = await channel.webhook_info()
    except TimeoutError:
        found = None
    finally:
        await channel.stop()
    if found is None:
        return unsure("way_unknown", called=bool(settings.telegram_calls))
    ours = f"{settings.public_url}{channel.place}" if settings.telegram_calls else ""
    return _heard_by(found, ours)


def _heard_by(found: Info, ours: str) -> Finding:
    """Compare with the address at which Telegram should call us, "" for none. An error that is over is only told."""
    ago = max(time.time() - found.failed_at, 0) if found.failed_at else None
    values = {"waiting": found.waiting, "error": found.error.replace(found.url or "…", "…"), "seconds": ago}
    if found.url != ours:
        return look("called_elsewhere" if ours else "called_for_nothing", none=not found.url, **values)
    if not ours:
        return well("asks", **values)
    return (look if found.waiting and found.error else well)("called", **values)


def _telegram_token(settings: Settings) -> str:
    return settings.telegram_bot_token.get_secret_value() if settings.telegram_bot_token else ""


async def _probed(channel: TelegramChannel | ZaloChannel) -> tuple[str, str]:
    """Ask the platform who the bot is: its name, and why it does not say so."""
    await channel.start()
    try:
        async with asyncio.timeout(PATIENCE):
            return await channel.probe()
    except TimeoutError:
        return "", "away"
    finally:
        await channel.stop()


async def _zalo(token: str, settings: Settings) -> Finding:
    """Ask a bot on Zalo for its name, and say how it hears."""
    channel = ZaloChannel(token, settings.zalo_api_url)
    name, why = await _probed(channel)
    values = {"number": channel.number, "name": name, "called": bool(settings.zalo_calls)}
    return look(f"zalo_{why}", **values) if why else well("zalo", **values)


async def _clock(settings: Settings) -> Finding | None:
    """Compare with the platform's clock where a platform is used anyhow; a server's is looked at with the database."""
    now = datetime.now(UTC)
    if now < EARLIEST:
        return look("clock_early", now=now.astimezone(settings.zone))
    if settings.telegram_bot_token is None:
        return None if settings.sqlite is None else well("clock_alone", now=now.astimezone(settings.zone))
    began = time.monotonic()
    theirs = await http.server_time(settings.telegram_api_url, PATIENCE)
    if theirs is None:
        return unsure("clock_alone", now=now.astimezone(settings.zone))
    took = (time.monotonic() - began) / 2
    apart = round((now - theirs).total_seconds() + took)
    return look("clock_apart", seconds=abs(apart), ahead=apart > 0) if abs(apart) > APART else well("clock")


def _disk(folder: Path) -> Finding:
    if not folder.is_dir():
        return look("no_folder", folder=folder)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
            file.flush()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return look("read_only", folder=folder, kind=type(error).__name__, errno=error.errno)
    return (look if free < LITTLE else well)(
        "disk", gigabytes=f"{free / 1e9:.1f}".replace(".", ","), full=free < LITTLE
    )


def _open(settings: Settings) -> Finding | None:
    """Say whether everybody on this machine may look in; a group was given access on purpose."""
    kept = [settings.data_dir, *([settings.sqlite] if settings.sqlite else [])]
    apart = [each for each in kept if each == settings.data_dir or each.parent != settings.data_dir]
    found = [each for each in apart if each.exists() and each.stat().st_mode & EVERYBODY]
    return look("folder_open", folder=found[0]) if found else None


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    address = make_url(settings.database).render_as_string(hide_password=True)
    try:
        found = await schema.found(settings.database)
        if found is Found.NOTHING:
            yield look("database_nothing", address=address)
            return
        yield _whole(await integrity.check(settings.database))
    except Exception as error:  # noqa: BLE001 (a damaged or absent database fails in any way)
        yield look("database_away", address=address, kind=_why(error))
        return
    yield well("schema") if found is Found.CURRENT else look(f"schema_{found}")
    if found is Found.CURRENT:
        for each in await _state(settings):
            yield each


def _why(error: Exception) -> str:
    """Name a failure as the driver does: of all that a database can refuse, this says what."""
    return str(error) if isinstance(error, schema.CannotOpen) else kind(error)


def _whole(checked: integrity.Checked) -> Finding:
    values = {"name": checked.name, "version": checked.version}
    if checked.damages or checked.orphans:
        return look("database_damaged", damages=checked.damages, orphans=checked.orphans)
    if checked.name == "postgresql" and _major(checked.version) < OLDEST_POSTGRES:
        return look("database_too_old", version=checked.version, oldest=OLDEST_POSTGRES)
    return well("database", **values)


def _major(version: str) -> int:
    """Return 13 of "13.11 (Debian 13.11-0+deb11u1)", 16 of "16beta2"."""
    return int("".join(takewhile(str.isdigit, version)) or 0)


async def _state(settings: Settings) -> list[Finding]:
    """Read what a running assistant, or one that died, left in the database."""
    database = Database(settings.database)
    try:
        reading = await timepiece.read(database)
        now = reading.now if reading else datetime.now(UTC)
        found = await database.read(lambda session: _findings(session, settings, now))
        return [_shared(reading), *found] if reading else found
    finally:
        await database.close()


def _shared(reading: timepiece.Reading) -> Finding:
    """Say whether this machine's clock is that of the database, which all machines on it follow."""
    values = {"seconds": abs(reading.ahead), "ahead": reading.ahead > 0}
    return look("clock_shared_apart", **values) if reading.off else well("clock_shared")


async def _findings(session: AsyncSession, settings: Settings, now: datetime) -> list[Finding]:
    owner = await committee.the_only(session)
    if owner is None:
        return [look("no_committee")]
    bots = {(each.channel, each.setting): each for each in await bot.of_committee(session, owner.id)}
    used = [("web", "local"), *([("telegram", "TELEGRAM_BOT_TOKEN")] if settings.telegram_bot_token else [])]
    used += [("zalo", f"ZALO_BOT_TOKEN:{token.partition(':')[0]}") for token in settings.zalo_tokens]
    alone = settings.sqlite is not None and _is_let_go(settings.data_dir)
    found = [_running(bots.get(used[0]), now, alone), *([] if settings.sqlite else await _shared_by(session, settings))]
    found += [] if settings.sqlite else await _unled(session, bots, used)
    found += [each for named in used if (each := _channel(named[0], bots.get(named), now))]
    return [*found, *await _waiting(session, now)]


async def _shared_by(session: AsyncSession, settings: Settings) -> list[Finding]:
    """Say where this data folder is not the one of those who share the database."""
    row, file = await installation.current(session), settings.data_dir / key.NAME
    mine = key.folder(file.read_bytes()) if file.exists() else ""
    return [look("folder_apart", folder=settings.data_dir)] if row and row.folder and row.folder != mine else []


async def _unled(session: AsyncSession, bots: Mapping[Used, Bot], used: Sequence[Used]) -> list[Finding]:
    """Name what no process does of what one of several should: sending, for each bot, and looking at what is due."""
    idle = await lead.unled(session)
    found = [look("no_clock")] if leads.CLOCK in idle else []
    mute = {named[0] for named in used if (row := bots.get(named)) and leads.speaks(row.id) in idle}
    return [*found, *(look("nobody_sends", channel=channel) for channel in sorted(mute))]


def _is_let_go(folder: Path) -> bool:
    """Say whether the lock of a folder, which a running program holds, is free: it stopped, a moment ago perhaps."""
    try:
        with (folder / LOCK).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # it is held, or there is none
        return False
    return True


def _running(page: Bot | None, now: datetime, let_go: bool) -> Finding:
    """The local page is heard as long as the program runs; a lock that was let go of tells at once that it does not."""
    if page is None or page.heard_at is None:
        return look("never_ran")
    ago = now - page.heard_at
    if ago < -SILENT:
        return look("clock_back", seconds=-ago.total_seconds())
    stopped = let_go or ago >= SILENT
    return (look if stopped else well)("running", seconds=max(ago.total_seconds(), 0), stopped=stopped)


def _channel(channel: str, row: Bot | None, now: datetime) -> Finding | None:
    """Say how a channel is; of the page only what is wrong, for `_running` has said the rest."""
    if row is None:
        return look("never_heard", channel=channel) if channel != "web" else None
    if row.failing:
        ago = (now - row.failing_since).total_seconds() if row.failing_since else 0
        return look("failing", channel=channel, failing=row.failing, seconds=ago, untold=row.outage_told != "office")
    if row.paused_until and row.paused_until > now:
        return look("paused", channel=channel, seconds=(row.paused_until - now).total_seconds())
    if channel == "web":
        return None
    if row.heard_at is None:
        return look("never_heard", channel=channel)
    ago = (now - row.heard_at).total_seconds()
    return (well if ago < SILENT.total_seconds() else look)("heard", seconds=max(ago, 0), channel=channel)


async def _waiting(session: AsyncSession, now: datetime) -> list[Finding]:
    """Say what was heard and not handled, what was not sent, what was given up."""
    held = await installation.current(session)
    plan = held.plan_time if held and held.drill and held.plan_time else now
    undone, letters = await backlog.undone(session), await backlog.letters(session, now)
    lost = await backlog.lost_letters(session, now - LATELY)
    waiting = sum(number for (state, _), number in letters.numbers.items() if state in backlog.WAITING)
    return [
        _queue("inbox", undone.number, undone.oldest, now),
        _queue("outbox", waiting, letters.oldest, plan),
        look("lost", unknown=lost.get(Out.UNKNOWN, 0), dead=lost.get(Out.DEAD, 0)) if lost else well("none_lost"),
    ]


def _queue(name: str, number: int, oldest: datetime | None, now: datetime) -> Finding:
    if not number:
        return well(f"{name}_empty")
    ago = max(now - oldest, timedelta()) if oldest else timedelta()
    return (look if ago > WAITED else well)(name, number=number, seconds=ago.total_seconds(), late=ago > WAITED)


def _backup(settings: Settings) -> Finding:
    if settings.sqlite is None:
        return unsure("backup_elsewhere")
    newest = backup.newest(settings.data_dir)
    if newest is None:
        return look("no_backup") if settings.sqlite.exists() else unsure("nothing_to_back_up")
    ago = datetime.now(UTC) - newest
    return (look if ago > OLD_BACKUP else well)("backup", seconds=max(ago.total_seconds(), 0), old=ago > OLD_BACKUP)
