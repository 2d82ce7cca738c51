"""`make bench`: runs all measurements, prints them, and puts them into docs/performance.md between its markers."""

import asyncio
import contextlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import typer

from bot.deliver import AT_ONCE, PER_SECOND
from tests import databases, own_postgres
from tests.bench import answers, broadcast, exports, reading, scale, several, table
from tests.bench.answers import AIOGRAM, OURS, PTB, Round
from tests.bench.broadcast import Sent
from tests.bench.growth import Grown
from tests.bench.processes import PEERS, ROOT
from tests.bench.sizes import renew_bots

SETTINGS = (
    "this assistant: `main.py run` on uvloop, SQLite WAL, synchronous=FULL, gate, audit, inbox, outbox; then kill -9",
    f"its outbox: {AT_ONCE} on the wire at once, pushes at {PER_SECOND:g} a second less the answers",
    "python-telegram-bot: ConversationHandler with PicklePersistence, its defaults",
    "the same in the broadcast: AIORateLimiter with max_retries=5 (by default it loses what was refused)",
    "aiogram: finite states with MemoryStorage, its defaults",
    "all: the same questions, buttons and checks",
    "limits of the fake platform in the broadcast: 30 messages in any second, 1 a second and chat, else 429",
)
PARTS = ("answers", "broadcast", "growth", "exports", "reading", "processes", "scale")
EXPORTED = 1000  # branches of which documents are made
GROWTH_LIMIT = 300.0  # seconds one size of the growth may take


def main(
    rounds: int = 3,
    people: int = 300,
    at_once: int = 50,
    readers: int = 0,
    sizes: str = "",
    only: str = "",
    write: bool = True,
    postgres: str = "",
) -> None:
    """Measure all, or `only` some parts of PARTS (comma between them), which is not written down.

    A single round is the short bench: 1,500 `readers` and no growth beyond 1,000, unless given, and a tenth of a
    province. `postgres` is a server, else TEST_POSTGRES_URL names one, else an installed one is started meanwhile.
    """
    readers = readers or (3000 if rounds > 1 else 1500)
    chosen = sizes or ("100,1000,10000" if rounds > 1 else "100,1000")
    parts = only.split(",") if only else PARTS
    made = asyncio.run(_all(parts, rounds, people, at_once, readers, [int(each) for each in chosen.split(",")]))
    print(made)
    if write and not only:
        table.write(ROOT / "docs" / "performance.md", made)
        renew_bots()
    if {"processes", "scale"} & set(parts):
        with _server(postgres) as server:
            _on_postgres(server, parts, 1 if rounds > 1 else scale.SMALLER, write=write and not only)


def _on_postgres(server: str, parts: Sequence[str], smaller: int, *, write: bool) -> None:
    """Measure what needs a PostgreSQL; what that is told where there is none."""
    if "processes" in parts:
        several.main(server, write=write)
    if "scale" in parts:
        scale.main(server, smaller, write=write)


@contextlib.contextmanager
def _server(named: str) -> Iterator[str]:
    """Give the address of a PostgreSQL; "" where none is named or installed. One of our own writes to the disk."""
    programs = own_postgres.binaries()
    if named or databases.SERVER or not programs:
        yield named or databases.SERVER
        return
    with own_postgres.serving(programs, fsync=True) as server:
        yield server.url


async def _all(parts: Sequence[str], rounds: int, people: int, at_once: int, readers: int, sizes: Sequence[int]) -> str:
    names = [OURS, *([PTB, AIOGRAM] if PEERS.exists() else [])]
    lines = [
        _made_how(rounds),
        *([] if PEERS.exists() else ["The contenders could not be installed: measured without them."]),
        "\n".join(f"- {each}" for each in SETTINGS),
    ]
    if "answers" in parts:
        head = f"### {people} people, {at_once} at a time, six questions each, {rounds} rounds in rotating order"
        lines += [head, table.answers(await _rounds(names, rounds, people, at_once))]
    if "broadcast" in parts:
        head = f"### A broadcast to {readers} while somebody asks every {broadcast.EVERY:g} s, {rounds} rounds"
        sent = await _broadcasts(names, rounds, readers)
        lines += [head, table.broadcasts(sent), "### The message by which the office sees how far it is"]
        lines += [table.shown(sent[OURS], await broadcast.stop(readers), readers)]
    if "growth" in parts:
        grown = [each for size in sizes if (each := _grown(size))]
        lines += ["### Growth: branches × 3 deadlines × 30 members", table.growth(grown)]
    if "exports" in parts:
        head = f"### Documents of {EXPORTED} branches' whole year, while another person asks every {exports.EVERY:g} s"
        lines += [head, table.exports(await exports.run(EXPORTED))]
    if "reading" in parts:
        lines += ["### One reply read, processor time of one core", table.reading(reading.run())]
    return "\n\n".join([*lines, f"Load at the end: {os.getloadavg()[0]:.1f}."])


def _made_how(rounds: int) -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    return f"Measured {datetime.now(UTC):%Y-%m-%d} with `make bench ROUNDS={rounds}` on {machine}, {load}."


async def _rounds(names: list[str], rounds: int, people: int, at_once: int) -> dict[str, list[Round]]:
    taken: dict[str, list[Round]] = {name: [] for name in names}
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            made = await answers.take(name, people, at_once)
            print(f"{name}: {made.rate:.0f} answers a second, {made.cpu:.2f} ms each", file=sys.stderr, flush=True)
            taken[name].append(made)
    return taken


async def _broadcasts(names: list[str], rounds: int, readers: int) -> dict[str, list[Sent]]:
    """Run them side by side: each waits for its own platform's limit most of the time."""
    wanted = [name for name in names if name in broadcast.STARTS]
    taken: dict[str, list[Sent]] = {name: [] for name in wanted}
    for _ in range(rounds):
        for name, sent in zip(wanted, await asyncio.gather(*(broadcast.send(n, readers) for n in wanted)), strict=True):
            print(f"{name}: {sent.rate:.1f} a second, worst wait {sent.worst:.0f} ms", file=sys.stderr, flush=True)
            taken[name].append(sent)
    return taken


def _grown(size: int) -> Grown | None:
    """Measure in a process of its own, so that memory is this size's alone; None where it took too long."""
    import orjson

    command = [sys.executable, "-m", "tests.bench.growth", str(size)]
    try:
        said = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, timeout=GROWTH_LIMIT, check=True).stdout
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        print(f"{size} branches: {type(error).__name__}", file=sys.stderr, flush=True)
        return None
    return Grown(**orjson.loads(said))


if __name__ == "__main__":
    typer.run(main)
