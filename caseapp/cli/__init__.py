"""The commands of the contract. Each parses, calls one action or query inside one transaction, and prints."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask.cli import FlaskGroup

from caseapp import create_app
from caseapp.cli import accounts, audit, cases, deadlines, demo, jobs, ledger, reports, server, units
from caseapp.cli.edge import say_problem
from caseapp.kernel.errors import CaseappError


class Commands(FlaskGroup):
    """The group of all commands: a broken rule becomes one sentence on standard error and exit status 1."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except CaseappError as problem:
            say_problem(problem)
            sys.exit(1)


@click.group(cls=Commands, create_app=create_app, add_default_commands=False, add_version_option=False)
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
