"""The command line and the composition root: reads the settings, builds the parts, runs them. Decides nothing else."""

import asyncio
import fcntl
import html
import json
import logging
import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, Any, NoReturn, TypeVar

import typer
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

import scheduler
from bot import config, key, logs, misuse, setup
from bot.assistant import Assistant, NotSetUp
from bot.clock import Clock, DrillClock
from bot.config import Settings
from bot.process import Process
from messages import render
from messages.reading import fold
from models import installation
from models import schema as tables
from models.database import Database, is_away
from models.role import RoleKind

HERE = Path(__file__).parent
CAMPAIGN = HERE / "campaigns/chuyen-de-2024"
SAMPLE = HERE / "campaigns/sample"
PRIVATE = 0o077  # permissions that everybody but the owner goes without
SHOWN = "campaigns/chuyen-de-2024"
YES = {"co", "c", "dong y", "dung", "y", "yes"}
UNUSABLE = {
    tables.Found.NOTHING: "no_committee",
    tables.Found.OLDER: "old_database",
    tables.Found.NEWER: "newer_database",
    tables.Found.FOREIGN: "foreign_database",
}
"""Why a database cannot be used as it is: templates."""
Result = TypeVar("Result")

app = typer.Typer(
    cls=misuse.Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    suggest_commands=False,  # which are alike is said in our words
)


def say(template: str, **values: Any) -> None:
    """Print a message of messages/vi/cli/."""
    print(html.unescape(render.text(f"cli.{template}", values)), flush=True)


def stop(template: str, **values: Any) -> NoReturn:
    """Print why nothing was done, and end with status 1."""
    print(html.unescape(render.text(f"cli.{template}", values)), file=sys.stderr)
    raise typer.Exit(1)


def settings_or_stop(**given: object) -> Settings:
    """Read the settings; name all that is wrong at once."""
    try:
        return config.load(**given)
    except config.BadSettings as error:
        stop("bad_settings", problems=error.problems)


