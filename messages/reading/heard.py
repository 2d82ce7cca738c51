"""What was found in one message, before it is given a meaning. Knows no meaning."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from messages.reading import almanac, numbers, words
from messages.reading.dates import DateReading, Found
from messages.reading.words import Phrase, Told

Known = TypeVar("Known")
_APPOSED = 2  # tokens from one day to the next with a comma between
_THEN = 7  # tokens


@dataclass(frozen=True, slots=True)
class Heard:
    """All that was found in one message before it is given a meaning; `places` are the tokens of what was `found`.

    What rules ask again and again is found out once: a hostile message may name hundreds of days.
    """

    told: Told
    found: tuple[Found, ...]
    places: tuple[int, ...]
    counts: numbers.Counts
    today: date
    due: date | None
    items: int | None = None
    _once: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, what: Any, find: Callable[[], Known]) -> Known:
        """Return what is known under a name, found out when it is first asked for."""
        if what not in self._once:
            self._once[what] = find()
        known: Known = self._once[what]
        return known

    def read(self, found: Found, tense: almanac.Tense) -> DateReading:
        """Give the day meant in that tense."""
        return self.once((found, tense), lambda: found.reading(today=self.today, tense=tense, due=self.due))

    def direction(self, found: Found) -> int:
        """Give -1, 0 or 1 for past, today and future; a day without a year is the nearest one."""
        return self.once((found, "direction"), lambda: self._direction(found))

    def _direction(self, found: Found) -> int:
        back = (found.is_past and not self.is_only_then(found)) or self.is_since(found)
        reading = self.read(found, "past" if back else "any")
        start, end = reading.range or (reading.date, reading.date)
        return 0 if start is None or end is None else (start > self.today) - (end < self.today)

    def is_fixed(self, found: Found) -> bool:
        """Say whether the words alone decide between past and future ("mai", "tuần sau")."""
        return self.read(found, "past") == self.read(found, "future")

    def place(self, found: Found) -> int:
        """Give the token that stands for it."""
        return self.places[self.found.index(found)]

    def clause(self, found: Found) -> int:
        """Give the clause it stands in."""
        return self.told.clauses[self.place(found)]

    def is_since(self, found: Found) -> bool:
        """ "đã gửi từ thứ bảy": since a day, of something done."""
        before = self.told.tokens[max(self.place(found) - 1, 0)]
        return before in ("từ", "tu") and self.told.has("did", "closed") and not self.told.has("promise")

    def is_only_then(self, found: Found) -> bool:
        """ "hôm 28 mới họp" is to come; "hôm qua mới họp", "hôm 15 mới họp xong" are not."""
        told, at = self.told, self.place(found)
        return any(
            at < only.start <= at + _THEN
            and told.clauses[only.start] == told.clauses[at]
            and not any(told.clauses[end.start] == told.clauses[at] for end in ends_of(told))
            for only in told.all("only_then")
        )

    def repeats(self, found: Found) -> bool:
        """In "hôm qua, chủ nhật, …" the weekday only says again which day was meant."""
        at = self.found.index(found)
        before = self.found[at - 1] if at and found.is_weekday else None
        if before is None or not self.is_fixed(before) or self.place(found) - self.place(before) > _APPOSED:
            return False
        day = self.read(before, "any").date
        return day is not None and day in (self.read(found, "past").date, self.read(found, "future").date)

    def ahead(self) -> Iterator[Found]:
        """Give what is to come."""
        return (found for found in self.found if self.direction(found) > 0 and not self.repeats(found))


def ends_of(told: Told) -> tuple[Phrase, ...]:
    """Give the words that end a deed: "xong", "rồi"."""
    return (*told.all("finished"), *told.all("closed"))


def length(heard: Heard) -> int:
    """Give how many words it has, particles left out."""
    return sum(word[0].isalpha() and not words.is_particle(word) for word in heard.told.tokens)


def without_particles(tokens: tuple[str, ...]) -> list[str]:
    """Give the tokens without what closes a sentence politely."""
    left = list(tokens)
    while left and (words.is_particle(left[-1]) or not left[-1].strip(".,;!?…")):
        left.pop()
    return left
