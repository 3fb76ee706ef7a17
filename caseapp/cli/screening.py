"""caseapp screening list."""

from __future__ import annotations

import json

import click

from caseapp.cli.edge import as_user, reading
from caseapp.domain.access import permissions as may
from caseapp.domain.screening.queries import OwedList
from caseapp.kernel.clock import parse_day


@click.group()
def screening() -> None:
    """Screening rounds (排查)."""


@screening.command("list")
@click.option("--unit", required=True)
@click.option("--on", "day", metavar="DATE", help="At the end of this day (default: today).")
@click.option("--json", "as_json", is_flag=True)
@as_user
def owed(unit: str, day: str | None, as_json: bool, username: str | None) -> None:
    """List the rounds that villages owe and have not made, longest due first."""
    ctx = reading(username)
    ctx.actor.demand(may.READ)
    ctx.units.place(unit)
    on = parse_day(day, "on") if day else ctx.today
    listed = OwedList(ctx.actor, ctx.office, on)
    rows = listed.rows(ctx.session, listed.within(ctx.units.ids_within(unit))) if listed.rounds else []
    told = [
        {
            "unit": row.code, "name": row.village, "first": row.round.first.isoformat(),
            "due": row.round.last.isoformat(), "days_late": max(0, (on - row.round.last).days),
        }
        for row in rows
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in told:
        click.echo(f"{one['due']}  {one['days_late']:>4}  {one['unit']}  {one['name']}  {one['first']}")
