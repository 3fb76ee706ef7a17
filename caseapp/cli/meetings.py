"""caseapp report week."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask_babel import force_locale, gettext

from caseapp.cli.edge import LANGUAGE, as_user, say
from caseapp.cli.reports import reader, report, write_word
from caseapp.domain.meetings.brief import as_json
from caseapp.domain.meetings.queries import read_brief
from caseapp.domain.reports.prose import Words
from caseapp.kernel.clock import chinese_day, parse_day
from caseapp.kernel.errors import N_
from caseapp.labels import label
from caseapp.papers.report import in_lines
from caseapp.papers.template_fields import told_week


@report.command()
@click.argument("day", metavar="DATE")
@click.option("--unit", required=True)
@click.option("--json", "to_json", is_flag=True, help="The brief on standard output.")
@click.option("--docx", type=click.Path(path_type=Path), help="The brief as a Word file.")
@as_user
def week(day: str, unit: str, to_json: bool, docx: Path | None, username: str | None) -> None:
    """The brief for the Friday meeting of the week in which DATE lies."""
    ctx, wanted = reader(username, unit), parse_day(day, "date")
    brief = read_brief(ctx.session, ctx.actor, ctx.units, unit, wanted, now=ctx.now, today=ctx.today)
    with force_locale(LANGUAGE):
        told = told_week(brief, ctx.units, Words(gettext, label), chinese_day)
        if docx:
            write_word(docx, told)
            say(N_("%(path)s written"), path=docx)
    if to_json:
        click.echo(json.dumps(as_json(brief), ensure_ascii=False, indent=1))
    elif not docx:
        with force_locale(LANGUAGE):
            for line in in_lines(told.paper):
                click.echo(line)
