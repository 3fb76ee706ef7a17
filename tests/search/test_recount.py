"""What search looks up is recounted, and made anew."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from caseapp.actions.rebuild import KEPT, rebuild
from caseapp.db import db, unit_of_work
from caseapp.domain.search.grams import key, keys
from caseapp.domain.search.models import CaseWords
from tests.cases.make import head, log, petition
from tests.search.test_similar import second

SEARCH = next(one for one in KEPT if one.name == "search")


@pytest.mark.parametrize(
    "touched",
    [
        sa.update(CaseWords).values(found_by={key("水沟")}),
        sa.update(CaseWords).values(found_by=keys(["水沟", "沟纠", "纠纷", "假的"])),
        sa.update(CaseWords).values(village_id=CaseWords.village_id + 1),
        sa.delete(CaseWords),
    ],
)
def test_what_is_found_by_other_words_than_its_own_is_named_and_mended(as_user, system, touched):
    number = log(as_user("grid"), head(title="水沟纠纷"))
    log(as_user("office"), petition(petition_class="accusation"))
    assert list(SEARCH.unlike(system)) == []
    with unit_of_work(db.session) as session:
        session.execute(touched)
    assert list(SEARCH.unlike(system)) == [number]
    with unit_of_work(db.session):
        rebuild(system, SEARCH)
    assert list(SEARCH.unlike(system)) == []


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "touched",
    [
        "INSERT INTO case_words_index (rowid, found_by) VALUES (77, '00a 00b')",
        "INSERT INTO case_words_index (rowid, found_by) SELECT case_id, '00a' FROM case_words",
        "INSERT INTO case_words_index (case_words_index) VALUES ('delete-all')",
    ],
)
def test_an_index_that_went_another_way_than_its_rows_is_named_and_mended(as_user, system, touched):
    log(as_user("grid"), head(title="水沟纠纷"))
    with unit_of_work(db.session) as session:
        try:
            session.execute(sa.text(touched))
        except sa.exc.OperationalError:
            session.execute(sa.text("DELETE FROM case_words_index_data WHERE id > 1"))
    assert len(list(SEARCH.unlike(system))) == 1
    with unit_of_work(db.session):
        rebuild(system, SEARCH)
    assert list(SEARCH.unlike(system)) == []


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_what_was_erased_is_not_even_in_the_pages_of_the_index(as_user):
    office = as_user("office")
    number = log(office, head(title="水沟纠纷"))
    log(office, head(title="排水沟"))
    second(as_user("leader"), office, number, "void", reason="录入错误")
    there = _bytes_of_index()
    with unit_of_work(db.session) as session:
        session.execute(sa.text("INSERT INTO case_words_index (case_words_index) VALUES ('rebuild')"))
    assert there == _bytes_of_index()


def _bytes_of_index():
    return db.session.scalars(sa.text("SELECT sum(length(block)) FROM case_words_index_data WHERE id > 10")).one()
