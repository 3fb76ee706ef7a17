"""Reading the tree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.org.models import DEMO, Mark, Unit
from caseapp.domain.org.tree import Place, Tree


@dataclass(frozen=True)
class UnitRow:
    """One unit with its database id."""

    id: int
    place: Place
    path: str


class Units(Tree):
    """The tree with database ids, read in one query."""

    def __init__(self, rows: list[UnitRow]) -> None:
        super().__init__(row.place for row in rows)
        self.rows = rows
        self.by_id = {row.id: row.place for row in rows}
        self.id_of = {row.place.code: row.id for row in rows}

    @cached_property
    def paths(self) -> dict[int, str]:
        """The path of each unit by id."""
        return {row.id: row.path for row in self.rows}

    def ids_within(self, code: str) -> frozenset[int]:
        """Ids of a unit and everything below it."""
        path = self.paths[self.id_of[code]]
        return frozenset(unit for unit, other in self.paths.items() if other.startswith(path))

    def ids_above(self, code: str) -> frozenset[int]:
        """Ids of a unit and everything above it."""
        return frozenset(self.id_of[up] for up in self.line(code))

    def full_name(self, code: str) -> str:
        """A unit as people say it: a group with its village unless the name says it already."""
        place = self.place(code)
        above = self.places.get(place.parent)
        if place.tier != "group" or above is None or place.name.startswith(above.name):
            return place.name
        return above.name + place.name


def load_units(session: Session) -> Units:
    """The whole tree."""
    found = session.execute(select(Unit).order_by(Unit.path)).scalars().all()
    code = {unit.id: unit.code for unit in found}
    return Units(
        [
            UnitRow(
                unit.id,
                Place(unit.code, code[unit.parent_id] if unit.parent_id else "", unit.tier, unit.kind, unit.name),
                unit.path,
            )
            for unit in found
        ]
    )


def is_demo(session: Session) -> bool:
    """Whether the database holds the demo township."""
    return session.get(Mark, DEMO) is not None
