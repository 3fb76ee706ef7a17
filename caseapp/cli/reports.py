"""caseapp report month, caseapp report period, caseapp report year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import current_app
from flask_babel import force_locale, gettext

from caseapp.actions.anchors import keep_outside
from caseapp.actions.context import Ctx
from caseapp.actions.paper_templates import drawn, word_file
from caseapp.actions.reports import Press, freezing
from caseapp.cli.edge import LANGUAGE, acting, as_user, note_taken, progress_bar, reading, say, sentence, write_bytes
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.rates.formulas import LINES, RATES
from caseapp.domain.reports.frozen import changed_definitions, written
from caseapp.domain.reports.prose import Words
from caseapp.domain.reports.queries import (
    frozen_paper,
    frozen_reports,
    read_report,
    read_year,
    stored_report,
    submitted_notes,
    wordbook_of,
)
from caseapp.domain.reports.report import Report, as_json
from caseapp.domain.reports.stored import Edition
from caseapp.domain.reports.wordbook import Wordbook
from caseapp.kernel.clock import chinese_day, parse_instant
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.kernel.periods import Month, Year, parse_period
from caseapp.labels import label
from caseapp.labels.wordbook import labels_of_today, messages_of_today
from caseapp.papers.month_workbook import month_workbook
from caseapp.papers.report import as_pdf, in_lines
from caseapp.papers.template_fields import TemplateData, told_month, told_year

if TYPE_CHECKING:
    from caseapp.domain.reports.models import FrozenReport


@click.group()
def report() -> None:
    """Reports."""


def told_as(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every report has: of which unit, known when, on what paper."""
    for option in (
        click.option("--as-of", metavar="INSTANT", help="With what was known then (default: now)."),
        click.option("--pdf", type=click.Path(path_type=Path), help="The same document as a PDF."),
        click.option("--docx", type=click.Path(path_type=Path), help="The report as a Word file."),
        click.option("--xlsx", type=click.Path(path_type=Path), help="The report as a workbook."),
        click.option("--json", "to_json", is_flag=True, help="The whole report on standard output."),
        click.option("--unit", required=True),
    ):
        command = option(command)
    return command


@report.command()
@click.argument("month")
@told_as
@click.option("--freeze", is_flag=True, help="Freeze the month, or its next revision.")
@click.option("--revision", type=click.IntRange(1), help="A frozen revision, as stored.")
@as_user
def month(  # noqa: PLR0917 - click hands over each option
    month: str, unit: str, as_of: str | None, freeze: bool, revision: int | None, username: str | None, **papers: Any
) -> None:
    """The monthly report of a unit for MONTH, written 2026-03."""
    wanted = Month.parse(month)
    if revision and (freeze or as_of):
        raise click.UsageError("--revision goes neither with --freeze nor with --as-of")
    if freeze:
        revision = _freeze(unit, wanted, as_of, username)
    ctx = reader(username, unit)
    if revision:
        _give_stored(ctx, _stored(ctx, unit, wanted, revision), **papers)
        return
    found = read_report(
        ctx.session, ctx.actor, ctx.units, unit, wanted, as_of=_instant(ctx, as_of), progress=progress_bar(str(wanted))
    )
    _give(ctx, found, **papers)


def _freeze(unit: str, month: Month, as_of: str | None, username: str | None) -> int:
    """Freeze a month and say so, with the definitions that changed since its last revision. Returns the revision."""
    with acting(username) as ctx:
        words = Wordbook(messages_of_today(), labels_of_today(ctx.office.words(ctx.today)))
    settings = current_app.extensions["caseapp"]
    press = Press(words, settings.fonts, settings.audit_key)
    keep = freezing(ctx, unit, month, as_of=_instant(ctx, as_of) if as_of else None, press=press)
    with unit_of_work(db.session):
        frozen = keep()
        revision, moved = frozen.revision, frozen.moved
    keep_outside(db.session, settings.anchors_file)
    say(N_("%(month)s of %(unit)s is frozen: revision %(revision)d"), month=str(month), unit=unit, revision=revision)
    for definition in changed_definitions(moved.get("formulas", (0, 0))):
        say(definition)
    _say_moved(moved.get("numbers", {}), moved.get("cases", []))
    return revision


def _say_moved(numbers: Mapping[str, Any], cases: Sequence[str]) -> None:
    """The numbers of the month that moved, how many others did, and the cases behind them all."""
    own = {
        name: pair for name, pair in numbers.items() if name.split(".")[0] in ("lines", "rates", "county", "overdue")
    }
    for name, (was, now) in own.items():
        say(N_("moved: %(name)s, %(was)s before, %(now)s now"), name=name, was=_figure(was), now=_figure(now))
    if len(numbers) > len(own):
        say(N_("%(count)d numbers of other windows and parts moved too"), count=len(numbers) - len(own))
    if cases:
        say(N_("cases behind what moved: %(numbers)s"), numbers=", ".join(cases))


def _figure(value: object) -> object:
    """A number of a report: a rate as n/d."""
    return f"{value['n']}/{value['d']}" if isinstance(value, dict) else value


@report.command()
@click.argument("period")
@told_as
@click.option("--only", multiple=True, metavar="KIND=PART", help="Only this part, such as category=land or lead=NAME.")
@as_user
def period(
    period: str, unit: str, as_of: str | None, only: tuple[str, ...], username: str | None, **papers: Any
) -> None:
    """The same for any PERIOD: 2026-03, 2026-Q1, 2026, or 2026-03-05..2026-04-20; whole, or only some part of it."""
    wanted, ctx = parse_period(period), reader(username, unit)
    narrowed = {kind: key for kind, _, key in (text.partition("=") for text in only)}
    found = read_report(
        ctx.session, ctx.actor, ctx.units, unit, wanted, as_of=_instant(ctx, as_of), narrowed=narrowed,
        progress=progress_bar(str(wanted)),
    )  # fmt: skip
    _give(ctx, found, **papers)


