"""What a stranger with a receipt in hand may learn, held field by field: a list of what may be shown, and a case full of
what may not."""

from __future__ import annotations

import dataclasses
import re
from datetime import date

import pytest

from caseapp.actions.cases import Act, decide, propose
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.event_fields import EVENT_FIELDS
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.transitions import STATES
from caseapp.domain.receipts import progress as told_of
from caseapp.domain.receipts import rights
from caseapp.domain.receipts.progress import Progress
from caseapp.domain.receipts.queries import read_progress
from caseapp.web.track import words
from tests.cases.make import by_two, do, head, log, moment, petition
from tests.conftest import CAST
from tests.documents.make import serve
from tests.receipts.make import receipt_of, visitor
from tests.web.test_query_counts import counted

pytestmark = pytest.mark.one_database

MAY_BE_SHOWN = {
    "Progress": [
        "number", "stage", "meaning", "way", "steps", "contact", "due", "moved_to", "reply", "rights", "rating", "onward",
    ],
    "Onward": ["number", "stage", "way", "contact"],
    "Point": ["stage", "when"],
    "StageReached": ["kind", "on", "until"],
    "Contact": ["office", "phone", "address"],
    "StillToCome": ["kind", "on", "late"],
    "Reply": ["outcome", "on", "served_on", "readable"],
    "Right": ["kind", "until"],
}  # fmt: skip
CANARIES = {
    "title": "金丝雀标题", "description": "金丝雀正文", "petitioner": "金丝雀甲", "respondent": "金丝雀乙",
    "phone": "000-4444-1111", "note": "金丝雀跟进", "mediation": "金丝雀调解", "evidence": "金丝雀证据",
    "plan": "金丝雀方案", "reason": "金丝雀理由", "requirement": "金丝雀要求", "words": "金丝雀评语", "reach": "金丝雀联系",
}  # fmt: skip


def shown(as_user, clock, number: str) -> Progress:
    case, office = db.session.query(Case).filter_by(number=number).one(), as_user("office")
    return read_progress(db.session, office.units, office.office, case, visitor(clock).today)


def page_of(app, number: str, language: str = "zh") -> str:
    client = app.test_client()
    token = receipt_of(number).token
    client.get(f"/track?lang={language}")
    answer = client.get(f"/track/{token}")
    assert answer.status_code == 200
    return answer.text


def visible(page: str) -> str:
    return re.sub(r"<[^>]*>", " ", page)


def test_these_fields_and_no_others_may_be_shown():
    found = {
        name: [field.name for field in dataclasses.fields(one)]
        for room in (told_of, rights)
        for name, one in vars(room).items()
        if dataclasses.is_dataclass(one) and one.__module__ == room.__name__
    }
    assert found == MAY_BE_SHOWN


def test_every_state_step_and_right_has_its_plain_words():
    assert {told_of.STEP_OF[kind] for kind in told_of.STEP_OF} <= set(words.STEPS)
    assert set(told_of.STEP_OF) <= set(EVENT_FIELDS)
    assert (set(STATES) | {"verified", "archived", "accepted", "passed_on"}) - set(words.MEANINGS) == set()
    assert {one.removesuffix("_told") for one in words.MEANINGS} <= set(words.STAGES)
    assert {one for one in words.MEANINGS if one.endswith("_told")} == {
        f"{one}_told" for one in told_of.SAID_IN_WRITING
    }
    assert set(told_of.PROMISED) == set(words.PROMISES) == set(words.MISSED)


@pytest.fixture
def full(app, as_user, clock) -> str:
    """A petition with everything a case can have, each text a canary."""
    grid, office, leader = as_user("grid"), as_user("office"), as_user("leader")
    parties = (
        Party("petitioner", CANARIES["petitioner"], CANARIES["phone"]),
        Party("respondent", CANARIES["respondent"], "000-5555-2222"),
    )
    number = log(grid, petition(title=CANARIES["title"], description=CANARIES["description"], parties=parties,
                                risk="red", headcount=7, category="land"))  # fmt: skip
    other = log(grid, petition(title="另一件"))
    do(grid, number, "escalate", to="TH-SH", reason=CANARIES["reason"])
    do(as_user("village"), number, "escalate", to="TH", reason=CANARIES["reason"])
    do(office, number, "accept", route=6)
    serve(office, number, "accepted", app.extensions["caseapp"].files)
    with unit_of_work(db.session):
        staff_case(leader, number)
        asked = propose(as_user("station"), Act(number, "extend", {"to": "2027-02-10", "reason": CANARIES["reason"]}))
        decide(leader, asked.id, approved=True, remark=CANARIES["reason"])
    do(office, number, "send_down", to="TH-SH-01", requirement=CANARIES["requirement"])
    do(grid, number, "follow_up", method="visit", note=CANARIES["note"])
    do(grid, number, "mediate", result="failed", note=CANARIES["mediation"])
    do(leader, number, "file_plan", text=CANARIES["plan"])
    do(office, number, "mark_repeat", of=other)
    do(office, number, "amend", field="title", to=CANARIES["title"] + "改", reason=CANARIES["reason"])
    do(grid, number, "resolve", method="administrative", evidence=CANARIES["evidence"])
    do(office, number, "rate", score="mostly", words=CANARIES["words"])
    do(office, number, "return_visit", result="relapsed", note=CANARIES["note"])
    do(office, number, "reopen", reason=CANARIES["reason"])
    do(as_user("station"), number, "resolve", method="policy", evidence=CANARIES["evidence"])
    return number


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_case_full_of_names_shows_none_of_them(app, as_user, full, language):
    page = page_of(app, full, language)
    told = [*CANARIES.values(), "000-5555-2222", "另一件", "双合村第一组", "第一组", "山林土地水利", "Woods", "红"]
    told += [name for name, _role, _unit in CAST.values()] + [f">{username}<" for username in CAST]
    told += ["挂号信", "行政", "基本满意了", "太信〔2026〕0002号", "7 人", "重复"]
    assert [one for one in told if one in page] == []
    assert full in page
    if language == "zh":
        assert "双合村" in page  # the village that holds it: its group is not named


