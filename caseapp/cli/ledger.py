"""caseapp ledger import, caseapp ledger export."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from caseapp.actions.imports import UndoneError
from caseapp.actions.ledger import LedgerImport, error_workbook, export_ledger, import_ledger
from caseapp.cli.edge import acting, as_user, progress_bar, read_bytes, say, sentence, taking_in, write_bytes
from caseapp.kernel.clock import parse_day
from caseapp.kernel.errors import N_

SHOWN = 30
PERSONAL = N_("sheet %(sheet)s: not taken, because they are about a person rather than the case: %(named)s")
UNKNOWN = N_("sheet %(sheet)s: not taken, because nobody knows the heading: %(named)s")
PASSED_OVER = N_("sheet %(sheet)s: passed over %(count)d rows that are sums, signatures or notes: %(named)s")
FILTERED = N_("sheet %(sheet)s: %(count)d rows are hidden, by a filter perhaps, and were read too: %(named)s")
REPEATED = N_("sheet %(sheet)s: %(count)d rows repeat a case of an earlier sheet or row word for word: %(named)s")


@click.group()
def ledger() -> None:
    """The Excel ledger (台账)."""


@ledger.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unit", help="The unit the ledger belongs to.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--errors", type=click.Path(path_type=Path), help="Where the rows to mend are written.")
@as_user
def import_(file: Path, unit: str | None, dry_run: bool, errors: Path | None, username: str | None) -> None:
    """Take in a ledger, one row a case."""
    data = read_bytes(file)
    found: list[LedgerImport] = []
    try:
        with taking_in(username) as ctx:
            found.append(import_ledger(ctx, data, unit, progress_bar("ledger")))
            if dry_run:
                raise UndoneError
    except UndoneError:
        say(N_("nothing was changed"))
    _report(found[0], errors)


def _report(result: LedgerImport, errors: Path | None) -> None:
    _tell_sheets(result)
    for problem in result.problems:
        for told in problem.sentences(sentence):
            say(N_("sheet %(sheet)s, row %(row)d: %(problem)s"), sheet=problem.sheet, row=problem.row_no, problem=told)
    done = result.imported
    say(
        N_("%(added)d added, %(continued)d continued, %(unchanged)d unchanged, %(refused)d refused"),
        added=done.added, continued=done.continued, unchanged=done.unchanged, refused=len(result.problems),
    )  # fmt: skip
    if result.problems and errors:
        write_bytes(errors, error_workbook(result, sentence))
        say(N_("%(path)s holds the rows to mend"), path=errors)
    if not result.complete:
        sys.exit(1)


def _tell_sheets(result: LedgerImport) -> None:
    """Which sheets were not read, and what of those read was passed over or left out."""
    for unread in result.book.unread:
        say(N_("sheet %(sheet)s was not read: %(why)s"), sheet=unread.name, why=sentence(unread.why))
    for sheet in result.book.sheets:
        for message, named in (
            (PERSONAL, sheet.headings.forbidden),
            (UNKNOWN, sheet.headings.unknown),
            (PASSED_OVER, sheet.rows.passed_over),
            (FILTERED, sheet.hidden_rows),
            (REPEATED, [row for name, row in result.again if name == sheet.name]),
        ):
            if named:
                say(message, sheet=sheet.name, count=len(named), named=_named(named))


def _named(things: Sequence[object]) -> str:
    shown = "、".join(str(thing) for thing in things[:SHOWN])
    return f"{shown}…" if len(things) > SHOWN else shown


@ledger.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unit", required=True)
@click.option("--from", "start", metavar="D", help="Registered on or after this day.")
@click.option("--to", "end", metavar="D", help="Registered on or before this day.")
@as_user
def export(file: Path, unit: str, start: str | None, end: str | None, username: str | None) -> None:
    """Write the ledger of a unit."""
    with acting(username) as ctx:
        first = parse_day(start, "from") if start else None
        last = parse_day(end, "to") if end else None
        content, count = export_ledger(ctx, unit, first, last)
        write_bytes(file, content)
    say(N_("%(count)d cases exported"), count=count)
