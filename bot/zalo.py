"""The Zalo channel: hears by polling or by a webhook, speaks in plain text. Knows no database; its few words are
messages/vi/zalo/.

There is no cursor: an update may be gone once it was handed out, or come again. So what was fetched is held until it
is stored, and the inbox tells what it had by chat and message.
"""

import asyncio
import contextlib
import hashlib
import hmac
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from yarl import URL

from bot import http, zalo_text, zalo_updates
from bot.channel import (
    Failed,
    Failing,
    Gone,
    Malformed,
    NotTaken,
    Polled,
    Refused,
    Store,
    TryLater,
    Unknown,
    Update,
    nobody,
)
from bot.config import LOOPBACK
from bot.zalo_api import REJECTED, SOON, Api, Idle, NotFound
from messages import render
from messages.types import FULL, Incoming, Manners, Outgoing, OutgoingFile

LOG = structlog.get_logger()

BASE = "https://bot-api.zaloplatforms.com"
DOWNLOAD_LIMIT = 20 << 20  # bytes of a picture, as on other channels
DOWNLOADING = 60.0  # seconds it may take
GAP = 1.0  # seconds between two polls at least: where updates come again they come at once
PHOTO_TIMEOUT = 150.0  # seconds: the platform fetches the picture before it answers
HASTE = 5.0  # seconds an acknowledgement may take
SENDING_POOL = 32
BEAT = 20.0  # seconds between signs of life of a webhook, which is heard only when somebody speaks
LOOKED_AFTER = 600.0  # seconds between looks whether the webhook is still ours, or none where we poll: that is silent
HALVES = 1000  # messages remembered that were sent in part
Link = Callable[[OutgoingFile, str], str]
"""Makes the address under which one chat may fetch a file for a while."""


