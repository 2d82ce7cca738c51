"""What the assistant does: the routing tables are its table of contents. No channel, no network, no clock.

A command, button, expected text, due row or job is found here by its name; the name says file and function.
"""

from handlers.everyone import unknown
from handlers.routes import ANYONE, Action, Command, DueHandler, Expect, JobKind

COMMANDS: dict[str, Command] = {}

ACTIONS: dict[str, Action] = {
    "unknown.nothing": Action(unknown.nothing, ANYONE),
}

EXPECTS: dict[str, Expect] = {}

DUES: dict[str, DueHandler] = {}

FIRE_LATE: frozenset[str] = frozenset()
"""Kinds whose handler is given rows that are no longer true as well, because it merges or reports them."""

JOBS: dict[str, JobKind] = {}

# What has no name of its own: who hears strangers, free words, files and changed messages.
STRANGER = unknown.command
WORDS = unknown.command
FILE = unknown.unreadable
EDITED = unknown.unreadable
