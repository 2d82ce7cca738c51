"""A drill's extras: three phones side by side, a picker of people, a clock that can be moved. Knows neither how
people are made nor how time moves: a DemoControl does."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.web import answers
from bot.web.answers import Problem
from bot.web.channel import WebChannel
from bot.web.guard import Limit
from bot.web.phone import Commands, Phone
from messages import numbers

PHONES = ("office", "secretary", "member")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Someone a phone can be given to. `title` role and branch as shown; `group` sorts the picker: office |
    secretary | member decide who the three phones start with, any other value is listed under "other"."""

    account: str
    name: str
    title: str
    group: str
    zalo: bool = False  # whether this phone shows what Zalo shows


@dataclass(frozen=True, slots=True)
class DemoClock:
    """Plan time, aware; `next_at` the next event the clock can be moved to and, in Vietnamese, what it is."""

    now: datetime
    next_at: datetime | None
    next_what: str


class DemoControl(Protocol):
    """What the demo page needs of the drill behind it."""

    async def people(self) -> Sequence[DemoPerson]:
        """Return everybody who can be chosen, in the order of the picker."""

    async def clock(self) -> DemoClock:
        """Return the drill's time and its next event."""

    async def advance(self) -> None:
        """Move to the next event; return when what it caused is in the phones."""

    async def move_to(self, moment: datetime) -> None:
        """Move to a moment (aware), due row by due row."""

    async def restart(self) -> None:
        """Begin anew with the sample organisation; the channel's `renew` makes pages forget."""


class Show(Protocol):
    """Renders a page by its file name."""

    def __call__(self, name: str, **values: object) -> Awaitable[Response]:
        """Return the page."""


class Move(BaseModel):
    """How far to move the clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Literal[1, 7]


class Demo:
    """The routes that exist in a drill's demo alone."""

    def __init__(
        self,
        channel: WebChannel,
        control: DemoControl,
        zone: tzinfo,
        commands: Commands | None,
        show: Show,
        pace: Limit,
        zalo: WebChannel | None = None,
    ) -> None:
        self._control, self._zone, self._show = control, zone, show
        self._phone = Phone(channel, self._account, zone, commands, pace)
        self._zalo = Phone(zalo, self._account, zone, commands, pace) if zalo else None
        self._moving = asyncio.Lock()

    def routes(self) -> list[BaseRoute]:
        """Return them; / leads to /demo."""
        return [
            Route("/", self.home),
            Route("/demo", self.page),
            Route("/demo/clock", self.clock),
            Route("/demo/people", self.people),
            Route("/demo/advance", self.advance, methods=["POST"]),
            Route("/demo/move", self.move, methods=["POST"]),
            Route("/demo/restart", self.restart, methods=["POST"]),
            Mount("/demo/api/{account}", routes=self._phone.routes()),
            *([Mount("/demo/zalo/{account}", routes=self._zalo.routes())] if self._zalo else []),
        ]

    async def home(self, _: Request) -> Response:
        """Lead to the three phones."""
        return RedirectResponse("/demo", 303)

    async def page(self, _: Request) -> Response:
        """Show the three phones and the clock."""
        return await self._show("demo.html", phones=PHONES)

    async def people(self, _: Request) -> Response:
        """Return who can be chosen: {people: [{account, name, title, group}]}."""
        return JSONResponse({"people": [asdict(person) for person in await self._control.people()]})

    async def clock(self, _: Request) -> Response:
        """Return the drill's time in words: {now, day, time, next: {day, time, what} | null}."""
        clock = await self._control.clock()
        now = clock.now.astimezone(self._zone)
        words = {"now": now.isoformat(), "day": answers.day_words(now.date()), "time": numbers.clock_time(now)}
        return JSONResponse({**words, "next": self._next(clock)})

    def _next(self, clock: DemoClock) -> dict[str, str] | None:
        if clock.next_at is None:
            return None
        at = clock.next_at.astimezone(self._zone)
        return {"day": numbers.weekday_day(at.date()), "time": numbers.clock_time(at), "what": clock.next_what}

    async def advance(self, request: Request) -> Response:
        """Move to the next event."""
        async with self._moving:
            await self._control.advance()
        return await self.clock(request)

    async def move(self, request: Request) -> Response:
        """Move by a day or a week."""
        days = (await answers.body(request, Move)).days
        async with self._moving:
            await self._control.move_to((await self._control.clock()).now + timedelta(days=days))
        return await self.clock(request)

    async def restart(self, request: Request) -> Response:
        """Begin anew."""
        async with self._moving:
            await self._control.restart()
        return await self.clock(request)

    async def _account(self, request: Request) -> str:
        account: str = request.path_params["account"]
        if account not in {person.account for person in await self._control.people()}:
            raise Problem(404, "not_found")
        return account
