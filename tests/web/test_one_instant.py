"""A page tells what stood at one instant, whatever others keep while it is put together; the next page knows of it. So
a case that is sealed or handed away between two questions of a page is shown as it was before, or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from tests.cases.make import log

pytestmark = pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


def counted() -> int:
    return db.session.scalar(select(func.count(Case.id))) or 0


def test_who_reads_sees_one_instant_and_who_writes_what_was_kept_meanwhile(as_user):
    log(as_user("grid"))
    assert counted() == 1
    other = as_user("village")
    with Session(db.engine) as another:
        other.session = another
        log(other)
    assert counted() == 1
    with unit_of_work(db.session):
        assert counted() == 2
    assert counted() == 2
