"""Who may see a case, as the shadow of its record: written with the case row, read by ``scope()`` alone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base
from caseapp.domain.access.outside import AUTHORITIES


def _only(condition: str, *, barred: bool) -> dict[str, Any]:
    """An index of the ways in alone, or of the bars, which are few."""
    postgresql, sqlite = ("barred", "barred = 1") if barred else ("NOT barred", "barred = 0")
    return {
        "postgresql_where": text(f"{condition} AND {postgresql}"),
        "sqlite_where": text(f"{condition} AND {sqlite}"),
    }


UNITS, PEOPLE = "unit_id IS NOT NULL", "username IS NOT NULL"
CAUSED = text("because IS NOT NULL")


class CaseAccess(Base):
    """One way into a case, or one bar: a unit (its posts) or a person.

    The unit where it arose and the one that holds it open it, so do the five seats. ``barred``: out of it, so that
    person, or every post in that unit and below, or with a ``role`` the posts of that role in that very unit, sees
    nothing of it; ``because`` says whose naming is the cause (``circle.py``), and is empty for a declared interest.
    ``sealed``: only the desk for accusations comes in.
    """

    __tablename__ = "case_access"
    __table_args__ = (
        CheckConstraint("(unit_id IS NULL) <> (username IS NULL)", name="unit_or_person"),
        CheckConstraint("role IS NULL OR unit_id IS NOT NULL", name="role_in_a_unit"),
        Index("ix_case_access_case", "case_id", "unit_id"),
        Index("ix_case_access_unit", "unit_id", "case_id", **_only(UNITS, barred=False)),
        Index("ix_case_access_person", "username", "case_id", **_only(PEOPLE, barred=False)),
        Index("ix_case_access_barred_unit", "unit_id", "role", "case_id", **_only(UNITS, barred=True)),
        Index("ix_case_access_barred_person", "username", "case_id", **_only(PEOPLE, barred=True)),
        Index("ix_case_access_bars", "case_id", postgresql_where=text("barred"), sqlite_where=text("barred = 1")),
        Index("ix_case_access_because", "because", postgresql_where=CAUSED, sqlite_where=CAUSED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    username: Mapped[str | None] = mapped_column(String(80))
    barred: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bool] = mapped_column(default=False)
    role: Mapped[str | None] = mapped_column(String(20))
    because: Mapped[str | None] = mapped_column(String(80))


class TransferDuty(Base):
    """A matter that nobody who handles such matters may read because of whom it complains of: it is owed to an
    authority outside (``outside.py``), until it was handed over on a day to somebody there.

    ``sheet_for`` approved the naming at ``offered_at``, and may print the sheet that goes with it, as who logged the
    matter may. What one person ``said`` of handing it over stands here until ``confirmed_by`` agrees to it.
    """

    __tablename__ = "transfer_duty"
    __table_args__ = (
        UniqueConstraint("case_id"),
        CheckConstraint("authority IN ({})".format(", ".join(f"'{one}'" for one in AUTHORITIES)), name="authority"),
        CheckConstraint("(handed_on IS NULL) = (received_by IS NULL)", name="received_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    authority: Mapped[str] = mapped_column(String(20))
    since_on: Mapped[date]
    due_on: Mapped[date]
    sheet_for: Mapped[str | None] = mapped_column(String(80))
    offered_at: Mapped[datetime | None]
    printed_at: Mapped[datetime | None]
    handed_on: Mapped[date | None]
    received_by: Mapped[str | None] = mapped_column(String(80))
    handed_by: Mapped[str | None] = mapped_column(String(80))
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    said_by: Mapped[str | None] = mapped_column(String(80))
    said_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(80))


class Interest(Base):
    """Somebody declared an interest in a case, or in a party of it, and is out of it (回避, 信访工作条例 art. 28).

    Declaring needs nobody's leave; undoing needs two others: one who asks and one who agrees.
    """

    __tablename__ = "interest"
    __table_args__ = (Index("ix_interest_case", "case_id"), Index("ix_interest_person", "username"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    username: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(500))
    declared_at: Mapped[datetime]
    undo_asked_by: Mapped[str | None] = mapped_column(String(80))
    undone_by: Mapped[str | None] = mapped_column(String(80))
    undone_at: Mapped[datetime | None]
