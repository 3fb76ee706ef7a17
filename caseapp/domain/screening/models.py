"""The tables of screening rounds that were made. A round that is owed stands nowhere: ``rounds.py`` works it out."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseapp.db import Base


class ScreeningRound(Base):
    """A round on record: which days of which village, where they went, how many households, signed by whom and when.

    ``nothing_found`` is what was signed; what the round shows is counted from its findings.
    """

    __tablename__ = "screening_round"
    __table_args__ = (
        UniqueConstraint("unit_id", "first_on"),
        CheckConstraint("last_on >= first_on", name="span"),
        CheckConstraint("households >= 1", name="households"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    area: Mapped[str] = mapped_column(String(200))
    households: Mapped[int]
    companions: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)
    nothing_found: Mapped[bool]
    signed_by: Mapped[str] = mapped_column(String(80))
    signed_on: Mapped[date]
    signed_at: Mapped[datetime]
    token: Mapped[str] = mapped_column(String(80), unique=True)
    members: Mapped[list[ScreeningMember]] = relationship(
        order_by="ScreeningMember.username", cascade="all, delete-orphan"
    )

    @property
    def is_late(self) -> bool:
        """Whether it was put on record after its last day."""
        return self.signed_on > self.last_on


class ScreeningMember(Base):
    """Somebody with an account who went on a round."""

    __tablename__ = "screening_member"

    round_id: Mapped[int] = mapped_column(ForeignKey("screening_round.id"), primary_key=True)
    username: Mapped[str] = mapped_column(String(80), primary_key=True)


class ScreeningFinding(Base):
    """A case that a round found. Who may not see the case does not see this either."""

    __tablename__ = "screening_finding"
    __table_args__ = (Index("ix_screening_finding_round", "round_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("screening_round.id"))
    added_at: Mapped[datetime]


class ScreeningCorrection(Base):
    """What was corrected of a round: which value, what it was and became, why, by whom. Nothing is changed silently."""

    __tablename__ = "screening_correction"
    __table_args__ = (Index("ix_screening_correction_round", "round_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("screening_round.id"))
    field: Mapped[str] = mapped_column(String(20))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(500))
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    token: Mapped[str] = mapped_column(String(80))
