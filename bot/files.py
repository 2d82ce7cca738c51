"""Puts files under DATA_DIR: temporary name, fsync, rename, and only then may a row speak of them."""

import errno
import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from handlers.routes import MadeFile, StoredFile

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)


def store(folder: Path, made: MadeFile) -> StoredFile:
    """Write a file durably under a random name; return where it lies (relative to `folder`), size and sha256."""
    folder.mkdir(parents=True, exist_ok=True)
    name = secrets.token_hex(16) + Path(made.name).suffix.lower()[:8]
    temporary = folder / f".{name}"
    try:
        with temporary.open("wb") as file:
            file.write(made.content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(folder / name)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(folder)
    digest = hashlib.sha256(made.content).hexdigest()
    return StoredFile(made.name, made.kind, Path(name), len(made.content), digest)


def remove(folder: Path, stored: Sequence[StoredFile]) -> None:
    """Remove files that no row will ever name."""
    for each in stored:
        if not each.refused:
            (folder / each.path).unlink(missing_ok=True)


def is_full(error: Exception) -> bool:
    """Say whether nothing can be written at the moment: a full disk, or one that was made read-only."""
    return isinstance(error, OSError) and error.errno in FULL


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
