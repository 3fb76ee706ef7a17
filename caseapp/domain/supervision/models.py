"""Supervision sheets 督办单: drafted by the sweep, issued by a person, answered by a seat, accepted or returned."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseapp.db import Base
from caseapp.domain.supervision.sheets import GROUNDS, OPEN, STATES

_OPEN = text("state IN ({})".format(", ".join(f"'{state}'" for state in OPEN)))


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return "{} IN ({})".format(column, ", ".join(f"'{word}'" for word in words))


class Sheet(Base):
    """One sheet: its case, its ground, what is required of which seat by when. One open sheet a case and ground."""

    __tablename__ = "supervision_sheet"
    __table_args__ = (
        UniqueConstraint("case_id", "ground", "trigger"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(_one_of("ground", GROUNDS), name="ground"),
        Index(
            "uq_supervision_sheet_open", "case_id", "ground", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN
        ),
        Index("ix_supervision_sheet_state", "state", "answer_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    ground: Mapped[str] = mapped_column(String(20))
    trigger: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10))
    requirement: Mapped[str] = mapped_column(Text, default="")
    seat: Mapped[str] = mapped_column(String(10))
    answer_on: Mapped[date | None]
    drafted_on: Mapped[date]
    issued_by: Mapped[str | None] = mapped_column(String(80))
    case: Mapped[Any] = relationship("Case")
    steps: Mapped[list[SheetStep]] = relationship(order_by="SheetStep.id", back_populates="sheet")


class SheetStep(Base):
    """What was done with a sheet: drafted, issued, answered, accepted, returned, dropped; who, when, in what words."""

    __tablename__ = "supervision_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("supervision_sheet.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text, default="")
    sheet: Mapped[Sheet] = relationship(back_populates="steps")
