"""The clock of the machine is set forward by mistake and put right, or goes back a minute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import JobRun
from caseapp.domain.cases.models import CaseEvent
from caseapp.jobs.registry import JOBS
from caseapp.jobs.runner import catch_up
from caseapp.jobs.scheduler import keep_at, look_at_clock
from tests.cases.make import do, log

SWEEP = next(job for job in JOBS if job.name == "sweep")
WRONG = {"a minute": timedelta(minutes=1), "a day": timedelta(days=1), "a year": timedelta(days=365)}


def swept(clock) -> int:
    return catch_up(db.session, clock, [SWEEP])


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_jobs_go_on_each_night_after_the_clock_was_set_forward_and_put_right(world, clock, wrong):
    assert swept(clock) == 1
    right = clock.instant
    with unit_of_work(db.session) as session:  # what a year of missed nights leaves in a moment
        for slot in SWEEP.schedule.slots(right, right + wrong):
            session.add(JobRun(job="sweep", slot=slot, ran_at=right + wrong, result={}))
    clock.pass_by(hours=15)  # one in the morning
    for _night in range(3):
        assert swept(clock) == 1
        assert swept(clock) == 0
        clock.pass_by(days=1)


def test_a_scheduler_whose_clock_is_set_back_makes_each_job_due_by_the_right_one(app, clock):
    scheduler = BackgroundScheduler(timezone="Asia/Shanghai")
    for job in JOBS:
        scheduler.add_job(keep_at, "cron", args=(app, job, scheduler), id=job.name, **job.schedule.cron)
    scheduler.start(paused=True)
    try:
        before = look_at_clock(app, scheduler, clock.instant)
        asked = {job.id for job in scheduler.get_jobs()}
        clock.pass_by(days=-1)
        after = look_at_clock(app, scheduler, before)
        assert after == before - timedelta(days=1)
        assert {job.id for job in scheduler.get_jobs()} - asked == {f"{job.name} missed" for job in JOBS}
    finally:
        scheduler.shutdown(wait=False)


@pytest.mark.parametrize("back", [1, 9])
def test_minutes_back_refuse_no_act_and_what_comes_later_is_not_earlier(world, as_user, clock, back):
    number = log(as_user("grid"))
    do(as_user("grid"), number, "follow_up", method="visit", note="到场")
    clock.pass_by(minutes=-back)
    do(as_user("grid"), number, "follow_up", method="phone", note="电话")
    do(as_user("grid"), number, "follow_up", method="phone", note="又一次")
    events = db.session.query(CaseEvent).order_by(CaseEvent.seq).all()
    assert [one.recorded_at for one in events] == sorted(one.recorded_at for one in events)
    assert [one.at for one in events] == sorted(one.at for one in events)


@pytest.mark.parametrize("wrong", [timedelta(days=1), timedelta(days=365)], ids=["a day", "a year"])
def test_what_lies_in_the_future_is_told_and_mended_and_work_goes_on(world, as_user, clock, run, browse, wrong):
    right, number = clock.instant, log(as_user("grid"))
    clock.instant = right + wrong
    ahead = browse("grid")
    do(as_user("grid"), number, "follow_up", method="visit", note="到场")
    catch_up(db.session, clock, [job for job in JOBS if job.name == "post"])
    clock.instant = right
    assert ahead.get("/cases").status_code == 302  # a login of the future is over
    do(as_user("grid"), number, "follow_up", method="phone", note="时钟已校准")
    told = run("check")
    assert told.exit_code == 1
    assert "BAD  clock" in told.output
    assert "caseapp clock mend" in told.output
    assert number in run("clock", "show").stderr
    admin = browse("admin").get("/").text
    assert "时钟曾经走错" in admin
    assert "时钟曾经走错" not in browse("office").get("/").text
    assert run("clock", "mend").exit_code == 0
    shown = run("clock", "show")
    assert shown.exit_code == 0
    assert "案件 1 件" in shown.output
    assert run("audit", "verify").exit_code == 0


def test_failed_logins_of_the_future_shut_nobody_out(world, app, clock):
    client = app.test_client()
    right = clock.instant
    clock.pass_by(days=365)
    for _ in range(6):
        client.post("/login", data={"username": "grid", "password": "wrong"})
    clock.instant = right
    answer = client.post("/login", data={"username": "grid", "password": "correct horse"})
    assert answer.status_code == 302