def test_every_visible_word_is_one_the_page_itself_says(app, as_user, full):
    """Take away what the page says of itself; what is left must be the number, days, and the office's own name."""
    left = visible(page_of(app, full))
    say = [
        *(str(word) for some in (words.STAGES, words.MEANINGS, words.STEPS) for word in some.values()),
        *(part for some in (words.PROMISES, words.MISSED, words.RIGHTS) for word in some.values()
          for part in re.split(r"%\(day\)s", str(word))),
    ]  # fmt: skip
    with app.test_request_context():
        translated = [str(words.gettext(one)) for one in say]
    template = (app.jinja_loader.get_source(app.jinja_env, name)[0] for name in (
        "track/show.html", "layout/public.html", "macros/progress.html"
    ))  # fmt: skip
    with app.test_request_context():
        own = [str(words.gettext(one)) for source in template for one in re.findall(r"_\('([^']+)'\)", source)]
        own += [str(words.gettext(one)) for one in ("Satisfied", "Mostly satisfied", "Dissatisfied", "Last day: ")]
    left = left.replace(full, "").replace("双合村", "")
    for word in sorted([*translated, *own], key=len, reverse=True):
        for part in re.split(r"%\(\w+\)s", word):
            left = left.replace(part, " ") if part.strip() else left
    left = re.sub(r"\d{4}年\d{1,2}月\d{1,2}日|English|：|。", " ", left)
    assert left.split() == []


def test_of_an_accusation_only_that_it_came_in_and_was_passed_on(app, as_user, clock):
    number = log(as_user("grid"), petition(petition_class="accusation", title=CANARIES["title"], about=("village",)))
    do(as_user("discipline"), number, "follow_up", method="desk", note=CANARIES["note"])
    do(as_user("discipline"), number, "resolve", method="other", evidence=CANARIES["evidence"])
    told = shown(as_user, clock, number)
    assert (told.stage, told.way, told.due, told.reply, told.rights, told.rating) == (
        "passed_on",
        (),
        (),
        None,
        (),
        "closed",
    )
    assert [(step.kind, step.on) for step in told.steps] == [
        ("registered", date(2026, 11, 23)), ("passed_on", date(2026, 11, 23))
    ]  # fmt: skip
    assert told.contact.office == "太和镇信访办"
    page = page_of(app, number)
    assert "专人" in page
    assert "检举" not in page
    assert "控告" not in page


@pytest.mark.parametrize("action", ["void", "merge"])
def test_of_a_case_struck_out_a_plain_sentence(app, as_user, clock, action):
    number, other = log(as_user("grid")), log(as_user("grid"))
    data = {"into": other} if action == "merge" else {"reason": CANARIES["reason"]}
    with unit_of_work(db.session):
        decide(as_user("leader"), propose(as_user("office"), Act(number, action, data)).id, approved=True)
    told = shown(as_user, clock, number)
    assert (told.stage, told.rights, told.due, len(told.steps)) == (
        "voided" if action == "void" else "merged",
        (),
        (),
        1,
    )
    assert (other in page_of(app, number)) == (action == "merge")