def locked(folder: Path, how: int = fcntl.LOCK_EX) -> IO[str]:
    """Take the lock of an installation's folder, which ends with the process; stop where another one has it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / config.LOCK).open("w")
    except OSError:
        stop("bad_folder", folder=folder)
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        stop("already_running", folder=folder)
    return file


def alone(settings: Settings) -> ExitStack:
    """Take the locks of the data folder and, where the database lies in another, of that one too."""
    with ExitStack() as both:
        both.enter_context(locked(settings.data_dir))
        other = settings.sqlite.parent if settings.sqlite else settings.data_dir
        if other.resolve() != settings.data_dir.resolve():
            both.enter_context(locked(other))
        return both.pop_all()


def on_database(
    settings: Settings,
    work: Callable[[Assistant], Awaitable[Result]],
    *,
    migrate: bool = False,
    now: datetime | None = None,
) -> Result:
    """Open the database, do `work` as of now, or in a drill as of its own time (`now` at the earliest)."""

    async def with_assistant() -> Result:
        if migrate:
            await tables.migrate(settings.database)
        elif (found := await tables.found(settings.database)) is not tables.Found.CURRENT:
            raise setup.CannotRun(
                UNUSABLE[found], address=make_url(settings.database).render_as_string(hide_password=True)
            )
        database = Database(settings.database)
        try:
            clock = await setup.clock(database, now)
            return await work(
                Assistant(
                    database,
                    clock,
                    settings.zone,
                    settings.files,
                    settings.public_url,
                    key=key.of(settings.data_dir),
                    quotas=settings.quotas,
                )
            )
        finally:
            await database.close()

    return _ended(asyncio.run, with_assistant())


@app.command()
def init(
    campaign: Annotated[
        Path, typer.Option(help="The campaign's folder: plan.yaml, forms/, excerpts.yaml.", show_default=SHOWN)
    ] = CAMPAIGN,
    branches: Annotated[Path | None, typer.Option(help="The office's own list of branches, .xlsx or .csv.")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Load the sample organisation of 12 branches.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before changing what is there.")] = False,
) -> None:
    """Create or update campaign and branches. Shows the difference; asks before it changes what is there."""
    if sample and branches:
        stop("sample_or_branches")
    settings = settings_or_stop()
    with alone(settings):
        _init(settings, campaign, SAMPLE / "chi-bo-mau.xlsx" if sample else branches, yes=yes)


def _init(settings: Settings, campaign: Path, file: Path | None, *, yes: bool) -> None:
    given = setup.campaign_or(campaign, lambda problems: stop("bad_campaign", folder=campaign, problems=problems))
    entries = setup.entries_or(file, stop) if file else []

    async def work(assistant: Assistant) -> None:
        found = await assistant.database.read(lambda session: setup.difference(session, given, entries))
        say("difference", file=file.name if file else "", found=found)
        if found.changes and not yes and not _agreed():
            stop("not_confirmed")
        today = assistant.clock.now().astimezone(assistant.zone).date()
        done = await assistant.database.write(lambda session: setup.install_all(session, given, entries, today))
        if not settings.sqlite:
            await assistant.database.write(lambda session: installation.adopt(session, key.folder(assistant.key)))
        say("initialised", **done)

    on_database(settings, work, migrate=True)


def _agreed() -> bool:
    print(_line("confirm"), end=" ", flush=True)
    return fold.plain(sys.stdin.readline()).strip() in YES


@app.command()
def branches() -> None:
    """List the branches: code, name, who answers for them."""
    rows = _read(setup.branch_lines)
    say("branches", rows=rows)


@app.command()
def invite(
    role: Annotated[RoleKind, typer.Option(help="What the person will be.")],
    branch: Annotated[str, typer.Option(help="The branch's code, for roles in a branch.")] = "",
    name: Annotated[str, typer.Option(help="Whom it is for.")] = "",
    via: Annotated[str, typer.Option(help="The channel, where there are several: telegram or zalo.")] = "",
) -> None:
    """Make an invitation: the link and a QR code, or the bot with room, where known; the bare code on the last line."""
    settings = settings_or_stop()

    async def work(assistant: Assistant) -> None:
        async def make(session: AsyncSession) -> setup.Invited:
            moment = await assistant.moment(session)
            return await setup.invite(moment, role, branch.strip(), name.strip(), via.strip().lower())

        made = await assistant.database.write(make)
        say("invitation", **made.shown)
        if made.link:
            print(made.qr)
        print(made.code)

    on_database(settings, work)


@app.command()
def plan(
    file: Annotated[Path, typer.Argument(help="The plan: .docx, .pdf with text, or .txt.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a list.")] = False,
) -> None:
    """Read a plan's file and show what it asks, of whom, by when. Changes nothing and needs no database."""
    from messages.reading import plan_file
    from messages.reading.plan import as_json as written

    if not file.is_file():
        stop("no_file", file=file)
    try:
        found = written.loaded(plan_file.read_apart(file.name, file))
    except plan_file.CannotRead as error:
        stop("plan_refused", file=file.name, why=error.why)
    except OSError as error:
        stop("plan_refused", file=file.name, why=type(error).__name__)
    if as_json:
        print(json.dumps(written.shown(found), ensure_ascii=False, indent=2))
    else:
        say("plan", read=found)


@app.command()
def preview(
    days: Annotated[int, typer.Option(help="How many days to look ahead.", min=1, max=366)] = 30,
    now: Annotated[str, typer.Option(help="As of another time, e.g. 2024-05-20T07:58:00+07:00.")] = "",
) -> None:
    """Show who would be told what, and when."""
    found = _read(lambda moment: setup.upcoming(moment, days), now)
    say("preview", found=found, days=days)


@app.command()
def run(
    now: Annotated[str, typer.Option(help="A drill: the clock starts here, e.g. 2024-05-20T07:58:00+07:00.")] = "",
    role: Annotated[Process, typer.Option(help="Its part, where several share a PostgreSQL.")] = Process.ALL,
) -> None:
    """Run the assistant: Telegram and Zalo where tokens are set, and the local page."""
    from bot import service

    settings = settings_or_stop()
    if role is not Process.ALL and (settings.sqlite or now):
        stop("one_process", drill=bool(now))
    clock = DrillClock(_moment(now, settings)) if now else Clock()
    with alone(settings) if settings.sqlite or now else locked(settings.data_dir, fcntl.LOCK_SH):
        logs.set_up(hidden=settings.secrets)
        _run(service.run(settings, clock, CAMPAIGN, say, scheduler.build, role))


@app.command("backup")
def back_up(
    new_key: Annotated[bool, typer.Option("--new-key", help="Make another key first and show it once.")] = False,
) -> None:
    """Take a sealed backup of database and files, also while the assistant runs. The first shows the key, once."""
    from bot import backup

    settings = settings_or_stop()
    path = _sqlite_or_stop(settings)
    known = backup.public_key(settings.data_dir)
    try:
        if new_key or not known:
            say("backup_key", key=backup.make_key(settings.data_dir), again=bool(known))
            sys.stdout.flush()
        taken = backup.take(path, settings.data_dir, datetime.now(UTC), settings.backups_kept)
    except backup.Busy:
        stop("backup_busy")
    except (OSError, sqlite3.Error) as error:
        stop("backup_failed", kind=type(error).__name__)
    at = datetime.fromisoformat(taken.manifest.made_at).astimezone(settings.zone)
    counts = {"files": taken.manifest.files, "missing": len(taken.manifest.missing), "kept": taken.kept}
    say("backed_up", path=taken.path, size=taken.size, at=at, **counts)


