"""Hears what became of a file that was fetched: where it lies, or why it is not kept. Opens none of them."""

from typing import Any

from sqlalchemy import select

from handlers.branch import upload
from handlers.routes import StoredFile
from handlers.turn import Moment
from models import activity, branch_plan
from models.attachment import Attachment
from models.report import Report


async def fetched(moment: Moment, stored: list[StoredFile], attachment: int) -> None:
    """Remember where the bytes lie; take a file that was refused out of its report, and say so."""
    kept = await moment.session.get_one(Attachment, attachment)
    if why := stored[0].refused:
        await _refused(moment, kept, why)
    else:
        kept.path, kept.size, kept.sha256 = str(stored[0].path), stored[0].size, stored[0].sha256
        await upload.kept_now(moment, kept)


async def failed(moment: Moment, attachment: int) -> None:
    """Say so where the file could not be fetched after all tries."""
    if kept := await moment.session.get(Attachment, attachment):
        await _refused(moment, kept, "gone")


async def _refused(moment: Moment, kept: Attachment, why: str) -> None:
    kept.path, kept.file_id, kept.sha256, kept.name = "", "", "", ""
    await _out_of_report(moment, kept)
    await activity.forget_file(moment.session, kept.id)
    await branch_plan.forget_file(moment.session, kept.id)
    await upload.refused(moment, kept, why)


async def _out_of_report(moment: Moment, kept: Attachment) -> None:
    found = (await moment.session.scalars(select(Report).where(Report.obligation_id == kept.obligation_id))).first()
    if found is None:
        return
    answers = {name: _without(each, kept.id) for name, each in found.answers.items()}
    if answers != found.answers:
        found.answers, found.counter = answers, found.counter + 1


def _without(answer: dict[str, Any], attachment: int) -> dict[str, Any]:
    """Return a stored answer without a file that is no more."""
    value = answer.get("value")
    if not isinstance(value, dict) or attachment not in value.get("files", ()):
        return answer
    left = [each for each in value["files"] if each != attachment]
    return {**answer, "value": {**value, "files": left}}
