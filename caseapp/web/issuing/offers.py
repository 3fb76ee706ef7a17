"""Which letters the page of a case offers to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caseapp.actions.context import Ctx
from caseapp.actions.issuing import may_write
from caseapp.domain.cases.history import History
from caseapp.domain.issuing.kinds import KINDS, Kind
from caseapp.domain.issuing.writing import check_fits
from caseapp.domain.supervision.queries import CaseAside
from caseapp.kernel.errors import RuleViolation

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case


def to_draft(ctx: Ctx, case: Case, history: History, letters: list[CaseAside]) -> list[str]:
    """The kinds of letters that the actor may begin in a case now: each once, while none of it stands."""
    return [
        slug
        for slug, kind in KINDS.items()
        if not _stands(slug, history, letters) and _fits(kind, history) and may_write(ctx, case, kind)
    ]


def _stands(slug: str, history: History, letters: list[CaseAside]) -> bool:
    again = history.now.reopened_on if slug != "acceptance" else None
    return any(
        one.what == slug and not one.over and not (again and one.day and one.day <= again) for one in letters
    )  # fmt: skip


def _fits(kind: Kind, history: History) -> bool:
    try:
        check_fits(kind, history)
    except RuleViolation:
        return False
    return True
