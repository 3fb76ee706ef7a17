"""Checking the rows of the tree of units, which rights are read from, against its log."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.audit.verify import Verified
from caseapp.domain.org.models import Unit, UnitWithin
from caseapp.domain.org.queries import load_chronicle, path_of
from caseapp.kernel.errors import N_, CaseappError

TREE = N_("%(name)s: the unit is not named or placed as the log of the tree says")


def check_tree(session: Session, result: Verified) -> None:
    """Each unit has a name and a place that some day of the log gave it, and lies within the units of its path and no
    others. Which day that is, the job of each night says."""
    trees = load_chronicle(session).until(date.max)
    units = session.execute(select(Unit.id, Unit.code, Unit.name, Unit.path)).all()
    codes = {key: code for key, code, _name, _path in units}
    within: dict[int, set[str]] = {key: set() for key in codes}
    for above, key in session.execute(select(UnitWithin.above_id, UnitWithin.unit_id)):
        within.setdefault(key, set()).add(codes.get(above, ""))
    for key, code, name, path in units:
        told = {(tree.place(code).name, path_of(tree, code)) for tree in trees}
        if (name, path) not in told or within[key] != set(filter(None, path.split("/"))):
            result.broken.append(CaseappError(TREE, name=code))
