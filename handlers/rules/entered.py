"""What the office is about to enter for branches, as its buttons carry it from step to step. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from campaigns.schema import Json

FIGURES = ("date", "attended", "total", "masses")


@dataclass(frozen=True, slots=True)
class Entry:
    """Figures by meaning for one branch; `unit` 0 while it is not known which.

    `kept` names those that were there before and not typed anew; `alone` that nothing of before is to be kept.
    """

    unit: int
    values: Mapping[str, Json]
    kept: Sequence[str] = ()
    alone: bool = False

    def over(self, before: Mapping[str, Json]) -> "Entry":
        """Return the entry with what it leaves unsaid as it was before; a total that was settled stays so."""
        kept = [] if self.alone else [name for name in FIGURES if name in before and name not in self.values]
        if not kept:
            return self
        carried = [*kept, *(["settled"] if "total" in kept and "settled" in before else [])]
        values = {name: before[name] for name in carried}
        return replace(self, values={**values, **self.values}, kept=(*kept, *self.kept))

    def by_itself(self) -> "Entry":
        """Return only what was typed."""
        left = {"settled", *self.kept} if "total" in self.kept else self.kept
        values = {name: value for name, value in self.values.items() if name not in left}
        return replace(self, values=values, kept=(), alone=True)


def _entry(kept: Sequence[str] = (), **stored: Any) -> Entry:
    return Entry(**stored, kept=tuple(kept))


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
        return cls(**{**stored, "entries": tuple(_entry(**each) for each in stored["entries"])})

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

    def completed(self, before: Mapping[int, Mapping[str, Json]]) -> "Draft":
        """Return the draft with what it leaves unsaid as it was: {unit: figures by meaning}."""
        return replace(self, entries=tuple(each.over(before.get(each.unit, {})) for each in self.entries))

    def with_total(self, unit: int, total: int) -> "Draft":
        """Return the draft with the number of those who must attend as the office settled it."""
        one = next((each for each in self.entries if each.unit == unit), Entry(unit, {}))
        return self.corrected(replace(one, values={**one.values, "total": total, "settled": True}))
