"""A world for trying what each may reach: own branch, another branch, another committee, each with all there can be."""

import inspect
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from handlers.rules.entered import Draft, Entry
from messages.reading import plan
from messages.reading.plan import as_json
from models import campaign, outbox
from models.account import Account
from models.activity import Activity
from models.arts import Arts
from models.attachment import Attachment
from models.base import Base
from models.broadcast import Broadcast
from models.committee import Committee
from models.conference import Conference
from models.deadline import Deadline
from models.delivery import Delivery
from models.distribution import Distribution
from models.excerpt import Excerpt
from models.fix import Fix
from models.form import Form
from models.inspection import Inspection
from models.invitation import Invitation, hashed
from models.issue import Issue
from models.item import Item, ItemKind, ItemState
from models.link_code import LinkCode
from models.notice import Notice, NoticeKind
from models.obligation import Obligation, State
from models.outbox import Out, Outbox
from models.person import Person
from models.portal import PortalItem
from models.report import Report, Revision
from models.role import IN_A_BRANCH, Role, RoleKind
from models.template import Template
from models.unit import Unit, UnitKind
from tests.permissions_table import COLUMNS
from tests.standing_world import answers
from tests.world import World, local

OTHER, OTHERS = "Vạn Xuân", "Hồ Tây"
"""Part of every name and word that belongs to another branch, to another committee."""
FIGURE, FIGURES = 7531, 8642
WORDS = {"branch": (OTHER, "7531", "7.531"), "committee": (OTHERS, "8642", "8.642")}
"""What must not be said to whom it does not concern."""
BOOKKEEPING = {"inbox", "outbox", "notice", "conversation", "account", "wrong_code", "local_message", "local_session"}
IDS = (
    *("obligation", "obligations", "report", "item", "attachment", "unit", "deadline", "excerpt", "invitation"),
    *("role", "draft", "batch", "file", "letter", "issue", "broadcast", "arts", "portal", "template", "plan"),
    *("inspection", "fix", "distribution", "activity", "conference", "person", "account", "link"),
)
"""Values of buttons and of what is asked that point at a row."""


@dataclass
class Side:
    """What one branch has, as values of buttons: {name: candidates}."""

    values: dict[str, list[Any]]


def twin(row: Any, **changes: Any) -> Any:
    """Return a copy of a row without its id and what is read only where it is asked for."""
    columns = [each.key for each in type(row).__mapper__.column_attrs if each.key != "id" and not each.deferred]
    return type(row)(**{**{name: getattr(row, name) for name in columns}, **changes})


async def fill(world: World) -> dict[str, Side]:
    """Let everybody of COLUMNS be there, and give sides "own" (Bảo tàng), "branch" and "committee"."""
    for letter, role in COLUMNS.items():
        await world.join(letter, role, "BT", f"Sample {letter}")
    await world.start_campaign()
    await world.move_to(local("2024-05-23 09:00"))
    return await world.write(lambda session: _sides(world, session))


async def _sides(world: World, session: AsyncSession) -> dict[str, Side]:
    branches = {each.code: each for each in await session.scalars(select(Unit).where(Unit.kind == UnitKind.BRANCH))}
    branches["TV"].name = branches["TV"].secretary_name = OTHER
    await session.flush()
    own = await _side(world, session, branches["BT"], "của mình", 5)
    branch = await _side(world, session, branches["TV"], OTHER, FIGURE)
    committee = await _side(world, session, await _other_committee(session, branches["TV"]), OTHERS, FIGURES)
    return {"own": own, "branch": branch, "committee": committee}


async def _other_committee(session: AsyncSession, like: Unit) -> Unit:
    """Make a second committee with a campaign, its forms, deadlines and one branch that owes all of them."""
    first = await session.get_one(Committee, like.committee_id)
    second = twin(first, name=OTHERS, short_name=OTHERS, office_name=OTHERS)
    session.add(second)
    await session.flush()
    for unit in (await session.scalars(select(Unit).where(Unit.committee_id == first.id))).all():
        if unit.kind != UnitKind.BRANCH or unit is like:
            session.add(twin(unit, committee_id=second.id, name=OTHERS, secretary_name=OTHERS))
    current = await campaign.current(session, first.id)
    await session.refresh(current, [each.key for each in type(current).__mapper__.column_attrs])  # some are deferred
    other = twin(current, committee_id=second.id, title=OTHERS)
    session.add(other)
    await session.flush()
    made = (await session.scalars(select(Unit).where(Unit.committee_id == second.id, Unit.code == like.code))).one()
    for form in (await session.scalars(select(Form).where(Form.campaign_id == current.id))).all():
        session.add(twin(form, campaign_id=other.id))
    for deadline in (await session.scalars(select(Deadline).where(Deadline.campaign_id == current.id))).all():
        theirs = twin(deadline, campaign_id=other.id, committee_id=second.id, title=OTHERS, short_title=OTHERS)
        session.add(theirs)
        await session.flush()
        owed = (await session.scalars(select(Obligation).where(Obligation.deadline_id == deadline.id).limit(1))).first()
        if owed:
            session.add(twin(owed, committee_id=second.id, deadline_id=theirs.id, unit_id=made.id))
    excerpt = (await session.scalars(select(Excerpt).limit(1))).one()
    session.add(twin(excerpt, committee_id=second.id, campaign_id=other.id, text=OTHERS, source=OTHERS))
    await session.flush()
    return made


