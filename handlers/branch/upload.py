"""A photo or file of the paper report: kept on its deadline, put before the office, the form offered (voice 13)."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from handlers.branch import acts, duties, figures, files, remind, subject
from handlers.branch.duties import Duty
from handlers.everyone import unknown
from handlers.office import items, offered
from handlers.routes import OFFICE, WRITERS
from handlers.turn import Moment, Turn
from messages.reading.replies import read_reply
from messages.types import Choice
from models import account as accounts
from models import attachment, item
from models.attachment import Attachment
from models.item import ItemKind
from models.notice import NoticeKind
from models.person import Person

TOGETHER = timedelta(minutes=1)
"""Between two pictures of one album at most, where the platform names no albums: they come one by one."""


async def file(turn: Turn) -> None:
    """A file that nothing was waiting for."""
    upload = turn.incoming.upload
    if not turn.holds(WRITERS) and turn.holds(OFFICE) and offered.takes(turn):
        await offered.ask(turn)
    elif not turn.holds(WRITERS):
        await turn.say("upload.office" if turn.holds(OFFICE) else "upload.member")
    elif why := await files.refused(turn):
        await turn.say("upload.refused", why=why)
    elif upload and (album := upload.album or await _just_begun(turn)) and (first := await _first_of(turn, album)):
        await _more_of_album(turn, first)
    else:
        await _first(turn)


async def _just_begun(turn: Turn) -> str:
    """Return the album of the picture sent just before, where pictures sent together do not say so; "" for none."""
    upload = turn.incoming.upload
    if turn.manners_here.albums or turn.incoming.text or upload is None or upload.kind != "photo":
        return ""
    last = await attachment.last_of(turn.session, turn.me.id, turn.account.bot_id)
    fresh = last and last.kind == "photo" and last.file_id and turn.now - last.made_at <= TOGETHER
    return last.album if last and fresh else ""


async def _first_of(turn: Turn, album: str) -> Attachment | None:
    found = await attachment.of_album(turn.session, turn.me.id, album)
    return found[0] if found else None


async def _more_of_album(turn: Turn, first: Attachment) -> None:
    """One more picture of an album that was answered already."""
    found = await duties.mine(turn, [first.obligation_id] if first.obligation_id else [])
    kept = await files.keep(turn, found[0] if found else None)
    kept.album = first.album


async def _first(turn: Turn) -> None:
    found = [each for each in await subject.candidates(turn) if each.owed.state not in subject.IN]
    duty = found[0] if len(found) == 1 else None
    kept = await files.keep(turn, duty)
    kept.album = kept.album or f"one-{secrets.token_hex(8)}"
    if duty:
        await _land(turn, duty, kept)
    elif found:
        await _ask_which(turn, kept, found)
    else:
        await _nowhere(turn, kept)


async def _land(turn: Turn, duty: Duty, kept: Attachment) -> None:
    """Pause the duty, tell the office, read a caption with figures as words."""
    await acts.set_said_sent(turn, duty)
    await items.put(
        turn,
        ItemKind.PHOTO,
        duty.unit,
        owed=duty.owed,
        by=turn.me,
        text=turn.incoming.text,
        how="photo",
        attachment_id=kept.id,
    )
    await remind.answered(turn, duty, turn.me, turn.incoming.text)
    await remind.tell_others(turn, duty, turn.me, "photo")
    choices = [[Choice("report.begin", {"obligation": duty.id})]]
    seen = await duties.view(turn, duty)
    await turn.say("upload.kept", choices=choices, about=[duty.id], duty=seen, photo=kept.kind == "photo")
    await _caption(turn, duty)


async def _caption(turn: Turn, duty: Duty) -> None:
    read = read_reply(turn.incoming.text, today=turn.today, due=duty.last_day)
    if read.intent == "submit_report" and read.attended is not None:
        await figures.read_back(turn, duty, read, turn.incoming.text)


async def _ask_which(turn: Turn, kept: Attachment, found: Sequence[Duty]) -> None:
    choices = [
        Choice("upload.choose", {"attachment": kept.id, "obligation": duty.id, "number": n})
        for n, duty in enumerate(found, 1)
    ]
    none = Choice("upload.none", {"attachment": kept.id})
    about = [duty.id for duty in found]
    await turn.say("upload.which", choices=[choices, [none]], about=about, duties=await duties.views(turn, found))


async def _mine(turn: Turn, attachment_id: int) -> Attachment | None:
    kept = await turn.session.get(Attachment, attachment_id)
    if kept is None or kept.person_id != turn.me.id or kept.obligation_id:
        await unknown.old_button(turn)
        return None
    return kept


async def choose(turn: Turn, attachment: int, obligation: int, number: int) -> None:
    """[Việc 1]: the file is about this one."""
    kept, found = await _mine(turn, attachment), await duties.mine(turn, [obligation])
    if kept and found:
        for each in await _album(turn, kept):
            each.obligation_id, each.unit_id = found[0].id, found[0].unit.id
        await _land(turn, found[0], kept)


async def _album(moment: Moment, kept: Attachment) -> Sequence[Attachment]:
    return await attachment.of_album(moment.session, kept.person_id or 0, kept.album)


async def none(turn: Turn, attachment: int) -> None:
    """[Không thuộc việc nào]."""
    if kept := await _mine(turn, attachment):
        await _nowhere(turn, kept)


async def _nowhere(turn: Turn, kept: Attachment) -> None:
    """No duty is open, or none is meant: kept, the office may look at it."""
    unit = await duties.branch_of(turn)
    await items.put(turn, ItemKind.PHOTO, unit, by=turn.me, text=turn.incoming.text, how="photo", attachment_id=kept.id)
    if kept.path:
        await turn.say("upload.nowhere", photo=kept.kind == "photo")


async def kept_now(moment: Moment, kept: Attachment) -> None:
    """Tell whoever sent a file that belongs to nothing that it is kept, now that it was looked at."""
    if kept.obligation_id or not await item.about_file(moment.session, kept.id):
        return
    theirs = await accounts.of_person(moment.session, kept.person_id or 0)
    if account := next((each for each in theirs if each.bot_id == kept.bot_id), None):
        await moment.say_to(account, "upload.nowhere", photo=kept.kind == "photo")


async def refused(moment: Moment, kept: Attachment, why: str) -> None:
    """Tell whoever sent a file that it was not kept after all; of a secret the office learns, only that it happened."""
    person = await moment.session.get(Person, kept.person_id) if kept.person_id else None
    moment.note(f"file.refused_{why}", f"attachment:{kept.id}", person)
    if person and why == "secret":
        await moment.tell(person, "unknown.secret", kind=NoticeKind.ITEM)
        await unknown.tell_secret(moment, person)
    elif person and why == "wrong_kind" and (place := await moment.without_files(kept.bot_id or 0)):
        await moment.tell(person, "upload.no_picture", kind=NoticeKind.ITEM, place=place)
    elif person:
        await moment.tell(person, "upload.refused", kind=NoticeKind.ITEM, why=why)
