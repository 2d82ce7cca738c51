"""The Telegram channel: it hears by polling or by a webhook, and sends. Knows no database and none of our words."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from telegram import InputFile
from telegram.error import Conflict, InvalidToken
from telegram.request import BaseRequest

from bot import telegram_api, telegram_updates, telegram_webhook
from bot.channel import (
    Failed,
    Failing,
    Gone,
    Malformed,
    Moved,
    Polled,
    Refused,
    Store,
    TryLater,
    Unknown,
    Unreachable,
    Update,
    nobody,
)
from bot.telegram_webhook import Webhook
from messages.types import FULL, Incoming, Outgoing, OutgoingFile

LOG = structlog.get_logger()

DOWNLOAD_LIMIT = 20 << 20  # bytes; the Bot API hands out nothing larger
HASTE = 5.0  # seconds an acknowledgement may take: a spinner is not worth more
SENDING_POOL = 32  # connections: twice what may be in flight, so that acknowledgements never wait
LOOK = 20.0  # seconds between looks after a webhook, which is heard only when somebody speaks
BATCHES = (100, 10, 1)  # updates asked for at once, in turn after failures: many may be too much, or one be poison
UNEDITABLE = (
    *("message to edit not found", "message can't be edited", "message_id_invalid", "message_edit_time_expired"),
    *("there is no text in the message to edit", "there is no caption in the message to edit"),
)
UNCHANGED = ("message is not modified", "message_not_modified")


class TelegramChannel:
    """One bot on Telegram. `api_url` without a path; `back_off` = first and longest pause of a deaf poller, seconds."""

    name = "telegram"
    manners = FULL

    def __init__(
        self,
        token: str,
        api_url: str = "https://api.telegram.org",
        poll_timeout: float = 25,
        *,
        send_timeout: float = 25,
        back_off: tuple[float, float] = (1, 60),
        request: Callable[[int, float], BaseRequest] = telegram_api.open_request,
    ) -> None:
        self._token, self._poll_timeout, self._back_off = token, poll_timeout, back_off
        api_url = api_url.rstrip("/")
        self._files = f"{api_url}/file/bot{token}/"
        self._heard = self._free = False  # `_free`: no webhook stands in the way of polling
        self._webhook: Webhook | None = None  # None for polling
        self._store: Store | None = None  # where calls go, while they are listened to
        self._requests = request(1, poll_timeout + 10), request(SENDING_POOL, send_timeout)
        self._api = telegram_api.Api(
            token, f"{api_url}/bot", f"{api_url}/file/bot", self._requests[1], self._requests[0]
        )

    def __repr__(self) -> str:
        return f"TelegramChannel({self._token.partition(':')[0]})"

    def be_called_at(self, public_url: str, secret: str) -> None:
        """Hear by a webhook at `place` of this public address instead of polling."""
        kinds = list(telegram_updates.READERS)
        self._webhook = Webhook(self._api.call, f"{public_url}{self.place}", secret, kinds)

    @property
    def place(self) -> str:
        """The path of the webhook's address."""
        return telegram_webhook.place(self._token)

    @property
    def polls(self) -> bool:
        """Say whether it asks: it does unless it is called."""
        return self._webhook is None

    async def start(self) -> None:
        """Open connections; the platform itself is not asked. PTB's log of calls holds what people are told."""
        logging.getLogger("telegram").setLevel(logging.WARNING)
        for request in self._requests:
            await request.initialize()

    async def stop(self) -> None:
        """Close connections."""
        for request in self._requests:
            await request.shutdown()

    async def listen(self, store: Store, polled: Polled = nobody) -> None:
        """Hear for ever: through the webhook where there is one, else by polling."""
        if self._webhook:
            await self._be_called(store, polled, self._webhook)
        await self._poll_for_ever(store, polled)

    async def _be_called(self, store: Store, polled: Polled, webhook: Webhook) -> None:
        """Have Telegram call us, and look after that for ever. What it calls with is stored by `called` meanwhile."""
        self._store, failures = store, 0
        try:
            while True:
                try:
                    await webhook.look()
                except Exception as error:  # noqa: BLE001 - as in polling
                    polled(telegram_api.kind(error))
                    failures += 1
                    await self._rest(failures, error)
                else:
                    polled("")
                    failures = 0
                    await asyncio.sleep(LOOK)
        finally:
            self._store = None

    def admits(self, secret: str) -> bool:
        """Say whether a call of the webhook names its secret."""
        return self._webhook is not None and self._webhook.admits(secret)

    async def called(self, update: object) -> None:
        """Store what the platform called with; raise Malformed, or TryLater where it cannot be kept now."""
        if self._store is None or self._webhook is None:
            raise TryLater(telegram_api.SOON)
        self._webhook.came()  # whatever becomes of it: Telegram reaches us
        await self._store([telegram_updates.to_store(update)])

    def called_elsewhere(self) -> None:
        """Hear that another process behind the same address was called: Telegram reaches it, if not this one."""
        if self._webhook:
            self._webhook.came()

    async def webhook_info(self) -> telegram_webhook.Info | None:
        """Ask what Telegram says of the bot's webhook, None while it is away."""
        with contextlib.suppress(Exception):  # whatever it is: nothing is known
            return await telegram_webhook.ask(self._api.call)
        return None

    async def _poll_for_ever(self, store: Store, polled: Polled) -> None:
        """Poll: an update is confirmed by the next offset, so only after `store` returned."""
        offset, failures = None, 0
        while True:
            try:
                offset = await self._hear(store, offset, BATCHES[failures % len(BATCHES)], polled)
                if failures:
                    LOG.info("telegram is heard again", failures=failures)
                failures = 0
            except TryLater as error:  # of `store`: nothing was confirmed, the platform keeps them
                await asyncio.sleep(error.after)
            except Exception as error:  # noqa: BLE001 - whatever breaks, the bot must not stay deaf
                self._free = self._free and not isinstance(error, Conflict)  # somebody may have set a webhook meanwhile
                failures += 1
                await self._rest(failures, error)

    async def _hear(self, store: Store, offset: int | None, limit: int, polled: Polled) -> int | None:
        """Fetch and store up to `limit`; return the offset that confirms them. No offset asks for all queued."""
        try:
            updates = await self._poll(offset, limit)
        except Exception as error:
            polled(telegram_api.kind(error))
            raise
        polled("")
        if not updates:
            return offset
        await store(updates)
        return max(int(update.key) for update in updates) + 1

    async def _poll(self, offset: int | None, limit: int) -> list[Update]:
        if not self._free:
            await telegram_webhook.take_away(self._api.call)
            self._free = True
        kinds = list(telegram_updates.READERS)
        wait = self._poll_timeout if self._heard else 0  # the first tells at once whether the platform is there
        asked = {"offset": offset, "limit": limit, "timeout": wait, "allowed_updates": kinds}
        found = _updates(await self._api.call("getUpdates", asked))
        self._heard = True
        return found

    async def _rest(self, failures: int, error: Exception) -> None:
        first, longest = self._back_off
        pause = min(longest, first * 2.0 ** min(failures - 1, 30))
        if isinstance(error, telegram_api.Flooded):
            pause = max(pause, error.after)
        LOG.warning("telegram cannot be heard", kind=telegram_api.kind(error), failures=failures, pause=pause)
        await asyncio.sleep(pause)

    def read(self, raw: dict[str, Any]) -> Incoming | None:
        """Turn a stored raw update into an Incoming, None for what concerns nobody; raise Malformed."""
        return telegram_updates.read(raw)

    async def send(self, message: Outgoing) -> str:
        """Send one message or one file with its caption; raise as the protocol says."""
        method, data = (
            ("sendMessage", _text(message)) if message.file is None else await _with_file(message.file, message)
        )
        result = await self._call(method, {"chat_id": message.chat, **data, **_keyboard(message)})
        try:
            return str(result["message_id"])
        except (KeyError, TypeError):
            raise Unknown("sent, but the answer names no message") from None

    async def edit(self, message_id: str, message: Outgoing) -> None:
        """Replace text (a file's caption) and buttons; safe to repeat, because "not modified" is success."""
        method, data = (
            ("editMessageText", _text(message)) if message.file is None else ("editMessageCaption", _caption(message))
        )
        target = {"chat_id": message.chat, "message_id": message_id}
        try:
            await self._call(method, {**target, **data, **_keyboard(message)})
        except Refused as refusal:
            said = str(refusal).lower()  # PTB capitalises
            if said.startswith(UNEDITABLE):
                raise Gone from None
            if not said.startswith(UNCHANGED):
                raise

    async def acknowledge(self, raw: dict[str, Any]) -> None:
        """Stop a button's spinner; best effort: a replayed press is always too old to be answered."""
        query = raw.get("callback_query")
        if not isinstance(query, dict) or not isinstance(query.get("id"), str):
            return
        with contextlib.suppress(Failed):
            await self._call("answerCallbackQuery", {"callback_query_id": query["id"]}, read_timeout=HASTE)

    async def fetch(self, file_id: str) -> bytes:
        """Download a file of at most 20 MB; raise TryLater or Refused. Asking twice does no harm."""
        try:
            return await self._fetch(file_id)
        except (Unknown, Failing):
            raise TryLater(telegram_api.SOON) from None
        except (Unreachable, Moved) as error:
            raise Refused(str(error)) from None

    async def _fetch(self, file_id: str) -> bytes:
        file = await self._call("getFile", {"file_id": file_id})
        if not isinstance(file, dict) or not isinstance(file.get("file_path"), str):
            raise Unknown("getFile names no path")
        if (file.get("file_size") or 0) > DOWNLOAD_LIMIT:
            raise Refused("file is too big")
        try:
            return await self._requests[1].retrieve(self._files + quote(file["file_path"]))
        except InvalidToken:  # getFile has just taken the token: a 404 here is about this file alone
            raise TryLater(telegram_api.REJECTED) from None
        except Exception as error:  # noqa: BLE001 - everything a download can raise has a fate
            raise telegram_api.fate(error, self._token) from None

    async def set_menu(self, commands: Sequence[tuple[str, str]], chat: str | None = None) -> None:
        """Show (command, description) pairs in the platform's menu, for one chat or for all; raises as `send`."""
        scope = {"type": "chat", "chat_id": chat} if chat else {"type": "default"}
        listed = [{"command": command, "description": words} for command, words in commands]
        await self._call("setMyCommands", {"commands": listed, "scope": scope})

    async def username(self) -> str | None:
        """Return the bot's @name without the @, None while the platform is away."""
        try:
            me = await self._call("getMe", {})
        except Failed:
            return None
        return me.get("username") if isinstance(me, dict) else None

    async def probe(self) -> tuple[str, str]:
        """Ask once for the bot's name; return it, or "" and why it is not known: rejected | away."""
        try:
            me = await self._call("getMe", {})
        except TryLater as error:
            return "", error.why or "away"
        except Failed:
            return "", "away"
        return (str(me.get("username", "")), "") if isinstance(me, dict) else ("", "away")

    async def _call(self, method: str, data: dict[str, Any], read_timeout: float | None = None) -> Any:
        try:
            return await self._api.call(method, data, read_timeout)
        except Exception as error:  # noqa: BLE001 - ok=false with 200 is a KeyError; every failure has a fate
            raise telegram_api.fate(error, self._token) from None  # the cause may hold a payload or URL with the token