async def _side(world: World, session: AsyncSession, unit: Unit, words: str, figure: int) -> Side:
    """Give a branch one of everything; return the ids."""
    owner, now = unit.committee_id, world.clock.now()
    about = {"committee_id": owner, "unit_id": unit.id}
    who, account, roles = await _person(world, session, unit, words)
    owed = list(await session.scalars(select(Obligation).where(Obligation.unit_id == unit.id).order_by(Obligation.id)))
    given = zip(owed, STATES, strict=False)
    reports = [await _report(session, each, state, words, figure, now) for each, state in given]
    files = await _files(session, about, owed[0], account, words, now)
    items = await _items(session, about, owed[0], who, files[0], words, now)
    codes = await _codes(world, session, about, words)
    pushed, letter = await _pushed(world, session, owner, owed[0], account, words)
    posted = await _posted(session, about, who, now)
    issued = await _issue(session, owner, unit, words, now)
    deadlines = list(await session.scalars(select(Deadline.id).where(Deadline.committee_id == owner).limit(2)))
    excerpts = list(await session.scalars(select(Excerpt.id).where(Excerpt.committee_id == owner).limit(1)))
    drafted = Draft((Entry(unit.id, {"attended": 5, "total": 6, "date": "2024-05-13"}),), deadlines[0], "paper")
    return Side(
        {
            "obligation": [each.id for each in owed],
            "obligations": [",".join(str(each.id) for each in owed), str(owed[0].id)],
            "report": [each.id for each in reports],
            "item": [each.id for each in items],
            "attachment": [each.id for each in files],
            "file": [files[0].id],
            "unit": [unit.id],
            "deadline": deadlines,
            "excerpt": excerpts,
            "invitation": [each.id for each in codes],
            "role": [each.id for each in roles],
            "draft": [drafted.dumped()],
            "batch": [pushed.batch],
            "letter": [letter.id],
            "issue": [issued.id],
            "broadcast": [await _broadcast(session, owner, who, words, now)],
            "distribution": [await _distribution(session, owner, words, now)],
            **await _inspection(session, owner, unit, words, now),
            "portal": [await _portal(session, owner, unit, words, now)],
            "arts": [await _arts(session, owner, unit, words, now)],
            "template": [await _template(session, owner, issued, words, now)],
            "plan": [await _plan(session, owner, words)],
            "activity": [each.id for each in posted],
            "conference": await _conferences(session, owner, unit, words, items),
            "person": [who.id],
            "account": [account.id],
            "link": [await _link(session, account, owner, unit, world)],
        }
    )


async def _person(world: World, session: AsyncSession, unit: Unit, words: str) -> tuple[Person, Account, list[Role]]:
    """Let one person hold every role of a branch."""
    owner, now = unit.committee_id, world.clock.now()
    who = Person(committee_id=owner, name=f"Người {words}", pushes=True, excerpts=True, joined_at=now)
    session.add(who)
    await session.flush()
    account = Account(bot_id=world.bot_id, external_id=f"of-{owner}-{unit.id}", person_id=who.id, reachable=True)
    roles = [Role(person_id=who.id, unit_id=unit.id, kind=kind, started_at=now) for kind in IN_A_BRANCH]
    session.add_all([account, *roles])
    await session.flush()
    return who, account, roles


async def _files(
    session: AsyncSession, about: dict[str, int], owed: Obligation, account: Account, words: str, now: Any
) -> list[Attachment]:
    """Keep a picture with what is owed, and one that belongs to nothing yet."""
    picture = Attachment(
        **about,
        obligation_id=owed.id,
        person_id=account.person_id,
        bot_id=account.bot_id,
        file_id="f",
        kind="photo",
        name=f"{words}.jpg",
        path="none",
        made_at=now,
    )
    made = [picture, twin(picture, obligation_id=None, album="one")]
    session.add_all(made)
    await session.flush()
    return made