def _sqlite_or_stop(settings: Settings) -> Path:
    """Return the database's file, which must hold an installation of this version or an older one."""
    if not settings.sqlite:
        stop("backup_postgres", files=settings.files)
    found = _ended(asyncio.run, tables.found(settings.database))
    if found not in (tables.Found.CURRENT, tables.Found.OLDER):
        stop(UNUSABLE[found], address=make_url(settings.database).render_as_string(hide_password=True))
    return settings.sqlite


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="The backup, .tlcb.")],
    into: Annotated[Path, typer.Option(help="A new or empty folder, to be the DATA_DIR.")],
    key_file: Annotated[Path | None, typer.Option(help="A file with the key, instead of typing it.")] = None,
) -> None:
    """Make an installation of a backup, checked whole; asks for the key on paper. It pushes nothing by itself."""
    settings = settings_or_stop()
    made = not into.exists()
    lock = _locked_empty(into)
    try:
        _restore(file, into, key_file, settings)
    except BaseException:
        with suppress(OSError):  # what is left in the folder must not hide what went wrong
            (into / "assistant.lock").unlink(missing_ok=True)
            if made:
                into.rmdir()
        raise
    finally:
        lock.close()


def _locked_empty(folder: Path) -> IO[str]:
    """Take the lock of an empty folder; stop where it holds anything."""
    from bot import restore as restoring

    if folder.exists() and not folder.is_dir():
        stop("restore_not_empty", folder=folder)
    fresh = not (folder / "assistant.lock").exists()
    lock = locked(folder)
    if not restoring.is_empty(folder):
        lock.close()
        if fresh:
            (folder / "assistant.lock").unlink()
        stop("restore_not_empty", folder=folder)
    return lock


def _restore(file: Path, into: Path, key_file: Path | None, settings: Settings) -> None:
    from bot import restore as restoring
    from bot import sealed

    if not file.is_file():
        stop("no_file", file=file)
    try:
        key = sealed.read_key(_key(key_file))
        made = _ended(asyncio.run, restoring.restore(file, into, key, settings.zone))
    except sealed.CannotOpen as error:
        stop("restore_unopened", file=file.name, why=error.why)
    except restoring.Faulty as error:
        stop("restore_faulty", file=file.name, faults=error.faults)
    except OSError as error:
        stop("restore_failed", folder=into, kind=type(error).__name__)
    at = made.made_at.astimezone(settings.zone)
    say("restored", folder=into, made_at=at, files=made.files, missing=made.missing, parked=made.parked)


def _key(file: Path | None) -> str:
    """Return the key from a file, or from what is typed, on one line or on the two of the paper."""
    from bot import sealed

    if file:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            stop("no_file", file=file)
    print(_line("restore_key"), flush=True)
    typed = sys.stdin.readline()
    return typed + sys.stdin.readline() if sealed.is_first_line(typed) else typed


@app.command()
def move(
    to: Annotated[str, typer.Option(help="An empty database on PostgreSQL, postgresql+asyncpg://…")],
) -> None:
    """Carry a SQLite installation over to an empty PostgreSQL database, all of it or nothing, and prove it by table."""
    settings = settings_or_stop()
    with alone(settings):
        _move(settings, to)


def _move(settings: Settings, to: str) -> None:
    from bot import move as moving

    if not settings.sqlite:
        stop("move_stopped", why="not_sqlite")
    found = _ended(asyncio.run, tables.found(settings.database))
    if found is not tables.Found.CURRENT:
        stop(UNUSABLE[found], address=make_url(settings.database).render_as_string(hide_password=True))
    moved = _ended(
        asyncio.run,
        moving.move(
            settings.database, to, lambda each: say("move_table", name=each.table, rows=each.rows, sha256=each.sha256)
        ),
    )
    say(
        "moved",
        tables=moved.tables,
        rows=moved.rows,
        address=moved.address,
        old=settings.sqlite,
        folder=settings.data_dir,
    )


