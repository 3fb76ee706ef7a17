"""Review and re-review of a written reply: what may be asked for when, what follows, and what the petitioner is told."""

from __future__ import annotations

import inspect
import re
from datetime import date

import pytest
from sqlalchemy import select

from caseapp.db import db
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.reviews import REDO, REREVIEW, REVIEW, Review, next_level
from caseapp.domain.notices.models import Notice
from caseapp.domain.receipts import rights
from caseapp.domain.receipts.rights import COURTS, INSTEAD, rights_of
from caseapp.kernel.errors import NotAllowed, OutOfScope, RuleViolation
from caseapp.kernel.workdays import shipped
from caseapp.web.track.words import RIGHTS
from tests.cases.make import do, log, moment, petition
from tests.cases.test_transitions import START, TREE, head, told

pytestmark = pytest.mark.either_database
ASKED = {"level": "review", "organ": "平安县人民政府", "asked_on": "2026-11-23"}
AGAIN = {"level": "rereview", "organ": "平安市人民政府", "asked_on": "2026-11-23"}


@pytest.fixture
def replied(as_user):
    """A petition that was replied to, which the petitioner received on the same day."""
    number = log(as_user("office"), petition(unit="TH"), moment(2026, 11, 2, 9, 0))
    do(as_user("leader"), number, "fill_seat", moment(2026, 11, 2, 10, 0), seat="lead", holder="leader")
    do(as_user("office"), number, "accept", moment(2026, 11, 3, 9, 0), route=6)
    do(as_user("office"), number, "reply", moment(2026, 11, 10, 9, 0), outcome="not_supported", served_on="2026-11-10")
    return number


def case_of(number: str) -> Case:
    return db.session.scalars(select(Case).where(Case.number == number)).one()


def kinds(number: str) -> list[str]:
    query = select(CaseEvent.kind).where(CaseEvent.case_id == case_of(number).id).order_by(CaseEvent.seq)
    return list(db.session.scalars(query))


def open_rights(ctx, number: str) -> dict[str, date | None]:
    history = load_history(db.session, case_of(number), ctx.units)
    return {right.kind: right.until for right in rights_of(history, shipped())}


def test_a_reply_is_reviewed_then_re_reviewed_and_then_it_is_over(as_user, replied):
    office = as_user("office")
    do(office, replied, "ask_review", **ASKED)
    with pytest.raises(RuleViolation, match="not decided yet"):
        do(office, replied, "ask_review", **AGAIN)
    do(office, replied, "file_review", result="upheld", opinion="维持原处理意见", received_on="2026-11-23")
    with pytest.raises(RuleViolation, match="reviewed first"):
        do(office, replied, "ask_review", **ASKED)
    do(office, replied, "ask_review", **AGAIN)
    do(office, replied, "file_review", result="changed", opinion="变更第二项", letter_no="平复核〔2026〕6号")
    with pytest.raises(RuleViolation, match="nothing more"):
        do(office, replied, "ask_review", **AGAIN)
    assert case_of(replied).state == "replied", "it closes nothing and opens nothing"


def test_what_is_to_be_made_anew_takes_the_case_up_again_and_may_not_say_the_same(as_user, replied):
    office = as_user("office")
    do(office, replied, "ask_review", **ASKED)
    do(office, replied, "file_review", result="redo", opinion="事实不清，责令重新办理")
    assert kinds(replied)[-2:] == ["reviewed", "reopened"]
    assert case_of(replied).state == "handling"
    assert case_of(replied).handle_due_on == max(date(2027, 1, 2), date(2026, 12, 23))
    told_to = select(Notice.recipient).where(Notice.kind == "reopened")
    assert list(db.session.scalars(told_to)) == ["leader"]
    with pytest.raises(RuleViolation, match="says the same") as problem:
        do(office, replied, "reply", outcome="not_supported")
    assert problem.value.field == "text"
    do(office, replied, "reply", outcome="not_supported", text="经重新调查，另行查明下列事实。")
    do(office, replied, "ask_review", **ASKED)
    assert kinds(replied)[-2:] == ["replied", "review_asked"], "the new reply may be reviewed"


def test_a_case_that_is_open_is_not_reopened_a_second_time(as_user, replied):
    office = as_user("office")
    do(office, replied, "ask_review", **ASKED)
    do(office, replied, "reopen", reason="反弹")
    do(office, replied, "file_review", result="redo", opinion="责令重新办理")
    assert kinds(replied).count("reopened") == 1


def test_the_petitioner_is_told_what_is_still_open_until_which_day_and_when_it_is_over(as_user, replied):
    office = as_user("office")
    assert open_rights(office, replied) == {"review": date(2026, 12, 10), "rereview": None, "come_back": None}
    do(office, replied, "ask_review", **ASKED)
    assert open_rights(office, replied) == {"review_waits": None, "come_back": None}
    do(office, replied, "file_review", result="upheld", opinion="维持", received_on="2026-11-23")
    assert open_rights(office, replied) == {"rereview": date(2026, 12, 23), "come_back": None}
    do(office, replied, "ask_review", **AGAIN)
    assert open_rights(office, replied) == {"rereview_waits": None, "come_back": None}
    do(office, replied, "file_review", result="upheld", opinion="维持")
    assert open_rights(office, replied) == {"concluded": None, "come_back": None}


