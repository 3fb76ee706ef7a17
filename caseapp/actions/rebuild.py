"""Tables whose rows follow from other rows: made anew by ``caseapp rebuild``, recounted by ``caseapp check --deep``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from caseapp.actions.contact_digests import contacts_anew, wrongly_found_by
from caseapp.actions.context import Ctx
from caseapp.actions.contributions import Progress, count_anew, miscounted
from caseapp.actions.duties import make_anew
from caseapp.actions.journal import note
from caseapp.actions.search import look_up_anew
from caseapp.actions.sums import sums_anew, wrong_sums
from caseapp.domain.deadlines.queries.recount import unlike
from caseapp.domain.org.queries import load_units
from caseapp.domain.search.queries import wrongly_found
from caseapp.domain.teams.queries.acting import stands_for


@dataclass(frozen=True)
class Kept:
    """Such rows: ``anew`` writes what is missing or wrong and returns how many cases were gone through; ``unlike``
    names the cases whose rows say something else than what they follow from. ``of``: what they are the rows of."""

    name: str
    anew: Callable[[Ctx, Progress | None], int]
    unlike: Callable[[Ctx], Iterable[str]]
    of: str = "cases"


def _wrong_duties(ctx: Ctx) -> list[str]:
    """The cases whose duties are not what the rules say of the day for which they stand."""
    day = date.fromisoformat(stands_for(ctx.session) or ctx.today.isoformat())
    return unlike(ctx.session, load_units(ctx.session, day), ctx.office, day)


def _wrong_pairs(ctx: Ctx) -> list[str]:
    """The cases that are found by other words than theirs."""
    return [number or f"({case_id})" for case_id, number in wrongly_found(ctx.session, ctx.units)]


KEPT = (
    Kept("contributions", count_anew, miscounted),
    Kept("sums", sums_anew, wrong_sums, "windows"),
    Kept("duties", make_anew, _wrong_duties),
    Kept("search", look_up_anew, _wrong_pairs),
    Kept("contacts", contacts_anew, wrongly_found_by),
)


def rebuild(ctx: Ctx, one: Kept, progress: Progress | None = None) -> int:
    """Make the rows of a table anew, on record. Returns how many cases were gone through."""
    cases = one.anew(ctx, progress)
    note(ctx, "rebuilt", one.name, cases=cases)
    return cases
