"""Who sits in the five seats of a case now, and the village teams that cases are staffed from."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base


class CaseSeat(Base):
    """A filled seat of a case: A, the deputy B, since when. The history of it is in the events."""

    __tablename__ = "case_seat"
    __table_args__ = (UniqueConstraint("case_id", "seat"), Index("ix_case_seat_holder", "holder", "seat"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    seat: Mapped[str] = mapped_column(String(10))
    holder: Mapped[str] = mapped_column(String(80))
    deputy: Mapped[str | None] = mapped_column(String(80))
    since: Mapped[date]


class StandingSeat(Base):
    """A seat of a unit's standing team: who takes it when a case of that unit is staffed in one step."""

    __tablename__ = "standing_seat"
    __table_args__ = (UniqueConstraint("unit_id", "seat"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    seat: Mapped[str] = mapped_column(String(10))
    holder: Mapped[str] = mapped_column(String(60))
    deputy: Mapped[str | None] = mapped_column(String(60))
