"""From the session to what is performed: an agreement on pages, what it makes the case owe, and what it ends
(人民调解法 art. 28–31)."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from caseapp.actions.ledger import export_ledger
from caseapp.db import db
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.deadlines.models import Deadline
from caseapp.kernel.errors import RuleViolation
from tests.cases.make import do, log, petition

AGREED = {
    "form": "written",
    "effective_on": "2026-11-23",
    "text": "赵家于年底前分两次付清修缮款。",
    "agreement_no": "太和人调字第12号",
}
FIRST = {
    "who": "赵丁四",
    "to": "周甲一",
    "what": "付第一期修缮款",
    "amount": "3000.50",
    "due_on": "2026-11-30",
    "where": "村委会",
    "way": "现金",
}
SECOND = FIRST | {"what": "付第二期修缮款", "amount": "2000", "due_on": "2026-12-31"}


def number_of_events() -> str:
    return str(db.session.query(Case).one().length)


def send(client, action: str, number: str, **form):
    return client.post(f"/act/{action}/{number}", data={"length": number_of_events(), **form})


def agreed(client, number: str) -> None:
    assert send(client, "agree", number, **AGREED).status_code == 302
    for nth, undertaking in enumerate((FIRST, SECOND), start=1):
        assert send(client, "undertake", number, nth=nth, **undertaking).status_code == 302


def test_an_agreement_is_put_down_with_what_each_side_undertakes_and_shown_with_its_sum(as_user, browse):
    number, client = log(as_user("grid")), browse("village")
    agreed(client, number)
    page = client.get(f"/cases/{number}").text
    for told in (
        "书面",
        "太和人调字第12号",
        "￥5,000.50",
        "人民币伍仟元伍角整",
        "赵丁四 → 周甲一：付第一期修缮款",
        "2026年11月30日前",
        "现金",
    ):
        assert told in page
    owed = {
        row.nth: (row.due_on.isoformat(), row.charged_to)
        for row in db.session.query(Deadline).filter_by(kind="undertaking")
    }
    assert owed == {1: ("2026-11-30", "lead"), 2: ("2026-12-31", "lead")}


def test_what_is_not_performed_by_its_day_is_late_until_it_is(as_user, browse, clock):
    number, client = log(as_user("grid")), browse("village")
    agreed(client, number)
    do(as_user("village"), number, "resolve", method="mediation", evidence="协议书")
    clock.pass_by(days=8)
    client = browse("liaison")
    assert number in client.get("/overdue", query_string={"kind": "undertaking"}).text
    form = client.get(f"/act/perform/{number}?nth=1").text
    assert "付第一期修缮款（2026年11月30日）" in form
    paid = {"length": number_of_events(), "nth": 1, "note": "收条一张"}
    for _ in range(2):  # sent again because the answer was lost, it is there once
        assert client.post(f"/act/perform/{number}", data=paid).status_code == 302
    assert db.session.query(CaseEvent).filter_by(kind="performed").count() == 1
    unknown = send(client, "perform", number, nth=7, note="收条")
    assert unknown.status_code == 422
    assert "没有该履行事项" in unknown.text
    standing = db.session.query(Deadline).filter_by(kind="undertaking", to_on=None)
    assert [row.nth for row in standing] == [2]
    assert "已于2026年12月1日履行" in client.get(f"/cases/{number}").text


def test_what_is_broken_says_what_follows_and_may_still_be_performed(as_user, browse, clock):
    number = log(as_user("grid"))
    agreed(browse("village"), number)
    clock.pass_by(days=10)
    client = browse("liaison")
    assert send(client, "breach", number, nth=1, then="enforce", reason="未付，称无钱").status_code == 302
    assert "申请法院强制执行" in client.get(f"/cases/{number}").text
    standing = db.session.query(Deadline).filter_by(kind="undertaking", to_on=None)
    assert [row.nth for row in standing] == [2]
    assert send(client, "perform", number, nth=1, note="法院执行到位").status_code == 302


@pytest.mark.parametrize("resolved", [True, False])
def test_what_is_broken_and_taken_up_again_ends_the_agreement_and_no_case_stays_resolved(as_user, browse, resolved):
    number, client = log(as_user("grid")), browse("village")
    agreed(client, number)
    if resolved:
        do(as_user("village"), number, "resolve", method="mediation", evidence="协议书")
    for _ in range(2):  # sent again, it is there once
        form = {"length": "5" if resolved else "4", "nth": 1, "then": "reopen", "reason": "反悔，不付"}
        assert client.post(f"/act/breach/{number}", data=form).status_code == 302
    db.session.expire_all()
    case = db.session.query(Case).one()
    assert (case.standing, case.length) == ("open", 7 if resolved else 5)
    assert db.session.query(Deadline).filter_by(kind="undertaking", to_on=None).count() == 0
    assert send(client, "agree", number, **AGREED).status_code == 302


def test_a_case_that_is_reopened_has_no_agreement_and_owes_its_handling(as_user, browse):
    number = log(as_user("grid"))
    agreed(browse("village"), number)
    do(as_user("village"), number, "resolve", method="mediation", evidence="协议书")
    do(as_user("village"), number, "reopen", reason="反悔")
    assert 'id="agreement"' not in browse("liaison").get(f"/cases/{number}").text
    assert [row.kind for row in db.session.query(Deadline).filter_by(kind="undertaking", to_on=None)] == []


def test_it_is_not_archived_before_all_of_it_is_performed(as_user, browse):
    number, office = log(as_user("grid")), as_user("office")
    agreed(browse("village"), number)
    do(as_user("village"), number, "resolve", method="mediation", evidence="协议书")
    for _ in range(3):
        do(as_user("liaison"), number, "return_visit", result="fulfilled")
    with pytest.raises(RuleViolation, match="agreement"):
        do(office, number, "archive")
    for nth in (1, 2):
        do(as_user("village"), number, "perform", nth=nth, note="收条")
    do(office, number, "archive")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"amount": "三千"}, "金额以元为单位填写"),
        ({"due_on": "2026-11-01"}, "履行期限不早于协议生效日期"),
        ({"who": ""}, "请填写"),
        ({"nth": "x"}, ""),
    ],
)
def test_what_cannot_be_is_told_beside_the_field_and_what_was_typed_is_kept(as_user, browse, wrong, told):
    number, client = log(as_user("grid")), browse("village")
    assert send(client, "agree", number, **AGREED).status_code == 302
    answer = send(client, "undertake", number, **({"nth": 1} | FIRST | wrong))
    assert answer.status_code == 422
    assert told in answer.text
    assert "付第一期修缮款" in answer.text
    assert db.session.query(CaseEvent).filter_by(kind="undertaken").count() == 0


def test_sent_again_it_is_there_once_and_what_somebody_else_added_moves_it_on(as_user, browse):
    number, client = log(as_user("grid")), browse("village")
    assert send(client, "agree", number, **AGREED).status_code == 302
    form = {"length": number_of_events(), "nth": 1, **FIRST}
    for _ in range(2):
        assert client.post(f"/act/undertake/{number}", data=form).status_code == 302
    assert db.session.query(CaseEvent).filter_by(kind="undertaken").count() == 1
    behind = client.post(f"/act/undertake/{number}", data={**form, **SECOND})
    assert behind.status_code == 409
    assert 'name="nth" type="hidden" value="2">' in behind.text


def test_the_ledger_says_in_which_form_they_agreed(as_user, browse):
    number, office = log(as_user("grid")), as_user("office")
    agreed(browse("village"), number)
    data, _count = export_ledger(office, "TH")
    sheet = load_workbook(BytesIO(data)).active
    assert "书面" in {str(cell.value) for row in sheet.iter_rows() for cell in row}


def test_a_petition_that_is_settled_has_an_agreement_too(as_user, browse):
    number = log(as_user("office"), petition())
    assert send(browse("office"), "agree", number, **AGREED).status_code == 302
