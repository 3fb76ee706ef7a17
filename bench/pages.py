"""The pages and writes that are measured, ours and the floor's, by the same name."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, cycle
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bench.browser import TOLD
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.people.logins import id_of_login
from caseapp.domain.people.models import LoginSession
from caseapp.domain.people.queries import user_named
from caseapp.kernel.clock import local_day
from caseapp.kernel.periods import Month
from caseapp.web.cases.views import _key

READERS = ("office", "leader", "grid")
Work = Callable[[], object]


@dataclass
class Measured:
    """One row of the table."""

    name: str
    ours: Work
    floor: Work | None = None
    writes: bool = field(default=False)


def logged_in(app: Flask, username: str) -> FlaskClient:
    """A client with a live login."""
    user, now = user_named(db.session, username), app.extensions["caseapp"].clock()
    assert user
    with unit_of_work(db.session) as session:
        session.merge(LoginSession(id=id_of_login(f"bench-{username}"), user_id=user.id, started_at=now, seen_at=now))
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = f"bench-{username}", True
    return client


def served(ask: Callable[[], Any]) -> Any:
    """What is answered, as a server answers: in an application context, a session and a transaction of its own."""
    return Context().run(ask)


def getting(client: FlaskClient, path: str) -> Work:
    """Asking for a page, which must answer."""

    def get() -> None:
        answer = served(lambda: client.get(path))
        assert answer.status_code == 200, (path, answer.status_code)

    return get


def posting(client: FlaskClient, path: Callable[[], str], form: Callable[[], dict[str, str]], good: int) -> Work:
    """Sending a form, which must be taken. What was said of the one before was shown meanwhile."""
    login = client.get_cookie("caseapp")

    def post() -> None:
        if login:
            client.set_cookie("caseapp", login.value)
        answer = served(lambda: client.post(path(), data=form()))
        assert answer.status_code == good, (path, answer.status_code, answer.text[-2000:])

    return post


def measured(app: Flask, floor: Flask) -> list[Measured]:
    """Everything that is measured on the current database."""
    clients = {name: logged_in(app, name) for name in READERS}
    bare, office, now = floor.test_client(), clients["office"], app.extensions["caseapp"].clock()
    case, deep = _some_case(), _in_the_middle()
    month, tokens = Month.of(local_day(now)).back(1), count()
    frozen = month.back(1)
    offset = _how_many() // 2
    deeper = getting(office, f"/cases?after={_key(deep)}"), getting(bare, f"/deep?offset={offset}")
    day, instant = local_day(now).isoformat(), now.isoformat(sep=" ")
    followed = {"method": "visit", "note": "看过"}
    window = f"first={month.window.start}&last={month.window.end}"
    number, numbers = quote(case.number), cycle(_own_cases())
    filtered = getting(office, "/cases?state=open&category=land"), getting(bare, "/filtered?category=land")
    return [
        Measured("list", getting(office, "/cases"), getting(bare, "/list")),
        Measured("list, filtered", *filtered),
        Measured("list, deep page", *deeper),
        Measured("one case", getting(office, f"/cases/{case.number}"), getting(bare, f"/case?number={number}")),
        Measured("search of two characters", getting(office, "/cases?q=水沟"), getting(bare, "/search?q=%25水沟%25")),
        Measured("what is overdue", getting(office, "/overdue"), getting(bare, f"/overdue?day={day}")),
        *(
            Measured(f"my work: {name}", getting(clients[name], "/"), getting(bare, f"/mine?person={name}&day={day}"))
            for name in READERS
        ),
        Measured("month's report, live", getting(office, f"/reports/TH/{month}"), getting(bare, f"/month?{window}")),
        Measured("month's report, frozen", getting(office, f"/reports/TH/{frozen}?revision=1")),
        Measured("list of reports", getting(office, "/reports")),
        Measured(
            "log a case",
            posting(clients["grid"], lambda: "/cases/new", lambda: {**TOLD, "token": f"bench-{next(tokens)}"}, 302),
            posting(bare, lambda: "/log", lambda: {"now": instant}, 200),
            writes=True,
        ),
        Measured(
            "add a follow-up",
            posting(office, lambda: f"/act/follow_up/{next(numbers)}", lambda: followed, 302),
            posting(bare, lambda: "/follow", lambda: {"now": instant, "number": case.number}, 200),
            writes=True,
        ),
    ]  # fmt: skip


def _own_cases() -> list[str]:
    """Open cases that the office works on, so that follow-ups are spread over many: added to one, each would find it
    longer than the one before."""
    own = select(Case.number).where(Case.standing == "open", ~Case.sealed, Case.track == "petition")
    return list(db.session.scalars(own.order_by(Case.id).limit(60)))


def _how_many() -> int:
    return db.session.scalars(select(func.count(Case.id))).one()


def _some_case() -> Case:
    """An open case of the demo itself, whose log is whole, with more events than most."""
    events: Any = select(func.count(CaseEvent.seq)).where(CaseEvent.case_id == Case.id).scalar_subquery()
    own = select(Case).where(Case.standing == "open", ~Case.sealed, Case.number.not_like("%-%"), Case.tier == "town")
    return db.session.scalars(own.order_by(events.desc(), Case.id).limit(1)).one()


def _in_the_middle() -> Case:
    """A case half way down the list."""
    newest, oldest = db.session.execute(select(func.max(Case.registered_at), func.min(Case.registered_at))).one()
    half = oldest + timedelta(seconds=(newest - oldest).total_seconds() / 2)
    return db.session.scalars(
        select(Case).where(Case.registered_at <= half).order_by(Case.registered_at.desc()).limit(1)
    ).one()
