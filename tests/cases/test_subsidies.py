"""What the office pays for a mediated case (以案定补): claimed once, by two, when all is performed and confirmed; paid by
the amounts of its day; the register with its sum."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from caseapp.actions.cases import Act, propose
from caseapp.actions.settings import set_value
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.kernel.errors import NotAllowed, RuleViolation
from tests.cases.make import by_two, do, log

CLAIM = {"grade": "difficult", "mediator": "王丙三", "why": "涉及四户，历时三个月"}


def amounts(as_user, **yuan: str) -> None:
    with unit_of_work(db.session):
        for grade, amount in (yuan or {"normal": "50", "difficult": "200", "major": "400"}).items():
            set_value(as_user("office"), f"subsidy.{grade}", amount, as_user("office").today)


@pytest.fixture
def number(as_user) -> str:
    """A dispute that was mediated, resolved by it, performed, and confirmed."""
    amounts(as_user)
    found, village = log(as_user("grid")), as_user("village")
    do(village, found, "mediate", result="agreed", mediators="王丙三")
    do(
        village,
        found,
        "agree",
        form="written",
        effective_on="2026-11-23",
        text="疏通排水沟。",
        agreement_no="太和人调字第12号",
    )
    do(village, found, "undertake", nth=1, who="周甲一", what="疏通", due_on="2026-12-01")
    do(village, found, "resolve", method="mediation", evidence="协议书")
    do(village, found, "perform", nth=1, note="已疏通")
    do(as_user("grid"), found, "return_visit", result="fulfilled")
    return found


def test_it_is_claimed_by_two_and_once_and_stands_in_the_register_with_its_sum(as_user, browse, number):
    client = browse("village")
    form = client.get(f"/act/claim_subsidy/{number}").text
    assert 'value="王丙三"' in form
    assert "需要第二人" in form or "第二人" in form
    by_two(as_user("village"), as_user("leader"), number, "claim_subsidy", **CLAIM)
    assert db.session.query(Case).one().subsidy_on == date(2026, 11, 23)
    with pytest.raises(RuleViolation, match="claimed for this case already"):
        by_two(as_user("village"), as_user("leader"), number, "claim_subsidy", **CLAIM)
    office = browse("office")
    page = office.get("/subsidies").text
    for told in (number, "疑难", "涉及四户，历时三个月", "￥200.00", "1件"):
        assert told in page
    rows = list(load_workbook(BytesIO(office.get("/subsidies.xlsx").data)).active.iter_rows(values_only=True))
    assert rows[2][1:8] == (
        "太和人调字第12号",
        "双合村第一组",
        "王丙三",
        "邻里",
        "疑难（涉及四户，历时三个月）",
        "书面",
        rows[2][7],
    )
    assert (rows[2][11], rows[-1][0], rows[-1][11]) == (200, "合计", 200)
    assert "没有申报" in office.get("/subsidies?period=2026-10").text


def test_a_later_table_changes_no_claim_of_before(as_user, browse, number, clock):
    by_two(as_user("village"), as_user("leader"), number, "claim_subsidy", **CLAIM)
    client = browse("office")
    clock.pass_by(minutes=1)
    with unit_of_work(db.session):
        set_value(as_user("office"), "subsidy.difficult", "888", as_user("office").today, recompute=True)
    assert "￥200.00" in client.get("/subsidies?period=2026-11").text, "nor one that holds since ever"
    clock.pass_by(days=8)
    amounts(as_user, difficult="999")
    assert "￥200.00" in browse("leader").get("/subsidies?period=2026-11").text


def test_a_claim_stays_in_its_register_when_the_case_is_merged_later(as_user, browse, number):
    by_two(as_user("village"), as_user("leader"), number, "claim_subsidy", **CLAIM)
    other = log(as_user("grid"))
    by_two(as_user("village"), as_user("leader"), number, "merge", into=other)
    page = browse("office").get("/subsidies").text
    assert number in page
    assert "￥200.00" in page


@pytest.mark.parametrize(
    ("said", "field"), [({"grade": "major", "why": ""}, "why"), ({"grade": "normal", "why": ""}, None)]
)
def test_more_than_an_ordinary_case_says_why(as_user, number, said, field):
    if field is None:
        by_two(as_user("village"), as_user("leader"), number, "claim_subsidy", **CLAIM | said)
        return
    with pytest.raises(RuleViolation) as problem, unit_of_work(db.session):
        propose(as_user("village"), Act(number, "claim_subsidy", CLAIM | said))
    assert problem.value.field == field


def test_nothing_is_claimed_where_the_office_pays_nothing_or_something_is_still_to_be_done(as_user, browse):
    number, village = log(as_user("grid")), as_user("village")
    do(village, number, "mediate", result="agreed")
    do(village, number, "resolve", method="mediation", evidence="协议书")
    do(as_user("grid"), number, "return_visit", result="fulfilled")
    assert "claim_subsidy" not in browse("village").get(f"/cases/{number}").text
    amounts(as_user)
    with unit_of_work(db.session):
        propose(as_user("village"), Act(number, "claim_subsidy", CLAIM))
    other = log(as_user("grid"))
    do(village, other, "mediate", result="agreed")
    do(village, other, "resolve", method="mediation", evidence="协议书")
    with pytest.raises(RuleViolation, match="return visit confirmed"), unit_of_work(db.session):
        propose(as_user("village"), Act(other, "claim_subsidy", CLAIM))
    explained = log(as_user("grid"))
    do(village, explained, "resolve", method="explained", evidence="已解释")
    with pytest.raises(RuleViolation, match="mediation resolved"), unit_of_work(db.session):
        propose(as_user("village"), Act(explained, "claim_subsidy", CLAIM))


def test_an_agreement_that_was_broken_is_not_paid_for(as_user):
    amounts(as_user)
    number, village = log(as_user("grid")), as_user("village")
    do(village, number, "mediate", result="agreed")
    do(village, number, "agree", form="written", effective_on="2026-11-23", text="付款。")
    do(village, number, "undertake", nth=1, who="周甲一", what="付款", due_on="2026-12-01")
    do(village, number, "resolve", method="mediation", evidence="协议书")
    do(village, number, "breach", nth=1, then="enforce", reason="未付")
    do(as_user("grid"), number, "return_visit", result="performing")
    with pytest.raises(RuleViolation, match="all is performed"), unit_of_work(db.session):
        propose(village, Act(number, "claim_subsidy", CLAIM))


def test_who_asked_for_it_does_not_agree_to_it(as_user, number):
    with pytest.raises(NotAllowed):
        by_two(as_user("office"), as_user("office"), number, "claim_subsidy", **CLAIM)
