"""Accounts, case work and audit are three powers that one person never holds (三权分立)."""

from __future__ import annotations

from itertools import combinations

import pytest

from caseapp.actions.accounts import add_post, add_user, end_post
from caseapp.db import db, unit_of_work
from caseapp.domain.access.powers import check_powers, needs_second, power_of, powers_of, roles_beside
from caseapp.domain.people.queries import user_named
from caseapp.domain.people.roles import ROLES
from caseapp.kernel.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.either_database

POWER = dict.fromkeys(ROLES, "case_work") | {"auditor": "audit", "admin": "accounts"}


def test_every_role_belongs_to_one_power():
    assert {role: power_of(role) for role in ROLES} == POWER


@pytest.mark.parametrize("roles", list(combinations(ROLES, 2)))
def test_two_roles_of_one_person_are_of_one_power(roles):
    if len({POWER[role] for role in roles}) == 1:
        check_powers(roles, "某人")
    else:
        assert len(powers_of(roles)) == 2
        with pytest.raises(RuleViolation, match="two of three powers"):
            check_powers(roles, "某人")


def test_a_page_offers_the_roles_of_the_same_power_alone(browse):
    assert roles_beside([]) == list(ROLES)
    assert roles_beside(["auditor"]) == ["auditor"]
    assert roles_beside(["admin", "grid"]) == []
    assert 'value="auditor"' not in browse("admin").get("/accounts/grid").text


def test_whoever_works_for_the_town_needs_a_second_person():
    of_a_village = {role for role in ROLES if not needs_second([(role, "village")])}
    assert of_a_village == {"grid", "village", "liaison"}
    assert all(needs_second([(role, "town")]) for role in ROLES)


def test_a_post_of_a_second_power_is_refused_to_whoever_gives_it(system, as_user):
    for ctx in (system, as_user("admin")):
        for username, role in (("grid", "auditor"), ("auditor", "village"), ("auditor", "admin"), ("admin", "grid")):
            if username == ctx.actor.username:
                continue
            with pytest.raises(RuleViolation, match="two of three powers"), unit_of_work(db.session):
                add_post(ctx, user_named(db.session, username), role, "TH")


def test_the_command_line_refuses_a_second_power_too(run):
    words = ["users", "add", "auditor", "--full-name", "审计甲", "--role", "office", "--unit", "TH"]
    outcome = run(*words)
    assert outcome.exit_code == 1
    assert "三项权力" in outcome.stderr
    assert [post.role for post in user_named(db.session, "auditor").posts] == ["auditor"]


def test_a_power_that_was_given_up_may_be_followed_by_another(system, as_user, clock):
    with unit_of_work(db.session):
        post = user_named(db.session, "auditor").posts[0].id
        end_post(system, "auditor", post)
        add_post(system, user_named(db.session, "auditor"), "grid", "TH-SH-01")
    assert [post.role for post in user_named(db.session, "auditor").posts] == ["auditor", "grid"]


def test_an_administrator_does_not_make_himself_the_discipline_contact(as_user, browse):
    """Attack: whoever gives accounts gives himself the post that reads accusations."""
    with pytest.raises(NotAllowed, match="their own posts"), unit_of_work(db.session):
        add_post(as_user("admin"), user_named(db.session, "admin"), "discipline", "TH")
    answer = browse("admin").post("/accounts/admin/post", data={"role": "discipline", "unit": "TH"})
    assert answer.status_code == 403
    assert [post.role for post in user_named(db.session, "admin").posts] == ["admin"]


def test_nobody_ends_their_own_post(as_user, browse):
    post = user_named(db.session, "admin").posts[0].id
    assert browse("admin").post("/accounts/admin/end-post", data={"post": post}).status_code == 403
    with pytest.raises(NotAllowed), unit_of_work(db.session):
        end_post(as_user("admin"), "admin", post)
    assert user_named(db.session, "admin").posts[0].ended_on is None


def test_accounts_from_before_that_hold_two_powers_are_named_and_not_changed(system, run, browse):
    with unit_of_work(db.session) as session:
        both = add_user(system, "both", "双岗甲", "correct horse")
        add_post(system, both, "auditor", "TH")
        both.posts[0].role = "grid"
        session.flush()
        add_post(system, both, "grid", "TH-SH-01")
        both.posts[0].role = "admin"
    told = run("check")
    line = next(line for line in told.stdout.splitlines() if "powers" in line)
    assert line.startswith("BAD")
    assert "both" in line
    page = browse("admin").get("/accounts").text
    assert page.count("两项权力") == 1
    assert [post.role for post in user_named(db.session, "both").posts] == ["admin", "grid"]
