"""Serving a letter: to each it is addressed to, in a way that counts, on a day from which duties and rights run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import current_app
from sqlalchemy import select

from caseapp.actions.issuing import draft_letter, file_letter, withdraw_letter
from caseapp.actions.issuing_service import record_service
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.issuing.models import Letter
from caseapp.domain.issuing.serving import Delivered
from caseapp.domain.receipts.rights import rights_of
from caseapp.kernel.errors import NotAllowed, RuleViolation
from tests.cases.make import do
from tests.documents.make import add
from tests.issuing.make import issued, petitioned

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("office")]

TODAY = date(2026, 11, 23)
POST = Delivered("李乙二", "post", TODAY, received_by="本人", parcel="XA00000000011")
BY_HAND = Delivered("李乙二", "in_person", TODAY, received_by="本人", paper="1")
VAIN = Delivered("李乙二", "in_person", TODAY, failed=True, why="家中无人")


@pytest.fixture
def number(number, as_user) -> str:
    told = number
    add(as_user("office"), told, current_app.extensions["caseapp"].files)
    return told


def serve(as_user, letter: Letter, said: Delivered, who: str = "office") -> str:
    with unit_of_work(db.session):
        return record_service(as_user(who), letter.id, said).state


def history(as_user, number: str):
    case = db.session.scalar(select(Case).where(Case.number == number))
    return load_history(db.session, case, as_user("office").units)


def owed(number: str) -> set[str]:
    query = select(Deadline.kind).join(Case).where(Case.number == number, Deadline.to_on.is_(None))
    to_serve = db.session.scalar(select(Case.serve_due_on).where(Case.number == number))
    return {*db.session.scalars(query), *(["serve"] if to_serve else [])}


def test_the_service_of_the_acceptance_meets_the_notice_on_that_day(as_user, number, clock):
    letter = issued(as_user, number)
    assert "notice" in owed(number)
    clock.set(2026, 11, 26, 9)
    assert serve(as_user, letter, BY_HAND) == "served"
    event = history(as_user, number).events[-1]
    assert (event.kind, event.on) == ("notice_served", TODAY)
    assert {**event.data} == {
        "notice": "accepted", "method": "in_person", "received_by": "本人", "paper": "1", "letter_no": letter.number,
    }  # fmt: skip
    assert "notice" not in owed(number)


def test_the_thirty_days_of_a_review_run_from_the_day_the_opinion_was_served(as_user, number, clock):
    serve(as_user, issued(as_user, number), POST)
    letter = issued(as_user, number, "opinion", outcome="not_supported", perform_by="")
    assert "serve" in owed(number)
    calendar = as_user("office").office.calendar
    assert {one.kind: one.until for one in rights_of(history(as_user, number), calendar)}["review"] is None
    clock.set(2026, 12, 3, 9)
    serve(as_user, letter, replace(POST, on=date(2026, 12, 1)))
    assert {one.kind: one.until for one in rights_of(history(as_user, number), calendar)}["review"] == date(
        2026, 12, 31
    )
    assert "serve" not in owed(number)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (replace(BY_HAND, way="phone"), "way"),
        (replace(BY_HAND, way="electronic"), "way"),
        (replace(BY_HAND, way="public"), "way"),
        (replace(BY_HAND, on=date(2026, 11, 22)), "on"),
        (replace(BY_HAND, on=date(2026, 11, 24)), "on"),
        (replace(BY_HAND, receiver="别人"), "receiver"),
        (replace(BY_HAND, received_by=""), "received_by"),
        (replace(BY_HAND, paper=""), "paper"),
        (replace(BY_HAND, paper="7"), "paper"),
        (replace(BY_HAND, paper="", parcel="XA00000000011"), "paper"),
        (replace(BY_HAND, way="left", received_by="", paper=""), "received_by"),
        (replace(VAIN, why=" "), "why"),
    ],
)
def test_what_is_no_service_of_an_opinion_is_refused_beside_its_field(as_user, number, said, field):
    serve(as_user, issued(as_user, number), POST)
    letter = issued(as_user, number, "opinion")
    with pytest.raises(RuleViolation) as refused:
        serve(as_user, letter, said)
    assert refused.value.field == field


def test_a_letter_left_there_has_a_witness_or_a_film(as_user, number):
    assert serve(as_user, issued(as_user, number), replace(BY_HAND, way="left", received_by="")) == "served"


def test_a_letter_is_posted_up_after_two_ways_in_vain_and_counts_thirty_days_after(as_user, number, clock):
    letter = issued(as_user, number)
    serve(as_user, letter, VAIN)
    posted = replace(BY_HAND, way="public", received_by="")
    with pytest.raises(RuleViolation, match="two other ways"):
        serve(as_user, letter, posted)
    serve(as_user, letter, replace(VAIN, way="post", why="退回：查无此人"))
    with pytest.raises(RuleViolation, match="counts as served"):
        serve(as_user, letter, posted)
    clock.set(2026, 12, 24, 9)
    assert serve(as_user, letter, posted) == "served"
    assert history(as_user, number).events[-1].on == date(2026, 12, 23)


def test_the_notice_is_on_record_when_the_last_of_several_has_it(as_user, clock):
    people = (Party("petitioner", "赵甲"), Party("representative", "钱乙"), Party("representative", "孙丙"))
    number = petitioned(as_user, parties=people, headcount=12)
    letter = issued(as_user, number, to="钱乙、孙丙")
    clock.set(2026, 11, 30, 9)
    assert serve(as_user, letter, replace(POST, receiver="钱乙", received_by="钱乙")) == "issued"
    assert history(as_user, number).events[-1].kind == "accepted"
    with pytest.raises(RuleViolation):
        serve(as_user, letter, replace(POST, receiver="钱乙"))
    assert serve(as_user, letter, replace(POST, receiver="孙丙", received_by="孙丙", on=date(2026, 11, 28))) == "served"
    event = history(as_user, number).events[-1]
    assert (event.kind, event.on, event.text("received_by")) == ("notice_served", date(2026, 11, 28), "钱乙、孙丙")


def test_what_reached_somebody_is_not_withdrawn_and_is_filed(as_user, number):
    letter = issued(as_user, number)
    serve(as_user, letter, POST)
    with pytest.raises(RuleViolation), unit_of_work(db.session):
        withdraw_letter(as_user("leader"), letter.id, "写错")
    with pytest.raises(NotAllowed), unit_of_work(db.session):
        file_letter(as_user("leader"), letter.id)
    with unit_of_work(db.session):
        assert file_letter(as_user("office"), letter.id).state == "filed"


@pytest.mark.parametrize("who", ["grid", "village", "liaison", "auditor"])
def test_a_village_serves_no_letter_of_the_town(as_user, number, who):
    letter = issued(as_user, number)
    with pytest.raises(Exception, match=r"posts|no such"):
        serve(as_user, letter, POST, who)


def test_a_notice_that_is_on_record_already_is_not_recorded_twice(as_user, number):
    letter = issued(as_user, number)
    do(as_user("office"), number, "serve_notice", notice="accepted", method="in_person", received_by="本人", paper="1")
    before = len(history(as_user, number).events)
    assert serve(as_user, letter, POST) == "served"
    assert len(history(as_user, number).events) == before


def test_an_opinion_follows_after_the_case_was_taken_up_again(as_user, number):
    serve(as_user, issued(as_user, number), POST)
    serve(as_user, issued(as_user, number, "opinion", outcome="explained", perform_by=""), POST)
    do(as_user("office"), number, "reopen", reason="有新的材料")
    with unit_of_work(db.session):
        assert draft_letter(as_user("office"), number, "opinion").state == "draft"
