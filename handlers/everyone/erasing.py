"""What follows when somebody was erased, part by part by jobs: each leaves the next, so that a stop loses nothing.

First the office learns what is vacant, then their words are emptied.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from handlers import posts
from handlers.routes import Ready, StoredFile
from handlers.turn import Moment
from messages.types import Choice, Value
from models import erasing, job, role
from models.erasing import Left
from models.outbox import new_token
from models.role import IN_A_BRANCH, Role, RoleKind

KIND = "erase"
VACANT = "vacant"
"""The step before those of models.erasing."""
ON_THE_WIRE = timedelta(seconds=2)
AGAIN = timedelta(hours=1)  # after a part that failed time and again: it is never given up


def begin(moment: Moment, left: Left, delay: timedelta = timedelta()) -> None:
    """Leave what is left to a job."""
    moment.later(KIND, delay, mark=new_token(), **asdict(left))


async def load(moment: Moment, **left: Any) -> Ready:
    """Nothing is made: the rows are emptied where the job ends."""
    return Ready()


async def finish(moment: Moment, made: Sequence[StoredFile], mark: str, **left: Any) -> None:
    """Do one part and leave the next; this one's row goes, for it holds the name."""
    this = Left(**left)
    rest = await (_vacant(moment, this) if this.step == VACANT else erasing.part(moment.session, this))
    if rest:
        begin(moment, rest, ON_THE_WIRE if rest.waits else timedelta())
    await _forget(moment, mark)


async def _vacant(moment: Moment, left: Left) -> Left:
    for each in await role.ended(moment.session, left.person, datetime.fromisoformat(left.at)):
        if each.kind != RoleKind.MEMBER:
            await _tell_vacant(moment, each)
    return replace(left, step=next(iter(erasing.STEPS)))


async def _tell_vacant(moment: Moment, held: Role) -> None:
    about: dict[str, Value] = {"role": held.kind}
    about |= {"unit": held.unit_id} if held.kind in IN_A_BRANCH else {}
    action = "invite.unit" if held.kind in IN_A_BRANCH else "invite.role"
    choices = [[Choice(action, about, "privacy.invite")]]
    await moment.tell_office("privacy.vacant", choices=choices, **await posts.post(moment, held.kind, held.unit_id))


async def failed(moment: Moment, mark: str, **left: Any) -> None:
    """Go on later."""
    begin(moment, Left(**left), AGAIN)
    await _forget(moment, mark)


async def _forget(moment: Moment, mark: str) -> None:
    await moment.session.flush()  # the next one's row first: an id is never given twice
    await job.forget(moment.session, KIND, mark)
