"""The register of branches from an office's own sheet: what would change, and changing it. Knows no file format."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import install
from messages.reading import fold
from models import headcount, unit
from models.committee import Committee
from models.unit import Unit

COUNTS = ("full", "probationary", "exempt", "masses")


@dataclass(frozen=True)
class Entry:
    """A branch as the sheet has it; None and "" where the sheet is silent."""

    row: int
    ordinal: int | None
    code: str
    name: str
    short_names: tuple[str, ...]
    full: int | None
    probationary: int | None
    exempt: int | None
    masses: int | None
    secretary: str
    deputy: str


@dataclass(frozen=True)
class Change:
    """What the sheet changes in one branch: `fields` by name, none for a branch that stays as it is."""

    row: int
    code: str
    name: str
    is_new: bool
    fields: tuple[str, ...]


def short(name: str) -> str:
    """Return a branch's name without "Chi bộ": "Bảo tàng"."""
    return re.sub(r"^chi\s+bộ\s+", "", name.strip(), flags=re.IGNORECASE)


def new_code(name: str, taken: Iterable[str]) -> str:
    """Make a code from the first letters of a name ("Bảo tàng" → BT), numbered if it is taken."""
    letters = "".join(word[0] for word in re.findall(r"\w+", fold.plain(short(name)))).upper() or "CB"
    known, number, code = set(taken), 2, letters
    while code in known:
        code, number = f"{letters}{number}", number + 1
    return code


async def settle(session: AsyncSession, owner: Committee, entries: Sequence[Entry]) -> list[tuple[Entry, Unit | None]]:
    """Match entries with branches, by code or else by name; entries without a code get the branch's or a new one."""
    known = list(await unit.branches(session, owner.id))
    matches = _matches(known, entries)
    taken = {*(each.code for each in known), *(each.code for each in entries), *install.RESERVED}
    found = []
    for entry in entries:
        match = matches.get(entry.row)
        code = entry.code or (match.code if match else new_code(entry.name, taken))
        taken.add(code)
        found.append((replace(entry, code=code, name=short(entry.name)), match))
    return found


def _matches(known: Sequence[Unit], entries: Sequence[Entry]) -> dict[int, Unit]:
    """Return the branch each row means. A code goes before a name: a branch may be renamed, or get another code."""
    by_code = {each.code: each for each in known}
    found = {each.row: by_code[each.code] for each in entries if each.code in by_code}
    meant = {each.id for each in found.values()}
    by_name = {fold.plain(each.name): each for each in known if each.id not in meant}
    for entry in entries:
        if entry.row not in found and (match := by_name.pop(fold.plain(short(entry.name)), None)):
            found[entry.row] = match
    return found


async def compare(session: AsyncSession, owner: Committee, entries: Sequence[Entry]) -> list[Change]:
    """Say what taking the sheet in would change, row by row; nothing is written."""
    return [
        Change(entry.row, entry.code, entry.name, match is None, await _fields(session, entry, match))
        for entry, match in await settle(session, owner, entries)
    ]


async def _fields(session: AsyncSession, entry: Entry, match: Unit | None) -> tuple[str, ...]:
    if match is None:
        return ()
    counts = await headcount.latest(session, match.id)
    before: dict[str, Any] = {
        "ordinal": match.ordinal,
        "code": match.code,
        "name": match.name,
        "short_names": tuple(match.short_names),
        "secretary": match.secretary_name,
        "deputy": match.deputy_name,
        **{each: getattr(counts, each, None) for each in COUNTS},
    }
    after = {name: getattr(entry, name) for name in before}
    return tuple(name for name, value in after.items() if value not in (None, "", ()) and value != before[name])


async def take_in(session: AsyncSession, owner: Committee, entries: Sequence[Entry], as_of: date) -> None:
    """Create or update every branch of the sheet; what the sheet does not say stays as it was."""
    settled = await settle(session, owner, entries)
    last = max((match.ordinal for _, match in settled if match), default=0)
    for place, (entry, match) in enumerate(settled, last + 1):
        await install.branch(
            session,
            owner,
            known=match,
            code=entry.code,
            name=entry.name,
            ordinal=entry.ordinal or (match.ordinal if match else place),
            as_of=as_of,
            short_names=entry.short_names or tuple(match.short_names if match else ()),
            secretary=entry.secretary or (match.secretary_name if match else ""),
            deputy=entry.deputy or (match.deputy_name if match else ""),
            **await _counts(session, entry, match),
        )


async def _counts(session: AsyncSession, entry: Entry, match: Unit | None) -> dict[str, int | None]:
    """Return the counts after the sheet; all None where it says nothing new."""
    before = await headcount.latest(session, match.id) if match else None
    stored = {each: getattr(before, each, None) for each in COUNTS}
    said = {each: getattr(entry, each) for each in COUNTS}
    merged = {each: stored[each] if said[each] is None else said[each] for each in COUNTS}
    return dict.fromkeys(COUNTS) if merged == stored else merged
