"""What was taken back leaves no ghost: SQLite gives its ids to other rows, and every object of a session is what its row
says."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import inspect, select

from caseapp.actions.cases import RegisterCase, register
from caseapp.actions.context import Ctx
from caseapp.actions.teams import staff_case
from caseapp.db import Base, db, unit_of_work
from caseapp.domain.cases.events import Party
from tests.cases.make import petition

MAPPED = [mapper.class_ for mapper in Base.registry.mappers]


def worked_on(ctx: Ctx, title: str) -> None:
    """A case that leaves rows in as many tables as one does."""
    told = petition(title=title, parties=(Party("petitioner", title, "13900009999"),))
    number = register(ctx, RegisterCase(told, title)).number
    staff_case(ctx, number)
    ctx.session.flush()


def everything() -> list[Any]:
    """Every object of every table."""
    return [one for table in MAPPED for one in db.session.scalars(select(table))]


def unlike() -> list[str]:
    """Objects of the session that do not say what their rows say."""
    found = []
    for table in MAPPED:
        columns = inspect(table).columns
        keys = inspect(table).primary_key
        rows = {tuple(row[: len(keys)]): tuple(row[len(keys) :]) for row in db.session.execute(select(*keys, *columns))}
        for one in db.session.scalars(select(table)):
            state = inspect(one)
            said = tuple(getattr(one, inspect(table).get_property_by_column(column).key) for column in columns)
            if rows.get(tuple(state.identity)) != said:
                found.append(f"{table.__name__} {state.identity}")
    return found


@pytest.mark.parametrize("within", [False, True], ids=["a transaction", "a part of one"])
def test_what_was_taken_back_leaves_no_ghost_in_any_table(as_user, within):
    ctx, held = as_user("office"), []
    with pytest.raises(LookupError), unit_of_work(db.session) as session:
        if within:
            with pytest.raises(LookupError), session.begin_nested():
                worked_on(ctx, "甲")
                held += everything()
                raise LookupError
            worked_on(ctx, "乙")
            assert unlike() == []
        else:
            worked_on(ctx, "甲")
            held += everything()
        raise LookupError
    with unit_of_work(db.session):
        worked_on(ctx, "丙")
        assert unlike() == []
    assert unlike() == []
    assert len(held) > 10
