"""What tests make people do in the fake Telegram, and what they may look at: the control functions by name."""

import base64
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from tests.telegram_world import Press, Sent, World, chat_of, person_of, shown


class NoSuchThing(Exception):
    """A test asks for a message or a button that is not there."""


def say(
    world: World, person: int, text: str = "", reply_to: int | None = None, content: dict[str, Any] | None = None
) -> int:
    """Say words, or send any other `content` (voice, sticker, contact, location …); return the message id."""
    body = dict(content or {"text": text})
    if reply_to is not None:
        body["reply_to_message"] = _line(world, person, reply_to).raw
    return world.hear(person, body, text=text).message_id


def send_file(
    world: World,
    person: int,
    name: str,
    content: str,
    kind: str = "document",
    caption: str = "",
    album: str = "",
    size: int | None = None,
    reply_to: int | None = None,
) -> dict[str, Any]:
    """Send a photo or document (`content` in base64); `size` may claim more than there is."""
    file_id = world.keep(name, base64.b64decode(content), size)
    stored = world.files[file_id]
    body = _photo(file_id, stored.size) if kind == "photo" else _document(file_id, name, stored.size)
    body |= {"caption": caption} if caption else {}
    body |= {"media_group_id": album} if album else {}
    body |= {"reply_to_message": _line(world, person, reply_to).raw} if reply_to is not None else {}
    line = world.hear(person, body, text=caption, file=Sent(kind, name, stored.size, file_id))
    return {"message_id": line.message_id, "file_id": file_id}


def edit(world: World, person: int, message_id: int, text: str) -> None:
    """Change one's own message."""
    line = _line(world, person, message_id)
    line.text = text
    line.raw |= {"caption" if line.file else "text": text, "edit_date": int(world.now())}
    world.push({"edited_message": line.raw})


def press(world: World, person: int, message_id: int, label: str = "", data: str = "") -> str:
    """Press a button by its words, or send any data as a changed client can; return the query's id."""
    line = _line(world, person, message_id)
    data = data or _data(line.buttons, label)
    query = f"{len(world.presses) + 1:019d}"
    world.presses[query] = Press(world.now())
    body = {"id": query, "from": person_of(person), "message": line.raw, "chat_instance": "1", "data": data}
    world.push({"callback_query": body})
    return query


def member(world: World, person: int, status: str) -> None:
    """Block ("kicked") or unblock ("member") the bot."""
    world.chat(person).blocked = status == "kicked"
    old = "member" if status == "kicked" else "kicked"
    world.push({"my_chat_member": _change(world, person, chat_of(person), old, status)})


def add_to_group(world: World, person: int, group: int, status: str = "member", old: str = "left") -> None:
    """Put the bot in a group (a negative number), or change what it is there."""
    world.strangers.add(person)
    room = world.chat(group)
    room.started, room.blocked = True, status in {"left", "kicked"}
    world.push({"my_chat_member": _change(world, person, chat_of(group), old, status)})


def deactivate(world: World, person: int) -> None:
    """Delete a person's own account."""
    world.chat(person).deactivated = True


def migrate(world: World, group: int, to: int) -> None:
    """Turn a group into a supergroup, which has another id; updates of the old one may still be on their way."""
    world.chat(group).moved_to = to
    world.chat(to).started = True


def delete(world: World, person: int, message_id: int) -> None:
    """Delete a message from a chat."""
    del world.chat(person).lines[message_id]


def too_old(world: World, person: int, message_id: int) -> None:
    """Let a message grow too old to be edited."""
    _line(world, person, message_id).too_old = True


def push(world: World, update: dict[str, Any]) -> int | None:
    """Queue an update as it is, under the next id."""
    return world.push(update)


def push_raw(world: World, item: Any) -> None:
    """Queue anything, even without an id."""
    world.push_raw(item)


def chat(world: World, person: int) -> list[dict[str, Any]]:
    """The transcript of a chat."""
    return [shown(line) for line in world.chat(person).lines.values()]


def answered(world: World, query: str) -> bool:
    """Whether a button press was answered."""
    return world.presses[query].answered


def queued(world: World) -> list[Any]:
    """Updates that the bot has not confirmed."""
    return world.queue


def menu(world: World, person: str = "") -> list[dict[str, str]] | None:
    """The command menu of one chat, or the default one."""
    return world.menus.get(person)


def asked_for(world: World) -> list[str]:
    """The kinds of updates the bot asked for last."""
    return world.allowed


def file(world: World, file_id: str) -> str:
    """The bytes of a file, in base64."""
    return base64.b64encode(world.files[file_id].content).decode()


def pass_time(world: World, seconds: float) -> None:
    """Let time pass on Telegram's side."""
    world.ahead += seconds


def limit(world: World, burst: int = 1) -> None:
    """Enforce the platform's limits from now on; `burst` messages to one person may come at once."""
    world.limits.on, world.limits.burst = True, burst


def said(world: World) -> dict[str, int]:
    """How many messages the bot has written in each chat."""
    return {str(chat.number): sum(line.by == "bot" for line in chat.lines.values()) for chat in world.chats.values()}


def open_chats(world: World, people: list[int]) -> None:
    """Let people have pressed "Start" once: the bot may write to them."""
    for person in people:
        world.chat(person).started = True


def lies_at(world: World, url: str) -> None:
    """Let the public address of a webhook really lie here, or in turn at several, with spaces between them."""
    world.webhook.to = url


def be_set(world: World, url: str) -> None:
    """Let somebody else set a webhook behind the bot's back; what the bot asked for stays."""
    world.call_at(url)


def webhook(world: World) -> dict[str, Any]:
    """Address and secret of the webhook, and how all calls were answered."""
    return asdict(world.webhook)


async def post(world: World, update: Any, secret: str | None = None) -> int:
    """Call the webhook now, perhaps with another secret; return the status."""
    return (await world.caller.call(update, secret))[0]


CONTROLS: dict[str, Callable[..., Any]] = {
    action.__name__: action
    for action in (
        say,
        send_file,
        edit,
        press,
        member,
        add_to_group,
        deactivate,
        migrate,
        delete,
        too_old,
        push,
        push_raw,
        chat,
        answered,
        queued,
        menu,
        asked_for,
        file,
        pass_time,
        limit,
        said,
        open_chats,
        lies_at,
        be_set,
        webhook,
        post,
    )
}


def _line(world: World, person: int, message_id: int) -> Any:
    line = world.chat(person).lines.get(message_id)
    if line is None:
        raise NoSuchThing(f"no message {message_id} in the chat of {person}")
    return line


def _data(buttons: list[list[dict[str, str]]], label: str) -> str:
    found = {button["text"]: button.get("callback_data", "") for row in buttons for button in row}
    if not found.get(label):
        raise NoSuchThing(f"no button {label!r}, only {list(found)}")
    return found[label]


def _photo(file_id: str, size: int) -> dict[str, Any]:
    small = {"file_id": f"{file_id}s", "width": 90, "height": 60, "file_size": 1_000}
    return {"photo": [small, {"file_id": file_id, "width": 1280, "height": 853, "file_size": size}]}


def _document(file_id: str, name: str, size: int) -> dict[str, Any]:
    return {"document": {"file_id": file_id, "file_name": name, "file_size": size}}


def _change(world: World, person: int, where: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    bot = {"id": 1234567890, "is_bot": True, "first_name": "Trợ lý"}
    statuses = {"old_chat_member": {"status": old, "user": bot}, "new_chat_member": {"status": new, "user": bot}}
    return {"chat": where, "from": person_of(person), "date": int(world.now()), **statuses}
