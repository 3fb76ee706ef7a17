"""Screening rounds for tests, in the fewest words."""

from __future__ import annotations

from datetime import date
from typing import Any

from caseapp.actions.context import Ctx
from caseapp.actions.screening import MatterFound, ToldRound, record_round
from caseapp.actions.settings import set_at_first
from caseapp.db import db, unit_of_work
from caseapp.domain.people.models import Post
from caseapp.domain.screening.models import ScreeningRound

COUNT = iter(range(10**9))
LONG_AGO = date(2026, 1, 1)


def keep_rounds(ctx: Ctx, since: str = "2026-11-01") -> None:
    """Rounds are kept from a day on; everybody has had their post since long before it."""
    with unit_of_work(db.session):
        db.session.query(Post).update({"started_on": LONG_AGO})
        set_at_first(ctx, "screening.since", since)


def matter(story: str = "两家为滴水沟争执", **more: Any) -> MatterFound:
    return MatterFound(**{"title": story, "story": story, "unit": "TH-SH-01", "category": "neighbour", **more})


def told(*matters: MatterFound, **more: Any) -> ToldRound:
    base: dict[str, Any] = {
        "area": "第一组、第二组", "households": 36, "members": ("village", "grid"), "token": f"round-{next(COUNT)}",
        "matters": dict(enumerate(matters, start=1)),
    }  # fmt: skip
    return ToldRound(**(base | more))


def go_round(
    ctx: Ctx, *matters: MatterFound, unit: str = "TH-SH", day: str = "2026-11-16", **more: Any
) -> ScreeningRound:
    """Put a round on record; without matters, nothing was found."""
    nothing = more.pop("nothing_found", not matters)
    with unit_of_work(db.session):
        return record_round(ctx, unit, date.fromisoformat(day), told(*matters, **more), nothing_found=nothing)
