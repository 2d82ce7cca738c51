"""A PostgreSQL server of a test's or the bench's own, which may be stopped, and a socket before one that may be cut."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest

from tests import databases

SOCKET = ".s.PGSQL.5432"


class OwnPostgres:
    """A server on a socket in a folder of its own; without `fsync` it is quicker, and a power cut would harm it."""

    def __init__(self, folder: Path, binaries: Path, *, fsync: bool = False) -> None:
        self._folder, self._binaries, self._fsync = folder, binaries, "on" if fsync else "off"
        self.url = f"postgresql+asyncpg://postgres@/postgres?host={folder}"

    def make(self) -> None:
        """Make the cluster and start it."""
        self._do("initdb", "-D", str(self._folder / "db"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale")
        self.start()

    def start(self) -> None:
        """Start; what was going on when it was stopped at once is recovered first."""
        options = f"-c listen_addresses='' -c unix_socket_directories='{self._folder}' -c fsync={self._fsync}"
        self._control("-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop as a power cut does."""
        self._control("-m", "immediate", "stop")

    def _control(self, *words: str) -> None:
        self._do("pg_ctl", "-D", str(self._folder / "db"), "-w", *words)

    def _do(self, name: str, *words: str) -> None:
        """Run one of its programs, which root may not."""
        before = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run([*before, str(self._binaries / name), *words], check=True, stdout=subprocess.DEVNULL, timeout=60)


def binaries() -> Path | None:
    """Return the folder of its programs, None where it is not installed: Debian keeps them off the PATH."""
    if found := sorted(Path("/usr/lib/postgresql").glob("*/bin")):
        return found[-1]
    on_path = shutil.which("pg_ctl")
    return Path(on_path).parent if on_path else None


def _needed() -> Path:
    if found := binaries():
        return found
    if os.environ.get("REQUIRE_POSTGRES"):
        pytest.fail("PostgreSQL's own programs are not here")
    pytest.skip("PostgreSQL's own programs are not here")


@contextlib.contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Give a test a server; skip where the programs are not here."""
    databases.needs_postgres()
    with serving(_needed()) as server:
        yield server


@contextlib.contextmanager
def serving(programs: Path, *, fsync: bool = False) -> Iterator[OwnPostgres]:
    """Give a server, running."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path has 107 letters at most
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    server = OwnPostgres(folder, programs, fsync=fsync)
    try:
        server.make()
        yield server
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Cable:
    """A socket that leads to the server's. Cut, it carries nothing more, and neither side is told."""

    def __init__(self, folder: Path, server: str) -> None:
        """`server` is the path of the server's socket."""
        self._path, self._server = folder / SOCKET, server
        self._whole = asyncio.Event()
        self._whole.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends: list[asyncio.StreamWriter] = []
        self._listening: asyncio.Server | None = None

    @property
    def folder(self) -> Path:
        """What stands for the host in an address."""
        return self._path.parent

    async def lay(self) -> None:
        """Begin to carry."""
        self._path.parent.mkdir()
        self._listening = await asyncio.start_unix_server(self._carry, str(self._path))

    def cut(self) -> None:
        """Carry nothing until it is mended."""
        self._whole.clear()

    def mend(self) -> None:
        """Carry again, also what waited."""
        self._whole.set()

    async def remove(self) -> None:
        """End all that is carried and close every socket."""
        if self._listening:
            self._listening.close()
            await self._listening.wait_closed()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for end in self._ends:
            end.close()
        await asyncio.gather(*(end.wait_closed() for end in self._ends), return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.append(writer)
        await self._whole.wait()
        there_reader, there_writer = await asyncio.open_unix_connection(self._server)
        self._ends.append(there_writer)
        ways: Sequence[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
        ways = ((reader, there_writer), (there_reader, writer))
        self._tasks |= {asyncio.create_task(self._way(*way)) for way in ways}

    async def _way(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                await self._whole.wait()
                sink.write(data)
                await sink.drain()
        sink.close()


@contextlib.asynccontextmanager
async def laid(folder: Path, server: str) -> AsyncIterator[Cable]:
    """Give a cable in a folder of its own to the server's socket, removed at the end."""
    cable = Cable(folder, server)
    await cable.lay()
    try:
        yield cable
    finally:
        await cable.remove()
