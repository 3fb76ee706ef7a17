"""caseapp demo: load the invented township."""

from __future__ import annotations

import click
from flask import current_app

from caseapp.actions.demo import load_demo
from caseapp.cli.edge import progress_bar, say, taking_in
from caseapp.cli.server import serve_on, upgrade_schema
from caseapp.domain.cases.queries import holds_cases
from caseapp.kernel.errors import N_, RuleViolation


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing, quietly, on a database that holds cases.")
@click.option("--serve", is_flag=True, help="Then serve it, on this machine alone.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def demo(if_empty: bool, serve: bool, port: int) -> None:
    """Load the demo township. Refused on a database that holds cases."""
    if current_app.extensions["caseapp"].production:
        raise RuleViolation("", N_("the demo is not loaded where CASEAPP_PRODUCTION=1 says that a real office works"))
    upgrade_schema()
    _load(if_empty=if_empty)
    if serve:
        serve_on("127.0.0.1", port)


def _load(*, if_empty: bool) -> None:
    with taking_in() as ctx:
        if holds_cases(ctx.session):
            if if_empty:
                return
            raise RuleViolation("", N_("this database holds cases; the demo is loaded into an empty one"))
        say(N_("loading the demo township, about half a minute …"))
        loaded = load_demo(ctx, progress_bar("demo"))
    say(N_("%(count)d cases loaded"), count=loaded)
