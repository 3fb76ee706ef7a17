"""caseapp units load: the group–village–town tree from a CSV file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click

from caseapp.actions.org import load_rows
from caseapp.cli.edge import acting, read_text, reading, say, write_bytes
from caseapp.domain.org.unit_rows import COLUMNS, NEEDED, UnitRow, read_row, rows_of, write_row
from caseapp.kernel.clock import parse_day
from caseapp.kernel.errors import N_, RuleViolation


@click.group()
def units() -> None:
    """The tree of units."""


@units.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "day", metavar="DATE", help="The day from which the rows hold that name none.")
def load(file: Path, day: str | None) -> None:
    """Add or update units from FILE.csv with the columns code, parent, tier, kind, name and, if wanted, from,
    closed_on, merged_into. A change holds from its day on, or from today; a new unit without a day was always there."""
    rows = read_rows(read_text(file))
    with acting() as ctx:
        added, changed = load_rows(ctx, rows, parse_day(day, "from") if day else None)
    say(N_("%(added)d units added, %(changed)d changed"), added=added, changed=changed)


@units.command()
@click.argument("file", type=click.Path(path_type=Path))
def export(file: Path) -> None:
    """Write the whole history of the tree to FILE.csv, a row for each change; another database loads it."""
    rows = list(rows_of(reading().units.chronicle))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(write_row(row) for row in rows)
    write_bytes(file, text.getvalue().encode())
    say(N_("%(rows)d rows written"), rows=len(rows))


def read_rows(text: str) -> list[UnitRow]:
    """The units of a CSV text. Raises RuleViolation naming the line."""
    try:
        return _rows(csv.DictReader(io.StringIO(text)))
    except csv.Error:
        raise RuleViolation(
            "file", N_("this is no CSV file that can be read: its lines or fields do not end")
        ) from None


def _rows(reader: csv.DictReader[str]) -> list[UnitRow]:
    missing = [name for name in NEEDED if name not in (reader.fieldnames or [])]
    if missing:
        raise RuleViolation("file", N_("the column %(columns)s is missing"), columns=", ".join(missing))
    rows = []
    for row in reader:
        if None in row or any(value is None for value in row.values()):
            raise RuleViolation("file", N_("line %(line)d has not as many fields as the heading"), line=reader.line_num)
        rows.append(read_row({name: value.strip() for name, value in row.items()}))
    return rows
