"""A bot's webhook at Telegram: its address and secret; set, looked after, taken away. Knows no library and no update.

What Telegram says of its last error stays said when calls go well again. So its calls fail where the error is a new
one, something waits, and none came since the last look; a failure ends once something came or nothing waits.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

ROOT = "/telegram"  # where its addresses begin, on the page
AT_ONCE = 40  # calls at once: nobody waits for another's; those of one chat come one after the other anyhow
LONGEST = 200  # letters of an error that are kept
LOG = structlog.get_logger()
Call = Callable[[str, dict[str, Any]], Awaitable[Any]]
"""Calls a Bot API method; raises whatever the library raises."""


class OtherWebhook(Exception):
    """Telegram calls another address than ours, or none, or tells of other kinds of updates."""


class CallsFail(Exception):
    """Telegram does not reach us: nobody answers at that address, or somebody else."""


@dataclass(frozen=True)
class Info:
    """What Telegram says: the address that it calls, "" for none, what waits to be told, the last error."""

    url: str
    kinds: frozenset[str]
    waiting: int
    error: str
    failed_at: int  # seconds since 1970, 0 for never

    @property
    def failure(self) -> tuple[int, str]:
        """What tells one error from the next."""
        return self.failed_at, self.error


def place(token: str) -> str:
    """Return the path that Telegram calls for a bot: nobody guesses it, and it tells nothing of the token."""
    return f"{ROOT}/{hashlib.sha256(f'telegram {token}'.encode()).hexdigest()[:32]}"


async def ask(call: Call) -> Info:
    """Ask how the webhook is; what is not there, or makes no sense, counts as nothing."""
    found = await call("getWebhookInfo", {})
    found = found if isinstance(found, dict) else {}
    kinds = found.get("allowed_updates")
    return Info(
        url=str(found.get("url") or ""),
        kinds=frozenset(map(str, kinds if isinstance(kinds, list) else ())),
        waiting=_number(found.get("pending_update_count")),
        error=str(found.get("last_error_message") or "")[:LONGEST],
        failed_at=_number(found.get("last_error_date")),
    )


async def take_away(call: Call) -> None:
    """Let nothing be called, for polling does not work beside it. What waits goes on waiting."""
    if (await ask(call)).url:
        LOG.warning("a webhook is taken away for polling", channel="telegram")
        await call("deleteWebhook", {"drop_pending_updates": False})


class Webhook:
    """One bot's webhook, to be looked after again and again. `kinds` are the updates that are wanted."""

    def __init__(self, call: Call, address: str, secret: str, kinds: Sequence[str]) -> None:
        self._call, self._address, self._secret, self._kinds = call, address, secret, kinds
        self._set = self._failing = False
        self._came = 0  # calls since the last look
        self._failure: tuple[int, str] | None = None  # of the last look

    def __repr__(self) -> str:
        return "Webhook()"

    def admits(self, given: str) -> bool:
        """Say whether a call names its secret; takes as long whatever it is."""
        return hmac.compare_digest(given.encode(), self._secret.encode())

    def came(self) -> None:
        """Say that a call came, with the secret, here or to another process behind this address."""
        self._came += 1

    async def look(self) -> None:
        """Set it where it is not as it should be; raise OtherWebhook, CallsFail, or what a call raises."""
        if not self._set:
            await self._announce()
        found = await ask(self._call)
        wrong = self._wrong(found)
        self._failing, self._failure, self._came = isinstance(wrong, CallsFail), found.failure, 0
        if wrong:
            self._set = False
            self._say(wrong, found)
            raise wrong

    async def _announce(self) -> None:
        facts = {"url": self._address, "secret_token": self._secret, "allowed_updates": list(self._kinds)}
        await self._call("setWebhook", {**facts, "max_connections": AT_ONCE, "drop_pending_updates": False})
        self._set = True
        LOG.info("the webhook is set", channel="telegram")

    def _wrong(self, found: Info) -> Exception | None:
        if found.url != self._address or found.kinds not in (frozenset(), frozenset(self._kinds)):
            return OtherWebhook()
        is_new = bool(found.error) and self._failure not in (None, found.failure)
        return CallsFail() if found.waiting and not self._came and (is_new or self._failing) else None

    def _say(self, wrong: Exception, found: Info) -> None:
        reason = found.error.replace(self._address, "…")
        LOG.warning("the webhook is not well", kind=type(wrong).__name__, waiting=found.waiting, reason=reason)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
