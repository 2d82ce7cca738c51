"""Watches a test's database from beneath: which records each transaction changed, and which audit lines it wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, text

from tests.world import World

WATCHED = {
    "obligation": ("state", "extended_to", "excused", "promised_on", "closed"),
    "revision": ("*", "recalled_at", "answers"),
    "report": ("reopened", "on_behalf", "confirmed_at", "reviewer_id", "self_reviewed"),
    "role": ("*", "ended_at", "kind", "unit_id"),
    "person": ("name", "pushes", "excerpts", "left_at", "away_until"),
    "consent": ("*",),
    "excerpt": ("*", "text", "checked_by_id", "approved_by_id", "withdrawn", "ordinal"),
    "campaign": ("state", "facts", "body"),
    "deadline": (
        "due_date",
        "last_on_time",
        "opens_on",
        "grace_to",
        "closes_on",
        "office_wanted_on",
        "superseded",
        "cancelled",
    ),
    "committee": ("paused", "facts"),
    "invitation": ("*", "uses_left", "revoked_at"),
    "account": ("person_id", "preferred"),
    "day_override": ("*", "day", "working"),
    "attachment": ("path", "unit_id", "obligation_id"),
    "item": ("*", "state", "taken_by_id"),
    "issue": ("*",),
    "activity": ("*", "place", "count", "on_day", "title", "url", "attachment_id", "removed_at"),
    "template": ("*", "removed_at"),
    "excuse": ("*", "undone_at"),
    "signed_copy": ("*", "removed_at"),
}
"""Records that nobody may change unseen: their columns; "*" a new row, too."""

EXPECTED = {
    "obligation": ("report.", "duty.", "review.", "item."),
    "revision": ("report.", "person.erased"),
    "report": ("report.", "review."),
    "role": ("invitation.used", "role.ended", "person.erased"),
    "person": ("person.", "consent.", "excerpts.", "role.ended"),
    "consent": ("consent.", "excerpts.", "invitation.used", "person.erased"),
    "excerpt": ("excerpt.", "campaign.start"),  # those of a new plan come with it
    "campaign": (
        "plan.",
        "campaign.",
        "setup.",
        "consent.excerpts",
    ),  # that what the plan lacks was asked for, just after
    "deadline": ("deadline.", "setup."),
    "committee": ("campaign.", "setup.", "codes.", "layout."),
    "invitation": ("invitation.", "person.erased"),
    "account": ("account.", "invitation.used", "person.erased"),
    "day_override": (),  # nothing in chat sets one yet: a line it leaves must be named here
    "attachment": ("report.", "file.", "person.erased"),
    "item": ("item.",),
    "issue": ("export.",),
    "activity": ("activity.",),
    "template": ("template.",),
    "excuse": ("duty.",),
    "signed_copy": ("report.",),
}
"""How the acts begin that tell of a change of these records."""
PROGRAM = frozenset({"reminder.call_wanted", "item.call", "item.close", "codes.stopped"})
"""What the assistant does of itself, nobody having said anything."""


@dataclass(frozen=True)
class Seen:
    """One transaction: `changes` "table.column" or "table.*", `lines` (act, person id) of the audit."""

    changes: frozenset[str]
    lines: tuple[tuple[str, int | None], ...]


@dataclass
class Watch:
    """What was seen so far; `apart` while a test itself writes."""

    seen: list[Seen] = field(default_factory=list)
    apart: bool = False
    last: int = 0

    def check(self) -> None:
        """AssertionError names a change that no line of the same transaction tells of, or a line that names nobody."""
        for each in self.seen:
            for table in {change.partition(".")[0] for change in each.changes}:
                told = [line for line in each.lines if line[0].startswith(EXPECTED[table])]
                assert told, f"no line of the audit tells of {sorted(each.changes)}, only {each.lines}"
                assert any(person or act in PROGRAM for act, person in told), f"{told} name nobody"


def triggers() -> Iterator[str]:
    """Return the statements that write every change down, whoever makes it, past any ORM."""
    yield "CREATE TABLE changes (what TEXT)"
    for table, columns in WATCHED.items():
        for column in columns:
            what = f"INSERT INTO changes VALUES ('{table}.{column}'); END"
            if column == "*":
                yield f"CREATE TRIGGER new_{table} AFTER INSERT ON {table} BEGIN {what}"
            else:
                changed = f"WHEN OLD.{column} IS NOT NEW.{column}"
                changed += " AND OLD.path != ''" if table == "attachment" else ""  # it comes when it was fetched
                yield f"CREATE TRIGGER set_{table}_{column} AFTER UPDATE OF {column} ON {table} {changed} BEGIN {what}"


async def begin(world: World) -> Watch:
    """Begin to watch a world on SQLite; what the test writes by itself is left out."""
    watch, write = Watch(), world.write

    async def put(session: Any) -> None:
        for statement in triggers():
            await session.execute(text(statement))

    async def by_hand(work: Any) -> Any:
        with _apart(watch):
            return await write(work)

    await write(put)
    world.write = by_hand  # type: ignore[method-assign]  # the assistant itself writes past it
    event.listen(world.assistant.database.engine.sync_engine, "commit", lambda connection: _look(watch, connection))
    return watch


@contextmanager
def _apart(watch: Watch) -> Iterator[None]:
    watch.apart = True
    yield
    watch.apart = False


def _look(watch: Watch, connection: Any) -> None:
    lines = connection.execute(text("SELECT id, act, person_id FROM audit WHERE id > :last"), {"last": watch.last})
    found = lines.all()
    watch.last = max([watch.last, *(row.id for row in found)])
    changes = frozenset(connection.execute(text("SELECT what FROM changes")).scalars())
    if changes:
        connection.execute(text("DELETE FROM changes"))
        if not watch.apart:
            watch.seen.append(Seen(changes, tuple((row.act, row.person_id) for row in found)))
