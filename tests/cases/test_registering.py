"""Logging a case where it arises."""

from __future__ import annotations

import pytest

from caseapp.actions.cases import RegisterCase, register
from caseapp.db import unit_of_work
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.kernel.errors import NotAllowed, RuleViolation
from tests.cases.make import head, log, moment, petition

pytestmark = pytest.mark.either_database


def test_a_case_gets_the_next_number_of_its_track_and_year(as_user):
    assert log(as_user("grid")) == "太调〔2026〕0001号"
    assert log(as_user("grid")) == "太调〔2026〕0002号"
    assert log(as_user("office"), petition()) == "太信〔2026〕0001号"
    assert log(as_user("grid"), at=moment(2025, 12, 31, 23, 59)) == "太调〔2025〕0001号"


def test_sending_the_form_twice_registers_one_case(as_user):
    ctx = as_user("grid")
    for _ in range(2):
        with unit_of_work(ctx.session):
            number = register(ctx, RegisterCase(head(), "the same form")).number
    assert number == "太调〔2026〕0001号"
    assert ctx.session.query(Case).count() == 1
    assert ctx.session.query(CaseEvent).count() == 1


def test_nobody_logs_for_a_unit_outside_their_post(as_user):
    with pytest.raises(NotAllowed):
        log(as_user("grid"), head(unit="TH-DS-01"))
    with pytest.raises(NotAllowed):
        log(as_user("auditor"))


def test_a_case_cannot_be_registered_in_the_future(as_user):
    with pytest.raises(RuleViolation):
        log(as_user("grid"), at=moment(2026, 11, 24, 9, 0))


def test_a_refused_registration_uses_up_no_number(as_user):
    with pytest.raises(RuleViolation):
        log(as_user("grid"), at=moment(2026, 12, 24, 9, 0))
    assert log(as_user("grid")) == "太调〔2026〕0001号"


def test_a_matter_that_complains_of_a_village_is_held_by_the_town_from_the_start(as_user):
    number = log(as_user("office"), petition(about=("TH-SH",)))
    case = as_user("office").session.query(Case).filter_by(number=number).one()
    assert case.tier == "town"
