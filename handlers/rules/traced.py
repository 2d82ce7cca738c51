"""From a total of the report upward back to the branches' figures that it adds, as kept with a version. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from messages.documents import summed

FIGURES = ("summoned", "exempt", "attended", "masses", "pledged", "items")
"""Figures with a name of their own; attendance is of the branches that gave both of its numbers."""
ATTENDANCE = frozenset({"summoned", "exempt", "attended"})


@dataclass(frozen=True, slots=True)
class Source:
    """What one branch adds to one total: a `figure` by name, or "" with `words`; `sending` the id of what it sent."""

    title: str
    figure: str
    words: str
    branch: str
    number: int
    mark: str = ""
    sending: int | None = None


def sources(figures: Mapping[str, Any]) -> list[Source]:
    """Return all that the totals of a kept version are made of, duty by duty, figure by figure, in register order."""
    found = [each for part in figures["parts"] for each in _of_part(part)]
    beside = figures.get("beside", {})
    return found + [Source("", name, "", branch, n) for name, by in beside.items() for branch, n in by.items()]


def _of_part(part: Mapping[str, Any]) -> Iterator[Source]:
    lines = [line for line in part["lines"] if line["how"] == summed.COUNTED]
    for name in FIGURES:
        for line in lines:
            both = line["summoned"] is not None and line["attended"] is not None
            if line.get(name) is not None and (both or name not in ATTENDANCE):
                yield _source(part, line, name, "", line[name])
    for question in part.get("sums", {}):
        for line in lines:
            if question in line["counts"]:
                yield _source(part, line, "", part["names"][question], line["counts"][question])
    for key, kept in (("choices", "chosen"), ("tallies", "tallies")):
        for question, options in part[key].items():
            for value, label, _ in options:
                words = f"{part.get('names', {}).get(question, question)}: {label}"
                yield from _chosen(part, lines, kept, question, str(value), words)


def _chosen(
    part: Mapping[str, Any], lines: list[Any], kept: str, question: str, value: str, words: str
) -> Iterator[Source]:
    """Give 1 for each branch that chose so, or how often it was at that place."""
    for line in lines:
        given = line.get(kept, {}).get(question)
        number = (given or {}).get(value) if kept == "tallies" else int(given == value)
        if number:
            yield _source(part, line, "", words, number)


def _source(part: Mapping[str, Any], line: Mapping[str, Any], figure: str, words: str, number: int) -> Source:
    return Source(part["title"], figure, words, line["name"], number, line["mark"], line["revision"])


def totals(found: list[Source]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Return {(duty, figure, its words): (total, of how many branches)}, in the order of the sources."""
    added: dict[tuple[str, str, str], tuple[int, int]] = {}
    for each in found:
        total, branches = added.get(key := (each.title, each.figure, each.words), (0, 0))
        added[key] = (total + each.number, branches + 1)
    return added
