"""The shapes of the routing tables. Knows no handler."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.turn import Moment, Turn
from messages.reading import uploads
from models.due import Due
from models.role import RoleKind

ANYONE: frozenset[str] = frozenset()
"""Whoever writes, strangers too."""
EVERYBODY = frozenset(RoleKind)
OFFICE = frozenset({RoleKind.OFFICE})
LEADERS = frozenset({RoleKind.LEADER})
WATCHERS = frozenset({RoleKind.OFFICE, RoleKind.INSPECTION, RoleKind.LEADER})
"""Who may see all branches' figures."""
READERS = frozenset({RoleKind.OFFICE, RoleKind.INSPECTION})
"""Who sees a branch's own words (domain: only the office and the inspection committee), besides the branch."""
SECRETARIES = frozenset({RoleKind.SECRETARY})
SENDERS = frozenset({RoleKind.SECRETARY, RoleKind.DEPUTY})
"""Who may send a branch's report."""
WRITERS = SENDERS | {RoleKind.DRAFTER}
"""Who may fill in a branch's report."""
RECORDERS = WRITERS | {RoleKind.OFFICE, RoleKind.INSPECTION, RoleKind.EDITORIAL}
"""Who may fill in a short record; each kind says who of them (handlers.RECORDS)."""
EDITORS = frozenset({RoleKind.OFFICE, RoleKind.EDITORIAL})
"""Who may add excerpts."""


@dataclass(frozen=True)
class Command:
    """`act(turn, rest)`: `rest` is what was typed after the command. `names` are all its spellings, first = shown.

    `ahead` reads at once what the turns of many who type it need, given their units; it changes nothing.
    """

    act: Callable[[Turn, str], Awaitable[None]]
    who: frozenset[str]
    names: Sequence[str]
    ahead: Callable[[AsyncSession, Sequence[int]], Awaitable[None]] | None = None


@dataclass(frozen=True)
class Action:
    """`act(turn, **values)` when a button is pressed, `values` being those of its Choice."""

    act: Callable[..., Awaitable[None]]
    who: frozenset[str]


@dataclass(frozen=True)
class Expect:
    """`act(turn)` when plain text (or a file) comes while the conversation expects this.

    `ahead` reads what the turns of many such conversations need at once, given their subjects; it changes nothing.
    """

    act: Callable[[Turn], Awaitable[None]]
    who: frozenset[str]
    ahead: Callable[[AsyncSession, Sequence[dict[str, Any]]], Awaitable[None]] | None = None


DueHandler = Callable[[Moment, Sequence[Due]], Awaitable[None]]
"""Fires rows of one kind that are due; sets each row's `outcome`."""


@dataclass(frozen=True)
class MadeFile:
    """What a build function made: bytes, kind photo | document, and the name a person sees.

    `refused` says why a fetched file is not kept (messages.reading.uploads.verdict); its bytes are dropped then.
    """

    name: str
    kind: str
    content: bytes
    refused: str = ""


@dataclass(frozen=True)
class StoredFile:
    """A file now lying at `path` under DATA_DIR/files; one that is `refused` (why) was never put there."""

    name: str
    kind: str
    path: Path
    size: int
    sha256: str
    refused: str = ""


@dataclass(frozen=True)
class Build:
    """CPU work for a child process: `function(*arguments)` returns list[MadeFile]; all of it picklable.

    `longest` seconds it may take, where that is less than others may.
    """

    function: Callable[..., list[MadeFile]]
    arguments: tuple[Any, ...]
    longest: float | None = None


@dataclass(frozen=True)
class Ready:
    """Nothing to make or fetch: all there is to do is what `finish` does."""


@dataclass(frozen=True)
class Download:
    """A file to fetch from the platform of `bot_id`; kept under `name` if it is one of the kinds `taken`."""

    bot_id: int
    file_id: str
    name: str
    kind: str
    taken: frozenset[str] = uploads.TAKEN


@dataclass(frozen=True)
class JobKind:
    """`load` reads what is needed (None: nothing to do any more); `finish` records and tells.

    `working(moment, seconds, **values)` shows how long it has been going on, first after two seconds.
    """

    load: Callable[..., Awaitable[Build | Download | Ready | None]]
    finish: Callable[..., Awaitable[None]]
    failed: Callable[..., Awaitable[None]] | None = None  # told once, after the last try
    working: Callable[..., Awaitable[None]] | None = None
