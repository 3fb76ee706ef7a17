"""caseapp users add, caseapp users reset."""

from __future__ import annotations

import sys

import click

from caseapp.actions.account_acts import AskedAct, do_or_ask
from caseapp.actions.accounts import add_post, add_user
from caseapp.cli.edge import acting, say
from caseapp.domain.people.queries import user_named
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.signs import in_groups


@click.group()
def users() -> None:
    """The people who work with the system."""


@users.command()
@click.argument("name")
@click.option("--full-name", required=True)
@click.option("--role", required=True)
@click.option("--unit", required=True)
def add(name: str, full_name: str, role: str, unit: str) -> None:
    """Add a user with a post, or another post to a user who is there. The password comes from standard input."""
    with acting() as ctx:
        user = user_named(ctx.session, name)
        if user is None:
            user = add_user(ctx, name, full_name, _password())
        elif user.full_name != full_name.strip():
            message = N_("%(username)s is %(name)s: to give them a post, write that full name")
            raise RuleViolation("full_name", message, username=name, name=user.full_name)
        add_post(ctx, user, role, unit)
    say(N_("%(name)s is %(role)s at %(unit)s"), name=name, role=role, unit=unit)


@users.command()
@click.argument("name")
@click.option("--end-factor", is_flag=True, help="End the second factor too.")
def reset(name: str, end_factor: bool) -> None:
    """Make a one-time code for a user, where nobody else could decide on it. The old password ends; the code goes to
    standard output."""
    with acting() as ctx:
        if end_factor:
            do_or_ask(ctx, AskedAct("end_factor", name))
        outcome = do_or_ask(ctx, AskedAct("reset", name))
    click.echo(in_groups(outcome.code))
    say(N_("with this code %(name)s sets a password within three days, at /first-login"), name=name)


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\n")
