"""The rating: once a round, never through who handles the case, seen by them when the case is archived; 不满意 puts a
return visit on the desk of somebody else."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from caseapp.actions.absences import enter_absence
from caseapp.actions.callbacks import pass_on_visits
from caseapp.actions.cases import Act, decide, propose
from caseapp.actions.co_handlers import ask_to_help
from caseapp.actions.exports import export_cases
from caseapp.actions.imports import import_cases
from caseapp.actions.ledger import export_ledger
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import load_history
from caseapp.domain.meetings.queries import other_tasks
from caseapp.domain.notices.models import Notice
from caseapp.domain.receipts.models import Callback
from caseapp.domain.receipts.queries import handled_by, helpers_of, visitors_for
from caseapp.domain.receipts.ratings import handlers
from caseapp.domain.reports.queries import read_report
from caseapp.domain.reports.report import as_json
from caseapp.kernel.errors import NotAllowed, RuleViolation
from caseapp.kernel.periods import Month
from tests.cases.make import do, head, log, petition
from tests.conftest import CAST
from tests.receipts.make import rated, receipt_of, resolved

pytestmark = pytest.mark.one_database

WORDS = "还是漏水独此一句"


def case(number: str) -> Case:
    return db.session.query(Case).filter_by(number=number).one()


def ratings(number: str) -> list[CaseEvent]:
    return db.session.query(CaseEvent).filter_by(case_id=case(number).id, kind="rated").order_by(CaseEvent.seq).all()


def callback() -> Callback:
    return db.session.query(Callback).one()


def on_desk(ctx) -> list[str]:
    return [task.number for task in other_tasks(db.session, ctx.actor, ctx.now, ctx.today) if task.kind == "callback"]


def test_the_petitioner_rates_once_without_a_name_and_a_second_tap_does_no_harm(app, as_user, clock):
    number = resolved(as_user)
    client = app.test_client()
    path = f"/track/{receipt_of(number).token}"
    assert "您满意吗" in client.get(path).text
    for score in ("mostly", "mostly", "satisfied"):
        assert client.post(path + "/rating", data={"score": score, "words": WORDS}).status_code == 302
    (event,) = ratings(number)
    assert (event.by, event.facts, event.texts.texts) == (None, {"score": "mostly"}, {"words": WORDS})
    page = client.get(path).text
    assert "您的评价已记录" in page
    assert "您满意吗" not in page
    assert "基本满意" not in page
    assert WORDS not in page


def test_a_rating_that_is_missing_wrong_or_too_long_is_told_and_what_was_typed_is_kept(app, as_user):
    path = f"/track/{receipt_of(resolved(as_user)).token}/rating"
    client = app.test_client()
    for data in ({"words": WORDS}, {"score": "great", "words": WORDS}, {"score": "mostly", "words": WORDS * 200}):
        answer = client.post(path, data=data)
        assert (answer.status_code, WORDS in answer.text, "rating-problem" in answer.text) == (422, True, True)
    assert db.session.query(CaseEvent).filter_by(kind="rated").count() == 0


def test_a_new_round_is_rated_anew(as_user, clock):
    number = resolved(as_user)
    assert rated(clock, number, "satisfied")
    do(as_user("office"), number, "reopen", reason="又漏")
    with pytest.raises(RuleViolation):
        rated(clock, number)
    do(as_user("grid"), number, "resolve", method="mediation", evidence="重新修好")
    assert rated(clock, number, "mostly")
    assert not rated(clock, number, "satisfied")
    assert [event.facts["score"] for event in ratings(number)] == ["satisfied", "mostly"]


def test_an_open_case_and_an_accusation_are_not_rated(app, as_user, clock):
    number = log(as_user("grid"))
    with pytest.raises(RuleViolation):
        rated(clock, number)
    sealed = log(as_user("grid"), petition(petition_class="accusation"))
    do(as_user("discipline"), sealed, "resolve", method="other", evidence="已核查")
    with pytest.raises(RuleViolation):
        rated(clock, sealed)
    assert "您满意吗" not in app.test_client().get(f"/track/{receipt_of(sealed).token}").text


def test_an_official_who_is_logged_in_does_not_rate_on_the_page(browse, as_user):
    number = resolved(as_user)
    answer = browse("grid").post(f"/track/{receipt_of(number).token}/rating", data={"score": "satisfied"})
    assert answer.status_code == 403
    assert "退出登录" in answer.text
    assert ratings(number) == []


def test_for_who_has_no_telephone_somebody_else_takes_the_rating_down(browse, as_user):
    number = resolved(as_user)
    with pytest.raises(NotAllowed):
        do(as_user("grid"), number, "rate", score="satisfied")
    client = browse("office")
    assert "记录评价" in client.get(f"/cases/{number}").text
    page = client.get(f"/act/rate/{number}").text
    assert 'name="words"' in page
    assert client.post(f"/act/rate/{number}", data={"score": "mostly", "words": WORDS}).status_code == 302
    (event,) = ratings(number)
    assert event.by == "office"
    again = client.post(f"/act/rate/{number}", data={"score": "satisfied"})
    assert (again.status_code, "已经评价过了" in again.text) == (422, True)


def test_nobody_of_the_five_nor_a_helper_takes_it_down(browse, as_user):
    number = log(as_user("grid"))
    with unit_of_work(db.session):
        staff_case(as_user("leader"), number)
        ask_to_help(as_user("station"), number, "office2", "协助", as_user("office").today)
    do(as_user("station"), number, "resolve", method="mediation", evidence="协议")
    for who in ("leader", "station", "liaison", "village", "grid", "office2"):
        with pytest.raises(NotAllowed):
            do(as_user(who), number, "rate", score="satisfied")
        client = browse(who)
        assert "记录评价" not in client.get(f"/cases/{number}").text
        assert client.post(f"/act/rate/{number}", data={"score": "satisfied"}).status_code == 403
    do(as_user("office"), number, "rate", score="satisfied")


def test_who_handles_a_case_sees_the_rating_once_it_is_archived(browse, as_user, clock):
    number = log(as_user("grid"))
    with unit_of_work(db.session):
        staff_case(as_user("leader"), number)
    do(as_user("grid"), number, "resolve", method="mediation", evidence="协议")
    rated(clock, number, "dissatisfied", WORDS)
    clients = {who: browse(who) for who in CAST}
    sees = {who: clients[who].get(f"/cases/{number}").text for who in clients}
    for who in ("grid", "village", "liaison", "station", "leader"):
        assert "归档后才显示内容" in sees[who], who
        assert "不满意" not in sees[who], who
        assert WORDS not in sees[who], who
    for who in ("office", "office2", "auditor"):
        assert "不满意" in sees[who], who
        assert WORDS in sees[who], who
    for who in ("village2", "outsider", "discipline", "admin"):
        assert WORDS not in sees[who], who
    do(as_user("office"), number, "return_visit", result="fulfilled")
    do(as_user("office"), number, "return_visit", result="refused")
    do(as_user("office"), number, "archive")
    for who in ("grid", "leader"):
        assert WORDS in clients[who].get(f"/cases/{number}").text, who


def test_nor_do_they_find_it_behind_a_figure_or_in_an_export(browse, as_user, clock):
    theirs = resolved(as_user)
    do(as_user("office"), theirs, "mark_repeat", of=log(as_user("grid")))
    own = log(as_user("office"), petition(unit="TH-SH"))
    do(as_user("office"), own, "resolve", method="explained", evidence="已当面说明")
    for number in (theirs, own):
        rated(clock, number, "satisfied", WORDS)
    clients = {who: browse(who) for who in ("office", "office2", "village")}
    for figure in ("satisfied.n", "evaluated.n", "evaluated.d", "satisfied_all.d"):
        told = {who: one.get(f"/reports/TH-SH/2026-11/cases/{figure}").text for who, one in clients.items()}
        seen = {who: (theirs in told[who], own in told[who]) for who in told}
        assert seen == {"office": (True, False), "office2": (True, True), "village": (False, False)}, figure
        assert "未列出" in told["village"]
    lines = [json.loads(line) for line in export_cases(as_user("office"))]
    kinds = {line["number"]: [event["kind"] for event in line["events"]] for line in lines}
    assert ("rated" in kinds[theirs], "rated" in kinds[own]) == (True, False)
    sheet, _count = export_ledger(as_user("office"), "TH")
    rows = load_workbook(BytesIO(sheet)).active.iter_rows(values_only=True)
    told = {str(row[1]): row for row in rows}
    assert ("满意" in told[theirs], "满意" in told[own]) == (True, False)


def test_export_and_import_keep_the_words(system, as_user, clock):
    number = resolved(as_user)
    rated(clock, number, "mostly", WORDS)
    (line,) = [json.loads(one) for one in export_cases(system)]
    assert line["events"][-1] == {**line["events"][-1], "kind": "rated", "score": "mostly", "words": WORDS}
    assert "by" not in line["events"][-1]
    with unit_of_work(db.session):
        assert import_cases(as_user("office"), [(1, line)]).added == 0


@pytest.mark.parametrize("who", sorted(CAST))
def test_who_handles_a_case_is_the_same_in_the_database(as_user, who):
    numbers = [log(as_user("grid")) for _ in range(4)]
    with unit_of_work(db.session):
        staff_case(as_user("leader"), numbers[0])
        ask_to_help(as_user("station"), numbers[0], "grid2", "协助", as_user("office").today)
    do(as_user("office"), numbers[1], "fill_seat", seat="lead", holder="leader", deputy="office2")
    do(as_user("office"), numbers[1], "clear_seat", seat="lead")
    do(as_user("village"), numbers[2], "mediate", result="agreed")
    do(as_user("grid"), numbers[2], "resolve", method="mediation", evidence="协议")
    do(as_user("office"), numbers[3], "follow_up", method="desk", note="看过")
    units = as_user("office").units
    pure = {
        one.number for one in db.session.query(Case)
        if who in handlers(load_history(db.session, one, units), helpers_of(db.session, one.id))
    }  # fmt: skip
    assert {one.number for one in db.session.query(Case).filter(handled_by(who))} == pure


def test_a_bad_rating_puts_a_visit_on_the_desk_of_somebody_who_does_not_handle_the_case(browse, as_user, clock):
    number = resolved(as_user)
    rated(clock, number)
    row = callback()
    assert (row.assigned_to, row.due_on) == ("liaison", date(2026, 11, 26))
    assert [notice.recipient for notice in db.session.query(Notice).filter_by(kind="callback")] == ["liaison"]
    assert "指派我的回访" in browse("liaison").get("/").text
    for who in ("grid", "village", "office", "leader"):
        assert on_desk(as_user(who)) == [], who
        assert "待我回访" not in browse(who).get("/").text
    do(as_user("liaison"), number, "return_visit", result="unfulfilled", note="沟未修好")
    assert (callback().done_by, on_desk(as_user("liaison"))) == ("liaison", [])


def test_a_good_rating_asks_for_none(as_user, clock):
    rated(clock, resolved(as_user), "mostly")
    assert db.session.query(Callback).count() == 0


def test_with_a_full_team_it_goes_to_the_office_and_past_who_is_away(as_user, clock):
    number = log(as_user("grid"))
    with unit_of_work(db.session):
        staff_case(as_user("leader"), number)
        enter_absence(as_user("office"), "office", "leave", clock().date(), clock().date())
    do(as_user("grid"), number, "resolve", method="mediation", evidence="协议")
    rated(clock, number)
    assert callback().assigned_to == "office2"


def test_a_visit_by_who_handles_the_case_does_not_meet_it(as_user, clock):
    number = log(as_user("grid"))
    with unit_of_work(db.session):
        staff_case(as_user("leader"), number)
    do(as_user("grid"), number, "resolve", method="mediation", evidence="协议")
    rated(clock, number)
    do(as_user("village"), number, "return_visit", result="fulfilled")
    assert callback().done_at is None
    do(as_user("office2"), number, "return_visit", result="unfulfilled")
    assert callback().done_by == "office2"


def test_of_a_closed_case_a_follow_up_meets_it(as_user, clock):
    number = log(as_user("office"), petition(unit="TH"))
    do(as_user("office"), number, "accept", route=6)
    do(as_user("station"), number, "reply", outcome="not_supported")
    rated(clock, number)
    (task,) = [one for one in other_tasks(db.session, as_user("office").actor, clock(), clock().date())
               if one.kind == "callback"]  # fmt: skip
    assert task.text == "follow_up"
    do(as_user("office"), number, "follow_up", method="phone", note="听取意见")
    assert callback().done_by == "office"


def test_a_reopened_case_needs_it_no_more(as_user, clock):
    number = resolved(as_user)
    rated(clock, number)
    do(as_user("office"), number, "reopen", reason="又漏")
    assert callback().done_at is not None


def test_when_all_who_are_there_handle_the_case_an_office_that_does_not_finds_it_on_return(as_user, clock):
    number = log(as_user("grid"))
    with unit_of_work(db.session):
        enter_absence(as_user("office"), "office2", "leave", clock().date(), clock().date())
    for who in ("liaison", "village", "leader", "office", "station"):
        do(as_user(who), number, "mediate", result="adjourned")
    do(as_user("grid"), number, "resolve", method="mediation", evidence="协议")
    rated(clock, number)
    assert callback().assigned_to is None
    assert [who for who in CAST if on_desk(as_user(who))] == ["office2"]


def test_at_night_a_visit_whose_visitor_is_away_goes_to_somebody_else(as_user, system, clock):
    number = resolved(as_user)
    rated(clock, number)
    tomorrow = clock().date() + timedelta(days=1)
    with unit_of_work(db.session):
        enter_absence(as_user("office"), "liaison", "leave", tomorrow, tomorrow)
    clock.pass_by(days=1)
    for moved in (1, 0):
        with unit_of_work(db.session):
            assert pass_on_visits(system) == moved
    assert callback().assigned_to == "village"
    assert on_desk(as_user("village")) == [number]


def test_a_case_logged_by_the_one_who_is_away_still_finds_its_way(as_user, clock):
    number = log(as_user("office"), head(unit="TH-DS"))
    do(as_user("village2"), number, "resolve", method="mediation", evidence="协议")
    rated(clock, number)
    assert callback().assigned_to in ("office", "office2")


def test_what_nobody_here_may_read_is_not_rated_here(app, as_user, clock):
    """It was taken in, thanked for, and the visit that it asks for was on nobody's desk."""
    number = resolved(as_user)
    with unit_of_work(db.session):
        naming = {"field": "about", "to": ["leader"], "reason": "信访人这样说"}
        asked = propose(as_user("grid"), Act(number, "name_accused", naming))
    with unit_of_work(db.session):
        decide(as_user("office"), asked.id, approved=True)
    path = f"/track/{receipt_of(number).token}"
    assert "您满意吗" not in app.test_client().get(path).text
    answer = app.test_client().post(path + "/rating", data={"score": "dissatisfied", "words": WORDS})
    assert (answer.status_code, "没有人能看此事项" in answer.text) == (422, True)
    assert (ratings(number), db.session.query(Callback).count()) == ([], 0)


