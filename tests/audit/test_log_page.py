"""The log for who oversees: found by who, what, of what and when, page by page, as a file, whatever strangers try."""

from __future__ import annotations

import csv
import io
import re
from functools import partial

import pytest
import sqlalchemy as sa
from flask import g

from caseapp.actions import logins
from caseapp.actions.journal import note
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.families import FAMILIES
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.audit.queries import PAGE, AskedEntries, log_entries
from caseapp.domain.people.models import LoginSession
from caseapp.domain.verification.queries import entry_seen, verify
from caseapp.labels import LABELS
from tests.cases.make import head, log, petition
from tests.house.code import read_modules
from tests.sizes import many
from tests.statements import told

pytestmark = pytest.mark.one_database

LINE = re.compile(r'<p class="log-line">.*?</p>', re.DOTALL)


@pytest.fixture
def lines(browse):
    """What the auditor is shown of the log for some words of the filter."""
    auditor = []

    def shown(**asked: str) -> list[str]:
        if not auditor:
            auditor.append(browse("auditor"))
        answer = auditor[0].get("/audit", query_string=asked)
        assert answer.status_code == 200
        return [re.sub(r"<.*?>|\s+", " ", line) for line in LINE.findall(answer.text)]

    return shown


def in_english(client) -> None:
    """Choose English; the language is remembered in the context that the test and its clients share."""
    client.get("/?lang=en")
    g.pop("_flask_babel", None)


def put_down(ctx, count: int, action: str = "urged", **detail) -> None:
    with unit_of_work(db.session):
        for nth in range(count):
            note(ctx, action, f"案{nth}", nth=nth, **detail)


def test_the_log_is_for_who_oversees_alone(browse):
    assert browse("leader").get("/audit").status_code == 403
    assert browse("admin").get("/audit/strays").status_code == 403
    assert browse("office").get("/audit.csv").status_code == 403


def test_entries_are_found_by_who_what_of_what_and_when(lines, as_user, clock):
    put_down(as_user("office"), 3)
    clock.pass_by(days=2)
    put_down(as_user("leader"), 2, "reach_set")
    assert len(lines(who="office")) == 3
    assert len(lines(who="信访办甲")) == 3
    assert len(lines(what="reach_set")) == 2
    assert len(lines(who="leader", what="urged")) == 0
    assert len(lines(subject="案1")) == 2
    assert len(lines(first="2026-11-25")) == 2
    assert len(lines(who="office", last="2026-11-24", first="2026-11-23")) == 3
    assert len(lines(who="office", last="2026-11-22")) == 0


def test_a_family_of_acts_is_one_choice(lines, as_user):
    put_down(as_user("office"), 1, "cases_exported", contacts=True, reason="上级调阅")
    put_down(as_user("office"), 1, "report_taken")
    assert len(lines(what="exports", who="office")) == 2


def test_a_day_that_is_none_is_said_beside_its_field_and_what_was_typed_stays(browse):
    answer = browse("auditor").get("/audit?first=yesterday&who=office")
    assert answer.status_code == 422
    assert 'id="first-error"' in answer.text
    assert 'value="office"' in answer.text


def test_pages_go_by_key_and_each_entry_stands_on_one_of_them(browse, as_user, clock):
    for _ in range(4):
        put_down(as_user("office"), 40)
        clock.pass_by(seconds=1)
    client, url, found = browse("auditor"), "/audit?what=urged", []
    while url:
        page = client.get(url).text
        found += LINE.findall(page)
        links = re.findall(r'href="(/audit\?[^"]*before=\w+)"', page)
        url = links[-1].replace("&amp;", "&") if links else ""
    assert (len(found), len(set(found))) == (160, 160)


def test_details_are_told_in_the_words_of_the_reader(browse, as_user):
    put_down(as_user("office"), 1, "cases_exported", contacts=True, reason="上级调阅", cases=12)
    with unit_of_work(db.session):
        note(as_user("admin"), "post_added", "grid", role="office", unit="TH")
    client = browse("auditor")
    page = client.get("/audit").text
    for words in ("含电话和地址", "上级调阅", "信访办", "角色"):
        assert words in page
    in_english(client)
    english = client.get("/audit").text
    assert "With telephone numbers and addresses" in english
    assert "Petition office" in english


def test_why_somebody_was_refused_is_a_sentence_of_the_reader_s_language(browse):
    browse("grid").get("/accounts")
    client = browse("auditor")
    assert "您的岗位" in client.get("/audit?what=refusals").text
    in_english(client)
    assert "your posts do not allow this" in client.get("/audit?what=refusals").text


