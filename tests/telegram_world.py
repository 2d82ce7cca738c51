"""What the fake Bot API remembers and what it refuses: chats, the queue of updates, files, buttons. Knows no HTTP."""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests import telegram_calls, telegram_html
from tests.telegram_limits import Limits

BOT = {"id": 1234567890, "is_bot": True, "first_name": "Trợ lý chi bộ", "username": "tro_ly_thu_bot"}
TEXT_LIMIT, CAPTION_LIMIT, DATA_LIMIT, BUTTON_LIMIT = 4096, 1024, 64, 100
QUERY_AGE = 15  # seconds a button press may wait for its answer
BATCH = 100
CALLED_PORTS = {None, 80, 88, 443, 8443}
DOWNLOAD_LIMIT, PHOTO_LIMIT, UPLOAD_LIMIT = 20 << 20, 10 << 20, 50 << 20
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")

Args = Mapping[str, Any]


class Refusal(Exception):
    """An answer with ok=false."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters or {}


def bad(description: str) -> Refusal:
    """Return the 400 that Telegram words so."""
    return Refusal(400, f"Bad Request: {description}")


@dataclass(frozen=True)
class Sent:
    """A file in a chat, as a person would see it."""

    kind: str
    name: str
    size: int
    file_id: str


@dataclass
class Line:
    """One message of a chat. `text` is what is seen, `entities` how; `raw` what the API tells about it."""

    message_id: int
    by: str  # bot | person
    text: str
    at: float
    entities: list[tuple[str, int, int]] = field(default_factory=list)
    buttons: list[list[dict[str, str]]] = field(default_factory=list)
    file: Sent | None = None
    reply_to: int | None = None
    edits: int = 0
    too_old: bool = False  # to be edited
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass
class Chat:
    """A chat with the bot; a negative number is a group."""

    number: int
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    moved_to: int | None = None
    lines: dict[int, Line] = field(default_factory=dict)


@dataclass(frozen=True)
class Stored:
    """A file on Telegram's side; `size` may be claimed larger than the bytes kept."""

    name: str
    content: bytes
    size: int
    path: str


@dataclass
class Press:
    """A button press that waits for answerCallbackQuery."""

    at: float
    answered: bool = False


