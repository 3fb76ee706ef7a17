"""What a case is judged by: the units and the limits as they were on the day of each event (contract §4). Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from caseapp.domain.org.office import DEFAULT, OfficeRules
from caseapp.domain.org.tree import Trees


@dataclass(frozen=True)
class Law:
    """The units of any day and the limits of the office, as they are known now; ``as_known_at`` gives both as they were
    known at an instant. Without it, what is known now is all there is."""

    trees: Trees
    office: OfficeRules = DEFAULT
    as_known_at: Callable[[datetime], Law] | None = None
