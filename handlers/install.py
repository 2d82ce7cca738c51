"""Sets up a committee from a campaign's files: names, units, forms, excerpts. Never undoes what the office changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from campaigns import schema
from models import form as forms
from models.base import add_new
from models.campaign import Campaign, CampaignState, text_of
from models.committee import Committee
from models.excerpt import Excerpt
from models.form import Form
from models.headcount import Headcount
from models.unit import Unit, UnitKind

STANDING = (
    (UnitKind.OFFICE, "VPĐU", "Văn phòng"),  # "VP" is what a branch of the Department's own office is called
    (UnitKind.INSPECTION, "UBKT", "Ủy ban Kiểm tra"),
    (UnitKind.EDITORIAL, "BBT", "Ban Biên tập Cổng thông tin điện tử"),
    (UnitKind.COMMITTEE, "ĐU", "Đảng ủy"),
)
"""Units every committee has besides its branches: kind, code, name (changeable data from then on)."""
RESERVED = frozenset(code for _, code, _ in STANDING)
"""Codes that no branch can have."""


async def committee(session: AsyncSession, given: schema.Campaign) -> Committee:
    """Create the committee with its standing units, or return the one that is there."""
    if found := (await session.scalars(select(Committee).limit(1))).first():
        return found
    names = given.plan.committee
    made = Committee(
        name=names.name,
        short_name=names.short_name,
        superior=names.superior,
        office_name=names.office_name,
        facts={"superior_board": names.superior_board},
    )
    session.add(made)
    await session.flush()
    session.add_all(_standing(made.id, *unit) for unit in STANDING)
    return made


def _standing(committee_id: int, kind: str, code: str, name: str) -> Unit:
    return Unit(committee_id=committee_id, kind=kind, code=code, name=name, short_names=[], ordinal=0)


async def campaign(session: AsyncSession, owner: Committee, given: schema.Campaign) -> Campaign:
    """Create or refresh a campaign: the plan's body is replaced, forms get a new version where they differ."""
    query = select(Campaign).where(Campaign.committee_id == owner.id, Campaign.name == given.plan.name)
    found = (await session.scalars(query)).one_or_none()
    body = given.plan.model_dump(mode="json")
    if found is None:
        found = Campaign(
            committee_id=owner.id,
            name=given.plan.name,
            title=given.plan.title,
            body=body,
            facts={},
            state=CampaignState.PREPARED,
        )
        session.add(found)
    found.title, found.body, found.text = given.plan.title, body, given.text
    await session.flush()
    for each in given.forms:
        await _form(session, found, each)
    await _excerpts(session, found, given.excerpts)
    return found


@dataclass(frozen=True)
class PlanChange:
    """What a campaign's files change in what is stored: `part` plan | deadline | form | excerpts, `title` of which."""

    part: str
    title: str


async def changes(session: AsyncSession, owner: Committee, given: schema.Campaign) -> list[PlanChange]:
    """Say what `campaign` would change in a campaign that is there; nothing for one that is new."""
    query = select(Campaign).where(Campaign.committee_id == owner.id, Campaign.name == given.plan.name)
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        return []
    changed = list(_plan_changes(found.body, given.plan))
    if await text_of(session, found.id) != given.text and PlanChange("plan", given.plan.title) not in changed:
        changed.insert(0, PlanChange("plan", given.plan.title))
    for each in given.forms:
        newest = await forms.latest(session, found.id, each.name)
        if newest is None or newest.body != each.model_dump(mode="json"):
            changed.append(PlanChange("form", each.title))
    known = set(await session.scalars(select(Excerpt.name).where(Excerpt.campaign_id == found.id)))
    if more := sum(each.name not in known for each in given.excerpts):
        changed.append(PlanChange("excerpts", str(more)))
    return changed


def _plan_changes(stored: dict[str, Any], plan: schema.Plan) -> Iterator[PlanChange]:
    body = plan.model_dump(mode="json")
    if {**stored, "deadlines": None} != {**body, "deadlines": None}:
        yield PlanChange("plan", plan.title)
    before = {each["name"]: each for each in stored["deadlines"]}
    for each, now in zip(plan.deadlines, body["deadlines"], strict=True):
        if before.get(each.name) != now:
            yield PlanChange("deadline", schema.titled(each.title, "").strip())


async def _form(session: AsyncSession, owner: Campaign, given: schema.Form) -> None:
    newest = await forms.latest(session, owner.id, given.name)
    body = given.model_dump(mode="json")
    if newest is None or newest.body != body:
        version = newest.version + 1 if newest else 1
        session.add(Form(campaign_id=owner.id, name=given.name, version=version, body=body))


async def _excerpts(session: AsyncSession, owner: Campaign, given: Sequence[schema.Excerpt]) -> None:
    rows = [
        {
            "committee_id": owner.committee_id,
            "campaign_id": owner.id,
            "ordinal": place,
            "withdrawn": False,
            **each.model_dump(),
        }
        for place, each in enumerate(given, 1)
    ]
    await add_new(session, Excerpt, rows, ("campaign_id", "name"))


async def branch(
    session: AsyncSession,
    owner: Committee,
    *,
    code: str,
    name: str,
    ordinal: int,
    as_of: date,
    short_names: Sequence[str] = (),
    full: int | None = None,
    probationary: int | None = None,
    exempt: int | None = None,
    masses: int | None = None,
    secretary: str = "",
    deputy: str = "",
    known: Unit | None = None,
) -> tuple[Unit, bool]:
    """Create or update a branch, `known` or found by its code; return it and whether it is new.

    A count is kept as of `as_of`.
    """
    query = select(Unit).where(Unit.committee_id == owner.id, Unit.kind == UnitKind.BRANCH, Unit.code == code)
    found = known or (await session.scalars(query)).one_or_none()
    is_new = found is None
    if found is None:
        found = Unit(committee_id=owner.id, kind=UnitKind.BRANCH, active_from=as_of)
        session.add(found)
    found.code = code
    found.name, found.ordinal, found.short_names = name, ordinal, list(short_names)
    found.secretary_name, found.deputy_name = secretary, deputy
    await session.flush()
    if full is not None:
        await _headcount(session, found.id, as_of, full, probationary or 0, exempt or 0, masses)
    return found, is_new


async def _headcount(
    session: AsyncSession, unit_id: int, as_of: date, full: int, probationary: int, exempt: int, masses: int | None
) -> None:
    query = select(Headcount).where(Headcount.unit_id == unit_id, Headcount.as_of == as_of)
    row = (await session.scalars(query)).one_or_none() or Headcount(unit_id=unit_id, as_of=as_of)
    row.full, row.probationary, row.exempt, row.masses = full, probationary, exempt, masses
    session.add(row)
    await session.flush()
