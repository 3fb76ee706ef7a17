"""What the Friday meeting decided (议定事项)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseapp.db import Base

RUNNING = text("done_on IS NULL")


class MeetingDecision(Base):
    """One decision: in which week (its Monday), what, who answers for it by when; about one case, or about none."""

    __tablename__ = "meeting_decision"
    __table_args__ = (
        Index("ix_meeting_decision_week", "unit_id", "week"),
        Index("ix_meeting_decision_running", "responsible", "due_on", postgresql_where=RUNNING, sqlite_where=RUNNING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    week: Mapped[date]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    text: Mapped[str] = mapped_column(Text)
    responsible: Mapped[str] = mapped_column(String(80))
    due_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    done_on: Mapped[date | None]
    done_by: Mapped[str | None] = mapped_column(String(80))
    done_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    case: Mapped[Any] = relationship("Case")
