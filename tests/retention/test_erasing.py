"""Contacts of archived cases: a job proposes, one person asks, another signs, and then they are gone; the record holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text

from caseapp.actions.cases import Act, case_for, propose
from caseapp.actions.contacts import reveal_contacts
from caseapp.actions.erasing import forget_erased
from caseapp.actions.exports import export_cases
from caseapp.actions.retention import ask_to_erase, keep_longer, send_back, sign_erasing
from caseapp.actions.settings import set_value
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case, CaseEventText, CaseParty
from caseapp.domain.notices.models import Notice
from caseapp.domain.org.models import Mark
from caseapp.domain.receipts.models import PressureReport
from caseapp.domain.retention.models import ErasingProposal
from caseapp.domain.retention.queries import ErasingList
from caseapp.jobs.registry import JOBS, forget
from caseapp.kernel.errors import Conflict, NotAllowed, RuleViolation
from tests.cases.make import do, log
from tests.retention.conftest import ADDRESS, FIRST, IDENTITY, SECOND, history
from tests.sealing.holdings import files, stored

CANARIES = (FIRST, SECOND, ADDRESS, IDENTITY)
ONE = "太调〔2024〕1号"


def proposed() -> list[int]:
    return list(db.session.scalars(select(ErasingProposal.case_id)))


def two(as_user, *numbers: str) -> int:
    """One asks, another one signs."""
    with unit_of_work(db.session):
        ask_to_erase(as_user("office"), numbers)
    with unit_of_work(db.session):
        return sign_erasing(as_user("leader"), numbers)


@pytest.fixture
def due(take_in, night) -> str:
    """A case that is proposed."""
    take_in(history(ONE))
    assert night() == (1, 0)
    return ONE


def test_a_job_proposes_and_erases_nothing(due, as_user):
    job = next(one for one in JOBS if one.name == "retention")
    assert job.catch_up is False
    assert [one.phone for one in case_for(as_user("office"), due).parties] == [SECOND, ""]
    line, *rest = ErasingList(as_user("office").actor, as_user("office").today, asked=False).lines(db.session)
    assert rest == []
    assert (line.number, str(line.archived_on), line.contacts, line.asked_by) == (due, "2024-06-10", 1, None)
    told = db.session.execute(select(Notice.recipient, Notice.kind)).all()
    assert sorted(map(tuple, told)) == [("office", "erasing_due"), ("office2", "erasing_due")]


def test_a_second_night_proposes_nothing_twice(due, night):
    assert night() == (0, 0)
    assert len(proposed()) == 1


def test_two_people_erase_it_and_nobody_alone(due, as_user):
    with unit_of_work(db.session):
        ask_to_erase(as_user("office"), [due])
    with pytest.raises(NotAllowed, match="asked for themselves"), unit_of_work(db.session):
        sign_erasing(as_user("office"), [due])
    assert case_for(as_user("office"), due).parties[0].phone == SECOND
    with unit_of_work(db.session):
        assert sign_erasing(as_user("leader"), [due]) == 1
    assert [(one.name, one.phone) for one in case_for(as_user("office"), due).parties] == [
        ("周甲一", ""),
        ("周乙二", ""),
    ]
    assert proposed() == []


def test_what_is_not_asked_for_is_not_signed(due, as_user):
    with pytest.raises(Conflict), unit_of_work(db.session):
        sign_erasing(as_user("leader"), [due])
    with pytest.raises(RuleViolation, match="tick"), unit_of_work(db.session):
        ask_to_erase(as_user("office"), [])


@pytest.mark.parametrize("who", ["grid", "village", "station", "leader", "auditor", "outsider", "discipline"])
def test_only_the_office_of_the_town_asks(due, as_user, who):
    with pytest.raises(Conflict), unit_of_work(db.session):
        ask_to_erase(as_user(who), [due])


@pytest.mark.usefixtures("in_the_clear")
def test_it_is_gone_from_every_table(due, as_user):
    """Of the database as it would be without encryption, so that a number that is left anywhere would be found."""
    assert [one for one in CANARIES if one not in stored()] == []
    two(as_user, due)
    assert [one for one in CANARIES if one in stored()] == []
    assert "周甲一" in stored()


@pytest.mark.usefixtures("in_the_clear")
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_it_is_gone_from_the_files_once_the_page_has_answered(due, browse):
    assert [one for one in CANARIES if one.encode() not in files()] == []
    browse("office").post("/retention/ask", data={"case": [due]})
    browse("leader").post("/retention/sign", data={"case": [due]})
    db.session.remove()
    assert [one for one in CANARIES if one.encode() in files()] == []


def test_what_was_encrypted_is_gone_too(due, as_user):
    query = text("SELECT phone FROM case_party WHERE phone <> ''")
    sealed = [row[0] for row in db.session.execute(query)] + [
        party["phone"]
        for told in db.session.execute(text("SELECT texts FROM case_event_text")).scalars()
        for party in (told if isinstance(told, dict) else json.loads(told)).get("parties", ())
        if party["phone"]
    ]
    assert len(sealed) == 2
    two(as_user, due)
    assert [one for one in sealed if one in stored()] == []


def test_the_old_salt_is_gone_so_that_nobody_tries_numbers(due, as_user):
    before = set(db.session.execute(select(CaseEventText.seq, CaseEventText.salt)))
    two(as_user, due)
    after = set(db.session.execute(select(CaseEventText.seq, CaseEventText.salt)))
    assert {seq for seq, _ in before - after} == {1, 2}, "the registration and the amendment"


def test_the_record_holds_and_the_recount_finds_nothing(due, as_user, run):
    two(as_user, due)
    verified = run("audit", "verify")
    assert verified.exit_code == 0, verified.output
    bad = {line.split()[1] for line in run("check", "--deep").output.splitlines() if line.startswith("BAD")}
    assert bad <= {"scheduler", "privacy"}, "what tests have otherwise than an office"
    assert run("rebuild").exit_code == 0
    assert run("audit", "verify").exit_code == 0


def test_a_text_that_is_changed_afterwards_is_found(due, as_user, run):
    two(as_user, due)
    row = db.session.execute(select(CaseEventText.case_id, CaseEventText.salt, CaseEventText.texts).limit(1)).one()
    with unit_of_work(db.session) as session:
        session.execute(delete(CaseEventText).where(CaseEventText.case_id == row.case_id, CaseEventText.seq == 1))
        forged = row._asdict() | {"seq": 1, "texts": row.texts | {"title": "另一件事"}}
        session.execute(insert(CaseEventText), [forged])
    told = run("audit", "verify")
    assert told.exit_code == 1
    assert ONE in told.output


def test_a_number_that_is_put_back_is_found(due, as_user, run):
    row = db.session.execute(
        select(CaseEventText.case_id, CaseEventText.seq, CaseEventText.salt, CaseEventText.texts)
        .where(CaseEventText.seq == 1)
    ).one()._asdict()  # fmt: skip
    two(as_user, due)
    with unit_of_work(db.session) as session:
        session.execute(delete(CaseEventText).where(CaseEventText.case_id == row["case_id"], CaseEventText.seq == 1))
        session.execute(insert(CaseEventText), [row])
    assert run("audit", "verify").exit_code == 1


def test_pages_say_that_it_was_erased_and_when(due, as_user, browse, clock):
    two(as_user, due)
    page = browse("office").get(f"/cases/{due}").text
    assert "2026年11月23日按保存期限规定删除" in page
    assert "查看电话" not in page
    assert "信访办甲" in page
    assert "审批人 镇领导甲" in page
    shown = browse("grid").post(f"/contacts/{due}", data={"reason": "核对"}).text
    assert "2026年11月23日按保存期限规定删除" in shown
    told = reveal_contacts(as_user("office"), due, "核对")
    assert [(one.name, one.phone, one.address, one.id_number) for one in told] == [
        ("周甲一", "", "", ""), ("周乙二", "", "", ""),
    ]  # fmt: skip


def test_an_export_says_that_it_was_erased_and_another_installation_takes_it_in(due, as_user, system, world, run):
    two(as_user, due)
    line = next(iter(export_cases(system, reason="移交")))
    db.session.commit()
    told = json.loads(line)
    assert [one for one in CANARIES if one in line] == []
    assert told["events"][-1] | {"at": "", "recorded_at": ""} == {
        "kind": "contacts_erased", "at": "", "recorded_at": "", "by": "office", "approved_by": "leader",
    }  # fmt: skip
    world.fresh()
    file = world.app.instance_path and Path(str(world.app.extensions["caseapp"].instance)) / "there.jsonl"
    file.write_text(line + "\n", encoding="utf-8")
    assert run("cases", "import", file).exit_code == 0
    case = db.session.scalar(select(Case).where(Case.number == ONE))
    assert case.contacts_kept is False
    assert next(iter(export_cases(system, reason="移交"))) == line
    db.session.rollback()
    assert run("audit", "verify").exit_code == 0


def test_a_file_from_before_brings_nothing_back(due, as_user, take_in):
    two(as_user, due)
    take_in(history(ONE))
    assert [one.phone for one in db.session.scalars(select(CaseParty))] == ["", ""]
    assert [one for one in db.session.scalars(select(CaseEventText.texts)) if FIRST in str(one)] == []


def reopen(as_user) -> None:
    do(as_user("village"), ONE, "reopen", reason="又堵了")


def follow_up(as_user) -> None:
    do(as_user("village"), ONE, "follow_up", method="visit", note="又去看了一次")


def ask_for_something(as_user) -> None:
    with unit_of_work(db.session):
        propose(as_user("office"), Act(ONE, "void", {"reason": "误录"}))


@pytest.mark.parametrize("taken_up", [reopen, follow_up, ask_for_something])
def test_what_is_taken_up_again_is_not_proposed(take_in, night, as_user, taken_up):
    take_in(history(ONE))
    taken_up(as_user)
    assert night() == (0, 0)


@pytest.mark.parametrize("taken_up", [reopen, follow_up, ask_for_something])
def test_what_was_proposed_goes_from_the_list_and_is_not_erased(due, night, as_user, taken_up):
    with unit_of_work(db.session):
        ask_to_erase(as_user("office"), [due])
    taken_up(as_user)
    with unit_of_work(db.session):
        assert sign_erasing(as_user("leader"), [due]) == 0
    assert case_for(as_user("office"), due).parties[0].phone == SECOND
    assert proposed() == []
    assert night() == (0, 0)


def test_the_night_takes_off_what_was_taken_up_again(due, night, as_user):
    reopen(as_user)
    assert night() == (0, 1)
    assert proposed() == []


def test_what_was_raised_again_in_an_open_case_is_not_proposed(take_in, night, as_user):
    take_in(history(ONE))
    again = log(as_user("grid"))
    do(as_user("office"), again, "mark_repeat", of=ONE)
    assert night() == (0, 0)


def test_the_office_sets_for_how_long(take_in, night, as_user, clock):
    take_in(history(ONE))
    with unit_of_work(db.session):
        set_value(as_user("office"), "retention.contacts", "30", as_user("office").today)
    clock.set(2026, 12, 9, 10)
    assert night() == (0, 0)
    clock.set(2026, 12, 10, 10)
    assert night() == (1, 0)
    with unit_of_work(db.session):
        set_value(as_user("office"), "retention.contacts", "36", as_user("office").today)
    assert night() == (0, 1)
    with pytest.raises(RuleViolation, match="6"):
        set_value(as_user("office"), "retention.contacts", "1", as_user("office").today)


def test_what_is_not_archived_or_tells_no_number_is_not_proposed(take_in, night):
    open_still, silent = history("太调〔2024〕2号"), history("太调〔2024〕3号")
    open_still["events"] = open_still["events"][:-1]
    silent["parties"] = [{"role": "party", "name": "周甲一"}]
    del silent["events"][1]
    take_in(open_still, silent)
    assert night() == (0, 0)


def test_a_merged_case_goes_with_the_one_it_was_merged_into(take_in, night, as_user):
    other = history("太调〔2024〕4号")
    other["events"] = [
        *other["events"][:2],
        {"kind": "merged", "at": "2024-03-06T09:00:00+08:00", "by": "office", "into": ONE, "approved_by": "leader"},
    ]
    take_in(history(ONE), other)
    assert night() == (2, 0)
    assert two(as_user, ONE, "太调〔2024〕4号") == 2
    assert {one.phone for one in db.session.scalars(select(CaseParty))} == {""}
    assert night() == (0, 0)


def test_who_asked_takes_it_back_and_who_decides_sends_it_back(due, as_user):
    for who in ("office", "leader"):
        with unit_of_work(db.session):
            ask_to_erase(as_user("office"), [due])
        with unit_of_work(db.session):
            assert send_back(as_user(who), [due]) == 1
        assert db.session.scalar(select(ErasingProposal.asked_by)) is None
    written = select(AuditEntry.actor).where(AuditEntry.action == "erasing_sent_back").order_by(AuditEntry.seq)
    assert list(db.session.scalars(written)) == ["office", "leader"]


def test_contacts_that_are_still_needed_are_kept_for_a_year_with_a_reason(due, night, as_user, clock):
    with pytest.raises(RuleViolation), unit_of_work(db.session):
        keep_longer(as_user("office"), [due], " ")
    with unit_of_work(db.session):
        keep_longer(as_user("office"), [due], "法院还在执行")
    assert night() == (0, 0)
    with pytest.raises(Conflict), unit_of_work(db.session):
        ask_to_erase(as_user("office"), [due])
    clock.set(2027, 11, 23, 10)
    assert two(as_user, due) == 1


def test_a_new_number_after_a_reopening_is_kept_anew(due, night, as_user):
    two(as_user, due)
    reopen(as_user)
    parties = [{"role": "party", "name": "周甲一", "phone": "13900007777"}, {"role": "party", "name": "周乙二"}]
    do(as_user("village"), due, "amend", field="parties", to=parties, reason="新号码")
    case = case_for(as_user("office"), due)
    assert [one.phone for one in case.parties] == ["13900007777", ""]
    assert case.contacts_kept is False
    assert night() == (0, 0)


def accusation() -> dict[str, object]:
    told = history("〔2024〕检1号", track="petition", petition_class="accusation", unit="TH-SH")
    told["events"] = [one for one in told["events"] if one["kind"] != "return_visited"]
    told["events"][2] = {
        "kind": "transferred_out", "at": "2024-03-20T09:00:00+08:00", "by": "discipline", "to": "县纪委",
    }  # fmt: skip
    return told


def test_of_accusations_their_desk_alone_sees_asks_and_signs(take_in, night, as_user, browse, clock):
    take_in(accusation())
    assert night() == (0, 0), "the log of runs counts no accusations"
    number = db.session.scalar(select(Case.number))
    told_to_the_leader = browse("leader").get("/retention").text
    assert number not in told_to_the_leader
    assert "没有要删除的联系方式" in told_to_the_leader
    assert number in browse("discipline").get("/retention").text
    with unit_of_work(db.session):
        ask_to_erase(as_user("discipline"), [number])
    assert "leader" not in set(db.session.scalars(select(Notice.recipient)))
    with pytest.raises(Conflict), unit_of_work(db.session):
        sign_erasing(as_user("leader"), [number])
    with unit_of_work(db.session):
        assert sign_erasing(as_user("office"), [number]) == 1
    assert {one.phone for one in db.session.scalars(select(CaseParty))} == {""}


def test_how_to_reach_who_reported_pressure_goes_with_it(take_in, night, as_user, system, run):
    take_in(history(ONE))
    case = db.session.scalar(select(Case))
    with unit_of_work(db.session) as session:
        report = PressureReport(case_id=case.id, key="k" * 64, at=system.now, text="有人上门", reach=FIRST)
        session.add(report)
    assert night() == (0, 0), "it was not seen to yet"
    with unit_of_work(db.session):
        db.session.scalar(select(PressureReport)).done_at = system.now
    assert night() == (1, 0)
    two(as_user, ONE)
    assert db.session.scalar(select(PressureReport)).reach == "（已删除）"
    assert run("audit", "verify").exit_code == 0


def test_the_night_after_writes_the_tables_of_postgresql_anew(due, as_user, app):
    two(as_user, due)
    assert db.session.get(Mark, "to_forget") is not None
    db.session.rollback()
    assert forget(db.session, app.extensions["caseapp"]) == {"forgotten": 1}
    assert forget_erased(db.session) is False
    assert [one.phone for one in case_for(as_user("office"), due).parties] == ["", ""]


def test_the_page_shows_counts_and_takes_what_is_ticked(take_in, night, browse, as_user):
    numbers = [f"太调〔2024〕{nth}号" for nth in range(1, 53)]
    take_in(*map(history, numbers))
    assert night() == (52, 0)
    office = browse("office")
    page = office.get("/retention").text
    assert "建议删除：52 件" in page
    assert page.count('name="case"') == 50
    answer = office.post("/retention/ask", data={"case": numbers[:3]}, follow_redirects=True).text
    assert "等待签字：3 件" in answer
    leader = browse("leader")
    assert "等待签字：3 件" in leader.get("/retention").text
    assert "已删除 2 件" in leader.post("/retention/sign", data={"case": numbers[:2]}, follow_redirects=True).text
    assert "等待签字：1 件" in leader.get("/retention").text
    assert leader.post("/retention/nothing").status_code == 404
    assert browse("grid").get("/retention").status_code == 403
