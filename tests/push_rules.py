"""What no push may hold: other people's names, reasons of absence, another branch's name or figures."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from handlers.rules.figures import figures_of
from models.account import Account
from models.notice import Notice, NoticeKind
from models.obligation import Obligation
from models.outbox import Outbox
from models.person import Person
from models.report import Report, Revision
from models.role import IN_A_BRANCH, Role, RoleKind
from models.unit import Unit, UnitKind
from tests.world import World

PUSHED = (NoticeKind.REMINDER, NoticeKind.EXCERPT, NoticeKind.BRIEF, NoticeKind.URGE, NoticeKind.BROADCAST)
SIGNED = (NoticeKind.URGE, NoticeKind.BROADCAST, NoticeKind.ITEM)
"""Kinds that an office person sends by hand and signs: an urge, a correction, a request for completion."""
ABSENCE = re.compile(r"\b(lý do|ốm|đau|bệnh|thai sản|nghỉ phép|đi công tác|việc riêng)\b", re.IGNORECASE)
COUNTS = re.compile(r"\b\d+/\d+\b(?!/)(?= đảng viên| \()|\d,\d\d%|\d+ quần chúng")
TOGETHER = ("joint_session.offer", "end_notice.joined")
"""A branch that announces to study with another, or is merged into it, is named to that one; its figures are not."""

EXAMPLE = re.compile("ví dụ: “[^”]*”")
"""How a reply may look: figures of nobody."""


@dataclass(frozen=True)
class Told:
    """One message: to whom (id), in which branches and roles they ever were, and its words."""

    kind: str
    template: str
    text: str
    person: int
    branches: frozenset[int]
    roles: frozenset[str]


@dataclass
class Known:
    """Names of people by (id, branches, whether of the office), of branches by id, and what each branch reported."""

    people: list[tuple[str, int, frozenset[int], bool]]
    branches: dict[int, str]
    figures: dict[int, set[str]]


async def check(world: World) -> int:
    """Look at all that was pushed or told of another's act so far; return how many messages that were."""
    told, known = await world.read(_told), await world.read(_known)
    for each in told:
        assert not leaks(each, known), (each, leaks(each, known))
    return len(told)


def leaks(told: Told, known: Known) -> list[str]:
    """Return what is in a message and should not be."""
    if not told.roles <= IN_A_BRANCH:
        return _of_the_brief(told, known)
    found = [name for name, *who in known.people if name in told.text and not _may_be_named(told, *who)]
    others = {unit: name for unit, name in known.branches.items() if unit not in told.branches}
    named = {} if told.template in TOGETHER else others
    found += [name for unit, name in named.items() if re.search(rf"\b{re.escape(name)}\b", told.text)]
    own = set().union(*(known.figures.get(unit, set()) for unit in told.branches))
    found += [each for unit in others for each in known.figures.get(unit, set()) - own if each in told.text]
    if told.kind in PUSHED:
        found += ABSENCE.findall(told.text)
    if told.roles == {RoleKind.MEMBER}:
        found += COUNTS.findall(told.text)
    return found


def _may_be_named(told: Told, person: int, branches: frozenset[int], office: bool) -> bool:
    if person == told.person:
        return True
    if office:
        return told.kind in SIGNED
    return told.kind == NoticeKind.ITEM and bool(branches & told.branches)


def _of_the_brief(told: Told, known: Known) -> list[str]:
    """The office's brief names branches, nobody in them."""
    if told.kind != NoticeKind.BRIEF:
        return []
    named = [name for name, person, branches, _ in known.people if branches and person != told.person]
    return [name for name in named if name in told.text] + ABSENCE.findall(told.text)


async def _told(session: Any) -> list[Told]:
    rows = await session.execute(
        select(Notice, Outbox.text, Account.person_id)
        .join(Outbox, Outbox.notice_id == Notice.id)
        .join(Account, Account.id == Notice.account_id)
        .where(Notice.kind.in_([*PUSHED, NoticeKind.ITEM]), Outbox.text != "", Account.person_id.is_not(None))
    )
    held = (await session.scalars(select(Role))).all()
    return [
        Told(
            notice.kind,
            notice.template,
            EXAMPLE.sub("", text),
            person,
            frozenset(each.unit_id for each in held if each.person_id == person),
            frozenset(each.kind for each in held if each.person_id == person),
        )
        for notice, text, person in rows
    ]


async def _known(session: Any) -> Known:
    held = (await session.scalars(select(Role))).all()
    people = [
        (
            each.name,
            each.id,
            frozenset(role.unit_id for role in held if role.person_id == each.id and role.kind in IN_A_BRANCH),
            any(role.person_id == each.id and role.kind not in IN_A_BRANCH for role in held),
        )
        for each in await session.scalars(select(Person).where(Person.left_at.is_(None)))
    ]
    branches = await session.scalars(select(Unit).where(Unit.kind == UnitKind.BRANCH))
    sent = await session.execute(
        select(Obligation.unit_id, Revision.answers)
        .join(Report, Report.id == Revision.report_id)
        .join(Obligation, Obligation.id == Report.obligation_id)
    )
    figures: dict[int, set[str]] = {}
    for unit, answers in sent:
        found = figures_of(answers)
        if found.attended is not None and found.summoned:
            figures.setdefault(unit, set()).add(f"{found.attended}/{found.summoned}")
    return Known(people, {each.id: each.name for each in branches}, figures)
