"""Who was refused is on record, though what they tried was not kept; nobody learns more by it, and it is bounded."""

from __future__ import annotations

import pytest

from caseapp.actions.trail import MOST_REFUSALS, count_stray, note_refusal
from caseapp.db import db, unit_of_work
from caseapp.domain.audit import stray
from caseapp.domain.audit.models import AuditEntry, StrayTries
from caseapp.domain.verification.queries import verify
from caseapp.kernel.errors import NotAllowed
from tests.cases.make import do, log, petition

pytestmark = pytest.mark.either_database


def entries(action: str = "refused") -> list[AuditEntry]:
    db.session.rollback()
    return db.session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.seq).all()


def strays(kind: str) -> dict[str, int]:
    db.session.rollback()
    return {row.origin: row.tries for row in db.session.query(StrayTries).filter_by(kind=kind)}


def test_an_act_that_ones_posts_do_not_allow_is_refused_and_on_record(browse, as_user):
    number = log(as_user("grid"))
    answer = browse("auditor").post(f"/act/void/{number}", data={"reason": "不想要了"})
    assert answer.status_code in (403, 404)
    (entry,) = entries()
    assert (entry.actor, entry.subject) == ("auditor", number)
    assert (entry.detail["changing"], entry.detail["named"]) == (True, {"action": "void"})
    assert entry.detail["why"]
    assert not verify(db.session).broken


def test_a_page_that_ones_posts_do_not_open_is_on_record(browse):
    assert browse("grid").get("/accounts/office").status_code == 403
    (entry,) = entries()
    assert (entry.actor, entry.subject, entry.detail["place"]) == ("grid", "office", "accounts.show")


def test_a_case_out_of_sight_and_one_that_does_not_exist_are_answered_and_noted_alike(browse, as_user):
    there = log(as_user("grid"))
    outsider = browse("outsider")
    told = [outsider.get(f"/cases/{number}") for number in (there, "太调〔2026〕0999号")]
    assert [answer.status_code for answer in told] == [404, 404]
    noted = [{**entry.detail, "subject": entry.subject} for entry in entries()]
    assert [one.pop("subject") for one in noted] == [there, "太调〔2026〕0999号"]
    assert noted[0] == noted[1]


def test_who_confirms_their_own_resolution_is_told_beside_the_field_and_is_on_record(browse, as_user):
    number = log(as_user("grid"))
    do(as_user("office"), number, "resolve", method="administrative", evidence="现场更换灯具")
    answer = browse("office").post(f"/act/return_visit/{number}", data={"result": "fulfilled", "note": "好"})
    assert (answer.status_code, "不得" in answer.text or "不能" in answer.text) == (422, True)
    (entry,) = entries()
    assert (entry.actor, entry.subject, entry.detail["named"]) == ("office", number, {"action": "return_visit"})
    assert "who recorded the resolution" in entry.detail["why"]


def test_who_would_hold_two_powers_is_told_on_the_next_page_and_it_is_on_record(browse):
    answer = browse("admin").post("/accounts/grid/post", data={"role": "admin", "unit": "TH"})
    assert answer.status_code == 302
    (entry,) = entries()
    assert (entry.actor, entry.subject, entry.detail["named"]) == ("admin", "grid", {"act": "post"})
    assert "two of three powers" in entry.detail["why"]


def test_an_accusation_that_nobody_else_would_read_is_on_record_as_refused(browse, as_user):
    number = log(as_user("office"), petition())
    data = {"sure": "y", "about": ["office2", "discipline"]}
    assert browse("office").post(f"/accusation/{number}", data=data).status_code == 422
    (entry,) = entries()
    assert (entry.actor, entry.subject) == ("office", number)


def test_a_field_that_anybody_would_have_to_mend_is_no_refusal(browse, as_user):
    number = log(as_user("grid"))
    assert browse("office").post(f"/contacts/{number}", data={"reason": "  "}).status_code == 422
    assert entries() == []


def test_the_same_try_is_written_once_an_hour(browse, as_user, clock):
    number = log(as_user("grid"))
    outsider = browse("outsider")
    for _ in range(5):
        outsider.get(f"/cases/{number}")
    assert len(entries()) == 1
    clock.pass_by(minutes=20)
    outsider.get(f"/cases/{number}")
    assert len(entries()) == 1
    outsider.post(f"/act/void/{number}", data={})
    assert len(entries()) == 2
    clock.pass_by(minutes=25)  # the session lives on, the hour is another
    outsider.get("/work")
    clock.pass_by(minutes=25)
    outsider.get(f"/cases/{number}")
    assert len(entries()) == 3


