"""What the assistant does: the routing tables are its table of contents. No channel, no network, no clock.

A command, button, expected text, due row or job is found here by its name; the name says file and function.
"""

from handlers.branch import excerpt, group_copy
from handlers.everyone import unknown
from handlers.routes import ANYONE, EVERYBODY, SECRETARIES, Action, Command, DueHandler, Expect, JobKind

COMMANDS: dict[str, Command] = {
    "excerpt": Command(excerpt.show, EVERYBODY, ("trichdan", "excerpt")),
}

ACTIONS: dict[str, Action] = {
    "unknown.nothing": Action(unknown.nothing, ANYONE),
    "excerpt.before": Action(excerpt.before, EVERYBODY),
    "excerpt.more": Action(excerpt.more, EVERYBODY),
    "excerpt.stop": Action(excerpt.stop, EVERYBODY),
    "excerpt.take": Action(excerpt.take, EVERYBODY),
    "group_copy.other": Action(group_copy.other, SECRETARIES),
    "group_copy.place": Action(group_copy.place, SECRETARIES),
    "group_copy.posted": Action(group_copy.posted, SECRETARIES),
    "group_copy.show": Action(group_copy.show, SECRETARIES),
}

EXPECTS: dict[str, Expect] = {}

DUES: dict[str, DueHandler] = {
    "excerpt": excerpt.fire,
}

FIRE_LATE: frozenset[str] = frozenset({"excerpt"})
"""Kinds whose handler is given rows that are no longer true as well, because it merges or reports them."""

JOBS: dict[str, JobKind] = {}

# What has no name of its own: who hears strangers, free words, files and changed messages.
STRANGER = unknown.command
WORDS = unknown.command
FILE = unknown.unreadable
EDITED = unknown.unreadable