async def _items(
    session: AsyncSession,
    about: dict[str, int],
    owed: Obligation,
    who: Person,
    picture: Attachment,
    words: str,
    now: Any,
) -> list[Item]:
    """Ask the office one thing of every kind."""
    made = [
        Item(
            **about,
            kind=kind,
            state=ItemState.OPEN,
            obligation_id=owed.id,
            person_id=who.id,
            text=f"lời {words}",
            how="figures" if kind == ItemKind.NOTE else "paper",
            attachment_id=picture.id,
            asked_at=now,
            asked_for=now.date(),
        )
        for kind in ItemKind
    ]
    session.add_all(made)
    await session.flush()
    return made


async def _codes(world: World, session: AsyncSession, about: dict[str, int], words: str) -> list[Invitation]:
    """Invite members and a secretary."""
    made = [
        Invitation(
            **about,
            token_hash=hashed(f"token {about['unit_id']} {kind}", b""),
            code_hash=hashed(f"code {about['unit_id']} {kind}", b""),
            role=kind,
            name=f"Mời {words}",
            uses_left=3,
            expires_at=world.clock.machine() + timedelta(days=3),
        )
        for kind in (RoleKind.MEMBER, RoleKind.SECRETARY)
    ]
    session.add_all(made)
    await session.flush()
    return made


async def _pushed(
    world: World, session: AsyncSession, owner: int, owed: Obligation, account: Account, words: str
) -> tuple[Notice, Outbox]:
    """Urge somebody; nobody knows whether the letter arrived."""
    now = world.clock.now()
    pushed = Notice(
        committee_id=owner,
        dedupe_key=f"push {owed.unit_id}",
        person_id=account.person_id,
        account_id=account.id,
        kind=NoticeKind.URGE,
        template="urge.said",
        details={},
        obligations=[owed.id],
        batch=f"batch-{owner}",
        told_at=now,
    )
    session.add(pushed)
    await session.flush()
    letter = Outbox(
        notice_id=pushed.id,
        account_id=account.id,
        bot_id=world.bot_id,
        token=outbox.new_token(),
        text=f"thư {words}",
        choices=[],
        priority=9,
        state=Out.UNKNOWN,
        error="unknown",
        not_before=world.clock.machine(),
        said_at=now,
    )
    session.add(letter)
    await session.flush()
    return pushed, letter


async def _broadcast(session: AsyncSession, owner: int, who: Person, words: str, now: Any) -> int:
    """The own committee's is the office's draft; the other's has gone out."""
    writer = await session.scalar(select(Account.person_id).where(Account.external_id == "O")) if owner == 1 else who.id
    made = Broadcast(
        committee_id=owner, text=words, roles=["secretary"], units=[], by_id=writer, state="draft", made_at=now
    )
    made.ordered_at = now if owner != 1 else None
    session.add(made)
    await session.flush()
    return made.id


async def _template(session: AsyncSession, owner: int, issued: Issue, words: str, now: Any) -> int:
    made = Template(committee_id=owner, name=f"{words}.docx", attachment_id=issued.file_id or 0, added_at=now)
    session.add(made)
    await session.flush()
    return made.id


async def _link(session: AsyncSession, account: Account, owner: int, unit: Unit, world: World) -> int:
    """A code with which this person would take another account of theirs in."""
    until = world.clock.machine() + timedelta(days=3)
    about = {"person_id": account.person_id, "account_id": account.id, "expires_at": until}
    made = LinkCode(committee_id=owner, code_hash=f"link {unit.id}", **about)
    session.add(made)
    await session.flush()
    return made.id


async def _plan(session: AsyncSession, owner: int, words: str) -> int:
    """A draft of a plan nobody has put in force."""
    read = plan.read_text(f"KẾ HOẠCH\n{words}\n\nI- VIỆC\n\n1- Các chi bộ báo cáo {words} trước ngày 30/12/2024.")
    items = [{"duty": 0, "title": words, "who": words, "form": "task", "kept": True, "due": "2024-12-30"}]
    made = campaign.Campaign(
        committee_id=owner,
        name=f"draft-{words}",
        title=words,
        body={**as_json.stored(read), "text": ""},
        facts={"items": items, "number": words},
        state=campaign.CampaignState.DRAFT,
    )
    session.add(made)
    await session.flush()
    return made.id


