"""Many histories are put on record at once, and what is on record then is what one after another leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from caseapp.actions import taking_in
from caseapp.actions.imports import import_cases
from caseapp.actions.org import load_tree
from caseapp.db import Base, db, unit_of_work
from caseapp.demo.township import build
from caseapp.domain.org.tree import Place
from caseapp.domain.verification.queries import verify
from tests.exchange.test_casefiles import event, line, out, refused, take
from tests.statements import counted

OF_CHANCE = {"salt", "text_digest", "digest", "chain", "head"}
KEYS = {"deadline": {"id"}, "contribution_change": {"id"}}
"""What is owed on one day has no order, and changes of sums have none."""


def stored() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, without what chance makes."""
    found = {}
    for table in Base.metadata.sorted_tables:
        told = [column for column in table.columns if column.name not in OF_CHANCE | KEYS.get(table.name, set())]
        rows = db.session.execute(sa.select(*told)).all()
        found[table.name] = sorted(tuple(map(str, row)) for row in rows)
    return found


def undone(ctx: Any, lines: Sequence[object]) -> dict[str, list[tuple[Any, ...]]]:
    """What is on record once the lines were taken in; nothing stays, and PostgreSQL gives the same ids again."""
    reached, nested = ids_reached(ctx), ctx.session.begin_nested()
    import_cases(ctx, enumerate(lines, start=1))
    ctx.session.flush()
    found = stored()
    nested.rollback()
    for name, last, begins in reached:
        ctx.session.execute(sa.select(sa.func.setval(name, last or begins, last is not None)))
    ctx.session.expire_all()
    return found


def ids_reached(ctx: Any) -> Sequence[Any]:
    """How far PostgreSQL has given ids, by sequence: a rollback does not take them back."""
    asked = sa.text("SELECT sequencename, last_value, start_value FROM pg_sequences")
    on_postgres = ctx.session.get_bind().dialect.name == "postgresql"
    return ctx.session.execute(asked).all() if on_postgres else ()


def begun(series: str, count: int) -> Iterator[dict[str, Any]]:
    for nth in range(count):
        yield line(number=f"{series}{nth}", title=f"水沟{nth}", unit="TH-SH-01" if nth % 2 else "TH-SH")


@pytest.mark.one_database
def test_histories_at_once_leave_what_one_after_another_leaves(system, monkeypatch):
    town = build(7, date(2026, 11, 20))
    with unit_of_work(db.session):
        load_tree(system, [Place(**unit) for unit in town.units])
        at_once = undone(system, town.cases[:60])
        monkeypatch.setattr(taking_in, "AT_ONCE", 1)
        assert undone(system, town.cases[:60]) == at_once
    assert len(at_once["case_file"]) == 60


def test_what_many_cases_take_is_hardly_more_than_what_few_take(system):
    with unit_of_work(db.session):
        with counted() as few:
            import_cases(system, enumerate(begun("A", 3), start=1))
        with counted() as many:
            import_cases(system, enumerate(begun("B", 60), start=1))
    beside = [told for told in many if not told.startswith("INSERT INTO case_file ")]
    assert len(beside) <= len(few) + 3, Counter(told[:60] for told in beside).most_common(6)


def test_a_number_that_comes_later_in_the_file_is_the_one_that_was_given_before(system):
    given = "太调〔2024〕0001号"
    result = take(system, line(number="", title="无号"), line(number=given, title="另一件"))
    assert (result.added, [number for number, _ in refused(result)]) == (1, [2])


def test_a_number_that_came_before_in_the_file_is_stepped_over(system):
    came, other = "太调〔2024〕0001号", line(number="", title="无号")
    assert take(system, line(number=came), other, other | {"title": "又一件无号"}).added == 3
    assert [text.count("〔2024〕0001号") for text in out(system)] == [1, 0, 0]


def test_a_line_that_stands_twice_is_one_case_and_one_that_goes_on_continues_it(system):
    first = line(number="", title="无号")
    longer = first | {"events": [*first["events"], event("accepted", "03-06T10:00")]}
    result = take(system, first, first, longer, line(number="A9"))
    assert (result.added, result.unchanged, result.continued) == (2, 1, 1)
    assert verify(system.session).broken == []


@pytest.mark.parametrize("at_once", [1, 2, 200])
def test_a_bad_line_between_good_ones_takes_nothing_from_them(system, monkeypatch, at_once):
    monkeypatch.setattr(taking_in, "AT_ONCE", at_once)
    wrong = line(number="A2", events=[*line()["events"], event("resolved", "03-01T09:00")])
    result = take(system, line(number="A1"), wrong, line(number="A3"))
    assert (result.added, [number for number, _ in refused(result)]) == (2, [2])
