"""The second factor: codes by time, no code twice, recovery codes, who needs it and when it is asked for."""

from __future__ import annotations

import re
from base64 import b32encode
from datetime import UTC, datetime

import pytest

from caseapp.actions.second_factor import RECOVERY_CODES, takes_code
from caseapp.actions.settings import set_value
from caseapp.db import db, unit_of_work
from caseapp.domain.people.logins import TRIES
from caseapp.domain.people.models import KnownDevice, RecoveryCode, SecondFactor
from caseapp.domain.people.totp import code_at, matching_step, step_of
from caseapp.kernel.errors import RuleViolation
from tests.conftest import PASSWORD
from tests.people.make import code_now, log_in, need_factor, person, set_up_factor

pytestmark = pytest.mark.one_database

RFC_SECRET = b32encode(b"12345678901234567890").decode()
RFC_CODES = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}


@pytest.mark.parametrize("second", RFC_CODES)
def test_codes_are_those_of_the_standard(second):
    """RFC 6238, appendix B, the last six figures."""
    assert code_at(RFC_SECRET, step_of(datetime.fromtimestamp(second, UTC))) == RFC_CODES[second]


def test_a_code_is_good_for_its_step_and_one_beside_it_and_once():
    now = datetime.fromtimestamp(1111111109, UTC)
    here = step_of(now)
    good = [step for step in range(here - 5, here + 6) if matching_step(RFC_SECRET, code_at(RFC_SECRET, step), now, 0)]
    assert good == [here - 1, here, here + 1]
    assert matching_step(RFC_SECRET, code_at(RFC_SECRET, here), now, here) is None
    for typed in ("", "12345", "１２３４５６", "abcdef", "0" * 500):
        assert matching_step(RFC_SECRET, typed, now, 0) is None


def second_step(client, code):
    return client.post("/login/code", data={"code": code})


def test_the_password_alone_opens_nothing(app, system, clock):
    secret, _codes = set_up_factor(system, "office")
    clock.pass_by(minutes=2)
    client = app.test_client()
    answer = log_in(client, "office", PASSWORD, query_string={"next": "/cases"})
    assert (answer.status_code, answer.location) == (302, "/login/code?next=/cases")
    assert client.get("/").status_code == client.get("/cases").status_code == 302
    assert second_step(client, "000000").status_code == 422
    assert client.get("/").status_code == 302
    inside = client.post("/login/code?next=/cases", data={"code": code_now(secret, clock())})
    assert (inside.status_code, inside.location) == (302, "/cases")
    assert client.get("/").status_code == 200


def test_a_code_that_was_used_is_refused_within_its_window(app, system, clock):
    """Attack: whoever looks over the shoulder types the same figures at once."""
    secret, _codes = set_up_factor(system, "office")
    clock.pass_by(minutes=2)
    mine, theirs = app.test_client(), app.test_client()
    for client in (mine, theirs):
        log_in(client, "office", PASSWORD)
    assert second_step(mine, code_now(secret, clock())).status_code == 302
    assert second_step(theirs, code_now(secret, clock())).status_code == 422


def test_codes_are_throttled_like_passwords(app, system, clock):
    secret, _codes = set_up_factor(system, "office")
    clock.pass_by(minutes=2)
    client = app.test_client()
    log_in(client, "office", PASSWORD)
    for number in range(TRIES):
        assert second_step(client, f"{number:06}").status_code == 422
    late = second_step(client, code_now(secret, clock()))
    assert (late.status_code, late.location) == (302, "/login")
    assert client.get("/").status_code == 302
    log_in(client, "office", PASSWORD)
    assert second_step(client, code_now(secret, clock())).location == "/login"
    clock.pass_by(minutes=16)
    log_in(client, "office", PASSWORD)
    assert second_step(client, code_now(secret, clock())).location == "/"


def test_the_second_step_waits_for_ten_minutes(app, system, clock):
    secret, _codes = set_up_factor(system, "office")
    client = app.test_client()
    log_in(client, "office", PASSWORD)
    clock.pass_by(minutes=11)
    assert second_step(client, code_now(secret, clock())).location == "/login"
    assert app.test_client().get("/login/code").location == "/login"


