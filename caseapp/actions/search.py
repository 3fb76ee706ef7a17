"""Keeping the table that texts are looked up in (``domain/search/models.py``) in line with the cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.db import insert_rows
from caseapp.domain.cases.models import Case
from caseapp.domain.search.models import CaseGram
from caseapp.domain.search.queries import pairs_of, village_of, wrongly_found

AT_ONCE, GRAM = 500, ("gram", "village_id", "case_id")


def replace_grams(session: Session, changed: Iterable[tuple[Case, int, frozenset[str]]]) -> None:
    """Bring the pairs of some cases in line with their texts. Each comes with its village and with the pairs it had. Of
    an accusation, and of texts that were erased, nothing is kept.

    A pair too many would do no harm (who finds a case by it looks at its texts), one that is missing would.
    """
    rows = []
    for case, village_id, before in changed:
        now = pairs_of(case)
        here = CaseGram.village_id == village_id, CaseGram.case_id == case.id
        if gone := before - now:
            session.execute(delete(CaseGram).where(*here, CaseGram.gram.in_(gone)))
        rows += [{"gram": gram, "village_id": village_id, "case_id": case.id} for gram in sorted(now - before)]
    insert_rows(session, CaseGram, rows, once=True)


def move_grams(session: Session, unit_id: int, village_id: int | None) -> None:
    """A group now belongs to another village: what arose there is looked for among that village's cases."""
    arose_there = select(Case.id).where(Case.unit_id == unit_id)
    session.execute(update(CaseGram).where(CaseGram.case_id.in_(arose_there)).values(village_id=village_id))


def look_up_anew(ctx: Ctx, progress: Callable[[int, int], None] | None = None) -> int:
    """Work out anew what cases are found by, where it is not what their texts say. Returns how many cases there are."""
    wrong = [case_id for case_id, _number in wrongly_found(ctx.session, ctx.units)]
    for begin in range(0, len(wrong), AT_ONCE):
        some = wrong[begin : begin + AT_ONCE]
        ctx.session.execute(delete(CaseGram).where(CaseGram.case_id.in_(some)))
        cases = ctx.session.scalars(select(Case).where(Case.id.in_(some)))
        told = [(village_of(ctx.units, case), case.id, pairs_of(case)) for case in cases]
        rows = [(gram, village_id, case_id) for village_id, case_id, pairs in told for gram in sorted(pairs)]
        insert_rows(ctx.session, CaseGram, [dict(zip(GRAM, row, strict=True)) for row in rows])
        if progress:
            progress(begin + len(some), len(wrong))
    return ctx.session.scalar(select(func.count()).select_from(Case)) or 0
