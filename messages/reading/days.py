"""Reads how an office words a deadline: "trước ngày 20/6", "hết thứ Sáu", "20/6"."""

import re
from dataclasses import dataclass
from datetime import date

from messages.reading import dates, fold

LONGEST = 60
_LEAD_IN = re.compile(
    r"^(?:h[aạ]n|d[oờ]i|l[uù]i|s[uử]a|chuy[eể]n)\b[^\d:]{0,30}?(?::| l[aà]| th[aà]nh| sang) ", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Due:
    """The day named; `mode` before | by, as worded; `text` the words to be quoted, "" for a bare day."""

    date: date
    mode: str
    text: str


def _worded(said: str) -> str:
    """ "hạn mới: trước ngày 20/6" is quoted without what leads to it."""
    return _LEAD_IN.sub("", said)


def read_due(said: str, *, today: date) -> Due | None:
    """Return the day meant, None where no day is named that can still come."""
    words = _worded(" ".join(said.split()))
    found = dates.read_date(words, today=today, tense="future").date
    if found is None or len(words) > LONGEST:
        return None
    plain = fold.plain(words)
    before = plain.startswith("truoc") or " truoc ngay " in f" {plain} "
    return Due(found, "before" if before else "by", words if before or plain.startswith(("den", "het", "cham")) else "")