def test_a_dispute_says_what_comes_next_by_when_and_in_the_end_how_it_was_settled(app, as_user, clock):
    number = log(as_user("grid"))
    told = shown(as_user, clock, number)
    assert told.stage == "registered"
    assert [(one.kind, one.on, one.late) for one in told.due] == [
        ("first_contact", date(2026, 11, 24), False), ("handle", date(2026, 12, 23), False)
    ]  # fmt: skip
    assert [right.kind for right in told.rights] == ["recusal"]
    clock.set(2026, 12, 28, 9, 0)
    assert {one.kind for one in shown(as_user, clock, number).due if one.late} == {"first_contact", "handle"}
    assert "已超过期限" in page_of(app, number)
    do(as_user("grid"), number, "resolve", at=moment(2026, 12, 4, 9), method="mediation", evidence="协议")
    told = shown(as_user, clock, number)
    assert (told.stage, told.rating) == ("resolved", "open")
    # 3 January 2027 is a Sunday: the right lasts until the next working day
    assert [(right.kind, right.until) for right in told.rights] == [
        ("confirmation", date(2027, 1, 4)), ("come_back", None)
    ]  # fmt: skip
    assert [point.when for point in told.way] == ["done", "done", "now", "ahead", "ahead"]
    do(as_user("village"), number, "return_visit", result="fulfilled")
    assert shown(as_user, clock, number).stage == "verified"
    do(as_user("village"), number, "return_visit", result="refused")
    do(as_user("office"), number, "archive")
    assert shown(as_user, clock, number).stage == "archived"


def test_a_written_reply_with_the_last_day_for_a_review(app, as_user, clock):
    number = log(as_user("office"), petition(unit="TH"))
    do(as_user("office"), number, "accept", route=6)
    clock.set(2026, 12, 4, 9, 0)
    do(as_user("office"), number, "reply", outcome="not_supported", served_on="2026-12-03")
    told = shown(as_user, clock, number)
    assert told.reply == told_of.Reply("not_supported", date(2026, 12, 4), date(2026, 12, 3), readable=False)
    assert [(right.kind, right.until) for right in told.rights][:2] == [
        ("review", date(2027, 1, 4)), ("rereview", None)
    ]  # fmt: skip
    page = page_of(app, number)
    for words_ in ("已书面答复", "不予支持", "送达日期：2026年12月3日", "最后一日：2027年1月4日", "复查", "复核"):
        assert words_ in page


def test_on_another_route_than_the_sixth_there_is_no_review(as_user, clock):
    number = log(as_user("office"), petition(unit="TH"))
    do(as_user("office"), number, "accept", route=4)
    do(as_user("office"), number, "reply", outcome="explained")
    assert [right.kind for right in shown(as_user, clock, number).rights] == ["other_routes", "come_back"]


def test_a_matter_that_belongs_elsewhere_says_where(app, as_user, clock):
    number = log(as_user("office"), petition(unit="TH"))
    do(as_user("office"), number, "redirect", to="县人民法院")
    told = shown(as_user, clock, number)
    assert (told.stage, told.moved_to, told.rating) == ("redirected", "县人民法院", "closed")
    assert "去向：县人民法院" in page_of(app, number)


def test_the_page_says_that_one_was_told_in_writing_only_when_it_is_on_record(app, as_user):
    """Nothing was served, and the page said that the reasons had been given in writing."""
    office, folder = as_user("office"), app.extensions["caseapp"].files
    refused, replied = log(office, petition(unit="TH")), log(office, petition(unit="TH"))
    by_two(office, as_user("leader"), refused, "refuse", ground="rereviewed")
    do(office, replied, "accept", route=6)
    do(office, replied, "reply", outcome="explained")
    assert "理由将书面告知您" in page_of(app, refused)
    assert "还没有送达给您的记录" in page_of(app, replied)
    serve(office, refused, "refused", folder)
    serve(office, replied, "replied", folder)
    assert "理由已书面告知" in page_of(app, refused)
    assert "书面答复已送达给您" in page_of(app, replied)


def test_the_page_of_a_withdrawn_petition_says_what_is_on_record_and_what_to_do(app, as_user):
    number = log(as_user("office"), petition(unit="TH"))
    by_two(as_user("office"), as_user("leader"), number, "withdraw", reason="本人撤回")
    assert "记录显示您撤回了这件事" in page_of(app, number)


def test_the_ended_mediation_of_a_dispute_names_the_other_ways(as_user, clock):
    number = log(as_user("grid"))
    by_two(as_user("grid"), as_user("office"), number, "terminate", advice=CANARIES["reason"])
    assert [right.kind for right in shown(as_user, clock, number).rights] == ["other_routes", "come_back"]


def test_the_page_costs_few_statements_and_writes_nothing(app, as_user):
    number = log(as_user("grid"), head())
    token = receipt_of(number).token
    client = app.test_client()
    client.get(f"/track/{token}")
    db.session.expire_all()
    for path in (f"/track/{token}", "/track", f"/track/{token}/pressed", "/track/unknown"):
        with counted() as statements:
            client.get(path)
        assert [one for one in statements if not one.startswith("SELECT")] == [], path
        assert len(statements) <= 8


def test_the_page_is_for_nobodys_list_and_tells_no_other_page_of_itself(app, as_user):
    token = receipt_of(log(as_user("grid"))).token
    headers = app.test_client().get(f"/track/{token}").headers
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Referrer-Policy"] == "strict-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "script" not in app.test_client().get(f"/track/{token}").text
    assert app.test_client().get("/login").headers["Referrer-Policy"] == "same-origin"
