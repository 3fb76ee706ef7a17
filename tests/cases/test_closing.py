"""A petition is closed by what happened, not by a tick: what pages insist on before one ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

from caseapp.actions.cases import Act, case_for, decide, propose, record
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.history import History
from caseapp.domain.cases.pledges import is_only_a_pledge
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.serving import owed_beside, reply_served_on, to_announce
from caseapp.domain.cases.words import RESOLUTION_METHODS
from caseapp.domain.deadlines.undone import to_hand_over
from caseapp.domain.receipts.models import Callback
from caseapp.kernel.errors import RuleViolation
from caseapp.labels import choice_label
from caseapp.web.entrance import word_of
from tests.cases.make import CALL, by_two, do, log, moment, petition
from tests.cases.test_second_person import offered
from tests.cases.test_transitions import at_day, head
from tests.documents.make import add, picture, serve

pytestmark = pytest.mark.either_database


@pytest.fixture
def folder(app):
    return app.extensions["caseapp"].files


@pytest.fixture
def number(as_user) -> str:
    """A petition at the town, just logged."""
    return log(as_user("office"), petition(unit="TH"))


def told(ctx, number: str):
    return load_history(ctx.session, case_for(ctx, number), ctx.units)


# -- notices


def test_a_notice_is_offered_once_there_is_something_to_announce(as_user, number, folder):
    office = as_user("office")
    assert "serve_notice" not in offered(office, number)
    do(office, number, "accept", route=6)
    assert "serve_notice" in offered(office, number)
    serve(office, number, "accepted", folder)
    assert "serve_notice" not in offered(office, number)


@pytest.mark.parametrize("notice", ["refused", "transferred", "redirected", "replied", "resolved"])
def test_a_notice_of_what_did_not_happen_is_refused(as_user, number, folder, notice: str):
    do(as_user("office"), number, "accept", route=6)
    with pytest.raises(RuleViolation, match="nothing of this kind"):
        serve(as_user("office"), number, notice, folder)


@pytest.mark.parametrize(
    ("action", "data", "notice"),
    [
        ("redirect", {"to": "县人民法院"}, "redirected"),
        ("transfer_out", {"to": "县信访局"}, "transferred"),
        ("resolve", {"method": "policy", "evidence": "当场补发"}, "resolved"),
    ],
)
def test_each_act_has_its_own_notice(as_user, number, folder, action, data, notice):
    do(as_user("office"), number, action, **data)
    serve(as_user("office"), number, notice, folder)
    assert told(as_user("office"), number).now.noticed_on


def test_a_chat_message_serves_no_refusal(as_user, number, folder):
    office = as_user("office")
    by_two(office, as_user("leader"), number, "refuse", ground="rereviewed")
    for way, why in (("微信", "no service"), ("phone", "no service"), ("electronic", "on paper"), ("", "no service")):
        with pytest.raises(RuleViolation, match=why):
            serve(office, number, "refused", folder, method=way)
    with pytest.raises(RuleViolation, match="who received it"):
        serve(office, number, "refused", folder, received_by="")
    assert told(office, number).now.noticed_on is None
    serve(office, number, "refused", folder, method="left", received_by="村民代表周某")


def test_a_notice_names_a_slip_that_lies_with_the_case(as_user, number, folder):
    office = as_user("office")
    do(office, number, "accept", route=6)
    for nth in ("", "7", "x"):
        with pytest.raises(RuleViolation) as problem:
            serve(office, number, "accepted", folder, paper=nth)
        assert problem.value.field == "paper"


def test_the_duty_to_notify_stays_whatever_became_of_the_petition(as_user, number, clock, browse):
    office = as_user("office")
    by_two(office, as_user("leader"), number, "refuse", ground="rereviewed")
    assert "archive" not in offered(office, number)
    clock.pass_by(days=16)
    client = browse("office")
    for page in ("/overdue", "/", f"/cases/{number}"):
        answer = client.get(page).text
        assert number in answer
        assert "书面告知" in answer, page


def test_a_notice_served_before_the_act_is_not_taken_as_the_notice_of_it(as_user, number, folder, clock):
    """A late entry is judged by what was on record then."""
    office = as_user("office")
    clock.pass_by(days=3)
    do(office, number, "accept", route=6)
    slip = add(office, number, folder)
    early = {"notice": "accepted", "method": "in_person", "received_by": "本人", "paper": str(slip.nth)}
    with pytest.raises(RuleViolation), unit_of_work(db.session):
        record(office, Act(number, "serve_notice", early, moment(2026, 11, 24, 9)))


# -- the written reply


def test_a_reply_has_a_text_or_a_paper_and_a_ground_in_law(as_user, number, folder):
    office = as_user("office")
    do(office, number, "accept", route=6)
    for missing, field in (({"text": ""}, "text"), ({"ground": ""}, "ground")):
        with pytest.raises(RuleViolation) as problem:
            do(office, number, "reply", outcome="explained", **missing)
        assert problem.value.field == field
    paper = add(office, number, folder, kind="opinion")
    do(office, number, "reply", outcome="explained", text="", paper=str(paper.nth))


def test_a_reply_that_contradicts_the_one_before_says_why(as_user, number):
    office = as_user("office")
    do(office, number, "accept", route=6)
    do(office, number, "reply", outcome="supported")
    with pytest.raises(RuleViolation, match="contradicts"):
        do(office, number, "reply", outcome="not_supported")
    do(office, number, "reply", outcome="supported", text="再次确认支持")
    do(office, number, "reply", outcome="not_supported", reason="上级复核后条件不符")


def test_after_a_reopening_a_reply_contradicts_nothing(as_user, number):
    office = as_user("office")
    do(office, number, "accept", route=6)
    do(office, number, "reply", outcome="not_supported")
    do(office, number, "reopen", reason="提出新证据")
    do(office, number, "reply", outcome="supported")


def test_a_reply_that_was_not_handed_over_is_a_duty_of_its_own(as_user, number, folder, clock, browse):
    office = as_user("office")
    do(office, number, "accept", route=6)
    serve(office, number, "accepted", folder)
    do(office, number, "reply", outcome="explained")
    client = browse("office")
    assert case_for(office, number).serve_due_on == date(2026, 12, 8)
    assert "待送达文书" in client.get("/").text
    assert "文书送达" in client.get(f"/cases/{number}").text
    assert "archive" not in offered(office, number)
    clock.pass_by(days=2)
    serve(office, number, "replied", folder)
    assert case_for(office, number).serve_due_on is None
    assert reply_served_on(told(office, number).events) == clock().date()
    assert "archive" in offered(office, number)


def test_a_reply_that_names_the_day_it_was_handed_over_is_owed_nothing_more():
    named = replace(head(), named=True)
    events = [at_day("registered", 0), at_day("accepted", 1), at_day("replied", 2)]
    assert set(owed_beside(named, events)) == {"replied"}
    served = [*events[:2], at_day("replied", 2, served_on="2024-03-07")]
    assert owed_beside(named, served) == {}
    assert set(to_announce(named, served)) == {"accepted"}


# -- the withdrawal


def test_a_withdrawal_without_a_signed_paper_takes_a_call_by_who_agrees(as_user, number):
    office, leader = as_user("office"), as_user("leader")
    with unit_of_work(db.session):
        asked = propose(office, Act(number, "withdraw", {"reason": "本人撤回"})).id
    call = CALL | {"called_on": "2026-11-23"}
    for missing in call:
        with pytest.raises(RuleViolation) as problem, unit_of_work(db.session):
            decide(leader, asked, approved=True, told=call | {missing: ""})
        assert problem.value.field == missing
    with pytest.raises(RuleViolation, match="by today"), unit_of_work(db.session):
        decide(leader, asked, approved=True, told=call | {"called_on": "2026-11-24"})
    with unit_of_work(db.session):
        decide(leader, asked, approved=True, told=call)
    withdrawn = told(office, number).events[-1]
    assert (withdrawn.by, withdrawn.text("approved_by"), withdrawn.text("called")) == (
        "office",
        "leader",
        CALL["called"],
    )


def test_who_asks_does_not_put_down_the_call_themselves(as_user, number):
    with unit_of_work(db.session):
        asked = propose(
            as_user("office"), Act(number, "withdraw", {"reason": "撤回"} | CALL | {"called_on": "2026-11-23"})
        )
    with pytest.raises(RuleViolation, match="no signed paper"), unit_of_work(db.session):
        decide(as_user("leader"), asked.id, approved=True)


def test_a_signed_paper_takes_the_place_of_the_call(as_user, number, folder):
    slip = add(as_user("office"), number, folder, kind="letter")
    with unit_of_work(db.session):
        asked = propose(as_user("office"), Act(number, "withdraw", {"reason": "撤回", "paper": str(slip.nth)})).id
        decide(as_user("leader"), asked, approved=True)
    assert case_for(as_user("office"), number).state == "withdrawn"


def test_the_page_to_decide_keeps_what_was_typed(as_user, number, browse):
    with unit_of_work(db.session):
        asked = propose(as_user("office"), Act(number, "withdraw", {"reason": "本人撤回"})).id
    client = browse("leader")
    assert f"/decide/{word_of(asked)}" in client.get(f"/cases/{number}").text
    answer = client.post(
        f"/decide/{word_of(asked)}", data={"decision": "approve", "called": "李某本人", "said": "同意"}
    )
    assert answer.status_code == 422
    assert "李某本人" in answer.text
    assert browse("village").get(f"/decide/{word_of(asked)}").status_code in (403, 404)
    full = {"decision": "approve", "called": "李某本人", "said": "同意", "called_on": "2026-11-23"}
    assert client.post(f"/decide/{word_of(asked)}", data=full).status_code == 302
    assert case_for(as_user("office"), number).state == "withdrawn"


# -- merged ones


def test_a_case_that_carries_others_is_not_voided(as_user, number):
    office, leader = as_user("office"), as_user("leader")
    second = log(office, petition(unit="TH", title="另一件"))
    assert "void" in offered(office, number)
    by_two(office, leader, second, "merge", into=number)
    assert "void" not in offered(office, number)
    with pytest.raises(RuleViolation) as problem, unit_of_work(db.session):
        propose(office, Act(number, "void", {"reason": "误录"}))
    assert second in str(problem.value)
    third = log(office, petition(unit="TH", title="继续办理的一件"))
    by_two(office, leader, number, "merge", into=third)


# -- pledges


@pytest.mark.parametrize(
    "evidence",
    [
        "息诉承诺书",
        "已签订息访承诺书。",
        "本人承诺不再上访，签字捺印。",
        "当事人自愿签订息诉罢访协议书一份",
        "保证不再信访、不再反映。",
    ],
)
def test_a_pledge_is_no_evidence(as_user, number, evidence: str):
    assert is_only_a_pledge(evidence)
    with pytest.raises(RuleViolation, match="pledge"):
        do(as_user("office"), number, "resolve", method="other", evidence=evidence)


@pytest.mark.parametrize(
    "evidence",
    [
        "调解协议书",
        "水沟已改道，当事人签字确认。",
        "补发低保金3200元，并签息诉承诺书。",
        "书面答复一份，当事人表示理解不再提出。",
        "协议",
        "",
    ],
)
def test_what_was_done_is_evidence_also_beside_a_pledge(evidence: str):
    assert not is_only_a_pledge(evidence)


def test_no_way_to_resolve_a_case_is_a_pledge(app):
    with app.test_request_context():
        assert [one for one in RESOLUTION_METHODS if is_only_a_pledge(choice_label("resolved", "method", one))] == []


# -- visits and the archive


def resolved(as_user, number: str, *results: str) -> None:
    do(as_user("leader"), number, "resolve", method="policy", evidence="已补发")
    for result in results:
        do(as_user("office"), number, "return_visit", result=result)


def test_a_case_is_archived_when_its_visits_are_made_and_it_is_performed(as_user, number, folder):
    office = as_user("office")
    resolved(as_user, number, "fulfilled", "performing")
    serve(office, number, "resolved", folder)
    assert "archive" not in offered(office, number)
    do(office, number, "return_visit", result="performing")
    with pytest.raises(RuleViolation, match="only being performed"):
        do(office, number, "archive")
    assert "return_visit" in offered(office, number)
    do(office, number, "return_visit", result="fulfilled")
    assert "archive" in offered(office, number)


def test_a_last_visit_that_found_it_being_performed_asks_for_a_further_one(as_user, number):
    resolved(as_user, number, "fulfilled", "performing")
    assert db.session.query(Callback).count() == 0  # the third visit is owed anyway
    do(as_user("office"), number, "return_visit", result="performing")
    (asked,) = db.session.query(Callback).all()
    assert (asked.why, asked.due_on.isoformat(), asked.done_at) == ("performing", "2026-12-23", None)
    do(as_user("office2"), number, "return_visit", result="fulfilled")
    db.session.expire_all()
    assert db.session.query(Callback).one().done_at is not None


@pytest.mark.parametrize("results", [("unreachable", "unreachable"), ("refused",)])
def test_visits_in_vain_or_refused_are_excused(as_user, number, folder, results):
    resolved(as_user, number, *results)
    serve(as_user("office"), number, "resolved", folder)
    assert "archive" in offered(as_user("office"), number)


# -- the pages


def test_the_page_takes_a_notice_with_the_photo_of_its_slip_in_one_go(as_user, number, browse, folder):
    office, client = as_user("office"), browse("office")
    do(office, number, "accept", route=6)
    page = client.get(f"/act/serve_notice/{number}").text
    assert 'enctype="multipart/form-data"' in page
    assert [one for one in ("refused", "replied", "transferred") if f'value="{one}"' in page] == []
    filled = {"notice": "accepted", "method": "in_person", "received_by": "本人"}
    assert client.post(f"/act/serve_notice/{number}", data=filled).status_code == 422
    slip = {"photos": (BytesIO(picture()), "slip.jpg")}
    answer = client.post(f"/act/serve_notice/{number}", data=filled | slip, content_type="multipart/form-data")
    assert answer.status_code == 302
    served = told(office, number).events[-1]
    assert (served.kind, served.text("received_by"), served.text("paper")) == ("notice_served", "本人", "1")
    assert "当面签收" in client.get(f"/cases/{number}").text


def test_a_file_that_is_no_picture_is_named_beside_its_field_and_nothing_is_kept(as_user, number, browse):
    office, client = as_user("office"), browse("office")
    do(office, number, "accept", route=6)
    filled = {"notice": "accepted", "method": "in_person", "received_by": "周某", "photos": (BytesIO(b"no"), "a.jpg")}
    answer = client.post(f"/act/serve_notice/{number}", data=filled, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "周某" in answer.text
    assert told(office, number).now.noticed_on is None


def test_the_page_of_a_withdrawal_takes_the_signed_paper_with_it(as_user, number, browse):
    client = browse("office")
    sent = {"reason": "本人要求撤回", "photos": (BytesIO(picture()), "signed.jpg")}
    assert client.post(f"/act/withdraw/{number}", data=sent, content_type="multipart/form-data").status_code == 302
    page = browse("leader").get(f"/cases/{number}").text
    assert "本人要求撤回" in page
    assert 'value="approve"' in page


def test_a_resolution_by_pledge_comes_back_with_what_was_typed(as_user, number, browse):
    sent = {"method": "other", "evidence": "已签订息诉息访承诺书"}
    answer = browse("office").post(f"/act/resolve/{number}", data=sent)
    assert answer.status_code == 422
    assert "请写明事情本身是怎么解决的" in answer.text
    assert "已签订息诉息访承诺书" in answer.text


def test_an_archived_case_and_one_that_was_taken_back_owe_no_paper(as_user):
    events = [at_day("registered", 0), at_day("accepted", 1), at_day("notice_served", 1), at_day("replied", 2)]
    named, trees = replace(head(), named=True), as_user("office").units
    for last, owes in ((None, True), (at_day("archived", 40), False)):
        history = History(replace(named, unit="TH"), [*events, *([last] if last else [])], trees)
        assert bool(to_hand_over(history)) is owes
    history = History(replace(named, unit="TH"), [*events[:1], at_day("refused", 1), at_day("reopened", 2)], trees)
    assert to_hand_over(history) is None
