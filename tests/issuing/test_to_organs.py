"""Letters to another organ: what passes a matter on, the report on what was assigned, the objection to it."""

from __future__ import annotations

from datetime import date

import pytest

from caseapp.actions.accusations import take_as_accusation
from caseapp.actions.issuing import draft_letter
from caseapp.actions.issuing_service import record_service
from caseapp.db import db, unit_of_work
from caseapp.domain.issuing.queries import written_in
from caseapp.domain.issuing.serving import Delivered
from caseapp.domain.issuing.writing import read_facts
from caseapp.kernel.errors import NotAllowed, RuleViolation
from tests.cases.make import do, head, log
from tests.issuing.make import issued
from tests.issuing.test_further_kinds import case_of, last_event

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("office")]
ASSIGNED = {
    "sender": "县信访局", "letter_no": "县信交〔2026〕31号", "received_on": "2026-11-23", "answer_due": "2026-12-20",
    "report_wanted": True,
}  # fmt: skip


@pytest.fixture
def assigned(number, as_user):
    do(as_user("office"), number, "take_assignment", **ASSIGNED)
    return number


def drafted_by_office(as_user, number, kind):
    with unit_of_work(db.session):
        return draft_letter(as_user("office"), number, kind)


def test_a_report_is_filled_from_the_case_and_from_the_opinion_so_that_nothing_is_typed_twice(as_user, assigned):
    issued(as_user, assigned)
    opinion = issued(as_user, assigned, "opinion")
    written = written_in(drafted_by_office(as_user, assigned, "report_up"))
    assert (written["to"], written["title"]) == ("县信访局", "关于李乙二反映低保待遇核定信访事项办理情况的报告")
    assert written["assignment"] == "你单位交办的《低保待遇核定》（县信交〔2026〕31号）已于2026年11月23日"
    given = written_in(opinion)
    assert (written["found"], written["result"]) == (given["facts"], given["opinion"])
    assert written["person"] == "李乙二"
    assert written["contact"].endswith("000-0000-0110")


def test_issuing_a_report_answers_what_was_assigned_with_its_number_and_names_who_signed_it_off(as_user, assigned):
    letter = issued(as_user, assigned, "report_up")
    assert letter.number == "太信报〔2026〕1号"
    assert last_event(assigned) == ("reported", {"report_no": "太信报〔2026〕1号"})
    assert read_facts(letter.facts).signer == as_user("leader").actor.full_name != ""


def test_what_is_sent_back_is_reported_anew_with_a_number_of_its_own(as_user, assigned):
    issued(as_user, assigned, "report_up")
    with pytest.raises(RuleViolation, match="no report is owed"):
        drafted_by_office(as_user, assigned, "report_up")
    do(as_user("office"), assigned, "return_report", reason="未附信访人签收的意见书。")
    assert issued(as_user, assigned, "report_up").number == "太信报〔2026〕2号"
    assert last_event(assigned)[0] == "reported"


def test_a_report_put_down_without_its_letter_gets_one_and_no_second_event(as_user, assigned):
    do(as_user("office"), assigned, "report")
    length = case_of(assigned).length
    issued(as_user, assigned, "report_up")
    assert case_of(assigned).length == length


def test_a_report_is_owed_also_of_a_dispute_and_of_nothing_that_was_not_assigned(as_user):
    dispute = log(as_user("office"), head(unit="TH"))
    with pytest.raises(RuleViolation, match="no report is owed"):
        drafted_by_office(as_user, dispute, "report_up")
    do(as_user("office"), dispute, "take_assignment", **ASSIGNED)
    assert "矛盾纠纷办理情况的报告" in written_in(drafted_by_office(as_user, dispute, "report_up"))["title"]
    with pytest.raises(RuleViolation, match="petitions alone"):
        drafted_by_office(as_user, dispute, "acceptance")


def test_an_objection_is_in_the_record_with_both_names_and_its_reasons(as_user, assigned):
    letter = issued(as_user, assigned, "objection")
    kind, said = last_event(assigned)
    assert (kind, said["approved_by"], said["letter_no"]) == ("objected", "leader", letter.number)
    with pytest.raises(RuleViolation, match="could still be objected"):
        drafted_by_office(as_user, assigned, "objection")


def test_after_five_working_days_none_is_begun(as_user, assigned, clock):
    clock.set(2026, 12, 1, 10)
    with pytest.raises(RuleViolation, match="could still be objected"):
        drafted_by_office(as_user, assigned, "objection")


def test_passing_a_matter_on_ends_it_and_the_petitioner_is_told_by_a_letter_of_its_own(as_user, number):
    with pytest.raises(RuleViolation, match="not passed on"):
        drafted_by_office(as_user, number, "passed_on")
    letter = issued(as_user, number, "transfer")
    assert last_event(number) == ("transferred_out", {"to": "平安县自然资源局", "letter_no": letter.number})
    assert written_in(drafted_by_office(as_user, number, "passed_on"))["organ"] == "平安县自然资源局"
    length = case_of(number).length
    told = issued(as_user, number, "passed_on")
    assert (told.number, case_of(number).length) == ("太信转告〔2026〕1号", length)
    said = Delivered("李乙二", "post", told.issued_on, received_by="本人", parcel="XA1")
    with unit_of_work(db.session):
        record_service(as_user("office"), told.id, said)
    assert last_event(number)[1]["notice"] == "transferred"


def test_its_service_to_the_organ_is_no_notice_to_the_petitioner(as_user, number):
    letter, length = issued(as_user, number, "transfer"), case_of(number).length
    said = Delivered("平安县自然资源局", "in_person", date(2026, 11, 23), received_by="收发室", parcel="", paper="")
    with pytest.raises(RuleViolation), unit_of_work(db.session):
        record_service(as_user("office"), letter.id, said)
    with unit_of_work(db.session):
        record_service(
            as_user("office"),
            letter.id,
            Delivered("平安县自然资源局", "post", letter.issued_on, received_by="收发室", parcel="XA2"),
        )
    assert (letter.state, case_of(number).length) == ("served", length)


def test_of_an_accusation_nothing_goes_out(as_user, assigned):
    with unit_of_work(db.session):
        accusation = take_as_accusation(as_user("office"), assigned).number
    for kind in ("report_up", "objection", "transfer"):
        with pytest.raises(NotAllowed), unit_of_work(db.session):
            draft_letter(as_user("office"), accusation, kind)
