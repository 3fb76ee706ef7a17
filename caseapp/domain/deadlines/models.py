"""What cases owe, and what of it was announced as overdue."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base
from caseapp.domain.deadlines.rules import KINDS

RUNNING = text("to_on IS NULL")
IS_LATE = text("late_bin IS NOT NULL")
BEGINS_BY_TIME = text("kind = 'team'")
OF_OTHERS = text("lead IS NOT NULL AND (person IS NULL OR person <> lead)")


class Deadline(Base):
    """One item a case owes, as a span of days: owed at the end of each day from ``from_on`` until before ``to_on``.

    It keeps how its date was worked out: ``start_on`` + ``days`` under ``rule``. An extension or a follow-up ends the
    row and begins another, so any past day can be asked for. ``not_by`` is who does not meet it, though in the seat.
    ``late_from``, ``late_to`` and ``late_bin`` say at the ends of which months it is late (``late.py``).
    """

    __tablename__ = "deadline"
    __table_args__ = (
        CheckConstraint("kind IN ({})".format(", ".join(f"'{kind}'" for kind in KINDS)), name="kind"),
        CheckConstraint("to_on IS NULL OR to_on > from_on", name="span"),
        Index("ix_deadline_case", "case_id"),
        Index("ix_deadline_running", "due_on", "case_id", postgresql_where=RUNNING, sqlite_where=RUNNING),
        Index("ix_deadline_ended", "to_on", "due_on"),
        Index(
            "ix_deadline_late", "late_bin", "due_on", "late_from", "late_to", "case_id", "kind",
            postgresql_where=IS_LATE, sqlite_where=IS_LATE,
        ),
        Index("ix_deadline_begins", "from_on", postgresql_where=BEGINS_BY_TIME, sqlite_where=BEGINS_BY_TIME),
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
    late_from: Mapped[int | None] = mapped_column(SmallInteger)
    late_to: Mapped[int | None] = mapped_column(SmallInteger)
    late_bin: Mapped[int | None] = mapped_column(SmallInteger)


def _by_due(column: str) -> Index:
    """Rows that name somebody in a column, in order of due date."""
    named, name = text(f"{column} IS NOT NULL"), f"ix_duty_{column.removesuffix('_id')}"
    return Index(name, column, "due_on", "id", postgresql_where=named, sqlite_where=named)


class Duty(Base):
    """A due item that stands today (``id`` is its row in ``deadline``), with who answers for it today: a ``person``,
    ``acting`` when that is the deputy; else the petition office of a town, or the unit that holds the case, with its
    ``tier`` and who of it does not meet it (``not_by``). ``lead``: who answers for the case as its lead. ``rungs``: how
    many rungs of the ladder it climbed. ``guarded``: the case is an accusation or somebody is out of it, so that it is
    looked up for each reader whether they see it; any other is seen by everybody whom its rows name (decision 46).

    Which day that is stands in the mark ``duties``; ``actions/duties.py`` writes all of it.
    """

    __tablename__ = "duty"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN person IS NULL THEN 0 ELSE 1 END) + (CASE WHEN town_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN holder_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_answers",
        ),
        Index("ix_duty_case", "case_id"),
        Index("ix_duty_due", "due_on", "from_on"),
        Index("ix_duty_rungs", "rungs", "due_on"),
        Index("ix_duty_lead", "lead", "due_on", "id", postgresql_where=OF_OTHERS, sqlite_where=OF_OTHERS),
        *map(_by_due, ("person", "town_id", "holder_id")),
    )

    id: Mapped[int] = mapped_column(ForeignKey("deadline.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    kind: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    from_on: Mapped[date]
    days: Mapped[int]
    person: Mapped[str | None] = mapped_column(String(80))
    acting: Mapped[bool]
    town_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    tier: Mapped[str | None] = mapped_column(String(10))
    not_by: Mapped[str | None] = mapped_column(String(80))
    lead: Mapped[str | None] = mapped_column(String(80))
    rungs: Mapped[int]
    guarded: Mapped[bool] = mapped_column(default=True, server_default=true())


class DutyReader(Base):
    """Whose list of what is owed a duty is in, in order of due date: the posts of a unit that read cases (``reader`` is
    its id), or a person who comes into the case by no such post (``@`` and the user name). It opens nothing: a list
    is asked through ``scope()`` like any other."""

    __tablename__ = "duty_reader"
    __table_args__ = (Index("ix_duty_reader_duty", "duty_id"), {"sqlite_with_rowid": False})

    reader: Mapped[str] = mapped_column(String(90), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id", ondelete="CASCADE"), primary_key=True)


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
