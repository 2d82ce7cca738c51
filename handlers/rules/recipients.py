"""Who of a branch is told: pure. Source: design, defaults (secretary, deputy from T-3 or in the secretary's place)."""

from collections.abc import Sequence
from datetime import date

from models.role import RoleKind
from models.standing import Answerer


def available(each: Answerer, day: date) -> bool:
    """Say whether somebody can be told something on that day."""
    return each.reachable and not (each.away_until and each.away_until >= day)


def reminded(answerers: Sequence[Answerer], day: date, *, deputy: bool) -> list[Answerer]:
    """Return the branch's secretaries, and its deputies if `deputy` or no secretary is available.

    People who cannot be reached are among them: the office must see them.
    """
    secretaries = [each for each in answerers if each.role == RoleKind.SECRETARY]
    deputies = [each for each in answerers if each.role == RoleKind.DEPUTY]
    alone = not any(available(each, day) for each in secretaries)
    return secretaries + (deputies if deputy or alone else [])


def asked(answerers: Sequence[Answerer], day: date, *, deputy: bool) -> list[Answerer]:
    """Return whom a reminder really goes to, each once; who is away is asked only when nobody else is reached."""
    leading = [each for each in answerers if each.role in (RoleKind.SECRETARY, RoleKind.DEPUTY)]
    found = [each for each in reminded(answerers, day, deputy=deputy) if available(each, day)]
    chosen = found or [each for each in leading if each.reachable]
    return list({each.person_id: each for each in reversed(chosen)}.values())[::-1]


def urged(answerers: Sequence[Answerer], day: date) -> Answerer | None:
    """Return the one person of a branch whom the office writes by hand: the secretary, else the deputy; or None."""
    leading = [each for each in answerers if each.role in (RoleKind.SECRETARY, RoleKind.DEPUTY)]
    return next((each for each in leading if available(each, day)), None)
