"""The one list of what runs by the clock. The scheduler knows when; each job calls one action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from caseapp.actions.context import Ctx
from caseapp.actions.deadlines import sweep
from caseapp.actions.reports import work_out_month
from caseapp.jobs.schedule import Daily, Monthly
from caseapp.kernel.clock import local_day
from caseapp.kernel.errors import N_
from caseapp.kernel.periods import Month


@dataclass(frozen=True)
class Job:
    """A name, when it is due, what it does for a slot, and what that is in words."""

    name: str
    schedule: Daily
    run: Callable[[Ctx, datetime], dict[str, Any]]
    title: str


def nightly_sweep(ctx: Ctx, slot: datetime) -> dict[str, Any]:
    """Flag what was overdue at the end of the day before the slot."""
    swept = sweep(ctx, local_day(slot) - timedelta(days=1))
    return {"on": swept.on.isoformat(), "overdue": swept.overdue, "newly_flagged": swept.newly_flagged}


def monthly_rates(ctx: Ctx, slot: datetime) -> dict[str, Any]:
    """Work out the rates of the month before the slot, with what was known then."""
    month = Month.of(local_day(slot)).back(1)
    return {"month": str(month), "units": work_out_month(ctx, month, as_of=slot)}


JOBS = (
    Job("sweep", Daily(time(0, 30)), nightly_sweep, N_("flag what became overdue")),
    Job("monthly_rates", Monthly(time(1, 0), day=1), monthly_rates, N_("work out the rates of the month before")),
)