def test_beyond_a_hundred_refusals_an_hour_a_person_s_tries_are_counted(as_user):
    ctx, why = as_user("outsider"), NotAllowed("your posts do not allow this")
    with unit_of_work(db.session):
        for nth in range(MOST_REFUSALS + 7):
            note_refusal(ctx, f"案{nth}", why)
    assert len(entries()) == MOST_REFUSALS
    assert strays("refused") == {"outsider": 7}


def test_what_a_phone_s_queue_was_refused_is_on_record(browse, as_user):
    number = log(as_user("office"), petition(unit="TH-DS-01"))
    sent = {
        "user": "grid", "kind": "follow_up", "client_id": "x" * 24, "number": number, "seen": 1, "method": "visit",
        "note": "看过", "at": 0, "sent_at": 0,
    }  # fmt: skip
    answer = browse("grid").post("/queue/send", data=sent)
    assert answer.status_code in (403, 404)
    (entry,) = entries()
    assert (entry.actor, entry.detail["place"]) == ("grid", "sending.send")


def test_a_refused_command_is_on_record_with_the_system_s_user(run, monkeypatch, tmp_path):
    monkeypatch.setattr("caseapp.cli.edge.system_user", lambda: "root / zhang")
    assert run("cases", "export", tmp_path / "out", "--as", "grid").exit_code == 1
    (taken,) = entries("acted_as")
    assert (taken.subject, taken.detail) == ("grid", {"command": "cases export", "system_user": "root / zhang"})
    (refused,) = entries()
    assert (refused.actor, refused.detail["system_user"]) == ("grid", "root / zhang")


def test_a_command_that_only_reads_says_as_whom_it_was_run(run):
    assert run("overdue", "--unit", "TH", "--json", "--as", "leader").exit_code == 0
    assert [entry.subject for entry in entries("acted_as")] == ["leader"]
    assert run("overdue", "--unit", "TH", "--json").exit_code == 0
    assert len(entries("acted_as")) == 1


def test_failed_logins_of_strangers_are_counted_by_network_and_not_written_one_by_one(app):
    client = app.test_client()
    for nth in range(30):
        client.post("/login", data={"username": f"nobody{nth}", "password": "x"})
    client.post("/login", data={"username": "office", "password": "x"})
    client.post("/login", data={"username": "office", "password": "x"})
    assert strays("login_failed") == {"127.0.0.0/24": 32}
    assert [entry.subject for entry in entries("login_failed")] == ["office"]


def test_wrong_receipts_and_pages_that_are_not_there_are_counted(app):
    client = app.test_client()
    for nth in range(3):
        client.post("/track", data={"number": f"太信〔2026〕000{nth}号", "code": "ABCD2345"})
        client.get(f"/wp-admin/{nth}.php")
    client.get("/track/no-such-token")
    client.post("/track/no-such-token/rating", data={"score": "satisfied"})
    assert sum(strays("receipt_wrong").values()) == 4
    assert strays("no_page") == {"127.0.0.0/24": 3}
    assert not entries()


def test_a_storm_from_many_networks_stays_within_its_bounds(system, clock, monkeypatch):
    monkeypatch.setattr("caseapp.actions.trail.MOST_ROWS", 40)
    for _hour in range(4):
        with unit_of_work(db.session):
            for nth in range(60):
                count_stray(system, "no_page", f"10.0.{nth}.0/24")
        clock.pass_by(hours=1)
    rows = db.session.query(StrayTries).all()
    assert len(rows) <= 41
    latest = [row for row in rows if row.hour == max(one.hour for one in rows)]
    assert sum(row.tries for row in latest) == 60
    assert {row.origin: row.tries for row in latest}[stray.OTHERS] == 60 - stray.MOST_ORIGINS


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"), ("2001:db8:7:1::9", "2001:db8:7::/48"), ("fe80::1%eth0", "fe80::/48"),
        ("", ""), (None, ""), ("nonsense", ""),
    ],
)  # fmt: skip
def test_an_address_is_kept_as_its_network(address, network):
    assert stray.network_of(address) == network
