"""The Party committee that issues plans, its office and its names: data, never constants."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Committee(Base):
    """`office_name` is who sends ("Văn phòng Đảng ủy Sở"); `facts` holds what an office fills in once:

    office_phone, office_room, place, superior … (text). `paused` holds all pushes (/tamdung) until the office resumes.
    """

    __tablename__ = "committee"

    name: Mapped[str]
    short_name: Mapped[str]
    superior: Mapped[str]
    office_name: Mapped[str]
    facts: Mapped[dict[str, Any]]
    paused: Mapped[bool] = mapped_column(default=False)


FIRST = select(Committee).order_by(Committee.id).limit(1)


async def the_only(session: AsyncSession) -> Committee | None:
    """Return the installation's committee, None before `init`."""
    return (await session.scalars(FIRST)).first()
