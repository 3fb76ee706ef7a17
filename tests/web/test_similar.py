"""The hint of the quick log on the page: asked for while typing, shown once without JavaScript, added with one tap."""

from __future__ import annotations

import re

import pytest

from caseapp.actions.interests import declare_interest
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case, CaseEvent
from tests.cases.make import head, log, petition
from tests.search.test_similar import AGAIN, OTHER, STORY, TITLE, counted, drain

pytestmark = pytest.mark.one_database

FORM = {
    "token": "t1", "asked": "", "track": "dispute", "story": AGAIN, "unit": "TH-SH-01", "category": "neighbour", "name": "钱癸九",
    "headcount": "2", "contact": "any", "channel": "screening", "risk": "green", "petition_class": "appeal",
}  # fmt: skip
HINT = "也许是同一件事"


def ask(client, **changes):
    return client.post("/cases/new/similar", data=FORM | changes)


def test_what_is_typed_brings_the_case_that_may_be_the_same_and_writes_nothing(browse, as_user):
    number = log(as_user("grid"), drain())
    events, entries = db.session.query(CaseEvent).count(), db.session.query(AuditEntry).count()
    answer = ask(browse("grid"))
    assert answer.status_code == 200
    for told in (HINT, number, TITLE, 'formaction="/add/', "state-registered", "2026年11月23日登记"):
        assert told in answer.text
    assert (db.session.query(CaseEvent).count(), db.session.query(AuditEntry).count()) == (events, entries)


@pytest.mark.parametrize("who", ["grid2", "village2", "outsider", "discipline", "liaison"])
def test_who_may_not_see_the_case_gets_the_answer_of_nothing_to_the_byte(browse, as_user, who):
    """Another village, another town, the desk for accusations, somebody with an interest: as if there were no case."""
    client = browse(who)
    nothing = ask(client, unit="TH-SH-02")
    number = log(as_user("village"), drain(unit="TH-SH-02"))
    if who == "liaison":
        assert number in ask(client, unit="TH-SH-02").text
        with unit_of_work(db.session):
            declare_interest(as_user(who), number, "亲属")
    answer = ask(client, unit="TH-SH-02")
    assert (answer.status_code, answer.data) == (nothing.status_code, nothing.data)
    assert (answer.status_code, answer.text.strip()) == (200, "")


def test_a_group_official_is_not_hinted_at_the_neighbour_group_and_an_accusation_at_nobody(browse, as_user):
    log(as_user("village"), drain(unit="TH-SH-02"))
    log(as_user("office"), petition(petition_class="accusation", title=TITLE, description=STORY))
    assert ask(browse("grid")).text.strip() == ""
    assert "举报" not in ask(browse("office")).text
    assert ask(browse("discipline")).text.strip() == ""


def test_odd_characters_are_typed_and_searched_without_a_crash(browse, as_user):
    number = log(as_user("grid"), drain())
    client = browse("grid")
    odd = "'%_\\\udc80".encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    assert number in ask(client, name=odd, category=odd, respondent="%").text
    assert ask(client, story=odd * 9).text.strip() == ""
    assert client.get("/cases", query_string={"q": odd}).status_code == 200
    assert ask(client, name="\x00").status_code == 422
    assert client.get("/cases", query_string={"q": "\x00"}).status_code == 422


def test_who_reads_only_gets_no_hint_and_a_stranger_none_either(app, browse):
    assert ask(browse("auditor")).status_code == 403
    assert ask(browse("admin")).status_code == 403
    assert ask(app.test_client()).status_code == 302


@pytest.mark.parametrize(
    "told", [{"track": "petition", "petition_class": "accusation"}, {"about": "village"}, {"unit": "NIX"}, {"unit": ""}]
)
def test_what_complains_of_somebody_is_never_offered_to_another_case(browse, as_user, told):
    log(as_user("grid"), drain())
    client = browse("grid")
    assert ask(client, **told).text.strip() == ""
    assert client.post("/cases/new", data=FORM | told).status_code in (302, 422)


def test_without_javascript_the_page_comes_back_once_with_everything_typed(browse, as_user):
    number = log(as_user("grid"), drain())
    client = browse("grid")
    page = client.post("/cases/new", data=FORM)
    assert page.status_code == 200
    for told in (HINT, number, "尚未登记", "是另一件事，登记", AGAIN, "钱癸九"):
        assert told in page.text
    assert db.session.query(Case).count() == 1
    asked = re.search(r'name="asked"[^>]*value="(\w*)"', page.text)[1]
    answer = client.post("/cases/new", data=FORM | {"asked": asked})
    assert answer.status_code == 302
    assert db.session.query(Case).count() == 2


