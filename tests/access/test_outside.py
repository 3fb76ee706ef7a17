"""There are always readers left: what nobody here may read is handed over outside, and nobody learns of it more than
that it is to be handed over."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import unquote

import pytest

from caseapp.actions.accounts import add_post, add_user, set_active
from caseapp.actions.accusations import take_as_accusation
from caseapp.actions.cases import Act, decide, propose
from caseapp.actions.interests import declare_interest
from caseapp.actions.outside import Handed, confirm_handed_over, say_handed_over
from caseapp.actions.readers import see_to_all_readers
from caseapp.actions.settings import set_value
from caseapp.actions.transfer_sheets import owed_outside, print_sheet, to_do_outside
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import TransferDuty
from caseapp.domain.access.outside import who_hands_over, who_prints, who_stands_in
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import find_case
from caseapp.domain.deadlines.models import Deadline
from caseapp.kernel.errors import OutOfScope, RuleViolation
from caseapp.web.entrance import word_of
from tests.audit.holds import the_record_holds  # noqa: F401
from tests.cases.make import do, head, log, name, petition
from tests.conftest import CAST, PASSWORD

pytestmark = pytest.mark.either_database

TITLE, NAME, PHONE = "反映镇领导的独有标题", "孙壬八独此一人", "000-0000-4321"
READERS_OF_THE_DESK = {"office", "office2", "leader", "discipline", "admin"}


def seers(as_user) -> set[str]:
    number = db.session.query(Case.number).scalar()
    return {who for who in CAST if find_case(db.session, as_user(who).actor, number) is not None}


def desk(as_user) -> set[str]:
    """Who has something to hand over on their desk."""
    return {who for who in CAST if any(one.hands_over for one in owed_outside(as_user(who)))}


def to_print(as_user) -> set[str]:
    """Who has a sheet to print on their desk."""
    return {who for who in CAST if any(one.prints for one in to_do_outside(as_user(who)))}


def printed(as_user, who="grid") -> None:
    """The sheet of the only matter there is was printed."""
    with unit_of_work(db.session):
        print_sheet(as_user(who), db.session.query(Case.number).scalar())


def handed(says, confirms, what) -> None:
    """It was handed over: one said so, another confirmed it."""
    with unit_of_work(db.session):
        say_handed_over(says, 1, what)
    with unit_of_work(db.session):
        confirm_handed_over(confirms, 1)


def confirm(client, decision="confirm"):
    """Say in the browser whether it was handed over, as somebody said."""
    return client.post(f"/outside/{word_of(1)}/said", data={"decision": decision})


def against(*about, **values):
    return petition(about=about, title=TITLE, description=TITLE, parties=(Party("petitioner", NAME, PHONE),), **values)


def test_what_complains_of_a_leader_is_read_by_nobody_here_and_stands_on_a_desk(as_user):
    log(as_user("grid"), against("leader"))
    assert seers(as_user) == set()
    assert (desk(as_user), to_print(as_user)) == (READERS_OF_THE_DESK - {"leader"}, {"grid"})
    duty = db.session.query(TransferDuty).one()
    assert (duty.authority, duty.due_on) == ("petition", date(2026, 11, 26))  # three working days


def test_as_long_as_the_petition_office_may_read_it_nothing_is_handed_over(as_user):
    log(as_user("grid"), against("village"))
    assert db.session.query(TransferDuty).count() == 0
    assert "office" in seers(as_user)


def test_the_desk_cannot_be_barred_in_bulk(as_user):
    """A grid official names every official there is, also themselves: it stays on their own desk, and when their account
    ends, on that of all who see to it."""
    log(as_user("grid"), against(*CAST))
    assert seers(as_user) == set()
    assert (desk(as_user), to_print(as_user)) == ({"grid"}, {"grid"})
    with unit_of_work(db.session):
        set_active(as_user("admin"), "grid", active=False)
    assert (desk(as_user), to_print(as_user)) == (READERS_OF_THE_DESK, set())


def test_an_accusation_of_all_who_may_read_accusations_goes_to_the_organ_of_discipline(as_user):
    log(as_user("grid"), against("office", "discipline", petition_class="accusation"))
    assert seers(as_user) == set()
    assert db.session.query(TransferDuty).one().authority == "discipline"
    assert desk(as_user) == {"leader", "admin"}  # who shares a room with the accused clerk is in the circle


def test_of_an_accusation_its_own_desk_sees_to_it_and_leaders_do_not_learn_that_there_is_one(as_user):
    everybody = [as_user(who).actor for who in CAST if who != "outsider"]
    assert who_hands_over(everybody, {"grid"}, {"office", "office2"}, {"office"}, sealed=True) == {"discipline"}


def test_of_an_accusation_whose_whole_desk_is_named_the_others_learn_that_it_is_to_be_handed_over(as_user):
    log(as_user("grid"), against("office", "office2", "discipline", petition_class="accusation"))
    assert desk(as_user) == {"leader", "admin"}


def test_the_rule_of_who_hands_over_never_leaves_nobody(as_user):
    people = [as_user(who).actor for who in CAST if who != "outsider"]
    everybody = set(CAST)
    for sealed in (True, False):
        assert who_hands_over(people, {"grid"}, everybody, everybody, sealed=sealed) == {"grid"}
        assert who_hands_over(people, {"grid"}, everybody, {"leader"}, sealed=False) == READERS_OF_THE_DESK - {"leader"}
    assert who_hands_over(people, (), everybody, everybody, sealed=False) == READERS_OF_THE_DESK
    assert who_hands_over(people, {"grid"}, {"office"}, {"office"}, sealed=True) == {"office2", "discipline"}
    assert who_prints({"grid"}, (), {"office"}, late=False) == {"grid"}
    assert who_prints({"grid"}, (), {"office"}, late=True) == {"grid", "office"}
    assert who_prints({"grid"}, {"grid"}, {"office"}, late=False) == {"office"}
    assert who_prints({"grid"}, {"grid"}, (), late=True) == {"grid"}
    assert who_prints((), {"leader"}, {"office"}, late=False) == {"office"}


def test_who_stands_in_is_as_far_as_may_be_from_who_is_complained_of(as_user):
    people = [as_user(who).actor for who in CAST if who != "outsider"]
    assert who_stands_in(people, {"office", "leader"}, {"leader"}, {"leader"}) == {"office"}
    assert who_stands_in(people, {"office", "admin", "discipline"}, set(CAST), {"leader"}) == {"discipline"}
    assert who_stands_in(people, {"office", "admin", "discipline"}, set(CAST), {"discipline"}) == {"office", "admin"}


def test_who_registers_a_matter_and_names_a_leader_does_not_hand_it_over_alone(as_user, browse):
    """It was possible: naming a leader makes the circle the whole town, and the case was closed unseen by anybody."""
    log(as_user("grid"), against("village", "leader"))
    printed(as_user)
    assert browse("grid").post(f"/outside/{word_of(1)}", data=FORM).status_code in (403, 404)
    assert db.session.query(Case).one().standing == "open"
    assert desk(as_user) == READERS_OF_THE_DESK - {"leader"}


def test_whoever_is_complained_of_never_hands_it_over_though_every_leader_and_clerk_is(as_user, browse):
    """All who could see to it are named: who registered it does, and none of the accused finds the duty."""
    log(as_user("grid"), against("office", "office2", "discipline", "leader", "admin", petition_class="accusation"))
    assert desk(as_user) == {"grid"}
    for who in READERS_OF_THE_DESK:
        assert browse(who).post(f"/outside/{word_of(1)}", data=FORM).status_code == 404


def test_nothing_is_handed_over_before_its_sheet_was_printed(as_user, browse):
    log(as_user("grid"), against("office", "office2"))
    assert (desk(as_user), to_print(as_user)) == ({"leader", "admin", "discipline"}, {"grid"})
    client = browse("leader")
    assert "尚未打印" in client.get("/outside").text
    refused = client.post(f"/outside/{word_of(1)}", data=FORM)
    assert (refused.status_code, "尚未打印" in refused.text) == (422, True)
    assert browse("grid").post(f"/outside/{word_of(1)}", data=FORM).status_code == 403
    printed(as_user)
    assert client.post(f"/outside/{word_of(1)}", data=FORM).status_code == 302
    assert confirm(browse("admin")).status_code == 302
    assert db.session.query(TransferDuty).one().handed_by == "leader"


def test_the_desk_says_number_day_authority_and_due_day_and_nothing_of_the_matter(as_user, browse):
    number = log(as_user("grid"), against("office", "office2"))
    page = browse("leader").get("/outside")
    for told in (number, "2026年11月23日", "2026年11月26日", "上级信访部门"):
        assert told in page.text
    for trace in (TITLE, NAME, PHONE, "双合村", "信访办甲"):
        assert trace not in page.text.split("<main")[1]
    assert "待移交" in browse("admin").get("/").text


def test_the_petitioner_is_told_of_it_by_who_hands_it_over(as_user, browse, clock):
    log(as_user("grid"), against("leader"))
    clock.set(2026, 11, 25, 10)
    printed(as_user)
    client = browse("office")
    half = client.post(f"/outside/{word_of(1)}", data={**FORM, "told_on": "2026-11-24"})
    assert (half.status_code, "以何种方式" in half.text) == (422, True)
    assert (
        client.post(f"/outside/{word_of(1)}", data={**FORM, "told_on": "2026-11-22", "told_how": "post"}).status_code
        == 422
    )
    assert (
        client.post(f"/outside/{word_of(1)}", data={**FORM, "told_on": "2026-11-24", "told_how": "post"}).status_code
        == 302
    )
    assert confirm(browse("office2")).status_code == 302
    event = db.session.query(CaseEvent).filter_by(kind="notice_served").one()
    assert (event.facts, event.on) == ({"notice": "transferred", "method": "post"}, date(2026, 11, 24))
    open_duties = db.session.query(Deadline).filter_by(kind="notice", to_on=None).count()
    assert open_duties == 0


@pytest.mark.parametrize("who", ["leader", "grid", "village", "station", "auditor", "outsider"])
def test_who_is_named_or_has_no_such_post_finds_no_trace_of_it(as_user, browse, who):
    number = log(as_user("office"), against("leader"))
    client = browse(who)
    for path in ("/", "/outside", "/cases", f"/cases/{number}", f"/outside/sheet/{number}"):
        assert number not in client.get(path).text.replace(f"/outside/sheet/{number}", "")
    assert client.post(f"/outside/{word_of(1)}", data=FORM).status_code == 404


FORM = {"to": "县信访局", "on": "2026-11-23", "received_by": "接收人甲", "letter_no": "太移〔2026〕1号"}


def test_it_is_handed_over_on_record_and_gone_from_the_desk(as_user, browse):
    log(as_user("grid"), against("leader"))
    printed(as_user)
    client = browse("office")
    wrong = client.post(f"/outside/{word_of(1)}", data={**FORM, "received_by": ""})
    assert wrong.status_code == 422
    assert "县信访局" in wrong.text
    assert client.post(f"/outside/{word_of(1)}", data=FORM).status_code == 302
    assert confirm(browse("office2")).status_code == 302
    assert desk(as_user) == set()
    event = db.session.query(CaseEvent).filter_by(kind="transferred_out").one()
    assert (event.by, event.facts) == ("office", {"to": "县信访局", "letter_no": "太移〔2026〕1号"})
    assert db.session.query(Case).one().standing == "left"
    assert db.session.query(TransferDuty).one().received_by == "接收人甲"
    assert db.session.query(AuditEntry).filter_by(action="handed_outside").count() == 1


@pytest.mark.parametrize("track", ["dispute", "accusation"])
def test_a_dispute_and_an_accusation_can_be_handed_over_too(as_user, track):
    log(as_user("grid"), head(about=("leader",)) if track == "dispute" else against("leader", petition_class=track))
    printed(as_user)
    (who, other, *_) = sorted(desk(as_user))
    handed(as_user(who), as_user(other), Handed("县纪委监委", date(2026, 11, 23), "接收人甲"))
    assert db.session.query(Case).one().state == "transferred_out"


def test_it_is_not_handed_over_tomorrow_nor_before_it_came_in(as_user):
    log(as_user("grid"), against("leader"))
    printed(as_user)
    for days in (-1, 1):
        with pytest.raises(RuleViolation, match="between its registration"), unit_of_work(db.session):
            day = date(2026, 11, 23) + timedelta(days=days)
            say_handed_over(as_user("office"), 1, Handed("县信访局", day, "接收人甲"))


def test_a_settled_case_is_opened_for_it(as_user, clock):
    number = log(as_user("office"))
    do(as_user("grid"), number, "resolve", method="explained", evidence="双方签字")
    clock.pass_by(days=1)
    name(as_user("office"), as_user("office2"), number, "leader")
    assert seers(as_user) == set()
    printed(as_user, "office2")
    handed(as_user("office"), as_user("admin"), Handed("县信访局", date(2026, 11, 24), "接收人甲"))
    assert [row.kind for row in db.session.query(CaseEvent).order_by(CaseEvent.seq)][-2:] == [
        "reopened", "transferred_out",
    ]  # fmt: skip


SENT = {
    "token": "t", "track": "petition", "petition_class": "appeal", "channel": "visit", "unit": "TH-SH-01",
    "category": "welfare", "story": TITLE, "name": NAME, "phone": PHONE, "headcount": "1", "risk": "green",
    "contact": "any", "about": ["leader"], "paper_kind": "photo", "asked": "1",
}  # fmt: skip


def test_who_registered_it_prints_the_sheet(as_user, browse):
    client = browse("grid")
    sent = client.post("/cases/new", data=SENT)
    number = db.session.query(Case.number).scalar()
    assert sent.location.startswith("/outside/sheet/")
    assert TITLE not in client.get(sent.location).text
    sheet = client.post(sent.location)
    for told in (number, TITLE, NAME, PHONE, "镇领导甲", "上级信访部门"):
        assert told in sheet.text
    assert client.post(sent.location).status_code == 422
    assert db.session.query(AuditEntry).filter_by(action="transfer_sheet_printed").count() == 1


def test_a_log_that_a_phone_sends_leads_to_its_sheet(browse):
    form = {name: value for name, value in SENT.items() if name not in ("token", "asked")}
    client = browse("grid")
    told = client.post("/queue/send", data={**form, "user": "grid", "kind": "log", "client_id": "c" * 22}).json
    assert "打印" in told["note"]
    assert told["url"].startswith("/outside/sheet/")
    assert TITLE in client.post(told["url"]).text


def test_the_sheet_is_there_in_another_session_and_days_later(as_user, browse, clock):
    """It is not lost with a login that ends: nothing can be handed over without it."""
    number = log(as_user("grid"), against("leader"))
    clock.pass_by(days=2)
    client = browse("grid")
    assert "待移交" in client.get("/").text
    assert f"/outside/sheet/{number}" in unquote(client.get("/outside").text)
    assert TITLE in client.post(f"/outside/sheet/{number}").text


def test_nobody_else_prints_it(as_user):
    number = log(as_user("grid"), against("leader"))
    for who in CAST:
        if who != "grid":
            with pytest.raises(OutOfScope):
                print_sheet(as_user(who), number)


def test_who_registered_it_does_not_hold_it_back_by_not_printing_the_sheet(as_user, browse, clock):
    """It lay for good: nobody else could print it, and nothing is handed over without it."""
    number = log(as_user("grid"), against("office", "office2"))
    clock.pass_by(days=1)
    assert to_print(as_user) == {"grid"}
    clock.pass_by(days=1)  # a day before it is due
    assert to_print(as_user) == {"grid", "leader", "admin", "discipline"}
    assert browse("office").post(f"/outside/sheet/{number}").status_code == 404
    leader = browse("leader")
    assert TITLE in leader.post(f"/outside/sheet/{number}").text
    assert (desk(as_user), to_print(as_user)) == ({"admin", "discipline"}, set())
    assert leader.post(f"/outside/{word_of(1)}", data=FORM).status_code == 403
    assert "镇领导甲" in browse("admin").get("/outside").text
    day = {**FORM, "on": "2026-11-25"}
    assert browse("discipline").post(f"/outside/{word_of(1)}", data=day).status_code == 302


def test_what_complains_of_a_leader_is_printed_in_their_place_by_the_discipline_contact_alone(as_user, clock):
    number = log(as_user("grid"), against("leader"))
    clock.pass_by(days=2)
    assert to_print(as_user) == {"grid", "discipline"}
    with pytest.raises(OutOfScope):
        print_sheet(as_user("leader"), number)


def test_who_registered_a_matter_and_was_named_afterwards_does_not_print_it(as_user):
    number = log(as_user("grid"), against("village"))
    name(as_user("station"), as_user("office2"), number, "grid", "leader")
    assert to_print(as_user) == {"office2"}
    with pytest.raises(OutOfScope):
        print_sheet(as_user("grid"), number)


def test_a_lost_sheet_is_printed_again_with_a_reason_that_others_see(as_user, browse):
    number = log(as_user("grid"), against("leader"))
    printed(as_user)
    client = browse("grid")
    assert "待移交" not in client.get("/").text  # nothing is to be done
    assert f"/outside/sheet/{number}" in unquote(client.get("/outside").text)
    bare = client.post(f"/outside/sheet/{number}", data={"reason": " "})
    assert (bare.status_code, TITLE in bare.text) == (422, False)
    assert TITLE in client.post(f"/outside/sheet/{number}", data={"reason": "打印机卡纸"}).text
    office = browse("office")
    page = office.get("/outside").text
    assert (page.count("网格员甲"), "打印机卡纸" in page) == (2, True)
    entries = db.session.query(AuditEntry).filter_by(action="transfer_sheet_printed").order_by(AuditEntry.seq)
    assert [entry.detail for entry in entries] == [{}, {"reason": "打印机卡纸"}]
    office2 = browse("office2")
    assert office2.post(f"/outside/sheet/{number}", data={"reason": "x"}).status_code == 404
    assert office.post(f"/outside/{word_of(1)}", data=FORM).status_code == 302
    assert confirm(office2).status_code == 302
    assert client.post(f"/outside/sheet/{number}", data={"reason": "再来一次"}).status_code == 404


def test_who_logged_what_was_then_taken_as_an_accusation_prints_no_sheet_of_it(as_user, browse, system):
    """They do not know that there is one. Whoever hands it over, and is not complained of, does."""
    number = log(as_user("village"), petition())
    with unit_of_work(db.session):
        accusation = take_as_accusation(as_user("office"), number, ("village",)).number
    assert desk(as_user) == to_print(as_user) == set()
    with unit_of_work(db.session):
        for who in ("office", "office2", "discipline"):
            declare_interest(as_user(who), accusation)
        see_to_all_readers(system)
    assert (desk(as_user), to_print(as_user)) == ({"leader", "admin"}, {"leader", "admin"})
    assert browse("village").get(f"/outside/sheet/{accusation}").status_code == 404


def test_who_decided_the_naming_prints_it(as_user, browse):
    number = log(as_user("grid"))
    with unit_of_work(db.session):
        data = {"field": "about", "to": ["leader"], "reason": "来访人反映"}
        asked = propose(as_user("office"), Act(number, "name_accused", data)).id
    client = browse("office2")
    answer = client.post(f"/decide/{word_of(asked)}", data={"decision": "approve"})
    assert answer.location.startswith("/outside/sheet/")
    assert "两家排水沟纠纷" in client.post(answer.location).text


def test_cleared_again_it_is_not_handed_over(as_user):
    number = log(as_user("office"), against("office", "office2"))
    assert db.session.query(TransferDuty).count() == 1
    with unit_of_work(db.session):
        data = {"field": "about", "to": ["village"], "reason": "更正"}
        asked = propose(as_user("station"), Act(number, "name_accused", data)).id
        decide(as_user("leader"), asked, approved=True)
    assert db.session.query(TransferDuty).count() == 0


def test_a_post_that_ends_may_leave_a_matter_without_readers_and_a_new_one_gives_it_some(as_user, system):
    with unit_of_work(db.session):
        add_post(system, add_user(system, "office3", "信访办丙", PASSWORD), "office", "TH-SH")
    log(as_user("grid"), against("TH-SH"))
    assert db.session.query(TransferDuty).count() == 0
    with unit_of_work(db.session):
        for who in ("office", "office2"):
            set_active(system, who, active=False)
        see_to_all_readers(system)
    assert db.session.query(TransferDuty).count() == 1
    with unit_of_work(db.session):
        add_post(system, add_user(system, "office4", "信访办丁", PASSWORD), "office", "TH")
        see_to_all_readers(system)
    assert db.session.query(TransferDuty).count() == 0


def test_an_interest_of_the_last_clerk_counts_when_somebody_is_complained_of(as_user):
    number = log(as_user("grid"), against("village"))
    with unit_of_work(db.session):
        declare_interest(as_user("office"), number)
        declare_interest(as_user("office2"), number)
    assert desk(as_user) == READERS_OF_THE_DESK - {"office", "office2"}


def test_without_an_authority_set_the_form_says_so_and_takes_the_record(as_user, browse):
    assert "外部机关" in browse("grid").get("/cases/new").text
    with unit_of_work(db.session):
        for key in ("outside.petition", "outside.discipline"):
            set_value(as_user("office"), key, "县信访局", as_user("office").today)
    assert "外部机关" not in browse("grid2").get("/cases/new").text
