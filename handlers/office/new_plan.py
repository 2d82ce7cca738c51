"""A plan's file sent by the office: fetched through the gate, read in a process of its own, kept as a draft."""

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

import orjson

from handlers import shelf
from handlers.everyone import unknown
from handlers.office import plan_draft
from handlers.routes import Build, Download, MadeFile, StoredFile
from handlers.rules import drafted
from handlers.turn import Moment, Turn
from messages.reading import plan_file, uploads
from messages.reading.plan import as_json
from messages.types import Choice
from models import campaign as campaigns
from models.account import Account
from models.attachment import Attachment
from models.campaign import Campaign, CampaignState
from models.person import Person

LONGEST = 60.0  # seconds reading one may take, the child's start included
NAME = 80


async def command(turn: Turn, rest: str = "") -> None:
    """/kehoach: what is running, drafts there are, and how to send another."""
    turn.expect("new_plan.file")
    current, drafts = await turn.campaign(), await campaigns.drafts(turn.session, turn.committee.id)
    rows = [[Choice("plan_draft.show", {"plan": each.id, "title": each.title})] for each in drafts]
    await turn.say("new_plan.ask", title=current.title if current else "", drafts=len(drafts), choices=rows)


async def file(turn: Turn) -> None:
    """Take what was sent."""
    if await turn.campaign() is None or not takes(turn):
        await turn.say("new_plan.wrong", picture=bool(turn.incoming.upload and turn.incoming.upload.kind == "photo"))
        return
    upload = turn.incoming.upload
    assert upload is not None
    turn.expect_nothing()
    await read_file(turn, bot=turn.account.bot_id, file=upload.file_id, name=PurePath(upload.name).name[:NAME])


def takes(turn: Turn) -> bool:
    """Say whether what was sent may be a plan's file."""
    upload = turn.incoming.upload
    named = PurePath(upload.name).suffix.lower().removeprefix(".") if upload else ""
    return bool(upload and not upload.refused and (upload.size or 0) <= uploads.LARGEST and named in uploads.PLANS)


async def read_offered(turn: Turn, bot: int = 0, sent: str = "", name: str = "") -> None:
    """[Đọc kế hoạch này]: a file of this very conversation's channel."""
    if bot != turn.account.bot_id or await turn.campaign() is None:
        await unknown.old_button(turn)
    else:
        await read_file(turn, bot=bot, file=sent, name=name)


async def read_file(turn: Turn, *, bot: int, file: str, name: str) -> None:
    """Leave fetching and reading to a job."""
    turn.later("new_plan_file", account=turn.account.id, person=turn.me.id, bot=bot, file_id=file, name=name)
    await turn.say("new_plan.reading", name=name)


async def fetch(moment: Moment, *, bot: int, file_id: str, name: str, **_: Any) -> Download:
    """Say which file to fetch."""
    return Download(bot, file_id, name, "document", uploads.PLANS)


async def fetched(
    moment: Moment, stored: Sequence[StoredFile], *, account: int, person: int, name: str, **_: Any
) -> None:
    """Have a file that passed the gate read; say why another is not."""
    if why := stored[0].refused:
        await _refuse(moment, account, person, why)
        return
    kept = await shelf.put(moment, stored[0], kind="document", name=name)
    moment.later("new_plan_read", attachment=kept.id, account=account, person=person)


async def _refuse(moment: Moment, account: int, person: int, why: str) -> None:
    to, who = await moment.session.get_one(Account, account), await moment.session.get_one(Person, person)
    await unknown.refuse_file(moment, to, who, why, "new_plan.refused")


async def load(moment: Moment, *, attachment: int, **_: Any) -> Build | None:
    """Have a kept file read."""
    kept = await moment.session.get(Attachment, attachment)
    return Build(read, (kept.name, str(moment.files / kept.path)), LONGEST) if kept else None


def read(name: str, path: str) -> list[MadeFile]:
    """Read a plan into JSON, or say why not: {"why": …}."""
    try:
        found: dict[str, Any] = plan_file.read_apart(name, Path(path))
    except plan_file.CannotRead as error:
        found = {"why": error.why}
    return [MadeFile("plan.json", "document", orjson.dumps(found))]


async def finish(moment: Moment, stored: Sequence[StoredFile], *, account: int, person: int, **_: Any) -> None:
    """Keep what was read as a draft, and show it; nothing of it is in force."""
    path = moment.files / stored[0].path
    found = orjson.loads(path.read_bytes())
    path.unlink(missing_ok=True)
    if why := found.get("why"):
        await _refuse(moment, account, person, why)
        return
    to, who = await moment.session.get_one(Account, account), await moment.session.get_one(Person, person)
    made = await _keep(moment, found)
    moment.note("plan.read", f"campaign:{made.id}", who, duties=len(found["duties"]))
    await moment.say_to(to, "plan_draft.list", to=who, **plan_draft.shown(made))


async def _keep(moment: Moment, found: dict[str, Any]) -> Campaign:
    read_ = as_json.loaded(found)
    items = drafted.items(read_, await moment.plan(), moment.today)
    text = found.pop("text")
    made = Campaign(
        committee_id=moment.committee.id,
        name=f"draft-{stamp(moment)}",
        title=drafted.called(read_),
        body=found,
        facts={"items": drafted.stored(items), "number": read_.number, "date": found["date"]},
        state=CampaignState.DRAFT,
        text=text,
    )
    moment.session.add(made)
    await moment.session.flush()
    return made


def stamp(moment: Moment) -> str:
    """Return what tells one draft from another."""
    return f"{moment.machine:%Y%m%d%H%M%S%f}"


async def failed(moment: Moment, *, account: int, **_: Any) -> None:
    """Tell the sender that it could not be fetched or read."""
    await moment.say_to(await moment.session.get_one(Account, account), "new_plan.refused", why="gone")