class World:
    """The state of one bot's Telegram. Lives as long as the process, whatever the bot does."""

    def __init__(self) -> None:
        self.chats: dict[int, Chat] = {}
        self.strangers: set[int] = set()  # people Telegram knows, who never wrote to the bot
        self.queue: list[dict[str, Any]] = []
        self.files: dict[str, Stored] = {}
        self.presses: dict[str, Press] = {}
        self.menus: dict[str, list[dict[str, str]]] = {}
        self.allowed: list[str] = []
        self.ahead = 0.0
        self.limits = Limits()
        self.watchers: list[Any] = []  # people who act by themselves: telegram_walks
        self.next_update = 700_000_001
        self._poller = object()
        self._news = asyncio.Event()
        self.webhook = telegram_calls.Webhook()
        self.caller = telegram_calls.Caller(self.webhook, lambda: self.queue, self._told, self.now)

    def now(self) -> float:
        """Seconds since 1970; tests move it forward with `ahead`."""
        return time.time() + self.ahead

    # The queue

    def push(self, update: dict[str, Any]) -> int | None:
        """Queue an update under the next id; None if the bot did not ask for this kind."""
        kinds = update.keys() - {"update_id"}
        if self.allowed and not kinds & set(self.allowed):
            return None
        update = {"update_id": self.next_update, **update}
        self.next_update += 1
        self.queue.append(update)
        self._wake()
        return update["update_id"]

    def push_raw(self, item: Any) -> None:
        """Queue anything at all, even what the real server never sends."""
        self.queue.append(item)
        self._wake()

    async def poll(self, args: Args) -> list[Any]:
        """Drop ids below `offset` only, then wait for something to give; a newer poller ends this one with 409."""
        if self.webhook.url:
            words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise Refusal(409, f"Conflict: {words}")
        self._poller = me = object()
        self._wake()
        self._confirm(args.get("offset"))
        if "allowed_updates" in args:
            self.allowed = json.loads(args["allowed_updates"])
        until = time.monotonic() + min(float(args.get("timeout", 0)), 50)
        while not self.queue and (left := until - time.monotonic()) > 0:
            await self._wait(left)
            if self._poller is not me:
                by = "setWebhook request" if self.webhook.url else "other getUpdates request; only one may run"
                raise Refusal(409, f"Conflict: terminated by {by}")
        return self.queue[: int(args.get("limit", BATCH))]

    def _confirm(self, offset: str | None) -> None:
        if offset is not None:
            self.queue = [item for item in self.queue if _id_of(item) >= int(offset)]

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
        self.caller.look()

    def _told(self, update: Any) -> None:
        """The webhook has answered well: the update is gone."""
        self.queue = [item for item in self.queue if item is not update]

    def call_at(self, url: str, secret: str = "", at_once: int = 40, *, drop: bool = False) -> None:
        """Call this address from now on, "" none; whoever polls is ended. What waits stays, unless dropped."""
        self.caller.stop()
        self.webhook.url, self.webhook.secret, self.webhook.at_once = url, secret, at_once
        self.webhook.error, self.webhook.failed_at = "", 0
        self.queue = [] if drop else self.queue
        self._poller = object()
        self._wake()

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)

    # People's side

    def show(self, chat: Chat, line: Line) -> None:
        """Somebody is looking at what the bot has written or changed."""
        for watcher in self.watchers:
            watcher.see(self, chat.number, line)

    def hear(self, person: int, content: dict[str, Any], *, text: str = "", file: Sent | None = None) -> Line:
        """A person says something: it shows in the chat and is queued."""
        chat = self.chat(person)
        chat.started = True
        line = self.write(chat, "person", text, file=file)
        line.raw |= {"from": person_of(person), **content}
        self.push({"message": line.raw})
        return line

    def chat(self, person: int) -> Chat:
        return self.chats.setdefault(person, Chat(person))

    def write(self, chat: Chat, by: str, text: str, **facts: Any) -> Line:
        number = max(chat.lines, default=0) + 1
        line = Line(number, by, text, self.now(), **facts)
        line.raw = {"message_id": number, "date": int(line.at), "chat": chat_of(chat.number), "from": BOT}
        chat.lines[number] = line
        return line

    def keep(self, name: str, content: bytes, size: int | None = None) -> str:
        """Store a file; return its file_id."""
        number = len(self.files) + 1
        file_id = f"AgACfile{number:06d}"
        stored = Stored(name, content, size or len(content), f"documents/file_{number} {name}")
        self.files[file_id] = stored
        return file_id


# What the bot may call: name -> function(world, args) -> result


def get_me(world: World, args: Args) -> dict[str, Any]:
    """The bot itself."""
    return BOT


def send_message(world: World, args: Args) -> dict[str, Any]:
    """Write a text; refuse what cannot be read, is empty, too long or goes nowhere."""
    chat = _writable(world, args)
    text, entities = _formatted(args, "text", TEXT_LIMIT, "message is too long")
    if not text:
        raise bad("message text is empty")
    buttons, reply_to = _buttons(args), _reply(chat, args)
    return _sent(world, chat, text, entities=entities, buttons=buttons, reply_to=reply_to)


def send_photo(world: World, args: Args) -> dict[str, Any]:
    """Write a picture of at most 10 MB."""
    name, content = _uploaded(args, "photo")
    if len(content) > PHOTO_LIMIT:
        raise bad("file is too big for a photo; the maximum size is 10485760 bytes")
    if not content.startswith(PICTURES):
        raise bad("IMAGE_PROCESS_FAILED")
    return _send_file(world, args, "photo", name, content)


def send_document(world: World, args: Args) -> dict[str, Any]:
    """Write a file of at most 50 MB."""
    name, content = _uploaded(args, "document")
    if len(content) > UPLOAD_LIMIT:
        raise Refusal(413, "Request Entity Too Large")
    return _send_file(world, args, "document", name, content)


