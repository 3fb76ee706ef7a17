"""Letters, the files that were made of them, and how they were served."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseapp.db import Base
from caseapp.db.sealed import SealedText
from caseapp.domain.issuing.kinds import STATES

Key = BigInteger().with_variant(Integer, "sqlite")


class Letter(Base):
    """One letter of a case: what is written in it (JSON, encrypted), the facts of the case
    that stand in it once it is issued, who wrote, checked, signed off, issued, withdrew
    and filed it, and when. A row is never deleted: one that has a number keeps it."""

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("state IN ({})".format(", ".join(f"'{state}'" for state in STATES)), name="state"),
        CheckConstraint("(number IS NULL) = (issued_at IS NULL)", name="numbered_when_issued"),
        Index("ix_letter_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    written: Mapped[str] = mapped_column(SealedText())
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    writers: Mapped[list[str]] = mapped_column(JSON)
    drafted_by: Mapped[str] = mapped_column(String(80))
    drafted_at: Mapped[datetime]
    checked_by: Mapped[str | None] = mapped_column(String(80))
    checked_at: Mapped[datetime | None]
    signed_by: Mapped[str | None] = mapped_column(String(80))
    signed_at: Mapped[datetime | None]
    issued_by: Mapped[str | None] = mapped_column(String(80))
    issued_at: Mapped[datetime | None]
    issued_on: Mapped[date | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    filed_by: Mapped[str | None] = mapped_column(String(80))
    filed_at: Mapped[datetime | None]
    case: Mapped[Any] = relationship("Case")


class LetterFile(Base):
    """A file of an issued letter as it was made, once: the original and the one marked 副本, in Word and as a PDF;
    base64, encrypted, because it says what the letter says."""

    __tablename__ = "letter_file"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    content: Mapped[str] = mapped_column(SealedText())
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


SERVED = text("served_on IS NOT NULL")


class LetterService(Base):
    """One try to serve a letter to one of those it is addressed to: in which way, on which day, and the day from which
    it counts as served; none where it was in vain, with why. What shows it is a paper of the case or the number of a
    parcel."""

    __tablename__ = "letter_service"
    __table_args__ = (
        Index(
            "uq_letter_service_served",
            "letter_id",
            "receiver",
            unique=True,
            postgresql_where=SERVED,
            sqlite_where=SERVED,
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    receiver: Mapped[str] = mapped_column(String(200))
    way: Mapped[str] = mapped_column(String(12))
    tried_on: Mapped[date]
    served_on: Mapped[date | None]
    received_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    why: Mapped[str] = mapped_column(String(500), default="", server_default="")
    paper: Mapped[str] = mapped_column(String(10), default="", server_default="")
    parcel: Mapped[str] = mapped_column(String(60), default="", server_default="")
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
