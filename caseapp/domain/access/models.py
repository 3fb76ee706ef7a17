"""Who may see a case, as the shadow of its record: written with the case row, read by ``scope()`` alone."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base


class CaseAccess(Base):
    """One way into a case, or one bar: a unit (its posts) or a person.

    The unit where it arose and the one that holds it open it, so do the five seats. ``barred``: complained of, so
    that person, or every post in that unit, sees nothing of it. ``sealed``: only the desk for accusations comes in.
    """

    __tablename__ = "case_access"
    __table_args__ = (
        CheckConstraint("(unit_id IS NULL) <> (username IS NULL)", name="unit_or_person"),
        Index("ix_case_access_case", "case_id"),
        Index("ix_case_access_unit", "unit_id", "case_id"),
        Index("ix_case_access_person", "username", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    username: Mapped[str | None] = mapped_column(String(80))
    barred: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bool] = mapped_column(default=False)
