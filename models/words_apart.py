"""Words on what is internal: apart from every report, so that nothing made of reports holds them."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned
from models.obligation import Obligation


class WordsApart(Owned, Base):
    """The answer to a sensitive question; `mark` stands for it in the report, "" for what the office typed in."""

    __tablename__ = "words_apart"

    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), index=True)
    question: Mapped[str]
    text: Mapped[str]
    mark: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]


def new_mark() -> str:
    """Return what stands in a report for words kept apart."""
    return secrets.token_hex(8)


def keep(
    session: AsyncSession, owed: Obligation, question: str, text: str, mark: str, by: int | None, now: datetime
) -> None:
    """Keep words; those before stay for the record until they are no longer kept."""
    about = {"committee_id": owed.committee_id, "obligation_id": owed.id, "question": question}
    session.add(WordsApart(**about, text=text, mark=mark, by_id=by, written_at=now))


async def of_obligation(session: AsyncSession, obligation_id: int) -> Sequence[WordsApart]:
    """Return all that was written about an obligation, oldest first."""
    query = select(WordsApart).where(WordsApart.obligation_id == obligation_id, WordsApart.text != "")
    return (await session.scalars(query.order_by(WordsApart.id))).all()
