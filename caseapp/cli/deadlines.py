"""caseapp sweep, caseapp overdue."""

from __future__ import annotations

import json
from typing import Any

import click

from caseapp.actions.deadlines import sweep as sweep_overdue
from caseapp.cli.edge import acting, as_user, reading, say
from caseapp.domain.access import permissions as may
from caseapp.domain.deadlines.queries import overdue_list
from caseapp.domain.deadlines.queries.items import DueItem
from caseapp.kernel.clock import parse_day
from caseapp.kernel.errors import N_, RuleViolation


@click.command()
@click.option("--on", "day", metavar="DATE", help="Look at the end of this day (default: today).")
@click.option("--json", "as_json", is_flag=True)
def sweep(day: str | None, as_json: bool) -> None:
    """Flag what is overdue; running it again flags nothing new."""
    with acting() as ctx:
        on = parse_day(day, "on") if day else ctx.today
        if on > ctx.today:
            raise RuleViolation("on", N_("%(instant)s lies in the future"), instant=day)
        swept = sweep_overdue(ctx, on)
    if as_json:
        told = {"on": swept.on.isoformat(), "overdue": swept.overdue, "newly_flagged": swept.newly_flagged}
        click.echo(json.dumps(told))
    else:
        say(
            N_("%(on)s: %(overdue)d overdue, %(newly)d newly flagged"),
            on=swept.on, overdue=swept.overdue, newly=swept.newly_flagged,
        )  # fmt: skip


@click.command()
@click.option("--unit", required=True)
@click.option("--on", "day", metavar="DATE", help="At the end of this day (default: today).")
@click.option("--json", "as_json", is_flag=True)
@as_user
def overdue(unit: str, day: str | None, as_json: bool, username: str | None) -> None:
    """List what is overdue, soonest due first."""
    ctx = reading(username)
    ctx.actor.demand(may.READ)
    ctx.units.place(unit)
    on = parse_day(day, "on") if day else ctx.today
    within = ctx.units.ids_within_on(unit, ctx.units.on(on))
    items = overdue_list(ctx.actor, on, within, top=ctx.units.part(unit)).items(ctx.session, ctx.units)
    told = sorted((as_dict(item) for item in items), key=lambda item: (item["due"], item["case"], item["kind"]))
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for item in told:
        who = item["responsible"]["name"]
        click.echo(f"{item['due']}  {item['days_late']:>4}  {item['case']}  {item['kind']}  {who}")


def as_dict(item: DueItem) -> dict[str, Any]:
    """An overdue item as the contract writes it."""
    responsible: dict[str, Any] = {"seat": item.seat, "name": item.responsible}
    if item.acting:
        responsible["acting"] = True
    return {
        "case": item.case.number,
        "kind": item.deadline.kind,
        "due": item.deadline.due_on.isoformat(),
        "days_late": item.days_late,
        "responsible": responsible,
    }
