"""The only place that knows APScheduler. It says when; ``runner.py`` decides whether."""

from __future__ import annotations

import logging

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from caseapp.db import db
from caseapp.jobs.registry import JOBS, Job
from caseapp.jobs.runner import catch_up
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.faults import without_values
from caseapp.kernel.turns import pause

log = logging.getLogger(__name__)


def start(app: Flask, *, blocking: bool = False) -> BaseScheduler:
    """Start the clock: what was missed runs at once, the rest when it is due."""
    scheduler = BlockingScheduler(timezone=SHANGHAI) if blocking else BackgroundScheduler(timezone=SHANGHAI)
    for job in JOBS:
        scheduler.add_job(
            tick, "cron", args=(app, job), id=job.name, coalesce=True, max_instances=1, misfire_grace_time=None,
            **job.schedule.cron,
        )  # fmt: skip
        scheduler.add_job(tick, args=(app, job), id=f"{job.name} missed", misfire_grace_time=None)
    scheduler.start()
    return scheduler


def tick(app: Flask, job: Job) -> None:
    """Run what is due of a job, and what it does afterwards; a failure is logged and tried again at the next slot."""
    settings = app.extensions["caseapp"]
    with app.app_context():
        try:
            catch_up(db.session, settings.clock, [job], pause)
            if job.afterwards:
                job.afterwards(db.session, settings)
        except Exception as fault:  # noqa: BLE001 - a job that fails ends no scheduler
            log.error("job %s failed; its slots stay due\n%s", job.name, without_values(fault))
