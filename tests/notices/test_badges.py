"""The badges of every page say how long the lists behind them are, after whatever was done, for each reader."""

from __future__ import annotations

import pytest

from caseapp.actions.context import Ctx
from caseapp.actions.notices_inbox import read_all
from caseapp.db import db, unit_of_work
from caseapp.domain.deadlines.queries import my_items, overdue_list
from caseapp.domain.notices.queries import TOLD, Glance, at_a_glance, inbox
from caseapp.domain.screening.queries import OwedList
from tests.conftest import CAST
from tests.deadlines.test_rows_of_today import reader
from tests.deadlines.walk import Walk
from tests.sizes import many, on_either


def counted_slowly(ctx: Ctx) -> Glance:
    """The same by the lists themselves: what is owed by the history, rounds and notices one by one."""
    lengths = []
    for make in (my_items, overdue_list):
        listed = make(ctx.actor, ctx.today)
        listed.today = None
        lengths.append(min(len(listed.items(db.session, ctx.units)), TOLD + 1))
    owed = OwedList(ctx.actor, ctx.office, ctx.today)
    near, late = (len(owed.rows(db.session, *where)) for where in ((owed.near, owed.mine), (owed.late,)))
    unread = sum(one.notice.read_at is None for one in inbox(db.session, ctx.actor, most=10_000))
    return Glance(lengths[0] + near, lengths[1] + late, min(unread, TOLD + 1), demo=False)


@pytest.mark.parametrize(("world", "seed"), on_either(range(many(2, 30))), indirect=["world"])
def test_the_badges_are_what_the_lists_behind_them_hold(seed, clock, as_user, system, tried):
    walk, told = Walk(seed, clock, as_user, system), set()
    for step in range(many(36, 100)):
        walk.step()
        for who in CAST if step % 6 == 5 else ():
            ctx = reader(system, who)
            glance = at_a_glance(db.session, ctx.actor, ctx.today, ctx.office)
            assert glance == counted_slowly(ctx), (step, who, walk.taken)
            told |= {(name, bool(getattr(glance, name))) for name in ("mine", "overdue", "unread")}
        if step % 12 == 11:
            with unit_of_work(db.session):
                read_all(reader(system, "office"))
    assert len(told) == 6, told
    tried(many(36, 100))