async def _distribution(session: AsyncSession, owner: int, words: str, now: Any) -> int:
    current = await campaign.current(session, owner)
    made = Distribution(committee_id=owner, campaign_id=current.id if current else 0, title=words, made_at=now)
    made.sent_at = now
    session.add(made)
    await session.flush()
    about = {"committee_id": owner, "distribution_id": made.id, "recipient": "branches", "told_at": now}
    told = await session.scalars(select(Person.id).where(Person.committee_id == owner))
    session.add_all([Delivery(**about, person_id=each) for each in told])
    return made.id


async def _inspection(session: AsyncSession, owner: int, unit: Unit, words: str, now: Any) -> dict[str, list[Any]]:
    current = await campaign.current(session, owner)
    about = {"committee_id": owner, "unit_id": unit.id}
    held = Inspection(
        **about,
        campaign_id=current.id if current else 0,
        on_day=now.date(),
        team="both",
        state="held",
        findings=f"kết quả {words}",
        recorded_at=now,
    )
    session.add(held)
    await session.flush()
    asked = [
        Fix(**about, inspection_id=held.id, what=f"việc {words}", due_on=now.date(), state=state)
        for state in ("open", "fixed")
    ]
    session.add_all(asked)
    await session.flush()
    return {"inspection": [held.id], "fix": [each.id for each in asked]}


async def _portal(session: AsyncSession, owner: int, unit: Unit, words: str, now: Any) -> int:
    current = await campaign.current(session, owner)
    about = {"committee_id": owner, "campaign_id": current.id if current else 0, "unit_id": unit.id}
    made = PortalItem(**about, kind="article", title=f"tin {words}", on_day=now.date(), recorded_at=now)
    session.add(made)
    await session.flush()
    return made.id


async def _arts(session: AsyncSession, owner: int, unit: Unit, words: str, now: Any) -> int:
    current = await campaign.current(session, owner)
    about = {"committee_id": owner, "campaign_id": current.id if current else 0, "unit_id": unit.id}
    made = Arts(**about, kind="contest", title=f"hội thi {words}", on_day=now.date(), recorded_at=now)
    session.add(made)
    await session.flush()
    return made.id


async def _conferences(session: AsyncSession, owner: int, unit: Unit, words: str, items: list[Item]) -> list[int]:
    """Announce a session that waits for a leader, one for which a leader comes, and one called off."""
    current = await campaign.current(session, owner)
    wish = next(each for each in items if each.kind == ItemKind.LEADER)
    about = {"committee_id": owner, "unit_id": unit.id, "campaign_id": current.id if current else 0, "version": 1}
    told = {"form": "in_person", "speaker": "department_leader", "speaker_name": f"lãnh đạo {words}"}
    day = date(2024, 5, 28)
    made = [
        Conference(**about, **told, on_day=day, state=state, leader=leader, item_id=item, recorded_at=wish.asked_at)
        for state, leader, item in (
            ("announced", "asked", wish.id),
            ("announced", "coming", None),
            ("cancelled", "", None),
        )
    ]
    session.add_all(made)
    await session.flush()
    later = Conference(**about, **told, on_day=date(2024, 5, 22), state="announced", recorded_at=wish.asked_at)
    later.makeup_of_id = made[0].id
    session.add(later)
    await session.flush()
    return [*(each.id for each in made), later.id]


async def _posted(session: AsyncSession, about: dict[str, int], who: Person, now: Any) -> list[Activity]:
    """Record a posting that stands and one that was taken back."""
    current = await campaign.current(session, about["committee_id"])
    told = {"campaign_id": current.id if current else 0, "place": "zalo", "count": 1, "on_day": now.date()}
    made = [Activity(**about, **told, person_id=who.id, recorded_at=now, removed_at=gone) for gone in (None, now)]
    session.add_all(made)
    await session.flush()
    return made


async def _issue(session: AsyncSession, owner: int, unit: Unit, words: str, now: Any) -> Issue:
    """Make a version of the report upward; the office's own whichever branch this side is."""
    current = await campaign.current(session, owner)
    file = Attachment(committee_id=owner, kind="document", name=f"{words}.docx", path="none", made_at=now)
    session.add(file)
    await session.flush()
    made = Issue(
        committee_id=owner,
        campaign_id=current.id if current else 0,
        number=unit.id,
        kind="final",
        name="study_report",
        period="",
        title=words,
        named=False,
        made_at=now,
        revisions=[],
        figures={"parts": []},
        file_id=file.id,
    )
    session.add(made)
    await session.flush()
    return made


