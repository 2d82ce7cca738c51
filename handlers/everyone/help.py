"""Shows each person just what they can do: words, buttons, the platforms' command menus. Does none of it."""

from collections.abc import Collection

import handlers
from handlers import posts
from handlers.everyone import unknown
from handlers.routes import Command
from handlers.rules import permissions
from handlers.turn import Turn
from messages import render
from messages.types import Choice
from models.role import RoleKind

MAIN = {
    RoleKind.OFFICE: ("summary", "review", "requests", "invite"),
    RoleKind.SECRETARY: ("report", "status", "conference", "dissemination"),
}
"""Commands worth a button, the likeliest first; whoever is both sees the office's."""
MAIN_OF_OTHERS = ("report", "status", "summary", "excerpt")
MOST_BUTTONS = 4
MEMBER_ALONE = ("excerpt", "privacy")
"""Of who is a member and nothing else: what the branch owes is the secretary's to look at."""
FIRST = {
    RoleKind.OFFICE: ("summary", "review", "requests", "branches", "deadlines", "export", "invite"),
    RoleKind.SECRETARY: ("report", "status", "conference", "dissemination", "stop"),
}
FIRST_OF_OTHERS = ("report", "status", "conference", "dissemination", "summary", "excerpt", "stop", "privacy")
"""Commands of the first page, the likeliest first; whoever has few more sees all at once."""
FEW, PAGE = 8, 7
BY_WORD = ("golive.pause", "golive.resume", "leave", "resume")
"""What is done at once where its command is given: without buttons it is named, never numbered."""


def menu_for(roles: Collection[str]) -> list[tuple[str, str]]:
    """Return (command, description) of all that somebody with these kinds of roles may do, in the order shown."""
    return [(route.names[0], render.word(key, "command")) for key, route in _open_to(roles)]


def _open_to(roles: Collection[str]) -> list[tuple[str, Command]]:
    """Return the routes in the order of the words file, which is the order people read."""
    return [
        (key, handlers.COMMANDS[key])
        for key in render.words("command")
        if key in handlers.COMMANDS and permissions.may(roles, handlers.COMMANDS[key].who)
    ]


async def command(turn: Turn, rest: str) -> None:
    """/help: what this person does most here; all of it where that is little."""
    shown, more = _first(turn), [[Choice("help.all")]] if _others(turn) else []
    buttons = _buttons(turn)
    typed = not turn.manners_here.buttons
    await turn.say(
        "help.commands",
        choices=[*(_numbered(shown) if typed else _rows(buttons)), *more],
        name=turn.me.name,
        posts=await posts.held(turn, turn.roles),
        commands=_described([key for key in shown if key in BY_WORD] if typed else shown),
        more=bool(more),
        coded=not turn.manners_here.quotes,
    )


def _first(turn: Turn) -> list[str]:
    """Return the commands of the first page, the likeliest first where they are numbered."""
    every = _keys(turn)
    first = next((FIRST[kind] for kind in FIRST if kind in _held(turn)), FIRST_OF_OTHERS)
    if len(every) <= FEW:
        return every
    return [key for key in (every if turn.manners_here.buttons else first) if key in first and key in every]


def _others(turn: Turn) -> list[str]:
    """Return what the first page leaves out, in the order people read."""
    first = _first(turn)
    return [key for key in _keys(turn) if key not in first]


def _keys(turn: Turn) -> list[str]:
    return [key for key, _ in _open_to(_held(turn)) if key != "help"]


def _held(turn: Turn) -> set[str]:
    return {each.kind for each in turn.roles}


def _buttons(turn: Turn) -> list[Choice]:
    held = _held(turn)
    others = MEMBER_ALONE if held == {RoleKind.MEMBER} else MAIN_OF_OTHERS
    main = next((MAIN[kind] for kind in MAIN if kind in held), others)
    return [_opening(key) for key in main if key in _keys(turn)][:MOST_BUTTONS]


def _opening(key: str) -> Choice:
    return Choice("help.open", {"command": key}, f"help.{key}")


def _rows(buttons: list[Choice]) -> list[list[Choice]]:
    return [buttons[place : place + 2] for place in range(0, len(buttons), 2)]


def _numbered(keys: list[str]) -> list[list[Choice]]:
    """Return a numbered line a command, instead of its name: nobody reads the same list twice."""
    return [[_opening(key)] for key in keys if key not in BY_WORD]


def _described(keys: list[str]) -> list[tuple[str, str]]:
    return [(handlers.COMMANDS[key].names[0], render.word(key, "command")) for key in keys]


async def show_all(turn: Turn, start: int = 0) -> None:
    """[Xem thêm]: what else is open to this person, a few lines at a time."""
    if turn.person is None:
        await unknown.old_button(turn)
        return
    left = _others(turn)[start:] or _keys(turn)
    page, typed = left[:PAGE], not turn.manners_here.buttons
    more = [[Choice("help.all", {"start": start + PAGE})]] if len(left) > PAGE else []
    await turn.say(
        "help.all",
        choices=[*(_numbered(page) if typed else []), *more],
        commands=_described([key for key in page if key in BY_WORD] if typed else page),
    )


async def open_command(turn: Turn, command: str) -> None:
    """Do a command by its button."""
    route = handlers.COMMANDS.get(command)
    if turn.person is None or route is None:
        await unknown.old_button(turn)
    elif not permissions.may({each.kind for each in turn.roles}, route.who):
        await unknown.not_yours(turn)
    else:
        await route.act(turn, "")
