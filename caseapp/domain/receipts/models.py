"""Receipts, tries at codes, return visits after a bad rating, and what is told to the discipline contact alone."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseapp.db import Base
from caseapp.db.sealed import LONGEST, LONGEST_ADDRESS, SealedText

RATED, PERFORMING = "rated", "performing"
UNDONE = text("done_at IS NULL")


class Receipt(Base):
    """The receipt (回执) of a case: the token in its QR code, the code printed beside it, who made it and when. Token
    and code are encrypted, so that a receipt can be printed again and the database alone opens none; a token is looked
    up by its digest."""

    __tablename__ = "receipt"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(SealedText(LONGEST))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    code: Mapped[str] = mapped_column(SealedText(LONGEST))
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(80))


class TrackAttempt(Base):
    """A number and code that did not belong together, or that something was sent from a place, kept for a day to slow
    guessing and floods down. ``key`` is a digest of the number that was typed, or of the address it came from: neither
    is kept as it was."""

    __tablename__ = "track_attempt"
    __table_args__ = (Index("ix_track_attempt_key", "key", "at"), Index("ix_track_attempt_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Callback(Base):
    """A return visit that a rating 不满意 asks for, of somebody who does not handle the case; of nobody named when
    there is none, then the office sees to it. One a rating. Or (``why`` is ``performing``) a further visit after the
    last one found that the matter is only being performed; ``rated_at`` is then when that one was recorded."""

    __tablename__ = "callback"
    __table_args__ = (
        UniqueConstraint("case_id", "rated_at"),
        Index("ix_callback_undone", "assigned_to", postgresql_where=UNDONE, sqlite_where=UNDONE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    rated_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(String(12), default=RATED, server_default=RATED)
    assigned_to: Mapped[str | None] = mapped_column(String(60))
    assigned_at: Mapped[datetime]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(80))


class PressureReport(Base):
    """Somebody says they were pressed or punished for petitioning (信访工作条例 art. 18, 46). The discipline contact
    alone learns that there is one. ``key`` is of the form and its words, so that sending it twice reports it once."""

    __tablename__ = "pressure_report"
    __table_args__ = (
        Index("ix_pressure_report_case", "case_id", "at"),
        Index("ix_pressure_report_undone", "at", postgresql_where=UNDONE, sqlite_where=UNDONE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    reach: Mapped[str] = mapped_column(SealedText(LONGEST_ADDRESS), default="")
    done_at: Mapped[datetime | None]
    notes: Mapped[list[PressureNote]] = relationship(order_by="PressureNote.id", back_populates="report")


class PressureNote(Base):
    """What the discipline contact did about it: who, when, in words."""

    __tablename__ = "pressure_note"
    __table_args__ = (Index("ix_pressure_note_report", "report_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("pressure_report.id"))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    report: Mapped[PressureReport] = relationship(back_populates="notes")