def test_a_form_that_was_asked_and_then_lacks_something_is_not_asked_again(browse, as_user):
    log(as_user("grid"), drain())
    client = browse("grid")
    page = client.post("/cases/new", data=FORM | {"asked": "1", "headcount": ""})
    assert page.status_code == 422
    assert re.search(r'name="asked"[^>]*value="1"', page.text)
    assert HINT not in page.text


def test_a_weak_likeness_or_a_sender_without_the_page_is_logged_at_once(browse, as_user):
    log(as_user("grid"), drain())
    client = browse("grid")
    assert client.post("/cases/new", data=FORM | {"story": OTHER}).status_code == 302
    script = {name: value for name, value in FORM.items() if name != "asked"} | {"token": "t2"}
    assert client.post("/cases/new", data=script).status_code == 302


def test_one_tap_takes_the_story_to_the_other_case_and_only_the_next_form_writes(browse, as_user):
    number = log(as_user("grid"), drain())
    client = browse("grid")
    page = client.post(f"/add/{number}", data=FORM)
    assert page.status_code == 200
    assert AGAIN in page.text
    assert 'action="/act/follow_up/' in page.text
    assert db.session.query(CaseEvent).count() == 1
    refused = client.post(f"/act/follow_up/{number}", data={"note": AGAIN, "length": "1"})
    assert refused.status_code == 422
    assert AGAIN in refused.text
    done = client.post(f"/act/follow_up/{number}", data={"note": AGAIN, "method": "visit", "length": "1"})
    assert done.status_code == 302
    assert AGAIN in client.get(f"/cases/{number}").text
    assert db.session.query(Case).count() == 1


def test_nobody_adds_to_a_case_out_of_scope_or_that_takes_no_work(browse, as_user):
    number = log(as_user("grid"), drain())
    assert browse("village2").post(f"/add/{number}", data=FORM).status_code == 404
    assert browse("auditor").post(f"/add/{number}", data=FORM).status_code == 403
    client = browse("grid")
    assert client.post("/add/太调〔2026〕9999号", data=FORM).status_code == 404
    assert client.get(f"/add/{number}").status_code == 405


def test_the_hint_asks_a_fixed_number_of_times_whatever_there_is(browse, as_user):
    client, counts = browse("village"), []
    ask(client)
    for more in (2, 20):
        for place in range(more):
            log(as_user("grid"), drain())
            log(as_user("grid"), head(title=f"水渠放水{place}", description=OTHER))
        db.session.expire_all()
        with counted() as statements:
            assert HINT in ask(client).text
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 7, "\n".join(statements)


# --- Search ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("排水沟", True), ("倒灌厨房，周家", True), ("组长到场", True), ("沟", True), ("0001", True), ("太调〔2026〕0001号", True),
        ("末尾之词", True), ("水渠", False), ("排水沟周家", False), ("倒灌厨房周家", False), ("9", False), ("%", False), ("_", False), ("0002", False),
    ],
)  # fmt: skip
def test_words_are_found_in_number_title_and_the_whole_description(browse, as_user, words, found):
    number = log(as_user("grid"), head(title=TITLE, description=STORY + "经过。" * 700 + "末尾之词"))
    page = browse("grid").get("/cases", query_string={"q": words}).text.split('class="case-list"')
    assert (len(page) == 2 and number in page[1]) is found


def test_common_words_are_found_too_and_pages_go_on(browse, as_user, monkeypatch):
    monkeypatch.setattr("caseapp.domain.search.queries.FEW", 2)
    for place in range(30):
        log(as_user("grid"), head(title=f"排水沟第{place}件"))
    client = browse("grid")
    first = client.get("/cases", query_string={"q": "排水沟"})
    assert first.text.count('class="case-row') == 25
    more = re.search(r'href="([^"]*after=[^"]*)"', first.text)[1].replace("&amp;", "&")
    assert client.get(more).text.count('class="case-row') == 5
    assert client.get("/cases", query_string={"q": "沟第29件"}).text.count('class="case-row') == 1


def test_accusations_are_searched_by_their_desk_alone(browse, as_user):
    number = log(as_user("office"), petition(petition_class="accusation", title="贪占集体资金", description="说明"))
    ordinary = log(as_user("office"), petition(title="贪占之外的事"))
    for who, seen in (("discipline", [number]), ("office", [number, ordinary]), ("leader", [ordinary])):
        page = browse(who).get("/cases", query_string={"q": "贪占"}).text
        assert [one for one in (number, ordinary) if one in page] == seen, who


def test_a_search_asks_the_same_number_of_times_whatever_is_found(browse, as_user):
    client, counts = browse("leader"), []
    client.get("/cases?q=排水")
    for more in (2, 12):
        for _ in range(more):
            log(as_user("grid"), drain())
        db.session.expire_all()
        with counted() as statements:
            assert client.get("/cases?q=排水").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 9, "\n".join(statements)