def test_a_further_visit_of_an_accusation_is_asked_of_who_reads_accusations(as_user, clock):
    """It was asked of the village's liaison, who does not see it, and so of nobody."""
    number = log(as_user("grid"), petition(petition_class="accusation"))
    history = load_history(db.session, case(number), as_user("office").units)
    asked = visitors_for(db.session, as_user("office").units, case(number), handlers(history), as_user("office").today)
    assert set(asked) == {"office", "office2", "discipline"}


@pytest.mark.parametrize("given", ["satisfied", "mostly", "dissatisfied"])
def test_the_petitioner_says_that_a_rating_is_not_theirs(app, browse, as_user, clock, given):
    """Who closed the case rated it with the code they had kept."""
    number = resolved(as_user)
    client, path = app.test_client(), f"/track/{receipt_of(number).token}"
    assert client.post(path + "/not-mine").status_code == 422
    rated(clock, number, given)
    assert "这不是我的评价" in client.get(path).text
    assert browse("grid").post(path + "/not-mine").status_code == 403
    clock.pass_by(minutes=5)
    pages = []
    for _ in range(2):
        assert client.post(path + "/not-mine").status_code == 302
        pages.append(client.get(path).text)
    assert "该评价不是您本人所给" in pages[0]
    assert [event.facts["score"] for event in ratings(number)][-1] == "dissatisfied"
    assert len(ratings(number)) == (1 if given == "dissatisfied" else 2)
    assert callback().assigned_to not in (None, "grid")
    office = as_user("office")
    report = read_report(db.session, office.actor, office.units, "TH", Month(2026, 11), as_of=office.now)
    assert as_json(report)["rates"]["satisfied"]["n"] == 0
