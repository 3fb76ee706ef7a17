"""caseapp cases import, caseapp cases export."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from caseapp.actions.exports import export_cases
from caseapp.actions.imports import JudgedFile, UndoneError, import_cases, judge_file, read_lines, take_part
from caseapp.actions.taking_in import Imported, Incoming, Refusal
from caseapp.cli.edge import (
    acting,
    as_user,
    keeping_much,
    progress_bar,
    read_text,
    reading,
    say,
    say_problem,
    taking_in,
    write_bytes,
)
from caseapp.cli.sharing import check_several, shared_out
from caseapp.db import db
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.turns import pause


@click.group()
def cases() -> None:
    """Whole case histories."""


@cases.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--atomic", is_flag=True, help="Take all lines or none.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="Several need PostgreSQL.")
@as_user
def import_(file: Path, dry_run: bool, atomic: bool, processes: int, username: str | None) -> None:
    """Take in whole histories from FILE.jsonl, one case a line, in parts that others can write between; one that was
    cut off is run again, and adds the rest. Several processes share the parts."""
    if processes > 1:
        check_several()
        if dry_run or atomic:
            raise RuleViolation("processes", N_("what is taken whole or not at all is taken by one process"))
    text = read_text(file)
    if not (dry_run or atomic):
        with keeping_much():
            result = _import_in_parts(text, username, processes)
        report_import(result, taken=True)
        return
    result = Imported()
    try:
        with taking_in(username) as ctx:
            result = import_cases(ctx, read_lines(io.StringIO(text)), progress_bar("import"))
            if dry_run or result.refused:
                raise UndoneError
    except UndoneError:
        pass
    report_import(result, taken=not (dry_run or result.refused))


def _import_in_parts(text: str, username: str | None, processes: int) -> Imported:
    """Read and judge all of it, holding nothing, then keep a part after another, or several at a time."""
    judged = judge_file(reading(username), read_lines(io.StringIO(text)))
    db.session.rollback()
    result, show, done = Imported(), progress_bar("import"), 0
    for taken in _taken(judged, username, processes):
        result.add(taken)
        done += taken.lines
        if show:
            show(done, len(judged.good))
    return result


def _taken(judged: JudgedFile, username: str | None, processes: int) -> Iterator[Imported]:
    """What came of each part, as it is kept."""
    if processes > 1:
        shared, judged = judged.shared()
        if shared.good:
            yield from shared_out([partial(_take, username, *part) for part in _parts(shared)], processes)
            if not judged.good:
                return
    for nth, part in enumerate(_parts(judged)):
        if nth and db.engine.dialect.name == "sqlite":
            pause()
        yield _take(username, *part)


def _parts(judged: JudgedFile) -> Iterator[tuple[list[Incoming], list[Refusal]]]:
    """The parts; the first one tells what was refused of the file."""
    for nth, part in enumerate(judged.parts()):
        yield part, [] if nth else judged.refused


def _take(username: str | None, part: list[Incoming], refused: list[Refusal]) -> Imported:
    with acting(username) as ctx:
        return take_part(ctx, part, refused)


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
@click.option(
    "--with-contacts", is_flag=True, help="With telephone numbers, addresses and identity numbers; needs --reason."
)
@click.option("--reason", default="", help="Why they must leave.")
@as_user
def export(file: Path, unit: str | None, with_contacts: bool, reason: str, username: str | None) -> None:
    """Give out whole histories to FILE.jsonl."""
    if reason and not with_contacts:
        raise RuleViolation("reason", N_("--reason goes with --with-contacts"))
    with acting(username) as ctx:
        lines = list(export_cases(ctx, unit, reason=reason if with_contacts else None))
        write_bytes(file, "".join(line + "\n" for line in lines).encode(), private=with_contacts)
    say(N_("%(count)d cases exported"), count=len(lines))
