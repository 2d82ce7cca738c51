"""What a child process is handed, pickled piece by piece while it is read.

Handed over as it is, all of it would be pickled in one go, and looked through by the memory's collector meanwhile:
everybody's answers would wait. Bytes are passed on as they are and looked into by nobody.
"""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Piece = TypeVar("Piece")


@dataclass(frozen=True)
class Parcel(Generic[Piece]):
    """Pieces in the order in which they were put in."""

    packed: list[bytes] = field(default_factory=list)

    def put(self, piece: Piece) -> None:
        """Add a piece as it is now."""
        self.packed.append(pickle.dumps(piece, pickle.HIGHEST_PROTOCOL))

    def __iter__(self) -> Iterator[Piece]:
        """Yield the pieces; each is made anew."""
        return (pickle.loads(each) for each in self.packed)  # noqa: S301 (put in by ourselves, as a pool's arguments)
