"""The office's own forms: sent into the chat through the gate for files, tried at once, filled in when asked for."""

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

import orjson

from handlers import shelf
from handlers.everyone import unknown
from handlers.office import export, issue_files, table_files
from handlers.office.issue_files import Wanted
from handlers.routes import Build, Download, MadeFile, StoredFile
from handlers.turn import Moment, Turn
from messages.documents import own_form, own_values
from messages.documents.own_form import UNREADABLE, FormError
from messages.types import Choice, Upload
from models import outbox
from models import template as templates
from models.account import Account
from models.attachment import Attachment
from models.issue import Issue, IssueKind
from models.person import Person
from models.template import Template

KINDS = frozenset({"docx", "xlsx"})
LARGEST = 5_000_000  # bytes
LONGEST = 20.0  # seconds that filling one in may take
PROBLEMS = 12  # lines on what is wrong with one


async def show(turn: Turn) -> None:
    """[Mẫu của cơ quan]: those there are."""
    turn.expect_nothing()
    found = await templates.kept(turn.session, turn.committee.id)
    buttons = [[Choice("own_forms.one", {"template": each.id, "name": each.name})] for each in found]
    last = [Choice("own_forms.add"), Choice("export.show")]
    await turn.say("own_forms.list", forms=[each.name for each in found], choices=[*buttons, last])


async def add(turn: Turn) -> None:
    """[Thêm mẫu]: ask for the file."""
    turn.expect("own_forms.file")
    await turn.say("own_forms.ask")


async def file(turn: Turn) -> None:
    """Take the file; a job fetches it through the gate."""
    upload = turn.incoming.upload
    if upload is None or not _is_named(upload):
        await turn.say("own_forms.ask")
    elif (upload.size or 0) > LARGEST:
        await turn.say("upload.refused", why="too_big")
    else:
        turn.expect_nothing()
        await read_file(turn, file=upload.file_id, name=PurePath(upload.name).name[:80])


def _is_named(upload: Upload) -> bool:
    return not upload.refused and PurePath(upload.name).suffix.lower().removeprefix(".") in KINDS


def takes(turn: Turn) -> bool:
    """Say whether what was sent may be a form."""
    upload = turn.incoming.upload
    return upload is not None and _is_named(upload) and (upload.size or 0) <= LARGEST


async def read_file(turn: Turn, *, file: str, name: str) -> None:
    """Leave fetching and trying it to a job."""
    about: dict[str, Any] = {"account": turn.account.id, "person": turn.me.id, "name": name}
    turn.later("own_form_file", bot=turn.account.bot_id, file_id=file, **about)
    await turn.say("own_forms.reading")


async def fetch(moment: Moment, *, bot: int, file_id: str, name: str, **_: Any) -> Download:
    """Say which file to fetch."""
    return Download(bot, file_id, name, "document", KINDS)


async def fetched(
    moment: Moment, stored: Sequence[StoredFile], *, account: int, person: int, name: str, **_: Any
) -> None:
    """Have a file that passed the gate tried; say why another is not kept."""
    to, who = await moment.session.get_one(Account, account), await moment.session.get_one(Person, person)
    if why := stored[0].refused:
        await unknown.refuse_file(moment, to, who, why, "upload.refused")
        return
    kept = await shelf.put(moment, stored[0], kind="document", name=name)
    moment.later("own_form_check", attachment=kept.id, account=account, person=person)


async def check(moment: Moment, attachment: int, account: int, person: int) -> Build | None:
    """Try a form with the figures there are now: it may be meant for any of the parts there are to choose from."""
    found, kept = await export.scopes(moment), await moment.session.get(Attachment, attachment)
    if not found or kept is None:
        return None
    alike = {frozenset(due.form_name for due in each.deadlines): each for each in found}  # the newest of each
    wanted = [await _wanted(moment, each, draft=True) for each in reversed(alike.values())]
    return Build(try_out, (wanted, kept.name, str(moment.files / kept.path)), LONGEST)


def try_out(wanted: Sequence[Wanted], name: str, path: str) -> list[MadeFile]:
    """Fill a form in with one part after another; hand on what is wrong where least is (in the child process)."""
    found: list[Sequence[str]] = []
    for each in wanted:
        found.append(_wrong(each, name, path))
        if not found[-1]:
            break
    return _said(min(found, key=lambda each: (tuple(each) == UNREADABLE, len(each))))


def _wrong(wanted: Wanted, name: str, path: str) -> Sequence[str]:
    try:
        fill(wanted, name, path)
    except FormError as error:
        return error.problems
    except Exception:  # noqa: BLE001 (any library may trip over a file from outside: it is not kept)
        return UNREADABLE
    return ()


def _said(problems: Sequence[str]) -> list[MadeFile]:
    return [MadeFile("problems.json", "document", orjson.dumps({"problems": list(problems)}))]


def fill(wanted: Wanted, name: str, path: str) -> list[MadeFile]:
    """Fill a form in (in the child process)."""
    document = issue_files.added_up(wanted)
    return [MadeFile(name, "document", own_form.fill(name, Path(path).read_bytes(), own_values.values_of(document)))]


