"""On PostgreSQL the statements of "my work" are planned for anybody, and no others."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from caseapp.db import db, planned_for_anybody

MODE = sa.text("SHOW plan_cache_mode")


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_what_is_planned_for_anybody_is_so_for_one_transaction(world):
    planned_for_anybody(db.session)
    assert db.session.scalar(MODE) == "force_generic_plan"
    db.session.rollback()
    assert db.session.scalar(MODE) == "auto"


@pytest.mark.parametrize(("page", "mode"), [("/", "force_generic_plan"), ("/cases", "auto")])
@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_my_work_is_planned_so_and_a_list_is_not(browse, world, page, mode):
    client = browse("office")
    assert client.get(page).status_code == 200
    assert db.session.scalar(MODE) == mode
