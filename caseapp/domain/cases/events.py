"""What is on record about a case: its head and its events (contract §4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from caseapp.kernel.clock import local_day


@dataclass(frozen=True)
class Party:
    """Somebody concerned in one case. A row of the case, never a record of the person."""

    role: str
    name: str = ""
    phone: str = ""
    contact: str = "any"
    address: str = ""
    id_number: str = ""
    """The number of an identity document; needed for an agreement that a court shall confirm, and for nothing else."""


@dataclass(frozen=True)
class Head:
    """The first values of a case, as it was registered. ``number`` is "" until one is assigned.

    ``named`` says whether a petitioner was named; it outlives the names themselves (rates.md §1).
    """

    track: str
    unit: str
    title: str
    petition_class: str | None = None
    channel: str = "other"
    category: str = "other"
    description: str = ""
    headcount: int = 1
    risk: str = "green"
    parties: tuple[Party, ...] = ()
    about: tuple[str, ...] = ()
    named: bool = False
    number: str = ""
    erased: bool = False
    """Its texts were erased: what stands in them is ``ERASED``."""

    @property
    def sealed(self) -> bool:
        """An accusation (检举控告): only its own desk sees it (信访工作条例 art. 30)."""
        return self.petition_class == "accusation"

    @property
    def series(self) -> str:
        """The series that its number is of: accusations have their own, so that no gap in another tells of them."""
        return "accusation" if self.sealed else self.track

    @property
    def suggestion(self) -> bool:
        """A suggestion (建议意见): studied and answered, not resolved; it owes a notice and needs no team."""
        return self.petition_class == "suggestion"

    @property
    def is_handled(self) -> bool:
        """Whether it is handled until it is resolved: no accusation, which has its own desk, and no suggestion."""
        return not (self.sealed or self.suggestion)


def names_petitioner(parties: Iterable[Party]) -> bool:
    """Whether a petitioner is among the parties with a name."""
    return any(party.role == "petitioner" and party.name.strip() for party in parties)


@dataclass(frozen=True)
class Event:
    """One thing that happened: ``at`` when, ``recorded_at`` entered when (both UTC), ``by`` whom (a username)."""

    kind: str
    at: datetime
    recorded_at: datetime
    by: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def on(self) -> date:
        """The day it happened, in Asia/Shanghai."""
        return local_day(self.at)

    def text(self, name: str) -> str:
        """A text field of the event, "" when it has none."""
        return str(self.data.get(name) or "")

    def day(self, name: str) -> date | None:
        """A date field of the event."""
        value = self.data.get(name)
        return date.fromisoformat(str(value)) if value else None


ERASED = "（已删除）"
"""What stands where a text was erased, on pages and in files that leave."""
