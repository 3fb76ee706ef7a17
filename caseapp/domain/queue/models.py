"""What was taken from the queues of phones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base


class TakenRecord(Base):
    """A record that a phone sent and that is stored: sent again, it is answered with the same case and nothing is
    stored. The id is the phone's own, so it belongs to the user: somebody else's same id is another record. Kept for
    good, because a phone may lie in a drawer for a year."""

    __tablename__ = "taken_record"

    username: Mapped[str] = mapped_column(String(80), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))  # empty only inside the taking transaction
    taken_at: Mapped[datetime]
