"""The local page's ASGI app: who may come in, which page they see. Knows no handler."""

import itertools
from collections.abc import Awaitable, Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channel import TryLater
from bot.web import answers
from bot.web.answers import Problem
from bot.web.called import Addresses
from bot.web.channel import WebChannel
from bot.web.demo import Demo, DemoControl
from bot.web.guard import Guard, Limit
from bot.web.links import Files
from bot.web.phone import Commands, Phone
from bot.web.said import Said, clean
from bot.web.sessions import LASTS, OPENED, WITHIN, Sessions, TooMany
from bot.web.watch import Watch, Watched

Owner = Callable[[], Awaitable[str]]
Seen = Callable[[Request], Awaitable[Response]]

_HERE = Path(__file__).parent
_ACTS = (120, 60.0)  # per account: faster than anyone types, slower than a script that floods
_HIDDEN_CODE = "/start ••••"


def build_app(
    channel: WebChannel,
    sessions: Sessions,
    *,
    hosts: Sequence[str],
    owner: Owner,
    commands: Commands | None = None,
    demo: DemoControl | None = None,
    demo_zalo: WebChannel | None = None,
    secure: bool = False,
    zone: str = "Asia/Ho_Chi_Minh",
    watched: Watched | None = None,
    webhooks: Sequence[Addresses] = (),
    files: Files | None = None,
) -> Starlette:
    """Assemble the page.

    `hosts` the names it may be called by (no ports), `owner` who runs the assistant as the page's head says it,
    `commands` what an account's menu lists (name with its slash, description), `secure` whether PUBLIC_URL is
    https, `watched` what monitors on this machine may ask, `webhooks` where platforms call, `files` what they and
    their chats may fetch. With `demo` there are a drill's phones and clock and no
    login; without it not one route of theirs. `demo_zalo` is heard and shown by those phones that look like Zalo's.
    """
    pages = Pages(owner)
    if demo is None:
        routes = Entrance(channel, sessions, pages, secure).routes(ZoneInfo(zone), commands)
    else:
        routes = Demo(channel, demo, ZoneInfo(zone), commands, pages.show, Limit(*_ACTS), demo_zalo).routes()
    more = [each.routes() for each in (watched and Watch(watched), *webhooks, files) if each]
    return Starlette(
        routes=[*routes, *itertools.chain(*more), Mount("/static", StaticFiles(directory=_HERE / "static"))],
        middleware=[Middleware(Guard, hosts=hosts, machines=[f"{each.place}/" for each in webhooks])],
        exception_handlers={
            HTTPException: answers.problem,
            DBAPIError: answers.away,
            OSError: answers.away,
            Exception: answers.failure,
        },
    )


def monitored(watched: Watched) -> Starlette:
    """Assemble what a process without the page serves: what monitors on its machine may ask."""
    return Starlette(routes=Watch(watched).routes())


class Pages:
    """Renders `pages/*.html`, escaping all values."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "pages"), autoescape=True, undefined=StrictUndefined, enable_async=False
        )

    async def show(self, name: str, **values: object) -> HTMLResponse:
        """Return a page; `owner` is given to each."""
        return HTMLResponse(self._templates.get_template(name).render(owner=await self._owner(), **values))


class Entrance:
    """Lets people in by their code, once; then a cookie opens their phone, and theirs alone."""

    def __init__(self, channel: WebChannel, sessions: Sessions, pages: Pages, secure: bool) -> None:
        self._channel, self._sessions, self._pages, self._secure = channel, sessions, pages, secure
        self._cookie = "__Host-phone" if secure else "phone"
        self._entries = Limit(OPENED, WITHIN.total_seconds())  # in memory: a flood of tries costs no transactions

    def routes(self, zone: tzinfo, commands: Commands | None) -> list[BaseRoute]:
        """Return the routes of `run`."""
        phone = Phone(self._channel, self._account, zone, commands, Limit(*_ACTS))
        return [
            Route("/", self.home),
            Route("/enter", self.enter, methods=["POST"]),
            Route("/leave", self.leave, methods=["POST"]),
            Route("/files/{id}", phone.file),
            Mount("/api", routes=phone.routes()),
        ]

    async def home(self, request: Request) -> Response:
        """Show the phone of a session, else the one field for the code (a link may bring it as ?start=)."""
        key = request.cookies.get(self._cookie, "")
        if await self._sessions.account(key) is None:
            return await self._pages.show("login.html", code=request.query_params.get("start", "")[:200])
        page = await self._pages.show("phone.html")
        if await self._sessions.renew(key):
            self._set(page, key)
        return page

    async def enter(self, request: Request) -> Response:
        """Open a session for a fresh account and pass its code on, as the first thing this account says."""
        client = request.client.host if request.client else ""
        if not self._entries.allows(client):
            raise Problem(429, "too_often")
        code = typed_code((await answers.body(request, answers.Enter)).code)
        if not code:
            raise Problem(400, "empty")
        try:
            key, account = await self._sessions.open(client)
            await self._channel.hear(Said(kind="text", account=account, text=f"/start {code}"), "enter", _HIDDEN_CODE)
        except TooMany as error:
            raise Problem(429, "too_often") from error
        except TryLater as error:
            raise Problem(503, "later") from error
        answer = JSONResponse({})
        self._set(answer, key)
        return answer

    async def leave(self, request: Request) -> Response:
        """Revoke the session; the assistant hears that this account cannot be written to any more."""
        key = request.cookies.get(self._cookie, "")
        if account := await self._sessions.account(key):
            await self._sessions.close(key)
            await self._gone(account)
        answer = JSONResponse({})
        answer.delete_cookie(self._cookie, secure=self._secure, httponly=True, samesite="strict")
        return answer

    async def _gone(self, account: str) -> None:
        try:
            await self._channel.hear(Said(kind="blocked", account=account), "leave")
        except TryLater:
            return  # the session is closed all the same; the office sees that nobody answers

    async def _account(self, request: Request) -> str:
        account = await self._sessions.account(request.cookies.get(self._cookie, ""))
        if account is None:
            raise Problem(401, "signed_out")
        return account

    def _set(self, answer: Response, key: str) -> None:
        answer.set_cookie(
            self._cookie,
            key,
            max_age=int(LASTS.total_seconds()),
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )


def typed_code(text: str) -> str:
    """Return the code in what was typed: bare, after /start, or in a link with ?start=."""
    words = " ".join(clean(text).split()).removeprefix("/start").strip()
    if "start=" in words and "://" in words:
        return "".join(parse_qs(urlsplit(words).query).get("start", [""]))
    return words