def _updates(items: object) -> list[Update]:
    if not isinstance(items, list):
        raise Malformed("getUpdates gave no list")
    updates = [update for item in items if (update := _update(item))]
    if items and not updates:
        raise Malformed("no update has an id")  # nothing to confirm with: asking at once would spin
    return updates


def _update(item: object) -> Update | None:
    try:
        return telegram_updates.to_store(item)
    except Malformed as error:
        LOG.warning("update skipped", kind=str(error))
        return None


def _text(message: Outgoing) -> dict[str, Any]:
    return {"text": message.text, "link_preview_options": {"is_disabled": True}, **_mode(message)}


def _caption(message: Outgoing) -> dict[str, Any]:
    return {"caption": message.text, **_mode(message)} if message.text else {}


async def _with_file(file: OutgoingFile, message: Outgoing) -> tuple[str, dict[str, Any]]:
    try:
        content = await asyncio.to_thread(Path(file.path).read_bytes)
    except OSError as error:
        raise Refused(f"{file.name} cannot be read: {type(error).__name__}") from None
    method = "sendPhoto" if file.kind == "photo" else "sendDocument"
    return method, {file.kind: InputFile(content, file.name), **_caption(message)}


def _mode(message: Outgoing) -> dict[str, str]:
    return {} if message.plain else {"parse_mode": "HTML"}


def _keyboard(message: Outgoing) -> dict[str, Any]:
    rows = [[{"text": button.label, "callback_data": button.data} for button in row] for row in message.buttons]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}
