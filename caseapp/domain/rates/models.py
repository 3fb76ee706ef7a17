"""What each case adds to the windows of reports."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base

Key = BigInteger().with_variant(Integer, "sqlite")


class Contributed(Base):
    """What one case adds to a run of windows of a series (``runs.py``), packed (``packed.py``): the shadow of its
    events. ``unit_id`` is where it arose; ``formulas`` the version it was worked out with."""

    __tablename__ = "contribution"
    __table_args__ = (
        Index("ix_contribution_window", "series", "bin", "first", "last"),
        {"sqlite_with_rowid": False},
    )

    case_id: Mapped[int] = mapped_column(Key, ForeignKey("case_file.id"), primary_key=True, autoincrement=False)
    marks: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    block: Mapped[int]
    people: Mapped[int]
    series: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(SmallInteger)
    bin: Mapped[int] = mapped_column(SmallInteger)
    formulas: Mapped[int] = mapped_column(SmallInteger)
    category: Mapped[str] = mapped_column(String(30))
    lead: Mapped[str | None] = mapped_column(String(80))
    more: Mapped[str | None] = mapped_column(String(200))


class ContributionChange(Base):
    """A row of ``contribution`` that came (``times`` 1) or went (-1) and is in no sum yet."""

    __tablename__ = "contribution_change"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    times: Mapped[int] = mapped_column(SmallInteger)
    case_id: Mapped[int] = mapped_column(Key)
    marks: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int]
    block: Mapped[int]
    people: Mapped[int]
    series: Mapped[int] = mapped_column(SmallInteger)
    first: Mapped[int] = mapped_column(SmallInteger)
    last: Mapped[int] = mapped_column(SmallInteger)
    category: Mapped[str] = mapped_column(String(30))
    lead: Mapped[str | None] = mapped_column(String(80))
    more: Mapped[str | None] = mapped_column(String(200))


class ContributionSum(Base):
    """What the cases of a unit add to a window together (``sums.py``); of unit 0 those of all units, which is there of
    each window that is kept."""

    __tablename__ = "contribution_sum"

    series: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    accusations: Mapped[int]
    whole: Mapped[str] = mapped_column(Text)
    county: Mapped[str] = mapped_column(Text)
    parts: Mapped[str] = mapped_column(Text)
