"""Notices for tests, in the fewest words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from caseapp.actions.context import Ctx
from caseapp.actions.notices_inbox import put_into_inboxes, set_reach
from caseapp.actions.notices_outbox import gather
from caseapp.actions.settings import set_value
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.cases.models import Case
from caseapp.domain.notices.models import Delivery, Notice
from caseapp.domain.notices.rules import Telling


def case_of(number: str) -> int:
    return db.session.scalars(sa.select(Case.id).where(Case.number == number)).one()


def told(ctx: Ctx, number: str, *people: str, kind: str = "urged", **telling: Any) -> int:
    with unit_of_work(ctx.session):
        return put_into_inboxes(ctx, [(Telling(kind, case_of(number), **telling), people)])


def reached(ctx: Ctx, channel: str = "email", address: str = "grid@office.example", **rest: Any) -> None:
    if channel != "email":
        list_robots(ctx, address)
    with unit_of_work(ctx.session):
        set_reach(ctx, channel, address, active=True, **rest)


def list_robots(ctx: Ctx, *addresses: str) -> None:
    """Put the machines of some addresses on the administrator's list, with nobody told of it."""
    there = list(ctx.office.settings.value("robot.hosts", ctx.today))  # type: ignore[call-overload]
    lines = [f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, addresses) if parts.netloc]
    with unit_of_work(ctx.session) as session:
        set_value(Ctx(session, SYSTEM, ctx.clock), "robot.hosts", "\n".join([*there, *lines]), ctx.today)
        session.execute(sa.delete(Notice).where(Notice.kind == "setting_changed"))  # tests here are about other notices
    ctx.forget_office()


def gathered(ctx: Ctx) -> int:
    with unit_of_work(ctx.session):
        return gather(ctx)


def notices() -> list[Notice]:
    return list(db.session.scalars(sa.select(Notice).order_by(Notice.id)))


def deliveries() -> list[Delivery]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Delivery).order_by(Delivery.id)))
