"""A page shows lines of a few columns, read together: they say the same as the cases and the items themselves."""

from __future__ import annotations

from datetime import datetime

import pytest

from caseapp.actions.context import Ctx
from caseapp.db import db
from caseapp.domain.cases.queries import PAGE, CaseFilter, CaseList
from caseapp.domain.cases.queries.lines import line_of
from caseapp.domain.deadlines.queries import my_items, next_items, overdue_list
from caseapp.domain.deadlines.queries.desk import desk_line_of, desk_lines
from caseapp.domain.deadlines.queries.items import line_of_item
from caseapp.domain.deadlines.queries.lines import LitLine, lit_list
from tests.cases.make import head, log
from tests.conftest import CAST
from tests.deadlines.test_rows_of_today import reader
from tests.deadlines.walk import Walk
from tests.sizes import many, on_either

NARROWED = (CaseFilter(), CaseFilter(states=("open",)), CaseFilter(states=("open",), category="welfare"))


def one_by_one(ctx: Ctx, narrowed: CaseFilter, after: tuple[datetime, int] | None) -> tuple[list[LitLine], int]:
    """A page of a list, of the cases themselves."""
    listed = CaseList(ctx.actor, narrowed)
    cases = listed.page(db.session, after)
    items = next_items(db.session, [case.id for case in cases], ctx.today)
    return [LitLine(line_of(case), items.get(case.id)) for case in cases], listed.count(db.session)


def of_cases(ctx: Ctx, narrowed: CaseFilter) -> int:
    """How many pages there are, each of them told both ways."""
    after, pages = None, 0
    while True:
        page = lit_list(ctx.actor, narrowed).page(db.session, after, ctx.today, ctx.office.lamps(ctx.today))
        assert (page.lines, page.many) == one_by_one(ctx, narrowed, after)
        pages += 1
        if len(page.lines) <= PAGE:
            return pages
        after = page.lines[2].case.registered_at, page.lines[2].case.id


def of_late_items(ctx: Ctx) -> int:
    """How many items are late, told both ways, from the first one on and from the third."""
    listed = overdue_list(ctx.actor, ctx.today)
    items = [line_of_item(item) for item in listed.items(db.session, ctx.units)]
    assert listed.lines(db.session, ctx.units, after=None, most=100) == items[:100]
    if len(items) > 3:
        place = items[2].item.due_on, items[2].item.id
        assert listed.lines(db.session, ctx.units, after=place, most=2) == items[3:5]
    return len(items)


def of_a_desk(ctx: Ctx) -> int:
    """How many items somebody owes by a week from now, told both ways."""
    items = {item.deadline.id: item for item in my_items(ctx.actor, ctx.today).items(db.session, ctx.units)}
    lines, none = desk_lines(db.session, ctx.actor, list(items), [], day=ctx.today, units=ctx.units)
    assert lines == {key: desk_line_of(item) for key, item in items.items()}
    assert not none
    return len(items)


@pytest.mark.parametrize(("world", "seed"), on_either(range(many(2, 20))), indirect=["world"])
def test_lines_say_what_cases_and_items_say(seed, clock, as_user, system, tried):
    walk, late, owed = Walk(seed, clock, as_user, system), 0, 0
    for place in range(PAGE):
        log(as_user("office"), head(unit=("TH-SH-01", "TH-DS")[place % 2]))
    clock.pass_by(days=3)
    for step in range(many(16, 100)):
        walk.step()
        for who in CAST if step % 8 == 7 else ():
            ctx = reader(system, who)
            pages = [of_cases(ctx, narrowed) for narrowed in NARROWED]
            late += of_late_items(ctx)
            owed += of_a_desk(ctx)
            assert who != "office" or pages[0] > 1
    clock.pass_by(days=2)
    assert [of_cases(reader(system, who), CaseFilter()) for who in CAST]  # before anybody wrote on the new day
    assert late > 3
    assert owed > 3
    tried(many(16, 100))
