"""The only place that knows APScheduler. It says when; ``runner.py`` decides whether."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Thread
from time import sleep

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from caseapp.db import db, let_go
from caseapp.jobs.registry import JOBS, Job
from caseapp.jobs.runner import catch_up
from caseapp.kernel.clock import SHANGHAI, Clock
from caseapp.kernel.faults import without_values
from caseapp.kernel.outage import outage_of
from caseapp.kernel.turns import pause

log = logging.getLogger(__name__)
AGAIN_AFTER = 60
"""Seconds after which a job that the machine did not let through is tried again."""
LOOKED_AT = 30
"""Seconds between two looks at the clock."""
SET_BACK = timedelta(minutes=1)


def start(app: Flask, *, blocking: bool = False) -> BaseScheduler:
    """Start the clock: what was missed runs at once, the rest when it is due."""
    scheduler = BlockingScheduler(timezone=SHANGHAI) if blocking else BackgroundScheduler(timezone=SHANGHAI)
    for job in JOBS:
        scheduler.add_job(
            keep_at, "cron", args=(app, job, scheduler), id=job.name, coalesce=True, max_instances=1,
            misfire_grace_time=None, **job.schedule.cron,
        )  # fmt: skip
        _at_once(app, job, scheduler)
    Thread(target=_watch, args=(app, scheduler), daemon=True).start()
    scheduler.start()
    return scheduler


def _at_once(app: Flask, job: Job, scheduler: BaseScheduler) -> None:
    """What is due of a job by now is done now."""
    scheduler.add_job(
        keep_at, args=(app, job, scheduler), id=f"{job.name} missed", misfire_grace_time=None, replace_existing=True
    )


def keep_at(app: Flask, job: Job, scheduler: BaseScheduler) -> None:
    """Run what is due of a job; while the machine does not let it through, again every minute."""
    again = f"{job.name} again"
    if not tick(app, job):
        scheduler.add_job(
            keep_at, "interval", seconds=AGAIN_AFTER, args=(app, job, scheduler), id=again, coalesce=True,
            misfire_grace_time=None, replace_existing=True,
        )  # fmt: skip
    elif scheduler.get_job(again):
        scheduler.remove_job(again)


def tick(app: Flask, job: Job) -> bool:
    """Run what is due of a job, and what it does afterwards; what goes wrong is logged, and its slots stay due. Returns
    whether the machine let it through."""
    settings = app.extensions["caseapp"]
    with app.app_context():
        try:
            catch_up(db.session, settings.clock, [job], pause)
            if job.afterwards:
                job.afterwards(db.session, settings)
        except Exception as fault:  # noqa: BLE001 - a job that fails ends no scheduler
            let_go()
            outage = outage_of(fault)
            if outage is None:
                log.error("job %s failed; its slots stay due\n%s", job.name, without_values(fault))
                return True
            log.error("job %s waits: %s", job.name, outage)
            return False
    return True


def _watch(app: Flask, scheduler: BaseScheduler) -> None:
    clock: Clock = app.extensions["caseapp"].clock
    before = clock()
    while True:
        sleep(LOOKED_AT)
        before = look_at_clock(app, scheduler, before)


def look_at_clock(app: Flask, scheduler: BaseScheduler, before: datetime) -> datetime:
    """Where the clock was set back, nobody waits for hours that the wrong one had passed: each job is due anew by the
    right one. Returns what it shows."""
    now: datetime = app.extensions["caseapp"].clock()
    if now < before - SET_BACK:
        log.warning("the clock was set back from %s to %s; every job is due anew", before, now)
        for job in JOBS:
            scheduler.reschedule_job(job.name, trigger="cron", **job.schedule.cron)
            _at_once(app, job, scheduler)
    return now