async def checked(moment: Moment, stored: Sequence[StoredFile], attachment: int, account: int, person: int) -> None:
    """Keep a form that can be filled in, in the place of the older one of its name; else say what is wrong."""
    to, kept = await moment.session.get_one(Account, account), await moment.session.get_one(Attachment, attachment)
    problems = _problems(moment, stored)
    if problems:
        await moment.say_to(to, "own_forms.wrong", name=kept.name, problems=problems[:PROBLEMS])
        kept.path = kept.name = ""
        return
    for old in await templates.kept(moment.session, moment.committee.id):
        if old.name == kept.name:
            old.removed_at = moment.now
    made = Template(committee_id=moment.committee.id, name=kept.name, attachment_id=kept.id, added_at=moment.now)
    made.added_by_id = person
    moment.session.add(made)
    await moment.session.flush()
    moment.note("template.add", f"template:{made.id}", await moment.session.get_one(Person, person))
    use = [[Choice("own_forms.one", {"template": made.id, "name": made.name}, "own_forms.use")]]
    await moment.say_to(to, "own_forms.kept", name=made.name, choices=use)


def _problems(moment: Moment, stored: Sequence[StoredFile]) -> list[str]:
    path = moment.files / stored[0].path
    found: list[str] = orjson.loads(path.read_bytes())["problems"]
    path.unlink(missing_ok=True)
    return found


async def failed(moment: Moment, account: int, template: int = 0, batch: str = "", **_: Any) -> None:
    """It could not be fetched, read or filled in in time."""
    if found := await moment.session.get(Template, template):
        await table_files.show(moment, batch, "own_forms.over", name=found.name, filled=False)
    await moment.say_to(await moment.session.get_one(Account, account), "own_forms.failed")


async def _mine(turn: Turn, template: int) -> Template | None:
    found = await turn.session.get(Template, template)
    if found is None or found.committee_id != turn.committee.id or found.removed_at:
        await unknown.old_button(turn)
        return None
    return found


async def one(turn: Turn, template: int, waiting: bool = False, **_: Any) -> None:
    """A form: what to fill it in with."""
    found = await _mine(turn, template)
    if found is None:
        return
    about = {"template": found.id, "waiting": waiting}
    buttons = [
        [Choice("own_forms.make", {**about, **each.values, "title": each.title}, "export.of")]
        for each in await export.scopes(turn)
    ]
    toggle = Choice("own_forms.one", {**about, "waiting": not waiting}, f"own_forms.waiting_{not waiting}")
    last = [toggle, Choice("own_forms.remove", {"template": found.id}), Choice("own_forms.show")]
    await turn.say("own_forms.one", name=found.name, waiting=waiting, choices=[*buttons, last])


async def remove(turn: Turn, template: int) -> None:
    """[Bỏ mẫu này]: it stays in the record, and is offered no more."""
    if found := await _mine(turn, template):
        found.removed_at = turn.now
        turn.note("template.remove", f"template:{found.id}", turn.me)
        await turn.session.flush()
        await show(turn)


async def make(turn: Turn, template: int, deadline: int, period: str = "", waiting: bool = False, **_: Any) -> None:
    """Fill it in: a job does."""
    found, scope = await _mine(turn, template), await export.scope_of(turn, "", period, deadline)
    if found and scope:
        about = {"template": found.id, "waiting": waiting, **scope.values}
        turn.note("export.own_form", f"template:{found.id}", turn.me)
        batch = f"own_form:{outbox.new_token()}"
        turn.later("own_form", account=turn.account.id, batch=batch, **about)
        await turn.say("own_forms.making", batch=batch, seconds=0, name=found.name)
    elif found:
        await unknown.old_button(turn)


async def load(
    moment: Moment, account: int, template: int, deadline: int, period: str = "", waiting: bool = False, batch: str = ""
) -> Build | None:
    """Read what it is filled in with."""
    found, scope = await moment.session.get(Template, template), await export.scope_of(moment, "", period, deadline)
    kept = await moment.session.get(Attachment, found.attachment_id) if found else None
    if found is None or scope is None or kept is None:
        return None
    wanted = await _wanted(moment, scope, draft=waiting)
    return Build(filled, (wanted, found.name, str(moment.files / kept.path)), LONGEST)


def filled(wanted: Wanted, name: str, path: str) -> list[MadeFile]:
    """Fill a form in, or hand on what is wrong with it."""
    try:
        return fill(wanted, name, path)
    except FormError as error:
        return _said(error.problems)


async def working(moment: Moment, seconds: int, template: int, batch: str = "", **_: Any) -> None:
    """Show that it goes on."""
    found = await moment.session.get_one(Template, template)
    await table_files.show(moment, batch, "own_forms.making", seconds=seconds, name=found.name)


async def finish(
    moment: Moment, stored: Sequence[StoredFile], account: int, template: int, batch: str = "", **_: Any
) -> None:
    """Send the filled form, or say what is wrong with it; the message that showed the work says that it is over."""
    to, found = await moment.session.get_one(Account, account), await moment.session.get_one(Template, template)
    if stored[0].name == "problems.json":
        problems = _problems(moment, stored)[:PROBLEMS]
        await table_files.show(moment, batch, "own_forms.over", name=found.name, filled=False)
        await moment.say_to(to, "own_forms.wrong", name=found.name, problems=problems)
        return
    file_ = await shelf.said(moment, stored[0], person_id=to.person_id)
    await moment.say_to(to, "own_forms.made", name=found.name, file=file_)
    await table_files.show(moment, batch, "own_forms.over", name=found.name, filled=True)


async def _wanted(moment: Moment, scope: export.Scope, *, draft: bool) -> Wanted:
    """Read what a form is filled in with, as a version of the report that is not kept."""
    current = await moment.campaign()
    never_kept = Issue(
        committee_id=moment.committee.id,
        campaign_id=current.id if current else 0,
        number=0,
        kind=IssueKind.PROVISIONAL if draft else IssueKind.FINAL,
        name=scope.name,
        period=scope.period,
        title=scope.title,
        named=True,
        made_at=moment.now,
    )
    return await issue_files.wanted(moment, never_kept, scope)
