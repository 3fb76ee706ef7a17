"""One matter, many people (涉众群体): each petition is registered and answered, the matter is handled once, as one case
(decision 57). What the table of moves asks of it; what goes on record of each with what is done to the matter. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from caseapp.domain.cases.events import Event
from caseapp.domain.cases.guards import Step
from caseapp.domain.cases.snapshot import Snapshot
from caseapp.kernel.errors import N_, RuleViolation

JOIN = "join_matter"
FOR_ALL = (
    "accepted", "redirected", "refused", "transferred_out", "extended", "replied", "resolved", "reopened", "archived",
    "notice_served",
)  # fmt: skip
"""What is put on record of each petition of a matter when it is put on record of the case it is handled with."""
OF_ITS_OWN = (
    "serve_notice", "follow_up", "amend", "rate", "withdraw", "leave_matter", "mark_repeat", "void", "ask_review",
    "file_review", "take_assignment", "object", "answer_objection", "report", "return_report",
)  # fmt: skip
"""The acts that pages offer on one petition of a matter: what its petitioner, or who assigned it, has to do with it
alone. Everything else is done to the case it is handled with."""
LEFT_OUT = ("paper", "parcel")
"""Papers lie with the case they were added to."""


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
    """It joins an open case that is no accusation, that stands in no other matter, and while nobody joined it itself.
    Asked where the other cases are at hand. Raises RuleViolation."""
    number, others = step_.event.text("of"), step_.others or {}
    matter, own = others.get(number), others.get(step_.head.number)
    if own is not None and own.followers:
        raise RuleViolation("kind", N_("other petitions joined this one: let them join the other case"))
    if matter is None:
        return
    if matter.sealed:
        raise RuleViolation("of", N_("nothing joins an accusation"))
    if matter.standing != "open":
        raise RuleViolation("of", N_("%(number)s is not open any more: it is not joined"), number=number)
    if matter.matter:
        raise RuleViolation(
            "of", N_("%(number)s is handled with %(matter)s: join that one"), number=number, matter=matter.matter
        )


def carries_no_petitions(step_: Step) -> None:
    """A case with which other petitions are handled does not end before they left it."""
    own = (step_.others or {}).get(step_.head.number)
    if own is not None and own.followers:
        raise RuleViolation("", N_("other petitions are handled with this one: let each leave it first"))


def check_of_its_own(now: Snapshot, action: str) -> None:
    """On pages, one petition of a matter has only those acts that are its own. Raises RuleViolation."""
    if now.matter and action not in OF_ITS_OWN:
        raise RuleViolation("kind", N_("this petition is handled with %(number)s: do it there"), number=now.matter)


def told_of_each(event: Event) -> Event | None:
    """What goes on record of each petition of a matter with an event of the case it is handled with; None with most."""
    if event.kind not in FOR_ALL:
        return None
    return replace(event, data={name: value for name, value in event.data.items() if name not in LEFT_OUT})


def caught_up(matter: Snapshot, own: Snapshot, joined: Event) -> Iterator[Event]:
    """What goes on record of a petition that joins, beside that it did: that it is accepted, where the matter is."""
    if matter.accepted_on and not own.accepted_on:
        yield Event("accepted", joined.at, joined.recorded_at, joined.by, {})
