"""Checking the rows of the tree of units, which rights are read from, against its log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.audit.verify import Verified
from caseapp.domain.org.models import Unit, UnitWithin
from caseapp.domain.org.queries import load_chronicle, path_of
from caseapp.domain.org.tree import Place, Tree
from caseapp.kernel.errors import N_, CaseappError

TREE = N_("%(name)s: the unit is not named or placed as the log of the tree says")


def check_tree(session: Session, result: Verified) -> None:
    """Each unit is as some day of the log had it, was closed when the log says, and lies within the units of its path
    and no others. Which day that is, the job of each night says."""
    chronicle = load_chronicle(session)
    trees = list(chronicle.until(date.max))
    units = session.scalars(select(Unit)).all()
    codes = {unit.id: unit.code for unit in units}
    within = _within(session, codes)
    for unit in units:
        parent, into = (codes.get(key, "?") if key else "" for key in (unit.parent_id, unit.into_id))
        said = Place(unit.code, parent, unit.tier, unit.kind, unit.name), unit.path, into
        told = {_as_it_stood(tree, unit.code) for tree in trees}
        lies = within[unit.id] == set(filter(None, unit.path.split("/")))
        if said not in told or not lies or unit.closed_on != chronicle.closed_on(unit.code):
            result.broken.append(CaseappError(TREE, name=unit.code))


def _within(session: Session, codes: Mapping[int, str]) -> dict[int, set[str]]:
    """Within which units each lies, as the rows have it."""
    within: dict[int, set[str]] = {key: set() for key in codes}
    for above, key in session.execute(select(UnitWithin.above_id, UnitWithin.unit_id)):
        within.setdefault(key, set()).add(codes.get(above, ""))
    return within


def _as_it_stood(tree: Tree, code: str) -> tuple[Place, str, str]:
    """A unit, its path, and what it was merged into, in the tree of some day."""
    return tree.place(code), path_of(tree, code), tree.went_to(code) if code in tree.into else ""
