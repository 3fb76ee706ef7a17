"""My work reads as much of many cases as of few: the rows that PostgreSQL went through for the page, and the pages of
8 kB that it looked at, at two sizes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bench.plans import Read, read_by
from caseapp.actions.co_handlers import sign_for
from caseapp.actions.duties import make_anew
from caseapp.actions.seats import settle_waits
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.web.work import views
from tests.cases.make import do, head, log, moment, petition
from tests.deadlines.test_rows_read import GROWTH, LARGE, SMALL, grow, rows_read, settle
from tests.web.test_lists_read import SPREAD

READERS = ("office", "leader", "grid", "village", "liaison", "station")
COUNTED = 20
LONG_AGO = "UPDATE case_file SET last_recorded_at = registered_at"
"""What moves in two days does not grow with what is on record."""
LINES = 60
"""A list that was not full yet may show a few lines more, each with a case, what it owes and who answers for it."""
CLOSED = """UPDATE case_file SET standing = 'resolved', state = 'resolved', resolved_on = registered_on,
    serve_due_on = NULL, handle_due_on = NULL, plan_owed = false WHERE id > :last"""
LEFT = "UPDATE case_seat SET case_open = false WHERE case_id > :last"
NOTHING_OWED = "DELETE FROM deadline WHERE case_id > :last"


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_my_work_reads_as_many_rows_whatever_was_settled_before(as_user, system, browse, monkeypatch):
    """As many cases stand open at both sizes; what a page reads follows from those."""
    monkeypatch.setattr(views, "MOST", COUNTED)
    for nth, unit in enumerate(("TH-SH-01", "TH-SH", "TH-DS-01")):
        for day in (1, 20):
            log(as_user("office"), head(unit=unit), moment(2026, 11, day, 9, nth))
            number = log(as_user("office"), petition(unit=unit, risk="red"), moment(2026, 9, day, 9, nth))
            with unit_of_work(db.session):
                staff_case(as_user("office"), number)
    clients = {who: browse(who) for who in READERS}
    read: list[dict[str, int]] = []
    last = None
    for size in (SMALL, LARGE):
        with unit_of_work(db.session):
            grow(system, size)
            if last is not None:
                for told in (NOTHING_OWED, CLOSED, LEFT):
                    db.session.execute(sa.text(told), {"last": last})
                make_anew(system)
            for told in (SPREAD, LONG_AGO):
                db.session.execute(sa.text(told))
            last = db.session.scalar(sa.select(sa.func.max(Case.id)))
        settle()
        read.append({who: rows_read(lambda: client.get("/")) for who, client in clients.items()})  # noqa: B023 - called at once
        db.session.rollback()
    grown = {who: (rows, read[1][who]) for who, rows in read[0].items() if read[1][who] > GROWTH * rows}
    assert not grown, read


WAITING = "UPDATE case_file SET serve_due_on = date '2026-12-20' WHERE state = 'resolved'"


def grew(few: Read, many: Read) -> bool:
    """Whether more is read than a tenth more and some lines."""
    return many.rows > GROWTH * few.rows + LINES or many.buffers > GROWTH * few.buffers + 3 * LINES


def looked_at(client) -> Read:
    """What my work reads. What fits into a few pages would be read whole, however large it will be."""
    without = "seqscan", "hashjoin", "mergejoin"
    return read_by(db.session.connection(), lambda: client.get("/"), without=without)


def desks_full(as_user) -> None:
    """Of each list of my work a case, and beside it one that is passed over there: signed for, planned, with a team, of
    no age yet."""
    office, village, liaison, grid = map(as_user, ("office", "village", "liaison", "grid"))
    for nth, risk in enumerate(("red", "red", "yellow", "green")):
        at = moment(2026, 9, 2 + nth, 9)
        numbers = [log(office, what, at) for what in (petition(risk=risk), head(risk=risk))]
        numbers.append(log(office, head(unit="TH-SH-01", risk="red"), at))
        for number in numbers[nth % 2 :]:
            with unit_of_work(db.session):
                staff_case(office, number)
        do(office, numbers[0], "accept")
        if nth % 2:
            do(liaison, numbers[1], "file_plan", text="先看水沟")
        do(grid, numbers[2], "resolve" if nth % 2 else "escalate", **(
            {"method": "mediation", "evidence": "协议"} if nth % 2 else {"to": "TH-SH", "reason": "调解未成"}
        ))  # fmt: skip
        if not nth:
            with unit_of_work(db.session):
                sign_for(village, numbers[2])
        log(office, petition(risk="green"), moment(2026, 11, 2 + nth, 9))
        log(office, head(risk="green"), moment(2025, 10 + nth % 2, 2 + nth, 9))


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_my_work_reads_as_much_however_many_cases_wait_for_somebody(as_user, system, browse, monkeypatch):
    """The few people of a town answer for all of its cases, which stand open: each list is read from its top in the
    order of an index, and counted no further than it tells."""
    monkeypatch.setattr(views, "MOST", COUNTED)
    desks_full(as_user)
    clients = {who: browse(who) for who in READERS}
    read: list[dict[str, Read]] = []
    for size in (SMALL, LARGE):
        with unit_of_work(db.session):
            grow(system, size)
            for told in (SPREAD, LONG_AGO, WAITING):
                db.session.execute(sa.text(told))
            settle_waits(db.session, db.session.scalars(sa.select(Case.id)).all())
        settle()
        read.append({who: looked_at(client) for who, client in clients.items()})
        db.session.rollback()
    grown = [(who, few, read[1][who]) for who, few in read[0].items() if grew(few, read[1][who])]
    assert not grown, read
