"""Pictures of what branches made known, by month or by branch. A job draws them; nothing is decided here."""

from collections import Counter
from collections.abc import Mapping, Sequence

from handlers import shelf
from handlers.branch import places
from handlers.office import months, summary_files
from handlers.routes import Build, MadeFile, StoredFile
from handlers.turn import Moment
from messages.documents.spread import ROWS_A_PICTURE, Part, Spread, draw_branches, draw_months
from models import activity, unit
from models.account import Account
from models.activity import Monthly

PICTURES = 10  # an album's worth; an office with more branches reads the workbook


async def load(moment: Moment, account: int, by: str) -> Build | None:
    """Read what the picture shows; None where there is nothing to show, or it is not theirs to see."""
    current = await moment.campaign()
    if current is None or not await summary_files.may_see(moment, account):
        return None
    rows = await activity.by_month(moment.session, current.id)
    active = await unit.branches(moment.session, moment.committee.id)
    labels = await places.labels(moment)
    kinds = {value: n for n, value in enumerate([*labels, *{each.place for each in rows if each.place not in labels}])}
    parts = _by_branch(active, rows, kinds) if by == "branch" else _by_month(rows, kinds)
    named = tuple(labels.get(value, value) for value in kinds)
    had, of, _ = months.recorded(rows, active)
    given = Spread(current.title, moment.today, had, of, named, parts)
    return Build(draw, (given, by, f"tuyen-truyen-{moment.today:%d-%m-%Y}")) if rows else None


def _by_month(rows: Sequence[Monthly], kinds: Mapping[str, int]) -> tuple[Part, ...]:
    found = sorted({each.month for each in rows})
    counts = Counter[tuple[object, int]]()
    for each in rows:
        counts[each.month, kinds[each.place]] += each.count
    return tuple(
        Part(f"T{month.month}", tuple(counts[month, n] for n in range(len(kinds))), str(month.year)) for month in found
    )


def _by_branch(active: Sequence[unit.Unit], rows: Sequence[Monthly], kinds: Mapping[str, int]) -> tuple[Part, ...]:
    """Return every active branch in register order, then in one line what branches gone since had recorded."""
    counts = Counter[tuple[int, int]]()
    for each in rows:
        counts[each.unit_id, kinds[each.place]] += each.count
    parts = [Part(each.name, tuple(counts[each.id, n] for n in range(len(kinds)))) for each in active]
    here = {each.id for each in active}
    gone = tuple(sum(counts[each] for each in counts if each[1] == n and each[0] not in here) for n in kinds.values())
    return (*parts, Part("Chi bộ đã ghép, kết thúc", gone)) if any(gone) else tuple(parts)


def draw(given: Spread, by: str, name: str) -> list[MadeFile]:
    """Draw in the child process; none where there would be more than anybody looks at."""
    if by != "branch":
        return [MadeFile(f"{name}.png", "photo", draw_months(given))]
    pictures = draw_branches(given) if len(given.parts) <= ROWS_A_PICTURE * PICTURES else []
    return [MadeFile(f"{name}-chi-bo-{n}.png", "photo", each) for n, each in enumerate(pictures, 1)]


async def send(moment: Moment, made: Sequence[StoredFile], account: int, by: str) -> None:
    """Send the pictures, or say why there are none."""
    to = await moment.session.get_one(Account, account)
    for page, each in enumerate(made, 1):
        file = await shelf.said(moment, each, person_id=to.person_id)
        await moment.say_to(to, "months.picture", file=file, by=by, page=page, pages=len(made))
    if not made:
        branches = len(await unit.branches(moment.session, moment.committee.id))
        await moment.say_to(to, "months.too_many", branches=branches)


async def failed(moment: Moment, account: int, by: str) -> None:
    """The picture could not be made."""
    await moment.say_to(await moment.session.get_one(Account, account), "months.failed")
