"""What is told of parties: where they live, and the number of an identity document."""

from __future__ import annotations

import json

import pytest

from caseapp.actions.exports import export_cases
from caseapp.db import db
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.models import CaseParty
from caseapp.domain.cases.parties import read_id_number, read_party, write_party
from caseapp.domain.cases.record import lay_down
from caseapp.domain.verification.queries import verify
from caseapp.kernel.errors import RuleViolation
from tests.cases.make import head, moment
from tests.exchange.test_casefiles import line, take

CARD = "999999197001010009"


@pytest.mark.parametrize("typed", [CARD, "９９９９９９ 19700101 0009", "999999-19700101-0009"])
def test_the_number_of_an_identity_card_is_kept_without_blanks(typed):
    assert read_id_number(typed) == CARD


@pytest.mark.parametrize("typed", ["E12345678", "H0123456700", ""])
def test_other_documents_have_numbers_of_other_kinds(typed):
    assert read_id_number(typed) == typed


@pytest.mark.parametrize("typed", ["999999197001010008", "99999919700101000A", "12345", "身份证丢了"])
def test_a_wrong_figure_is_said(typed):
    with pytest.raises(RuleViolation) as problem:
        read_id_number(typed)
    assert problem.value.field == "id_number"


def test_a_party_is_written_with_what_it_says_alone():
    told = {"role": "petitioner", "name": "周甲一", "address": "双合村第一组七号", "id_number": CARD}
    assert write_party(read_party(told)) == told


def test_what_was_laid_down_before_there_were_addresses_keeps_its_digest():
    party = read_party({"role": "party", "name": "周甲一"})
    at = moment(2026, 11, 2, 9)
    _facts, texts = lay_down(Event("registered", at, at, None, {}), head(parties=(party,)))
    assert texts["parties"] == [{"role": "party", "name": "周甲一", "phone": "", "contact": "any"}]


def test_they_leave_with_a_reason_alone_and_come_back(system, world):
    told = {"role": "party", "name": "赵丁四", "address": "双合村第一组七号", "id_number": CARD}
    take(system, line(number="R", parties=[told]))
    plain, full = ("".join(export_cases(system, reason=reason)) for reason in (None, "移交"))
    assert (CARD in plain, "第一组七号" in plain, CARD in full, "第一组七号" in full) == (False, False, True, True)
    world.fresh()
    take(system, json.loads(full))
    assert [(one.address, one.id_number) for one in db.session.query(CaseParty)] == [("双合村第一组七号", CARD)]
    take(system, json.loads(plain))
    assert db.session.query(CaseParty).count() == 1, "known again without them"
    assert verify(db.session).broken == []


def test_the_quick_log_takes_them_and_says_what_is_wrong(browse):
    client = browse("grid")
    form = {
        "token": "t1", "track": "dispute", "story": "两家为水沟争执。", "unit": "TH-SH-01", "category": "neighbour",
        "name": "周甲一", "headcount": "2", "contact": "any", "channel": "screening", "risk": "green",
        "petition_class": "appeal", "address": "双合村第一组七号", "id_number": f"{CARD[:-1]}1",
    }  # fmt: skip
    refused = client.post("/cases/new", data=form)
    assert (refused.status_code, "身份证号码有误" in refused.text) == (422, True)
    assert client.post("/cases/new", data={**form, "id_number": CARD}).status_code == 302
    assert [(one.address, one.id_number) for one in db.session.query(CaseParty)] == [("双合村第一组七号", CARD)]