def test_what_a_reader_may_not_see_is_neither_listed_nor_given_out(browse, as_user):
    accusation = log(as_user("office"), petition(petition_class="accusation", about=("village",)))
    plain = log(as_user("grid"), head())
    put_down_of = as_user("office")
    with unit_of_work(db.session):
        note(put_down_of, "receipt_issued", accusation)
        note(put_down_of, "receipt_issued", plain)
    client = browse("auditor")
    for page in (client.get("/audit").text, client.get("/audit.csv").text):
        assert accusation not in page
        assert plain in page
    assert LINE.findall(client.get("/audit", query_string={"subject": accusation}).text) == []


def test_what_was_asked_for_is_given_out_as_a_file_and_that_is_on_record(browse, as_user):
    put_down(as_user("office"), 3, reason="=1+1")
    client = browse("auditor")
    rows = list(csv.reader(io.StringIO(client.get("/audit.csv?what=urged").data.decode("utf-8-sig"))))
    assert len(rows) == 4
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert client.get("/audit.xlsx?what=urged").data[:2] == b"PK"
    taken = db.session.query(AuditEntry).filter_by(action="log_exported").all()
    assert [(one.actor, one.detail["form"], one.detail["what"]) for one in taken] == [
        ("auditor", "csv", "urged"), ("auditor", "xlsx", "urged"),
    ]  # fmt: skip


def test_what_was_asked_for_about_one_subject_is_given_out_too(browse, as_user):
    number = log(as_user("grid"), head())
    with unit_of_work(db.session):
        note(as_user("office"), "receipt_issued", number)
    answer = browse("auditor").get("/audit.csv", query_string={"subject": number})
    assert number in answer.data.decode("utf-8-sig")
    (taken,) = db.session.query(AuditEntry).filter_by(action="log_exported")
    assert (taken.subject, taken.detail["subject"]) == ("", number)


def test_ten_thousand_failed_logins_of_strangers_leave_the_page_readable(browse, as_user, lines, monkeypatch, app):
    monkeypatch.setattr("caseapp.actions.logins.is_right", lambda *_words: False)
    put_down(as_user("office"), 3)
    before = len(lines())
    ctx = as_user("outsider")
    ctx.network = "203.0.113.0/24"
    for batch in range(many(10, 100)):
        with unit_of_work(db.session):
            for nth in range(100):
                logins.log_in(ctx, f"stranger-{batch}-{nth}", "guess")
    assert len(lines()) == before
    assert len(lines(who="office")) == 3
    db.session.query(LoginSession).delete()
    db.session.commit()
    strays = browse("auditor").get("/audit/strays").text
    assert "203.0.113.0/24" in strays
    assert f"<td>{many(1000, 10000)}</td>" in strays
    assert not verify(db.session).broken


@pytest.mark.slow
def test_a_page_of_a_long_log_reads_a_page_of_it(as_user, system):
    rows = [
        {
            "seq": 1000 + nth, "at": system.now, "actor": f"u{nth % 97}", "action": "urged", "subject": f"案{nth % 999}",
            "detail": {}, "digest": "",
        }
        for nth in range(many(10_000, 100_000))
    ]  # fmt: skip
    with unit_of_work(db.session) as session:
        session.execute(sa.insert(AuditEntry), rows)
    seen = entry_seen(as_user("auditor").actor)
    for asked in (
        AskedEntries(),
        AskedEntries(actors=("u5",)),
        AskedEntries(actions=("urged",)),
    ):
        plan = _plan(system.session, partial(log_entries, system.session, asked, seen, before=9000))
        assert "ix_audit_entry" in plan, plan
        assert "SCAN audit_entry\n" not in plan, plan
        assert len(log_entries(system.session, asked, seen, before=9000)) == PAGE + 1


def _plan(session, work) -> str:
    """How the database answers what is asked of it."""
    session.execute(sa.text("ANALYZE"))
    with told() as said:
        work()
    how = "QUERY PLAN " if db.engine.dialect.name == "sqlite" else ""
    explained = [session.connection().exec_driver_sql(f"EXPLAIN {how}{asked}", values) for asked, values in said]
    return "\n".join(str(row[-1]) for rows in explained for row in rows) + "\n"


def test_each_act_that_is_written_down_has_its_words():
    written = set()
    for module in read_modules().values():
        if module.name.startswith("caseapp.actions"):
            written |= set(re.findall(r'\bnote\(\s*ctx, "(\w+)"', module.source))
    assert len(written) > 30
    assert {one for one in written if one not in LABELS["audit"]} == set()
    assert {one for family in FAMILIES.values() for one in family if one not in LABELS["audit"]} == set()
