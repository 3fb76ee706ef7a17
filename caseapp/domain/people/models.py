"""Users, the posts they hold, and their sessions. No table here is about a petitioner."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseapp.db import Base
from caseapp.domain.people.roles import ABSENCE_KINDS, ROLES


class User(Base):
    """Somebody who works with the system. The username never changes: the records name people by it."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    full_name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(30), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    posts: Mapped[list[Post]] = relationship(back_populates="user", order_by="Post.id")


class Post(Base):
    """A role at a unit. One user may hold several."""

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("role IN ({})".format(", ".join(f"'{role}'" for role in ROLES)), name="role"),
        Index("ix_post_user", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(String(20))
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    user: Mapped[User] = relationship(back_populates="posts")


class LoginSession(Base):
    """One login on one device; ended at logout, password change and disabling."""

    __tablename__ = "login_session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LoginAttempt(Base):
    """A failed login, kept to slow guessing down: five in fifteen minutes an account."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_account", "username", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]


class Absence(Base):
    """Days on which somebody is away and the deputy acts (AB角): both days included, entered
    ahead, over by itself; from ``ended_on`` on it is over early."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="span"),
        CheckConstraint("kind IN ({})".format(", ".join(f"'{kind}'" for kind in ABSENCE_KINDS)), name="kind"),
        Index("ix_absence_person", "username", "from_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date]
    to_on: Mapped[date]
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime]
    ended_on: Mapped[date | None]
