"""The cases that somebody is out of are found without reading the bars of others, on PostgreSQL."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.access.queries import barred_from
from caseapp.domain.cases.models import Case
from tests.cases.make import head, log, moment
from tests.deadlines.test_rows_read import rows_read

MANY = 2_000


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_bars_of_others_are_not_read(as_user, system):
    log(as_user("office"), head(unit="TH"), moment(2026, 9, 1, 9))
    case_id, ids = db.session.scalars(sa.select(Case.id)).one(), system.units.id_of
    way = {"case_id": case_id, "sealed": False, "unit_id": None, "username": None, "role": None, "because": None}
    kinds = (
        {"barred": True, "username": "somebody"}, {"barred": True, "unit_id": ids["TH-SH"]},
        {"barred": True, "unit_id": ids["TH"], "role": "leader"}, {"barred": False, "unit_id": ids["TH"]},
    )  # fmt: skip
    with unit_of_work(db.session):
        db.session.execute(sa.insert(CaseAccess), [way | kind for kind in kinds for _ in range(MANY)])
    db.session.execute(sa.text("ANALYZE"))
    actor = as_user("office").actor
    assert not db.session.scalars(barred_from(actor)).all()
    assert rows_read(lambda: db.session.execute(barred_from(actor)).all()) < MANY / 100
