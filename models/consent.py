"""What a person said yes or no to, and when. Rows are only added."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Consent(Base):
    """`purpose` contact | excerpts; `given` True yes, False withdrawn or refused."""

    __tablename__ = "consent"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str]
    given: Mapped[bool]
    said_at: Mapped[datetime]
