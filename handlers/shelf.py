"""Keeps what jobs made or fetched: a file becomes an attachment's row. Decides nothing and tells nobody."""

from typing import Any

from handlers.routes import StoredFile
from handlers.shape import SaidFile
from handlers.turn import Moment
from models.attachment import Attachment


async def put(moment: Moment, file: StoredFile, **about: Any) -> Attachment:
    """Keep a file and return its row; `about` the columns that say whose it is, and another kind or name."""
    kept = Attachment(
        **{
            "committee_id": moment.committee.id,
            "kind": file.kind,
            "name": file.name,
            "path": str(file.path),
            "size": file.size,
            "sha256": file.sha256,
            "made_at": moment.now,
            **about,
        }
    )
    moment.session.add(kept)
    await moment.session.flush()
    return kept


async def said(moment: Moment, file: StoredFile, **about: Any) -> SaidFile:
    """Keep a file and return it as something to send."""
    kept = await put(moment, file, **about)
    return SaidFile(kept.id, kept.kind)
