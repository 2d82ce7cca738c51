"""A plan that was read, as JSON: what `main.py plan --json` prints, and all of it as the chat keeps it."""

from dataclasses import asdict
from datetime import date
from typing import Any

from messages.reading.plan.shapes import Basis, Duty, Passage, PlanRead, When


def shown(read: PlanRead) -> dict[str, Any]:
    """Return what is printed; days in ISO, null where the plan is silent."""
    return {
        "number": read.number,
        "date": _iso(read.date),
        "issuer": read.issuer,
        "topic": read.topic,
        "legal_basis": [_basis(each) for each in read.legal_basis],
        "duties": [_duty(each) for each in read.duties],
        "recipients": list(read.recipients),
    }


def _basis(each: Basis) -> dict[str, Any]:
    return {"number": each.number, "date": _iso(each.date), "issuer": each.issuer}


def _duty(each: Duty) -> dict[str, Any]:
    return {
        "who": each.who,
        "text": each.text,
        "due_text": each.when.due_text,
        "due_mode": each.when.mode,
        "due_date": _iso(each.when.due_date),
        "last_on_time": _iso(each.when.last_on_time),
        "recurrence": each.when.recurrence,
        "report_to": each.report_to,
    }


def stored(read: PlanRead) -> dict[str, Any]:
    """Return all of it."""
    found: dict[str, Any] = asdict(read)
    return found


def loaded(found: dict[str, Any]) -> PlanRead:
    """Return what `stored` gave, perhaps through JSON."""
    duties = [{**each, "when": When(**_dated(each["when"], "due_date", "last_on_time"))} for each in found["duties"]]
    return PlanRead(
        **{
            **_dated(found, "date"),
            "legal_basis": tuple(Basis(**_dated(each, "date")) for each in found["legal_basis"]),
            "duties": tuple(Duty(**each) for each in duties),
            "recipients": tuple(found["recipients"]),
            "passages": tuple(Passage(**each) for each in found["passages"]),
        }
    )


def _dated(found: dict[str, Any], *names: str) -> dict[str, Any]:
    days = {name: date.fromisoformat(found[name]) for name in names if isinstance(found[name], str)}
    return {**found, **days}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
