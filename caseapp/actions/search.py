"""Keeping the table that texts are looked up in (``domain/search/models.py``) in line with the cases."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from caseapp.db import insert_new
from caseapp.domain.cases.events import ERASED
from caseapp.domain.cases.models import Case
from caseapp.domain.search.grams import grams_of
from caseapp.domain.search.models import CaseGram


def replace_grams(session: Session, changed: Iterable[tuple[Case, int, frozenset[str]]]) -> None:
    """Bring the pairs of some cases in line with their texts. Each comes with its village and with the pairs it had. Of
    an accusation, and of texts that were erased, nothing is kept.

    A pair too many would do no harm (who finds a case by it looks at its texts), one that is missing would.
    """
    rows = []
    for case, village_id, before in changed:
        now = frozenset() if case.sealed or case.title == ERASED else grams_of(case.title, case.description)
        here = CaseGram.village_id == village_id, CaseGram.case_id == case.id
        if gone := before - now:
            session.execute(delete(CaseGram).where(*here, CaseGram.gram.in_(gone)))
        rows += [{"gram": gram, "village_id": village_id, "case_id": case.id} for gram in sorted(now - before)]
    if rows:
        session.execute(insert_new(session, CaseGram.__table__), rows)


def move_grams(session: Session, unit_id: int, village_id: int | None) -> None:
    """A group now belongs to another village: what arose there is looked for among that village's cases."""
    arose_there = select(Case.id).where(Case.unit_id == unit_id)
    session.execute(update(CaseGram).where(CaseGram.case_id.in_(arose_there)).values(village_id=village_id))
