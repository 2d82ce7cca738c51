"""Runs the assistant: database, channels, receivers, deliverers, worker, timetable and the page. Decides nothing."""

import asyncio
import contextlib
import errno
import gc
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from bot import key, setup, timepiece
from bot.assistant import Assistant, the_committee
from bot.clock import Clock, DrillClock
from bot.config import LOOPBACK, Settings
from bot.leads import Alone, Elected
from bot.leftovers import Leftovers
from bot.links import Links, Opened
from bot.metrics import Monitor
from bot.nightly import Nightly
from bot.parts import Parts, Run, Timetable
from bot.process import Process
from bot.telegram import TelegramChannel
from bot.web.app import build_app, monitored
from bot.web.called import Addresses
from bot.web.channel import WebChannel
from bot.web.links import Files
from bot.web.sessions import Sessions
from bot.web.telegram import Webhook
from bot.web.zalo import PLACE, Webhooks
from bot.zalo import ZaloChannel
from handlers.everyone import help as helping
from models import account as accounts
from models import inbox, installation, role
from models import schema as tables
from models.database import Database
from models.role import RoleKind

LOG = structlog.get_logger()
Say = Callable[..., None]
YOUNG = 100_000  # new objects until the collector looks at them: more than a batch makes, most of which goes by itself


async def run(
    settings: Settings, clock: Clock, campaign: Path, say: Say, timetable: Timetable, process: Process = Process.ALL
) -> None:
    """Run until SIGINT or SIGTERM. Raises setup.CannotRun with a sentence for the operator."""
    taken = listening(settings)
    async with opened(settings, clock) as assistant:
        await _prepare(assistant, campaign, say)
        await same_folder(assistant, settings.data_dir)
        await _resume_drill(assistant)
        web = await web_channel(assistant)
        telegram = await _telegram(assistant, settings)
        links = file_links(assistant, settings)
        zalos = await _zalo(assistant, settings, links)
        monitor = Monitor(assistant, settings.data_dir)
        calls = _webhooks(settings, telegram, zalos)
        files = Files(links, lambda opened: _known(assistant, opened)) if zalos and links else None

        def page() -> Starlette:
            return build_app(
                web,
                Sessions(assistant.database, assistant.clock, assistant.key),
                hosts=hosts(settings),
                owner=lambda: owner(assistant),
                commands=lambda account: commands(assistant, web, account),
                secure=settings.public_url.startswith("https://"),
                zone=settings.timezone,
                watched=monitor,
                webhooks=calls,
                files=files,
            )

        shown = page() if process in (Process.ALL, Process.WEB) else monitored(monitor)
        parts = Parts(assistant, timetable, _beside(assistant, settings), process)
        names = await parts.introduce()

        def started(address: str) -> None:
            now = clock.now().astimezone(settings.zone)
            say("running", process=process.value, drill=clock.drill, now=now, address=address, **names)

        await serve(parts, settings, shown, started, taken)


def _beside(assistant: Assistant, settings: Settings) -> dict[str, Run]:
    """Return the loops that keep house: each night, and for a SQLite file each minute."""
    loops: dict[str, Run] = {"nightly": Nightly(assistant, settings).run}
    if settings.sqlite:
        loops["leftovers"] = Leftovers(settings.sqlite).run
    return loops


@contextlib.asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[Assistant]:
    """Migrate and open the database; close it at the end."""
    await tables.migrate(settings.database)
    database = Database(settings.database)
    async with contextlib.AsyncExitStack() as ends:
        ends.push_async_callback(database.close)
        await ends.enter_async_context(timepiece.kept(database, clock))
        yield Assistant(
            database,
            clock,
            settings.zone,
            settings.files,
            settings.public_url,
            leads=Alone() if database.sqlite or clock.drill else Elected(settings.database, clock),
            limits=settings.limits,
            texts_days=settings.texts_days,
            files_a_day=settings.files_a_day,
            quotas=settings.quotas,
            key=key.of(settings.data_dir),
        )


async def _prepare(assistant: Assistant, campaign: Path, say: Say) -> None:
    given = setup.campaign_or(campaign, bad_campaign(campaign))

    async def prepare(session: AsyncSession) -> str:
        if await setup.prepare(session, given, drill=assistant.clock.drill):
            return (await setup.invite(await assistant.moment(session), RoleKind.OFFICE, "", "")).code
        return ""

    if code := await assistant.database.write(prepare):
        say("fresh", code=code)


async def same_folder(assistant: Assistant, data: Path) -> None:
    """Notice that this process has another data folder than those it shares a database with."""
    if not assistant.leads.shared:
        return
    mine = key.folder(assistant.key)
    assistant.health.apart = not await assistant.database.write(lambda session: installation.shares(session, mine))
    if assistant.health.apart:
        LOG.error("this data folder is not that of the other processes on this database", folder=str(data))


def bad_campaign(campaign: Path) -> Callable[[Sequence[str]], Any]:
    """Return what refuses a campaign's folder with all that is wrong."""

    def refuse(problems: Sequence[str]) -> Any:
        raise setup.CannotRun("bad_campaign", folder=campaign, problems=problems)

    return refuse