@app.command()
def demo() -> None:
    """Show a drill with sample people on three phones, in a database of its own, with a clock that can be moved."""
    from bot import demo as drill

    chosen = settings_or_stop()
    settings = chosen.model_copy(update={"data_dir": chosen.data_dir / "demo", "database_url": ""})
    with alone(settings):
        logs.set_up(hidden=settings.secrets)
        say("demo_opening")
        _run(drill.run(settings, CAMPAIGN, SAMPLE, say, scheduler.build))


@app.command()
def doctor() -> None:
    """Examine the installation, running or not: a line a check. Ends with status 1 where something needs a look."""
    from bot import doctor as examiner

    settings = settings_or_stop()
    logs.set_up(logging.CRITICAL, settings.secrets)

    async def work() -> int:
        asking = 0
        async for each in examiner.examine(settings):
            say("doctor", verdict=each.verdict, said=each.said, values=each.values)
            asking += each.verdict is examiner.Verdict.LOOK
        return asking

    number = asyncio.run(work())
    say("doctor_end", number=number)
    if number:
        raise typer.Exit(1)


@app.command("zalo-check")
def zalo_check(
    bot: Annotated[int, typer.Option(help="Which of the bots in ZALO_BOT_TOKEN.", min=1)] = 1,
    push: Annotated[
        bool, typer.Option("--push", help="Only say one thing, to whom the last check spoke with.")
    ] = False,
) -> None:
    """Try a bot on the real Zalo with a phone at hand: 20 minutes, step by step; what was seen goes to a file."""
    from bot import zalo_check as check
    from bot import zalo_notes

    settings = settings_or_stop()
    if bot > len(settings.zalo_tokens):
        stop("zalo_check", step="no_token")
    with alone(settings):
        logs.set_up(logging.CRITICAL, settings.secrets)
        chat = zalo_notes.last_chat(settings.data_dir)
        if push and not chat:
            stop("zalo_check", step="no_chat")
        notes = zalo_notes.Notes(settings.data_dir, datetime.now(UTC))
        api = check.Api(settings.zalo_tokens[bot - 1], settings.zalo_api_url)
        say("zalo_check", step="begin", file=notes.path)
        _ended(asyncio.run, _checked(settings, api, notes.add, chat if push else ""))
        say("zalo_check", step="end", file=notes.path)


async def _checked(settings: Settings, api: Any, note: Callable[[str, Any], None], chat: str) -> None:
    from bot import service
    from bot import zalo_check as check

    called = {"secret": settings.zalo_calls, "public_url": settings.public_url} if settings.zalo_calls else {}
    taken = service.listening(settings) if called else None
    if taken:
        taken.listen()
    made = check.Check(api, _ask, note, taken=taken, **called)
    await (made.push(chat) if chat else made.run())


async def _ask(step: str, **values: Any) -> str:
    """Show a step and return the line that was typed."""
    say("zalo_check", step=step, **values)
    sys.stdout.flush()
    return await asyncio.to_thread(sys.stdin.readline)


def _run(work: Coroutine[Any, Any, None]) -> None:
    import uvloop

    _ended(uvloop.run, work)


def _ended(runner: Callable[[Coroutine[Any, Any, Result]], Result], work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end; say in words why nothing was done."""
    try:
        return runner(work)
    except setup.CannotRun as error:
        stop(error.template, **error.values)
    except tables.CannotOpen as error:
        stop("no_database", address=error.address, kind=str(error))
    except tables.NotOurs as error:
        stop(UNUSABLE[error.found], address=error.address)
    except tables.CannotMigrate as error:
        stop("cannot_migrate", copy=error.copy or "", kind=str(error))
    except DBAPIError as error:
        if not is_away(error):
            raise
        stop("cannot_write", kind=type(error.orig).__name__)
    except NotSetUp:
        stop("no_committee")
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _moment(text: str, settings: Settings) -> datetime:
    """Read --now; a time without a zone is the committee's."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        stop("bad_now", said=text)
    return moment if moment.tzinfo else moment.replace(tzinfo=settings.zone)


def _line(template: str) -> str:
    return html.unescape(render.text(f"cli.{template}", {}))


def _read(look: Callable[[Any], Awaitable[Result]], now: str = "") -> Result:
    async def work(assistant: Assistant) -> Result:
        async def reading(session: AsyncSession) -> Result:
            return await look(await assistant.moment(session))

        return await assistant.database.read(reading)

    settings = settings_or_stop()
    return on_database(settings, work, now=_moment(now, settings) if now else None)


if __name__ == "__main__":
    os.umask(os.umask(PRIVATE) | PRIVATE)  # what is made here, the database first, is nobody else's to read
    app()
