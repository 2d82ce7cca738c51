"""Named checks of answers: a value and what else is known in, what to say about it out (None: nothing odd).

Pure. What firing does (refuse, ask, tell the office) is the form's to say; the words are in messages/vi/report/.
Figures go by their meaning ("total", "attended", "date"), whatever a form calls its questions.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from messages.reading import hours, people

Known = Mapping[str, Any]
"""Facts, answers and figures by name; days are dates."""
Found = dict[str, Any] | None
Check = Callable[[Any, Known], Found]


def in_future(day: date, known: Known) -> Found:
    """Fire for a day after today: what is reported has happened (domain: conference date ≤ today)."""
    return {"day": day} if day > known["today"] else None


def in_past(day: date, known: Known) -> Found:
    """Fire for a day before today where one to come is asked."""
    return {"day": day} if day < known["today"] else None


def before_plan(day: date, known: Known) -> Found:
    """Fire for a day before the plan, or before its newest basis while its own date is unset (domain: ≥ plan date)."""
    first = known.get("plan_date")
    return {"day": day, "plan_date": first} if first and day < first else None


def after_last_on_time(day: date, known: Known) -> Found:
    """Fire for a conference held after the last on-time day (plan II.1.2)."""
    last = known.get("last_on_time")
    return {"day": day, "last_on_time": last} if last and day > last else None


def before_conference(day: date, known: Known) -> Found:
    """Fire for a make-up session before the conference it makes up for."""
    held = known.get("date")
    return {"day": day, "held_on": held} if held and day < held else None


def plan_after_conference(reference: Mapping[str, str], known: Known) -> Found:
    """Fire for a branch's own plan dated after its conference (plan II.1.1: the plan comes first)."""
    held, written = known.get("date"), reference.get("date")
    if not (held and written and date.fromisoformat(written) > held):
        return None
    return {"day": date.fromisoformat(written), "held_on": held}


def outside_period(day: date, known: Known) -> Found:
    """Fire for a day outside the quarter that is reported."""
    start, end = known.get("period_start"), known.get("period_end")
    if not (start and end) or start <= day < end:
        return None
    return {"day": day, "quarter": known["quarter"]}


def outside_plan(speaker: str, known: Known) -> Found:
    """Fire for a speaker the plan does not name (plan II.1.3: secretary, standing committee, department leader)."""
    return {} if speaker in ("deputy_secretary", "other") else None


def differs_from_register(total: int, known: Known) -> Found:
    """Fire for a total that is not the register's less the exempt (domain: denominator rule)."""
    register = known.get("register")
    return {"total": total, "register": register} if register is not None and total != register else None


def far_from_register(total: int, known: Known) -> Found:
    """Fire for a total below half of the register's or above twice: rather a slip than people who came or left."""
    register = known.get("register")
    return {"total": total, "register": register} if register and not register <= 2 * total <= 4 * register else None


def above_summoned(attended: int, known: Known) -> Found:
    """Fire for more present than had to come (domain: attended ≤ total)."""
    total = known.get("total")
    return {"attended": attended, "total": total} if total is not None and attended > total else None


def nobody(attended: int, known: Known) -> Found:
    """Fire for nobody present."""
    return {} if attended == 0 else None


def below_half(attended: int, known: Known) -> Found:
    """Fire for fewer than half present, nobody apart."""
    total = known.get("total")
    return {"attended": attended, "total": total} if total and 0 < 2 * attended < total else None


def share(attended: int, known: Known) -> Found:
    """Always give the rate, to be shown (domain: the percentage is computed, never typed)."""
    total = known.get("total")
    return {"attended": attended, "total": total} if total and attended <= total else None


def above_absent(number: int, known: Known) -> Found:
    """Fire for more than were absent: make-up attendance is capped at the total, never added twice."""
    absent = known.get("absent")
    return {"number": number, "absent": absent} if absent is not None and number > absent else None


def above_register_masses(masses: int, known: Known) -> Found:
    """Fire for more non-members than the unit has by the register."""
    register = known.get("register_masses")
    return {"masses": masses, "register": register} if register is not None and masses > register else None


def above_members(pledged: int, known: Known) -> Found:
    """Fire for more pledges than members, the exempt included."""
    total = known.get("total")
    if total is None or pledged <= total + known.get("exempt", 0):
        return None
    return {"pledged": pledged, "members": total + known.get("exempt", 0)}


def not_a_link(words: str, known: Known) -> Found:
    """Fire for an address that no browser would open."""
    return None if re.fullmatch(r"https?://[^\s/]+\.[^\s]+", words.strip()) else {}


def not_an_hour(words: str, known: Known) -> Found:
    """Fire for words that name neither an hour nor a part of the day."""
    return None if words in hours.PARTS or hours.read_time(words) else {}


def names_a_person(words: str, known: Known) -> Found:
    """Fire where somebody seems to be named: what is found is about the work (domain 6)."""
    return {} if people.names_someone(words) else None


def jumps(value: Any, known: Known) -> Found:
    """Fire for a figure many times more or less than that of an earlier period, where either is no small number.

    `known` has the form's own `times` and `least`, the question's `unit`, and `before`: the earlier answer, if any.
    """
    before = known.get("before")
    old, new = _figure(before.value if before else None), _figure(value)
    if old is None or new is None or max(old, new) < known["least"]:
        return None
    if max(old, new) < known["times"] * (min(old, new) or known["least"]):  # nothing at all is no figure to multiply
        return None
    ratio, rest = divmod(new, old) if old else (0, 0)
    said = {"old": old, "new": new, "unit": known["unit"], "ratio": ratio, "more": bool(rest)}
    return {**said, "quarter": before.quarter if before else ""}


def differs_from_records(value: Any, known: Known) -> Found:
    """Fire for an answer that is not what was recorded elsewhere: places as a whole, or a day.

    `known` has `recorded`: where the branch posted, or the day that its other report of the period tells. Nothing
    recorded contradicts nothing: nobody has to record in chat.
    """
    recorded = known.get("recorded")
    if not recorded:
        return None
    if isinstance(value, dict):
        told, kept = sum(value.values()), sum(recorded.values())
        return {"told": told, "recorded": kept} if kept and told != kept else None
    day = date.fromisoformat(str(recorded))
    return {"day": value, "on": day} if value != day else None


def _figure(value: Any) -> int | None:
    """Return a number, also of an estimate {"number": 12}."""
    found = value.get("number") if isinstance(value, dict) else value
    return found if isinstance(found, int) and not isinstance(found, bool) else None


CHECKS: dict[str, Check] = {
    "jumps": jumps,
    "differs_from_records": differs_from_records,
    "not_a_link": not_a_link,
    "not_an_hour": not_an_hour,
    "names_a_person": names_a_person,
    "in_future": in_future,
    "in_past": in_past,
    "before_plan": before_plan,
    "after_last_on_time": after_last_on_time,
    "before_conference": before_conference,
    "plan_after_conference": plan_after_conference,
    "outside_period": outside_period,
    "outside_plan": outside_plan,
    "differs_from_register": differs_from_register,
    "far_from_register": far_from_register,
    "above_summoned": above_summoned,
    "nobody": nobody,
    "below_half": below_half,
    "share": share,
    "above_absent": above_absent,
    "above_register_masses": above_register_masses,
    "above_members": above_members,
}
"""Every check a form may name."""
