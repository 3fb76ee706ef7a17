"""caseapp cases import, caseapp cases export."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import click

from caseapp.actions.exports import export_cases
from caseapp.actions.imports import UndoneError, import_cases, read_lines
from caseapp.actions.taking_in import Imported
from caseapp.cli.edge import acting, as_user, progress_bar, read_text, say, say_problem, taking_in, write_bytes
from caseapp.kernel.errors import N_, RuleViolation


@click.group()
def cases() -> None:
    """Whole case histories."""


@cases.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--atomic", is_flag=True, help="Take all lines or none.")
@as_user
def import_(file: Path, dry_run: bool, atomic: bool, username: str | None) -> None:
    """Take in whole histories from FILE.jsonl, one case a line."""
    text = read_text(file)
    result = Imported()
    try:
        with taking_in(username) as ctx:
            result = import_cases(ctx, read_lines(io.StringIO(text)), progress_bar("import"))
            if dry_run or (atomic and result.refused):
                raise UndoneError
    except UndoneError:
        pass
    report_import(result, taken=not (dry_run or (atomic and result.refused)))


def report_import(result: Imported, *, taken: bool) -> None:
    """Say what came of an import, a sentence a refused line; exit 1 when anything was refused."""
    for refusal in result.refused:
        say_problem(refusal.problem, refusal.line)
        if refusal.in_part and taken:
            say(N_("line %(line)d: the case was taken without this"), line=refusal.line)
    counts = {
        "added": result.added, "continued": result.continued, "unchanged": result.unchanged,
        "refused": len(result.refused),
    }  # fmt: skip
    say(N_("%(added)d added, %(continued)d continued, %(unchanged)d unchanged, %(refused)d refused"), **counts)
    if result.recorded_now:
        message = N_("%(count)d events would have been known to a frozen report; they are recorded now")
        say(message, count=result.recorded_now)
    if not taken:
        say(N_("nothing was changed"))
    if result.refused:
        sys.exit(1)


@cases.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unit", help="Only cases that arose in this unit.")
@click.option("--with-contacts", is_flag=True, help="With telephone numbers; needs --reason.")
@click.option("--reason", default="", help="Why the telephone numbers must leave.")
@as_user
def export(file: Path, unit: str | None, with_contacts: bool, reason: str, username: str | None) -> None:
    """Give out whole histories to FILE.jsonl."""
    if reason and not with_contacts:
        raise RuleViolation("reason", N_("--reason goes with --with-contacts"))
    with acting(username) as ctx:
        lines = list(export_cases(ctx, unit, reason=reason if with_contacts else None))
        write_bytes(file, "".join(line + "\n" for line in lines).encode(), private=with_contacts)
    say(N_("%(count)d cases exported"), count=len(lines))
