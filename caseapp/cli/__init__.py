"""The commands of the contract. Each parses, calls one action or query inside one transaction, and prints.

A command is loaded when it is run, and with it all it works with: ``caseapp --help`` reads the table below.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from caseapp import create_app
from caseapp.kernel.errors import N_, CaseappError
from caseapp.kernel.outage import Outage, first_line, outage_of

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

COMMANDS = {
    "audit": ("audit:audit", "The append-only logs."),
    "backup": (
        "backup:backup",
        "A checked copy of the database and of the photos and papers into FILE, while it serves.",
    ),
    "cases": ("cases:cases", "Whole case histories."),
    "check": (
        "keeping:check",
        "Configuration, database, disk, files, scheduler, pages, clock: one line each; exit 1 when any is bad.",
    ),
    "clock": ("clock:clock", "What a clock that was set forward by mistake left in the future."),
    "db": ("server:database", "The schema."),
    "demo": ("demo:demo", "Load the demo township. Refused on a database that holds cases."),
    "jobs": ("jobs:jobs", "What runs by the clock."),
    "keys": ("keys:keys", "The keys that personal data are encrypted with."),
    "ledger": ("ledger:ledger", "The Excel ledger (台账)."),
    "overdue": ("deadlines:overdue", "List what is overdue, soonest due first."),
    "rebuild": (
        "keeping:rebuild",
        "Make anew what is kept as rows: what cases add to figures, what is owed, what search looks up.",
    ),
    "report": ("meetings:report", "Reports."),
    "restore": (
        "backup:restore",
        "Put the copy in FILE into an empty database, its files into the instance; one that holds cases is refused.",
    ),
    "scheduler": ("server:scheduler", "The scheduler alone, beside several web processes."),
    "screening": ("screening:screening", "Screening rounds (排查)."),
    "serve": ("server:serve", "Migrate, then serve; the scheduler runs in the same process unless told not to."),
    "sweep": ("deadlines:sweep", "Flag what is overdue; running it again flags nothing new."),
    "units": ("units:units", "The tree of units."),
    "users": ("accounts:users", "The people who work with the system."),
    "verify": (
        "backup:verify",
        "Whether the copy in FILE is whole, without restoring it; what is damaged in it is named.",
    ),
}  # fmt: skip
"""Where each command stands, and its help as it is written there; a test holds the two together."""


def load(name: str) -> click.Command:
    """A command of the table, with all it works with."""
    module, _, attribute = COMMANDS[name][0].partition(":")
    command: click.Command = getattr(import_module(f"caseapp.cli.{module}"), attribute)
    return command


class Commands(click.Group):
    """The group of all commands: each runs inside the application; a broken rule becomes one sentence on standard error
    and exit status 1."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, listed, rest = super().resolve_command(ctx, args)
        return name, load(name) if name in COMMANDS else listed, rest

    def invoke(self, ctx: click.Context) -> Any:
        from sqlalchemy.exc import DBAPIError

        from caseapp.cli.edge import note_refused, say_problem

        try:
            app = create_app(pages=False)
        except CaseappError as problem:
            say_problem(problem)
            sys.exit(1)
        with app.app_context():
            try:
                return super().invoke(ctx)
            except CaseappError as problem:
                note_refused(problem)
                say_problem(problem)
                sys.exit(1)
            except (DBAPIError, OSError) as problem:
                say_problem(_in_a_sentence(problem))
                sys.exit(1)


def _in_a_sentence(problem: DBAPIError | OSError) -> CaseappError:
    """What a machine says whose database is not there, is damaged or has no tables yet, or whose disk is full. Anything
    else is a bug and stays one."""
    from sqlalchemy.exc import OperationalError

    outage = outage_of(problem)
    if outage:
        return outage
    orig = getattr(problem, "orig", None)
    if "no such table" in str(orig) or "UndefinedTable" in type(orig).__name__:
        return CaseappError(N_("the database has no tables yet, or old ones: run caseapp db upgrade first"))
    if isinstance(problem, OperationalError):
        return Outage("away", first_line(problem))
    raise problem


@click.group(cls=Commands, commands={name: click.Command(name, help=told) for name, (_, told) in COMMANDS.items()})
def main() -> None:
    """caseapp: petitions and disputes of a township, followed case by case."""
