"""Frozen reports with their words and papers, and Word templates, which nothing ever changes or deletes; what the
villages say beside their figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base


class FrozenReport(Base):
    """One revision of a unit's month (rates.md §4). ``content`` is its JSON as it came out, byte for byte; ``stored``
    all that it is shown from, ``name`` the unit's name, ``words`` the wordbook and ``anchor`` the anchor of its day
    (rows from before have none of them); ``moved`` says which numbers a revision moved, and which cases and events
    moved them."""

    __tablename__ = "frozen_report"
    __table_args__ = (UniqueConstraint("unit_id", "month", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    month: Mapped[str] = mapped_column(String(7))
    revision: Mapped[int]
    as_of: Mapped[datetime]
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[str] = mapped_column(String(80))
    formulas: Mapped[int]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(80))
    content: Mapped[str] = mapped_column(Text)
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)
    name: Mapped[str | None] = mapped_column(String(80))
    stored: Mapped[str | None] = mapped_column(Text, deferred=True)
    words: Mapped[str | None] = mapped_column(String(80))
    anchor: Mapped[str | None] = mapped_column(String(160))


class FrozenWords(Base):
    """A wordbook: everything the program and the office said on a day, for the reports that were frozen then. Each one
    is kept once, under its digest."""

    __tablename__ = "frozen_words"

    digest: Mapped[str] = mapped_column(String(80), primary_key=True)
    content: Mapped[str] = mapped_column(Text)


class FrozenPaper(Base):
    """A paper of a frozen report as it was made when it was frozen: workbook, Word file, PDF, CSV, in Chinese."""

    __tablename__ = "frozen_paper"
    __table_args__ = (UniqueConstraint("report_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("frozen_report.id"))
    kind: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(80))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class MonthNote(Base):
    """What a village says beside its month's figures (存在问题, 下步打算): submitted to the town, or returned. It is
    settled once the town's month is frozen."""

    __tablename__ = "month_note"
    __table_args__ = (
        UniqueConstraint("unit_id", "month"),
        CheckConstraint("state IN ('submitted', 'returned')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    month: Mapped[str] = mapped_column(String(7))
    problems: Mapped[str] = mapped_column(Text)
    plans: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    remark: Mapped[str] = mapped_column(Text, default="")


class FileOfTheOffice:
    """A file that the office put here, by whom and when: one without content takes what was there out of use."""

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str] = mapped_column(String(80))
    put_by: Mapped[str] = mapped_column(String(80))
    put_at: Mapped[datetime]


class CountyForm(FileOfTheOffice, Base):
    """A form in Excel that the county wants filled every month, as the office put it here; by its name the latest one
    is in use, and one without content takes it out of use."""

    __tablename__ = "county_form"

    name: Mapped[str] = mapped_column(String(60), index=True)


class PaperTemplate(FileOfTheOffice, Base):
    """A Word template that the office put in the place of the program's own, for one kind of paper. The latest one is
    in use from the instant it was put there; one without content goes back to the program's own."""

    __tablename__ = "paper_template"
    __table_args__ = (CheckConstraint("paper IN ('month', 'week', 'year')", name="paper"),)

    paper: Mapped[str] = mapped_column(String(10), index=True)
