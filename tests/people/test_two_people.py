"""What concerns an account that may read accusations, or may decide about accounts, needs two people; so does the end of
any second factor; its holder is told of everything; and no administrator ever learns a password."""

from __future__ import annotations

import re

import pytest

from caseapp.actions.account_acts import AskedAct, decide_act, do_or_ask, new_account
from caseapp.actions.accounts import add_post, add_user, end_post, set_active
from caseapp.actions.logins import enter_with_code, log_in
from caseapp.actions.passwords import NONE
from caseapp.actions.settings import set_value
from caseapp.db import db, unit_of_work
from caseapp.domain.notices.models import Notice
from caseapp.domain.people.models import AccountAct, EntryCode, SecondFactor
from caseapp.domain.people.queries import posts_on
from caseapp.kernel.errors import NotAllowed, OutOfScope, RuleViolation
from tests.conftest import CAST, PASSWORD
from tests.people.make import person, set_up_factor

pytestmark = pytest.mark.either_database

NEW = "three white geese"
PROTECTED = ("office", "discipline", "leader", "station", "auditor")


def ask(ctx, kind, username, role="", unit=""):
    with unit_of_work(db.session):
        outcome = do_or_ask(ctx, AskedAct(kind, username, role, unit))
        return outcome.act.id, outcome.act.state, outcome.code


def decide(ctx, act_id, *, agreed=True):
    with unit_of_work(db.session):
        return decide_act(ctx, act_id, agreed=agreed).code


def told(kind):
    return sorted(row.recipient for row in db.session.query(Notice).filter_by(kind=kind))


@pytest.fixture
def second_admin(system):
    """Another administrator."""
    with unit_of_work(db.session):
        add_post(system, add_user(system, "admin2", "管理员乙", PASSWORD), "admin", "TH")


@pytest.mark.parametrize("who", PROTECTED)
def test_an_administrator_alone_does_not_get_into_the_account_that_reads_accusations(as_user, browse, who):
    """Attack: reset the discipline contact's password, log in as them, and read what is sealed."""
    act_id, state, code = ask(as_user("admin"), "reset", who)
    assert (state, code) == ("waiting", "")
    assert person(who).password_hash != NONE
    with pytest.raises(NotAllowed):
        decide(as_user("admin"), act_id)
    page = browse("admin").post(f"/accounts/{who}/reset", follow_redirects=True).text
    assert "receipt-number" not in page
    assert db.session.query(EntryCode).count() == 0


@pytest.mark.parametrize("role", ["office", "discipline", "leader", "admin"])
def test_nobody_gives_a_post_that_reads_accusations_or_decides_on_accounts_alone(as_user, role):
    _act, state, code = ask(as_user("admin"), "post", "grid", role, "TH") if role != "admin" else (0, "waiting", "")
    assert (state, code) == ("waiting", "")
    assert [post.role for post in person("grid").posts] == ["grid"]
    with pytest.raises((NotAllowed, RuleViolation)), unit_of_work(db.session):
        add_post(as_user("admin"), person("grid"), role, "TH")
    with pytest.raises(NotAllowed), unit_of_work(db.session):
        new_account(as_user("grid"), "某人", "", AskedAct("post", "sock", role, "TH"))


def test_a_second_account_of_the_administrators_own_is_no_second_person(as_user):
    """Attack: make an account of one's own, and let it agree."""
    admin = as_user("admin")
    with unit_of_work(db.session):
        made = new_account(admin, "分身", "", AskedAct("post", "puppet", "grid", "TH-SH-01"))
        assert enter_with_code(admin, "puppet", made.code, NEW) is not None
    act_id, _state, _code = ask(admin, "reset", "discipline")
    with pytest.raises(NotAllowed):
        decide(as_user("puppet"), act_id)
    with unit_of_work(db.session):
        set_value(admin, "head.1", "puppet", admin.today)
    with pytest.raises(NotAllowed):
        decide(as_user("puppet"), act_id)
    assert ask(admin, "post", "puppet", "leader", "TH")[1] == "waiting"
    assert ask(admin, "post", "puppet", "office", "TH")[1] == "waiting"


