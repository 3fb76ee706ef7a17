"""What cases owe, and what of it was announced as overdue."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base
from caseapp.domain.deadlines.rules import KINDS

RUNNING = text("to_on IS NULL")


class Deadline(Base):
    """One item a case owes, as a span of days: owed at the end of each day from ``from_on`` until before ``to_on``.

    It keeps how its date was worked out: ``start_on`` + ``days`` under ``rule``. An extension or a follow-up ends the
    row and begins another, so any past day can be asked for. ``not_by`` is who does not meet it, though in the seat.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        CheckConstraint("kind IN ({})".format(", ".join(f"'{kind}'" for kind in KINDS)), name="kind"),
        CheckConstraint("to_on IS NULL OR to_on > from_on", name="span"),
        Index("ix_deadline_case", "case_id"),
        Index("ix_deadline_running", "due_on", "case_id", postgresql_where=RUNNING, sqlite_where=RUNNING),
        Index("ix_deadline_ended", "to_on", "due_on"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    kind: Mapped[str] = mapped_column(String(20))
    nth: Mapped[int]
    due_on: Mapped[date]
    start_on: Mapped[date]
    days: Mapped[int]
    rule: Mapped[str] = mapped_column(String(40))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    charged_to: Mapped[str] = mapped_column(String(10))
    not_by: Mapped[str | None] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(10), default="calendar", server_default="calendar")
    provisional: Mapped[bool] = mapped_column(default=False, server_default=false())


class Flag(Base):
    """An item announced as overdue, once for each version of its due date.

    A rung is a step of the ladder: seat, lead, office, heads. ``flagged_on`` is the first day at whose end the rung was
    reached, ``logged_at`` when a sweep put it down, ``person`` who was charged then: ``acting`` when the deputy was.
    """

    __tablename__ = "flag"
    __table_args__ = (UniqueConstraint("case_id", "kind", "nth", "due_on", "rung"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    nth: Mapped[int]
    due_on: Mapped[date]
    rung: Mapped[str] = mapped_column(String(10))
    flagged_on: Mapped[date]
    logged_at: Mapped[datetime]
    seat: Mapped[str | None] = mapped_column(String(10))
    person: Mapped[str | None] = mapped_column(String(80))
    acting: Mapped[bool] = mapped_column(default=False, server_default=false())
