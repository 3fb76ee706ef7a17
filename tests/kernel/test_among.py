"""One of several values: the same rows as a list written out, by a statement that reads the same for any number."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from caseapp.db import db
from caseapp.db.among import among
from caseapp.domain.org.models import Unit
from caseapp.domain.people.queries import people_told
from tests.conftest import NOW
from tests.statements import counted


@pytest.mark.parametrize("wanted", [(), ("TH",), ("TH-SH", "XT", "none'\"}{,\\", "安安村"), ("NULL", "%s", "?")])
def test_the_rows_are_those_of_a_list_written_out(world: Any, wanted: tuple[str, ...]) -> None:
    written = set(db.session.scalars(sa.select(Unit.id).where(Unit.code.in_(wanted))))
    assert set(db.session.scalars(sa.select(Unit.id).where(among(Unit.code, "codes")), {"codes": wanted})) == written
    assert set(db.session.scalars(sa.select(Unit.id).where(among(Unit.id, "ids")), {"ids": written})) == written


def test_however_many_are_asked_for_the_statement_is_the_same(world: Any) -> None:
    with counted() as said:
        found = [len(people_told(db.session, some, NOW.date())) for some in ({"grid"}, {"grid", "leader", "nobody"})]
    assert found == [1, 2]
    assert len(said) == 2
    assert said[0] == said[1]


def test_it_goes_by_an_index(world: Any) -> None:
    with counted() as said:
        db.session.execute(sa.select(Unit.id).where(among(Unit.code, "codes")), {"codes": ["TH"]})
    if db.engine.dialect.name == "sqlite":
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {said[0]}", ('["TH"]',)).all()
        assert plan[0][3].startswith("SEARCH unit"), plan
    assert " = 1" not in said[0]
