"""The commands of the contract. Each parses, calls one action or query inside one transaction, and prints."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from caseapp import create_app
from caseapp.cli import (
    accounts,
    audit,
    cases,
    deadlines,
    demo,
    jobs,
    keeping,
    ledger,
    meetings,
    reports,
    screening,
    server,
    units,
)
from caseapp.cli.edge import note_refused, say_problem
from caseapp.kernel.errors import N_, CaseappError


class Commands(AppGroup):
    """The group of all commands: each runs inside the application; a broken rule becomes one sentence on standard error
    and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            app = create_app()
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
            except (OperationalError, ProgrammingError) as problem:
                say_problem(_in_a_sentence(problem))
                sys.exit(1)


def _in_a_sentence(problem: DBAPIError) -> CaseappError:
    """What a database says when it is not there, or has no tables yet. Anything else is a bug and stays one."""
    told = str(problem.orig)
    if "no such table" in told or "UndefinedTable" in type(problem.orig).__name__:
        return CaseappError(N_("the database has no tables yet, or old ones: run caseapp db upgrade first"))
    if isinstance(problem, OperationalError):
        return CaseappError(N_("the database does not answer: %(why)s"), why=told.splitlines()[0])
    raise problem


@click.group(cls=Commands)
def main() -> None:
    """caseapp: petitions and disputes of a township, followed case by case."""


main.add_command(server.serve)
main.add_command(server.scheduler)
main.add_command(server.database)
main.add_command(demo.demo)
main.add_command(units.units)
main.add_command(accounts.users)
main.add_command(cases.cases)
main.add_command(ledger.ledger)
main.add_command(deadlines.sweep)
main.add_command(deadlines.overdue)
main.add_command(screening.screening)
reports.report.add_command(meetings.week)
main.add_command(reports.report)
main.add_command(jobs.jobs)
main.add_command(audit.audit)
main.add_command(keeping.backup)
main.add_command(keeping.restore)
main.add_command(keeping.check)
