"""The plan itself as a file, for those it was distributed to. Knows nothing of who is on the list."""

from collections.abc import Sequence

from handlers import shelf
from handlers.office import layout
from handlers.routes import Build, MadeFile, StoredFile
from handlers.turn import Moment, Turn
from messages.documents.plan_text import PlanText, build_plan_text
from models import campaign as campaigns
from models.account import Account


async def is_there(moment: Moment) -> bool:
    """Say whether the plan's own words are kept."""
    current = await moment.campaign()
    return current is not None and bool(await campaigns.text_of(moment.session, current.id))


async def ask(turn: Turn) -> None:
    """Have it made."""
    turn.later("plan_file", account=turn.account.id)
    await turn.say("plan_file.making")


async def load(moment: Moment, account: int) -> Build | None:
    """Read the plan's words; None where they are not known."""
    current = await moment.campaign()
    text = await campaigns.text_of(moment.session, current.id) if current else ""
    if current is None or not text:
        return None
    note = moment.words("plan_file.note", plain=True)
    profile = layout.profile_or_default(moment)
    made = PlanText(current.title, text, note, moment.local(moment.now), profile)
    return Build(build, (made, moment.words("plan_file.name", plain=True, title=current.title)))


def build(made: PlanText, name: str) -> list[MadeFile]:
    """Build the .docx (in a child process)."""
    return [MadeFile(name, "document", build_plan_text(made))]


async def finish(moment: Moment, made: Sequence[StoredFile], account: int) -> None:
    """Send it to whoever asked."""
    file = await shelf.said(moment, made[0])
    to = await moment.session.get_one(Account, account)
    await moment.say_to(to, "plan_file.sent", file=file)


async def failed(moment: Moment, account: int) -> None:
    """Say that it could not be made."""
    await moment.say_to(await moment.session.get_one(Account, account), "plan_file.failed")
