"""Files sent with a report: what kinds are taken, kept as rows at once, fetched by a job. Opens none of them."""

from datetime import time
from pathlib import PurePath

from sqlalchemy import func, select

from handlers.branch.duties import Duty
from handlers.routes import Download
from handlers.turn import Moment, Turn
from messages.reading import uploads
from messages.types import Upload
from models.attachment import Attachment

TAKEN = frozenset({".jpg", ".jpeg", ".png", ".pdf", ".docx", ".xlsx"})


async def refused(turn: Turn) -> str:
    """Return why the file of this turn cannot be kept ("too_big", "wrong_kind", "too_many" …), "" if it can.

    What is in it is looked at when its bytes are there.
    """
    upload = turn.incoming.upload
    return _refused(upload) or ("too_many" if await _sent_today(turn) >= turn.files_a_day else "")


def _refused(upload: Upload | None) -> str:
    if upload is None or (upload.size or 0) > uploads.LARGEST:
        return "too_big"
    if upload.refused:
        return upload.refused
    named = PurePath(upload.name).suffix.lower()
    return "" if upload.kind == "photo" or named in TAKEN else "wrong_kind"


async def _sent_today(turn: Turn) -> int:
    """Count the files this person sent today, refused ones too."""
    begun = turn.at(turn.today, time())
    sent = Attachment.person_id == turn.me.id, Attachment.bot_id.is_not(None), Attachment.made_at >= begun
    return await turn.session.scalar(select(func.count()).select_from(Attachment).where(*sent)) or 0


async def keep(turn: Turn, duty: Duty | None) -> Attachment:
    """Keep the file of this turn with a duty (None: not known yet); its bytes follow."""
    upload = turn.incoming.upload
    if upload is None:
        raise LookupError("no file was sent")
    made = Attachment(
        committee_id=turn.committee.id,
        unit_id=duty.unit.id if duty else None,
        obligation_id=duty.id if duty else None,
        person_id=turn.me.id,
        bot_id=turn.account.bot_id,
        file_id=upload.file_id,
        kind=upload.kind,
        album=upload.album,
        name=PurePath(upload.name).name or "anh.jpg",
        size=upload.size or 0,
        made_at=turn.now,
    )
    turn.session.add(made)
    await turn.session.flush()
    turn.later("report_file", attachment=made.id)
    return made


async def fetch(moment: Moment, attachment: int) -> Download | None:
    """Say what to fetch; None once it is there."""
    kept = await moment.session.get(Attachment, attachment)
    if kept is None or kept.path or kept.bot_id is None:
        return None
    return Download(kept.bot_id, kept.file_id, kept.name, kept.kind)
