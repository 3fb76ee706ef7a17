"""Who sits in the five seats of a case now, and the village teams that cases are staffed from."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseapp.db import Base

HAS_B = text("deputy IS NOT NULL")
ANSWERED, ANSWERED_LITE = text("person IS NOT NULL AND case_open"), text("person IS NOT NULL AND case_open = 1")


def _waiting(column: str) -> Index:
    """The seats of a person for which cases wait, in the order of a list."""
    since = text(f"{column} IS NOT NULL")
    name = f"ix_case_seat_{column.removesuffix('_at')}"
    return Index(name, "person", column, "case_id", postgresql_where=since, sqlite_where=since)


class CaseSeat(Base):
    """A filled seat of a case: A, the deputy B, since when. The history of it is in the events. ``person``: who answers
    for it on the day in the mark ``duties`` (AB角), which is nobody when A is out of the case and there is no B.
    ``case_open``: the case is open, so that what somebody has to do is found without what they once did. ``plan_at``,
    ``reply_at``, ``paper_at``: when the case was registered, as long as it waits for this seat to file its plan, to
    write the opinion, to hand over a paper (``queries/waits.py``)."""

    __tablename__ = "case_seat"
    __table_args__ = (
        UniqueConstraint("case_id", "seat"),
        Index("ix_case_seat_holder", "holder", "seat"),
        Index("ix_case_seat_deputy", "deputy", "seat", postgresql_where=HAS_B, sqlite_where=HAS_B),
        Index(
            "ix_case_seat_person", "person", "seat", "case_id", postgresql_where=ANSWERED, sqlite_where=ANSWERED_LITE
        ),
        *map(_waiting, ("plan_at", "reply_at", "paper_at")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    seat: Mapped[str] = mapped_column(String(10))
    holder: Mapped[str] = mapped_column(String(80))
    deputy: Mapped[str | None] = mapped_column(String(80))
    since: Mapped[date]
    case_open: Mapped[bool]
    person: Mapped[str | None] = mapped_column(String(80))
    plan_at: Mapped[datetime | None]
    reply_at: Mapped[datetime | None]
    paper_at: Mapped[datetime | None]


class StandingSeat(Base):
    """A seat of a unit's standing team: who takes it when a case of that unit is staffed in one step."""

    __tablename__ = "standing_seat"
    __table_args__ = (UniqueConstraint("unit_id", "seat"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    seat: Mapped[str] = mapped_column(String(10))
    holder: Mapped[str] = mapped_column(String(60))
    deputy: Mapped[str | None] = mapped_column(String(60))


class Handover(Base):
    """What somebody held was given to somebody else: who, to whom, why, by whom, and whether it was taken back. Its own
    list says what moved, so that precisely that can be moved back."""

    __tablename__ = "handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    leaver: Mapped[str] = mapped_column(String(80))
    successor: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(500))
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    taken_back_by: Mapped[str | None] = mapped_column(String(80))
    taken_back_at: Mapped[datetime | None]
    items: Mapped[list[HandoverItem]] = relationship(order_by="HandoverItem.id", cascade="all, delete-orphan")


class HandoverItem(Base):
    """One thing that a handover moved: a seat of a case, a seat of a standing team, a task, a decision to carry out;
    who held it before and after, as A and as B, and whether it was moved back."""

    __tablename__ = "handover_item"
    __table_args__ = (
        CheckConstraint("kind IN ('seat', 'standing', 'task', 'decision')", name="kind"),
        Index("ix_handover_item_handover", "handover_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    kind: Mapped[str] = mapped_column(String(10))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    seat: Mapped[str] = mapped_column(String(10), default="")
    key: Mapped[int | None]
    before: Mapped[list[str | None]] = mapped_column(JSON)
    after: Mapped[list[str | None]] = mapped_column(JSON)
    back: Mapped[bool] = mapped_column(default=False)


RUNNING = text("done_at IS NULL AND ended_at IS NULL")


class CoHandler(Base):
    """Somebody who helps the main handler (协办) with a task and a date of their own, and sees the case until then."""

    __tablename__ = "co_handler"
    __table_args__ = (
        Index("ix_co_handler_case", "case_id"),
        Index("ix_co_handler_running", "username", "due_on", postgresql_where=RUNNING, sqlite_where=RUNNING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    username: Mapped[str] = mapped_column(String(60))
    task: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date]
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    last_word: Mapped[str] = mapped_column(String(1000), default="")
    last_word_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
