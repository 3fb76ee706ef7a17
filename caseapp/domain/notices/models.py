"""Notices: the inbox of each person, how they want to be told outside it, and what is on its way."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseapp.db import Base
from caseapp.db.sealed import LONGEST_ADDRESS, SealedText

CHANNELS = ("email", "wecom", "dingtalk")
DELIVERY_STATES = ("waiting", "sending", "sent", "given_up", "uncertain", "needless")
UNREAD, TO_SEND = text("read_at IS NULL"), text("state IN ('waiting', 'sending')")


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return "{} IN ({})".format(column, ", ".join(f"'{word}'" for word in words))


class Notice(Base):
    """One thing somebody is told about a case, or about a screening round of a village (``unit_id``): once for (case or
    village, item, version of its due date, rung, recipient)."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "item", "version", "rung", "recipient"),
        UniqueConstraint("unit_id", "kind", "item", "version", "rung", "recipient"),
        CheckConstraint("(case_id IS NULL) <> (unit_id IS NULL)", name="case_or_village"),
        Index("ix_notice_inbox", "recipient", "id"),
        Index("ix_notice_unread", "recipient", postgresql_where=UNREAD, sqlite_where=UNREAD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(60))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(30))
    item: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(40))
    rung: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date | None]
    on: Mapped[date] = mapped_column("on_day")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Reach(Base):
    """How a person wants to be told outside the inbox: by mail or by a group robot, and not in the quiet hours."""

    __tablename__ = "reach"
    __table_args__ = (
        UniqueConstraint("username", "channel"),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(SealedText(LONGEST_ADDRESS))
    secret: Mapped[str] = mapped_column(SealedText(LONGEST_ADDRESS), default="")
    active: Mapped[bool] = mapped_column(default=True)


class Delivery(Base):
    """One message on its way: a digest of notices to one person over one channel; or an anchor of the record to an
    address that the office names, which is nobody's here."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint(_one_of("state", DELIVERY_STATES), name="state"),
        Index("ix_delivery_to_send", "next_try_at", postgresql_where=TO_SEND, sqlite_where=TO_SEND),
        Index("ix_delivery_recipient", "recipient", "channel", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str | None] = mapped_column(String(200))
    anchor: Mapped[str | None] = mapped_column(String(160))
    lines: Mapped[list[DeliveryLine]] = relationship(order_by="DeliveryLine.id")


class DeliveryLine(Base):
    """A notice in a message: each notice goes into one message a channel."""

    __tablename__ = "delivery_line"
    __table_args__ = (UniqueConstraint("notice_id", "channel"), Index("ix_delivery_line_delivery", "delivery_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    channel: Mapped[str] = mapped_column(String(10))
    notice: Mapped[Notice] = relationship()
