"""The local page as a channel: what is said becomes rows that a browser asks for. Knows no HTTP."""

import asyncio
import functools
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Gone, Polled, Refused, Store, TryLater, Update, nobody
from bot.clock import Clock
from bot.web import said
from bot.web.bell import Bell
from bot.web.said import Said
from bot.web.uploads import Uploads
from messages.reading import secrecy
from messages.types import FULL, Incoming, Outgoing
from models import local_message
from models.database import Database
from models.lanes import Lane
from models.local_message import LocalMessage

Result = TypeVar("Result")
Change = Callable[[AsyncSession, int], Awaitable[Result]]

LEFT = timedelta(minutes=5)  # after which another process no longer stores what it hid
_BEAT = 20.0  # seconds between signs of life: a page is heard as long as the program runs
_NOT_READY = 1.0  # seconds until a page that came before `listen` should ask again


class WebChannel:
    """One per installation. `epoch` changes when what pages remember is no longer true: they start again from 0."""

    name = "web"
    manners = FULL
    polls = False

    def __init__(self, database: Database, clock: Clock, files_dir: Path, *, apart: bool = True) -> None:
        """`apart` False looks at files in this process, which tests want."""
        self.epoch = secrets.token_hex(8)
        self._database, self._clock, self._files = database, clock, files_dir
        self.uploads = Uploads(files_dir / "uploads", apart=apart)
        self._store: Store | None = None
        self._bell = Bell()
        self._order = asyncio.Lock()
        self._version: int | None = None
        self._running: set[asyncio.Task[Any]] = set()
        self._open, self._shared = True, False

    def share(self, key: bytes) -> None:
        """Be one of several processes with the same pages: any may be asked next. `key` is the installation's."""
        self.epoch, self._shared = hashlib.sha256(b"page" + key).hexdigest()[:16], True
        self.uploads.share()
        self._database.watch(LocalMessage.__tablename__, self._bell.ring_all)

    async def start(self) -> None:
        """Show what a crash left between storing and showing."""
        self._open = True
        await asyncio.to_thread(self.uploads.sweep)
        before = self._clock.now() - LEFT if self._shared else None
        await self._change(functools.partial(local_message.publish_hidden, before=before))

    async def stop(self) -> None:
        """Let waiting pages go at once; they come back."""
        self._open = False
        self._bell.ring_all()
        self.uploads.close()

    async def listen(self, store: Store, polled: Polled = nobody) -> None:
        """Pass on what pages say until cancelled."""
        self._store = store
        try:
            while True:
                polled("")
                await asyncio.sleep(_BEAT)
        finally:
            self._store = None

    def renew(self) -> None:
        """Tell every page to forget what it shows and ask again: the drill began anew."""
        self.epoch = secrets.token_hex(8)
        self._bell.ring_all()

    def read(self, raw: dict[str, Any]) -> Incoming | None:
        """Turn a stored act into an Incoming; raise Malformed."""
        return said.read(raw)

    async def send(self, message: Outgoing) -> str:
        """Show a message; a key that was sent before changes nothing and returns the same id. Raise Refused."""
        if not message.text.strip() and message.file is None:
            raise Refused("nothing to say")

        async def insert(session: AsyncSession, version: int) -> str:
            row = await local_message.keyed(session, message.key)
            if row is None:
                row = self._row(message, version)
                session.add(row)
                await session.flush()
            return str(row.id)

        return await self._change(insert, message.chat)

    def _row(self, message: Outgoing, version: int) -> LocalMessage:
        file = message.file
        return LocalMessage(
            account=message.chat,
            key=message.key,
            version=version,
            mine=False,
            text=message.text,
            plain=message.plain,
            buttons=_keyboard(message),
            file_path=self._relative(file.path) if file else "",
            file_name=file.name if file else "",
            file_kind=file.kind if file else "",
            said_at=message.said_at or self._clock.now(),
        )

    def _relative(self, path: str) -> str:
        """Return what a row keeps: the data folder may be moved, or made anew from a backup."""
        return str(Path(path).relative_to(self._files)) if Path(path).is_relative_to(self._files) else path

    def located(self, row: LocalMessage) -> Path:
        """Return where a message's file lies; rows of before name the folder of then."""
        return self._files / row.file_path.rpartition("/files/")[2]

    async def edit(self, message_id: str, message: Outgoing) -> None:
        """Replace text and buttons; raise Gone if this phone shows no such message."""

        async def change(session: AsyncSession, version: int) -> None:
            row = await local_message.owned(session, message.chat, message_id)
            if row is None or row.mine:
                raise Gone
            new = (message.text, message.plain, _keyboard(message))
            if (row.text, row.plain, _marked(row.buttons, "")) != new:
                row.text, row.plain, row.buttons = new
                row.version = version

        await self._change(change, message.chat)

    async def acknowledge(self, raw: dict[str, Any]) -> None:
        """Do nothing: the page shows by itself that it waits, until something new comes."""

    async def fetch(self, file_id: str) -> bytes:
        """Read an attached file; raise Refused."""
        return await self.uploads.read(file_id)

    async def hear(self, act: Said, client_id: str, shown: str | None = None) -> LocalMessage | None:
        """Pass an act of a page on and return the person's own message as the page shows it, if it makes one.

        `client_id` is the page's name for the act, so that a retry is not doubled; `shown` replaces the text on
        the phone (an invitation code is not kept there). Raise TryLater before `listen`, Refused for an act upon a
        message that is not this account's (or, to change it, not the person's own).
        """
        store = self._store
        if store is None:
            raise TryLater(_NOT_READY)
        key = f"{act.account}:{client_id}"
        if act.kind in {"text", "file"}:
            return await self._say(store, act, key, shown)
        await self._upon(act)
        await store([Update(key, act.account, act.raw())])
        return await self._changed(act) if act.kind == "edited" else await self._pressed(act)

    async def _say(self, store: Store, act: Said, key: str, shown: str | None) -> LocalMessage:
        """Hide, store, show: the bubble has its place before the answer's and is seen only once it is safe."""
        hidden = await self._change(lambda session, _: self._hide(session, act, key, shown))
        numbered = act.model_copy(update={"message_id": str(hidden.id), "reply_to": hidden.reply_to})
        await store([Update(key, act.account, numbered.raw())])
        return await self._change(lambda session, version: _publish(session, hidden.id, version), act.account)

    async def _hide(self, session: AsyncSession, act: Said, key: str, shown: str | None) -> LocalMessage:
        if row := await local_message.keyed(session, key):
            return row
        answered = await local_message.owned(session, act.account, act.reply_to)
        file = act.upload if act.upload and not act.upload.refused else None
        row = LocalMessage(
            account=act.account,
            key=key,
            version=0,
            mine=True,
            text=_kept(act.text) if shown is None else shown,
            plain=True,
            buttons=[],
            file_path=self._relative(str(self.uploads.path(file.file_id))) if file else "",
            file_name=act.upload.name if act.upload else "",
            file_kind=file.kind if file else local_message.REFUSED if act.upload else "",
            reply_to=str(answered.id) if answered else "",
            said_at=self._clock.now(),
        )
        session.add(row)
        await session.flush()
        return row

    async def _upon(self, act: Said) -> None:
        if act.kind == "blocked":
            return
        row = await self.message(act.account, act.message_id)
        if row is None or row.mine != (act.kind == "edited"):
            raise Refused("no such message on this phone")

    async def _changed(self, act: Said) -> LocalMessage | None:
        async def change(session: AsyncSession, version: int) -> LocalMessage | None:
            row = await local_message.owned(session, act.account, act.message_id)
            if row is not None and row.text != act.text:
                row.text, row.version = _kept(act.text), version
            return row

        return await self._change(change, act.account)

    async def _pressed(self, act: Said) -> LocalMessage | None:
        """Let the person see which button was pressed last; what the handler makes of the message comes over it."""

        async def mark(session: AsyncSession, version: int) -> LocalMessage | None:
            row = await local_message.owned(session, act.account, act.message_id)
            if row is None or act.data not in {button["data"] for line in row.buttons for button in line}:
                return None
            if row.buttons != (marked := _marked(row.buttons, act.data)):
                row.buttons, row.version = marked, version
            return row

        return await self._change(mark, act.account) if act.kind == "choice" else None

    async def message(self, account: str, message_id: str) -> LocalMessage | None:
        """Return one message of an account's phone, None if it is not theirs."""
        return await self._database.read(lambda session: local_message.owned(session, account, message_id))

    async def newer(self, account: str, after: int, wait: float = 0) -> Sequence[LocalMessage]:
        """Return what is new or changed after a version, waiting up to `wait` seconds for it."""
        with self._bell.listening(account) as news:
            rows = await self._since(account, after)
            if rows or not self._open or not wait:
                return rows
            try:
                async with asyncio.timeout(wait):
                    await news.wait()
            except TimeoutError:
                return rows
            return await self._since(account, after)

    async def _since(self, account: str, after: int) -> Sequence[LocalMessage]:
        return await self._database.read(lambda session: local_message.since(session, account, after))

    async def _change(self, work: Change[Result], account: str = "") -> Result:
        """Write with the next version, one at a time and to its end.

        A page that saw version 6 never asks for 5 again: so 5 is committed before 6 begins, even when the caller
        of 5 was cancelled.
        """
        return await self._whole(self._in_order(work, account))

    async def _whole(self, work: Coroutine[Any, Any, Result]) -> Result:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _in_order(self, work: Change[Result], account: str) -> Result:
        async with self._order:
            result = await (self._beside(work) if self._shared else self._alone(work))
        self._bell.ring(account)
        return result

    async def _alone(self, work: Change[Result]) -> Result:
        version = self._version = 1 + await self._last_version()
        return await self._database.write(lambda session: work(session, version))

    async def _beside(self, work: Change[Result]) -> Result:
        async def numbered(session: AsyncSession) -> Result:
            return await work(session, 1 + await local_message.newest_version(session))

        return await self._database.write(numbered, lane=Lane.PAGE)

    async def _last_version(self) -> int:
        if self._version is None:
            self._version = await self._database.read(local_message.newest_version)
        return self._version


async def _publish(session: AsyncSession, row_id: int, version: int) -> LocalMessage:
    row = await session.get_one(LocalMessage, row_id)
    row.version = row.version or version
    return row


def _kept(text: str) -> str:
    """Return what a phone may remember of its person's words: nothing that is marked secret."""
    return "" if secrecy.is_marked_secret(text) else text


def _marked(rows: Sequence[Sequence[dict[str, Any]]], data: str) -> list[list[dict[str, Any]]]:
    """Return buttons with the mark of the one last pressed, if any of them is it."""
    bare = [[{name: button[name] for name in ("label", "data")} for button in row] for row in rows]
    return [[button | {"pressed": True} if button["data"] == data else button for button in row] for row in bare]


def _keyboard(message: Outgoing) -> list[list[dict[str, str]]]:
    return [[{"label": button.label, "data": button.data} for button in row] for row in message.buttons]