def test_who_knew_the_password_of_an_account_does_not_come_along_when_it_is_given_more(as_user, system):
    """Attack: keep the password and the second factor of a new account, and have it made the discipline contact later."""
    admin = as_user("admin")
    with unit_of_work(db.session):
        made = new_account(admin, "新来", "", AskedAct("post", "newcomer", "grid", "TH-SH-01"))
        assert enter_with_code(admin, "newcomer", made.code, NEW) is not None
    set_up_factor(system, "newcomer")
    act_id, _state, _code = ask(admin, "post", "newcomer", "discipline", "TH")
    code = decide(as_user("leader"), act_id)
    with unit_of_work(db.session):
        assert log_in(admin, "newcomer", NEW) is None
        assert enter_with_code(admin, "newcomer", code, "four grey herons") is not None
    assert db.session.query(SecondFactor).count() == 0
    assert [post.role for post in person("newcomer").posts] == ["grid", "discipline"]


def test_the_head_decides_where_there_is_one_administrator_and_sees_the_code(as_user, browse):
    act_id, _state, _code = ask(as_user("admin"), "reset", "discipline")
    assert told("account_asked") == ["leader"]
    leader = browse("leader")
    assert "纪检甲" in leader.get("/accounts/asked").text
    slip = leader.post(f"/accounts/asked/{act_id}/agree")
    code = re.search(r'receipt-number">([\w-]+)<', slip.text)[1]
    assert (slip.status_code, code.count("-")) == (200, 2)
    assert code not in browse("admin").get("/accounts/discipline").text
    assert code.replace("-", "") not in [row.digest for row in db.session.query(EntryCode)]
    with unit_of_work(db.session):
        assert enter_with_code(as_user("discipline"), "discipline", code, NEW) is not None


def test_a_second_administrator_decides_too(as_user, second_admin):
    act_id, _state, _code = ask(as_user("admin"), "reset", "office")
    assert told("account_asked") == ["admin2", "leader"]
    assert decide(as_user("admin2"), act_id)
    assert person("office").password_hash == NONE


@pytest.mark.parametrize("who", [name for name in CAST if name not in ("admin", "leader")])
def test_nobody_else_decides(as_user, browse, who):
    act_id, _state, _code = ask(as_user("admin"), "reset", "office2" if who == "office" else "office")
    with pytest.raises(NotAllowed):
        decide(as_user(who), act_id)
    assert browse(who).post(f"/accounts/asked/{act_id}/agree").status_code == 403
    assert db.session.query(AccountAct).one().state == "waiting"


def test_nobody_decides_about_their_own_account(as_user):
    act_id, _state, _code = ask(as_user("admin"), "reset", "leader")
    assert told("account_asked") == ["office", "office2"]  # the only leader is the holder: the office decides
    with pytest.raises(NotAllowed):
        decide(as_user("leader"), act_id)
    assert decide(as_user("office"), act_id)


def test_where_no_second_person_is_left_it_is_refused_with_what_to_do(as_user, system):
    posts = {name: person(name).posts[0].id for name in ("leader", "office", "office2")}
    with unit_of_work(db.session):
        for name, post in posts.items():
            end_post(system, name, post)
    with pytest.raises(RuleViolation, match="no second person"):
        ask(as_user("admin"), "reset", "discipline")
    assert db.session.query(AccountAct).count() == 0


@pytest.mark.parametrize("who", ["grid", "office"])
def test_the_end_of_any_second_factor_needs_two(as_user, system, who):
    set_up_factor(system, who)
    act_id, state, _code = ask(as_user("admin"), "end_factor", who)
    assert state == "waiting"
    assert db.session.query(SecondFactor).count() == 1
    decide(as_user("leader"), act_id)
    assert db.session.query(SecondFactor).count() == 0
    with pytest.raises(RuleViolation, match="no second factor"):
        ask(as_user("admin"), "end_factor", who)


@pytest.mark.parametrize("who", PROTECTED)
def test_an_administrator_alone_puts_nobody_of_the_town_out(as_user, browse, who):
    """Attack: disable, or end the posts of, all who could be the second person; nobody is left to stop what follows."""
    post = person(who).posts[0].id
    with pytest.raises(NotAllowed), unit_of_work(db.session):
        set_active(as_user("admin"), who, active=False)
    with pytest.raises(NotAllowed), unit_of_work(db.session):
        end_post(as_user("admin"), who, post)
    admin = browse("admin")
    assert "第二人" in admin.get(f"/accounts/{who}/leaving").text
    admin.post(f"/accounts/{who}/disable")
    admin.post(f"/accounts/{who}/end-post", data={"post": post})
    assert (person(who).active, person(who).posts[0].ended_on) == (True, None)
    asked = db.session.query(AccountAct).filter_by(username=who).order_by(AccountAct.id).all()
    assert [(act.kind, act.state) for act in asked] == [("disable", "waiting"), ("end_post", "waiting")]
    second = as_user("office2" if who == "leader" else "leader")
    decide(second, asked[1].id)
    decide(second, asked[0].id)
    assert (person(who).active, person(who).posts[0].ended_on) == (False, second.today)