@report.command()
@click.argument("year")
@click.option("--unit", required=True)
@click.option("--docx", type=click.Path(path_type=Path), help="The summary as a Word file.")
@click.option("--pdf", type=click.Path(path_type=Path), help="The summary as a PDF.")
@as_user
def year(year: str, unit: str, docx: Path | None, pdf: Path | None, username: str | None) -> None:
    """The yearly summary of a unit (信访工作条例 art. 41) for YEAR, written 2026."""
    wanted, ctx = parse_period(year), reader(username, unit)
    if not isinstance(wanted, Year):
        raise RuleViolation("year", N_("%(text)s is not a year; write it as 2026"), text=year)
    found = read_report(
        ctx.session, ctx.actor, ctx.units, unit, wanted, as_of=ctx.now, progress=progress_bar(str(wanted))
    )
    with force_locale(LANGUAGE):
        told = told_year(
            found, read_year(ctx.session, ctx.actor, ctx.units, found), ctx.units, Words(gettext, label), chinese_day
        )
        if docx:
            write_word(docx, told)
        if pdf:
            write_bytes(pdf, as_pdf(told.paper, current_app.extensions["caseapp"].fonts))
    for path in filter(None, (docx, pdf)):
        say(N_("%(path)s written"), path=path)
    if not (docx or pdf):
        for line in in_lines(told.paper):
            click.echo(line)


def reader(username: str | None, unit: str) -> Ctx:
    """Somebody who may open a unit's report. Raises OutOfScope, RuleViolation."""
    ctx = reading(username)
    ctx.actor.demand(may.REPORT)
    if not ctx.actor.is_system and ctx.units.id_of[ctx.units.place(unit).code] not in ctx.actor.units_with(may.REPORT):
        raise OutOfScope(N_("there is no such report"))
    ctx.units.place(unit)
    _note_taken(ctx, unit)
    return ctx


def _note_taken(ctx: Ctx, unit: str) -> None:
    """Put down who is given a report, of which period and in which form."""
    asked = click.get_current_context().params
    forms = [form for form in ("json", "xlsx", "docx", "pdf") if asked.get(form) or asked.get(f"to_{form}")]
    period = next(str(asked[name]) for name in ("month", "period", "year", "day") if name in asked)
    note_taken(ctx, unit, period=period, form=", ".join(forms) or "screen", revision=asked.get("revision") or "")


def _give(
    ctx: Ctx,
    found: Report,
    *,
    to_json: bool,
    xlsx: Path | None,
    docx: Path | None,
    pdf: Path | None,
) -> None:
    """A report on every paper that was asked for; on the screen when none was."""
    if xlsx:
        with force_locale(LANGUAGE):
            write_bytes(xlsx, month_workbook(found, ctx.units, gettext, label))
        say(N_("%(path)s written"), path=xlsx)
    _write_papers(ctx, found, docx, pdf)
    if to_json:
        click.echo(written(as_json(found)))
    elif not (xlsx or docx or pdf):
        _print(found)


def _give_stored(ctx: Ctx, frozen: FrozenReport, *, to_json: bool, **papers: Path | None) -> None:
    """A frozen revision as it was stored, on every paper that was asked for; for who is kept out of one of its cases,
    drawn without it."""
    edition = stored_report(ctx.session, ctx.actor, ctx.units, frozen)
    for kind, path in papers.items():
        if path:
            kept = None if edition.report.leaves_out else frozen_paper(ctx.session, frozen, kind)
            write_bytes(path, kept or _drawn(ctx, frozen, edition, kind))
            say(N_("%(path)s written"), path=path)
    if to_json:
        own = edition.report.leaves_out or edition.report.of_its_reader
        click.echo(written(as_json(edition.report)) if own else frozen.content)


def _drawn(ctx: Ctx, frozen: FrozenReport, edition: Edition, kind: str) -> bytes:
    with force_locale(LANGUAGE):
        words = wordbook_of(ctx.session, frozen).words(LANGUAGE, Words(gettext, label))
        return drawn(ctx.session, edition, kind, words, current_app.extensions["caseapp"].fonts).content


def _write_papers(ctx: Ctx, found: Report, docx: Path | None, pdf: Path | None) -> None:
    """The report as a Word file, as a PDF: the same document."""
    if not (docx or pdf):
        return
    notes = submitted_notes(ctx.session, ctx.units, found)
    with force_locale(LANGUAGE):
        told = told_month(found, ctx.units, Words(gettext, label), chinese_day, notes)
        if docx:
            write_word(docx, told)
        if pdf:
            write_bytes(pdf, as_pdf(told.paper, current_app.extensions["caseapp"].fonts))
    for path in filter(None, (docx, pdf)):
        say(N_("%(path)s written"), path=path)


def write_word(path: Path, told: TemplateData) -> None:
    """A paper as a Word file; when the office's template fails, it is said."""
    made = word_file(db.session, told)
    write_bytes(path, made.content)
    if made.problem is not None:
        say(N_("The program's own template was used: %(why)s"), why=sentence(made.problem))


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


def _print(found: Report) -> None:
    for key in LINES:
        click.echo(f"{key:<20}{found.whole.line(key):>6}")
    for key in RATES:
        ratio = found.whole.rate(key)
        click.echo(f"{key:<20}{ratio.n:>6}/{ratio.d:<6}{ratio.percent:>8}")
