"""Who asked for what takes two people takes it back while it waits, and nobody else does; it stays on record."""

from __future__ import annotations

import pytest

from caseapp.actions.account_acts import AskedAct, do_or_ask
from caseapp.actions.cases import Act, propose
from caseapp.actions.interests import declare_interest, undo
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import Interest
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.notices.models import Notice
from caseapp.domain.people.models import AccountAct
from caseapp.domain.verification.queries import verify
from caseapp.domain.verification.queries.beside import check_beside
from caseapp.web.entrance import word_of
from tests.cases.make import log, petition

pytestmark = pytest.mark.either_database


def ask(ctx, number: str, action: str = "void", **data: object) -> int:
    with unit_of_work(db.session):
        return propose(ctx, Act(number, action, data or {"reason": "误录"})).id


def taken_back() -> list[tuple[str, str]]:
    """Who took back what, by the log; with which everything that stands beside it agrees."""
    result = verify(db.session)
    check_beside(db.session, result)
    assert [str(one) for one in result.broken] == []
    entries = db.session.query(AuditEntry).filter_by(action="request_taken_back")
    return [(entry.actor, entry.subject) for entry in entries]


def told(kind: str) -> int:
    """In how many inboxes it stands that something waits."""
    db.session.rollback()
    return db.session.query(Notice).filter_by(kind=kind).count()


@pytest.mark.parametrize("who", ["office2", "leader", "village"])
def test_nobody_else_takes_it_back(as_user, browse, who):
    key = word_of(ask(as_user("grid"), log(as_user("grid"))))
    assert browse(who).post(f"/decide/{key}/back").status_code == 403
    assert (db.session.query(Proposal).one().decided_at, taken_back()) == (None, [])


def test_who_asked_takes_it_back_and_may_ask_again(as_user, browse):
    number = log(as_user("grid"))
    key = word_of(ask(as_user("grid"), number))
    client, office = browse("grid"), browse("office")
    assert f"/decide/{key}/back" in client.get(f"/cases/{number}").text
    assert f"/decide/{key}/back" not in office.get(f"/cases/{number}").text
    assert told("asked") > 0
    assert client.post(f"/decide/{key}/back").status_code == 302
    row = db.session.query(Proposal).one()
    assert (row.decided_by, row.approved) == ("grid", False)
    assert client.post(f"/decide/{key}/back").status_code == 409
    assert office.post(f"/decide/{key}", data={"decision": "approve"}).status_code == 409
    assert (db.session.query(Case).one().standing, told("asked")) == ("open", 0)
    ask(as_user("grid"), number)
    assert taken_back() == [("grid", number)]


def test_what_somebody_decided_waits_in_no_inbox(as_user, browse):
    key = word_of(ask(as_user("grid"), log(as_user("grid"))))
    assert told("asked") > 1
    assert browse("office").post(f"/decide/{key}", data={"decision": "refuse", "remark": "没有误录"}).status_code == 302
    assert (told("asked"), told("decided")) == (0, 1)


def test_who_cannot_see_the_case_finds_no_request(as_user, browse):
    number = log(as_user("grid"), petition())
    key = word_of(ask(as_user("grid"), number, "name_accused", field="about", to=["village2"], reason="写错了"))
    assert browse("outsider").post(f"/decide/{key}/back").status_code == 404
    assert browse("grid").post(f"/decide/{key}/back").status_code == 302
    assert taken_back() == [("grid", number)]


def test_an_act_on_an_account(as_user, browse):
    with unit_of_work(db.session):
        act = do_or_ask(as_user("admin"), AskedAct("reset", "discipline")).act.id
    assert browse("leader").post(f"/accounts/asked/{act}/withdraw").status_code == 403
    assert db.session.query(AccountAct).one().state == "waiting"
    client = browse("admin")
    assert told("account_asked") > 0
    assert f"/accounts/asked/{act}/withdraw" in client.get("/accounts/asked").text
    client.post(f"/accounts/asked/{act}/withdraw")
    db.session.expire_all()
    assert (db.session.query(AccountAct).one().state, told("account_asked")) == ("refused", 0)
    assert "已由本人撤回" in client.get("/accounts/discipline").text
    assert taken_back() == [("admin", "discipline")]


def test_that_a_declared_interest_be_taken_back(as_user, browse):
    number = log(as_user("grid"))
    with unit_of_work(db.session):
        declare_interest(as_user("leader"), number)
    row = db.session.query(Interest).one()
    with unit_of_work(db.session):
        undo(as_user("office"), row.id)
    key = word_of(row.id)
    assert browse("office2").post(f"/interest/{key}/back").status_code == 403
    client = browse("office")
    assert f"/interest/{key}/back" in client.get(f"/cases/{number}").text
    assert client.post(f"/interest/{key}/back").status_code == 302
    db.session.expire_all()
    assert (db.session.query(Interest).one().undo_asked_by, taken_back()) == (None, [("office", number)])
