"""A letter goes its way: drafted by one, checked and signed off by others, numbered when it is issued, and then it stands."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from caseapp.actions.issuing import (
    check_letter,
    draft_letter,
    issue_letter,
    open_steps,
    send_back,
    sign_off,
    withdraw_letter,
    write_letter,
)
from caseapp.actions.issuing_files import drawn
from caseapp.actions.settings import set_value
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.issuing.models import Letter, LetterFile
from caseapp.domain.issuing.queries import written_in
from caseapp.domain.notices.models import Notice
from caseapp.kernel.errors import NotAllowed, OutOfScope, RuleViolation, WrongPerson
from tests.cases.make import do
from tests.issuing.make import drafted, issued, petitioned, signed

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("office")]


def events(number: str) -> list[tuple[str, dict]]:
    query = select(CaseEvent.kind, CaseEvent.facts).join(Case).where(Case.number == number).order_by(CaseEvent.seq)
    return [tuple(row) for row in db.session.execute(query)]


def test_a_draft_is_filled_from_the_case_and_has_no_number(as_user, number):
    with unit_of_work(db.session):
        letter = draft_letter(as_user("office"), number, "acceptance")
    assert written_in(letter) == {"to": "李乙二", "matters": "低保待遇核定", "route": "6", "remark": ""}
    assert (letter.state, letter.number) == ("draft", None)
    assert draft_letter(as_user("station"), number, "acceptance").id == letter.id, "one is under way"


def test_issuing_it_gives_the_number_and_records_the_acceptance_in_the_same_step(as_user, number):
    letter = issued(as_user, number)
    assert (letter.number, letter.state) == ("太信受〔2026〕1号", "issued")
    assert events(number)[-1] == ("accepted", {"route": 6, "letter_no": "太信受〔2026〕1号"})
    assert (letter.drafted_by, letter.checked_by, letter.signed_by, letter.issued_by) == (
        "office", "office2", "leader", "office",
    )  # fmt: skip
    steps = select(AuditEntry.action).where(AuditEntry.action.like("letter_%")).order_by(AuditEntry.seq)
    assert list(db.session.scalars(steps)) == [
        "letter_drafted", "letter_checked", "letter_signed_off", "letter_issued",
    ]  # fmt: skip


def test_what_is_accepted_already_is_not_accepted_again(as_user, number):
    do(as_user("office"), number, "accept", route=6)
    before = len(events(number))
    issued(as_user, number)
    assert len(events(number)) == before


def test_issuing_an_opinion_records_the_reply_with_its_promise(as_user, number):
    issued(as_user, number)
    letter = issued(as_user, number, "opinion")
    assert letter.number == "太信意〔2026〕1号"
    kind, facts = events(number)[-1]
    assert kind == "replied"
    assert facts == {
        "outcome": "supported", "ground": "《社会救助暂行办法》第九条", "perform_by": "2026-12-20",
        "letter_no": "太信意〔2026〕1号",
    }  # fmt: skip
    assert db.session.scalar(select(Case.state).where(Case.number == number)) == "handling", "to be performed"


def test_a_reply_that_is_on_record_gets_its_letter_and_no_second_event(as_user, number):
    do(as_user("office"), number, "accept", route=6)
    do(as_user("office"), number, "reply", outcome="not_supported")
    with unit_of_work(db.session):
        letter = draft_letter(as_user("office"), number, "opinion")
    assert written_in(letter)["opinion"] == "经查，所述情况已核实，意见如下。"
    before = len(events(number))
    issued(as_user, number, "opinion", outcome="not_supported", perform_by="")
    assert len(events(number)) == before


def test_the_numbers_of_a_kind_and_year_have_no_gap_and_a_withdrawn_one_keeps_its_own(as_user, number, clock):
    letter = issued(as_user, number)
    with unit_of_work(db.session):
        withdraw_letter(as_user("leader"), letter.id, "姓名写错")
    again = issued(as_user, number)
    assert (letter.number, letter.state, again.number) == ("太信受〔2026〕1号", "withdrawn", "太信受〔2026〕2号")
    clock.set(2027, 1, 4, 10)
    assert issued(as_user, petitioned(as_user)).number == "太信受〔2027〕1号"


def test_what_is_not_issued_takes_no_number(as_user, number):
    key = signed(as_user, number)
    with unit_of_work(db.session):
        set_value(as_user("office"), "paper.organ", "", as_user("office").today)
    with pytest.raises(RuleViolation, match="not set"), unit_of_work(db.session):
        issue_letter(as_user("office"), key)
    with unit_of_work(db.session):
        set_value(as_user("office"), "paper.organ", "太和镇人民政府", as_user("office").today)
    with unit_of_work(db.session):
        assert issue_letter(as_user("office"), key).number == "太信受〔2026〕1号"


def test_who_wrote_in_it_neither_checks_it_nor_signs_it_off(as_user, number):
    key = drafted(as_user, number)
    with unit_of_work(db.session):
        write_letter(as_user("office2"), key, {"to": "李乙二", "matters": "低保", "route": "6"})
    for who in ("office", "office2"):
        with pytest.raises(WrongPerson), unit_of_work(db.session):
            check_letter(as_user(who), key)
    with unit_of_work(db.session):
        check_letter(as_user("leader"), key)
    with pytest.raises(WrongPerson), unit_of_work(db.session):
        sign_off(as_user("office"), key)
    with pytest.raises(NotAllowed), unit_of_work(db.session):
        sign_off(as_user("station"), key)
    with unit_of_work(db.session):
        assert sign_off(as_user("leader"), key).state == "signed"


@pytest.mark.parametrize("who", ["grid", "village", "liaison", "auditor"])
def test_villages_and_auditors_issue_nothing(as_user, number, who):
    with pytest.raises((NotAllowed, OutOfScope)), unit_of_work(db.session):
        draft_letter(as_user(who), number, "acceptance")
    assert open_steps(as_user(who), db.session.get_one(Letter, signed(as_user, number))) == []


def test_another_town_finds_none(as_user, number):
    key = drafted(as_user, number)
    with pytest.raises(OutOfScope), unit_of_work(db.session):
        check_letter(as_user("outsider"), key)


def test_steps_are_taken_in_their_order_and_sent_back_with_a_reason(as_user, number):
    key = drafted(as_user, number)
    with pytest.raises(RuleViolation, match="not possible"), unit_of_work(db.session):
        sign_off(as_user("leader"), key)
    with pytest.raises(RuleViolation, match="not possible"), unit_of_work(db.session):
        issue_letter(as_user("office"), key)
    with unit_of_work(db.session):
        check_letter(as_user("office2"), key)
    with pytest.raises(RuleViolation, match="only a draft"), unit_of_work(db.session):
        write_letter(as_user("office"), key, {})
    with pytest.raises(RuleViolation), unit_of_work(db.session):
        send_back(as_user("leader"), key, " ")
    with unit_of_work(db.session):
        letter = send_back(as_user("leader"), key, "请写明起算日期")
    assert (letter.state, letter.checked_by) == ("draft", None)


@pytest.mark.parametrize(
    ("kind", "empty"), [("acceptance", "to"), ("acceptance", "matters"), ("opinion", "facts"), ("opinion", "basis")]
)
def test_what_has_to_be_in_it_and_is_not_is_named(as_user, number, kind, empty):
    if kind == "opinion":
        issued(as_user, number)
    key = drafted(as_user, number, kind, **{empty: "　"})
    with pytest.raises(RuleViolation) as refused, unit_of_work(db.session):
        check_letter(as_user("office2"), key)
    assert refused.value.field == empty


def test_no_opinion_where_none_is_due(as_user):
    suggestion = petitioned(as_user, petition_class="suggestion")
    other = petitioned(as_user)
    do(as_user("office"), other, "accept", route=5)
    fresh = petitioned(as_user)
    for number in (suggestion, other, fresh):
        with pytest.raises(RuleViolation, match=r"31 \(6\)"), unit_of_work(db.session):
            draft_letter(as_user("office"), number, "opinion")


def test_nothing_of_it_is_for_accusations_or_disputes(as_user):
    accusation = petitioned(as_user, petition_class="accusation")
    with pytest.raises((NotAllowed, OutOfScope)), unit_of_work(db.session):
        draft_letter(as_user("discipline"), accusation, "acceptance")


def test_a_reprint_is_the_same_bytes_and_says_that_it_is_a_copy(as_user, number, clock):
    letter = issued(as_user, number)
    original, copy = (drawn(as_user("office"), letter, which, "docx") for which in ("original", "copy"))
    clock.pass_by(days=400)
    with unit_of_work(db.session):
        set_value(as_user("office"), "paper.organ", "另一个名称", as_user("office").today)
    assert drawn(as_user("office"), letter, "copy", "docx") == copy
    assert drawn(as_user("office"), letter, "original", "docx") == original != copy
    digests = set(db.session.scalars(select(LetterFile.digest)))
    assert len(digests) == 2


def test_what_is_written_and_its_files_are_encrypted(as_user, number):
    letter = issued(as_user, number)
    stored = db.session.execute(text("SELECT written FROM letter")).scalar_one()
    files = db.session.execute(text("SELECT content FROM letter_file")).scalars().all()
    assert all(one.startswith("sealed:") for one in (stored, *files))
    assert written_in(letter)["to"] == "李乙二"


def test_one_that_stands_is_not_issued_twice(as_user, number):
    issued(as_user, number)
    with pytest.raises(RuleViolation, match="withdraw it first"), unit_of_work(db.session):
        draft_letter(as_user("office"), number, "acceptance")


def test_the_representatives_of_a_group_are_written_to(as_user):
    people = (Party("petitioner", "赵甲"), Party("representative", "钱乙"), Party("representative", "孙丙"))
    with unit_of_work(db.session):
        letter = draft_letter(as_user("office"), petitioned(as_user, parties=people, headcount=12), "acceptance")
    assert written_in(letter)["to"] == "钱乙、孙丙"


def test_the_record_holds_and_a_changed_letter_is_found(as_user, number, run):
    issued(as_user, number)
    assert run("audit", "verify").exit_code == 0
    with unit_of_work(db.session) as session:
        session.execute(text("UPDATE letter SET number = '太信受〔2026〕9号'"))
    assert run("audit", "verify").exit_code == 1


def told(kind: str) -> list[str]:
    return sorted(db.session.scalars(select(Notice.recipient).where(Notice.kind == kind)))


def test_who_may_sign_it_off_is_told_and_who_drafted_it_hears_of_it(as_user, number):
    key = drafted(as_user, number)
    with unit_of_work(db.session):
        check_letter(as_user("station"), key)
    assert told("letter_checked") == ["leader", "office2"], "office wrote it"
    with unit_of_work(db.session):
        send_back(as_user("leader"), key, "请写明起算日期")
    assert told("letter_sent_back") == ["office"]
    with unit_of_work(db.session):
        check_letter(as_user("office2"), key)
    with unit_of_work(db.session):
        sign_off(as_user("leader"), key)
    assert told("letter_signed_off") == ["office"]
