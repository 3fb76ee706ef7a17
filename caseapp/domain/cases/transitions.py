"""What a move is: from which states, who may, what is asked of it; and the states a case can be in.

Which moves there are is ``states.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

from caseapp.domain.cases import words
from caseapp.domain.cases.guards import Guard

OPEN = ("registered", "handling")
RESOLVED = ("resolved",)
CLOSED = ("replied", "terminated", "withdrawn")
LEFT = ("transferred_out", "redirected", "refused")
ENDED = ("voided", "merged")
STATES = OPEN + RESOLVED + CLOSED + LEFT + ENDED
SETTLED = RESOLVED + CLOSED + LEFT
LIVING = OPEN + SETTLED
NAMING = "name_accused"
ALONE = {
    "second": "nothing happens until a second person agrees",
    "undone": "it holds at once, and a later act takes it back",
    "seen": "it holds at once and stays, and somebody else reads it",
}
"""What one person alone can do with an act; docs/no-one-alone.md says it of each, and of what is no move."""


@dataclass(frozen=True)
class Transition:
    """One legal move out of one state: the state after it (None: stays), who may, its guards, the event it writes.

    ``alone`` says what one person alone can do with it, in the words of ``ALONE``: "second" just where ``second`` names
    the field of the other. ``organ`` moves of a petition belong to the town's organ (信访工作条例 art. 23, 31): to a
    post at the town, never to one at a village and never to a seat.
    ``before`` are the guards that look at nothing that is filled in: they are asked before the move is offered, and
    again with the event. ``guards`` are asked with the event alone. ``on_pages`` are what a page insists on beyond what
    a history needs (``closing.py``), asked before the move is offered and with the event.
    ``second`` is the field that names a second person; pages insist on one, who fills in ``by_decider``. ``by_holder``
    moves belong to the unit that holds the case and to its five seats; the others also to the unit where it arose.
    ``tracks`` says for which cases a page offers the move at all; where it names none, the page of a case never does.
    """

    event: str
    to: str | None
    permission: str
    alone: str
    before: tuple[Guard, ...] = ()
    guards: tuple[Guard, ...] = ()
    on_pages: tuple[Guard, ...] = ()
    second: str | None = None
    by_decider: tuple[str, ...] = ()
    by_holder: bool = False
    organ: bool = False
    tracks: tuple[str, ...] = words.TRACKS


@dataclass(frozen=True)
class TableRow:
    """A move and the states out of which it is possible."""

    action: str
    states: tuple[str, ...]
    transition: Transition


def row(action: str, states: tuple[str, ...], event: str, permission: str, *guards: Guard, **more: object) -> TableRow:
    """A row of the table: ``more`` are values of its ``Transition``."""
    return TableRow(action, states, Transition(event, guards=guards, permission=permission, **{"to": None, **more}))  # type: ignore[arg-type]
