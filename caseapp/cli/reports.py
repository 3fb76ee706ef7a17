"""caseapp report month."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask_babel import force_locale, gettext

from caseapp.actions.workbooks import month_workbook
from caseapp.cli.edge import LANGUAGE, as_user, reading, say, write_bytes
from caseapp.domain.access import permissions as may
from caseapp.domain.rates.formulas import LINES, RATES
from caseapp.domain.reports.monthly import MonthReport, as_json
from caseapp.domain.reports.queries import read_month
from caseapp.kernel.clock import parse_instant
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.periods import Month
from caseapp.labels import label


@click.group()
def report() -> None:
    """Reports."""


@report.command()
@click.argument("month")
@click.option("--unit", required=True)
@click.option("--json", "to_json", is_flag=True, help="The whole report on standard output.")
@click.option("--xlsx", type=click.Path(path_type=Path), help="The report as a workbook.")
@click.option("--as-of", metavar="INSTANT", help="With what was known then (default: now).")
@as_user
def month(month: str, unit: str, to_json: bool, xlsx: Path | None, as_of: str | None, username: str | None) -> None:  # noqa: PLR0917 - click hands over each option
    """The monthly report of a unit for MONTH, written 2026-03."""
    ctx = reading(username)
    ctx.actor.demand(may.REPORT)
    instant = parse_instant(as_of, "as_of") if as_of else ctx.now
    if instant > ctx.now:
        raise RuleViolation("as_of", N_("%(instant)s lies in the future"), instant=as_of)
    found = read_month(ctx.session, ctx.actor, ctx.units, unit, Month.parse(month), as_of=instant)
    if xlsx:
        with force_locale(LANGUAGE):
            write_bytes(xlsx, month_workbook(found, ctx.units, gettext, label))
        say(N_("%(path)s written"), path=xlsx)
    if to_json:
        click.echo(json.dumps(as_json(found), ensure_ascii=False, indent=1))
    elif not xlsx:
        _print(found)


def _print(found: MonthReport) -> None:
    for key in LINES:
        click.echo(f"{key:<20}{found.whole.line(key):>6}")
    for key in RATES:
        ratio = found.whole.rate(key)
        click.echo(f"{key:<20}{ratio.n:>6}/{ratio.d:<6}{ratio.percent:>8}")
