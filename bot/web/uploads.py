"""Files that people attach on the local page: random names in one folder. Knows no account and no message."""

import asyncio
import os
import re
import secrets
import time
import unicodedata
from collections.abc import AsyncIterator
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from bot.channel import Refused
from bot.child import Child, TooLong
from bot.web.said import Attached, clean
from messages.reading import uploads

_NAME = re.compile(r"[0-9a-f]{32}")
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}
_NAME_BYTES = 120
_TAKEN = uploads.TAKEN | uploads.TABLES | uploads.PLANS  # what any handler may want; each then says which it takes


class TooLarge(Exception):
    """The file is larger than every channel takes."""


def picture_type(start: bytes) -> str:
    """Return the media type of a picture a browser shows, by its first bytes; "" for anything else."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    return next((media for magic, media in _PICTURES.items() if start.startswith(magic)), "")


def tidy_name(name: str) -> str:
    """Return a file's name for people: no folders, no control or direction characters, at most 120 bytes."""
    last = re.split(r"[/\\]", clean(name))[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Zl", "Zp"}).strip(" .")
    stem, dot, ending = shown.rpartition(".")
    room = _NAME_BYTES - len((dot + ending).encode())
    if dot and stem and room > 0:
        return stem.encode()[:room].decode("utf-8", "ignore") + dot + ending
    return shown.encode()[:_NAME_BYTES].decode("utf-8", "ignore")


ABANDONED = 3600.0  # seconds after which an upload that did not end never will


class Uploads:
    """Keeps files under `folder`, made when the first one comes; `apart` False looks at them in this process."""

    def __init__(self, folder: Path, *, apart: bool = True) -> None:
        self._folder, self._child = folder, Child(apart=apart)
        self._left = -ABANDONED  # seconds after which nobody writes on

    def sweep(self) -> None:
        """Remove what a crash left half taken: nobody has looked at it."""
        for unfinished in self._folder.glob("*.part"):
            with suppress(FileNotFoundError):  # another process ended it just now
                if time.time() - unfinished.stat().st_mtime > self._left:
                    unfinished.unlink()

    def share(self) -> None:
        """Be one of several processes: what another has just begun is left alone."""
        self._left = ABANDONED

    def close(self) -> None:
        """End the child process."""
        self._child.close()

    async def keep(self, chunks: AsyncIterator[bytes], name: str, album: str = "") -> Attached:
        """Look at a file, then write it durably; return how it can be fetched, or why it is not kept.

        Raise TooLarge, leaving nothing behind.
        """
        file_id = secrets.token_hex(16)
        tidy = tidy_name(name)
        size, start, why = await self._write(self._folder / file_id, chunks, tidy)
        return Attached(
            file_id=file_id,
            kind="photo" if picture_type(start) else "document",
            name="" if why == "secret" else tidy,
            size=size,
            album=album,
            refused=why,
        )

    async def _write(self, path: Path, chunks: AsyncIterator[bytes], name: str) -> tuple[int, bytes, str]:
        """Return size, first bytes, and why it was not kept."""
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        unfinished, size = path.with_suffix(".part"), 0
        try:
            with unfinished.open("wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > uploads.LARGEST:
                        raise TooLarge
                    await asyncio.to_thread(file.write, chunk)
                await asyncio.to_thread(_flush, file)
            start = await asyncio.to_thread(_start, unfinished)
            if not (why := await self._verdict(unfinished, name)):
                await asyncio.to_thread(_settle, unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
        return size, start, why

    async def _verdict(self, path: Path, name: str) -> str:
        try:
            return await self._child.run(_look, path, name)
        except (TooLong, BrokenExecutor):  # made to take long, or to fill the memory
            return "wrong_kind"

    def path(self, file_id: str) -> Path:
        """Return where a file lies; raise Refused for a name this folder never gives or no longer has."""
        path = self._folder / file_id
        if not _NAME.fullmatch(file_id) or not path.is_file():
            raise Refused("no such file")
        return path

    async def read(self, file_id: str) -> bytes:
        """Return a file's bytes; raise Refused."""
        return await asyncio.to_thread(self.path(file_id).read_bytes)


def _look(path: Path, name: str) -> str:
    return uploads.verdict(name, path.read_bytes(), _TAKEN)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _settle(unfinished: Path, path: Path) -> None:
    unfinished.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name, too, outlives a power cut
    finally:
        os.close(folder)
