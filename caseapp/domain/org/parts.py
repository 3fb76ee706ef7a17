"""A unit with everything below it, as rights and filters ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TreePart:
    """The units that lie within one: their ids, of how many there are in all; whether the table ``unit_within`` says
    the same (``stored``), which it does but between midnight and the job that brings it in line."""

    unit_id: int
    ids: frozenset[int] = field(hash=False)
    units: int
    stored: bool

    @property
    def everything(self) -> bool:
        """Whether no unit lies elsewhere."""
        return len(self.ids) == self.units
