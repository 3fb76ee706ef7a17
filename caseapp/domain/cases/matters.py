"""One matter, many people (涉众群体): each petition is registered and answered, the matter is handled once, as one case
(decision 57). What the table of moves asks of it; what goes on record of each with what is done to the matter. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from caseapp.domain.cases.event_fields import EVENT_FIELDS
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.guards import Step
from caseapp.domain.cases.history import History
from caseapp.domain.cases.merging import Other
from caseapp.domain.cases.snapshot import Snapshot
from caseapp.kernel.errors import N_, RuleViolation

JOIN = "join_matter"
FOR_ALL = (
    "accepted", "redirected", "refused", "transferred_out", "extended", "replied", "resolved", "reopened", "archived",
    "notice_served",
)  # fmt: skip
"""What is put on record of each petition of a matter when it is put on record of the case it is handled with."""
OF_ITS_OWN = (
    "serve_notice", "follow_up", "amend", "rate", "return_visit", "withdraw", "leave_matter", "mark_repeat", "void",
    "ask_review", "file_review", "take_assignment", "object", "answer_objection", "report", "return_report",
)  # fmt: skip
"""The acts that pages offer on one petition of a matter: what its petitioner, or who assigned it, has to do with it
alone. Everything else is done to the case it is handled with."""
OF_THE_MATTER = ("paper", "parcel", "told_on", "told_how", "served_on")
"""Papers lie with the case they were added to, and who was told of a longer time, or handed a reply, is its petitioner:
each other one is told by itself."""
SEE = "见一并办理的{number}"
"""What stands in place of a text: it is told once, in the case it was written in."""


def is_one_of_many(step_: Step) -> None:
    """A petition joins a matter; an accusation has its own desk, and of disputes there is one each."""
    if step_.head.track != "petition" or step_.head.sealed:
        raise RuleViolation("kind", N_("only petitions join a matter of many people, and no accusation does"))


def stands_alone(step_: Step) -> None:
    """It joins one matter at a time, and after it was in one only once it left it."""
    if step_.now.matter:
        raise RuleViolation("kind", N_("this petition is handled with %(number)s already"), number=step_.now.matter)


def stands_in_a_matter(step_: Step) -> None:
    """What leaves a matter joined it."""
    if not step_.now.matter:
        raise RuleViolation("kind", N_("this petition joined no other matter"))


def complains_of_nobody(step_: Step) -> None:
    """Who is complained of is out of a case; with another one that would not hold (信访工作条例 art. 30)."""
    if step_.now.about:
        raise RuleViolation("kind", N_("this petition complains of somebody: it is handled by itself"))


def into_a_matter(step_: Step) -> None:
    """It joins an open petition that is no accusation, of which nobody is out, and that stands in no other matter; and
    nobody joined it itself. Asked where the other cases are at hand. Raises RuleViolation."""
    if step_.others is None:
        return
    number, own = step_.event.text("of"), step_.others.get(step_.head.number)
    if own is not None and own.followers:
        raise RuleViolation("kind", N_("other petitions joined this one: let them join the other case"))
    if number:
        _check_matter(number, step_.others.get(number))


def _check_matter(number: str, matter: Other | None) -> None:
    if matter is None or matter.sealed or matter.track != "petition":
        raise RuleViolation("of", N_("there is no petition %(number)s"), number=number)
    if matter.standing != "open":
        raise RuleViolation("of", N_("%(number)s is not open any more: it is not joined"), number=number)
    if matter.guarded:
        raise RuleViolation(
            "of", N_("somebody is out of %(number)s: each of its petitions is handled by itself"), number=number
        )
    if matter.matter:
        raise RuleViolation(
            "of", N_("%(number)s is handled with %(matter)s: join that one"), number=number, matter=matter.matter
        )


def carries_no_petitions(step_: Step) -> None:
    """Nobody is named in a case with which other petitions are handled: who is out of it would see those."""
    own = (step_.others or {}).get(step_.head.number)
    if own is not None and own.followers:
        raise RuleViolation("", N_("other petitions are handled with this one: let each leave it first"))


def check_of_its_own(now: Snapshot, action: str) -> None:
    """On pages, one petition of a matter has only those acts that are its own. Raises RuleViolation."""
    if now.matter and action not in OF_ITS_OWN:
        raise RuleViolation("kind", N_("this petition is handled with %(number)s: do it there"), number=now.matter)


def told_of_each(event: Event, number: str) -> Event | None:
    """What goes on record of each petition of a matter with an event of the case of that ``number``; None with most.
    Its texts stand in that case alone: who erases them there leaves no copy."""
    if event.kind not in FOR_ALL:
        return None
    fields = EVENT_FIELDS[event.kind]
    data = {name: value for name, value in event.data.items() if not fields[name].private and name not in OF_THE_MATTER}
    needed = {name: SEE.format(number=number) for name, spec in fields.items() if spec.private and spec.needed}
    return replace(event, data={**data, **needed})


def as_of_joining(history: History, event: Event) -> Event | None:
    """What was done to the matter as a petition of it tells it: what happened before it joined, also where that is
    entered late, holds for it from then on. None of one that was taken back."""
    joined = max(one.at for one in history.events if one.kind == "joined_matter")
    return None if history.now.state == "withdrawn" else replace(event, at=max(event.at, joined))


def caught_up(matter: History, own: Snapshot, joined: Event) -> Iterator[Event]:
    """What goes on record of a petition that joins, beside that it did: that it is accepted, where the matter is, by
    whom that was."""
    accepted = next((one for one in matter.events if one.kind == "accepted"), None)
    if accepted is not None and not own.accepted_on:
        yield Event("accepted", joined.at, joined.recorded_at, accepted.by, {})
