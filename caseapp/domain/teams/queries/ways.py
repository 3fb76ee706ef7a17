"""The ways into a case and out of it that follow from its events, and from who declared an interest or helps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from caseapp.domain.access.models import CaseAccess, Interest
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.snapshot import holder_at
from caseapp.domain.org.queries import Units
from caseapp.domain.teams.models import CoHandler
from caseapp.domain.teams.queries import Way
from caseapp.domain.teams.seats import seats_now

WAY = ("unit_id", "username", "barred", "sealed", "role", "because")
BARRED = WAY.index("barred")


def sure_ways(history: History, units: Units, beside: Iterable[tuple[str, str]]) -> set[Way]:
    """The ways into a case, and out of it, that follow from its events and from what stands ``beside`` it, whatever
    posts people hold meanwhile."""
    return set(_ways(history, units)) | set(_beside(beside, sealed=history.head.sealed))


def way_of(row: CaseAccess) -> Way:
    """A row as what it says."""
    return row.unit_id, row.username, row.barred, row.sealed, row.role, row.because


def is_guarded(case: Case, ways: Iterable[Way]) -> bool:
    """Whether it is to be looked up who of those that a row names sees a case: it is an accusation, or somebody is out
    of it."""
    return case.sealed or any(way[BARRED] for way in ways)


def bars_somebody(there: Mapping[int, Sequence[CaseAccess]]) -> bool:
    """Whether the rows of some cases keep anybody out."""
    return any(row.barred for some in there.values() for row in some)


def _in(unit: int | None, person: str | None = None, *, sealed: bool = False) -> Way:
    return unit, person, False, sealed, None, None


def besides(session: Session, case_ids: Sequence[int]) -> dict[int, set[tuple[str, str]]]:
    """Who is out of some cases by a declared interest, and the co-handlers, who come in until their task is over."""
    if not case_ids:
        return {}
    declared = select(Interest.case_id, Interest.username, literal("out")).where(
        Interest.case_id.in_(case_ids), Interest.undone_at.is_(None)
    )
    helping = select(CoHandler.case_id, CoHandler.username, literal("in")).where(
        CoHandler.case_id.in_(case_ids), CoHandler.ended_at.is_(None)
    )
    found: dict[int, set[tuple[str, str]]] = {}
    for case_id, person, way in session.execute(union_all(declared, helping)):
        found.setdefault(case_id, set()).add((person, way))
    return found


def _beside(beside: Iterable[tuple[str, str]], *, sealed: bool) -> Iterable[Way]:
    for person, way in beside:
        if way == "out":
            yield None, person, True, False, None, None
        elif not sealed:
            yield _in(None, person)


def _ways(history: History, units: Units) -> Iterable[Way]:
    """Who comes in: the unit where it arose, the one that holds it, the five seats."""
    now, sealed = history.now, history.head.sealed
    for unit in {history.head.unit, holder_at(now, units)}:
        yield _in(units.id_of[unit], sealed=sealed)
    if not sealed:
        for who in seats_now(history).values():
            for person in filter(None, (who.holder, who.deputy)):
                yield _in(None, person)