STATES = (State.WAITING, State.INCOMPLETE, State.DRAFTING, State.ACCEPTED)


async def _report(session: AsyncSession, owed: Obligation, state: State, words: str, figure: int, now: Any) -> Report:
    deadline = await session.get_one(Deadline, owed.deadline_id)
    form = (
        await session.scalars(
            select(Form).where(Form.campaign_id == deadline.campaign_id, Form.name == deadline.form_name).limit(1)
        )
    ).one()
    given = answers(figure, figure, figure, limits=f"khó khăn {words}")
    made = Report(obligation_id=owed.id, form_id=form.id, answers=given, reopened=[], on_behalf="paper")
    session.add(made)
    await session.flush()
    owed.state = state
    if state is not State.DRAFTING:
        session.add(Revision(report_id=made.id, number=1, answers=given, flags=[], sent_at=now, timeliness="on_time"))
    return made


PLAIN: dict[str, Any] = {
    "told": '{"held_on": "2024-05-28"}',
    "revision": 1,
    "counter": 0,
    "count": 2,
    "number": 1,
    "n": 0,
    "page": 0,
    "offset": 0,
    "place": "zalo",
    "hour": "09:00",
    "at": "2024-05-24",
    "how": "paper",
    "day": "2024-05-28",
    "on": "2024-05-20",
    "part": "attended",
    "question": "attended",
    "value": "yes",
    "act": "send",
    "attended": 5,
    "total": 6,
    "push": "urge",
    "reason": "unknown",
    "text": "lời mới",
    "wanted": True,
    "what": "all",
    "command": "help",
    "kind": "question",
    "key": "office_phone",
    "recipient": "superior",
    "name": "Nguyễn Văn A",
    "shown": "",
    "without": "",
    "mode": "by",
    "period": "",
    "into": "BT",
    "which": "all",
    "time": "closes_on",
    "full": 20,
    "probationary": 2,
    "exempt": 1,
    "masses": 5,
    "tell": True,
    "version": 1,
    "given": '{"title":"Báo lịch hội nghị","form":"task","day":"2024-06-20","mode":"by","text":"","units":[]}',
}


def values(act: Any, given: dict[str, list[Any]], pick: int) -> dict[str, Any]:
    """Return values for a handler's parameters, ids from `given` (the `pick`-th candidate)."""
    found = {}
    for name, each in list(inspect.signature(act).parameters.items())[1:]:
        if name == "role" and each.annotation is str:
            found[name] = "member"
        elif name == "push" and each.annotation is int:
            found[name] = 999  # nobody's
        elif name == "place" and each.annotation is int:
            found[name] = 0  # of a plan's draft: its first item
        elif name in given:
            found[name] = given[name][pick % len(given[name])]
        elif name in PLAIN and each.kind is not each.VAR_KEYWORD:
            found[name] = PLAIN[name]
    return found


def has_ids(act: Any) -> bool:
    """Say whether a handler takes a value that points at a row."""
    taken = inspect.signature(act).parameters
    return any(name in IDS and not (name == "role" and each.annotation is str) for name, each in taken.items())


SUBJECTS = (
    "link",
    "plan",
    "broadcast",
    "obligation",
    "obligations",
    "item",
    "unit",
    "deadline",
    "excerpt",
    "invitation",
    "report",
    "file",
    "batch",
    "activity",
    "conference",
)


def subject(given: dict[str, list[Any]], pick: int) -> dict[str, Any]:
    """Return what a conversation could be in the middle of, pointing at `given`."""
    found = {name: given[name][pick % len(given[name])] for name in SUBJECTS}
    drafted = orjson.loads(given["draft"][0])
    return {
        **found,
        "draft": orjson.dumps(drafted).decode(),
        "role": "member",
        "push": "urge",
        "key": "office_phone",
        "given": PLAIN["given"],
    }


async def digest(session: AsyncSession) -> dict[tuple[str, int], str]:
    """Return every row of every table that is no bookkeeping."""
    await session.flush()
    return await session.run_sync(_digest)


def _digest(session: Session) -> dict[tuple[str, int], str]:
    tables = [each for each in Base.metadata.sorted_tables if each.name not in BOOKKEEPING]
    return {(table.name, row.id): str(tuple(row)) for table in tables for row in session.execute(select(table))}


def new_token() -> str:
    """Return a token of a message nobody was sent."""
    return outbox.new_token()
