"""caseapp report month."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask_babel import force_locale, gettext

from caseapp.actions.context import Ctx
from caseapp.actions.papers import month_document, month_paper, month_pdf, submitted_notes
from caseapp.actions.reports import freeze_month
from caseapp.actions.workbooks import month_workbook
from caseapp.cli.edge import LANGUAGE, acting, as_user, reading, say, write_bytes
from caseapp.domain.access import permissions as may
from caseapp.domain.rates.formulas import LINES, RATES
from caseapp.domain.reports.frozen import written
from caseapp.domain.reports.monthly import MonthReport, as_json
from caseapp.domain.reports.prose import Words
from caseapp.domain.reports.queries import frozen_reports, read_month, sees_all_of
from caseapp.kernel.clock import chinese_day, parse_instant
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.kernel.periods import Month
from caseapp.labels import label

if TYPE_CHECKING:
    from caseapp.domain.reports.models import FrozenReport


@click.group()
def report() -> None:
    """Reports."""


@report.command()
@click.argument("month")
@click.option("--unit", required=True)
@click.option("--json", "to_json", is_flag=True, help="The whole report on standard output.")
@click.option("--xlsx", type=click.Path(path_type=Path), help="The report as a workbook.")
@click.option("--docx", type=click.Path(path_type=Path), help="The report as a Word file.")
@click.option("--pdf", type=click.Path(path_type=Path), help="The same document as a PDF.")
@click.option("--as-of", metavar="INSTANT", help="With what was known then (default: now).")
@click.option("--freeze", is_flag=True, help="Freeze the month, or its next revision.")
@click.option("--revision", type=click.IntRange(1), help="A frozen revision, as stored.")
@as_user
def month(  # noqa: PLR0917 - click hands over each option
    month: str, unit: str, to_json: bool, xlsx: Path | None, docx: Path | None, pdf: Path | None,
    as_of: str | None, freeze: bool, revision: int | None, username: str | None,
) -> None:  # fmt: skip
    """The monthly report of a unit for MONTH, written 2026-03."""
    wanted = Month.parse(month)
    if revision and (freeze or as_of):
        raise click.UsageError("--revision goes neither with --freeze nor with --as-of")
    if freeze:
        with acting(username) as ctx:
            revision = freeze_month(ctx, unit, wanted, as_of=_instant(ctx, as_of) if as_of else None).revision
        say(N_("%(month)s of %(unit)s is frozen: revision %(revision)d"), month=month, unit=unit, revision=revision)
    ctx = reading(username)
    ctx.actor.demand(may.REPORT)
    if not ctx.actor.is_system and ctx.units.id_of[ctx.units.place(unit).code] not in ctx.actor.units_with(may.REPORT):
        raise OutOfScope(N_("there is no such report"))
    ctx.units.place(unit)
    frozen = _stored(ctx, unit, wanted, revision) if revision else None
    instant = frozen.as_of if frozen else _instant(ctx, as_of)
    if frozen and to_json and sees_all_of(ctx.session, ctx.actor, json.loads(frozen.content)):
        click.echo(frozen.content)
        to_json = False
    found = read_month(ctx.session, ctx.actor, ctx.units, unit, wanted, as_of=instant)
    if xlsx:
        with force_locale(LANGUAGE):
            write_bytes(xlsx, month_workbook(found, ctx.units, gettext, label))
        say(N_("%(path)s written"), path=xlsx)
    _write_papers(ctx, found, docx, pdf)
    if to_json:
        click.echo(written(as_json(found)))
    elif not (xlsx or docx or pdf or frozen):
        _print(found)


def _write_papers(ctx: Ctx, found: MonthReport, docx: Path | None, pdf: Path | None) -> None:
    """The report as a Word file, as a PDF: the same document."""
    told = Words(gettext, label), chinese_day, submitted_notes(ctx.session, ctx.units, found.unit, found.month)
    with force_locale(LANGUAGE):
        if docx:
            write_bytes(docx, month_document(found, ctx.units, *told))
        if pdf:
            fonts = current_app.extensions["caseapp"].fonts
            write_bytes(pdf, month_pdf(month_paper(found, ctx.units, *told), fonts))
    for path in filter(None, (docx, pdf)):
        say(N_("%(path)s written"), path=path)


def _instant(ctx: Ctx, as_of: str | None) -> datetime:
    instant = parse_instant(as_of, "as_of") if as_of else ctx.now
    if instant > ctx.now:
        raise RuleViolation("as_of", N_("%(instant)s lies in the future"), instant=as_of)
    return instant


def _stored(ctx: Ctx, unit: str, month: Month, revision: int) -> FrozenReport:
    for row in frozen_reports(ctx.session, ctx.units.id_of[unit], month):
        if row.revision == revision:
            return row
    raise RuleViolation(
        "revision", N_("there is no revision %(revision)d of %(month)s"), revision=revision, month=str(month)
    )


def _print(found: MonthReport) -> None:
    for key in LINES:
        click.echo(f"{key:<20}{found.whole.line(key):>6}")
    for key in RATES:
        ratio = found.whole.rate(key)
        click.echo(f"{key:<20}{ratio.n:>6}/{ratio.d:<6}{ratio.percent:>8}")
