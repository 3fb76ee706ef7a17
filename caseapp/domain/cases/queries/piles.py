"""The first cases of several lists at once, as a desk shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, bindparam, func, select, union_all
from sqlalchemy.orm import Session

from caseapp.db import figure, word
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import CaseList


class Piles:
    """The first cases of several lists with the count of each, no further than one over a number: one statement for all
    of them, by numbers of cases, and one for the cases that are shown. Made once for a reader and a day."""

    def __init__(self, lists: Mapping[str, CaseList], size: int, up_to: int) -> None:
        self.names = list(lists)
        parts = [self._first(name, listed, size, up_to) for name, listed in lists.items()]
        self._numbers = union_all(*parts) if parts else None
        self._cases = select(Case).where(Case.id.in_(bindparam("ids", expanding=True)))

    def found(self, session: Session) -> dict[str, tuple[int, list[Case]]]:
        """The count and the cases of each list, newest first."""
        found: dict[str, tuple[int, list[Case]]] = {name: (0, []) for name in self.names}
        rows = session.execute(self._numbers).all() if self._numbers is not None else []
        ids = {"ids": sorted({key for _name, key, _at, _count in rows})}
        cases = {case.id: case for case in session.scalars(self._cases, ids)} if rows else {}
        for name, key, _at, count in sorted(rows, key=lambda row: (row[2], row[1]), reverse=True):
            found[name] = count, [*found[name][1], cases[key]]
        return found

    @staticmethod
    def _first(name: str, listed: CaseList, size: int, up_to: int) -> Select[Any]:
        some = listed.query().with_only_columns(Case.id, Case.registered_at).limit(figure(up_to + 1)).subquery().c
        first = select(some.id, some.registered_at, func.count().over().label("count"))
        one = first.order_by(some.registered_at.desc(), some.id.desc()).limit(figure(size)).subquery().c
        return select(word(name), one.id, one.registered_at, one.count)
