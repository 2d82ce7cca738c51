"""The printable sheet of an invitation, with QR and code. A job makes it; the code is forgotten with the job."""

from collections.abc import Sequence

from sqlalchemy import update

from handlers import posts, shelf
from handlers.routes import Build, MadeFile, StoredFile
from handlers.turn import Moment
from messages import render
from messages.documents import invitation_sheet
from messages.documents.invitation_sheet import InvitationSheet
from models.account import Account
from models.invitation import Invitation
from models.job import Job
from models.role import RoleKind

KIND = "invite_sheet"


async def load(moment: Moment, account: int, invitation: int, code: str, link: str) -> Build | None:
    """Read what the sheet says; None once the invitation was revoked."""
    found = await moment.session.get_one(Invitation, invitation)
    if found.revoked_at is not None or not code:
        return None
    where = await posts.post(moment, found.role, found.unit_id)
    one = invitation_sheet.Invitation(
        role=render.word(found.role, "role"),
        branch_name=where["branch"],
        code=code,
        expires_on=moment.local(found.expires_at).date(),
        name=found.name,
        link=link,
        shared=found.role == RoleKind.MEMBER,
    )
    sheet = InvitationSheet(moment.committee.office_name, (one,), moment.local(moment.machine))
    return Build(build, (sheet, render.text("invite.file_name", where)))


def build(sheet: InvitationSheet, name: str) -> list[MadeFile]:
    """Build the .docx in the child process."""
    return [MadeFile(name, "document", invitation_sheet.build_sheet(sheet))]


async def finish(
    moment: Moment, made: Sequence[StoredFile], account: int, invitation: int, code: str, link: str
) -> None:
    """Hand the sheet to who invited, and forget the code."""
    to = await moment.session.get_one(Account, account)
    file = await shelf.said(moment, made[0], person_id=to.person_id)
    await _forget(moment, {"account": account, "invitation": invitation, "code": code, "link": link})
    await moment.say_to(to, "invite.sheet", file=file)


async def failed(moment: Moment, account: int, invitation: int, code: str, link: str) -> None:
    """Say that there is no sheet: link and code are in the message above."""
    await _forget(moment, {"account": account, "invitation": invitation, "code": code, "link": link})
    await moment.say_to(await moment.session.get_one(Account, account), "invite.no_sheet")


async def _forget(moment: Moment, values: dict[str, object]) -> None:
    empty = {**values, "code": "", "link": ""}
    jobs = update(Job).where(Job.kind == KIND, Job.values["code"].as_string() == values["code"])
    await moment.session.execute(jobs.values({Job.values: empty}))
