"""Notices for tests, in the fewest words."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from caseapp.actions.context import Ctx
from caseapp.actions.notices_inbox import put_into_inboxes, set_reach
from caseapp.actions.notices_outbox import gather
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.notices.models import Delivery, Notice
from caseapp.domain.notices.rules import Telling


def case_of(number: str) -> int:
    return db.session.scalars(sa.select(Case.id).where(Case.number == number)).one()


def told(ctx: Ctx, number: str, *people: str, kind: str = "urged", **telling: Any) -> int:
    with unit_of_work(ctx.session):
        return put_into_inboxes(ctx, [(Telling(kind, case_of(number), **telling), people)])


def reached(ctx: Ctx, channel: str = "email", address: str = "grid@office.example", **rest: Any) -> None:
    with unit_of_work(ctx.session):
        set_reach(ctx, channel, address, active=True, **rest)


def gathered(ctx: Ctx) -> int:
    with unit_of_work(ctx.session):
        return gather(ctx)


def notices() -> list[Notice]:
    return list(db.session.scalars(sa.select(Notice).order_by(Notice.id)))


def deliveries() -> list[Delivery]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Delivery).order_by(Delivery.id)))
