"""Keeping the table that texts are looked up in (``domain/search/models.py``) in line with the cases."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from caseapp.db import insert_new
from caseapp.domain.cases.events import ERASED
from caseapp.domain.cases.models import Case
from caseapp.domain.search.grams import grams_of
from caseapp.domain.search.models import CaseGram


def replace_grams(session: Session, case: Case, village_id: int, before: frozenset[str]) -> None:
    """Bring the pairs of a case in line with its texts. ``before``: those it had. Of an accusation,
    and of texts that were erased, nothing is kept.

    A pair too many would do no harm (who finds a case by it looks at its texts), one that is missing would.
    """
    now = frozenset() if case.sealed or case.title == ERASED else grams_of(case.title, case.description)
    here = CaseGram.village_id == village_id, CaseGram.case_id == case.id
    if gone := before - now:
        session.execute(delete(CaseGram).where(*here, CaseGram.gram.in_(gone)))
    if new := sorted(now - before):
        row = {"village_id": village_id, "case_id": case.id}
        session.execute(insert_new(session, CaseGram), [{"gram": gram, **row} for gram in new])


def move_grams(session: Session, unit_id: int, village_id: int | None) -> None:
    """A group now belongs to another village: what arose there is looked for among that village's cases."""
    arose_there = select(Case.id).where(Case.unit_id == unit_id)
    session.execute(update(CaseGram).where(CaseGram.case_id.in_(arose_there)).values(village_id=village_id))
