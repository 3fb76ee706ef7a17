"""caseapp clock: what a clock that was set forward by mistake left in the future."""

from __future__ import annotations

import click

from caseapp.actions.clock import mend_clock
from caseapp.cli.edge import acting, reading, say, sentence
from caseapp.domain.verification.queries.ahead import MENDED, cases_ahead, moments_ahead
from caseapp.kernel.clock import show_instant
from caseapp.kernel.errors import N_, CaseappError

SENTENCES = {
    "runs": N_("%(count)d runs of jobs in the future, the last at %(latest)s: they count no more"),
    "logins": N_("%(count)d logins in the future, the last at %(latest)s: they are over"),
    "tries": N_("%(count)d failed logins in the future, the last at %(latest)s: they count no more"),
    "cases": N_("%(count)d cases with entries in the future, the last at %(latest)s: these stay as they were put down"),
    "entries": N_("%(count)d lines of the audit log in the future, the last at %(latest)s: they stay on record"),
}


def sentences(kinds: tuple[str, ...] = tuple(SENTENCES)) -> list[str]:
    """What lies in the future, of some kinds, in the language of the office."""
    ctx = reading()
    return [
        sentence(CaseappError(SENTENCES[one.kind], count=one.count, latest=show_instant(one.latest)))
        for one in moments_ahead(ctx.session, ctx.now)
        if one.kind in kinds
    ]


@click.group()
def clock() -> None:
    """What a clock that was set forward by mistake left in the future."""


@clock.command()
def show() -> None:
    """What lies in the future; exit 1 when anything does that ``mend`` takes away."""
    for line in sentences():
        click.echo(line)
    ctx = reading()
    if numbers := cases_ahead(ctx.session, ctx.now):
        say(N_("cases with entries in the future: %(numbers)s"), numbers=" ".join(numbers))
    if sentences(MENDED):
        click.get_current_context().exit(1)


@clock.command()
def mend() -> None:
    """Once the clock is right again: forget runs of jobs and failed logins of the future, end its logins."""
    told = sentences()
    with acting() as ctx:
        mend_clock(ctx)
    for line in told:
        click.echo(line)
    say(N_("the clock is in order: %(count)d kinds were mended") if told else N_("nothing lies in the future"),
        count=len(told))  # fmt: skip
