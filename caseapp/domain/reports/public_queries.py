"""Reading what the public version is made from: the first frozen revision of a town's month."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.access.actor import Actor
from caseapp.domain.cases.models import Case
from caseapp.domain.org.queries import Units
from caseapp.domain.reports.public import PublicMonth, public_month
from caseapp.domain.reports.queries import frozen_reports, sees_all_of
from caseapp.kernel.periods import Month

Content = dict[str, Any]


def published_content(session: Session, units: Units, unit: str, month: Month) -> Content | None:
    """The numbers that a public version is made from, as stored; None when the town's month is not frozen.

    It is the first revision for ever: what hangs on the wall is not changed, and two versions of one month side by side
    would say what either hides.
    """
    frozen = frozen_reports(session, units.id_of[units.town_of(unit)], month)
    content: Content | None = json.loads(frozen[-1].content) if frozen else None
    return content


def published_month(units: Units, content: Content) -> PublicMonth:
    """The town's public version, with a row for each of its villages."""
    villages = [code for code in units.subtree(content["unit"]) if units.tier(code) == "village"]
    return public_month(content, villages)


def sees_all_published(session: Session, actor: Actor, units: Units, unit: str, content: Content) -> bool:
    """Whether an actor sees every case of a unit that the numbers count. Who is out of one is not shown them."""
    if units.tier(unit) == "town":
        return sees_all_of(session, actor, content)
    named = {number for line in content["cases"]["lines"].values() for number in line}
    of_unit = select(Case.number).where(Case.number.in_(sorted(named)), Case.unit_id.in_(units.ids_within(unit)))
    return sees_all_of(session, actor, {"cases": list(session.scalars(of_unit)), "overdue": []})