def test_the_last_who_could_be_the_second_person_is_put_out_by_whoever_runs_the_machine(as_user, system):
    with unit_of_work(db.session):
        for name in ("leader", "office2"):
            set_active(system, name, active=False)
    with pytest.raises(RuleViolation, match="no second person"):
        ask(as_user("admin"), "disable", "office")
    assert person("office").active


@pytest.mark.parametrize("role", ["station", "auditor"])
def test_three_powers_are_not_one_person_under_three_names(as_user, role):
    """Attack: an administrator makes an account that works on cases and one that audits, reads both codes off the screen
    and logs in with them."""
    with unit_of_work(db.session):
        made = new_account(as_user("admin"), "分身", "", AskedAct("post", "puppet", role, "TH"))
    assert (made.act.state, made.code, person("puppet").posts) == ("waiting", "", [])
    assert decide(as_user("leader"), made.act.id)  # the code, shown to who agreed


def test_a_post_of_a_village_is_no_way_round(as_user):
    """Neither at the town, where it reads all villages, nor for who works for the town, whom it would put out of what
    complains of that village."""
    assert ask(as_user("admin"), "post", "village", "village", "TH")[1] == "waiting"
    assert ask(as_user("admin"), "post", "office2", "village", "TH-SH")[1] == "waiting"
    assert ask(as_user("admin"), "post", "village", "village", "TH-DS")[1] == "done"


def test_an_office_begins_with_an_administrator_and_a_head_from_the_command_line(run, browse):
    """As the README says; everybody else comes by the page, and two people."""
    for name, role in (("first", "admin"), ("head", "leader")):
        made = run("users", "add", name, "--full-name", f"新{name}", "--role", role, "--unit", "XT", typed=PASSWORD)
        assert made.exit_code == 0
    form = {"username": "clerk", "full_name": "新信访", "phone": "", "role": "office", "unit": "XT"}
    browse("first").post("/accounts/new", data=form)
    act = db.session.query(AccountAct).filter_by(username="clerk").one()
    assert "receipt-number" in browse("head").post(f"/accounts/asked/{act.id}/agree").text
    assert [post.role for post in person("clerk").posts] == ["office"]


def test_enabling_a_protected_account_again_needs_two(as_user, system):
    with unit_of_work(db.session):
        set_active(system, "discipline", active=False)
        set_active(as_user("admin"), "grid", active=False)
    with pytest.raises(NotAllowed), unit_of_work(db.session):
        set_active(as_user("admin"), "discipline", active=True)
    assert ask(as_user("admin"), "enable", "grid")[1] == "done"
    act_id, state, _code = ask(as_user("admin"), "enable", "discipline")
    assert (state, person("discipline").active) == ("waiting", False)
    decide(as_user("leader"), act_id)
    assert person("discipline").active


def test_what_one_may_do_is_done_at_once_and_its_holder_is_told(as_user, app, browse):
    _act, state, code = ask(as_user("admin"), "reset", "grid")
    assert (state, len(code)) == ("done", 12)
    assert told("account_changed") == ["grid"]
    client = app.test_client()
    inside = client.post(
        "/first-login", data={"username": "grid", "code": code, "password": NEW, "again": NEW}, follow_redirects=True
    )
    assert "管理员甲" in inside.text
    assert "原密码失效" in inside.text
    assert "原密码失效" not in client.get("/").text  # told once
    assert "原密码失效" in client.get("/me").text
    assert "原密码失效" in client.get("/inbox").text


def test_a_post_given_by_one_alone_is_told_to_others(as_user, browse):
    """An account of an invented person, with a post in each village in turn, read every case there and nobody saw it."""
    with unit_of_work(db.session):
        new_account(as_user("admin"), "查无此人", "", AskedAct("post", "nobody", "village", "TH-SH"))
    assert told("account_given") == ["leader"]
    page = browse("leader").get("/inbox").text
    assert ("查无此人" in page, "管理员甲" in page, "双合村" in page) == (True, True, True)


