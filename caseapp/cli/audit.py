"""caseapp audit verify."""

from __future__ import annotations

import sys

import click

from caseapp.cli.edge import reading, say, say_problem
from caseapp.domain.verification.queries import verify as verify_logs
from caseapp.kernel.errors import N_


@click.group()
def audit() -> None:
    """The append-only logs."""


@audit.command()
def verify() -> None:
    """Check the logs from end to end; exit 1 and the broken places when they were tampered with."""
    result = verify_logs(reading().session)
    for problem in result.broken:
        say_problem(problem)
    if result.broken:
        sys.exit(1)
    say(
        N_("%(cases)d cases with %(events)d events and %(entries)d audit entries verified; %(erased)d texts erased"),
        cases=result.cases, events=result.events, entries=result.entries, erased=result.erased,
    )  # fmt: skip
