"""What the fake Zalo remembers and refuses: chats, the queue, the webhook, the switches of all that is uncertain.

Facts are those of the published notes on the Zalo Bot API; where sources contradict each other there is a switch.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

Args = dict[str, Any]
TEXT_LIMIT = 2000  # UTF-16 units: the strictest reading of "characters"
USERS = 50
REPLAYS = 4  # how often an update is handed out where they come again
OPTIONS: dict[str, Sequence[Any]] = {
    "http_status": ("mirror", "always_200"),
    "webhook_shape": ("flat", "wrapped"),
    "poll_mode": ("consume_once", "replay"),
    "poll_result": ("dict", "list"),
    "poll_under_webhook": ("400", "silence"),
    "photo_field": ("photo_url", "photo"),
    "webhook_info_none": ("404", "empty_url"),
    "delete_webhook_none": ("ok", "400"),
    "verification": ("probed", "ok", "failed", "absent"),
}
"""Every switch with what it can be, the first being how it starts."""
ON = ("getUpdates", "sendMessage")
HAPPENINGS = frozenset(
    {
        *(f"{name}={value}" for name, values in OPTIONS.items() for value in values),
        *(f"{code} on {method}" for code in (400, 401, 403, 404, 408, 429) for method in ON),
        *(f"{what} on {method}" for what in ("page 502", "hang") for method in ON),
        *("duplicate delivery", "wrong secret", "text over the limit", "person 51", "quota used up", "empty probe"),
    }
)
"""All that the fake can do to whoever calls it: each side of a switch, each fault. It notes what it did."""


class Refusal(Exception):
    """What the platform answers instead: error_code and description."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


@dataclass
class Line:
    """A line of a chat as the phone shows it."""

    message_id: str
    by: str  # bot | person
    text: str
    at: float
    kind: str = "text"  # text | photo | sticker | voice
    content: str = ""  # base64 of a picture as the platform fetched it
    gets: int = 0


@dataclass
class Queued:
    """An update and how often it was handed out."""

    update: dict[str, Any]
    given: int = 0


@dataclass
class Walk:
    """A person's way: each step is what they say and the words of the answer awaited."""

    person: str
    steps: list[list[str]]
    place: int = 0


