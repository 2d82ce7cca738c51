"""Reads that somebody is away until a day ("tôi đi công tác đến 5/6"); knows no role and keeps no reason."""

import re
from datetime import date

from messages.reading import dates, fold

_AWAY = re.compile(
    r"(?<!\w)(?:di cong tac|di vang|vang mat|nghi phep|nghi om|nghi che do|nghi mat|di hoc|di phep"
    r"|nam vien|di nuoc ngoai|nghi)(?!\w)"
)
_UNTIL = re.compile(r"(?<!\w)(?:den het|toi het|den|toi|het|qua)(?: ngay| hom)? (?P<day>[^,.;]+)")


def read_absence(text: str, *, today: date) -> date | None:
    """Return the last day somebody says they are away, None if they say no such thing."""
    plain = fold.plain(text)
    away = _AWAY.search(plain)
    if not away:
        return None
    until = _UNTIL.search(plain, away.end())
    if not until:
        return None
    day = dates.read_date(fold.fold(text).lower[until.start("day") :], today=today, tense="future").date
    return day if day and day >= today else None
