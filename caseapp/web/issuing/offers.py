"""Which letters the page of a case, and that of an act, offer to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from caseapp.actions.context import Ctx
from caseapp.actions.issuing import may_write
from caseapp.domain.cases.history import History
from caseapp.domain.cases.queries import load_history
from caseapp.domain.issuing.announcing import Situation, check_fits, without_letter
from caseapp.domain.issuing.kinds import ACCEPTANCE, KINDS, UNDER_WAY, Kind
from caseapp.domain.supervision.queries import CaseAside
from caseapp.kernel.errors import RuleViolation

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case


COMMON = ("acceptance", "opinion")
"""Those that a petition has as a rule; the others are offered first where what they announce is on record."""


class Offers(NamedTuple):
    """The kinds of letters that may be begun: those that come first, and the others."""

    first: list[str]
    other: list[str]


def to_draft(ctx: Ctx, case: Case, history: History, letters: list[CaseAside]) -> Offers:
    """The kinds of letters that the actor may begin in a case now: each once, while none of it stands."""
    offers = Offers([], [])
    situation = Situation(history, ctx.today, ctx.office, [one.more for one in letters if one.over and one.more])
    for slug, kind in KINDS.items():
        if _stands(kind, history, letters) or not _fits(kind, situation) or not may_write(ctx, case, kind):
            continue
        at_once = slug in COMMON or without_letter(kind, situation)
        (offers.first if at_once else offers.other).append(slug)
    return offers


def saying(ctx: Ctx, case: Case, action: str) -> list[str]:
    """The kinds of letters whose issue puts an act on record, where the actor may write them now."""
    kinds = [kind for kind in KINDS.values() if kind.action == action and (case.track == "petition" or kind.to_organ)]
    kinds = [kind for kind in kinds if may_write(ctx, case, kind)]
    if not kinds:
        return []
    situation = Situation(load_history(ctx.session, case, ctx.units), ctx.today, ctx.office, [])
    return [kind.slug for kind in kinds if _fits(kind, situation)]


def _stands(kind: Kind, history: History, letters: list[CaseAside]) -> bool:
    again = history.now.reopened_on if kind is not ACCEPTANCE else None
    return any(
        one.what == kind.slug and not one.over and not (again and one.day and one.day <= again)
        and (not kind.several or one.person in UNDER_WAY)
        for one in letters
    )  # fmt: skip


def _fits(kind: Kind, situation: Situation) -> bool:
    try:
        check_fits(kind, situation, {})
    except RuleViolation:
        return False
    return True