@dataclass
class World:
    """All there is. `to` is where the public address of a webhook or a picture really lies in a test."""

    switches: dict[str, str] = field(default_factory=lambda: {name: each[0] for name, each in OPTIONS.items()})
    chats: dict[str, list[Line]] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    queue: list[Queued] = field(default_factory=list)
    webhook: str = ""
    secret: str = ""
    updated_at: int = 0
    to: str = ""
    quota: int | None = None  # messages left this month
    posted: list[int] = field(default_factory=list)  # what the webhook answered, 0 nothing
    probed: list[int] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)
    walks: dict[str, Walk] = field(default_factory=dict)
    waiting: list[Walk] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    beside: set[asyncio.Task[Any]] = field(default_factory=set)
    noted: set[str] = field(default_factory=set)  # of HAPPENINGS, what it did

    def side(self, name: str) -> str:
        """Return how a switch stands, for it matters now."""
        self.noted.add(f"{name}={self.switches[name]}")
        return self.switches[name]

    # The people's side

    def hear(self, person: str, event: str, content: dict[str, Any], **facts: Any) -> str:
        """A person does something: it shows and is queued or posted; number 51 is not served. Return its id."""
        group = facts.pop("group", "")
        if person not in self.chats and len(self.chats) >= USERS:
            self.noted.add("person 51")
            return ""
        lines = self.chats.setdefault(person, [])
        message = self.message(person, content, group, **facts)
        lines.append(Line(message["message_id"], "person", str(content.get("text", "")), time.time()))
        self.groups |= {group} if group else set()
        self.push({"event_name": event, "message": message})
        return str(message["message_id"])

    def message(
        self, person: str, content: dict[str, Any], group: str = "", bot: bool = False, at: int | None = None
    ) -> dict[str, Any]:
        """Return a message as the wire shows it."""
        chat = {"id": group, "chat_type": "GROUP"} if group else {"id": person, "chat_type": "PRIVATE"}
        author = {"id": person, "display_name": "Nguyễn Văn A", "is_bot": bot}
        date = at if at is not None else int(time.time() * 1000)
        return {"message_id": secrets.token_hex(10), "date": date, "from": author, "chat": chat, **content}

    def push(self, update: Any) -> None:
        """Queue an update, or post it where there is a webhook."""
        if self.webhook:
            task = asyncio.create_task(self.post(update))
            self.beside.add(task)
            task.add_done_callback(self.beside.discard)
        else:
            self.queue.append(Queued(update))
            self.news.set()

    async def post(self, update: Any, secret: str | None = None) -> int:
        """Post to the webhook as Zalo does; return what it answered."""
        body = {"ok": True, "result": update} if self.side("webhook_shape") == "wrapped" else update
        if secret is not None and secret != self.secret:
            self.noted.add("wrong secret")
        head = {"X-Bot-Api-Secret-Token": self.secret if secret is None else secret, "Content-Type": "application/json"}
        status = await self._ask("POST", self.webhook, headers=head, content=json.dumps(body))
        self.posted.append(status[0])
        return status[0]

    async def _ask(self, method: str, url: str, **what: Any) -> tuple[int, bytes]:
        parts = urlsplit(url)
        reached = url.replace(f"{parts.scheme}://{parts.netloc}", self.to, 1) if self.to else url
        headers = {**what.pop("headers", {}), "Host": parts.netloc}
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
                response = await client.request(method, reached, headers=headers, **what)
                return response.status_code, response.content
        except httpx.HTTPError:
            return 0, b""

    # What the bot may call

    async def poll(self, args: Args) -> Any:
        """Hand out one update, or say after the timeout that there was none."""
        if self.webhook:
            if self.side("poll_under_webhook") == "silence":
                await asyncio.sleep(float(args.get("timeout", 30)))
                raise Refusal(408, "Request timeout")
            raise Refusal(400, "Bad request - webhook is set")
        until = time.monotonic() + float(args.get("timeout", 30))
        while not (found := self._next()):
            self.news.clear()
            if (left := until - time.monotonic()) <= 0:
                raise Refusal(408, "Request timeout")
            try:
                await asyncio.wait_for(self.news.wait(), left)
            except TimeoutError:
                raise Refusal(408, "Request timeout") from None
        return [found] if self.side("poll_result") == "list" else found

    def _next(self) -> Any:
        replays = bool(self.queue) and self.side("poll_mode") == "replay"
        left = [each for each in self.queue if each.given < (REPLAYS if replays else 1)]
        if not left:
            return None
        found = min(left, key=lambda each: each.given)
        found.given += 1
        return found.update

    def me(self, _args: Args) -> Any:
        return {"id": "1234567890", "account_name": "bot.MauThu", "account_type": "BASIC", "can_join_groups": False}

    def send_message(self, args: Args) -> Any:
        """Show a text; refuse an empty or too long one, and a chat that never wrote."""
        text = str(args.get("text", ""))
        if units(text) > TEXT_LIMIT:
            self.noted.add("text over the limit")
        if not 1 <= units(text) <= TEXT_LIMIT:
            raise Refusal(400, "Bad request - text must have 1 to 2000 characters")
        return self._show(args, text)

    async def send_photo(self, args: Args) -> Any:
        """Fetch the picture three times, as the platform may; show it black where the last came to nothing."""
        caption, url = str(args.get("caption", "")), str(args.get("photo", ""))
        if units(caption) > TEXT_LIMIT or not url.startswith(("http://", "https://")):
            raise Refusal(400, "Bad request - photo must be a public URL")
        fetched = [await self._ask("GET", url) for _ in range(3)]
        good = [content for status, content in fetched if status == 200]
        shown = {"content": fetched[-1][1].hex() if len(good) == 3 else "", "gets": len(good)}
        return self._show(args, caption, kind="photo", **shown)

    def send_sticker(self, args: Args) -> Any:
        return self._show(args, str(args.get("sticker", "")), kind="sticker")

    def send_voice(self, args: Args) -> Any:
        """A group gets nothing, though the answer is well."""
        if not str(args.get("voice_url", "")).endswith(".aac"):
            raise Refusal(400, "Bad request - voice_url")
        return self._show(args, "", kind="voice")

    def chat_action(self, args: Args) -> Any:
        self._chat(args)
        self.typing.append(str(args["chat_id"]))
        return NOTHING

    def _chat(self, args: Args) -> str:
        chat = str(args.get("chat_id", ""))
        if chat not in self.chats and chat not in self.groups:
            raise Refusal(400, "Bad request - chat_id")
        return chat

    def _show(self, args: Args, text: str, **facts: Any) -> Any:
        chat = self._chat(args)
        if self.quota is not None:
            if self.quota <= 0:
                self.noted.add("quota used up")
                raise Refusal(429, "Quota exceeded")
            self.quota -= 1
        line = Line(secrets.token_hex(10), "bot", text, time.time(), **facts)
        if not (chat in self.groups and line.kind == "voice"):
            self.chats.setdefault(chat, []).append(line)
        self._seen(chat, text)
        return {"message_id": line.message_id, "date": int(line.at * 1000)}

    async def set_webhook(self, args: Args) -> Any:
        """Keep the address, then ask it; it stays kept however that ends."""
        url, secret = str(args.get("url", "")), str(args.get("secret_token", ""))
        host = urlsplit(url).hostname or ""
        if not url.startswith("https://") or host in {"localhost", "127.0.0.1"} or not 8 <= len(secret) <= 256:
            raise Refusal(400, "Bad request - url or secret_token")
        self.webhook, self.secret, self.updated_at = url, secret, int(time.time() * 1000)
        return {"url": url, "updated_at": self.updated_at, **await self._verified()}

    async def _verified(self) -> dict[str, Any]:
        said = self.side("verification")
        self.noted.add("empty probe")
        self.probed.append((await self._ask("POST", self.webhook))[0])
        well = self.probed[-1] == 200 if said == "probed" else said == "ok"
        hint = "" if well else "The URL did not answer with 200"
        return {} if said == "absent" else {"verification": {"ok": well, "hint": hint}}

    def delete_webhook(self, _args: Args) -> Any:
        if not self.webhook and self.side("delete_webhook_none") == "400":
            raise Refusal(400, "Bad request - no webhook")
        self.webhook, self.updated_at = "", int(time.time() * 1000)
        return {"url": "", "updated_at": self.updated_at}

    def webhook_info(self, _args: Args) -> Any:
        if not self.webhook and self.side("webhook_info_none") == "404":
            raise Refusal(404, "Not Found")
        return {"url": self.webhook, "updated_at": self.updated_at}

    # People who walk through a conversation by themselves

    def _seen(self, chat: str, text: str) -> None:
        walk = self.walks.get(chat)
        if walk is None or walk.steps[walk.place][1] not in text:
            return
        walk.place += 1
        if walk.place < len(walk.steps):
            self._step(walk)
            return
        del self.walks[chat]
        self.arrived.append(chat)
        if self.waiting:
            self._admit()

    def _step(self, walk: Walk) -> None:
        self.hear(walk.person, "message.text.received", {"text": walk.steps[walk.place][0]})

    def _admit(self) -> None:
        walk = self.waiting.pop(0)
        self.walks[walk.person] = walk
        self._step(walk)


