"""What keeps a case from being archived on pages: its duties that are not met. Pure.

A history from elsewhere may be archived earlier (contract §4).
"""

from __future__ import annotations

from datetime import date

from caseapp.domain.cases import words
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.serving import owed_beside
from caseapp.domain.cases.snapshot import Snapshot
from caseapp.domain.deadlines.rules import Item, owed_at
from caseapp.domain.org.office import DEFAULT, OfficeRules
from caseapp.kernel.errors import N_, RuleViolation

VAIN_VISITS = 2
SERVE = "serve"
"""A paper to hand over: a duty with a date of its own, which is not among those of contract §6."""


STILL = {
    "notice": N_("it is archived when all is done: the petitioner was not told in writing yet"),
    "return_visit": N_("it is archived when all is done: a return visit is still to be made"),
    "perform": N_("it is archived when all is done: the last visit found that it is only being performed"),
    "answer_above": N_("it is archived when all is done: who assigned it is still to be answered"),
    "undertaking": N_("it is archived when all is done: something of the agreement is still to be performed"),
    SERVE: N_("it is archived when all is done: a paper is still to be handed to the petitioner"),
}


def undone(history: History, day: date, office: OfficeRules = DEFAULT) -> list[str]:
    """The kinds of duties that a settled case has not met: what it owes (contract §6), return visits unless two were in
    vain, what is to be performed, and papers that the petitioner is still to be handed."""
    owed = {item.kind: None for item in owed_at(history, day, office)}
    now = history.now
    if [visit.result for visit in now.visits].count("unreachable") >= VAIN_VISITS:
        owed.pop("return_visit", None)
    if still_performing(now):
        owed["perform"] = None
    if _papers(history):
        owed[SERVE] = None
    return list(owed)


def to_hand_over(history: History, office: OfficeRules = DEFAULT) -> Item | None:
    """The paper that is to be handed over first: a written reply, or the notice of a later act, within as many days of
    it as the office set. None when there is none, or the case is archived, or struck from the record."""
    if history.ended or history.now.archived:
        return None
    return min((item_counted(office, SERVE, act.on) for act in _papers(history)), default=None)


def _papers(history: History) -> list[Event]:
    """The acts of which the petitioner is still owed a paper; none once they took the matter back."""
    return [] if history.now.state == "withdrawn" else list(owed_beside(history.head, history.events).values())


def item_counted(office: OfficeRules, kind: str, start: date) -> Item:
    """A duty that is counted from a day by the setting of its own name."""
    counted = office.reckon(kind, start)
    return Item(counted.due, kind, 1, start, counted.days, kind, counted.unit, counted.provisional)


def still_performing(now: Snapshot) -> bool:
    """Resolved, and the last visit that tells anything found that it is only being performed."""
    telling = [visit.result for visit in now.visits if visit.result in words.TELLING]
    return now.state == "resolved" and bool(telling) and telling[-1] == "performing"


def check_all_done(history: History, day: date, office: OfficeRules = DEFAULT) -> None:
    """A case is archived when every duty of it is met. Raises RuleViolation that names the first that is not."""
    for kind in undone(history, day, office):
        raise RuleViolation(
            "kind", STILL.get(kind, N_("this case still owes something: it is archived when all is done"))
        )
