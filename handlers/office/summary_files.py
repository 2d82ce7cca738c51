"""The status board behind /summary as pictures. A job makes them; nothing is decided here."""

from collections.abc import Sequence

from handlers import shelf
from handlers.office import standing
from handlers.routes import Build, MadeFile, StoredFile
from handlers.rules.standing import Line, Standing
from handlers.turn import Moment
from messages import numbers
from messages.documents.status_board import ROWS_A_PICTURE, Board, BoardRow, draw_board
from models import role
from models.account import Account
from models.deadline import Deadline

PICTURES = 10  # an album's worth; an office with more branches reads the workbook


async def load_board(moment: Moment, account: int, deadline: int) -> Build | None:
    """Read what the status board shows; None where it would be too many pictures, or is not theirs to see."""
    found = await _allowed(moment, account, deadline)
    if found is None:
        return None
    now = await standing.load(moment, found)
    seen = moment.shows_pictures(await moment.session.get_one(Account, account))
    board = _board(found, now) if seen and _fits(now) else None
    return Build(draw, (board, f"tien-do-{now.as_of:%d-%m-%Y}"))


def _fits(now: Standing) -> bool:
    return len(now.lines) <= ROWS_A_PICTURE * PICTURES


async def may_see(moment: Moment, account: int) -> bool:
    """Say whether who has this account may see all branches now."""
    to = await moment.session.get(Account, account)
    roles = await role.of_person(moment.session, to.person_id) if to and to.person_id else []
    return standing.scope(roles) is None


async def _allowed(moment: Moment, account: int, deadline: int) -> Deadline | None:
    to = await moment.session.get(Account, account)
    found = await moment.session.get(Deadline, deadline)
    roles = await role.of_person(moment.session, to.person_id) if to and to.person_id else []
    return found if found and found.committee_id == moment.committee.id and standing.scope(roles) is None else None


def _board(deadline: Deadline, now: Standing) -> Board:
    return Board(deadline.title, now.as_of, len(now.sent), now.owing, _rows(now))


def _rows(now: Standing) -> tuple[BoardRow, ...]:
    return tuple(_board_row(line) for line in now.lines)


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
    if not moment.shows_pictures(to) and _fits(now := await standing.load(moment, found)):
        await _send_lines(moment, to, now, subject)
        return
    for page, each in enumerate(made, 1):
        file = await shelf.said(moment, each, person_id=to.person_id)
        await moment.say_to(to, "summary.picture", file=file, subject=subject, page=page, pages=len(made))
    if not made:
        await moment.say_to(to, "summary.too_many", branches=len((await standing.load(moment, found)).lines))


async def _send_lines(moment: Moment, to: Account, now: Standing, subject: str) -> None:
    """Say in words what the pictures would show."""
    rows = [{"name": each.name, "state": each.state_words, "late": each.late_words} for each in _rows(now)]
    await moment.say_to(to, "summary.lines", subject=subject, as_of=now.as_of, rows=rows)


async def board_failed(moment: Moment, account: int, deadline: int) -> None:
    """The pictures could not be made."""
    await moment.say_to(await moment.session.get_one(Account, account), "summary.failed")
