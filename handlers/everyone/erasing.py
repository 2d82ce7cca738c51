"""The words of who was erased, emptied part by part by jobs: each leaves the next, so that a stop loses nothing."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from handlers.routes import Ready, StoredFile
from handlers.turn import Moment
from models import erasing, job
from models.erasing import Left
from models.outbox import new_token

KIND = "erase"
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
    rest = await erasing.part(moment.session, Left(**left))
    if rest:
        begin(moment, rest, ON_THE_WIRE if rest.waits else timedelta())
    await _forget(moment, mark)


async def failed(moment: Moment, mark: str, **left: Any) -> None:
    """Go on later."""
    begin(moment, Left(**left), AGAIN)
    await _forget(moment, mark)


async def _forget(moment: Moment, mark: str) -> None:
    await moment.session.flush()  # the next one's row first: an id is never given twice
    await job.forget(moment.session, KIND, mark)
