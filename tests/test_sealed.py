"""Sealed files: only the paper key opens them, and not one changed, missing or moved byte goes unseen."""

import io
import random

import pytest

from bot import sealed
from bot.sealed import CHUNK, HEADER, TAG, CannotOpen, Opener, Sealer, Why

SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK)


def seal(content: bytes) -> tuple[bytes, str]:
    """Return a sealed file and its key."""
    written, public = sealed.new_key()
    to = io.BytesIO()
    made = Sealer(to, public)
    for at in range(0, len(content), 100_000):
        made.write(content[at : at + 100_000])
    made.finish()
    return to.getvalue(), written


def opened(content: bytes, written: str) -> bytes:
    """Open it, reading in odd pieces."""
    source = Opener(io.BytesIO(content), sealed.read_key(written))
    return b"".join(iter(lambda: source.read(70_001), b""))


def why(content: bytes, written: str) -> Why:
    """Return why it cannot be opened."""
    with pytest.raises(CannotOpen) as refused:
        opened(content, written)
    return refused.value.why


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_is_opened(size: int) -> None:
    """Every size around a chunk's end comes back as it was, and is not readable in the file."""
    content = random.Random(size).randbytes(size)
    made, written = seal(content)
    assert opened(made, written) == content
    assert size < 20 or content[:20] not in made


def test_the_key_is_read_as_people_write_it() -> None:
    """Small letters, no spaces, one line, 0 for O and 1 for I; a slip is told from a wrong key."""
    made, written = seal(b"x")
    assert [len(line.split()) for line in written.splitlines()] == [7, 7]
    for way in (written.lower(), "".join(written.split()), written.translate(str.maketrans("OIB", "018"))):
        assert opened(made, way) == b"x"
    swapped = ("B" if written[0] == "A" else "A") + written[1:]
    assert why(made, swapped) is Why.NO_KEY
    assert why(made, "") is Why.NO_KEY
    assert why(made, written[:-4]) is Why.NO_KEY
    assert why(made, sealed.new_key()[0]) is Why.WRONG_KEY


def test_every_flipped_bit_is_found() -> None:
    """Anywhere in a small file, header and tag included."""
    made, written = seal(b"some content")
    for at in range(len(made)):
        flipped = bytearray(made)
        flipped[at] ^= 1 << (at % 8)
        assert why(bytes(flipped), written) in (Why.DAMAGED, Why.NOT_OURS, Why.WRONG_KEY, Why.CUT)


def test_a_file_that_ends_too_soon_is_found() -> None:
    """At every chunk's end and within; a byte too many as well."""
    made, written = seal(bytes(2 * CHUNK + 10))
    for end in (3, HEADER - 1, HEADER, HEADER + CHUNK + TAG, HEADER + 2 * (CHUNK + TAG), len(made) - 1):
        assert why(made[:end], written) in (Why.CUT, Why.DAMAGED), end
    assert why(made[: HEADER + CHUNK + TAG], written) is Why.CUT
    assert why(made + b"x", written) in (Why.CUT, Why.DAMAGED)


def test_chunks_cannot_be_moved() -> None:
    """Two chunks in each other's place, or one left out, are not what was written."""
    made, written = seal(random.Random(1).randbytes(3 * CHUNK))
    first, second, rest = made[HEADER:][: CHUNK + TAG], made[HEADER + CHUNK + TAG :][: CHUNK + TAG], None
    rest = made[HEADER + 2 * (CHUNK + TAG) :]
    assert why(made[:HEADER] + second + first + rest, written) is Why.DAMAGED
    assert why(made[:HEADER] + first + rest, written) is Why.DAMAGED


def test_another_programs_file_is_named() -> None:
    """A picture, an archive, an empty file."""
    written = sealed.new_key()[0]
    for content in (b"\x89PNG\r\n" + bytes(500), b"PK\x03\x04", b""):
        assert why(content, written) is Why.NOT_OURS