NOTHING = object()
"""An answer that is well and says nothing."""
METHODS: dict[str, Callable[[World, Args], Any]] = {
    "getMe": World.me,
    "getUpdates": World.poll,
    "setWebhook": World.set_webhook,
    "deleteWebhook": World.delete_webhook,
    "getWebhookInfo": World.webhook_info,
    "sendMessage": World.send_message,
    "sendPhoto": World.send_photo,
    "sendSticker": World.send_sticker,
    "sendVoice": World.send_voice,
    "sendChatAction": World.chat_action,
}


def units(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# What tests make people do, and what they may look at


def say(world: World, person: str, text: str, **facts: Any) -> str:
    """A person says words; `group`, `bot` and `at` (milliseconds) as in World.message."""
    return world.hear(person, "message.text.received", {"text": text}, **facts)


def send_photo(world: World, person: str, url: str, caption: str = "", **facts: Any) -> str:
    """A person sends a picture that lies at an address."""
    words = {"caption": caption} if caption else {}
    content = {world.side("photo_field"): url, "message_type": "CHAT_PHOTO", **words}
    return world.hear(person, "message.image.received", content, **facts)


def event(world: World, person: str, name: str, content: dict[str, Any], **facts: Any) -> str:
    """Any other thing: a sticker, a voice note, what is not supported."""
    return world.hear(person, name, content, **facts)


def push(world: World, update: Any) -> None:
    """Anything, as it is; twice is a duplicate."""
    world.push(update)


def again(world: World) -> None:
    """Deliver the last update once more, under the same id."""
    last = world.queue[-1].update
    world.noted.add("duplicate delivery")
    world.queue.append(Queued(last))
    world.news.set()


async def post(world: World, update: Any, secret: str | None = None) -> int:
    """Post to the webhook now, perhaps with a wrong secret."""
    return await world.post(update, secret)


async def probe(world: World, method: str = "POST") -> int:
    """Ask the webhook with nothing in the body."""
    world.noted.add("empty probe")
    return (await world._ask(method, world.webhook))[0]


def switch(world: World, **switches: str) -> None:
    """Choose what is uncertain, by the names of OPTIONS."""
    for name, value in switches.items():
        assert value in OPTIONS[name], (name, value)
        world.switches[name] = value


def set_facts(world: World, **facts: Any) -> None:
    """`to`, `quota`, `webhook` (one of before), `secret`."""
    for name, value in facts.items():
        assert hasattr(world, name)
        setattr(world, name, value)


def chat(world: World, person: str) -> list[dict[str, Any]]:
    """The transcript of a chat."""
    return [asdict(line) for line in world.chats.get(person, [])]


def said(world: World) -> dict[str, int]:
    """How many messages of the bot each chat shows."""
    counts = {who: sum(line.by == "bot" for line in lines) for who, lines in world.chats.items()}
    return {who: count for who, count in counts.items() if count}


def queued(world: World) -> list[Any]:
    """What was not handed out yet, or may be again."""
    most = REPLAYS if world.switches["poll_mode"] == "replay" else 1
    return [each.update for each in world.queue if each.given < most]


def look(world: World) -> dict[str, Any]:
    """How things stand."""
    kept = ("webhook", "secret", "posted", "probed", "typing", "quota")
    return {name: getattr(world, name) for name in kept}


def walk(world: World, people: list[str], steps: list[list[str]], at_once: int) -> None:
    """Let people take these steps, `at_once` at a time; "{n}" is the person."""
    for person in people:
        own = [[each.replace("{n}", person) for each in step] for step in steps]
        world.waiting.append(Walk(person, own))
    while world.waiting and len(world.walks) < at_once:
        world._admit()


def walked(world: World) -> dict[str, Any]:
    """Who has arrived, what each under way awaits, how many wait."""
    going = {who: each.steps[each.place][1] for who, each in world.walks.items()}
    return {"arrived": world.arrived, "going": going, "waiting": len(world.waiting)}


CONTROLS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        *(say, send_photo, event, push, again, post, probe, switch, set_facts, chat, said, queued, look, walk, walked),
    )
}
