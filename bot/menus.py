"""Introduces a bot to its platform, and keeps each chat's command menu to what its person can do.

Decides nothing about who may.
"""

import asyncio
import functools
from collections.abc import Sequence
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot import leads
from bot.assistant import Assistant
from bot.channel import Failed, TryLater
from handlers.everyone import help as helping
from models import account as accounts
from models import bot as bots
from models import role
from models.account import Account
from models.database import is_away

IDLE = 5.0  # seconds between looks: a menu may lag a little behind a role
AT_ONCE = 20
LOG = structlog.get_logger()
Menu = list[tuple[str, str]]
"""(command, description) pairs."""


class Menued(Protocol):
    """A channel whose platform knows the bot by a name, and may have a command menu."""

    async def username(self) -> str | None:
        """Return the bot's name, None while the platform is away."""

    async def set_menu(self, commands: Sequence[tuple[str, str]], chat: str | None = None) -> None:
        """Show (command, description) pairs, for one chat or for all; raises as `send`."""


class Menus:
    """Sets the menus of one bot's chats."""

    def __init__(self, assistant: Assistant, bot_id: int, channel: Menued) -> None:
        self._assistant, self.bot_id, self._channel = assistant, bot_id, channel
        self._name = leads.greets(bot_id)
        self._introduced = False

    async def introduce(self) -> str:
        """Learn and keep the bot's name, which links need, and set the menu of newcomers; return the name.

        "" while the platform is away: what was known stays; in a pause that the platform asked for it is not called
        at all. Raises as `set_menu`.
        """
        if await self._assistant.database.read(self._is_paused):
            return ""
        name = await self._channel.username()
        if not name:
            return ""
        await self._channel.set_menu(helping.menu_for([]))
        await self._assistant.database.write(functools.partial(self._keep, name=name))
        self._introduced = True
        return name

    async def _is_paused(self, session: AsyncSession) -> bool:
        until = (await session.get_one(bots.Bot, self.bot_id)).paused_until
        return until is not None and until > self._assistant.clock.machine()

    async def _keep(self, session: AsyncSession, name: str) -> None:
        (await session.get_one(bots.Bot, self.bot_id)).username = name

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                if not self._introduced:
                    await self.introduce()
                await self.refresh()
            except TryLater as error:
                await asyncio.sleep(error.after)
            except Exception as error:  # noqa: BLE001 (a menu is a convenience: nothing else may stop for it)
                if is_away(error):
                    self._assistant.waits(error, "menus")
                else:
                    LOG.warning("menus wait", bot=self.bot_id, kind=type(error).__name__)
            await asyncio.sleep(IDLE)

    async def refresh(self) -> int:
        """Set the menus of chats whose roles changed; return how many. TryLater leaves the rest for later.

        Deposed where another process does so by now: what this one read may be of before.
        """
        found = await self._assistant.database.read(self._stale)
        for account_id, chat, menu in found:
            if not self._assistant.leads.held(self._name):
                raise leads.Deposed(self._name)
            try:
                await self._channel.set_menu(menu, chat)
            except TryLater:
                raise
            except Failed as error:
                LOG.warning("a menu was not set", bot=self.bot_id, kind=type(error).__name__)
            await self._assistant.database.write(functools.partial(self._fits, account_id=account_id, menu=menu))
        return len(found)

    async def _fits(self, session: AsyncSession, account_id: int, menu: Menu) -> None:
        """Note that a menu is set, unless a role began or ended while the platform was told of it."""
        await self._assistant.leads.still(session, self._name)
        if await _menu_of(session, await session.get_one(Account, account_id)) == menu:
            await accounts.menu_set(session, account_id)

    async def _stale(self, session: AsyncSession) -> list[tuple[int, str, Menu]]:
        if await self._is_paused(session):
            return []
        rows = await accounts.with_stale_menu(session, self.bot_id, AT_ONCE)
        return [(row.id, row.external_id, await _menu_of(session, row)) for row in rows]


async def _menu_of(session: AsyncSession, account: Account) -> Menu:
    held = await role.of_person(session, account.person_id) if account.person_id else ()
    return helping.menu_for({each.kind for each in held})
