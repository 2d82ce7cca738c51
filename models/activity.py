"""Dissemination: where and when a branch made the topic known."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class Activity(Owned, Base):
    """`place` a value of the form's list of places (zalo, facebook …); `count` items, posts or sessions."""

    __tablename__ = "activity"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    place: Mapped[str]
    count: Mapped[int]
    on_day: Mapped[date]
    excerpt_id: Mapped[int | None] = mapped_column(ForeignKey("excerpt.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