def edit_text(world: World, args: Args) -> bool | dict[str, Any]:
    """Change a text the bot wrote."""
    line = _editable(world, args)
    if line.file:
        raise bad("there is no text in the message to edit")
    text, entities = _formatted(args, "text", TEXT_LIMIT, "message is too long")
    if not text:
        raise bad("message text is empty")
    return _edit(world, args, line, text, entities)


def edit_caption(world: World, args: Args) -> bool | dict[str, Any]:
    """Change the words under a file the bot sent."""
    line = _editable(world, args)
    if not line.file:
        raise bad("there is no caption in the message to edit")
    text, entities = _formatted(args, "caption", CAPTION_LIMIT, "message caption is too long")
    return _edit(world, args, line, text, entities)


def answer_press(world: World, args: Args) -> bool:
    """Stop a button's spinner within 15 seconds."""
    press = world.presses.get(str(args.get("callback_query_id")))
    if press is None or world.now() - press.at > QUERY_AGE:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    press.answered = True
    return True


def get_file(world: World, args: Args) -> dict[str, Any]:
    """Tell where a file of at most 20 MB can be downloaded."""
    file = world.files.get(str(args.get("file_id")))
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if file.size > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return {"file_id": args["file_id"], "file_size": file.size, "file_path": file.path}


def set_menu(world: World, args: Args) -> bool:
    """Set the commands of one chat or of all."""
    scope = json.loads(args.get("scope", '{"type": "default"}'))
    if "chat_id" in scope:
        _writable(world, scope)
    commands = json.loads(args["commands"])
    if any(not 1 <= len(command["description"]) <= 256 for command in commands):
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    if any(not _is_command(command["command"]) for command in commands):
        raise bad("BOT_COMMAND_INVALID")
    world.menus[str(scope.get("chat_id", ""))] = commands
    return True


def chat_action(world: World, args: Args) -> bool:
    """Show "typing"."""
    _writable(world, args)
    return True


def set_webhook(world: World, args: Args) -> bool:
    """Call an https address at a port that is called, with a secret of letters that a header may hold."""
    url, secret = str(args.get("url", "")), str(args.get("secret_token", ""))
    if url and not url.startswith("https://"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if url and urlsplit(url).port not in CALLED_PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad("secret token contains unallowed characters")
    if "allowed_updates" in args:
        world.allowed = json.loads(args["allowed_updates"])
    world.call_at(url, secret, int(args.get("max_connections", 40)), drop=_drops(args))
    return True


def delete_webhook(world: World, args: Args) -> bool:
    """Call nothing any more."""
    world.call_at("", drop=_drops(args))
    return True


def webhook_info(world: World, args: Args) -> dict[str, Any]:
    """How the webhook is."""
    return telegram_calls.told(world.webhook, len(world.queue), world.allowed)


def _drops(args: Args) -> bool:
    return str(args.get("drop_pending_updates", "")).lower() in {"true", "1"}


METHODS: dict[str, Callable[[World, Args], Any]] = {
    "getMe": get_me,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "answerCallbackQuery": answer_press,
    "getFile": get_file,
    "setMyCommands": set_menu,
    "sendChatAction": chat_action,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
}


def _writable(world: World, args: Args) -> Chat:
    number = _number(args.get("chat_id"))
    chat = world.chats.get(number) if number is not None else None
    if chat is None and number in world.strangers:
        raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
    if chat is None or not chat.started:
        raise bad("chat not found")
    if chat.moved_to is not None:
        words, where = "group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": chat.moved_to}
        raise Refusal(400, f"Bad Request: {words}", where)
    if chat.deactivated:
        raise Refusal(403, "Forbidden: user is deactivated")
    if chat.blocked:
        by = "blocked by the user" if chat.number > 0 else "kicked from the supergroup chat"
        raise Refusal(403, f"Forbidden: bot was {by}")
    return chat


def _formatted(args: Args, name: str, limit: int, complaint: str) -> tuple[str, list[tuple[str, int, int]]]:
    """Return text and entities; the limit counts code points after the entities are read."""
    text, entities = str(args.get(name, "")), []
    mode = args.get("parse_mode", "")
    if mode not in {"", "HTML"}:
        raise bad("unsupported parse_mode")
    if mode:
        try:
            text, entities = telegram_html.parse(text)
        except telegram_html.BadHtml as error:
            raise bad(f"can't parse entities: {error}") from None
    if len(text.strip()) > limit:
        raise bad(complaint)
    return text.strip(), entities