class ZaloChannel:
    """One bot on Zalo. `back_off` = first and longest pause of a deaf poller, seconds.

    `link` makes addresses of files, None where nobody outside can open any; `telegram`: people are heard
    there too.
    """

    name = "zalo"
    manners = Manners(
        buttons=False,
        edits=False,
        files=False,
        quotes=False,
        text_limit=zalo_text.LIMIT,
        caption_limit=FULL.caption_limit,  # what lies with a file must fit where it goes if it is refused here
        repeats=False,
        albums=False,
        again=False,
    )

    def __init__(
        self,
        token: str,
        api_url: str = BASE,
        poll_timeout: float = 25,
        *,
        send_timeout: float = 30,
        gap: float = GAP,
        back_off: tuple[float, float] = (1, 60),
        link: Link | None = None,
        telegram: bool = True,
    ) -> None:
        self._token, self._poll_timeout, self._gap, self._back_off = token, poll_timeout, gap, back_off
        self._link, self._telegram, self._own = link, telegram, _own(api_url)
        self._webhook: tuple[str, str] | None = None  # its address and secret, None for polling
        self._polling = Api(token, api_url, 1, poll_timeout + 15)
        self._api = Api(token, api_url, SENDING_POOL, send_timeout)
        self._store: Store | None = None
        self._heard = False  # since the start, through the webhook
        self._held: list[Update] = []  # fetched, and not stored yet: the platform may never give it again
        self._keeping: asyncio.Task[None] | None = None  # stores it, also when another process polls by then
        self._begun: dict[str, list[str]] = {}  # by key: the ids of parts that arrived, of messages whose rest did not
        self.verified: bool | None = None  # what the platform said of the webhook, None where it said nothing

    def __repr__(self) -> str:
        return f"ZaloChannel({self.number})"

    def be_called_at(self, address: str, secret: str) -> None:
        """Hear by a webhook at this public address instead of polling."""
        self._webhook = address, secret

    @property
    def number(self) -> str:
        """The bot's own number, the first half of its token: it stays when the token is made anew."""
        return self._token.partition(":")[0]

    @property
    def place(self) -> str:
        """The last part of the webhook's address, which tells nothing of the token."""
        return hashlib.sha256(self._token.encode()).hexdigest()[:24]

    @property
    def polls(self) -> bool:
        """Say whether it asks: it does unless it is called."""
        return self._webhook is None

    async def start(self) -> None:
        """Open connections; the platform itself is not asked."""
        await self._polling.open()
        await self._api.open()

    async def stop(self) -> None:
        """Close connections."""
        self._store = None
        if self._keeping:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
        await self._polling.close()
        await self._api.close()

    # Hearing

    async def listen(self, store: Store, polled: Polled = nobody) -> None:
        """Hear for ever: through the webhook where there is one, else by polling."""
        if self._webhook:
            await self._be_called(store, polled, *self._webhook)
        await self._poll_for_ever(store, polled)

    async def _poll_for_ever(self, store: Store, polled: Polled) -> None:
        failures, free, looked = 0, False, 0.0
        await self._kept(store)
        while True:
            began = time.monotonic()
            try:
                if not free or began - looked >= LOOKED_AFTER:
                    await self._drop_webhook()
                    free, looked = True, began
                    polled("")  # the platform is there; the first poll may take its whole time
                await self._hear(polled)
                failures = 0
            except Exception as error:  # noqa: BLE001 - whatever breaks, the bot must not stay deaf
                polled(_kind(error))
                free = free and not isinstance(error, Refused)  # somebody may have set a webhook meanwhile
                failures += 1
                await self._rest(failures, error)
            await self._kept(store)
            await asyncio.sleep(max(began + self._gap - time.monotonic(), 0))

    async def _hear(self, polled: Polled) -> None:
        """Fetch one update and hold it; none is no failure."""
        try:
            # as a string, which is how the page of the method types it
            found = await self._polling.call("getUpdates", timeout=f"{self._poll_timeout:g}")
        except Idle:
            found = None
        polled("")
        for item in found if isinstance(found, list) else [found]:
            if item and (update := _update(item)):
                self._held.append(update)

    async def _kept(self, store: Store) -> None:
        """Wait until what is held is stored; that goes on whoever waits no longer."""
        if self._held and (self._keeping is None or self._keeping.done()):
            self._keeping = asyncio.create_task(self._keep(store))
        if self._keeping:
            await asyncio.shield(self._keeping)

    async def _keep(self, store: Store) -> None:
        """Store what is held, however long that takes: asking for more would not bring it again."""
        while self._held:
            try:
                await store(list(self._held))
            except TryLater as error:
                await asyncio.sleep(error.after)
            except Exception as error:  # noqa: BLE001 - as above
                await self._rest(1, error)
            else:
                self._held.clear()

    async def _rest(self, failures: int, error: Exception) -> None:
        first, longest = self._back_off
        pause = min(longest, first * 2.0 ** min(failures - 1, 30))
        if isinstance(error, TryLater) and error.everyone:
            pause = max(pause, error.after)
        LOG.warning("zalo cannot be heard", bot=self.number, kind=_kind(error), failures=failures, pause=pause)
        await asyncio.sleep(pause)

    async def _drop_webhook(self) -> None:
        """Take a webhook away, for polling does not work beside one; that there was none is said in several ways."""
        try:
            known = await self._polling.call("getWebhookInfo")
        except NotFound:
            return
        if isinstance(known, dict) and not known.get("url"):
            return
        LOG.warning("a webhook is taken away for polling", bot=self.number)
        with contextlib.suppress(Refused):
            await self._polling.call("deleteWebhook")

    async def _be_called(self, store: Store, polled: Polled, address: str, secret: str) -> None:
        """Have the platform call us, and look after that for ever. The page may not be there yet: then once more."""
        self._store, failures = store, 0
        try:
            while True:
                try:
                    await self._announce(address, secret)
                except Exception as error:  # noqa: BLE001 - as in polling
                    polled(_kind(error))
                    failures += 1
                    await self._rest(failures, error)
                    continue
                failures = 0 if self.verified is not False or self._heard else failures + 1
                polled("NotVerified" if failures else "")
                await (self._retry(failures) if failures else self._beat(polled, address))
        finally:
            self._store = None

    async def _announce(self, address: str, secret: str) -> None:
        made = await self._polling.call("setWebhook", url=address, secret_token=secret)
        said = made.get("verification") if isinstance(made, dict) else None
        self.verified = bool(said.get("ok")) if isinstance(said, dict) else None
        LOG.info("the webhook is set", bot=self.number, verified=self.verified)

    async def _retry(self, failures: int) -> None:
        first, longest = self._back_off
        LOG.warning("zalo does not reach the webhook", bot=self.number, failures=failures)
        await asyncio.sleep(min(longest, first * 2.0 ** min(failures, 30)))

    async def _beat(self, polled: Polled, address: str) -> None:
        """Be well until the webhook is no longer ours."""
        looked = time.monotonic()
        while True:
            await asyncio.sleep(BEAT)
            if time.monotonic() - looked < LOOKED_AFTER:
                polled("")
                continue
            looked = time.monotonic()
            try:
                known = await self._polling.call("getWebhookInfo")
            except NotFound:
                return
            except Failed as error:
                polled(_kind(error))
                continue
            polled("")
            if not isinstance(known, dict) or known.get("url") != address:
                return

    def admits(self, secret: str) -> bool:
        """Say whether a call of the webhook names its secret; takes as long whatever it is."""
        return self._webhook is not None and hmac.compare_digest(secret.encode(), self._webhook[1].encode())

    async def called(self, event: object) -> None:
        """Store what the platform called with; raise Malformed, or TryLater where it cannot be kept now."""
        if self._store is None:
            raise TryLater(SOON)
        update = zalo_updates.to_store(event)
        self._heard = True
        await self._store([update])

    def read(self, raw: dict[str, Any]) -> Incoming | None:
        """Turn a stored raw update into an Incoming, None for what concerns nobody; raise Malformed."""
        return zalo_updates.read(raw)

    # Speaking

    async def send(self, message: Outgoing) -> str:
        """Send a message, in parts where it is long; return the last part's id. Raise as the protocol says.

        Where a part fails, a second try goes on with it; only a restart in between says the first ones again. A refusal
        of what has begun is no refusal: some of it arrived.
        """
        steps = self._steps(message)
        done = self._begun.pop(message.key, [])
        try:
            for method, values in steps[len(done) :]:
                done.append(await self._one(message.chat, method, values))
        except Failed as error:
            if done:
                self._remember(message.key, done)
            if done and isinstance(error, Refused):
                raise Unknown("refused in part") from None
            raise
        return done[-1]

    def pieces(self, message: Outgoing) -> int:
        """Return how many calls say a message: the platform's plan counts each."""
        return len(self._steps(message))

    def _steps(self, message: Outgoing) -> list[tuple[str, dict[str, str]]]:
        """Return the calls that say a message: a picture by its address, then its words."""
        words = zalo_text.plain(message.text, is_plain=message.plain)
        steps = []
        if message.file:
            photo, words = self._file(message.file, message.chat, words)
            steps += [("sendPhoto", {"photo": photo})] if photo else []
        said = zalo_text.split(words)
        steps += [("sendMessage", {"text": each}) for each in said]
        if not steps:
            raise Refused("nothing to say")
        return steps

    def _file(self, file: OutgoingFile, chat: str, words: str) -> tuple[str, str]:
        """Return the address of a picture to show ("" none), and the words with what there is to say of the file."""
        address = self._link(file, chat) if self._link else ""
        if address and file.kind == "photo":
            return address, words
        return "", file_words(file, address, words, telegram=self._telegram)

    async def _one(self, chat: str, method: str, values: dict[str, str]) -> str:
        patience = PHOTO_TIMEOUT if method == "sendPhoto" else None
        try:
            result = await self._api.call(method, patience, chat_id=chat, **values)
        except Idle:
            raise Unknown("timed out") from None
        except Refused as error:  # no answer is known that says "blocked" or "no such chat": it may be any of these
            if method == "sendPhoto":  # for which there is one reason more: its address could not be opened
                raise
            raise NotTaken(str(error)) from None
        try:
            return str(result["message_id"])
        except (KeyError, TypeError):
            raise Unknown("sent, but the answer names no message") from None

    def _remember(self, key: str, done: list[str]) -> None:
        """Keep what arrived of a message; what was given up long ago is forgotten."""
        self._begun[key] = done
        while len(self._begun) > HALVES:
            del self._begun[next(iter(self._begun))]

    async def edit(self, message_id: str, message: Outgoing) -> None:
        """Nothing can be changed here: say it anew."""
        raise Gone

    async def acknowledge(self, raw: dict[str, Any]) -> None:
        """Show "typing"; best effort."""
        heard = raw.get("message")
        chat = heard.get("chat") if isinstance(heard, dict) else None
        if isinstance(chat, dict) and isinstance(chat.get("id"), str):
            with contextlib.suppress(Failed):
                await self._api.call("sendChatAction", HASTE, chat_id=chat["id"], action="typing")

    async def fetch(self, file_id: str) -> bytes:
        """Download a picture by its public address; raise TryLater or Refused. Its address may end soon."""
        try:
            status, content = await http.download(file_id, DOWNLOAD_LIMIT, DOWNLOADING, self._own)
        except http.NotAllowed:
            raise Refused("an address that is not asked") from None
        except (http.NotSent, http.Broken):
            raise TryLater(SOON) from None
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise TryLater(REJECTED)
        if status != HTTPStatus.OK or len(content) > DOWNLOAD_LIMIT:
            raise Refused(f"status {status}")
        return content

    # Being introduced

    async def probe(self) -> tuple[str, str]:
        """Ask once for the bot's name; return it, or "" and why it is not known: rejected | away."""
        try:
            me = await self._api.call("getMe")
        except TryLater as error:
            return "", "rejected" if error.why == "rejected" else "away"
        except Failed:
            return "", "away"
        found = me if isinstance(me, dict) else {}
        name = str(found.get("account_name") or found.get("display_name") or "")
        return name, "" if name else "away"

    async def set_menu(self, commands: Sequence[tuple[str, str]], chat: str | None = None) -> None:
        """Do nothing: there is no menu of commands."""

    async def username(self) -> str | None:
        """Return the bot's name, None while the platform is away."""
        return (await self.probe())[0] or None


def file_words(file: OutgoingFile, address: str, words: str, *, telegram: bool) -> str:
    """Return a message's words with what there is to say of its file: its address, or ("") where else to open it."""
    about = {"name": file.name, "kind": file.kind, "address": address, "telegram": telegram}
    return f"{words}\n\n{zalo_text.plain(render.text('zalo.file', about), is_plain=False)}".strip()


def _own(api_url: str) -> str:
    """Return the origin of an emulator on this machine, from which pictures may come too, "" for the real platform."""
    return str(URL(api_url).origin()) if urlsplit(api_url).hostname in LOOPBACK else ""


def _update(item: object) -> Update | None:
    try:
        return zalo_updates.to_store(item)
    except Malformed as error:
        LOG.warning("update skipped", kind=str(error))
        return None


def _kind(error: Exception) -> str:
    """Name an error without its words, which may hold an address, a person's text or the token."""
    why = error.why if isinstance(error, TryLater) else ""
    words = str(error) if isinstance(error, Unknown | Failing) else ""
    return "/".join(each for each in (type(error).__name__, why or words.partition(":")[0][:40]) if each)
