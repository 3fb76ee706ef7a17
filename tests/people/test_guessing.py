"""Guessing passwords is slow, from one address and from a thousand; and nobody is shut out by others who guess."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseapp.actions.context import Ctx
from caseapp.actions.logins import log_in, remember_device
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import Actor
from caseapp.domain.people.logins import FROM_EVERYWHERE, FROM_ONE_PLACE, SHORTLY, TRIES, WITHIN, Visitor, digest_of
from caseapp.domain.people.models import LoginAttempt
from tests.conftest import CAST, PASSWORD
from tests.people.make import from_address
from tests.sizes import many

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def quick_digests(monkeypatch):
    """These tests try thousands of passwords; how a password is held against its digest is tried elsewhere."""
    monkeypatch.setattr("caseapp.actions.logins.is_right", lambda user, typed: user is not None and typed == PASSWORD)


def tries_under(key: str) -> int:
    """How many failed tries were counted under something; those beyond the bound are refused unlooked at."""
    return db.session.query(LoginAttempt).filter_by(key=key).count()


@pytest.fixture
def knock(world):
    """Try a name and a password; whether it opens."""

    def attempt(username: str, password: str, visitor: Visitor) -> bool:
        with unit_of_work(db.session) as session:
            return log_in(Ctx(session, Actor(username), world.clock), username, password, visitor) is not None

    return attempt


@pytest.fixture
def known(world):
    """Log somebody in fully on a device of theirs, and say who knocks when they come again."""

    def on_own_device(username: str, number: int) -> Visitor:
        with unit_of_work(db.session) as session:
            ctx = Ctx(session, Actor(username), world.clock)
            begun = log_in(ctx, username, PASSWORD, from_address(number))
            assert begun is not None
            return from_address(number, remember_device(ctx, begun, from_address(number), factor_given=False))

    return on_own_device


def test_five_tries_in_fifteen_minutes_close_an_account_to_an_address(knock, clock):
    stranger = from_address(1)
    assert not any(knock("leader", f"wrong {number}", stranger) for number in range(TRIES))
    assert not knock("leader", PASSWORD, stranger)
    clock.pass_by(seconds=WITHIN.total_seconds() + 1)
    assert knock("leader", PASSWORD, stranger)


def test_a_stranger_does_not_lock_the_leader_out(knock, known, clock):
    """Attack: whoever wants the leader away fails in his name until he is shut out."""
    leader = known("leader", 1)
    for number in range(200):
        knock("leader", "wrong", from_address(1000 + number))
        clock.pass_by(seconds=20)
    assert knock("leader", PASSWORD, leader)


def test_a_stranger_at_one_address_shuts_nobody_else_out_of_a_new_device(knock, clock):
    """Attack: five wrong passwords from one address shut the account for every new device, wherever it was."""
    for number in range(100):
        knock("leader", f"wrong {number}", from_address(1))
        clock.pass_by(seconds=5)
    assert not knock("leader", PASSWORD, from_address(1))
    assert knock("leader", PASSWORD, from_address(2))
    assert knock("grid", PASSWORD, from_address(1))


def test_many_addresses_close_an_account_to_new_devices_for_minutes_and_to_known_ones_never(knock, known, clock):
    leader = known("leader", 1)
    for number in range(FROM_EVERYWHERE):
        knock("leader", "wrong", from_address(1000 + number))
    assert not knock("leader", PASSWORD, from_address(2))
    assert knock("leader", PASSWORD, leader)
    clock.pass_by(seconds=SHORTLY.total_seconds() + 1)
    assert knock("leader", PASSWORD, from_address(2))


def test_one_address_gets_480_tries_a_day_at_an_account(knock, clock):
    """In the suite for four hours."""
    long = timedelta(hours=many(4, 24))
    for number in range(long // timedelta(minutes=1)):
        knock("leader", f"guess {number}", from_address(1))
        clock.pass_by(seconds=60)
    looked_at = tries_under(digest_of("account", "leader"))
    assert TRIES < looked_at <= TRIES * (long / WITHIN + 1)
    assert TRIES * (timedelta(days=1) / WITHIN) == 480


def test_a_stranger_behind_the_same_address_does_not_lock_the_office_out(knock, known):
    """The whole office asks from one address: somebody who fails there shuts out nobody on their own device."""
    people = {name: known(name, 1) for name in ("leader", "office", "grid")}
    for number in range(FROM_ONE_PLACE + 20):
        knock(f"nobody-{number}", "wrong", from_address(1))
    assert all(knock(name, PASSWORD, visitor) for name, visitor in people.items())


@pytest.mark.slow
def test_a_guesser_with_a_thousand_addresses_gets_no_more_tries_than_some_tens_of_them(knock, clock):
    """Attack: a password a second, each from another address, for an hour: 600 of 3,600 are looked at, 14,400 a day; in the
    suite for a quarter of an hour."""
    long = timedelta(minutes=many(15, 60))
    for number in range(int(long.total_seconds())):
        knock("leader", f"guess {number}", from_address(number % 1000))
        clock.pass_by(seconds=1)
    looked_at = tries_under(digest_of("account", "leader"))
    assert TRIES < looked_at <= FROM_EVERYWHERE * (long / SHORTLY + 1)


def test_one_password_tried_on_everybody_is_slow_too(knock):
    """Attack: one common password on every name, from one address."""
    for number in range(300):
        knock(f"name-{number}", "summer2026!", from_address(1))
    assert tries_under(digest_of("place", from_address(1).source)) == FROM_ONE_PLACE
    assert not knock("grid", PASSWORD, from_address(1))
    assert knock("grid", PASSWORD, from_address(2))


def test_the_device_that_is_known_has_its_own_five_tries(knock, known, clock):
    grid = known("grid", 1)
    for number in range(TRIES):
        knock("grid", f"wrong {number}", grid)
    assert not knock("grid", PASSWORD, grid)
    assert knock("grid", PASSWORD, from_address(2))  # elsewhere nobody failed
    clock.pass_by(seconds=WITHIN.total_seconds() + 1)
    assert knock("grid", PASSWORD, grid)


def test_a_device_is_known_of_who_logged_in_there_and_of_nobody_else(knock, known):
    grid = known("grid", 1)
    for number in range(TRIES):
        knock("leader", f"wrong {number}", from_address(1, grid.token))
    assert not knock("leader", PASSWORD, from_address(1))  # they count under the address, as those of strangers do


def test_a_token_that_was_planted_is_worth_nothing(world, known):
    """Attack: somebody leaves the token of their own device in another's browser, to pass for it afterwards."""
    planted = known("village", 1)
    with unit_of_work(db.session) as session:
        ctx = Ctx(session, Actor("leader"), world.clock)
        begun = log_in(ctx, "leader", PASSWORD, planted)
        assert begun is not None
        token = remember_device(ctx, begun, planted, factor_given=True)
    assert token != planted.token


