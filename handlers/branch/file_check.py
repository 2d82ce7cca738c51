"""Looks into a file that a branch sent, in a child process, and takes out again what must not be kept."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from handlers.branch import upload
from handlers.routes import Build, MadeFile, StoredFile
from handlers.turn import Moment
from messages.reading import uploads
from models.attachment import Attachment
from models.report import Report


async def load(moment: Moment, attachment: int) -> Build | None:
    """Say what to look into; None for a file that is gone."""
    kept = await moment.session.get(Attachment, attachment)
    return Build(look, (str(moment.files / kept.path), kept.name)) if kept and kept.path else None


def look(path: str, name: str) -> list[MadeFile]:
    """Return why a file is not kept ("" if it is) as the content of a small file."""
    return [MadeFile("verdict.txt", "document", uploads.verdict(name, Path(path).read_bytes()).encode())]


async def finish(moment: Moment, stored: list[StoredFile], attachment: int) -> None:
    """Take a refused file out of storage and out of its report, and say so; a good one stays."""
    answer = moment.files / stored[0].path
    why = answer.read_text(encoding="utf-8")
    answer.unlink(missing_ok=True)
    kept = await moment.session.get(Attachment, attachment)
    if why and kept:
        (moment.files / kept.path).unlink(missing_ok=True)
        kept.path, kept.file_id, kept.sha256, kept.name = "", "", "", ""
        await _out_of_report(moment, kept)
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
