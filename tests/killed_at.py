"""The program as it is, made to die or to err at one named place: `python -m tests.killed_at --point P … -- run …`.

Wraps one method at a seam and changes nothing else, unless told to hurry, that this machine's clock is wrong or
that there are few connections. Knows where the seams are; knows no test.
"""

import argparse
import functools
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import create_async_engine

from bot import files
from bot.telegram import TelegramChannel
from bot.zalo import ZaloChannel
from handlers import gate
from messages import ready
from models import database

HASTE = 0.05  # seconds
CHANNELS: tuple[Any, ...] = (TelegramChannel, ZaloChannel)


class Death:
    """Kills this process, as a power cut would, at the `nth` pass that has work in hand; notes what it was.

    `by` another signal: SIGSTOP freezes it there instead.
    """

    def __init__(self, point: str, nth: int, note: Path, by: signal.Signals = signal.SIGKILL) -> None:
        self._point, self._left, self._note, self._by = point, nth, note, by
        self.begun: list[str] = []  # messages that were on the wire at any time

    def passes(self, in_hand: Sequence[str]) -> None:
        """Say that the point is passed now; with nothing in hand it does not count."""
        self._left -= bool(in_hand)
        if in_hand and self._left == 0:
            self._note.write_text(json.dumps({"point": self._point, "in_hand": in_hand, "begun": self.begun}))
            os.kill(os.getpid(), self._by)


def fetched(death: Death) -> None:
    """Updates were fetched, nothing is committed."""
    _on_store(death, lambda store: _before(death, store))


def stored(death: Death) -> None:
    """Updates are committed to the inbox; the platform has not been told so."""
    _on_store(death, lambda store: _after(death, store))


def _on_store(death: Death, wrap: Callable[[Any], Any]) -> None:
    for channel in CHANNELS:
        channel.listen = _listening(channel.listen, wrap)


def _listening(listen: Any, wrap: Callable[[Any], Any]) -> Any:
    async def listened(self: Any, store: Any, *others: Any) -> None:
        await listen(self, wrap(store), *others)

    return listened


def _before(death: Death, store: Any) -> Any:
    async def dying(updates: Any) -> None:
        death.passes([update.key for update in updates])
        await store(updates)

    return dying


def _after(death: Death, store: Any) -> Any:
    async def dying(updates: Any) -> None:
        await store(updates)
        death.passes([update.key for update in updates])

    return dying


def in_turn(death: Death) -> None:
    """Handlers have done their work inside the transaction, whose COMMIT is the next thing to happen."""
    heard, hear = [], gate.hear

    async def hearing(turn: Any) -> None:
        await hear(turn)
        heard.append(str(turn.inbox_id))

    def commits(_connection: Any) -> None:
        death.passes(heard)
        heard.clear()

    gate.hear = hearing
    event.listen(Engine, "commit", commits)
    event.listen(Engine, "rollback", lambda _connection: heard.clear())


def committed(death: Death) -> None:
    """A message is committed and claimed, and about to be sent."""

    async def dying(send: Any, message: Any) -> Any:
        death.passes([message.key])
        return await send()

    _on_sending(dying)


def sent(death: Death) -> None:
    """The platform has answered that it took a message, which is not recorded yet."""

    async def dying(send: Any, message: Any) -> Any:
        result = await send()
        death.passes([message.key])
        return result

    _on_sending(dying)


def made(death: Death) -> None:
    """A job's file is made and lies where files lie; no row speaks of it."""
    store = files.store

    def storing(folder: Path, what: Any) -> Any:
        stored = store(folder, what)
        death.passes([str(stored.path)])
        return stored

    files.store = storing


def nowhere(_death: Death) -> None:
    """Nothing dies."""


def remember(death: Death) -> None:
    """Note every message that goes on the wire."""

    async def noting(send: Any, message: Any) -> Any:
        death.begun.append(message.key)
        return await send()

    _on_sending(noting)


def _on_sending(around: Callable[[Any, Any], Any]) -> None:
    for channel in CHANNELS:
        channel.send = _sending(channel.send, around)


def _sending(send: Any, around: Callable[[Any, Any], Any]) -> Any:
    async def sending(self: Any, message: Any) -> str:
        return await around(lambda: send(self, message), message)

    return sending


POINTS: dict[str, Callable[[Death], None]] = {
    each.__name__: each for each in (fetched, stored, in_turn, committed, sent, made, nowhere)
}


def break_on(words: str) -> None:
    """Let every turn err that hears these words, after its handler has written what it wrote."""
    hear = gate.hear

    async def hearing(turn: Any) -> None:
        await hear(turn)
        if words in turn.incoming.text:
            raise RuntimeError("a mistake in a handler")

    gate.hear = hearing


def hurry() -> None:
    """Ask Zalo again before a second has passed, read words when they are wanted: what is kept has no part in it."""
    ZaloChannel.__init__.__kwdefaults__["gap"] = HASTE
    ready.prepare = nothing


def set_ahead(seconds: float) -> None:
    """Let this machine's own clock be ahead, or behind."""
    right = time.time
    time.time = lambda: right() + seconds


def narrow(connections: int) -> None:
    """Let each pool have no more connections, and nobody wait for one longer than a second."""
    made = functools.partial(create_async_engine, pool_size=connections, max_overflow=0, pool_timeout=1.0)
    database.create_async_engine = made  # type: ignore[assignment]


def nothing() -> None:
    """Prepare nothing."""


def main() -> None:
    """Arm, then run the program's own command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--point", choices=POINTS, default="nowhere")
    parser.add_argument("--nth", type=int, default=1)
    parser.add_argument("--note", type=Path, default=Path(os.devnull))
    parser.add_argument("--break-on", default="")
    parser.add_argument("--hurry", action="store_true")
    parser.add_argument("--freeze", dest="by", action="store_const", const=signal.SIGSTOP, default=signal.SIGKILL)
    parser.add_argument("--ahead", type=float, default=0.0)
    parser.add_argument("--connections", type=int, default=0)
    parser.add_argument("words", nargs="+")
    options = parser.parse_args()
    set_ahead(options.ahead)
    if options.hurry:
        hurry()
    if options.connections:
        narrow(options.connections)
    death = Death(options.point, options.nth, options.note, options.by)
    remember(death)
    POINTS[options.point](death)
    if options.break_on:
        break_on(options.break_on)
    import main as program

    sys.argv = ["main.py", *options.words]
    program.app()


if __name__ == "__main__":
    main()
