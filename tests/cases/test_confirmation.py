"""An agreement goes to a court to be confirmed: by both sides, within thirty days; who mediated is reminded on day 20 and
27, and what came of it is on record and on the public page (人民调解法 art. 33)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from caseapp.actions.notices import tell_the_day
from caseapp.actions.verify_shadows import verify_all
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.notices.models import Notice
from caseapp.domain.receipts.rights import rights_of
from caseapp.kernel.workdays import shipped
from tests.cases.make import do, log

BEGAN = date(2026, 11, 23)
COURT = {"court": "平安县人民法院", "asked_on": "2026-11-23"}


@pytest.fixture
def number(as_user) -> str:
    """A dispute with an agreement, of which something is to be performed."""
    found = log(as_user("grid"))
    do(as_user("office"), found, "fill_seat", seat="liaison", holder="liaison")
    do(as_user("village"), found, "agree", form="written", effective_on=BEGAN.isoformat(), text="疏通排水沟。")
    do(as_user("village"), found, "undertake", nth=1, who="周甲一", what="疏通", due_on="2027-02-01")
    return found


def row(number: str) -> Case:
    db.session.expire_all()
    return db.session.query(Case).filter_by(number=number).one()


def test_who_put_it_on_record_and_the_seats_are_reminded_on_day_20_and_day_27(as_user, number, system, clock):
    told: dict[int, int] = {}
    for days in range(36):
        day = BEGAN + timedelta(days)
        clock.set(day.year, day.month, day.day, 7, 30)
        with unit_of_work(db.session):
            tell_the_day(system, day)
        told[days] = db.session.query(Notice).filter_by(kind="confirmable").count()
    assert [days for days in range(1, 36) if told[days] > told[days - 1]] == [20, 27]
    people = {one.recipient for one in db.session.query(Notice).filter_by(kind="confirmable")}
    assert people == {"village", "liaison"}


@pytest.mark.parametrize(
    "then",
    [
        [("ask_court", COURT)],
        [("perform", {"nth": 1, "note": "已疏通"})],
        [("breach", {"nth": 1, "then": "reopen", "reason": "未疏通"})],
        [("resolve", {"method": "mediation", "evidence": "协议书"}), ("reopen", {"reason": "反弹"})],
    ],
)
def test_nobody_is_reminded_of_what_was_asked_is_performed_or_is_over(as_user, number, system, clock, then):
    assert row(number).confirmable_since == BEGAN
    for action, said in then:
        do(as_user("village"), number, action, **said)
    assert row(number).confirmable_since is None
    clock.set(2026, 12, 13, 7, 30)
    with unit_of_work(db.session):
        tell_the_day(system, date(2026, 12, 13))
    assert db.session.query(Notice).filter_by(kind="confirmable").count() == 0


@pytest.mark.tampers
def test_a_row_that_says_another_day_is_found(number, system):
    assert verify_all(system).broken == []
    with unit_of_work(db.session):
        db.session.execute(update(Case).values(confirmable_since=None))
    assert any(number in str(one) for one in verify_all(system).broken)


def send(client, action: str, number: str, **form):
    return client.post(f"/act/{action}/{number}", data={"length": str(row(number).length), **form})


def test_on_pages_it_is_asked_within_thirty_days_and_the_last_is_a_working_day(browse, number, clock):
    clock.set(2026, 12, 28, 9)
    client = browse("village")
    form = client.get(f"/act/ask_court/{number}").text
    assert "登记司法确认申请" in form
    late = send(client, "ask_court", number, **COURT | {"asked_on": "2026-12-24"})
    assert late.status_code == 422
    assert "最后一天是2026年12月23日" in late.text
    assert "双方可以共同申请" not in client.get(f"/cases/{number}").text, "the last day is over"
    assert send(client, "ask_court", number, **COURT | {"asked_on": "2026-12-23"}).status_code == 302
    page = client.get(f"/cases/{number}").text
    assert "已于2026年12月23日申请" in page
    assert "平安县人民法院" in page
    assert (
        send(client, "file_confirmation", number, result="confirmed", letter_no="（2026）平调确1号").status_code == 302
    )
    assert "确认有效，可申请强制执行" in client.get(f"/cases/{number}").text


def test_the_public_page_says_so_while_the_matter_is_open_and_stops_when_all_is_performed(as_user, number):
    def rights() -> list[str]:
        history = load_history(db.session, row(number), as_user("office").units)
        return [one.kind for one in rights_of(history, shipped())]

    do(as_user("village"), number, "ask_court", **COURT)
    assert "confirmation_waits" in rights()
    do(as_user("village"), number, "file_confirmation", result="withdrawn")
    do(as_user("village"), number, "resolve", method="mediation", evidence="协议书")
    assert "confirmation" in rights()
    do(as_user("village"), number, "perform", nth=1, note="已疏通")
    assert "confirmation" not in rights()


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (None, "confirmation_waits"),
        ("confirmed", "confirmed"),
        ("dismissed", "other_routes"),
        ("withdrawn", "confirmation"),
    ],
)
def test_the_public_page_says_what_came_of_it(as_user, number, result, told):
    do(as_user("village"), number, "resolve", method="mediation", evidence="协议书")
    do(as_user("village"), number, "ask_court", **COURT)
    if result:
        do(as_user("village"), number, "file_confirmation", result=result)
    rights = [one.kind for one in rights_of(load_history(db.session, row(number), as_user("office").units), shipped())]
    assert told in rights
    assert ("confirmation" in rights) == (told == "confirmation")
