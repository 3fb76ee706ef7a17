"""One matter, many people (涉众群体, decision 57): each petition is registered and answered, the matter is handled once,
counted once as a case and each as an item; joining takes two people, leaving is on record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseapp.actions.accusations import take_as_accusation
from caseapp.actions.cases import Act, decide, propose
from caseapp.actions.issuing import draft_letter
from caseapp.actions.issuing_service import record_service
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.queries.matters import petitions_of
from caseapp.domain.deadlines.queries import items_of
from caseapp.domain.issuing.queries import written_in
from caseapp.domain.issuing.serving import Delivered
from caseapp.domain.reports.queries import read_report
from caseapp.domain.reports.report import as_json
from caseapp.kernel.clock import local_day
from caseapp.kernel.errors import NotAllowed, RuleViolation
from caseapp.kernel.periods import Month
from tests.cases.make import by_two, do, log, name, petition
from tests.issuing.make import issued, set_up

BUYERS = ("周甲一", "李乙二", "王丙三")


def bought(who: str, **values):
    """What one buyer of a project that is not finished brings."""
    told = {"unit": "TH", "title": "锦绣家园逾期交房", "category": "contract", "channel": "visit"} | values
    return petition(**told, parties=(Party("petitioner", who, "000-0000-5678"),))


@pytest.fixture
def matter(as_user) -> str:
    return log(as_user("office"), bought("赵丁四"))


@pytest.fixture
def buyers(as_user, matter) -> list[str]:
    """Three petitions that are handled with the matter."""
    numbers = [log(as_user("office"), bought(who)) for who in BUYERS]
    for number in numbers:
        join(as_user, number, matter)
    return numbers


def join(as_user, number: str, matter: str) -> None:
    by_two(as_user("office"), as_user("leader"), number, "join_matter", of=matter)


def case(number: str) -> Case:
    db.session.expire_all()
    return db.session.query(Case).filter_by(number=number).one()


def kinds(number: str) -> list[str]:
    told = db.session.query(CaseEvent.kind).filter_by(case_id=case(number).id).order_by(CaseEvent.seq)
    return [kind for (kind,) in told]


def owed(as_user, number: str) -> list[str]:
    return [item.kind for item in items_of(db.session, case(number).id, as_user("office").today)]


def month(as_user):
    ctx = as_user("office")
    return as_json(read_report(ctx.session, ctx.actor, ctx.units, "TH", Month.of(ctx.today), as_of=ctx.now))


def test_joining_takes_two_and_what_is_owed_is_the_notice_and_the_answer(as_user, matter):
    number = log(as_user("office"), bought("周甲一"))
    assert {"notice", "first_contact", "team", "handle"} <= set(owed(as_user, number))
    with unit_of_work(db.session):
        asked = propose(as_user("office"), Act(number, "join_matter", {"of": matter})).id
    with pytest.raises(NotAllowed):
        decide(as_user("office"), asked, approved=True)
    with unit_of_work(db.session):
        decide(as_user("leader"), asked, approved=True)
    assert case(number).matter == matter
    assert set(owed(as_user, number)) == {"notice", "handle"}, "the work is owed by the case it is handled with"
    do(as_user("office"), number, "leave_matter", reason="另有诉求")
    assert case(number).matter is None
    assert {"notice", "first_contact", "team", "handle"} <= set(owed(as_user, number))


def test_a_matter_is_counted_once_as_a_case_and_each_petition_as_an_item(as_user, buyers, matter):
    told = month(as_user)
    assert (told["lines"]["new"], told["lines"]["open"]) == (1, 1)
    assert told["cases"]["lines"]["new"] == [matter]
    assert (told["county"]["items"], told["county"]["first_items"], told["county"]["repeat_items"]) == (4, 4, 0)
    assert (told["apart"]["merged"], told["apart"]["voided"]) == (0, 0)
    do(as_user("office"), buyers[0], "leave_matter", reason="另有诉求")
    assert month(as_user)["lines"]["new"] == 2


def test_what_is_done_to_the_matter_is_on_record_of_each_petition(as_user, buyers, matter):
    office = as_user("office")
    do(office, matter, "accept", route=6)
    do(office, matter, "follow_up", method="visit", note="约谈开发企业")
    do(office, matter, "reply", outcome="explained")
    do(office, matter, "resolve", method="policy", evidence="已全部交房，交房确认单在卷")
    for number in buyers:
        assert kinds(number) == ["registered", "joined_matter", "accepted", "replied", "resolved"]
        assert case(number).state == "resolved"
        assert owed(as_user, number) == ["notice"], "return visits are owed by the matter"
    do(office, matter, "reopen", reason="二期仍未交房")
    assert {case(number).state for number in buyers} == {"handling"}


def test_who_joins_an_accepted_matter_is_accepted(as_user, matter):
    do(as_user("office"), matter, "accept", route=6)
    number = log(as_user("office"), bought("周甲一"))
    join(as_user, number, matter)
    assert kinds(number) == ["registered", "joined_matter", "accepted"]


def test_what_was_done_before_one_joined_holds_for_it_from_then_on(as_user, matter, clock):
    """The acceptance is entered when both have joined; it happened while the second stood by itself."""
    office, day = as_user("office"), as_user("office").now
    early, late = (log(office, bought(who)) for who in BUYERS[:2])
    join(as_user, early, matter)
    clock.pass_by(days=3)
    join(as_user, late, matter)
    do(as_user("office"), matter, "accept", day + timedelta(days=1), route=6)
    days = [case(number).accepted_on - local_day(day) for number in (matter, early, late)]
    assert days == [timedelta(days=1), timedelta(days=1), timedelta(days=3)]


def test_what_one_of_them_was_told_before_is_passed_over(as_user, buyers, matter):
    """One left and was accepted by itself, and joined again: it is not accepted twice."""
    first, office = buyers[0], as_user("office")
    do(office, first, "leave_matter", reason="另有诉求")
    do(office, first, "accept", route=6)
    join(as_user, first, matter)
    do(office, matter, "accept", route=6)
    assert kinds(first).count("accepted") == 1
    assert kinds(buyers[1]).count("accepted") == 1


def test_a_letter_goes_to_all_and_once_it_reached_them_each_was_told(as_user, buyers, matter):
    set_up(as_user("admin"))
    office, everybody = as_user("office"), ("赵丁四", *BUYERS)
    with unit_of_work(db.session):
        draft = draft_letter(office, matter, "acceptance")
        assert written_in(draft)["to"] == "、".join(everybody)
    letter = issued(as_user, matter, to="、".join(everybody))
    assert {case(number).accepted_on for number in buyers} == {office.today}
    assert "notice_served" not in kinds(buyers[0])
    for who in everybody:
        with unit_of_work(db.session):
            record_service(office, letter.id, Delivered(who, "post", office.today, received_by=who, parcel="XA1234"))
    for number in buyers:
        assert kinds(number)[-1] == "notice_served"
        assert owed(as_user, number) == ["handle"]


def test_on_pages_what_is_done_to_the_matter_is_not_done_to_one_of_them(as_user, browse, buyers, matter):
    client, first = browse("office"), buyers[0]
    page = client.get(f"/cases/{first}").text
    assert matter in page
    assert "退出涉众事项，单独办理" in page
    for action in ("accept", "resolve", "escalate", "merge", "name_accused"):
        assert f"/act/{action}/{first}" not in page
    with pytest.raises(RuleViolation, match="do it there"):
        do(as_user("office"), first, "resolve", method="policy", evidence="已交房，确认单在卷")
    with pytest.raises(RuleViolation, match="do it there"):
        name(as_user("office"), as_user("leader"), first, "station")
    do(as_user("office"), first, "follow_up", method="phone", note="告知进展")


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("dispute", "only petitions"), ("about", "complains of somebody"),
        ("settled", "not open any more"), ("no petition", "there is no petition"), ("guarded", "somebody is out"), ("member", "join that one"), ("carries", "other petitions joined this one"),
    ],
)  # fmt: skip
def test_what_cannot_join(as_user, buyers, matter, what, why):
    office, of = as_user("office"), matter
    number = log(office, bought("钱戊五"))
    if what == "dispute":
        number = log(office)
    elif what == "about":
        number = log(office, bought("钱戊五", about=("TH-DS",)))
    elif what == "settled":
        do(office, matter, "transfer_out", to="县住建局")
    elif what == "no petition":
        of = log(office)
    elif what == "guarded":
        of = log(office, bought("孙己六", about=("TH-DS",)))
    elif what == "member":
        of = buyers[0]
    elif what == "carries":
        number, of = matter, number
    with pytest.raises(RuleViolation, match=why):
        propose(office, Act(number, "join_matter", {"of": of}))


@pytest.mark.parametrize("action", ["void", "merge"])
def test_a_matter_that_ends_lets_each_go(as_user, buyers, matter, action):
    data = {"reason": "误录"} if action == "void" else {"into": log(as_user("office"))}
    by_two(as_user("office"), as_user("leader"), matter, action, **data)
    for number in buyers:
        assert (case(number).matter, kinds(number)[-1]) == (None, "left_matter")
        assert {"first_contact", "team", "handle"} <= set(owed(as_user, number))


def test_a_petition_that_ends_stands_in_no_matter(as_user, buyers, matter):
    by_two(as_user("office"), as_user("leader"), buyers[0], "void", reason="误录")
    with unit_of_work(db.session):
        take_as_accusation(as_user("office"), buyers[1])
    assert [case(number).matter for number in buyers] == [None, None, matter]
    by_two(as_user("office"), as_user("leader"), matter, "void", reason="误录")
    assert case(buyers[2]).matter is None


def test_nobody_is_named_in_a_matter(as_user, buyers, matter):
    with pytest.raises(RuleViolation, match="each leave it first"):
        name(as_user("office"), as_user("leader"), matter, "station")


def test_texts_stand_in_the_matter_alone(as_user, buyers, matter):
    do(as_user("office"), matter, "resolve", method="policy", evidence="已全部交房，交房确认单在卷")
    history = load_history(db.session, case(buyers[0]), as_user("office").units)
    assert history.events[-1].data == {"method": "policy", "evidence": f"见一并办理的{matter}"}


def test_a_petition_that_was_taken_back_is_not_taken_up_again(as_user, buyers, matter):
    office = as_user("office")
    by_two(office, as_user("leader"), buyers[0], "withdraw", reason="已自行购房")
    do(office, matter, "resolve", method="policy", evidence="已全部交房，交房确认单在卷")
    do(office, matter, "reopen", reason="二期仍未交房")
    assert [case(number).state for number in buyers] == ["withdrawn", "handling", "handling"]


def test_taken_as_an_accusation_a_matter_lets_each_go(as_user, buyers, matter):
    desk = as_user("office")
    with unit_of_work(desk.session):
        take_as_accusation(desk, matter)
    for number in buyers:
        assert case(number).matter is None
        last = db.session.query(CaseEvent).filter_by(case_id=case(number).id).order_by(CaseEvent.seq.desc()).first()
        assert (last.kind, last.by) == ("left_matter", None)


def test_petitions_are_logged_for_a_matter_and_agreed_to_with_one_press(as_user, browse, matter):
    client = browse("office")
    page = client.get(f"/cases/new?matter={matter}").text
    assert f'name="matter" value="{matter}"' in page
    assert 'data-queue="log"' in client.get("/cases/new").text
    assert 'data-queue="log"' not in page, "it does not wait in a phone: what it joins is asked of the server"
    form = {
        "track": "petition", "petition_class": "appeal", "unit": "TH", "category": "contract", "headcount": "1",
        "channel": "visit", "risk": "green", "contact": "any", "paper_kind": "photo", "asked": "1", "matter": matter,
    }  # fmt: skip
    for nth, who in enumerate(BUYERS):
        sent = client.post("/cases/new", data=form | {"token": f"buyer-{nth}", "story": "逾期交房", "name": who})
        assert sent.status_code == 302
    again = client.post("/cases/new", data=form | {"token": "buyer-0", "story": "逾期交房", "name": BUYERS[0]})
    assert again.status_code == 302, "sent twice it is there already"
    leader = browse("leader")
    page = leader.get(f"/cases/{matter}").text
    assert "申请与本件一并办理的信访：3件" in page
    assert leader.post(f"/matters/agree/{matter}").status_code == 302
    assert petitions_of(db.session, as_user("office").actor, matter)[0] == 3
    page = client.get(f"/cases/{matter}").text
    assert all(who in page for who in BUYERS)
    assert client.post(f"/matters/agree/{matter}").status_code == 403, "nothing waits for who asked"


@pytest.mark.parametrize("more", [{"track": "dispute"}, {"track": "petition", "petition_class": "accusation"}])
def test_a_petition_that_cannot_join_is_not_logged(browse, matter, more):
    form = {
        "track": "dispute", "unit": "TH", "category": "contract", "headcount": "1", "channel": "visit", "risk": "green",
        "contact": "any", "paper_kind": "photo", "asked": "1", "matter": matter, "token": "one", "story": "逾期交房",
    } | more  # fmt: skip
    before = db.session.query(Case).count()
    assert browse("office").post("/cases/new", data=form).status_code == 422
    assert db.session.query(Case).count() == before


def test_the_hint_offers_one_more_petition_of_the_same_matter_once(as_user, browse, buyers, matter):
    client = browse("office")
    typed = {"track": "petition", "unit": "TH", "category": "contract", "story": "锦绣家园逾期交房", "name": "孙己六"}
    page = client.post("/cases/new/similar", data=typed).text
    assert page.count("登记为该事项的又一件信访") == 1, "those that joined stand for the matter"
    assert f'name="matter" value="{matter}"' in page
    assert "登记为该事项的又一件信访" not in client.post("/cases/new/similar", data=typed | {"track": "dispute"}).text
    assert 'id="similar"' not in client.get(f"/cases/new?matter={matter}").text, "it was said which matter it is"


def test_a_petition_of_a_matter_has_no_seats_to_fill(browse, buyers, matter):
    client = browse("office")
    shown = ["包案领导" in client.get(f"/cases/{number}").text for number in (matter, buyers[0])]
    assert shown == [True, False]


def test_each_petitioner_sees_how_far_the_matter_is(as_user, browse, buyers, matter):
    do(as_user("office"), matter, "accept", route=6)
    page = browse("office").get(f"/progress/{buyers[0]}").text
    assert matter in page


def test_a_paper_handed_to_one_was_handed_to_nobody_else_but_by_representatives(as_user, buyers, matter):
    office = as_user("office")
    do(office, matter, "accept", route=6)
    served = {"notice": "accepted", "method": "post", "received_by": "赵丁四", "parcel": "XA1"}
    do(office, matter, "serve_notice", **served)
    assert "notice_served" not in kinds(buyers[0])
    told = [
        {"role": "petitioner", "name": "赵丁四"}, {"role": "representative", "name": "周甲一"},
    ]  # fmt: skip
    do(office, matter, "amend", field="parties", to=told, reason="推选代表")
    do(office, matter, "reply", outcome="explained")
    do(office, matter, "serve_notice", **served | {"notice": "replied", "received_by": "周甲一"})
    assert [kinds(number)[-1] for number in buyers] == ["notice_served"] * 3


def test_a_name_that_two_have_was_told_to_neither_by_one_letter(as_user, matter):
    """Each of them is served by itself then."""
    set_up(as_user("admin"))
    office = as_user("office")
    same, other = log(office, bought("赵丁四")), log(office, bought("周甲一"))
    for number in (same, other):
        join(as_user, number, matter)
    letter = issued(as_user, matter, to="赵丁四、周甲一")
    for who in ("赵丁四", "周甲一"):
        with unit_of_work(db.session):
            record_service(office, letter.id, Delivered(who, "post", office.today, received_by=who, parcel="XA1234"))
    assert ("notice_served" in kinds(same), "notice_served" in kinds(other)) == (False, True)


def test_who_was_not_told_is_not_filed(as_user, buyers, matter):
    office = as_user("office")
    do(office, matter, "accept", route=6)
    served = {"notice": "accepted", "method": "post", "received_by": "本人", "parcel": "XA1"}
    for number in (matter, buyers[0]):
        do(office, number, "serve_notice", **served)
    do(office, matter, "resolve", method="policy", evidence="已全部交房，交房确认单在卷")
    do(as_user("leader"), matter, "return_visit", result="refused")
    do(office, matter, "archive")
    assert [case(number).archived for number in buyers] == [True, False, False]
    assert "notice" in owed(as_user, buyers[1])


def test_they_are_filed_together(as_user, buyers, matter):
    """No return visit is owed by one petition of a matter, so none is waited for."""
    office = as_user("office")
    do(office, matter, "accept", route=6)
    for number in (matter, *buyers):
        do(office, number, "serve_notice", notice="accepted", method="post", received_by="本人", parcel="XA1")
    do(office, matter, "resolve", method="policy", evidence="已全部交房，交房确认单在卷")
    do(as_user("leader"), matter, "return_visit", result="refused")
    do(office, matter, "archive")
    assert [case(number).archived for number in buyers] == [True] * len(buyers)


def test_what_was_assigned_from_above_is_closed_by_the_town_alone(as_user, matter):
    """A village that handles the matter does not settle the petition that the county assigned to the town."""
    office, village = as_user("office"), as_user("village")
    number, theirs = log(office, bought("周甲一", unit="TH-SH")), log(village, bought("钱戊五", unit="TH-SH"))
    do(
        office, number, "take_assignment", sender="县信访局", letter_no="县信交〔2026〕31号",
        received_on=office.today.isoformat(), answer_due=office.today.isoformat(),
    )  # fmt: skip
    join(as_user, number, theirs)
    do(village, theirs, "resolve", method="policy", evidence="已交房，交房确认单在卷")
    assert (case(theirs).state, case(number).state) == ("resolved", "registered")


def test_letters_are_written_in_the_matter_and_lists_are_narrowed_to_it(as_user, browse, buyers, matter):
    client = browse("office")
    assert "拟写受理告知书" in client.get(f"/cases/{matter}").text
    assert "拟写受理告知书" not in client.get(f"/cases/{buyers[0]}").text
    page = client.get(f"/cases?matter={matter}").text
    assert all(number in page for number in buyers)
    assert matter not in page.split("<main", 1)[-1]
