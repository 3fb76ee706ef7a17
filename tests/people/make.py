"""Making what the tests of accounts need: a second factor, a code of it, a knock at the door."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from caseapp.actions.context import Ctx
from caseapp.actions.second_factor import begin_factor, confirm_factor
from caseapp.db import db, unit_of_work
from caseapp.domain.org.models import Setting
from caseapp.domain.org.settings import SINCE_EVER
from caseapp.domain.people.logins import Visitor
from caseapp.domain.people.models import User
from caseapp.domain.people.queries import user_named
from caseapp.domain.people.totp import code_at, step_of


def person(username: str) -> User:
    """An account as it stands."""
    db.session.expire_all()
    user = user_named(db.session, username)
    assert user is not None
    return user


def set_up_factor(ctx: Ctx, username: str) -> tuple[str, list[str]]:
    """Give somebody a second factor. Returns its secret and the recovery codes."""
    with unit_of_work(db.session):
        user = person(username)
        secret = begin_factor(ctx, user)
        return secret, confirm_factor(ctx, user, code_at(secret, step_of(ctx.now)))


def code_now(secret: str, now: datetime) -> str:
    """What the app shows."""
    return code_at(secret, step_of(now))


def need_factor(ctx: Ctx) -> None:
    """The second factor is needed from now on, as in a new installation."""
    with unit_of_work(db.session) as session:
        session.add(
            Setting(key="login.factor_from", value="2026-01-01", valid_from=SINCE_EVER, set_by="system", set_at=ctx.now)
        )
    ctx.forget_office()


def from_address(number: int, token: str = "") -> Visitor:
    """Somebody from an address of their own."""
    return Visitor(source=f"address-{number}", token=token, device="Chrome · Windows")


def log_in(client: Any, username: str, password: str, **more: Any) -> Any:
    """Log in on the page."""
    return client.post("/login", data={"username": username, "password": password}, **more)
