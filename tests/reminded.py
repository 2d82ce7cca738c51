"""Branches of an installation that do nothing but be reminded, at any hour: each once, whatever happens meanwhile.

What was made is counted from the database's rows and from the fake platform's transcripts.
"""

from collections.abc import Mapping, Sequence

from tests import faults
from tests.bench import organisation
from tests.several import Several

ALL_DAY = '[{"start": "00:00:00", "end": "23:59:59.999999"}]'
THEIRS = "unit.kind = 'branch' and unit.ordinal > {first}"
CALM = 240.0  # seconds until all that is due was made, on a busy machine
UNITS = " from obligation join unit on unit.id = obligation.unit_id where "


class Reminded:
    """The last `number` branches of an installation; the `first` before them do something else."""

    def __init__(self, processes: Several, first: int, number: int) -> None:
        self._processes, self._theirs, self.number = processes, THEIRS.format(first=first), number
        self.chats = [organisation.SECRETARIES + n for n in range(first + 1, first + number + 1)]
        self.made_due = 0

    async def begin(self) -> None:
        """Let reminders go out at any hour of any day, and the bot write to all of these people."""
        self._processes.do(f"update campaign set body = jsonb_set(body::jsonb, '{{windows}}', '{ALL_DAY}')::json")
        self._processes.do(
            "insert into day_override (committee_id, day, working) select committee.id, day::date, true"
            " from committee, generate_series(current_date - 1, current_date + 2, interval '1 day') as day"
        )
        await self._processes.telegram.call("open_chats", people=self.chats)

    def fall_due(self, number: int, after: float = 0.0) -> None:
        """Let the next reminders of so many branches be due in `after` seconds, by the database's clock."""
        number = min(number, self.number - self.made_due)
        self.made_due += number
        self._processes.do(
            f"update due set due_at = now() + interval '{after} seconds', valid_until = now() + interval '1 day'"
            " where id in (select due.id from due where fired_at is null and kind = 'rung' and occurrence = 'T-10'"
            f" and due_at > now() + interval '1 year' and obligation_id in (select obligation.id{UNITS}{self._theirs})"
            f" order by due.id limit {number})"
        )

    def waiting(self) -> int:
        """Return how many are due and were not made yet."""
        return int(self._processes.look("select count(*) from due where fired_at is null and due_at <= now()")[0][0])

    async def all_made(self) -> None:
        """Wait until nothing is due any more, nor soon will be."""

        async def nothing_left() -> bool:
            soon = "fired_at is null and due_at <= now() + interval '1 minute'"
            return self._processes.look(f"select count(*) from due where {soon}") == [(0,)]

        await faults.until(nothing_left, CALM)

    async def check(self, repeats: Mapping[str, int], due: int | None = None) -> int:
        """Make sure that what was due was made once, said once but for known repeats, and nothing else; count it."""
        expected = self.made_due if due is None else due
        look = self._processes.look
        assert look("select count(*) from due where kind = 'rung' and outcome = 'sent'") == [(expected,)]
        assert look("select count(*) from reminder") == [(expected,)]
        again = "select obligation_id, occurrence, person_id from reminder group by 1, 2, 3 having count(*) > 1"
        assert look(again) == []
        chats = ", ".join(f"'{chat}'" for chat in self.chats)
        written = f" from outbox join account on account.id = outbox.account_id where external_id in ({chats})"
        assert look(f"select count(*), count(distinct account_id){written}") == [(expected, expected)]
        await self._shown(repeats, expected)
        return expected

    async def _shown(self, repeats: Mapping[str, int], expected: int) -> None:
        said: dict[str, int] = await self._processes.telegram.call("said")
        shown = {str(chat): said.get(str(chat), 0) for chat in self.chats}
        assert sum(count > 0 for count in shown.values()) == expected
        assert _beyond(shown, repeats) == {}


def _beyond(shown: Mapping[str, int], repeats: Mapping[str, int]) -> dict[str, int]:
    """Return the chats that were told more often than once and their repeats."""
    return {chat: count for chat, count in shown.items() if count > 1 + repeats.get(chat, 0)}


def secretaries(people: int, after: int = 0) -> Sequence[int]:
    """Return the chats of so many secretaries, those of the first `after` branches left out."""
    return [organisation.SECRETARIES + n for n in range(after + 1, after + people + 1)]
