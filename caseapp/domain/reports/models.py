"""Frozen reports: numbers, the cases behind them, and what they were worked out with. Never changed, never deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base


class FrozenReport(Base):
    """One revision of a unit's month (rates.md §4). ``content`` is the report as it came out, byte for byte; ``moved``
    says which numbers a revision moved, and which cases and events moved them."""

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
