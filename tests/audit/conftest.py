"""An office with a row in every table that the record is held by, and the anchor made after it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from caseapp.actions.anchors import anchor_now, key_heads
from caseapp.actions.cases import Act, decide, propose
from caseapp.actions.co_handlers import ask_to_help, sign_for
from caseapp.actions.deadlines import sweep
from caseapp.actions.duties import turn_day
from caseapp.actions.entry_codes import make_code
from caseapp.actions.interests import declare_interest, undo
from caseapp.actions.logins import log_in, remember_device
from caseapp.actions.meetings import record_decision
from caseapp.actions.reports import Press, freeze_month
from caseapp.actions.settings import set_value
from caseapp.actions.sums import sums_anew
from caseapp.actions.supervision import draft_by_hand, issue
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import Interest
from caseapp.domain.people.logins import Visitor
from caseapp.domain.people.models import SecondFactor
from caseapp.domain.people.queries import user_named
from caseapp.domain.receipts.models import PressureReport
from caseapp.domain.reports.wordbook import Wordbook
from caseapp.kernel.periods import Month
from caseapp.labels.wordbook import labels_of_today, messages_of_today
from tests.cases.make import do, log, moment, petition
from tests.conftest import PASSWORD
from tests.screening.make import go_round, keep_rounds
from tests.sizes import many

KEY = "a key that is not in the database"
TRIALS = many(100, 1000)


@pytest.fixture
def keyed(app, system, tmp_path):
    """The installation with a key that marks anchors and the ends of the logs, and a file of anchors of its own."""
    before = app.extensions["caseapp"]
    app.extensions["caseapp"] = replace(before, audit_key=KEY, anchors=tmp_path / "far" / "anchors.jsonl")
    db.engine.update_execution_options(audit_key=KEY)
    with unit_of_work(db.session):
        key_heads(system)
    yield app.extensions["caseapp"]
    db.engine.update_execution_options(audit_key="")
    app.extensions["caseapp"] = before


@pytest.fixture
def kept(kept, keyed, as_user, system):
    """The anchor of an office on record. The office is made once a database, and copied for each test."""
    return kept.begin("on_record", lambda: on_record(as_user, system))


def on_record(as_user, system):
    """A few cases with everything that hangs on them, a frozen month, and the anchor made after it."""
    grid, office, office2 = as_user("grid"), as_user("office"), as_user("office2")
    first = log(grid, at=moment(2026, 10, 5, 9))
    do(grid, first, "follow_up", method="visit", note="一", at=moment(2026, 10, 6, 9))
    do(as_user("village"), first, "mediate", result="adjourned", note="二")
    second = log(office, petition(), at=moment(2026, 10, 8, 9))
    do(office, second, "accept", route=6)
    log(grid)
    with unit_of_work(db.session):
        staff_case(office, second)
        asked = propose(office, Act(second, "void", {"reason": "重复登记"})).id
    with unit_of_work(db.session):
        decide(office2, asked, approved=False)
        declare_interest(as_user("liaison"), first)
        interest = db.session.scalar(sa.select(Interest.id))
        undo(office, interest)
    with unit_of_work(db.session):
        undo(office2, interest)
        declare_interest(as_user("liaison"), first)
        issue(office, draft_by_hand(office, second, "follow_up_missed").id, "两日内到场", None)
        record_decision(office, "TH", office.today, "再议", "leader", office.today, number=second)
        ask_to_help(office, second, "station", "协助测量", office.today)
        set_value(office, "outside.petition", "县信访局", office.today)
        db.session.add(PressureReport(case_id=1, key="k", at=office.now, text="被约谈", reach=""))
        db.session.add(SecondFactor(user_id=1, secret="一个密钥", since=office.now))
        sums_anew(system)
        db.session.add(SecondFactor(user_id=2, secret="又一个密钥", since=office.now))
    log(office, petition(about=("leader",)))
    sign_and_sweep(as_user, grid, system)
    come_in(as_user)
    keep_rounds(system)
    go_round(as_user("village"))
    with unit_of_work(db.session):
        freeze_month(system, "TH", Month(2026, 10), press=Press(Wordbook(messages_of_today(), labels_of_today({}))))
    with unit_of_work(db.session):
        return anchor_now(system, KEY)


def sign_and_sweep(as_user, grid, system) -> None:
    """A case that was sent up, signed for, and is late."""
    number = log(grid, at=moment(2026, 10, 2, 9))
    do(grid, number, "escalate", to="TH-SH", reason="超出本组")
    with unit_of_work(db.session):
        sign_for(as_user("village"), number)
    with unit_of_work(db.session):
        turn_day(system)
    with unit_of_work(db.session):
        sweep(system, system.today)


def come_in(as_user) -> None:
    """Logins on a device that is known, and a one-time code."""
    with unit_of_work(db.session):
        for name in ("grid", "leader"):
            begun = log_in(as_user(name), name, PASSWORD)
            remember_device(as_user(name), begun, Visitor(), factor_given=True)
        make_code(as_user("admin"), user_named(db.session, "village"))
