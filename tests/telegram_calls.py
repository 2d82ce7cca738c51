"""How the fake Telegram calls a bot: the webhook, and the worker that tells it of each update until it answers well.

As the real server does: updates of one chat one after the other, presses apart from messages, chats beside each
other; a refusal is told again, at once and then later and later, or when Retry-After says. Its hours are seconds here.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

FIRST, LONGEST = 0.1, 1.0  # seconds between tries; really 1 to 120
PATIENCE = 10.0  # seconds an answer may take
Take = Callable[[Any], None]


@dataclass
class Webhook:
    """What the bot set, and what came of it.

    `to`: where its public address really lies in a test; several with spaces between them are called in turn.
    """

    url: str = ""
    secret: str = ""
    at_once: int = 40
    error: str = ""
    failed_at: float = 0
    to: str = ""
    answers: list[int] = field(default_factory=list)  # of all calls, 0 for none


class Caller:
    """Tells a webhook of what is queued. `queue` is the world's; `take` takes an update out of it."""

    def __init__(self, webhook: Webhook, queue: Callable[[], list[Any]], take: Take, now: Callable[[], float]) -> None:
        self.webhook, self._queue, self._take, self._now = webhook, queue, take, now
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._calls = 0

    def look(self) -> None:
        """Begin to tell each chat's oldest update, where nothing of that chat is being told."""
        heads: dict[str, Any] = {}
        for update in self._queue() if self.webhook.url else ():
            heads.setdefault(_queue_of(update), update)
        for name, update in heads.items():
            if name not in self._busy and len(self._busy) < self.webhook.at_once:
                self._busy[name] = asyncio.create_task(self._tell(name, update))

    def stop(self) -> None:
        """Tell nothing more; what was not answered yet waits on."""
        for task in self._busy.values():
            task.cancel()
        self._busy = {}

    async def _tell(self, name: str, update: Any) -> None:
        """Call until it is answered well: the first refusal is told again at once."""
        pause = 0.0
        while True:
            status, after = await self.call(update)
            if 200 <= status < 300:
                break
            await asyncio.sleep(after or pause)
            pause = min(LONGEST, pause * 2 or FIRST)
        del self._busy[name]
        self._take(update)
        self.look()

    async def call(self, update: Any, secret: str | None = None) -> tuple[int, float]:
        """Call once, perhaps with another secret; return the answer's status (0 none) and its Retry-After."""
        head = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.secret if secret is None else secret}
        status, reason, after = await self._post(json.dumps(update), head)
        self.webhook.answers.append(status)
        if not 200 <= status < 300:
            self.webhook.failed_at = self._now()
            self.webhook.error = f"Wrong response from the webhook: {status} {reason}" if status else reason
        return status, after

    def _next(self) -> str:
        """Return where the next call goes, as who balances the load between several does: each in turn."""
        places = self.webhook.to.split() or [""]
        self._calls += 1
        return places[self._calls % len(places)]

    async def _post(self, body: str, head: Mapping[str, str]) -> tuple[int, str, float]:
        parts = urlsplit(self.webhook.url)
        reached = self.webhook.url.replace(f"{parts.scheme}://{parts.netloc}", self._next(), 1)
        headers = {**head, "Host": parts.netloc, "Content-Type": "application/json"}
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
                found = await client.post(reached, content=body, headers=headers)
        except httpx.ConnectError:
            return 0, "Connection refused", 0
        except httpx.HTTPError:
            return 0, "Webhook connection closed", 0
        return found.status_code, found.reason_phrase, float(found.headers.get("Retry-After", 0))


def told(webhook: Webhook, waiting: int, kinds: list[str]) -> dict[str, Any]:
    """Return what getWebhookInfo says."""
    found: dict[str, Any] = {"url": webhook.url, "has_custom_certificate": False, "pending_update_count": waiting}
    if webhook.failed_at:
        found |= {"last_error_date": int(webhook.failed_at), "last_error_message": webhook.error}
    if webhook.url:
        found["max_connections"] = webhook.at_once
    return found | ({"allowed_updates": kinds} if kinds else {})


def _queue_of(update: Any) -> str:
    """Return what keeps updates in order: the chat of a message, the person of a press, else the update's own kind."""
    if not isinstance(update, dict):
        return ""
    kind = next((name for name in update if name != "update_id"), "")
    body = update.get(kind)
    about = body.get("from" if kind == "callback_query" else "chat") if isinstance(body, dict) else None
    number = about.get("id") if isinstance(about, dict) else ""
    return f"{'press' if kind == 'callback_query' else ''}{number}"
