"""Two annotators of one half put aside: how far they agree, and which readings stand where they differ.

It knows no rule that reads replies, and gives figures, never a reply.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Case = dict[str, Any]
GIVEN = frozenset(("text", "today", "due", "nfd"))  # what both were shown: no label


@dataclass(frozen=True)
class Annotated:
    """One half as labelled twice, and whose labels stand where the two differ: first, second or either, by text."""

    first: list[Case]
    second: list[Case]
    rulings: dict[str, str]

    def pairs(self) -> list[tuple[Case, Case]]:
        """Give each reply as the first and as the second labelled it."""
        return list(zip(self.first, self.second, strict=True))

    def accepted(self) -> list[list[Case]]:
        """Give for each reply the readings that are right: one, or both where the ruling is either."""
        readings = {"first": slice(0, 1), "second": slice(1, 2), "either": slice(0, 2)}
        return [list(pair)[readings[self.rulings.get(pair[0]["text"], "first")]] for pair in self.pairs()]

    def differing(self) -> list[str]:
        """Give the texts of the replies that the two label differently in whatever slot."""
        return [first["text"] for first, second in self.pairs() if _labels(first) != _labels(second)]

    def agreement(self, slots: Sequence[str]) -> tuple[int, int]:
        """Give in how many replies all of these slots agree, and in how many either annotator filled one."""
        labelled = [(_labels(first, slots), _labels(second, slots)) for first, second in self.pairs()]
        filled = [pair for pair in labelled if any(pair)]
        return sum(first == second for first, second in filled), len(filled)

    def kappa(self) -> float:
        """Give Cohen's kappa of the intents: the agreement beyond that of two who label by chance, 1 at most."""
        n = len(self.first)
        one, other = (Counter(case["intent"] for case in cases) for cases in (self.first, self.second))
        by_chance = sum(one[intent] * other[intent] for intent in one) / n**2
        same = self.agreement(["intent"])[0] / n
        return 1.0 if by_chance == 1 else (same - by_chance) / (1 - by_chance)


def load(first: Path) -> Annotated | None:
    """Give a half with its second labels and rulings from the files beside it, None where it was labelled once."""
    second, ruled = (first.with_name(f"{first.stem}_{name}.yaml") for name in ("second", "adjudicated"))
    if not second.exists():
        return None
    rulings = {ruling["text"]: ruling["ruling"] for ruling in _load(ruled)["rulings"]}
    return Annotated(_load(first), _load(second), rulings)


def _load(file: Path) -> Any:
    return yaml.safe_load(file.read_text("utf-8"))


def _labels(case: Case, slots: Sequence[str] | None = None) -> Case:
    return {name: label for name, label in case.items() if (name not in GIVEN if slots is None else name in slots)}
