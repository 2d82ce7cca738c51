"""The files behind /summary: the status board as pictures and the workbook. Jobs make them; nothing is decided here."""

from collections.abc import Sequence
from typing import Any

from campaigns import schema
from handlers.office import standing
from handlers.routes import Build, MadeFile, StoredFile
from handlers.rules import figures
from handlers.rules.figures import Answers
from handlers.rules.standing import Line, Standing
from handlers.turn import Moment, SaidFile
from messages import numbers
from messages.documents.status_board import ROWS_A_PICTURE, Board, BoardRow, draw_board
from messages.documents.workbook import SummaryRow, SummaryTable, build_workbook
from models import role
from models import standing as stored_rows
from models.account import Account
from models.attachment import Attachment
from models.deadline import Deadline
from models.form import Form

PICTURES = 10  # an album's worth; an office with more branches reads the workbook


async def load_board(moment: Moment, account: int, deadline: int) -> Build | None:
    """Read what the status board shows; None where it would be too many pictures, or is not theirs to see."""
    found = await _allowed(moment, account, deadline)
    if found is None:
        return None
    now = await standing.load(moment, found)
    board = _board(found, now) if len(now.lines) <= ROWS_A_PICTURE * PICTURES else None
    return Build(draw, (board, f"tien-do-{now.as_of:%d-%m-%Y}"))


async def _allowed(moment: Moment, account: int, deadline: int) -> Deadline | None:
    to = await moment.session.get(Account, account)
    found = await moment.session.get(Deadline, deadline)
    roles = await role.of_person(moment.session, to.person_id) if to and to.person_id else []
    return found if found and found.committee_id == moment.committee.id and standing.scope(roles) is None else None


def _board(deadline: Deadline, now: Standing) -> Board:
    rows = tuple(_board_row(line) for line in now.lines)
    return Board(deadline.title, now.as_of, len(now.sent), now.owing, rows)


def _board_row(line: Line) -> BoardRow:
    return BoardRow(
        ordinal=line.ordinal,
        name=line.name,
        state=line.stand,  # type: ignore[arg-type]  # the board's states are those of a line
        state_words=standing.stand_words(line),
        sent_on=numbers.day(line.sent_at.date()) if line.sent_at else "",
        late_words=standing.lateness_words(line) if line.timeliness not in (None, "on_time") else "",
    )


def draw(board: Board | None, name: str) -> list[MadeFile]:
    """Draw the board in the child process; no picture where there is no board."""
    pictures = draw_board(board) if board else []
    return [MadeFile(f"{name}-{n}.png", "photo", each) for n, each in enumerate(pictures, 1)]


async def send_board(moment: Moment, made: Sequence[StoredFile], account: int, deadline: int) -> None:
    """Send the pictures, or say why there are none."""
    found, to = await moment.session.get_one(Deadline, deadline), await moment.session.get_one(Account, account)
    subject = await standing.subject(moment, found)
    for page, each in enumerate(made, 1):
        file = SaidFile(await _attach(moment, to, each), "photo")
        await moment.say_to(to, "summary.picture", file=file, subject=subject, page=page, pages=len(made))
    if not made:
        await moment.say_to(to, "summary.too_many", branches=len((await standing.load(moment, found)).lines))


async def load_workbook(moment: Moment, account: int, deadline: int) -> Build | None:
    """Read what the workbook holds."""
    found = await _allowed(moment, account, deadline)
    if found is None:
        return None
    now = await standing.load(moment, found)
    answers = await stored_rows.answers(moment.session, found.id)
    forms = await _forms(moment, now)
    rows = tuple(_row(line, answers.get(line.obligation_id, {}), forms.get(line.form_id)) for line in now.lines)
    return Build(build, (SummaryTable(found.title, now.as_of, rows), f"tong-hop-{now.as_of:%d-%m-%Y}.xlsx"))


async def _forms(moment: Moment, now: Standing) -> dict[int | None, schema.Form]:
    """Return the versions of the form that the reports were written with."""
    ids = {line.form_id for line in now.sent if line.form_id is not None}
    return {each: schema.Form.model_validate((await moment.session.get_one(Form, each)).body) for each in ids}


def _row(line: Line, answers: Answers, form: schema.Form | None) -> SummaryRow:
    each = figures.figures_of(answers if line.sent else {})
    words = {name: _label(form, answers, name) for name in ("form", "speaker")} if line.sent and form else {}
    person = figures.value_of(answers, "speaker_name") if line.sent else None
    return SummaryRow(
        ordinal=line.ordinal,
        code=line.code,
        name=line.name,
        state_words=standing.stand_words(line),
        sent_at=line.sent_at,
        timeliness_words=standing.lateness_words(line),
        held_on=each.held_on,
        form_words=words.get("form", ""),
        speaker=": ".join(part for part in (words.get("speaker", ""), person) if part),
        summoned=each.summoned,
        attended=each.attended,
        masses=each.masses,
        pledged=each.pledged,
        items=each.items,
        note=standing.note_words(line),
    )


def _label(form: schema.Form | None, answers: Answers, name: str) -> str:
    value: Any = figures.value_of(answers, name)
    asked = next((each for each in form.questions if each.id == name), None) if form else None
    return next((option.label for option in asked.options if option.value == value), "") if asked else ""


def build(table: SummaryTable, name: str) -> list[MadeFile]:
    """Build the workbook in the child process."""
    return [MadeFile(name, "document", build_workbook(table))]


async def send_workbook(moment: Moment, made: Sequence[StoredFile], account: int, deadline: int) -> None:
    """Send the workbook."""
    found, to = await moment.session.get_one(Deadline, deadline), await moment.session.get_one(Account, account)
    file = SaidFile(await _attach(moment, to, made[0]), "document")
    await moment.say_to(to, "summary.workbook", file=file, subject=await standing.subject(moment, found))


async def _attach(moment: Moment, to: Account, made: StoredFile) -> int:
    row = Attachment(
        committee_id=moment.committee.id,
        person_id=to.person_id,
        kind=made.kind,
        name=made.name,
        path=str(made.path),
        size=made.size,
        sha256=made.sha256,
        made_at=moment.now,
    )
    moment.session.add(row)
    await moment.session.flush()
    return row.id


async def board_failed(moment: Moment, account: int, deadline: int) -> None:
    """The pictures could not be made."""
    await moment.say_to(await moment.session.get_one(Account, account), "summary.failed", what="board")


async def workbook_failed(moment: Moment, account: int, deadline: int) -> None:
    """The workbook could not be made."""
    await moment.say_to(await moment.session.get_one(Account, account), "summary.failed", what="workbook")
