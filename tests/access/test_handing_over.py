"""What one person says of handing a matter over outside waits for another, and is looked after by who reads the log."""

from __future__ import annotations

from datetime import date

import pytest

from caseapp.actions.outside import deny_handed_over
from caseapp.actions.settings import set_value
from caseapp.actions.transfer_sheets import owed_outside
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import TransferDuty
from caseapp.domain.access.outside import named_in_words, who_confirms
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import find_case
from caseapp.web.entrance import word_of
from tests.access.test_outside import FORM, against, confirm, desk, printed
from tests.audit.holds import the_record_holds  # noqa: F401
from tests.cases.make import log
from tests.conftest import CAST
from tests.receipts.make import receipt_of

pytestmark = pytest.mark.either_database

ACCUSATION = {"petition_class": "accusation"}


def confirming(as_user) -> set[str]:
    """Who may say that it was handed over, as somebody else said."""
    return {who for who in CAST if any(one.confirms for one in owed_outside(as_user(who)))}


def say(client, **changes):
    """Say in the browser that the only matter there is was handed over."""
    return client.post(f"/outside/{word_of(1)}", data=FORM | changes)


def public(app, number: str) -> str:
    """What the public page says of it."""
    return app.test_client().get(f"/track/{receipt_of(number).token}").text


def test_what_one_says_waits_on_the_desk_for_another(as_user, browse):
    """One clerk said alone that it was handed over, and it was gone."""
    number = log(as_user("grid"), against("leader"))
    printed(as_user)
    office, admin, office2 = browse("office"), browse("admin"), browse("office2")
    assert say(office).status_code == 302
    duty = db.session.query(TransferDuty).one()
    assert (duty.handed_on, duty.said_by, db.session.query(Case).one().standing) == (None, "office", "open")
    assert db.session.query(CaseEvent).filter_by(kind="transferred_out").count() == 0
    assert confirming(as_user) == {"office2", "discipline", "admin"}
    assert confirm(office).status_code == 403
    assert say(office2).status_code == 409
    mine, theirs = office.get("/outside").text, admin.get("/outside").text
    for page in (mine, theirs):
        for told in (number, "2026年11月26日", "信访办甲", "接收人甲", "县信访局"):
            assert told in page
    assert ("确已移交" in mine, "确已移交" in theirs) == (False, True)
    assert "待移交" in admin.get("/").text
    assert confirm(admin).status_code == 302
    db.session.expire_all()
    assert (duty.handed_on, duty.handed_by, duty.confirmed_by) == (date(2026, 11, 23), "office", "admin")
    assert db.session.query(CaseEvent).filter_by(kind="transferred_out").one().by == "office"
    assert desk(as_user) == confirming(as_user) == set()


def test_it_is_open_again_on_record_when_another_says_that_it_did_not_happen(as_user, browse):
    log(as_user("grid"), against("leader"))
    printed(as_user)
    office = browse("office")
    say(office)
    assert confirm(browse("admin"), "deny").status_code == 302
    duty = db.session.query(TransferDuty).one()
    assert (duty.said, duty.said_by, duty.said_at, duty.due_on) == (None, None, None, date(2026, 11, 26))
    entry = db.session.query(AuditEntry).filter_by(action="handing_over_denied").one()
    assert (entry.actor, entry.detail) == ("admin", {"said_by": "office", "to": "县信访局", "on": "2026-11-23"})
    assert "office" in desk(as_user)
    say(office)
    with unit_of_work(db.session):
        deny_handed_over(as_user("office"), 1)
    assert "office2" in desk(as_user)


def test_whose_name_stands_in_the_words_of_the_complaint_neither_hands_over_nor_confirms(as_user, browse):
    """The clerk who was named without the account handed it over alone."""
    log(as_user("grid"), against("信访办甲@TH", **ACCUSATION))
    printed(as_user)
    assert "office" not in desk(as_user)
    assert say(browse("office")).status_code == 404
    assert say(browse("office2")).status_code == 302
    assert confirming(as_user) == {"discipline"}
    people = [as_user(who).actor for who in CAST if who != "outsider"]
    assert named_in_words(people, {"信访办甲@TH", "leader", "TH-SH"}) == {"office"}


