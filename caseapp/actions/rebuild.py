"""Tables whose rows follow from other rows: made anew by ``caseapp rebuild``, recounted by ``caseapp check --deep``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from caseapp.actions.context import Ctx
from caseapp.actions.contributions import Progress, count_anew, miscounted
from caseapp.actions.journal import note


@dataclass(frozen=True)
class Kept:
    """Such rows: ``anew`` writes what is missing or wrong and returns how many cases were gone through; ``unlike``
    names the cases whose rows say something else than what they follow from."""

    name: str
    anew: Callable[[Ctx, Progress | None], int]
    unlike: Callable[[Ctx], Iterable[str]]


KEPT = (Kept("contributions", count_anew, miscounted),)


def rebuild(ctx: Ctx, one: Kept, progress: Progress | None = None) -> int:
    """Make the rows of a table anew, on record. Returns how many cases were gone through."""
    cases = one.anew(ctx, progress)
    note(ctx, "rebuilt", one.name, cases=cases)
    return cases
