"""What the office is about to enter for branches, as its buttons carry it from step to step. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import orjson

from campaigns.schema import Json


@dataclass(frozen=True, slots=True)
class Entry:
    """Figures by meaning for one branch; `unit` 0 while it is not known which."""

    unit: int
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Draft:
    """Entries not yet kept; 0 or "" is what is not known yet. `at` is the one read back alone, -1 for all together.

    `item` is the branch's own note that this answers, `file` a picture that came with it, `message` the platform's id
    of the words that were read.
    """

    entries: tuple[Entry, ...] = ()
    deadline: int = 0
    how: str = ""
    item: int = 0
    file: int = 0
    message: str = ""
    at: int = -1

    def dumped(self) -> str:
        """Return the draft as a button's value."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def loaded(cls, value: str) -> "Draft":
        """Return a draft from a button's value that `dumped` wrote."""
        stored = orjson.loads(value)
        return cls(**{**stored, "entries": tuple(Entry(**each) for each in stored["entries"])})

    @property
    def units(self) -> list[int]:
        """The branches that are known."""
        return [each.unit for each in self.entries if each.unit]

    @property
    def shown(self) -> Entry | None:
        """The entry to read back alone, None when a list is shown."""
        if len(self.entries) == 1:
            return self.entries[0]
        return self.entries[self.at] if 0 <= self.at < len(self.entries) else None

    def with_only(self, units: set[int]) -> "Draft":
        """Return the draft without the other branches."""
        return replace(self, entries=tuple(each for each in self.entries if each.unit in units))

    def without(self, unit: int) -> "Draft":
        """Return the draft without one branch; who was next is at its place now."""
        return self.with_only(set(self.units) - {unit})

    def corrected(self, given: Entry) -> "Draft":
        """Return the draft with other figures for one branch."""
        return replace(self, entries=tuple(given if each.unit == given.unit else each for each in self.entries))

    def with_total(self, unit: int, total: int) -> "Draft":
        """Return the draft with the number of those who must attend as the office settled it."""
        one = next((each for each in self.entries if each.unit == unit), Entry(unit, {}))
        return self.corrected(Entry(unit, {**one.values, "total": total, "settled": True}))