async def _resume_drill(assistant: Assistant) -> None:
    """A drill starts at the later of --now and the last stored plan time."""
    row = await assistant.database.read(installation.current)
    if isinstance(assistant.clock, DrillClock) and row and row.plan_time:
        assistant.clock.move_to(row.plan_time)


async def web_channel(assistant: Assistant) -> WebChannel:
    """Take the local page in."""
    channel = WebChannel(assistant.database, assistant.clock, assistant.files)
    if assistant.leads.shared:
        channel.share(assistant.key)
    await assistant.add(channel, "local")
    return channel


async def _telegram(assistant: Assistant, settings: Settings) -> TelegramChannel | None:
    if settings.telegram_bot_token is None:
        return None
    channel = TelegramChannel(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
    if settings.telegram_calls:
        channel.be_called_at(settings.public_url, settings.telegram_calls)
    bot_id = await assistant.add(channel, "TELEGRAM_BOT_TOKEN")
    assistant.database.watch(inbox.topic(bot_id), channel.called_elsewhere)
    return channel


def _webhooks(
    settings: Settings, telegram: TelegramChannel | None, zalos: Sequence[ZaloChannel]
) -> Sequence[Addresses]:
    """Return what platforms call; nothing of one that we ask."""
    zalo = [Webhooks(zalos)] if settings.zalo_calls else []
    return [*zalo, Webhook(telegram)] if telegram and settings.telegram_calls else zalo


def file_links(assistant: Assistant, settings: Settings) -> Links | None:
    """Return what makes addresses of files, None where nobody outside can open any."""
    if not settings.public_url:
        return None
    return Links(settings.public_url, assistant.key, assistant.files, assistant.clock.machine)


async def _zalo(assistant: Assistant, settings: Settings, links: Links | None) -> list[ZaloChannel]:
    """Take a channel in for each token. A bot's row is named by the number, which stays when a token is made anew."""
    made = []
    for token in settings.zalo_tokens:
        setting = f"ZALO_BOT_TOKEN:{token.partition(':')[0]}"
        link = links.of(setting) if links else None
        beside = settings.telegram_bot_token is not None
        channel = ZaloChannel(token, settings.zalo_api_url, link=link, telegram=beside)
        if settings.zalo_calls:
            channel.be_called_at(f"{settings.public_url}{PLACE}/{channel.place}", settings.zalo_calls)
        await assistant.add(channel, setting)
        made.append(channel)
    return made


async def _known(assistant: Assistant, opened: Opened) -> bool:
    """Say whether the chat a file was meant for still belongs to somebody known."""

    async def look(session: AsyncSession) -> bool:
        return await accounts.is_somebodys(session, opened.bot, opened.chat)

    return await assistant.database.read(look)


async def owner(assistant: Assistant) -> str:
    """Return who runs the assistant, for the page's head."""

    async def name(session: AsyncSession) -> str:
        return (await the_committee(session)).office_name

    return await assistant.database.read(name)


async def commands(assistant: Assistant, channel: WebChannel, account: str) -> Sequence[tuple[str, str]]:
    """Return the menu of a phone: what its person can do."""
    bot_id = next(each for each, known in assistant.channels.items() if known is channel)

    async def menu(session: AsyncSession) -> Sequence[tuple[str, str]]:
        found = await accounts.known(session, bot_id, account)
        roles = await role.of_person(session, found.person_id) if found and found.person_id else ()
        return list(helping.menu_for([RoleKind(each.kind) for each in roles]))

    return await assistant.database.read(menu)


def hosts(settings: Settings) -> list[str]:
    """Return the names the page may be called by."""
    public = settings.public_url.partition("://")[2].partition("/")[0].partition(":")[0]
    return [*LOOPBACK, settings.host, *([public] if public else [])]


def listening(settings: Settings) -> socket.socket:
    """Take the port; CannotRun where another program has it, or where this machine cannot."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, settings.port))
    except OSError as error:
        taken.close()
        why = "port_taken" if error.errno == errno.EADDRINUSE else "cannot_listen"
        raise setup.CannotRun(why, host=settings.host, port=settings.port) from error
    return taken


async def serve(
    parts: Parts,
    settings: Settings,
    page: Starlette,
    started: Callable[[str], None],
    taken: socket.socket,
    prepare: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Run all parts until a signal: hear, send, work, tick and serve the page; then stop in order.

    `taken` is the port, from `listening`; `prepare` is awaited once the parts run and before the page is served.
    """
    await parts.start()
    if prepare:
        await prepare()
    server = uvicorn.Server(uvicorn.Config(page, log_config=None, access_log=False, lifespan="off"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # ours are below
    ended = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, ended.set)
    serving = asyncio.create_task(server.serve(sockets=[taken]))
    host, port = taken.getsockname()[:2]
    taken.listen()  # who opens the page as soon as its address is printed waits for the server, refused by nobody
    started(settings.public_url or f"http://{host}:{port}")
    settle_memory()
    await ended.wait()
    server.should_exit = server.force_exit = True
    await parts.stop()
    await serving


def settle_memory() -> None:
    """Keep what lives as long as the program out of the collector's sight: going through it made everybody wait.

    It looks once in several batches, not in the middle of each: nearly all that a batch makes dies with it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
