"""转为检举控告: what was logged in haste as an appeal is sealed from that moment, copies included, by one act of the desk
for accusations; of the case nothing is left but that there was one, struck out."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from urllib.parse import quote, unquote

import pytest
import sqlalchemy as sa

from caseapp.actions.accusations import STRUCK_OUT, take_as_accusation
from caseapp.actions.cases import Act, decide, propose
from caseapp.actions.co_handlers import ask_to_help
from caseapp.actions.exports import export_cases
from caseapp.actions.held import touch
from caseapp.actions.imports import import_cases, read_lines
from caseapp.actions.interests import declare_interest
from caseapp.actions.ledger import export_ledger
from caseapp.actions.meetings import record_decision
from caseapp.actions.receipts import give_receipts_back
from caseapp.actions.supervision import draft_by_hand, issue
from caseapp.actions.teams import staff_case
from caseapp.actions.track import Attempt, Pressed, look_up, report_pressure
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.events import ERASED, Party
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.cases.queries import load_history
from caseapp.domain.notices.models import DeliveryLine, Notice
from caseapp.domain.receipts.models import PressureReport, Receipt
from caseapp.domain.search.models import CaseWords
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.verification.queries import verify
from caseapp.kernel.errors import Conflict, NotAllowed, RuleViolation
from tests.audit.holds import what_does_not_hold
from tests.audit.test_entries_of_accusations import about, entries_for
from tests.cases.make import do, head, log, petition
from tests.conftest import CAST
from tests.documents.make import add
from tests.receipts.make import receipt_of, visitor

pytestmark = pytest.mark.either_database

PATHS = ("/", "/cases", "/cases?q=村集体林木", "/inbox", "/week/TH/2026-11-23", "/supervision")
TITLE, NAME = "村集体林木款去向独此一件", "钱癸九独此一人"


@pytest.fixture
def appeal(as_user, clock) -> str:
    """A petition with words about it in every place that words can stand."""
    return worked_on(as_user)


def worked_on(as_user) -> str:
    """The number of a petition logged by the village and worked on."""
    office, village = as_user("office"), as_user("village")
    parties = (Party("petitioner", NAME, "000-0000-9999"),)
    number = log(village, petition(title=TITLE, description=f"{TITLE}：{NAME}反映", parties=parties))
    with unit_of_work(db.session):
        staff_case(office, number)
    do(village, number, "follow_up", method="visit", note=f"找到{NAME}")
    do(office, number, "accept", route=6)
    do(village, number, "escalate", to="TH-SH", reason=f"核实{NAME}所说")
    with unit_of_work(db.session):
        propose(office, Act(number, "extend", {"to": "2027-01-25", "reason": f"等{NAME}材料"}))
        ask_to_help(office, number, "station", f"见{NAME}", date(2026, 11, 30))
        record_decision(office, "TH", date(2026, 11, 23), f"查{NAME}", "leader", date(2026, 11, 27), number=number)
        issue(office, draft_by_hand(office, number, "follow_up_missed").id, f"问{NAME}", None)
    return number


def take(ctx, number: str, **more) -> str:
    with unit_of_work(db.session):
        return take_as_accusation(ctx, number, **more).number


def words_in_the_database() -> set[str]:
    """The tables and columns in which a word of the matter still stands."""
    found = set()
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.String | sa.JSON):
                rows = db.session.execute(sa.select(table).where(column.is_not(None))).mappings()
                said = [row for row in rows if NAME in str(row[column.name]) or TITLE in str(row[column.name])]
                found |= {(table.name, row.get("case_id", row.get("number"))) for row in said}
    return found


def test_an_accusation_takes_its_place_with_all_that_was_said_and_nothing_of_it_is_left_in_the_case(as_user, appeal):
    number = take(as_user("office"), appeal)
    assert number == "控〔2026〕1828号"
    db.session.expire_all()
    old, new = (db.session.query(Case).filter_by(number=one).one() for one in (appeal, number))
    assert (old.state, old.title, old.description, old.parties) == ("voided", ERASED, "", [])
    assert (new.sealed, new.standing, new.title, new.registered_by) == (True, "open", TITLE, "village")
    said = str([event.data for event in load_history(db.session, new, as_user("office").units).entered])
    for word in (f"找到{NAME}", f"核实{NAME}所说", f"见{NAME}", f"查{NAME}", f"问{NAME}"):
        assert word in said
    of_the_new = {new.id, new.number}
    left = {place for place in words_in_the_database() if place[0] not in ("case_event_text", "case_event")}
    assert {place[1] for place in left} <= of_the_new
    texts = load_history(db.session, old, as_user("office").units)
    assert NAME not in str([event.data for event in texts.entered])
    assert STRUCK_OUT in str(texts.events[-1].data)


def test_erased_words_show_as_erased_and_the_chain_verifies(as_user, appeal):
    assert verify(db.session).broken == []
    take(as_user("office"), appeal)
    found = verify(db.session)
    assert found.broken == []
    assert found.erased == 3  # of the registration, the follow-up and the sending up; nothing else had words


def test_the_whole_record_verifies_with_seats_requests_and_interests_on_it(as_user, clock, appeal):
    """Rows and log: what was taken along, and what waited and was refused with it, is what the log says."""
    with unit_of_work(db.session):
        declare_interest(as_user("liaison"), appeal, "亲属")
    take(as_user("office"), appeal)
    assert what_does_not_hold(clock) == []


def test_it_is_gone_from_every_list_search_seat_and_inbox(as_user, browse, appeal):
    take(as_user("office"), appeal)
    case_id = db.session.query(Case.id).filter_by(number=appeal).scalar()
    for table in (Notice, CaseWords, CaseSeat):
        assert db.session.query(table).filter_by(case_id=case_id).count() == 0, table
    assert db.session.query(DeliveryLine).count() == 0
    for who in ("leader", "liaison", "grid", "village", "station", "auditor"):
        client = browse(who)
        for path in (*PATHS, f"/cases/{appeal}"):
            page = client.get(path).text
            assert TITLE not in page, (who, path)
            assert NAME not in page, (who, path)
        assert appeal not in client.get("/queue/mine").text


def test_it_looks_like_any_case_that_was_logged_by_mistake(as_user, browse, appeal):
    """Whoever does not read accusations sees the same of both: in lists, on the page, by search, of the receipt."""
    slip = struck_out_by_mistake(as_user)
    take(as_user("office"), appeal)
    told = {who: {one: kinds_told(who, one) for one in (appeal, slip)} for who in CAST}
    assert [who for who, of in told.items() if who != "village" and of[appeal] != of[slip]] == []
    log_of = [about(as_user("auditor"), one) for one in (appeal, slip)]  # with the tries that were just refused
    assert [[act for act in acts if act != "refused"] for acts in log_of] == [["struck_out"], ["struck_out"]]
    assert about(as_user("discipline"), slip) == about(as_user("office2"), slip) == ["struck_out"]


@pytest.mark.parametrize("who", ["office2", "leader", "village", "liaison", "station", "auditor", "office"])
def test_every_page_of_it_reads_like_that_of_a_slip_also_for_the_desk(app, as_user, browse, appeal, who):
    """A clerk of the petition office who is complained of read an ordinary one in full, and of a taken one nothing."""
    slip = struck_out_by_mistake(as_user)
    taken = take(as_user("office"), appeal, about=("office2",))
    client = browse(who)
    for path in pages_of_a_case(app):
        some, other = client.get(path.replace("NUMBER", appeal)), client.get(path.replace("NUMBER", slip))
        assert some.status_code == other.status_code, path
        assert same(some.text, appeal, slip, taken) == same(other.text, appeal, slip, taken), path
    for path in (*PATHS, "/cases?state=voided", "/supervision?state=dropped", "/queue/mine", "/audit", "/day"):
        page = unquote(client.get(path).text)
        assert page.count(appeal) == page.count(slip) or (who, path) in SEEN_BY_WHO_ASKED, path
        assert who in ("office", "auditor") or NAME not in page, path


SEEN_BY_WHO_ASKED = {("village", "/inbox"), ("village", "/")}


def pages_of_a_case(app) -> list[str]:
    """The address of every page that is asked for by the number of a case, NUMBER standing for it."""
    values = {"action": "void", "field": "title", "kind": "png", "seat": "lead"}
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "number" in rule.arguments and "GET" in rule.methods and rule.arguments <= {*values, "number"}:
                named = {name: values[name] for name in rule.arguments if name != "number"}
                found.append(app.url_for(rule.endpoint, number="NUMBER", **named))
    assert len(found) > 10
    return [*found, "/cases?q=NUMBER", "/audit?subject=NUMBER"]


def test_no_file_tells_them_apart_for_who_may_not_read_the_accusation(as_user, system, appeal):
    slip = struck_out_by_mistake(as_user)
    with unit_of_work(db.session):
        before = list(export_cases(as_user("office2")))
    take(as_user("office"), appeal, about=("office2",))
    with unit_of_work(db.session):
        assert list(export_cases(as_user("office2"))) == []
        assert {json.loads(line)["number"] for line in export_cases(system)} == {appeal, slip}
        assert export_ledger(as_user("office2"), "TH")[1] == 0
        refused = [str(one.problem) for one in import_cases(as_user("office2"), read_lines(before)).refused]
    assert refused == [f"there is no case {number}" for number in (appeal,)]


def struck_out_by_mistake(as_user) -> str:
    """The number of an ordinary case that was worked on like the other and then struck out."""
    slip = worked_on(as_user)
    with unit_of_work(db.session):
        asked = propose(as_user("village"), Act(slip, "void", {"reason": "重复登记"}))
        decide(as_user("office"), asked.id, approved=True)
    return slip


def kinds_told(who: str, number: str) -> list[str]:
    """The kinds of notices that somebody has of a case."""
    case = db.session.query(Case).filter_by(number=number).one()
    return sorted(row.kind for row in db.session.query(Notice).filter_by(recipient=who, case_id=case.id))


def same(page: str, *numbers: str) -> str:
    """A page without the numbers of cases, in addresses too, and without keys that are drawn anew."""
    for number in numbers:
        page = page.replace(number, "N").replace(quote(number), "N")
    return re.sub(r'value="[^"]{20,}"', "", page)


def test_the_page_of_the_case_says_that_it_was_struck_out_and_no_word_of_an_accusation(as_user, browse, appeal):
    number = take(as_user("office"), appeal)
    for who in ("leader", "village", "auditor"):
        client = browse(who)
        page = client.get(f"/cases/{appeal}").text
        assert STRUCK_OUT in page
        assert number not in page
        assert client.get(f"/cases/{number}").status_code == 404
    assert appeal in browse("discipline").get(f"/cases/{number}").text


def test_somebody_else_of_the_desk_is_told_and_the_log_says_who_did_it(as_user, browse, appeal):
    number = take(as_user("office"), appeal)
    assert {row.recipient for row in db.session.query(Notice).filter_by(kind="accusation")} == {"discipline", "office2"}
    assert number in browse("discipline").get("/inbox").text
    entries = [entry for entry in entries_for(as_user("discipline")) if entry.subject == number]
    assert [(entry.action, entry.actor, entry.detail) for entry in entries] == [
        ("taken_as_accusation", "office", {"was": appeal})
    ]
    auditor = entries_for(as_user("auditor"))
    shown = [(entry.action, entry.actor, entry.subject) for entry in auditor if entry.subject in (number, appeal)]
    assert shown == [("struck_out", "office", appeal)]


def test_one_person_alone_hides_nothing_where_nobody_else_would_read_it(as_user, appeal):
    with pytest.raises(RuleViolation, match="second reader"):
        take(as_user("office"), appeal, about=("discipline", "leader"))
    db.session.rollback()
    assert db.session.query(Case).filter_by(number=appeal).one().title == TITLE


def test_who_it_accuses_sees_neither_the_accusation_nor_that_there_is_one(as_user, browse, appeal):
    number = take(as_user("office"), appeal, about=("office2", "TH-SH"))
    assert browse("office2").get(f"/cases/{number}").status_code == 404
    assert db.session.query(Notice).filter_by(recipient="office2").count() == 0
    assert browse("discipline").get(f"/cases/{number}").status_code == 200


def test_only_who_reads_accusations_may_and_only_once(as_user, appeal):
    for who in ("leader", "village", "auditor"):
        with pytest.raises(NotAllowed):
            take(as_user(who), appeal)
        db.session.rollback()
    with pytest.raises(Conflict):
        take(as_user("office"), appeal, length=1)
    db.session.rollback()
    take(as_user("office"), appeal)
    with pytest.raises(NotAllowed):
        take(as_user("office"), appeal)


def test_the_receipt_of_the_old_number_reads_like_that_of_any_slip(as_user, app, clock, appeal):
    """It showed the number of the accusation, and that it was passed on, to who had seen its code."""
    token, code = receipt_of(appeal).token, receipt_of(appeal).code
    slip = struck_out_by_mistake(as_user)
    number = take(as_user("office"), appeal)
    tokens = [receipt_of(one).token for one in (appeal, slip)]
    taken, struck = (app.test_client().get(f"/track/{one}").text for one in tokens)
    assert same(taken, appeal, tokens[0]) == same(struck, slip, tokens[1])
    assert ("已作废" in taken, number in taken) == (True, False)
    with unit_of_work(db.session):
        assert look_up(visitor(clock), Attempt(appeal, code, "x")) == token
        assert look_up(visitor(clock), Attempt(number, code, "x")) is None


def test_who_reads_the_accusation_makes_the_petitioner_a_receipt_of_it(as_user, browse, app, appeal):
    number = take(as_user("office"), appeal)
    reader, told = browse("discipline"), "当事人还没有本件的回执"
    assert told in reader.get(f"/cases/{number}").text
    assert reader.post(f"/receipt/{number}").status_code == 302
    assert told not in reader.get(f"/cases/{number}").text
    assert number in app.test_client().get(f"/track/{receipt_of(number).token}").text


def test_a_report_of_pressure_with_the_old_receipt_is_about_the_accusation(as_user, clock, appeal):
    """Who is complained of in it does not read the report under the old number."""
    token = receipt_of(appeal).token
    number = take(as_user("office"), appeal)
    with unit_of_work(db.session):
        report_pressure(visitor(clock), token, Pressed("k", "有人找我", "", "somewhere"))
    assert db.session.query(Case.number).join(PressureReport, PressureReport.case_id == Case.id).scalar() == number


def test_receipts_that_went_along_before_are_the_old_cases_again(as_user, system, clock, appeal):
    token = receipt_of(appeal).token
    number = take(as_user("office"), appeal)
    with unit_of_work(db.session):
        receipt = receipt_of(appeal)
        touch(db.session, Receipt, receipt.case_id)
        receipt.case_id = db.session.query(Case.id).filter_by(number=number).scalar()
    for _ in range(2):
        with unit_of_work(db.session):
            give_receipts_back(system)
    assert receipt_of(appeal).token == token
    assert what_does_not_hold(clock) == []


def test_who_logged_it_does_not_find_the_accusation_by_trying_its_number(as_user, browse, appeal):
    number = take(as_user("office"), appeal)
    village = browse("village")
    for path in (f"/receipt/{number}", f"/papers/add/{number}", f"/cases/{number}"):
        known, unknown = village.get(path), village.get(path.replace("1828", "0999"))
        assert (known.status_code, known.text.replace("1828", "0999")) == (unknown.status_code, unknown.text)


def test_papers_go_with_it_and_interests_hold_for_both(as_user, tmp_path, appeal):
    paper = add(as_user("office"), appeal, tmp_path)
    with unit_of_work(db.session):
        declare_interest(as_user("office2"), appeal, "亲属")
    number = take(as_user("office"), appeal)
    db.session.expire_all()
    new = db.session.query(Case).filter_by(number=number).one()
    assert paper.case_id == new.id
    assert db.session.query(Notice).filter_by(kind="accusation", recipient="office2").count() == 0


def test_what_waited_for_a_second_person_is_closed(as_user, appeal):
    take(as_user("office"), appeal)
    assert {(one.approved, one.decided_by) for one in db.session.query(Proposal)} == {(False, "office")}


def test_cases_merged_into_it_are_taken_with_it(as_user, appeal):
    other = log(as_user("village"), petition(title=f"{TITLE}又一件"))
    with unit_of_work(db.session):
        asked_for = propose(as_user("village"), Act(other, "merge", {"into": appeal}))
        decide(as_user("leader"), asked_for.id, approved=True)
    first = take(as_user("office"), appeal)
    sealed = {case.number: case for case in db.session.query(Case).filter_by(sealed=True)}
    assert set(sealed) == {first, "控〔2026〕1000号"}
    assert sealed["控〔2026〕1000号"].repeat_of == other
    merged = db.session.query(Case).filter_by(number=other).one()
    assert (merged.state, merged.title) == ("merged", ERASED)
    assert verify(db.session).broken == []


@pytest.mark.parametrize("what", ["dispute", "suggestion", "resolved", "terminated"])
def test_whatever_it_was_logged_as_and_whatever_became_of_it_the_accusation_is_open(as_user, what):
    village = as_user("village")
    if what == "suggestion":
        number = log(village, petition(petition_class="suggestion", title=TITLE))
    else:
        number = log(village, head(title=TITLE))
    if what == "resolved":
        do(village, number, "resolve", method="mediation", evidence="说是和好了")
    if what == "terminated":
        with unit_of_work(db.session):
            asked = propose(village, Act(number, "terminate", {"advice": "可以起诉"}))
            decide(as_user("leader"), asked.id, approved=True)
    new = take(as_user("office"), number)
    case = db.session.query(Case).filter_by(number=new).one()
    assert (case.track, case.petition_class, case.standing) == ("petition", "accusation", "open")


def test_an_export_of_both_comes_in_elsewhere_and_goes_out_the_same(as_user, system, appeal, world):
    number = take(as_user("office"), appeal)
    with unit_of_work(db.session):
        lines = list(export_cases(as_user("office"), reason="移交"))
        for_others = list(export_cases(system))
    assert [json.loads(line)["number"] for line in lines] == [number]
    assert [json.loads(line)["number"] for line in for_others] == [appeal]
    assert NAME not in "".join(for_others)
    world.fresh()
    with unit_of_work(db.session):
        assert import_cases(system, read_lines(lines)).refused == []
    with unit_of_work(db.session):
        assert list(export_cases(as_user("office"), reason="移交")) == lines


def test_a_file_from_before_does_not_bring_the_words_back(as_user, system, appeal, clock):
    with unit_of_work(db.session):
        before = list(export_cases(system))
    take(as_user("office"), appeal)
    clock.instant += timedelta(minutes=1)
    with unit_of_work(db.session):
        assert len(import_cases(system, read_lines(before)).refused) == 1
    assert db.session.query(Case).filter_by(number=appeal).one().title == ERASED


def test_the_page_asks_twice_and_says_what_will_happen(as_user, browse, appeal):
    office = browse("office")
    assert f"/accusation/{appeal}" in unquote(office.get(f"/cases/{appeal}").text)
    page = office.get(f"/accusation/{appeal}")
    assert (page.status_code, STRUCK_OUT in page.text, "控〔" in page.text) == (200, True, False)
    refused = office.post(f"/accusation/{appeal}", data={"about": "village", "of_unit": ""})
    assert (refused.status_code, "selected" in refused.text) == (422, True)
    assert db.session.query(Case).filter_by(number=appeal).one().title == TITLE
    answer = office.post(
        f"/accusation/{appeal}", data={"about": "village", "of_unit": "", "sure": "y"}, follow_redirects=True
    )
    assert answer.status_code == 200
    assert "控〔2026〕1828号" in answer.text


def test_the_page_is_there_for_who_may_and_for_nobody_else(browse, appeal):
    for who, status in {"leader": 403, "village": 403, "auditor": 403, "discipline": 404, "outsider": 404}.items():
        client = browse(who)
        assert client.get(f"/accusation/{appeal}").status_code == status, who
        assert f"/accusation/{appeal}" not in unquote(client.get(f"/cases/{appeal}").text)
