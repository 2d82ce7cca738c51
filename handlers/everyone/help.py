"""Shows each person just what they can do: words, buttons, the platforms' command menus. Does none of it."""

from collections.abc import Collection, Iterable, Sequence

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
"""Commands of the first page; whoever has few more sees all at once."""
FEW = 9


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
    """/help: what this person does most here; all of it where that is little.

    Where nothing can be pressed, what has a number is not listed a second time.
    """
    held = {each.kind for each in turn.roles}
    every, first = menu_for(held), _first(held)
    names = _names(first)
    shown = every if len(every) <= FEW else [each for each in every if each[0] in names]
    more = [[Choice("help.all")]] if len(shown) < len(every) else []
    keys = (
        _main(held) if turn.manners_here.buttons or not more else [key for key in first if key in dict(_open_to(held))]
    )
    said = shown if turn.manners_here.buttons else [each for each in shown if each[0] not in _names(keys)]
    await turn.say(
        "help.commands",
        choices=[*_buttons(keys), *more],
        name=turn.me.name,
        posts=await posts.held(turn, turn.roles),
        commands=said,
        more=bool(more),
        coded=not turn.manners_here.quotes,
    )


def _first(held: Collection[str]) -> Sequence[str]:
    return next((FIRST[kind] for kind in FIRST if kind in held), FIRST_OF_OTHERS)


def _main(held: Collection[str]) -> list[str]:
    others = MEMBER_ALONE if held == {RoleKind.MEMBER} else MAIN_OF_OTHERS
    main = next((MAIN[kind] for kind in MAIN if kind in held), others)
    return [key for key in main if key in dict(_open_to(held))][:MOST_BUTTONS]


def _names(keys: Iterable[str]) -> set[str]:
    return {handlers.COMMANDS[key].names[0] for key in keys}


def _buttons(keys: Sequence[str]) -> list[list[Choice]]:
    buttons = [Choice("help.open", {"command": key}, f"help.{key}") for key in keys]
    return [buttons[place : place + 2] for place in range(0, len(buttons), 2)]


async def show_all(turn: Turn) -> None:
    """[Tất cả việc]: every command open to this person."""
    if turn.person is None:
        await unknown.old_button(turn)
    else:
        await turn.say("help.all", commands=menu_for({each.kind for each in turn.roles}))


async def open_command(turn: Turn, command: str) -> None:
    """Do a command by its button."""
    route = handlers.COMMANDS.get(command)
    if turn.person is None or route is None:
        await unknown.old_button(turn)
    elif not permissions.may({each.kind for each in turn.roles}, route.who):
        await unknown.not_yours(turn)
    else:
        await route.act(turn, "")
