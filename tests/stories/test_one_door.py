"""One door in: what a page refuses, an import, a round and the phone's queue refuse in the same sentence; what a page
takes, an export carries into an empty database and back, to the byte."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseapp.actions.cases import Act, RegisterCase, record, register
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.events import Head, Party
from caseapp.domain.cases.heads import check_head
from caseapp.domain.cases.models import Case
from caseapp.kernel.errors import RuleViolation
from tests.cases.make import head, log
from tests.conftest import NOW
from tests.exchange.test_casefiles import line, out, refused, take
from tests.screening.make import go_round, keep_rounds, matter

pytestmark = pytest.mark.either_database

SENTENCES = {
    "nul": ("水\x00沟", "holds characters that cannot be read", "无法识别的字符"),
    "blanks": ("  \u3000\t ", "needs a few words", "只有空格或标点不算"),
    "full stops": ("。。。", "needs a few words", "只有空格或标点不算"),
}
QUICK = {
    "track": "dispute", "unit": "TH-SH-01", "category": "neighbour", "headcount": "1", "contact": "any",
    "petition_class": "appeal", "channel": "visit", "risk": "green", "name": "", "phone": "", "respondent": "",
}  # fmt: skip


@pytest.mark.parametrize(("text", "english", "chinese"), SENTENCES.values(), ids=SENTENCES)
def test_the_title_is_refused_in_one_sentence_wherever_it_comes_from(system, as_user, browse, text, english, chinese):
    [(_, sentence)] = refused(take(system, line(title=text)))
    assert english in sentence
    page = browse("grid").post("/cases/new", data={**QUICK, "story": text})
    assert page.status_code == 422
    assert chinese in page.text
    with pytest.raises(RuleViolation, match=english):
        log(as_user("grid"), head(title=text))
    queued = browse("village").post(
        "/queue/send", data={**QUICK, "story": text, "user": "village", "kind": "log", "client_id": "c" * 22}
    )
    assert queued.status_code == 422
    assert chinese in json.dumps(queued.json, ensure_ascii=False)
    assert db.session.query(Case).count() == 0


@pytest.mark.parametrize(("text", "english", "chinese"), SENTENCES.values(), ids=SENTENCES)
def test_and_so_is_the_evidence(system, as_user, browse, text, english, chinese):
    number = log(as_user("grid"))
    resolved = {"kind": "resolved", "at": "2024-03-06T09:00:00+08:00", "method": "mediation", "evidence": text}
    history = [{"kind": "registered", "at": "2024-03-05T09:00:00+08:00"}, resolved]
    [(_, sentence)] = refused(take(system, line(events=history)))
    assert english in sentence
    page = browse("grid").post(f"/act/resolve/{number}", data={"method": "mediation", "evidence": text})
    assert page.status_code == 422
    assert chinese in page.text
    with pytest.raises(RuleViolation, match=english), unit_of_work(db.session):
        record(as_user("grid"), Act(number, "resolve", {"method": "mediation", "evidence": text}))


@pytest.mark.parametrize(("text", "english", "_chinese"), list(SENTENCES.values())[::2], ids=list(SENTENCES)[::2])
def test_and_what_a_round_found(system, as_user, text, english, _chinese):
    keep_rounds(system)
    with pytest.raises(RuleViolation, match=english) as caught:
        go_round(as_user("village"), matter(text))
    assert caught.value.field == "story-1"


WRONG = {
    "a phone that is none": ({"parties": (Party("party", "周甲一", "没有电话"),)}, "figures"),
    "a phone of two figures": ({"parties": (Party("party", "周甲一", "12"),)}, "figures"),
    "nobody": ({"headcount": 0}, "whole number"),
    "a crowd": ({"headcount": 10**30}, "whole number"),
    "a head count that is none": ({"headcount": None}, "whole number"),
    "a title without end": ({"title": "长" * 201}, "longer than 200"),
    "a name without end": ({"parties": (Party("party", "长" * 201),)}, "longer than 200"),
    "no channel": ({"channel": "pigeon"}, "none of"),
    "no unit": ({"unit": "NOWHERE"}, "no unit"),
    "a class for a dispute": ({"petition_class": "appeal"}, "no petition class"),
}


@pytest.mark.parametrize(("values", "why"), WRONG.values(), ids=WRONG)
def test_a_head_is_judged_by_register_itself(system, as_user, values, why):
    with pytest.raises(RuleViolation, match=why):
        check_head(Head(**({"track": "dispute", "unit": "TH-SH-01", "title": "水沟"} | values)), system.units)


@pytest.mark.parametrize("day", ["1948-12-31", (NOW.date() + timedelta(days=1)).isoformat()])
def test_a_day_of_receipt_before_1949_or_after_today_is_refused(system, as_user, browse, day):
    history = [{"kind": "registered", "at": "2024-03-05T09:00:00+08:00", "received_on": day}]
    assert refused(take(system, line(events=history)))
    with pytest.raises(RuleViolation) as caught, unit_of_work(db.session):
        register(as_user("grid"), RegisterCase(head(), "token-of-old", received_on=day))
    assert caught.value.field == "received_on"
    page = browse("grid").post("/cases/new", data={**QUICK, "story": "水沟", "received_on": day})
    assert page.status_code == 422


def test_what_loses_nothing_is_cleaned_and_not_refused(system):
    parties = [{"role": "party", "name": " 周甲一 ", "phone": "０００－００００－１２３４ "}]
    assert not take(system, line(title=" 水\x07沟\u3000", parties=parties)).refused
    [told] = [json.loads(text) for text in out(system, reason="移交")]
    assert told["title"] == "水沟"
    assert told["parties"] == [{"role": "party", "name": "周甲一", "phone": "000-0000-1234"}]


def test_what_was_taken_before_texts_were_cleaned_is_known_again(system):
    """A file that an older version took, texts as they stood: its lines are no news, with a number and without."""
    old = [line(title="水沟  "), {**line(title="塘坝 "), "number": ""}]
    assert take(system, *old).added == 2
    for case in db.session.query(Case):
        assert case.title in ("水沟", "塘坝")
    assert take(system, *old).unchanged == 2


TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=TYPED, name=TYPED, phone=st.sampled_from(["", "000-0000-1234", "０００ ００００"]), note=TYPED, day=st.dates(
    date(2026, 1, 1), NOW.date()))  # fmt: skip
def test_what_a_page_takes_an_import_takes_back(world, system, browse, story, name, phone, note, day):
    world.fresh()
    client = browse("grid")
    data = {**QUICK, "story": story, "name": name, "phone": phone, "received_on": day.isoformat()}
    taken = client.post("/cases/new", data=data).status_code == 302
    number = db.session.query(Case.number).scalar()
    assert taken == (number is not None)
    if number:
        client.post(f"/act/follow_up/{number}", data={"method": "visit", "note": note})
    exported = out(system, reason="移交")
    world.fresh()
    assert not take(system, *(json.loads(text) for text in exported)).refused
    assert out(system, reason="移交") == exported
