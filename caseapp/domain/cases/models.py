"""The tables of cases. The event log is the truth; ``case_file`` and what hangs on it are its shadow, rebuilt by
``actions/shadow.py`` after every event."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseapp.db import Base, Hex
from caseapp.db.sealed import LONGEST, LONGEST_ADDRESS, SealedJSON, SealedText
from caseapp.domain.cases.snapshot import STANDING
from caseapp.domain.cases.words import SEATS

Key = BigInteger().with_variant(Integer, "sqlite")


STANDINGS = tuple(dict.fromkeys(STANDING.values()))
OPEN_ONLY, WAITING = text("standing = 'open'"), text("decided_at IS NULL")
MERGED = text("merged_into IS NOT NULL")
OF_MANY = text("matter IS NOT NULL")
ASSIGNED = text("assigned_on IS NOT NULL")
CONFIRMABLE = text("confirmable_since IS NOT NULL")
CLAIMED = text("subsidy_on IS NOT NULL")
VISITS = text("channel = 'visit'")
OPEN_SEALED = text("sealed AND standing = 'open'")
STAFFED = len(SEATS)


def _in_order(name: str, clause: str, *before: str) -> Index:
    """Cases of a kind that are no accusations, by some columns and in the order of a list; with each stands whether it
    is to be looked up who sees it."""
    postgresql, sqlite = text(f"{clause} AND NOT sealed"), text(f"{clause} AND sealed = 0")
    return Index(
        f"ix_case_file_{name}", *before, "registered_at", "id", "guarded",
        postgresql_where=postgresql, sqlite_where=sqlite,
    )  # fmt: skip


def _states(standing: str) -> str:
    return ", ".join(f"'{state}'" for state, found in STANDING.items() if found == standing)


class Case(Base):
    """Where a case stands now. Nothing here is typed in: every column follows from the events, but for ``signed_for``,
    the last move that a unit signed for (``Signing``), and ``guarded``: it is an accusation, or somebody is out of it
    (decision 46)."""

    __tablename__ = "case_file"
    __table_args__ = (
        CheckConstraint(
            " OR ".join(f"(standing = '{name}' AND state IN ({_states(name)}))" for name in STANDINGS),
            name="standing_of_state",
        ),
        CheckConstraint("standing <> 'resolved' OR resolved_on IS NOT NULL", name="resolved_has_day"),
        CheckConstraint("NOT verified OR standing = 'resolved'", name="verified_is_resolved"),
        CheckConstraint("(track = 'petition') = (petition_class IS NOT NULL)", name="class_of_petition"),
        CheckConstraint("sealed = (coalesce(petition_class, '') = 'accusation')", name="accusation_is_sealed"),
        CheckConstraint("received_on <= registered_on", name="received_before_registered"),
        CheckConstraint("headcount >= 1", name="headcount"),
        Index("ix_case_file_unit", "unit_id", "registered_at"),
        Index("ix_case_file_holder", "holder_id", "registered_at"),
        Index("ix_case_file_order", "registered_at", "id"),
        Index("ix_case_file_open", "registered_at", "id", postgresql_where=OPEN_ONLY, sqlite_where=OPEN_ONLY),
        Index(
            "ix_case_file_open_category", "category", "registered_at", "id",
            postgresql_where=OPEN_ONLY, sqlite_where=OPEN_ONLY,
        ),
        _in_order("sent", "standing = 'open' AND moves > signed_for", "holder_id"),
        Index("ix_case_file_registered_by", "registered_by"),
        Index("ix_case_file_state", "state", "registered_at", "id"),
        _in_order("to_accept", "state = 'registered' AND track = 'petition'"),
        _in_order("serve", "serve_due_on IS NOT NULL"),
        _in_order("staff", f"standing = 'open' AND seats_filled < {STAFFED} AND team_from <= registered_on"),
        _in_order("backlog", f"standing = 'open' AND seats_filled < {STAFFED} AND team_from > registered_on"),
        Index(
            "ix_case_file_open_sealed", "registered_at", "id", postgresql_where=OPEN_SEALED, sqlite_where=text(
                "sealed = 1 AND standing = 'open'"
            ),
        ),
        Index("ix_case_file_category", "category", "registered_at", "id"),
        Index("ix_case_file_rest", "standing", "last_event_on"),
        Index("ix_case_file_recorded", "last_recorded_at"),
        Index("ix_case_file_merged", "merged_into", postgresql_where=MERGED, sqlite_where=MERGED),
        Index("ix_case_file_matter", "matter", "id", postgresql_where=OF_MANY, sqlite_where=OF_MANY),
        Index(
            "ix_case_file_confirmable", "confirmable_since", postgresql_where=CONFIRMABLE, sqlite_where=CONFIRMABLE
        ),
        Index(
            "ix_case_file_visits", "received_on", "registered_at", "id", postgresql_where=VISITS, sqlite_where=VISITS
        ),
        Index("ix_case_file_subsidy", "subsidy_on", "id", postgresql_where=CLAIMED, sqlite_where=CLAIMED),
        Index("ix_case_file_assigned", "assigned_on", "id", postgresql_where=ASSIGNED, sqlite_where=ASSIGNED),
        Index(
            "ix_case_file_contacts", "archived_on",
            postgresql_where=text("contacts_kept"), sqlite_where=text("contacts_kept = 1"),
        ),
        Index("ix_case_file_sealed", "id", postgresql_where=text("sealed"), sqlite_where=text("sealed = 1")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    track: Mapped[str] = mapped_column(String(10))
    petition_class: Mapped[str | None] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    tier: Mapped[str] = mapped_column(String(10))
    category: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    headcount: Mapped[int]
    risk: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[bool]
    guarded: Mapped[bool] = mapped_column(default=True, server_default=true())
    state: Mapped[str] = mapped_column(String(20))
    standing: Mapped[str] = mapped_column(String(20))
    verified: Mapped[bool]
    archived: Mapped[bool]
    archived_on: Mapped[date | None]
    contacts_kept: Mapped[bool] = mapped_column(default=False, server_default=false())
    reopenings: Mapped[int]
    moves: Mapped[int] = mapped_column(default=0, server_default="0")
    signed_for: Mapped[int] = mapped_column(default=0, server_default="0")
    registered_at: Mapped[datetime]
    registered_on: Mapped[date]
    received_on: Mapped[date]
    accepted_on: Mapped[date | None]
    resolved_on: Mapped[date | None]
    assigned_on: Mapped[date | None]
    confirmable_since: Mapped[date | None]
    subsidy_on: Mapped[date | None]
    handle_due_on: Mapped[date | None]
    serve_due_on: Mapped[date | None]
    plan_owed: Mapped[bool]
    team_from: Mapped[date | None]
    seats_filled: Mapped[int]
    merged_into: Mapped[str | None] = mapped_column(String(60))
    repeat_of: Mapped[str | None] = mapped_column(String(60))
    matter: Mapped[str | None] = mapped_column(String(60))
    last_event_on: Mapped[date]
    last_recorded_at: Mapped[datetime]
    length: Mapped[int]
    chain: Mapped[str] = mapped_column(String(64))
    registered_by: Mapped[str | None] = mapped_column(String(80))
    token: Mapped[str | None] = mapped_column(String(80), unique=True)
    events: Mapped[list[CaseEvent]] = relationship(order_by="CaseEvent.seq", viewonly=True)
    parties: Mapped[list[CaseParty]] = relationship(order_by="CaseParty.id", cascade="all, delete-orphan")

    @property
    def places(self) -> frozenset[int]:
        """Ids of the unit where it arose and of the one that holds it: a post over either has a say."""
        return frozenset({self.unit_id, self.holder_id})


class CaseEvent(Base):
    """One event. Append-only: database triggers refuse UPDATE and DELETE. Its digest covers that of the event before
    it, which is not said again. The columns stand in the order in which they take the least room.

    ``on`` (the day of ``at`` in Asia/Shanghai) and ``effect`` (``cases/history.py: effect_of``) follow from the rest
    and are laid down so that figures can be counted in SQL.
    """

    __tablename__ = "case_event"
    __table_args__ = {"sqlite_with_rowid": False}

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    recorded_at: Mapped[datetime]
    at: Mapped[datetime]
    seq: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column("on_day")
    kind: Mapped[str] = mapped_column(String(20))
    by: Mapped[str | None] = mapped_column(String(80))
    effect: Mapped[str | None] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(Hex)
    text_digest: Mapped[str | None] = mapped_column(Hex)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    texts: Mapped[CaseEventText | None] = relationship(viewonly=True)


class CaseEventText(Base):
    """Free text and personal data of one event, apart from it so that retention may erase them: the chain covers a
    salted digest. Rows may be deleted, never changed."""

    __tablename__ = "case_event_text"
    __table_args__ = (ForeignKeyConstraint(["case_id", "seq"], ["case_event.case_id", "case_event.seq"]),)

    case_id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(Hex)
    texts: Mapped[dict[str, Any]] = mapped_column(SealedJSON)


class CaseParty(Base):
    """Somebody concerned in a case: a row of the case, not of a register of persons."""

    __tablename__ = "case_party"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(SealedText(LONGEST))
    contact: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(SealedText(LONGEST_ADDRESS), default="", server_default="")
    id_number: Mapped[str] = mapped_column(SealedText(LONGEST), default="", server_default="")


class NumberSeries(Base):
    """The last number given in a year of a track, or of the accusations. Locked while the next is taken, so that there
    is no gap."""

    __tablename__ = "number_series"

    track: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Signing(Base):
    """A unit signed for a case that was sent to it (签收): which move of the case, who, when."""

    __tablename__ = "signing"
    __table_args__ = (UniqueConstraint("case_id", "move"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    move: Mapped[int]
    signed_by: Mapped[str] = mapped_column(String(80))
    signed_at: Mapped[datetime]


class Proposal(Base):
    """An act that needs a second person (extend, refuse, merge, void), waiting for one, or decided."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index("ix_proposal_waiting", "case_id", postgresql_where=WAITING, sqlite_where=WAITING),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    action: Mapped[str] = mapped_column(String(20))
    data: Mapped[dict[str, Any]] = mapped_column(SealedJSON)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
    note: Mapped[str] = mapped_column(Text, default="")
    case: Mapped[Case] = relationship()
