"""caseapp jobs list, caseapp jobs run."""

from __future__ import annotations

import click
from flask import current_app

from caseapp.cli.edge import reading, say
from caseapp.domain.audit.queries import last_runs
from caseapp.jobs.registry import JOBS, Job
from caseapp.jobs.runner import run_slot, schedule_of
from caseapp.kernel.clock import parse_instant, show_instant
from caseapp.kernel.errors import N_, RuleViolation


@click.group()
def jobs() -> None:
    """What runs by the clock."""


@jobs.command("list")
def list_() -> None:
    """The schedule and the last runs."""
    ctx = reading()
    runs = last_runs(ctx.session)
    for job in JOBS:
        run = runs.get(job.name)
        when = " ".join(f"{field}={value}" for field, value in schedule_of(ctx.session, job, ctx.now).cron.items())
        last = f"{show_instant(run.slot)} @ {show_instant(run.ran_at)} {run.result}" if run else "—"
        click.echo(f"{job.name:<16}{when:<24}{last}")


@jobs.command()
@click.argument("name")
@click.option("--for", "instant", metavar="INSTANT", help="The slot at or before this instant (default: the last one).")
def run(name: str, instant: str | None) -> None:
    """Run one slot of a job by hand; a slot that ran stays as it is."""
    job = _job(name)
    ctx = reading()
    until = parse_instant(instant, "for") if instant else ctx.now
    if until > ctx.now:
        raise RuleViolation("for", N_("%(instant)s lies in the future"), instant=instant)
    slot = schedule_of(ctx.session, job, ctx.now).latest(until)
    ran = run_slot(ctx.session, ctx.clock, job, slot)
    done = job.afterwards(ctx.session, current_app.extensions["caseapp"]) if job.afterwards else None
    say(N_("%(job)s for %(slot)s: done") if ran else N_("%(job)s for %(slot)s was done before"), job=name,
        slot=show_instant(slot))  # fmt: skip
    if done:
        click.echo(" ".join(f"{what}={count}" for what, count in done.items()), err=True)


def _job(name: str) -> Job:
    for job in JOBS:
        if job.name == name:
            return job
    known = ", ".join(job.name for job in JOBS)
    raise RuleViolation("name", N_("there is no job %(name)s; there are %(known)s"), name=name, known=known)
