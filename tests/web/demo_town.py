"""The demo township in an SQLite file, walked by its nine accounts and put back after every press."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import unquote

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.actions.demo import load_demo
from caseapp.db import db, unit_of_work
from caseapp.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.access.queries import actor_of, scope
from caseapp.domain.cases.models import Case
from caseapp.domain.org.queries import load_units
from caseapp.domain.people.logins import id_of_login
from caseapp.domain.people.models import LoginSession
from caseapp.domain.people.queries import user_named
from caseapp.domain.teams.models import CaseSeat
from caseapp.kernel.clock import local_day
from tests.conftest import NOW, HandClock, make_app
from tests.web.walk import Walk

TODAY = local_day(NOW)
OFFICIAL = "国务院办公厅关于2027年部分节假日安排的通知\n\n一、元旦： 1月1日放假，与周末连休。\n二、春节： 2月5日至11日放假调休，共7天。\n"


class DemoTown:
    """The demo as it was loaded, and the copy of it that is walked on."""

    def __init__(self, folder: Path) -> None:
        self.template, self.live = folder / "demo.sqlite3", folder / "live.sqlite3"
        with self._app(folder, self.template).app_context():
            upgrade()
            with unit_of_work(db.session) as session:
                load_demo(Ctx(session, SYSTEM, HandClock()))
            with unit_of_work(db.session) as session:
                for name in DEMO_ACCOUNTS:
                    user = user_named(session, name)
                    assert user is not None
                    session.add(LoginSession(id=id_of_login(name), user_id=user.id, started_at=NOW, seen_at=NOW))
            let_go()
        shutil.copyfile(self.template, self.live)
        self.app = self._app(folder, self.live)

    def _app(self, folder: Path, file: Path) -> Flask:
        return make_app(f"sqlite:///{file}", folder, HandClock())

    def put_back(self) -> None:
        """Put the town back as it was loaded."""
        let_go()
        shutil.copyfile(self.template, self.live)

    def walk(self, name: str, one_in: int) -> Walk:
        """What somebody of the demo finds, from their desk and from a case of each kind."""
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = name, True
        standing, living = cases_of(name)

        def known(address: str) -> dict[str, str]:
            other = next((number for number in living if number not in unquote(address)), "")
            other = other or next((number for number in standing if number not in unquote(address)), "")
            return {
                **({"name": "另一名称"} if address.endswith("/rename") else {}),
                **({"number": "13900009999"} if address.endswith("/look-up") else {}),
                "of": other,
                "into": other,
                "text": OFFICIAL if "/settings/calendar" in address else "已登记",
                "households": "12",
                "area": "第五组" if "/correct" in address else "第一组",
                "nothing_found": "1",
                "password": "Correct-horse-7",
                "again": "Correct-horse-7",
                "present": DEMO_PASSWORD,
                "username": "anew",
            }

        walk = Walk(self.app, client, TODAY, standing, self.put_back, known, one_in)
        walk.go("/", *(f"/cases/{number}" for number in {kind: number for number, kind in standing.items()}.values()))
        return walk


def let_go() -> None:
    """Close the database, so that its file may be replaced."""
    db.session.remove()
    db.engine.dispose()


def cases_of(name: str) -> tuple[dict[str, str], list[str]]:
    """Where each case that somebody sees stands, in words that are the same for cases of one kind; and living cases,
    into which another one may be merged."""
    user = user_named(db.session, name)
    assert user is not None
    seen = scope(actor_of(user, load_units(db.session), TODAY), Case.id)
    rows = db.session.execute(select(CaseSeat.case_id, CaseSeat.holder, CaseSeat.deputy))
    sits = {case_id for case_id, *people in rows if name in people}
    standing, living = {}, []
    for case in db.session.scalars(select(Case).where(seen).order_by(Case.id)):
        at_town, seated = case.tier == "town", case.id in sits
        told = (case.track, case.sealed, case.state, case.archived, case.verified, at_town, seated)
        standing[case.number] = " ".join(map(str, told))
        living += [case.number] if case.standing == "open" and not case.sealed else []
    return standing, living
