"""Who acts, when, on which session: handed in by the edge, never looked up below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy.orm import Session

from caseapp.domain.access.actor import Actor
from caseapp.domain.cases.law import Law
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.queries import Units, load_office, load_units
from caseapp.kernel.clock import Clock, local_day


@dataclass
class Ctx:
    """The session, the actor and the clock of one request, command or job. ``network``: the one a request came from;
    ``system_user``: who started a command, as the machine knows them, whomever they act as."""

    session: Session
    actor: Actor
    clock: Clock
    network: str = ""
    system_user: str = ""

    @property
    def now(self) -> datetime:
        """The instant it is."""
        return self.clock()

    @property
    def today(self) -> date:
        """The day it is in Asia/Shanghai."""
        return local_day(self.now)

    @cached_property
    def units(self) -> Units:
        """The tree of today and of every other day, read once."""
        return load_units(self.session, self.today)

    @cached_property
    def office(self) -> OfficeRules:
        """What the office set and its calendar, read once."""
        return load_office(self.session)

    @property
    def law(self) -> Law:
        """What cases are judged by: the units and the limits of any day, as known now or at an instant."""
        return Law(self.units, self.office, self.known_at)

    def known_at(self, instant: datetime) -> Law:
        """The same as it was known at an instant."""
        return Law(self.units.known_at(instant), load_office(self.session, instant))

    def forget_office(self) -> None:
        """Read the settings again: they were changed."""
        self.__dict__.pop("office", None)

    def forget_units(self) -> None:
        """Read the tree again: it was changed."""
        self.__dict__.pop("units", None)
