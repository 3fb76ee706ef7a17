"""caseapp units load: the group–village–town tree from a CSV file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click

from caseapp.actions.org import load_tree
from caseapp.cli.edge import acting, read_text, say
from caseapp.domain.org.tree import Place
from caseapp.kernel.errors import N_, RuleViolation

COLUMNS = ("code", "parent", "tier", "kind", "name")


@click.group()
def units() -> None:
    """The tree of units."""


@units.command()
@click.argument("file", type=click.Path(path_type=Path))
def load(file: Path) -> None:
    """Add or update units from FILE.csv with the columns code, parent, tier, kind, name."""
    places = read_places(read_text(file))
    with acting() as ctx:
        added, changed = load_tree(ctx, places)
    say(N_("%(added)d units added, %(changed)d changed"), added=added, changed=changed)


def read_places(text: str) -> list[Place]:
    """The units of a CSV text. Raises RuleViolation naming the line."""
    try:
        return _places(csv.DictReader(io.StringIO(text)))
    except csv.Error:
        raise RuleViolation(
            "file", N_("this is no CSV file that can be read: its lines or fields do not end")
        ) from None


def _places(reader: csv.DictReader[str]) -> list[Place]:
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
    if missing:
        raise RuleViolation("file", N_("the column %(columns)s is missing"), columns=", ".join(missing))
    places = []
    for row in reader:
        if None in row or any(row[name] is None for name in COLUMNS):
            raise RuleViolation("file", N_("line %(line)d has not as many fields as the heading"), line=reader.line_num)
        places.append(Place(*(row[name].strip() for name in COLUMNS)))
    return places