def test_a_refusal_changes_nothing_and_is_told(as_user, browse):
    act_id, _state, _code = ask(as_user("admin"), "reset", "discipline")
    assert browse("leader").post(f"/accounts/asked/{act_id}/refuse").status_code == 302
    assert person("discipline").password_hash != NONE
    assert told("account_changed") == ["discipline"]
    with pytest.raises(OutOfScope):
        decide(as_user("leader"), act_id)


def test_the_same_is_not_asked_for_twice(as_user):
    ask(as_user("admin"), "reset", "discipline")
    with pytest.raises(RuleViolation, match="asked for already"):
        ask(as_user("admin"), "reset", "discipline")


def test_nobody_changes_their_own_account_there(as_user):
    for kind in ("reset", "enable", "end_factor"):
        with pytest.raises(NotAllowed):
            ask(as_user("admin"), kind, "admin")


def test_the_page_of_a_new_account_asks_for_no_password_and_gives_a_slip(browse, app, as_user):
    admin = browse("admin")
    assert 'type="password"' not in admin.get("/accounts/new").text
    form = {"username": "newcomer", "full_name": "周新来", "phone": "", "role": "village", "unit": "TH-SH"}
    slip = admin.post("/accounts/new", data=form)
    code = re.search(r'receipt-number">([\w-]+)<', slip.text)[1]
    assert slip.headers["Cache-Control"] == "no-store"
    # on the login page the code leads to the form where the password is set
    page = app.test_client().post("/login", data={"username": "newcomer", "password": code})
    assert 'name="again"' in page.text
    client = app.test_client()
    typed = {"username": "newcomer", "code": code.lower(), "password": NEW, "again": NEW}
    assert client.post("/first-login", data=typed).location == "/"
    assert client.get("/cases").status_code == 200
    assert app.test_client().post("/first-login", data=typed).status_code == 422  # used
    assert [post.role for post in posts_on(person("newcomer"), as_user("grid").today)] == ["village"]


def test_a_new_account_with_a_protected_post_has_no_post_and_no_code_before_a_second_person_agreed(browse):
    form = {"username": "newcomer", "full_name": "周新来", "phone": "", "role": "discipline", "unit": "TH"}
    answer = browse("admin").post("/accounts/new", data=form)
    assert answer.location == "/accounts/newcomer"
    assert (person("newcomer").posts, db.session.query(EntryCode).count()) == ([], 0)
    slip = browse("leader").post(f"/accounts/asked/{db.session.query(AccountAct).one().id}/agree")
    assert re.search(r'receipt-number">[\w-]{14}<', slip.text)
    assert [post.role for post in person("newcomer").posts] == ["discipline"]


@pytest.mark.parametrize("days", [1, 4])
def test_a_code_is_valid_for_three_days(as_user, app, clock, days):
    _act, _state, code = ask(as_user("admin"), "reset", "grid")
    clock.pass_by(days=days)
    typed = {"username": "grid", "code": code, "password": NEW, "again": NEW}
    assert app.test_client().post("/first-login", data=typed).status_code == (302 if days == 1 else 422)


def test_a_new_code_ends_the_one_before_and_a_password_that_is_no_good_uses_none_up(as_user, app):
    _act, _state, first = ask(as_user("admin"), "reset", "grid")
    _act, _state, second = ask(as_user("admin"), "reset", "grid")
    client = app.test_client()

    def enter(code, password):
        return client.post(
            "/first-login", data={"username": "grid", "code": code, "password": password, "again": password}
        ).status_code

    assert [enter(first, NEW), enter(second, "short"), enter(second, "password123"), enter(second, NEW)] == [
        422,
        422,
        422,
        302,
    ]


def test_a_reset_leaves_the_second_factor(as_user, system, app):
    set_up_factor(system, "grid")
    _act, _state, code = ask(as_user("admin"), "reset", "grid")
    typed = {"username": "grid", "code": code, "password": NEW, "again": NEW}
    assert app.test_client().post("/first-login", data=typed).location == "/login/code"


def test_strangers_do_not_keep_the_holder_of_a_code_out(as_user, app):
    _act, _state, code = ask(as_user("admin"), "reset", "grid")
    for _ in range(10):
        app.test_client().post(
            "/login", data={"username": "grid", "password": "wrong"}, environ_base={"REMOTE_ADDR": "198.51.100.7"}
        )
    typed = {"username": "grid", "code": code, "password": NEW, "again": NEW}
    assert app.test_client().post("/first-login", data=typed).status_code == 302