def _buttons(args: Args) -> list[list[dict[str, str]]]:
    rows = json.loads(args.get("reply_markup", "{}")).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTON_LIMIT:
        raise bad("reply markup is too long")
    for button in buttons:
        _check_button(button)
    return rows


def _check_button(button: dict[str, Any]) -> None:
    if not str(button.get("text", "")).strip():
        raise bad("inline keyboard button text must be non-empty")
    data = button.get("callback_data")
    if not data and not button.get("url"):
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if data and len(data.encode()) > DATA_LIMIT:
        raise bad("BUTTON_DATA_INVALID")


def _uploaded(args: Args, name: str) -> tuple[str, bytes]:
    value = args.get(name)
    if not isinstance(value, tuple):
        raise bad(f"there is no {name} in the request")
    if not value[1]:
        raise bad("file must be non-empty")
    return value


def _send_file(world: World, args: Args, kind: str, name: str, content: bytes) -> dict[str, Any]:
    chat = _writable(world, args)
    text, entities = _formatted(args, "caption", CAPTION_LIMIT, "message caption is too long")
    buttons = _buttons(args)
    file = Sent(kind, name, len(content), world.keep(name, content))
    return _sent(world, chat, text, entities=entities, buttons=buttons, file=file)


def _sent(world: World, chat: Chat, text: str, **facts: Any) -> dict[str, Any]:
    """Write a message that nothing is wrong with, unless there were too many."""
    if wait := world.limits.take(chat.number, time.monotonic()):
        raise Refusal(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
    line = world.write(chat, "bot", text, **facts)
    told = _told(line)
    world.show(chat, line)
    return told


def _editable(world: World, args: Args) -> Line:
    chat = _writable(world, args)
    line = chat.lines.get(_number(args.get("message_id")) or 0)
    if line is None:
        raise bad("message to edit not found")
    if line.by != "bot" or line.too_old:
        raise bad("message can't be edited")
    return line


def _edit(world: World, args: Args, line: Line, text: str, entities: list[Any]) -> dict[str, Any]:
    buttons = _buttons(args)
    if (text, entities, buttons) == (line.text, line.entities, line.buttons):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message"
        )
    line.text, line.entities, line.buttons = text, entities, buttons
    line.edits += 1
    told = _told(line)
    world.show(_writable(world, args), line)
    return told


def _reply(chat: Chat, args: Args) -> int | None:
    target = json.loads(args.get("reply_parameters", "{}")).get("message_id")
    if target is not None and target not in chat.lines:
        raise bad("message to be replied not found")
    return target


def _told(line: Line) -> dict[str, Any]:
    """Bring what the API says about a line up to date and return it."""
    line.raw["caption" if line.file else "text"] = line.text
    line.raw["reply_markup"] = {"inline_keyboard": line.buttons}
    if line.file and line.file.kind == "document":
        line.raw["document"] = {"file_id": line.file.file_id, "file_name": line.file.name, "file_size": line.file.size}
    return line.raw


def shown(line: Line) -> dict[str, Any]:
    """A line as a transcript tells it."""
    return {name: value for name, value in asdict(line).items() if name != "raw"}


def person_of(number: int) -> dict[str, Any]:
    """The User object of a person."""
    return {"id": number, "is_bot": False, "first_name": f"Nguyễn Văn {number}", "language_code": "vi"}


def chat_of(number: int) -> dict[str, Any]:
    """The Chat object: a group where the number is negative."""
    if number < 0:
        return {"id": number, "type": "supergroup", "title": "Nhóm thử"}
    return {"id": number, "type": "private", "first_name": f"Nguyễn Văn {number}"}


def _id_of(item: Any) -> int:
    number = item.get("update_id") if isinstance(item, dict) else None
    return number if isinstance(number, int) else 0


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _is_command(word: str) -> bool:
    return 1 <= len(word) <= 32 and word.isascii() and word == word.lower() and word.replace("_", "a").isalnum()
