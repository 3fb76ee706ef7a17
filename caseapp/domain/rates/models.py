"""The figures the scheduler worked out on the 1st of each month."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base


class MonthFigures(Base):
    """A month's lines and rates of one unit as known when it ended. Not a frozen report: it names no cases."""

    __tablename__ = "month_figures"
    __table_args__ = (UniqueConstraint("unit_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    month: Mapped[str] = mapped_column(String(7))
    as_of: Mapped[datetime]
    formulas: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
