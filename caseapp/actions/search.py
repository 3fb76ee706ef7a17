"""Keeping the table that texts are looked up in (``domain/search/models.py``) in line with the cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.db.rows import Rows
from caseapp.domain.cases.models import Case
from caseapp.domain.search.models import CaseWords
from caseapp.domain.search.queries import keys_of, village_of, wrongly_found

AT_ONCE = 500


def replace_words(session: Session, changed: Iterable[tuple[Case, int]], rows: Rows) -> None:
    """Bring what some cases are found by in line with their texts; each comes with its village. Of an accusation, and
    of texts that were erased, nothing is kept."""
    told = [(case.id, village_id, keys_of(case, village_id)) for case, village_id in changed]
    if gone := [case_id for case_id, _village_id, found_by in told if not found_by]:
        session.execute(delete(CaseWords).where(CaseWords.case_id.in_(gone)))
    new = [
        {"case_id": case_id, "village_id": village_id, "found_by": found_by}
        for case_id, village_id, found_by in told if found_by
    ]  # fmt: skip
    rows.add(CaseWords, new, over=("village_id", "found_by"))


def move_words(session: Session, unit_id: int, village_id: int) -> None:
    """A group now belongs to another village: what arose there is looked for among that village's cases."""
    arose_there = session.scalars(select(Case).where(Case.unit_id == unit_id))
    _replace_at_once(session, ((case, village_id) for case in arose_there))


def _replace_at_once(session: Session, changed: Iterable[tuple[Case, int]]) -> None:
    rows = Rows()
    replace_words(session, changed, rows)
    rows.put_down(session)


def look_up_anew(ctx: Ctx, progress: Callable[[int, int], None] | None = None) -> int:
    """Work out anew what cases are found by, where it is not what their texts say. Returns how many cases there are."""
    wrong = [case_id for case_id, _number in wrongly_found(ctx.session, ctx.units)]
    if wrong and ctx.session.get_bind().dialect.name == "sqlite":
        ctx.session.execute(text("INSERT INTO case_words_index (case_words_index) VALUES ('rebuild')"))
    for begin in range(0, len(wrong), AT_ONCE):
        some = wrong[begin : begin + AT_ONCE]
        cases = ctx.session.scalars(select(Case).where(Case.id.in_(some)))
        _replace_at_once(ctx.session, [(case, village_of(ctx.units, case)) for case in cases])
        if progress:
            progress(begin + len(some), len(wrong))
    return ctx.session.scalar(select(func.count()).select_from(Case)) or 0
