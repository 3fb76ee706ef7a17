"""The other letters to a petitioner: the way a matter is handled in, a longer time, that it is not or no longer accepted."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from caseapp.actions.cases import Act, propose
from caseapp.actions.issuing import draft_letter, issue_letter, may_write, withdraw_letter
from caseapp.actions.issuing_service import record_service
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import load_history
from caseapp.domain.issuing.kinds import KINDS
from caseapp.domain.issuing.queries import is_late, services_of, written_in
from caseapp.domain.issuing.serving import Delivered
from caseapp.domain.issuing.writing import read_facts
from caseapp.domain.moves.queries import may_move, transition_of
from caseapp.kernel.errors import NotAllowed, RuleViolation, WrongPerson
from tests.cases.make import do, log, petition
from tests.issuing.make import TEXTS, issued, petitioned, signed

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("office")]
ENDED_BY = {
    "route": ("redirected", {"to": "平安县人民法院"}),
    "not_accepted": ("refused", {"ground": "pending_below", "approved_by": "leader"}),
    "no_more": ("refused", {"ground": "rereviewed", "approved_by": "leader"}),
}
UNTIL = "2027-02-10"


def case_of(number: str) -> Case:
    return db.session.scalars(select(Case).where(Case.number == number)).one()


def last_event(number: str) -> tuple[str, dict]:
    query = select(CaseEvent.kind, CaseEvent.facts).where(CaseEvent.case_id == case_of(number).id)
    return tuple(db.session.execute(query.order_by(CaseEvent.seq.desc())).first())


def due_of(as_user, number: str) -> date:
    return case_of(number).handle_due_on


def serve(as_user, key: int, on: date, **more: str) -> None:
    said = Delivered("李乙二", **{"way": "post", "on": on, "parcel": "XA123", "received_by": "本人", **more})
    with unit_of_work(db.session):
        record_service(as_user("office"), key, said)


@pytest.mark.parametrize("kind", ENDED_BY)
def test_issuing_it_ends_the_petition_in_the_same_step_and_its_service_is_the_notice(as_user, number, kind):
    letter = issued(as_user, number, kind)
    event, said = ENDED_BY[kind]
    assert last_event(number) == (event, {**said, "letter_no": letter.number})
    assert case_of(number).state == event
    serve(as_user, letter.id, letter.issued_on)
    name, notice = last_event(number)
    assert (name, notice["notice"], notice["letter_no"]) == ("notice_served", event, letter.number)


def test_each_kind_has_numbers_of_its_own(as_user):
    numbers = {kind: issued(as_user, petitioned(as_user), kind).number for kind in ENDED_BY}
    assert numbers == {
        "route": "太信途〔2026〕1号", "not_accepted": "太信不受〔2026〕1号", "no_more": "太信不再〔2026〕1号"
    }  # fmt: skip


def test_who_signed_it_off_is_the_second_person_and_does_not_issue_it(as_user, number):
    key = signed(as_user, number, "not_accepted")
    with pytest.raises(WrongPerson, match="own act"), unit_of_work(db.session):
        issue_letter(as_user("leader"), key)
    assert case_of(number).state == "registered"


def test_while_the_same_is_asked_for_no_letter_does_it(as_user, number):
    with unit_of_work(db.session):
        propose(as_user("office"), Act(number, "refuse", {"ground": "rereviewed"}))
    with pytest.raises(RuleViolation, match="asked for already"):
        issued(as_user, number, "no_more")


def test_a_refusal_on_record_gets_its_letter_and_no_second_event(as_user, number):
    do(as_user("office"), number, "redirect", to="平安县人民法院")
    with unit_of_work(db.session):
        letter = draft_letter(as_user("office"), number, "route")
    assert written_in(letter)["organ"] == "平安县人民法院"
    before = case_of(number).length
    issued(as_user, number, "route")
    assert case_of(number).length == before


def test_of_what_was_accepted_or_ended_otherwise_nothing_is_refused(as_user, number):
    do(as_user("office"), number, "accept", route=6)
    for kind in ENDED_BY:
        with pytest.raises(RuleViolation, match="was accepted"), unit_of_work(db.session):
            draft_letter(as_user("office"), number, kind)


def test_a_longer_time_is_put_on_record_with_who_signed_for_it_and_says_which_day_stood_before(as_user, number):
    issued(as_user, number)
    before = due_of(as_user, number)
    letter = issued(as_user, number, "extension")
    assert last_event(number) == (
        "extended", {"to": UNTIL, "approved_by": "leader", "letter_no": "太信延〔2026〕1号"}
    )  # fmt: skip
    assert due_of(as_user, number) == date.fromisoformat(UNTIL)
    assert read_facts(letter.facts).due_before == before


def test_its_service_adds_no_notice_and_one_after_the_old_day_is_late(as_user, number, clock):
    issued(as_user, number)
    letter = issued(as_user, number, "extension")
    before, length = read_facts(letter.facts).due_before, case_of(number).length
    serve(as_user, letter.id, letter.issued_on)
    assert (letter.state, case_of(number).length) == ("served", length)
    assert not is_late(letter, services_of(db.session, letter.id))
    other = petitioned(as_user)
    issued(as_user, other)
    letter = issued(as_user, other, "extension")
    clock.set(2027, 1, 30, 10)
    assert before < date(2027, 1, 30)
    serve(as_user, letter.id, date(2027, 1, 30))
    assert is_late(letter, services_of(db.session, letter.id))


@pytest.mark.parametrize(("until", "told"), [("2026-12-01", "lies between"), ("2027-12-01", "lies between")])
def test_a_day_that_cannot_be_is_told_before_it_is_signed_off(as_user, number, until, told):
    issued(as_user, number)
    with pytest.raises(RuleViolation, match=told) as problem:
        signed(as_user, number, "extension", until=until)
    assert problem.value.field == "until"


def test_a_second_extension_has_a_letter_of_its_own(as_user, number):
    issued(as_user, number)
    first = issued(as_user, number, "extension", until="2027-01-30")
    second = issued(as_user, number, "extension", until="2027-02-15")
    assert (first.number, second.number) == ("太信延〔2026〕1号", "太信延〔2026〕2号")
    assert read_facts(second.facts).due_before == date(2027, 1, 30)


def test_after_one_was_withdrawn_its_extension_gets_another_letter(as_user, number):
    issued(as_user, number)
    first = issued(as_user, number, "extension")
    with unit_of_work(db.session):
        withdraw_letter(as_user("leader"), first.id, "理由写错")
    length = case_of(number).length
    again = issued(as_user, number, "extension")
    assert (again.number, case_of(number).length) == ("太信延〔2026〕2号", length)
    assert read_facts(again.facts).due_before == read_facts(first.facts).due_before


def test_after_the_last_day_none_is_begun(as_user, number, clock):
    issued(as_user, number)
    clock.set(2027, 3, 1, 10)
    with pytest.raises(RuleViolation, match="on or before the due date"), unit_of_work(db.session):
        draft_letter(as_user("office"), number, "extension")


def test_a_village_that_may_ask_for_more_days_writes_no_letter_of_the_town(as_user):
    village = as_user("village")
    number = log(village, petition(unit="TH-SH"))
    assert may_move(village, case_of(number), transition_of(case_of(number), "extend"), seated=False)
    assert [kind for kind in KINDS.values() if may_write(village, case_of(number), kind)] == []
    with pytest.raises(NotAllowed), unit_of_work(db.session):
        draft_letter(village, number, "extension")


def test_the_page_offers_first_what_is_on_record_and_the_rest_beneath(browse, as_user, number):
    office = browse("office")
    page = office.get(f"/cases/{number}").text
    first, _rest, others = page.partition("其他文书")
    assert others
    assert "拟写办理途径告知书" in others
    assert "拟写办理途径告知书" not in first
    do(as_user("office"), number, "redirect", to="平安县人民法院")
    page = office.get(f"/cases/{number}").text
    assert "拟写办理途径告知书" in page.partition("其他文书")[0]
    assert "拟写受理告知书" not in page


def test_the_page_of_an_act_offers_the_letters_that_put_it_on_record_to_who_writes_them(browse, as_user, number):
    office, dispute = browse("office"), log(as_user("grid"))
    page = office.get(f"/act/refuse/{number}").text
    assert "拟写不予受理告知书" in page
    assert "拟写不再受理告知书" in page
    assert "拟写" not in office.get(f"/act/extend/{dispute}").text


def test_no_letter_is_offered_that_cannot_be_begun(browse, as_user, number):
    do(as_user("office"), number, "accept", route=6)
    office = browse("office")
    for action in ("redirect", "refuse", "transfer_out"):
        page = office.get(f"/act/{action}/{number}").text
        for kind in ("route", "not_accepted", "no_more", "passed_on"):
            assert f"/letters/draft/{kind}/" not in page, (action, kind)


def test_the_history_of_what_letters_announced_is_whole(as_user, number):
    issued(as_user, number)
    issued(as_user, number, "extension")
    history = load_history(db.session, case_of(number), as_user("office").units)
    assert {event.text("letter_no") for event in history.events if event.kind in ("accepted", "extended")} == {
        "太信受〔2026〕1号", "太信延〔2026〕1号",
    }  # fmt: skip
    assert set(TEXTS) == set(KINDS)
