"""The audit log tells of accusations to whoever may read them, and nobody can use it to find out that there is one."""

from __future__ import annotations

from urllib.parse import unquote

from caseapp.actions.exports import export_cases
from caseapp.actions.journal import note
from caseapp.actions.receipts import make_receipt
from caseapp.actions.trail import note_refusal
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.audit.queries import AskedEntries, log_entries
from caseapp.domain.receipts.models import Receipt
from caseapp.domain.verification.queries import entry_seen
from caseapp.kernel.errors import OutOfScope
from tests.cases.make import log, petition


def entries_for(ctx) -> list[AuditEntry]:
    """What an actor is shown of the log."""
    return log_entries(ctx.session, AskedEntries(), entry_seen(ctx.actor))


def about(ctx, number: str) -> list[str]:
    """What an actor is shown of the entries about a number."""
    return [entry.action for entry in entries_for(ctx) if entry.subject == number]


def noted(as_user) -> tuple[str, str]:
    """An appeal and an accusation, each with an entry of the log."""
    office = as_user("office")
    numbers = tuple(log(office, petition(petition_class=kind)) for kind in ("appeal", "accusation"))
    with unit_of_work(db.session) as session:
        session.query(Receipt).delete()
        for number in numbers:
            make_receipt(office, number)
    return numbers  # type: ignore[return-value]


def test_the_auditor_is_shown_what_was_done_with_an_appeal_and_nothing_of_an_accusation(as_user):
    appeal, accusation = noted(as_user)
    auditor = as_user("auditor")
    assert about(auditor, appeal) == ["receipt_issued"]
    assert about(auditor, accusation) == []


def test_the_desk_for_accusations_is_shown_what_was_done_with_them_and_nothing_else(as_user, browse):
    appeal, accusation = noted(as_user)
    for who in ("discipline", "office2"):
        assert about(as_user(who), accusation) == ["receipt_issued"]
        assert {entry.subject for entry in entries_for(as_user(who))} == {accusation}
    page = browse("discipline").get("/audit").text
    assert accusation in page
    assert appeal not in page
    assert browse("leader").get("/audit").status_code == 403


def test_who_is_complained_of_is_not_shown_it_though_of_the_desk(as_user):
    accusation = log(as_user("grid"), petition(petition_class="accusation", about=("office2",)))
    with unit_of_work(db.session):
        note(as_user("discipline"), "receipt_issued", accusation)
    assert about(as_user("office2"), accusation) == []
    assert about(as_user("discipline"), accusation) == ["receipt_issued", "circle_settled"]


def test_a_try_at_a_number_is_shown_the_same_whether_it_is_an_accusation_or_nothing(as_user):
    _appeal, accusation = noted(as_user)
    village = as_user("village")
    with unit_of_work(db.session):
        for number in (accusation, "信〔2026〕9999号"):
            note_refusal(village, number, OutOfScope("there is no such case"), place="cases.show")
    auditor = as_user("auditor")
    assert about(auditor, accusation) == about(auditor, "信〔2026〕9999号") == ["refused"]


def test_the_entry_of_an_export_counts_what_its_reader_could_count(as_user):
    _appeal, accusation = noted(as_user)
    with unit_of_work(db.session):
        assert len(list(export_cases(as_user("office")))) == 2
    entries = {entry.action: entry for entry in entries_for(as_user("auditor"))}
    assert entries["cases_exported"].detail["cases"] == 1
    assert about(as_user("discipline"), accusation) == ["accusation_exported", "receipt_issued"]
    assert db.session.query(AuditEntry).filter_by(action="accusation_exported").count() == 1


def test_the_log_itself_is_no_oracle_for_who_reads_it(as_user, browse):
    """The auditor tries two numbers and then looks for the tries."""
    accusation = log(as_user("grid"), petition(petition_class="accusation"))
    auditor, nobodys = browse("auditor"), accusation.replace("1828", "0999")
    for number in (accusation, nobodys):
        assert auditor.get(f"/cases/{number}").status_code == 404
    pages = [unquote(auditor.get("/audit", query_string={"subject": one}).text) for one in (accusation, nobodys)]
    assert pages[0].replace(accusation, nobodys) == pages[1]
    assert nobodys in pages[1]
