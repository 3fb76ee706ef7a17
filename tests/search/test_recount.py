"""What search looks up is recounted, and made anew."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from caseapp.actions.rebuild import KEPT, rebuild
from caseapp.db import db, unit_of_work
from tests.cases.make import head, log, petition

SEARCH = next(one for one in KEPT if one.name == "search")
ID = "(SELECT id FROM case_file WHERE number = '{}')"


@pytest.mark.parametrize(
    "touched",
    [
        "DELETE FROM case_gram WHERE gram = '水沟' AND case_id = {}",
        "INSERT INTO case_gram (gram, village_id, case_id) VALUES ('假的', 1, {})",
        "UPDATE case_gram SET village_id = village_id + 1 WHERE case_id = {}",
    ],
)
def test_what_is_found_by_other_words_than_its_own_is_named_and_mended(as_user, system, touched):
    number = log(as_user("grid"), head(title="水沟纠纷"))
    log(as_user("office"), petition(petition_class="accusation"))
    assert list(SEARCH.unlike(system)) == []
    with unit_of_work(db.session) as session:
        session.execute(sa.text(touched.format(ID.format(number))))
    assert list(SEARCH.unlike(system)) == [number]
    with unit_of_work(db.session):
        rebuild(system, SEARCH)
    assert list(SEARCH.unlike(system)) == []


def test_pairs_of_a_case_that_there_is_not_are_named_and_go(as_user, system):
    log(as_user("grid"), head(title="水沟纠纷"))
    with unit_of_work(db.session) as session:
        session.execute(
            sa.text("INSERT INTO case_gram (gram, village_id, case_id) VALUES ('假的', 1, 77), ('的假', 1, 0)")
        )
    assert list(SEARCH.unlike(system)) == ["(0)", "(77)"]
    with unit_of_work(db.session):
        rebuild(system, SEARCH)
    assert list(SEARCH.unlike(system)) == []
