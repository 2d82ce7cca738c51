"""Sealed files: whoever has the public key can write one, only the paper key opens it. Knows no database.

A file is: MAGIC, the reader's key id, a fresh X25519 public key, then chunks of ChaCha20-Poly1305. A chunk's nonce is
its number and whether it is the last, so that a chunk that is missing, moved or left off at the end is found out.
"""

import base64
import binascii
import hashlib
import os
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"tro-ly-chi-bo 1\n"
KEY = 32  # bytes of either half of a key
ID = 8
HEADER = len(MAGIC) + ID + KEY
CHUNK = 256 * 1024  # bytes of plain content: what is held in memory
TAG = 16
CHECK = 3  # bytes of a written key that find a slip of the pen; 35 bytes are 56 letters and digits
GROUP = 4
GROUPS_A_LINE = 7


class Why(StrEnum):
    """Why a file cannot be opened; words.yaml, "unsealed"."""

    NO_KEY = "no_key"  # not a key, or a slip in it
    WRONG_KEY = "wrong_key"
    NOT_OURS = "not_ours"
    CUT = "cut"
    DAMAGED = "damaged"


class CannotOpen(Exception):
    """`why` a sealed file cannot be opened."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def new_key() -> tuple[str, str]:
    """Return the key to write on paper, and the public half that stays."""
    private = X25519PrivateKey.generate()
    raw = private.private_bytes_raw()
    letters = base64.b32encode(raw + hashlib.sha256(raw).digest()[:CHECK]).decode()
    groups = [letters[at : at + GROUP] for at in range(0, len(letters), GROUP)]
    lines = [groups[at : at + GROUPS_A_LINE] for at in range(0, len(groups), GROUPS_A_LINE)]
    return "\n".join(" ".join(line) for line in lines), private.public_key().public_bytes_raw().hex()


def read_key(written: str) -> X25519PrivateKey:
    """Read a key as people type it, 0 for O, 1 for I and 8 for B included; raise CannotOpen NO_KEY."""
    letters = "".join(each for each in written.upper() if each.isalnum()).translate(str.maketrans("018", "OIB"))
    try:
        raw = base64.b32decode(letters)
    except (binascii.Error, ValueError):
        raise CannotOpen(Why.NO_KEY) from None
    if len(raw) != KEY + CHECK or hashlib.sha256(raw[:KEY]).digest()[:CHECK] != raw[KEY:]:
        raise CannotOpen(Why.NO_KEY)
    return X25519PrivateKey.from_private_bytes(raw[:KEY])


def is_first_line(written: str) -> bool:
    """Say whether this is as long as the first of a key's two lines: the second is still to be typed."""
    return sum(each.isalnum() for each in written) == GROUP * GROUPS_A_LINE


def _id(public: bytes) -> bytes:
    return hashlib.sha256(MAGIC + public).digest()[:ID]


def _cipher(shared: bytes, header: bytes, public: bytes) -> ChaCha20Poly1305:
    made = HKDF(algorithm=SHA256(), length=KEY, salt=header + public, info=MAGIC).derive(shared)
    return ChaCha20Poly1305(made)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealer:
    """A file that is written and never read: `write` as often as needed, `finish` once."""

    def __init__(self, to: BinaryIO, public: str) -> None:
        """Write the header to `to`; `public` is what `new_key` returned."""
        theirs, ours = bytes.fromhex(public), X25519PrivateKey.generate()
        self._header = MAGIC + _id(theirs) + ours.public_key().public_bytes_raw()
        shared = ours.exchange(X25519PublicKey.from_public_bytes(theirs))
        self._cipher = _cipher(shared, self._header, theirs)
        self._to, self._waiting, self._number = to, bytearray(), 0
        to.write(self._header)

    def write(self, content: bytes) -> int:
        """Take content in; whole chunks go on."""
        self._waiting += content
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(content)

    def finish(self) -> None:
        """Write what is left, marked as the last."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._to.write(self._cipher.encrypt(_nonce(self._number, last), chunk, self._header))
        self._number += 1


class Opener:
    """A sealed file's content, read once from the beginning. Every byte that is given was authenticated."""

    def __init__(self, source: BinaryIO, key: X25519PrivateKey) -> None:
        """Read the header; raise CannotOpen."""
        self._source, self._left, self._number, self._ended = source, b"", 0, False
        header = source.read(HEADER)
        if not header.startswith(MAGIC):
            raise CannotOpen(Why.CUT if MAGIC.startswith(header) and header else Why.NOT_OURS)
        if len(header) < HEADER:
            raise CannotOpen(Why.CUT)
        ours = key.public_key().public_bytes_raw()
        if header[len(MAGIC) :][:ID] != _id(ours):
            raise CannotOpen(Why.WRONG_KEY)
        self._header = header
        try:
            shared = key.exchange(X25519PublicKey.from_public_bytes(header[-KEY:]))
        except ValueError:  # a public key of zeros
            raise CannotOpen(Why.DAMAGED) from None
        self._cipher = _cipher(shared, header, ours)
        self._next = source.read(CHUNK + TAG)

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, b"" at the end; raise CannotOpen."""
        while len(self._left) < size and not self._ended:
            self._left += self._chunk()
        given, self._left = self._left[:size], self._left[size:]
        return given

    def _chunk(self) -> bytes:
        sealed, self._next = self._next, self._source.read(CHUNK + TAG)
        last = not self._next
        try:
            chunk = self._cipher.decrypt(_nonce(self._number, last), sealed, self._header)
        except InvalidTag:
            raise CannotOpen(self._fault(sealed, last)) from None
        self._number, self._ended = self._number + 1, last
        return chunk

    def _fault(self, sealed: bytes, last: bool) -> Why:
        """Tell a file that ends too soon from one that was changed."""
        if not last:
            return Why.DAMAGED
        try:
            self._cipher.decrypt(_nonce(self._number, False), sealed, self._header)
        except InvalidTag:
            return Why.CUT if len(sealed) < CHUNK + TAG else Why.DAMAGED
        return Why.CUT


def store(path: Path, content: bytes) -> None:
    """Write a small file durably, for its owner alone: whole or not at all."""
    unfinished = path.with_name(f"{path.name}.part")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
    unfinished.replace(path)