def test_nothing_that_was_typed_is_kept_of_a_failed_try(knock):
    knock("my password by mistake", "wrong", from_address(1))
    kept = [one.key for one in db.session.query(LoginAttempt)]
    assert len(kept) == 3
    assert all(len(key) == 64 and key.isalnum() for key in kept)


def test_failed_tries_are_forgotten_after_a_day(knock, clock):
    knock("grid", "wrong", from_address(1))
    clock.pass_by(days=2)
    knock("office", "wrong", from_address(1))
    assert db.session.query(LoginAttempt).count() == 3


def test_a_name_that_nobody_has_is_answered_like_one_that_somebody_has(app):
    client = app.test_client()
    answers = [client.post("/login", data={"username": name, "password": "wrong"}) for name in ("grid", "nobody-here")]
    assert answers[0].status_code == answers[1].status_code == 422
    assert answers[0].text.replace("grid", "X") == answers[1].text.replace("nobody-here", "X")


def test_every_try_costs_one_digest_whoever_it_is_about(app, monkeypatch):
    from caseapp.actions import passwords

    monkeypatch.undo()
    asked = []
    monkeypatch.setattr(passwords, "_matches", lambda kept, typed: bool(asked.append(kept)))
    client = app.test_client()
    for name in ("grid", "nobody-here", *["office"] * (TRIES + 2), *CAST):
        client.post("/login", data={"username": name, "password": "wrong"})
    assert len(asked) == TRIES + 4 + len(CAST)