def test_where_the_desk_of_accusations_is_one_person_who_is_not_named_confirms(as_user):
    people = [as_user(who).actor for who in CAST if who != "outsider"]
    out = named = {"office", "office2"}
    assert who_confirms(people, {"discipline"}, out, named, apart={"discipline"}) == {"leader", "admin"}
    assert who_confirms(people, {"admin"}, set(CAST), {"leader"}, apart={"admin"}) == {
        "office",
        "office2",
        "discipline",
    }
    assert who_confirms(people, {"grid"}, set(CAST), set(CAST), apart={"grid"}) == set()


def test_where_nobody_else_is_left_it_holds_by_one_with_the_number_of_the_letter(as_user, browse):
    log(as_user("grid"), against("office", "office2", "discipline", "leader", "admin", **ACCUSATION))
    printed(as_user)
    grid = browse("grid")
    assert "必须填写移送函文号" in grid.get("/outside").text
    assert say(grid, letter_no=" ").status_code == 422
    assert say(grid).status_code == 302
    duty = db.session.query(TransferDuty).one()
    assert (duty.handed_by, duty.confirmed_by, db.session.query(Case).one().standing) == ("grid", None, "left")


def test_the_auditor_is_shown_each_act_and_not_of_which_matter(as_user, browse):
    number = log(as_user("grid"), against("leader", **ACCUSATION))
    printed(as_user)
    say(browse("office"))
    confirm(browse("office2"))
    assert find_case(db.session, as_user("auditor").actor, number) is None
    auditor = browse("auditor")
    lines = {
        asked: auditor.get(f"/audit?{asked}").text.split('class="log-line"')[1:]
        for asked in ("what=outside", "what=handed_outside", "who=office", "who=信访办乙&what=handed_outside")
    }
    assert [len(found) for found in lines.values()] == [3, 1, 1, 1]
    for page in (*(auditor.get(f"/audit?{asked}").text for asked in lines), auditor.get("/audit.csv").text):
        assert number not in page
        assert "县信访局" not in page
    assert 'class="log-line"' not in auditor.get("/audit", query_string={"subject": number}).text
    leader = browse("leader").get("/audit?what=outside")
    assert leader.status_code == 403 or 'class="log-line"' not in leader.text


def test_who_reads_the_log_and_is_complained_of_is_shown_nothing_of_it(as_user, browse):
    log(as_user("grid"), against("auditor", "leader"))
    printed(as_user)
    assert 'class="log-line"' not in browse("auditor").get("/audit?what=outside").text


def test_the_petitioner_reads_that_it_is_to_be_handed_over_and_then_when_and_to_whom(app, as_user, browse):
    """An accusation that nobody here may read was said to have been passed to its own desk, before and after."""
    number = log(as_user("grid"), against("leader", **ACCUSATION))
    printed(as_user)
    say(browse("office"))
    before = public(app, number)
    assert ("将移交外部有权机关" in before, "已转交专门渠道" in before, "县信访局" in before) == (True, False, False)
    confirm(browse("office2"))
    after = public(app, number)
    assert ("县信访局" in after, "2026年11月23日" in after, "已转交专门渠道" in after) == (True, True, False)


def test_so_it_is_of_what_is_no_accusation(app, as_user):
    number = log(as_user("grid"), against("leader"))
    assert "将移交外部有权机关" in public(app, number)


def test_the_page_of_the_sheet_warns_of_its_own_authority_alone(as_user, browse):
    number = log(as_user("grid"), against("leader"))
    grid = browse("grid")
    assert "尚未设置" in grid.get(f"/outside/sheet/{number}").text
    with unit_of_work(db.session):
        set_value(as_user("office"), "outside.petition", "县信访局", as_user("office").today)
    assert "尚未设置" not in grid.get(f"/outside/sheet/{number}").text


def test_the_page_says_which_authority_it_goes_to_and_not_that_the_office_has_it(app, as_user):
    number = log(as_user("grid"), against("leader"))
    assert "目前由谁办理" not in public(app, number)
    with unit_of_work(db.session):
        set_value(as_user("office"), "outside.petition", "县信访局", as_user("office").today)
        set_value(as_user("office"), "outside.petition_way", "电话 000-0000-0123", as_user("office").today)
    assert "去向：县信访局 电话 000-0000-0123" in public(app, number)
    assert "目前由谁办理" in public(app, log(as_user("grid")))
