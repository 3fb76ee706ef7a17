"""What phones send: taken once however often it is sent, from who made it alone, dated when it was typed."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case, CaseEvent, NumberSeries
from caseapp.domain.documents.models import Document
from caseapp.domain.people.models import LoginSession
from caseapp.domain.queue.models import TakenRecord
from tests.cases.make import do, head, log, moment, petition
from tests.conftest import CAST
from tests.documents.make import picture
from tests.queue.make import LOG, ONE, THREE, TWO, logged, photo, record
from tests.sizes import many

BATCHES, RECORDS = many(1, 25), many(20, 200)
"""In the long trials 5,000 records on each database, each sent twice."""

pytestmark = pytest.mark.either_database


@pytest.fixture
def send(browse: Callable[[str], Any]) -> Callable[..., Any]:
    """Send a record as somebody; what the test reads afterwards is read anew."""
    clients: dict[str, Any] = {}

    def post(data: dict[str, Any], *, by: str = "grid") -> Any:
        client = clients.get(by) or clients.setdefault(by, browse(by))
        answer = client.post("/queue/send", data=data)
        db.session.expire_all()
        return answer

    return post


def stored() -> tuple[int, int, int]:
    """How many cases, events and taken records there are."""
    return tuple(db.session.query(table).count() for table in (Case, CaseEvent, TakenRecord))  # type: ignore[return-value]


def sentence(answer: Any) -> str:
    return " ".join(problem["sentence"] for problem in answer.json["problems"])


def test_a_log_is_stored_and_answered_with_its_number(send):
    answer = send(logged())
    case = db.session.query(Case).one()
    assert answer.status_code == 200
    assert (answer.json["number"], answer.json["client_id"]) == (case.number, ONE)
    assert answer.json["url"].startswith("/cases/")
    assert (case.title, case.headcount, case.registered_by) == ("两家为水沟争执", 2, "grid")


def test_the_same_record_ten_times_is_one_case_and_the_same_answer(send):
    told = {send(logged()).json["number"] for _ in range(10)}
    assert len(told) == 1
    assert stored() == (1, 1, 1)
    assert db.session.query(NumberSeries).one().last == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("batch", range(BATCHES))
def test_records_that_come_twice_in_any_order_are_each_stored_once(send, batch, tried):
    """Another person's with the same id is another record."""
    records = [(f"{nth:032x}", user) for nth in range(RECORDS // 2) for user in ("grid", "grid2")]
    sendings, told = [*records, *records], {}
    random.Random(batch).shuffle(sendings)
    for client_id, user in sendings:
        unit = CAST[user][2]
        number = send(logged(client_id, user, story=f"{user} {client_id}", unit=unit), by=user).json["number"]
        assert told.setdefault((client_id, user), number) == number
    assert len(set(told.values())) == RECORDS
    assert stored() == (RECORDS, RECORDS, RECORDS)
    tried(RECORDS)


def test_the_same_record_from_two_threads_at_once_is_one_case(app, browse):
    browse("grid")
    begin, told = threading.Barrier(4), []

    def post() -> None:
        with app.app_context():
            client = app.test_client()
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = "session-of-grid", True
            begin.wait()
            told.append(client.post("/queue/send", data=logged()).json)
            db.session.remove()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert len({answer["number"] for answer in told}) == 1
    assert stored() == (1, 1, 1)


def test_somebody_elses_id_is_another_record_and_gives_nothing_away(send):
    first = send(logged()).json["number"]
    other = send(logged(user="village", story="另一件事"), by="village")
    assert other.status_code == 200
    assert other.json["number"] != first
    assert {case.title for case in db.session.query(Case)} == {"两家为水沟争执", "另一件事"}
    assert send(photo(picture(), parent=ONE, user="grid2"), by="grid2").status_code == 404


def test_nobody_but_who_made_it_sends_it(send, app, clock):
    for answer in (
        send(logged(user="village")),
        send({**logged(), "user": ""}),
        app.test_client().post("/queue/send", data=logged()),
    ):
        assert answer.status_code == 401
        assert sentence(answer)
    clock.pass_by(hours=1)  # the session went idle
    assert send(logged()).status_code == 401
    assert stored() == (0, 0, 0)


def test_what_is_refused_is_named_and_the_record_may_come_again_mended(send):
    answer = send(logged(story="", headcount="0", unit="TH-DS"))
    assert answer.status_code == 422
    assert {problem["field"] for problem in answer.json["problems"]} == {"story", "headcount", "unit"}
    assert all(problem["sentence"] and problem["label"] for problem in answer.json["problems"])
    assert stored() == (0, 0, 0)
    assert send(logged()).status_code == 200
    assert stored() == (1, 1, 1)


def test_a_rule_of_the_field_is_named_beside_the_field(send):
    answer = send(logged(received_on="2027-01-01"))
    assert answer.status_code == 422
    assert answer.json["problems"][0]["field"] == "received_on"
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize("wrong", [{"kind": "resolve"}, {"client_id": "short"}, {"client_id": "<script>" * 4}])
def test_what_is_no_record_is_refused(send, wrong):
    assert send({**logged(), **wrong}).status_code == 422
    assert stored() == (0, 0, 0)


def test_one_id_is_one_record(send):
    number = send(logged()).json["number"]
    assert send(record("follow_up", method="visit", note="到场", number=number)).status_code == 422
    assert stored() == (1, 1, 1)


def test_a_record_is_of_the_time_it_was_typed_by_how_long_it_waited(send, clock):
    clock.set(2026, 11, 23, 18, 0)
    send(logged(made_at="5000", sent_at=str(5000 + 3 * 3600 * 1000)))
    event = db.session.query(CaseEvent).one()
    assert event.at == moment(2026, 11, 23, 15, 0)
    assert event.recorded_at == moment(2026, 11, 23, 18, 0)


@pytest.mark.parametrize(
    ("made", "sent"),
    [("9000", "1000"), ("0", str(40 * 86400 * 1000)), ("", ""), ("soon", "later"), ("1", "9" * 30), ("-1", "1e9")],
)
def test_a_phone_clock_that_cannot_be_right_is_not_believed(send, clock, made, sent):
    assert send(logged(made_at=made, sent_at=sent)).status_code == 200
    assert db.session.query(CaseEvent).one().at == clock()


def test_a_follow_up_is_put_in_its_place_and_only_once(send, as_user, clock):
    number = log(as_user("grid"), at=moment(2026, 11, 20, 9, 0))
    clock.set(2026, 11, 23, 12, 0)
    data = record("follow_up", number=number, method="visit", note="到场", length="1", made_at="0", sent_at="7200000")
    for _ in range(3):
        answer = send(data)
        assert (answer.status_code, answer.json["number"]) == (200, number)
    event = db.session.query(CaseEvent).filter_by(kind="followed_up").one()
    assert event.at == moment(2026, 11, 23, 10, 0)


def test_several_of_my_own_are_taken_but_what_another_did_meanwhile_is_to_be_looked_at_first(send, as_user):
    number = log(as_user("grid"), at=moment(2026, 11, 20, 9, 0))
    mine = {"number": number, "method": "visit", "note": "到场", "length": "1"}
    assert send(record("follow_up", ONE, **mine)).status_code == 200
    assert send(record("follow_up", TWO, **mine)).status_code == 200
    do(as_user("village"), number, "follow_up", method="phone", note="电话")
    answer = send(record("follow_up", THREE, **mine))
    assert answer.status_code == 409
    assert sentence(answer)
    assert send(record("follow_up", THREE, **{**mine, "length": "4"})).status_code == 200
    assert db.session.query(CaseEvent).filter_by(kind="followed_up").count() == 4


def test_a_follow_up_without_a_word_is_refused_beside_the_field(send, as_user):
    number = log(as_user("grid"))
    answer = send(record("follow_up", number=number, method="visit", note=" ", length="1"))
    assert (answer.status_code, answer.json["problems"][0]["field"]) == (422, "note")


def test_a_follow_up_of_a_log_that_waited_beside_it_finds_its_case(send):
    send(logged())
    answer = send(record("follow_up", TWO, parent=ONE, method="visit", note="到场", length="1", sent_at="3601000"))
    assert answer.status_code == 200
    assert [event.kind for event in db.session.query(CaseEvent).order_by(CaseEvent.seq)] == [
        "registered",
        "followed_up",
    ]


def test_who_settled_a_matter_does_not_confirm_it_from_a_phone_either(send, as_user):
    number = log(as_user("grid"), at=moment(2026, 11, 20, 9, 0))
    do(as_user("grid"), number, "resolve", method="mediation", evidence="协议书")
    refused = send(record("return_visit", number=number, result="fulfilled", length="2"))
    assert refused.status_code == 422
    taken = send(record("return_visit", user="village", number=number, result="fulfilled", length="2"), by="village")
    assert taken.status_code == 200


def test_a_case_out_of_sight_is_not_there(send, as_user):
    number = log(as_user("grid"), head(title="绝密水沟"))
    for kind in ("follow_up", "return_visit", "photo"):
        answer = send(record(kind, user="village2", number=number), by="village2")
        assert answer.status_code == 404
        assert "绝密" not in answer.text
    assert stored() == (1, 1, 0)


def test_who_only_reads_writes_nothing(send, as_user):
    number = log(as_user("grid"))
    assert send(logged(user="auditor"), by="auditor").status_code in (403, 422)
    assert send(record("follow_up", user="auditor", number=number), by="auditor").status_code == 403
    assert stored() == (1, 1, 0)


def test_photos_come_after_their_log_each_once(send):
    early = send(photo(picture(), parent=ONE))
    assert early.status_code == 404  # the phone waits until the log is through
    number = send(logged()).json["number"]
    data = picture()
    for _ in range(3):
        answer = send(photo(data, parent=ONE))
        assert (answer.status_code, answer.json["number"]) == (200, number)
    assert db.session.query(Document).one().added_by == "grid"


def test_what_is_no_photo_is_refused_with_a_sentence(send):
    send(logged())
    for data in (photo(b"no picture", parent=ONE), record("photo", TWO, parent=ONE)):
        answer = send(data)
        assert answer.status_code == 422
        assert sentence(answer)
    assert db.session.query(Document).count() == 0


def test_the_photos_of_an_accusation_arrive_though_its_logger_sees_it_no_more(send, clock):
    answer = send(logged(track="petition", petition_class="accusation", channel="visit"))
    assert answer.json["note"]
    assert answer.json["url"] == "/"
    clock.pass_by(hours=2)
    with unit_of_work(db.session):
        db.session.query(LoginSession).update({"seen_at": clock()})
    assert send(photo(picture(), TWO, parent=ONE)).status_code == 200
    assert send(photo(picture(), THREE, number=answer.json["number"])).status_code == 404
    assert db.session.query(Document).count() == 1


def test_too_large_is_said_as_json(send, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    answer = send(logged(story="长" * 2000))
    assert answer.status_code == 413
    assert sentence(answer)


def test_a_stale_ticket_is_refused_and_a_new_one_works(app, browse, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client = browse("grid")
    assert client.post("/queue/send", data=logged()).status_code == 400
    ticket = client.get("/queue/ticket").json
    assert ticket["user"] == "grid"
    answer = client.post("/queue/send", data=logged(), headers={"X-CSRFToken": ticket["token"]})
    assert answer.status_code == 200
    assert app.test_client().get("/queue/ticket").status_code == 401


def test_a_form_that_somebody_else_sent_is_not_answered_with_their_case(browse):
    form = {**LOG, "token": "the same token"}
    assert browse("grid").post("/cases/new", data=form).status_code == 302
    assert browse("village").post("/cases/new", data=form).status_code == 409


def test_an_answer_is_the_same_after_the_case_moved_on(send, as_user):
    number = send(logged()).json["number"]
    do(as_user("village"), number, "resolve", method="mediation", evidence="协议书")
    again = send(logged())
    assert (again.status_code, again.json["number"]) == (200, number)


def test_my_cases_for_the_phone_name_nobody(browse, as_user, clock):
    grid = as_user("grid")
    old = log(grid, head(title="旧事"), at=moment(2026, 9, 1, 9, 0))
    number = log(grid, head(title="周甲一与李乙二争水", description="周甲一称"), at=moment(2026, 11, 20, 9, 0))
    sealed = log(grid, petition(petition_class="accusation", title="举报"), at=moment(2026, 11, 20, 9, 0))
    others = log(as_user("grid2"), head(unit="TH-DS-01"), at=moment(2026, 11, 20, 9, 0))
    answer = browse("grid").get("/queue/mine")
    assert [case["number"] for case in answer.json["cases"]] == [number]
    for secret in ("周甲一", "李乙二", "0000", "争水", old, sealed, others):
        assert secret not in answer.get_data(as_text=True).encode().decode("unicode_escape")
    one = answer.json["cases"][0]
    assert (one["length"], one["acts"]) == (1, ["follow_up"])
    assert one["dues"]
    assert answer.json["user"] == "grid"


def test_the_wait_is_measured_by_the_phone_and_dated_by_the_server():
    from caseapp.domain.queue.rules import LONGEST_WAIT, happened_at

    now = moment(2026, 11, 23, 10, 0)
    assert happened_at(now, 0, 60_000) == now - timedelta(minutes=1)
    assert happened_at(now, 0, int(LONGEST_WAIT.total_seconds() * 1000)) == now - LONGEST_WAIT
    assert happened_at(now, 0, int(LONGEST_WAIT.total_seconds() * 1000) + 1) == now
    assert happened_at(now, 10**400, 0) == now
