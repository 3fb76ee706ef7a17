"""The migration gives the cases there are what logging gives a new one."""

from __future__ import annotations

from importlib import import_module

from caseapp.db import db
from caseapp.domain.search.models import CaseWords
from tests.cases.make import head, log, petition
from tests.search.test_similar import drain, second


def test_the_migration_fills_in_what_logging_would_have(as_user, monkeypatch):
    office = as_user("office")
    for what in (
        drain(),
        head(unit="TH-SH"),
        head(unit="TH", title="集镇停车"),
        petition(unit="TH-DS-01", title="低保"),
    ):
        log(office, what)
    log(office, petition(petition_class="accusation", title="贪占集体资金"))
    second(as_user("leader"), office, log(office, head(title="录错的事")), "void", reason="录入错误")
    columns = CaseWords.case_id, CaseWords.village_id, CaseWords.found_by
    logged = sorted(tuple(row) for row in db.session.query(*columns))
    assert {village for _case, village, _found_by in logged} == {
        office.units.id_of[unit] for unit in ("TH-SH", "TH", "TH-DS")
    }
    db.session.query(CaseWords).delete()
    migration = import_module("caseapp.migrations.versions.0047_numbers_of_pairs")
    monkeypatch.setattr(migration, "BATCH", 2)
    migration.fill(db.session.connection(), CaseWords.__table__)
    assert sorted(tuple(row) for row in db.session.query(*columns)) == logged
