"""From notices to messages: one digest a person and channel, nothing at night, nothing that is no longer needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from http.client import HTTPConnection

import pytest
import sqlalchemy as sa
from aiosmtpd.smtp import AuthResult

from caseapp.actions.notices_inbox import read_all, set_reach
from caseapp.actions.notices_outbox import claim, own_up, settle, take
from caseapp.config import Settings
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.notices.rules import HELD
from caseapp.jobs.post import post
from tests.cases.make import do, head, log, moment, petition
from tests.notices.make import case_of, deliveries, gathered, reached, told
from tests.notices.receivers import Kept, mail_server, robot


@pytest.fixture
def number(as_user) -> str:
    return log(as_user("grid"), head(title="周甲一与李乙二争水沟"), at=moment(2026, 11, 20, 9))


@pytest.fixture
def settings(app) -> Settings:
    return replace(app.extensions["caseapp"], base_url="https://office.example")


def states() -> list[str]:
    return [row.state for row in deliveries()]


def overdue(ctx, number: str, *people: str) -> None:
    item = db.session.scalars(
        sa.select(Deadline).where(Deadline.case_id == case_of(number), Deadline.kind == "first_contact")
    ).one()
    told(ctx, number, *people, kind="overdue", item=f"first_contact:{item.nth}", due_on=item.due_on, rung="seat")


def test_one_message_a_person_and_channel_and_each_notice_in_one(system, as_user, number):
    reached(as_user("grid"))
    reached(as_user("grid"), "wecom", "https://robot.example/send")
    reached(as_user("leader"), "email", "leader@office.example")
    for item in "abc":
        told(system, number, "grid", "leader", "village", item=item)
    assert gathered(system) == 3
    assert [len(row.lines) for row in deliveries()] == [3, 3, 3]
    assert gathered(system) == 0
    told(system, number, "grid", item="d")
    assert gathered(system) == 2
    assert [len(row.lines) for row in deliveries()] == [3, 3, 3, 1, 1]


def test_who_wants_nothing_outside_the_inbox_gets_nothing(system, as_user, number):
    with unit_of_work(db.session):
        set_reach(as_user("grid"), "email", "grid@office.example", active=False)
    told(system, number, "grid")
    assert gathered(system) == 0


def test_nothing_is_gathered_or_sent_in_the_quiet_hours(system, as_user, number, clock):
    reached(as_user("grid"))
    told(system, number, "grid", item="a")
    assert gathered(system) == 1
    told(system, number, "grid", item="b")
    clock.set(2026, 11, 23, 22, 0)
    assert gathered(system) == 0
    with unit_of_work(db.session):
        assert take(system) is None
    clock.set(2026, 11, 24, 7, 30)
    assert gathered(system) == 1
    with unit_of_work(db.session):
        assert take(system) is not None


def test_what_was_read_or_met_meanwhile_is_not_sent(system, as_user, number, settings):
    reached(as_user("grid"))
    reached(as_user("office"), address="office@office.example")
    told(system, number, "grid")
    overdue(system, number, "office")
    assert gathered(system) == 2
    with unit_of_work(db.session):
        read_all(as_user("grid"))
    do(as_user("grid"), number, "follow_up", method="visit", note="看过")
    kept = Kept()
    with mail_server(kept) as url:
        assert post(db.session, replace(settings, mail_url=url)) == {}
    assert (states(), kept.arrived) == (["needless", "needless"], [])


def test_what_is_still_owed_is_sent_without_what_was_met(system, as_user, number, settings):
    other = log(as_user("grid"), at=moment(2026, 11, 20, 10))
    reached(as_user("office"), address="office@office.example")
    overdue(system, number, "office")
    overdue(system, other, "office")
    gathered(system)
    do(as_user("grid"), other, "follow_up", method="visit", note="看过")
    kept = Kept()
    with mail_server(kept) as url:
        assert post(db.session, replace(settings, mail_url=url)) == {"sent": 1}
    assert number in kept.arrived[0][2]
    assert other not in kept.arrived[0][2]


def test_who_was_barred_meanwhile_gets_nothing(system, as_user, number):
    reached(as_user("leader"))
    told(system, number, "leader")
    gathered(system)
    with unit_of_work(db.session) as session:
        session.add(CaseAccess(case_id=case_of(number), username="leader", barred=True))
        assert take(system) is None
    assert states() == ["needless"]


def test_no_word_about_a_party_leaves(system, as_user, number, settings):
    kept = Kept()
    with mail_server(kept) as url, robot(kept) as robots:
        reached(as_user("grid"))
        reached(as_user("grid"), "wecom", robots)
        reached(as_user("grid"), "dingtalk", robots, secret="SECabc")
        overdue(system, number, "grid")
        told(system, number, "grid", kind="given", item="seat:grid")
        gathered(system)
        assert post(db.session, replace(settings, mail_url=url)) == {"sent": 3}
    assert len(kept.arrived) == 3
    for _name, to, text in kept.arrived:
        assert number in text
        assert "双合村" in text
        assert "https://office.example/cases/" in text
        for private in ("周甲一", "李乙二", "1234", "争水沟"):
            assert private not in text.replace(number, "")
        assert "SECabc" not in to + text
    assert sum("sign=" in to for _name, to, _text in kept.arrived) == 1


def test_a_refused_message_waits_ever_longer_and_is_given_up_visibly(system, as_user, number, clock, settings, browse):
    reached(as_user("grid"))
    told(system, number, "grid")
    gathered(system)
    waits = []
    kept = Kept(refuse_every=1)
    kept.takes = lambda *_: False  # type: ignore[method-assign]
    with mail_server(kept) as url:
        for _ in range(6):
            before = clock()
            post(db.session, replace(settings, mail_url=url))
            row = deliveries()[0]
            waits.append(row.next_try_at - before if row.state == "waiting" else None)
            assert post(db.session, replace(settings, mail_url=url)) == {}, "it is not due yet"
            clock.instant = max(row.next_try_at, clock())
    minutes = [wait and wait / timedelta(minutes=1) for wait in waits]
    assert minutes == [1, 5, 15, 60, 240, None]
    row = deliveries()[0]
    assert (row.state, row.tries, row.problem) == ("given_up", 6, "451 try again later")
    assert "451 try again later" in browse("grid").get("/inbox/reach").text


def test_a_server_that_is_not_there_is_tried_again(system, as_user, number, settings):
    reached(as_user("grid"))
    told(system, number, "grid")
    gathered(system)
    with mail_server(Kept()) as url:
        pass
    assert post(db.session, replace(settings, mail_url=url)) == {"waiting": 1}
    assert "ConnectionRefusedError" in deliveries()[0].problem


def test_mail_waits_where_no_mail_server_is_set(system, as_user, number, settings):
    reached(as_user("grid"))
    told(system, number, "grid")
    gathered(system)
    assert post(db.session, settings) == {}
    assert states() == ["waiting"]


def test_a_lost_answer_leaves_a_message_uncertain_and_it_is_not_sent_again(
    system, as_user, number, settings, monkeypatch
):
    kept = Kept()
    with robot(kept) as robots:
        reached(as_user("grid"), "wecom", robots)
        told(system, number, "grid")
        gathered(system)

        def lost(self):
            raise ConnectionResetError("the answer is lost")

        monkeypatch.setattr(HTTPConnection, "getresponse", lost)
        assert post(db.session, settings) == {"uncertain": 1}
        monkeypatch.undo()
        assert post(db.session, settings) == {}
    assert states() == ["uncertain"]


def test_a_worker_that_dies_before_the_claim_loses_nothing(system, as_user, number, clock):
    reached(as_user("grid"))
    told(system, number, "grid")
    gathered(system)
    with unit_of_work(db.session):
        dead = take(system)
    with unit_of_work(db.session):
        assert take(system) is None, "it is held"
    clock.instant += HELD
    with unit_of_work(db.session):
        alive = take(system)
    with unit_of_work(db.session):
        assert claim(system, dead) is None
        assert claim(system, alive)
    assert states() == ["sending"]


def test_a_worker_that_dies_after_the_claim_leaves_it_uncertain(system, as_user, number, clock):
    reached(as_user("grid"))
    told(system, number, "grid")
    gathered(system)
    with unit_of_work(db.session):
        claimed = claim(system, take(system))
        assert own_up(system) == 0
    clock.instant += HELD + timedelta(seconds=1)
    with unit_of_work(db.session):
        assert own_up(system) == 1
        assert take(system) is None
    assert states() == ["uncertain"]
    with unit_of_work(db.session):
        settle(system, claimed)  # it was slow, not dead, and knows better
    assert states() == ["sent"]


def test_a_sealed_case_keeps_its_category_and_place_back(system, as_user):
    number = log(as_user("discipline"), petition(petition_class="accusation", category="other"))
    reached(as_user("discipline"))
    told(system, number, "discipline")
    gathered(system)
    with unit_of_work(db.session):
        line = take(system).lines[0]
    assert (line.number, line.category, line.village) == (number, "", "")


def test_an_extended_date_makes_the_notice_of_the_old_one_needless(system, as_user, number):
    reached(as_user("office"))
    told(system, number, "office", kind="due_soon", item="handle:1", due_on=date(2026, 1, 1))
    assert gathered(system) == 0


def test_a_message_has_the_same_name_at_every_try(system, as_user, number, clock, settings):
    kept = Kept(refuse_every=1)
    with mail_server(kept) as url, robot(kept) as robots:
        reached(as_user("grid"))
        reached(as_user("leader"), "wecom", robots)
        told(system, number, "grid", "leader")
        gathered(system)
        for _ in range(4):
            post(db.session, replace(settings, mail_url=url))
            clock.instant = max(row.next_try_at for row in deliveries())
    assert states() == ["sent", "sent"]
    assert set(kept.refused.values()) == {3}
    assert set(kept.refused) == {name for name, _to, _text in kept.arrived}
    assert [name.endswith("@office.example>") for name, _to, _text in kept.arrived].count(True) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize(("password", "outcome"), [("right", "sent"), ("wrong", "waiting")])
def test_the_sender_logs_in_where_the_address_says_so(system, as_user, number, settings, password, outcome):
    def check(_server, _session, _envelope, _mechanism, login):
        return AuthResult(success=(login.login, login.password) == (b"post", b"right"), handled=False)

    reached(as_user("grid"))
    told(system, number, "grid")
    gathered(system)
    with mail_server(Kept(), authenticator=check, auth_required=True, auth_require_tls=False) as url:
        asked = url.replace("//", f"//post:{password}@")
        assert post(db.session, replace(settings, mail_url=asked)) == {outcome: 1}
    assert password not in deliveries()[0].problem


def test_a_server_without_encryption_is_not_used_where_it_is_asked_for(system, as_user, number, settings):
    kept = Kept()
    reached(as_user("grid"))
    told(system, number, "grid")
    gathered(system)
    with mail_server(kept) as url:
        assert post(db.session, replace(settings, mail_url=f"{url}&starttls=1")) == {"waiting": 1}
    assert (kept.arrived, "SMTPNotSupportedError" in deliveries()[0].problem) == ([], True)
