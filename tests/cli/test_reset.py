"""users reset: whoever runs the machine makes a one-time code where nobody else could decide on it."""

from __future__ import annotations

from caseapp.db import db
from caseapp.domain.people.models import AccountAct, SecondFactor
from tests.people.make import person, set_up_factor

NEW = "three white geese"


def test_the_machine_gives_the_head_a_way_back_in(run, app, system):
    set_up_factor(system, "leader")
    outcome = run("users", "reset", "leader", "--end-factor")
    assert outcome.exit_code == 0
    code = outcome.stdout.strip()
    typed = {"username": "leader", "code": code, "password": NEW, "again": NEW}
    assert app.test_client().post("/first-login", data=typed).location == "/"
    assert db.session.query(SecondFactor).count() == 0
    assert {(act.kind, act.state, act.asked_by) for act in db.session.query(AccountAct)} == {
        ("end_factor", "done", "system"), ("reset", "done", "system"),
    }  # fmt: skip
    assert code.replace("-", "") not in person("leader").password_hash


def test_a_name_that_nobody_has_gets_no_code(run):
    outcome = run("users", "reset", "nobody-here")
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    outcome = run("users", "reset", "grid", "--end-factor")  # there is none to end
    assert (outcome.exit_code, outcome.stdout) == (1, "")
