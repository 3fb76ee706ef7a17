"""The append-only audit log, the seals over the chains of the cases, and the ledger of scheduled runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base, Hex
from caseapp.domain.audit.held import LONGEST_KEY

NOT_THERE = "not_there"
"""The detail of an entry about a try at something that is not there for who tried."""
Key = BigInteger().with_variant(Integer, "sqlite")


class AuditEntry(Base):
    """Who did or tried what: logins, refusals, exports, imports, changes of accounts. Never changed, never deleted."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_order", "at", "seq"),
        Index("ix_audit_entry_actor", "actor", "at", "seq"),
        Index("ix_audit_entry_action", "action", "at", "seq"),
        Index("ix_audit_entry_subject", "subject", "at", "seq"),
    )

    seq: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))


class StrayTries(Base):
    """How often something was tried from one origin in one hour, by nobody who is known or more often than is written
    down one by one: a network, a user name, or "" for all others together."""

    __tablename__ = "stray_tries"
    __table_args__ = (Index("ix_stray_tries_hour", "hour"),)

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(60), primary_key=True)
    tries: Mapped[int]
    last_at: Mapped[datetime]


class Seal(Base):
    """The head of one case's chain at a moment, sealed after the one before: a dropped tail or case shows here."""

    __tablename__ = "seal"

    seq: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(60), index=True)
    length: Mapped[int]
    head: Mapped[str] = mapped_column(Hex)
    digest: Mapped[str] = mapped_column(Hex)


class HeldRow(Base):
    """What a row that follows from no event said when it was written, as a digest (``held.py``); none when it went."""

    __tablename__ = "held_row"

    seq: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    table: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    covered: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class HeldNow(Base):
    """The salt of a held row as it is now, and the digest made with it. A salt goes with the words it was for, so that
    nobody can try what was erased."""

    __tablename__ = "held_now"

    table: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    covered: Mapped[str] = mapped_column(String(64))


class ChainHead(Base):
    """The last link of a chain, locked while one is added: so the chain has one end, and cutting it off shows. It
    bears the mark of a key that is not in the database (``heads.py``): so adding to it past the program shows too."""

    __tablename__ = "chain_head"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    seq: Mapped[int] = mapped_column(Key)
    digest: Mapped[str] = mapped_column(String(64))
    mark: Mapped[str] = mapped_column(String(64), default="")


class JobRun(Base):
    """One slot of one job. The unique key is what makes a slot run once over any number of processes."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("job", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(60))
    slot: Mapped[datetime]
    ran_at: Mapped[datetime]
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
