"""My work reads as much of many cases as of few: the rows that PostgreSQL went through for the page, at two sizes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from caseapp.actions.duties import make_anew
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.web.work import views
from tests.cases.make import head, log, moment, petition
from tests.deadlines.test_rows_read import GROWTH, LARGE, SMALL, grow, rows_read, settle
from tests.web.test_lists_read import SPREAD

READERS = ("office", "leader", "grid", "village", "liaison", "station")
COUNTED = 20
LONG_AGO = "UPDATE case_file SET last_recorded_at = registered_at"
"""What moves in two days does not grow with what is on record."""


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
