"""How a sent report is shown: which sending, when, whether in time, with which figures. Decides and says nothing."""

from typing import Any

from handlers.branch import wording
from handlers.branch.drafts import Draft
from handlers.rules import timeliness
from handlers.rules.timeliness import Dates
from handlers.turn import Moment
from models import conference
from models.report import Revision


def dates(draft: Draft) -> Dates:
    """Return the days that decide whether the report is in time."""
    return timeliness.of(draft.duty.deadline, draft.duty.owed.extended_to)


def values(moment: Moment, draft: Draft, revision: Revision) -> dict[str, Any]:
    """Return what templates say of a sending; `first` is the local day of the first one, which decides punctuality.

    `meeting`: what was attended is no conference.
    """
    first = moment.local(draft.duty.owed.first_sent_at or revision.sent_at).date()
    return {
        "title": draft.title,
        "branch": draft.duty.unit.name,
        "at": moment.local(revision.sent_at),
        "timeliness": str(timeliness.judge(first, dates(draft))),
        "first": first,
        "days_late": timeliness.days_late(first, dates(draft)),
        "after_closing": timeliness.after_closing(first, dates(draft)),
        "number": revision.number,
        "document": draft.form.document,
        "meeting": not any(each.prefill == conference.FORM for each in draft.form.questions),
        **wording.counted(revision.answers),
    }
