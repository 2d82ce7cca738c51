"""Files sent with a report: what kinds are taken, kept as rows at once, fetched by a job. Opens none of them."""

from pathlib import PurePath

from handlers.branch.duties import Duty
from handlers.routes import Download, StoredFile
from handlers.turn import Moment, Turn
from messages.types import Upload
from models.attachment import Attachment

TAKEN = frozenset({".jpg", ".jpeg", ".png", ".pdf", ".docx", ".xlsx"})
LARGEST = 20_000_000  # bytes a bot may fetch from Telegram


def refused(upload: Upload | None) -> str:
    """Return why a file cannot be kept ("too_big", "wrong_kind"), "" if it can."""
    if upload is None or (upload.size or 0) > LARGEST:
        return "too_big"
    named = PurePath(upload.name).suffix.lower()
    return "" if upload.kind == "photo" or named in TAKEN else "wrong_kind"


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


async def fetched(moment: Moment, stored: list[StoredFile], attachment: int) -> None:
    """Remember where the bytes lie, and have them looked at."""
    kept = await moment.session.get_one(Attachment, attachment)
    kept.path, kept.size, kept.sha256 = str(stored[0].path), stored[0].size, stored[0].sha256
    moment.later("file_check", attachment=attachment)
