"""How a distributed document came to one recipient: told in chat and opened, or sent another way as recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned
from models.unit import Unit


class Delivery(Owned, Base):
    """`recipient` a key of the plan's list. A person was told and perhaps opened it; without a person the office
    recorded `number`, `on_day` and `route` of what it sent itself (the superior is never messaged).
    """

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("distribution_id", "person_id"),)

    distribution_id: Mapped[int] = mapped_column(ForeignKey("distribution.id"), index=True)
    recipient: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    told_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    number: Mapped[str] = mapped_column(default="")
    on_day: Mapped[date | None]
    route: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


@dataclass(frozen=True, slots=True)
class Seen:
    """Of a group of recipients: how many were told, how many of them opened it."""

    told: int
    opened: int


async def to_person(session: AsyncSession, distribution_id: int, person_id: int) -> Delivery | None:
    """Return how it came to a person, None if it did not."""
    query = select(Delivery).where(Delivery.distribution_id == distribution_id, Delivery.person_id == person_id)
    return (await session.scalars(query)).first()


async def seen(session: AsyncSession, distribution_id: int) -> dict[str, Seen]:
    """Return {recipient: how many were told and opened it}."""
    query = select(Delivery.recipient, func.count(Delivery.told_at), func.count(Delivery.opened_at))
    query = query.where(Delivery.distribution_id == distribution_id, Delivery.person_id.is_not(None))
    rows = await session.execute(query.group_by(Delivery.recipient))
    return {recipient: Seen(int(told), int(opened)) for recipient, told, opened in rows}


async def unopened_units(session: AsyncSession, distribution_id: int) -> Sequence[Unit]:
    """Return the units of which nobody opened it, in register order."""
    opened = select(Delivery.unit_id).where(
        Delivery.distribution_id == distribution_id, Delivery.opened_at.is_not(None), Delivery.unit_id.is_not(None)
    )
    told = select(Delivery.unit_id).where(Delivery.distribution_id == distribution_id, Delivery.told_at.is_not(None))
    query = select(Unit).where(Unit.id.in_(told), Unit.id.not_in(opened))
    return (await session.scalars(query.order_by(Unit.ordinal, Unit.id))).all()


async def recorded(session: AsyncSession, distribution_id: int) -> Sequence[Delivery]:
    """Return what the office sent itself and recorded."""
    query = select(Delivery).where(Delivery.distribution_id == distribution_id, Delivery.person_id.is_(None))
    return (await session.scalars(query.order_by(Delivery.id))).all()
