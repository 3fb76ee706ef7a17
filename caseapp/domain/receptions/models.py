"""The days on which leaders receive petitioners (领导接访日), and who was received on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseapp.db import Base


class ReceptionDay(Base):
    """A day that was posted: which leader receives whom comes, from when to when, where. One that is called off
    stays on record with the reason."""

    __tablename__ = "reception_day"
    __table_args__ = (
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_by IS NULL)", name="called_off_by_somebody"),
        Index("ix_reception_day_day", "unit_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    day: Mapped[date]
    begins: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
    place: Mapped[str] = mapped_column(String(200))
    leader: Mapped[str] = mapped_column(String(80))
    posted_by: Mapped[str] = mapped_column(String(80))
    posted_at: Mapped[datetime]
    cancelled_by: Mapped[str | None] = mapped_column(String(80))
    cancelled_at: Mapped[datetime | None]
    cancelled_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")


class Reception(Base):
    """A case whose petitioner was received on such a day: the event (``seq``) that tells what was said, and the
    decision that holds what the leader promised, where they did."""

    __tablename__ = "reception"
    __table_args__ = (UniqueConstraint("reception_day_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reception_day_id: Mapped[int] = mapped_column(ForeignKey("reception_day.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    seq: Mapped[int]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_decision.id"))
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    day: Mapped[ReceptionDay] = relationship()
    case: Mapped[Any] = relationship("Case")
    decision: Mapped[Any] = relationship("MeetingDecision")
