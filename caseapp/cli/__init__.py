"""The commands of the contract. Each parses, calls one action or query inside one transaction, and prints."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask.cli import AppGroup

from caseapp import create_app
from caseapp.cli import accounts, audit, cases, deadlines, demo, jobs, ledger, reports, server, units
from caseapp.cli.edge import say_problem
from caseapp.kernel.errors import CaseappError


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
                say_problem(problem)
                sys.exit(1)


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
main.add_command(reports.report)
main.add_command(jobs.jobs)
main.add_command(audit.audit)
