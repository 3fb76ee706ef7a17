"""The tables of units, of what the office set, and of the official days it entered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base

Key = BigInteger().with_variant(Integer, "sqlite")


class Unit(Base):
    """A town, a village or community, or a group, as it stands today: the shadow of its changes.

    ``path`` is the codes from the town down, each closed by a slash; a unit that was merged lies within the one it went
    to (``into_id``). ``closed_on``: the day from which it is not there any more, past or to come.
    """

    __tablename__ = "unit"
    __table_args__ = (CheckConstraint("tier IN ('town', 'village', 'group')", name="tier"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    tier: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    path: Mapped[str] = mapped_column(String(200), index=True)
    closed_on: Mapped[date | None]
    into_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class UnitWithin(Base):
    """A unit that lies within another one, or is it: what ``path`` says, as rows to join with."""

    __tablename__ = "unit_within"

    above_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True, index=True)


class UnitChange(Base):
    """A change of the tree: a unit was opened, renamed, moved, merged or closed from a day on. Never changed, never
    deleted, chained. ``from_on`` NULL: the unit has always been there."""

    __tablename__ = "unit_change"
    __table_args__ = (CheckConstraint("kind IN ('opened', 'renamed', 'moved', 'merged', 'closed')", name="kind"),)

    seq: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    unit: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    from_on: Mapped[date | None]
    facts: Mapped[dict[str, str]] = mapped_column(JSON)
    by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))
    digest: Mapped[str] = mapped_column(String(64))


UNDECIDED = text("decided_at IS NULL")


class UnitRequest(Base):
    """A change of a unit that waits for a second person, or was decided: what was asked for by whom, what it would move
    as the asker saw it, who decided."""

    __tablename__ = "unit_request"
    __table_args__ = (
        CheckConstraint("kind IN ('moved', 'merged', 'closed')", name="kind"),
        Index("uq_unit_request_waiting", "unit", unique=True, postgresql_where=UNDECIDED, sqlite_where=UNDECIDED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    from_on: Mapped[date | None]
    facts: Mapped[dict[str, str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(500))
    moves: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
    note: Mapped[str] = mapped_column(String(500), default="")


DEMO = "demo"
TREE = "tree"
OWED_ANEW = "owed_anew"
BARRED_ANEW = "barred_anew"
SETTLED_ANEW = "settled_anew"
COUNTED_BY = "counted_by"
DUTIES = "duties"
ACCUSATION_NUMBERS = "accusation_numbers"


class Mark(Base):
    """A mark on the whole database: that it holds the demo township; the version of its tree of units; that what cases
    owe, or who is out of them, is to be worked out anew; by which version of the formulas what they add to figures was
    worked out; for which day duties stand (none: to be made); the secret by which accusations are given numbers;
    the key that personal data are encrypted with."""

    __tablename__ = "mark"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class Setting(Base):
    """One value the office set, valid from a day on: who, when. The latest one valid on a day is in force; none is
    ever changed, so what was in force on any day can be told."""

    __tablename__ = "office_setting"
    __table_args__ = (Index("ix_office_setting_key", "key", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(JSON)
    valid_from: Mapped[date]
    set_by: Mapped[str] = mapped_column(String(80))
    set_at: Mapped[datetime]


class CalendarDay(Base):
    """An official day the office entered: a holiday, or a weekend day that is worked (调休)."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("kind IN ('holiday', 'workday')", name="kind"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(200))
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime]