def test_after_thirty_days_a_page_takes_none(as_user, replied, clock):
    clock.set(2026, 12, 20, 10)
    office = as_user("office")
    with pytest.raises(RuleViolation, match="within 30 days; the last was 2026-12-10") as problem:
        do(office, replied, "ask_review", **{**ASKED, "asked_on": "2026-12-11"})
    assert problem.value.field == "asked_on"
    do(office, replied, "ask_review", **{**ASKED, "asked_on": "2026-12-10"})
    do(office, replied, "file_review", result="upheld", opinion="维持", received_on="2026-12-18")
    clock.set(2027, 2, 20, 10)
    with pytest.raises(RuleViolation, match="within 30 days; the last was 2027-01-18"):
        do(office, replied, "ask_review", **{**AGAIN, "asked_on": "2027-01-19"})


def test_where_nobody_knows_when_it_was_received_no_day_has_passed(as_user, clock):
    office = as_user("office")
    number = log(office, petition(unit="TH"))
    do(office, number, "accept", route=6)
    do(office, number, "reply", outcome="explained")
    clock.set(2027, 3, 1, 10)
    do(office, number, "ask_review", **{**ASKED, "asked_on": "2027-02-28"})


@pytest.mark.parametrize("day", ["2026-11-09", "2026-11-24"])
def test_it_is_asked_for_after_the_reply_and_by_today(as_user, replied, day):
    with pytest.raises(RuleViolation, match="day of the reply or later"):
        do(as_user("office"), replied, "ask_review", **{**ASKED, "asked_on": day})


@pytest.mark.parametrize("day", ["2026-11-22", "2026-11-24"])
def test_the_petitioner_received_it_after_asking_and_by_today(as_user, replied, day):
    do(as_user("office"), replied, "ask_review", **ASKED)
    with pytest.raises(RuleViolation, match="after the review was asked for"):
        do(as_user("office"), replied, "file_review", result="upheld", opinion="维持", received_on=day)


@pytest.mark.parametrize("who", ["grid", "village", "liaison", "outsider", "auditor"])
def test_only_the_town_puts_it_down(as_user, replied, who):
    with pytest.raises((NotAllowed, OutOfScope)):
        do(as_user(who), replied, "ask_review", **ASKED)


def test_without_a_reply_there_is_nothing_to_review(as_user):
    number = log(as_user("office"), petition(unit="TH"))
    for action, said in (("ask_review", ASKED), ("file_review", {"result": "upheld", "opinion": "维持"})):
        with pytest.raises(RuleViolation):
            do(as_user("office"), number, action, **said)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("review", "level"),
    [
        (None, REVIEW), (Review(REVIEW, "县", date(2026, 1, 1)), None),
        (Review(REVIEW, "县", date(2026, 1, 1), "upheld"), REREVIEW), (Review(REVIEW, "县", date(2026, 1, 1), "changed"), REREVIEW),
        (Review(REVIEW, "县", date(2026, 1, 1), REDO), REVIEW), (Review(REREVIEW, "市", date(2026, 1, 1), REDO), REVIEW),
        (Review(REREVIEW, "市", date(2026, 1, 1), "upheld"), None), (Review(REREVIEW, "市", date(2026, 1, 1)), None),
    ],
)  # fmt: skip
def test_what_may_be_asked_for_next(review, level):
    assert next_level(review) == level


@pytest.mark.one_database
def test_a_new_reply_begins_anew_and_a_reopening_keeps_what_waits():
    events = told("accepted", "replied", "review_asked")
    assert History(head(), events, TREE_ALWAYS).now.review == Review("review", "县人民政府", START.date())
    again = [*events, *told("reopened")[1:]]
    again[-1] = Event("reopened", START.replace(hour=9), START.replace(hour=9), None, {"reason": "反弹"})
    assert History(head(), again, TREE_ALWAYS).now.review is not None
    later = Event("replied", START.replace(hour=10), START.replace(hour=10), None, {"outcome": "explained"})
    assert History(head(), [*again, later], TREE_ALWAYS).now.review is None


class _Always:
    """The same units on each day."""

    def on(self, _day):
        return TREE


TREE_ALWAYS = _Always()


@pytest.mark.one_database
def test_each_right_has_words():
    source = inspect.getsource(rights)
    said = {*INSTEAD.values(), *COURTS.values(), "review_waits", "rereview_waits"}
    kinds = {*re.findall(r'Right\("([a-z_]+)"', source), *said}
    assert kinds == set(RIGHTS)


def test_the_page_of_the_case_tells_of_it_and_the_form_offers_what_can_be_chosen(browse, as_user, replied):
    office = browse("office")
    assert "复核（第36条）" in office.get(f"/act/ask_review/{replied}").text
    asked = {**ASKED, "request": "补偿标准适用错误", "length": case_of(replied).length}
    assert office.post(f"/act/ask_review/{replied}", data=asked).status_code == 302
    answer = {"result": "redo", "opinion": "事实不清", "length": case_of(replied).length}
    assert office.post(f"/act/file_review/{replied}", data=answer).status_code == 302
    page = office.get(f"/cases/{replied}").text
    for told_there in (
        "复查（第35条） · 平安县人民政府",
        "补偿标准适用错误",
        "责令重新办理（案件恢复办理）",
        "事实不清",
    ):
        assert told_there in page
