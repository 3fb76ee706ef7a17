"""What is told of parties: where they live, and the number of an identity document."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from caseapp.actions.exports import export_cases
from caseapp.db import db
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.events import Event, Party
from caseapp.domain.cases.models import Case, CaseParty
from caseapp.domain.cases.parties import read_id_number, read_party, write_party
from caseapp.domain.cases.record import lay_down
from caseapp.domain.verification.queries import verify
from caseapp.kernel.errors import RuleViolation
from tests.cases.make import do, head, log, moment
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


TWO = (Party("petitioner", "周甲一", "000-0000-1111", address="双合村第一组七号"), Party("respondent", "周乙二"))


def told(number: str) -> list[tuple[str, ...]]:
    query = (
        select(CaseParty).join(Case, Case.id == CaseParty.case_id).where(Case.number == number).order_by(CaseParty.id)
    )
    return [(one.role, one.name, one.phone, one.address, one.contact) for one in db.session.scalars(query)]


@pytest.fixture
def with_two(as_user) -> str:
    return log(as_user("grid"), head(parties=TWO), moment(2026, 11, 2, 9))


def test_a_party_is_corrected_and_what_was_not_typed_stays(browse, with_two, run):
    client = browse("office")
    page = client.get(f"/party/1/{with_two}").text
    assert ("周甲一" in page, "1111" in page, "第一组七号" in page) == (True, False, False)
    form = {"role": "petitioner", "name": "周甲乙", "contact": "phone", "phone": "000-0000-2222", "becomes": "stays"}
    assert client.post(f"/party/1/{with_two}", data=form).status_code == 422, "without a reason"
    assert client.post(f"/party/1/{with_two}", data={**form, "reason": "名字写错了"}).status_code == 302
    first, second = told(with_two)
    assert first == ("petitioner", "周甲乙", "000-0000-2222", "双合村第一组七号", "phone")
    assert second == ("respondent", "周乙二", "", "", "any")
    assert "名字写错了" in client.get(f"/cases/{with_two}").text
    assert run("audit", "verify").exit_code == 0


def test_a_party_is_added_and_another_taken_out(browse, with_two):
    client = browse("office")
    form = {
        "role": "representative",
        "name": "周丙三",
        "contact": "any",
        "phone": "000-0000-3333",
        "reason": "带来了授权",
    }
    assert client.post(f"/party/3/{with_two}", data=form).status_code == 302
    gone = {"role": "respondent", "name": "周乙二", "contact": "any", "becomes": "gone", "reason": "与此事无关"}
    assert client.post(f"/party/2/{with_two}", data=gone).status_code == 302
    assert [(role, name) for role, name, *_ in told(with_two)] == [
        ("petitioner", "周甲一"),
        ("representative", "周丙三"),
    ]


def test_what_is_no_telephone_number_is_said_beside_its_field(browse, with_two):
    form = {"role": "petitioner", "name": "周甲一", "contact": "any", "phone": "没有电话", "reason": "补充"}
    answer = browse("office").post(f"/party/1/{with_two}", data=form)
    assert (answer.status_code, "电话号码应写数字" in answer.text, "没有电话" in answer.text) == (422, True, True)
    assert told(with_two)[0][2] == "000-0000-1111"


def test_there_is_no_page_of_a_party_that_is_not_there_nor_for_who_may_not_amend(browse, with_two):
    assert browse("office").get(f"/party/9/{with_two}").status_code == 404
    assert browse("auditor").get(f"/party/1/{with_two}").status_code in (403, 404)
    assert browse("grid2").get(f"/party/1/{with_two}").status_code == 404


def test_who_handles_a_case_adds_to_it_and_changes_nobody_that_visits_and_calls_go_by(browse, as_user, with_two, run):
    do(as_user("office"), with_two, "fill_seat", seat="grid", holder="grid")
    client, kept = browse("grid"), told(with_two)
    form = {"role": "petitioner", "name": "周甲一", "contact": "any", "becomes": "stays", "reason": "换了号码"}
    for change in ({"phone": "000-0000-9999"}, {"name": "周别人"}, {"becomes": "gone"}, {"role": "representative"}):
        refused = client.post(f"/party/1/{with_two}", data={**form, **change})
        assert (refused.status_code, "由其他人" in refused.text, "换了号码" in refused.text) == (422, True, True), (
            change
        )
    assert run("audit", "verify").exit_code == 0
    refusals = db.session.scalars(select(AuditEntry.actor).where(AuditEntry.action == "refused")).all()
    assert "grid" in refusals, "on record"
    assert told(with_two) == kept
    filled = {**form, "role": "respondent", "name": "周乙二", "phone": "000-0000-5555"}
    assert client.post(f"/party/2/{with_two}", data=filled).status_code == 302, "there was none"
    added = {"role": "representative", "name": "周丙三", "contact": "any", "reason": "带来了授权"}
    assert client.post(f"/party/3/{with_two}", data=added).status_code == 302
    assert [name for _, name, *_ in told(with_two)] == ["周甲一", "周乙二", "周丙三"]