def test_a_recovery_code_opens_once_and_is_kept_as_a_digest(app, system, clock):
    _secret, codes = set_up_factor(system, "office")
    assert len(set(codes)) == RECOVERY_CODES
    assert not {row.digest for row in db.session.query(RecoveryCode)} & set(codes)
    client = app.test_client()
    log_in(client, "office", PASSWORD)
    typed = f" {codes[3][:4].lower()}-{codes[3][4:8]} {codes[3][8:]}"
    assert second_step(client, typed).location == "/"
    again = app.test_client()
    log_in(again, "office", PASSWORD)
    assert second_step(again, codes[3]).status_code == 422
    with unit_of_work(db.session):
        assert not takes_code(system, person("office2"), codes[4])


@pytest.mark.parametrize(("who", "asked"), [("office", [False, False, True]), ("admin", [True, True, True])])
def test_on_a_known_device_the_code_is_asked_once_in_thirty_days_of_administrators_always(
    app, system, clock, who, asked
):
    secret, _codes = set_up_factor(system, who)
    clock.pass_by(minutes=2)
    client = app.test_client()
    log_in(client, who, PASSWORD)
    assert second_step(client, code_now(secret, clock())).status_code == 302
    found = []
    for days in (1, 20, 10):
        clock.pass_by(days=days)
        client.post("/logout")
        found.append("/login/code" in log_in(client, who, PASSWORD).location)
        if found[-1]:
            second_step(client, code_now(secret, clock()))
    assert found == asked
    assert "/login/code" in log_in(app.test_client(), who, PASSWORD).location  # elsewhere it is always asked for


@pytest.mark.parametrize("who", ["leader", "office", "discipline", "auditor", "admin", "grid", "village"])
def test_who_needs_a_second_factor_sets_it_up_at_the_first_login_and_does_nothing_before(app, system, clock, who):
    need_factor(system)
    client = app.test_client()
    inside = log_in(client, who, PASSWORD)
    assert inside.status_code == 302
    if who in ("grid", "village"):
        assert client.get("/").status_code == 200
        return
    for path in ("/", "/cases", "/accounts", "/inbox", "/me", "/queue/mine"):
        assert client.get(path).location == "/me/factor", path
    assert client.get("/queue/ticket").status_code == 401
    assert client.post("/me/password", data={"present": PASSWORD}).location == "/me/factor"
    assert client.post("/me/factor").status_code == 302
    page = client.get("/me/factor").text
    secret = re.search(r'factor-secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert "data:image/svg+xml;base64," in page
    assert client.post("/me/factor/code", data={"code": "000000"}).status_code == 422
    shown = client.post("/me/factor/code", data={"code": code_now(secret, clock())})
    assert (shown.status_code, shown.text.count("<li>") >= RECOVERY_CODES) == (200, True)
    assert client.get("/").status_code == 200


def test_from_which_day_on_it_is_needed_is_a_setting_that_is_not_put_off_for_ever(as_user, clock, app):
    admin = as_user("admin")
    with unit_of_work(db.session):
        set_value(admin, "login.factor_from", "2026-12-01", admin.today)
    assert log_in(client := app.test_client(), "leader", PASSWORD).location == "/"
    assert client.get("/").status_code == 200
    with pytest.raises(RuleViolation, match="180 days"), unit_of_work(db.session):
        set_value(admin, "login.factor_from", "2027-12-01", admin.today)
    clock.set(2026, 12, 1, 9, 0)
    with pytest.raises(RuleViolation, match="stays so"), unit_of_work(db.session):
        set_value(as_user("admin"), "login.factor_from", "2026-12-20", as_user("admin").today)
    log_in(client := app.test_client(), "leader", PASSWORD)
    assert client.get("/").location == "/me/factor"


def test_another_telephone_takes_the_present_password_and_the_old_one_counts_until_its_first_code(
    browse, system, clock, app
):
    old, _codes = set_up_factor(system, "office")
    client = browse("office")
    assert client.post("/me/factor", data={"present": "wrong"}).status_code == 422
    assert client.post("/me/factor", data={"present": PASSWORD}).status_code == 302
    assert db.session.query(SecondFactor).one().secret == old
    new = db.session.query(SecondFactor).one().waiting
    clock.pass_by(minutes=2)
    assert client.post("/me/factor/code", data={"code": code_now(new, clock())}).status_code == 200
    db.session.expire_all()
    assert db.session.query(SecondFactor).one().secret == new


def test_ending_all_sessions_forgets_the_devices(app, system, clock):
    client = app.test_client()
    log_in(client, "grid", PASSWORD)
    assert db.session.query(KnownDevice).count() == 1
    assert client.post("/me/sessions").status_code == 302
    assert db.session.query(KnownDevice).count() == 0
    assert client.get("/me").status_code == 200
