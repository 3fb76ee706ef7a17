"""Users, the posts they hold, and their sessions. No table here is about a petitioner."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseapp.db import Base
from caseapp.db.sealed import LONGEST, SealedText
from caseapp.domain.people.account_acts import ACCOUNT_ACTS, ACT_STATES
from caseapp.domain.people.logins import STAGES
from caseapp.domain.people.roles import ABSENCE_KINDS, ROLES

WAITING = text("state = 'waiting'")


class User(Base):
    """Somebody who works with the system. The username never changes: the records name people by it."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    full_name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(SealedText(LONGEST), default="")
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
    """One login on one device; ended at logout, password change and disabling. ``stage``: ``code`` while the code of
    the second factor is waited for, ``enrol`` while one has to be set up first, then ``full``. ``id`` is a digest of
    what the cookie says: whoever reads the table logs in nowhere."""

    __tablename__ = "login_session"
    __table_args__ = (
        CheckConstraint("stage IN ({})".format(", ".join(f"'{stage}'" for stage in STAGES)), name="stage"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    stage: Mapped[str] = mapped_column(String(10), default="full")
    device: Mapped[str] = mapped_column(String(80), default="")
    token = ""
    """What the cookie says; known while the login is begun alone."""


class LoginAttempt(Base):
    """A failed login, kept to slow guessing down. ``key`` is a digest of what it is counted under
    (``domain/people/throttle.py``): nothing that was typed is kept."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_key", "key", "at"), Index("ix_login_attempt_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class KnownDevice(Base):
    """A device on which somebody once logged in fully. Its cookie holds a token, we hold its digest. ``factor_at``:
    when the second factor was last given there."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("digest", "user_id"), Index("ix_known_device_user", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    digest: Mapped[str] = mapped_column(String(64))
    first_at: Mapped[datetime]
    factor_at: Mapped[datetime | None]


class EntryCode(Base):
    """A one-time code with which the holder of an account sets a password: as a digest, for three days, used once.
    ``made_by``: who was shown it."""

    __tablename__ = "entry_code"
    __table_args__ = (Index("ix_entry_code_user", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    digest: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SecondFactor(Base):
    """The second factor of an account (TOTP): its secret, one that waits for its first code, and the last step of time
    whose code was taken, so that no code is taken twice. Secrets are read and written by
    ``actions/second_factor.py`` alone."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(200), default="")
    waiting: Mapped[str] = mapped_column(String(200), default="")
    since: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """A code for when the telephone is gone: as a digest, used once."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("ix_recovery_code_user", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class AccountAct(Base):
    """What an administrator did, or asks a second person to decide, about somebody's account. ``told_at``: when its
    holder was shown it after logging in."""

    __tablename__ = "account_act"
    __table_args__ = (
        CheckConstraint("kind IN ({})".format(", ".join(f"'{kind}'" for kind in ACCOUNT_ACTS)), name="kind"),
        CheckConstraint("state IN ({})".format(", ".join(f"'{state}'" for state in ACT_STATES)), name="state"),
        Index("ix_account_act_username", "username", "id"),
        Index("ix_account_act_waiting", "id", postgresql_where=WAITING, sqlite_where=WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    username: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(20), default="")
    unit: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


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
