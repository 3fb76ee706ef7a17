"""caseapp audit verify, caseapp audit anchor."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app

from caseapp.actions.anchors import anchor_now, keep_outside
from caseapp.actions.verify_shadows import verify_all
from caseapp.cli.edge import acting, read_text, reading, say, say_problem
from caseapp.db import db
from caseapp.domain.audit.anchor import Anchor, from_line, from_text
from caseapp.domain.verification.queries.damage import damaged
from caseapp.kernel.errors import N_, CaseappError, RuleViolation


@click.group()
def audit() -> None:
    """The append-only logs."""


@audit.command()
@click.option(
    "--anchor", "kept", multiple=True, is_flag=False, flag_value="", metavar="[FILE|TEXT]",
    help="Hold them against anchors kept elsewhere: a file, or the text of one; alone, the file of this installation.",
)  # fmt: skip
def verify(kept: tuple[str, ...]) -> None:
    """Check the logs from end to end; exit 1 and the broken places when they were tampered with, or cannot be read."""
    settings = current_app.extensions["caseapp"]
    unread = damaged(db.session)
    for one in unread:
        say_problem(CaseappError(one.message, **one.params))
    if unread:
        sys.exit(1)
    given = [anchor for one in kept for anchor in _anchors(one, settings.anchors_file)]
    result = verify_all(reading(), settings.audit_key, given)
    for problem in result.broken:
        say_problem(problem)
    if result.broken:
        sys.exit(1)
    say(
        N_("%(cases)d cases with %(events)d events and %(entries)d audit entries verified; %(erased)d texts erased"),
        cases=result.cases, events=result.events, entries=result.entries, erased=result.erased,
    )  # fmt: skip
    if result.anchors:
        say(N_("%(count)d anchors hold"), count=result.anchors)


def _anchors(kept: str, own: Path) -> Iterator[Anchor]:
    """The anchors of a file, or the one that a text is. Raises RuleViolation."""
    path = Path(kept) if kept else own
    if kept and not path.is_file():
        yield from_text(kept)
        return
    lines = [line for line in read_text(path).splitlines() if line.strip()]
    if not lines:
        raise RuleViolation("anchor", N_("%(path)s holds no anchor"), path=path)
    yield from map(from_line, lines)


@audit.command()
def anchor() -> None:
    """Make an anchor now: its text on standard output, all of it in the file of anchors."""
    settings = current_app.extensions["caseapp"]
    with acting() as ctx:
        made = anchor_now(ctx, settings.audit_key)
    if made is None:
        raise RuleViolation("anchor", N_("this installation has no key for anchors"))
    keep_outside(db.session, settings.anchors_file)
    click.echo(made.text)
