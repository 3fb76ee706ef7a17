"""What the table of moves (``states.py``) asks before a move: each guard says nothing, or raises RuleViolation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from caseapp.domain.access.circle import unit_meant
from caseapp.domain.cases import words
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.limits import LIMITS
from caseapp.domain.cases.merging import Others
from caseapp.domain.cases.snapshot import Snapshot, due_of, handle_due, holder_at
from caseapp.domain.org.office import DEFAULT, OfficeRules
from caseapp.domain.org.tree import ABOVE, Tree
from caseapp.kernel.errors import N_, RuleViolation, WrongPerson


@dataclass(frozen=True)
class Step:
    """What a guard looks at: the case so far, where it stands, the event that wants to happen; the tree of the event's
    day and the rules of the office; of a merge also the ``others``, None when they are not at hand and it is judged
    without them."""

    head: Head
    past: tuple[Event, ...]
    now: Snapshot
    event: Event
    tree: Tree
    others: Others | None = None
    office: OfficeRules = DEFAULT


Guard = Callable[[Step], None]


def accepted_once(step_: Step) -> None:
    """A case is accepted once, before any reply."""
    if step_.now.accepted_on or step_.now.replied:
        raise RuleViolation("kind", N_("a case is accepted once, before any reply"))


def reply_needs_acceptance(step_: Step) -> None:
    """Only an accepted petition is replied to."""
    if step_.head.track != "petition" or not step_.now.accepted_on:
        raise RuleViolation("kind", N_("only an accepted petition is replied to"))


def promise_is_supported(step_: Step) -> None:
    """Only a reply that supports the petitioner promises something by a day, and by one that comes."""
    event, by = step_.event, step_.event.day("perform_by")
    if by and event.data["outcome"] != "supported":
        raise RuleViolation("perform_by", N_("only a reply that supports the petitioner says by when it is performed"))
    if by and by < event.on:
        raise RuleViolation("perform_by", N_("what a reply promises is performed on the day of the reply or later"))


def only_disputes(step_: Step) -> None:
    """Only a dispute has a mediation, to be refused or terminated."""
    if step_.head.track != "dispute":
        raise RuleViolation("kind", N_("only a dispute has a mediation"))


def has_a_unit_below(step_: Step) -> None:
    """There is a unit below that is not complained of."""
    if not units_below(step_.now, step_.tree):
        raise RuleViolation("to", N_("there is no unit below to which this case could be sent"))


def units_below(now: Snapshot, tree: Tree) -> list[str]:
    """The units a case can be sent down to: below the one that holds it, and not complained of."""
    holder, complained_of = holder_at(now, tree), {unit_meant(name, tree) for name in now.about}
    below = (unit for unit in tree.subtree(holder) if unit != holder)
    return [unit for unit in below if complained_of.isdisjoint(tree.line(unit))]


def one_tier_up(step_: Step) -> None:
    """A case goes up one tier at a time, from the unit that holds it, or from the one it is counted with. Before a unit
    is named: the town has nobody above it."""
    now, tree, target = step_.now, step_.tree, step_.event.text("to")
    holder, counted = holder_at(now, tree), tree.heir(now.counted_with)
    if not target and tree.tier(holder) not in ABOVE:
        raise RuleViolation("to", N_("the town holds this case, and there is no unit above it"))
    above = {tree.place(unit).parent for unit in (holder, counted) if tree.tier(unit) in ABOVE}
    if target and (target not in above or (holder != counted and _complains_of(step_, target))):
        raise RuleViolation("to", N_("a case is sent up to the unit right above the one that holds it"))


def _complains_of(step_: Step, target: str) -> bool:
    tree = step_.tree
    return not {unit_meant(name, tree) for name in step_.now.about}.isdisjoint(tree.line(target))


def to_a_unit_below(step_: Step) -> None:
    """A case goes down within the unit that holds it, and not to whom it complains of."""
    tree, target = step_.tree, str(step_.event.data["to"])
    holder = holder_at(step_.now, tree)
    if target == holder or target not in tree.places or not tree.is_within(target, holder):
        raise RuleViolation("to", N_("a case is sent down to a unit below the one that holds it"))
    if _complains_of(step_, target):
        raise RuleViolation("to", N_("a case is not sent to the unit it complains of"))


def extension_bounds(head: Head, now: Snapshot, office: OfficeRules = DEFAULT) -> tuple[date, date]:
    """The first and the last day to which the handling date of a case can be extended; the last may come first."""
    due = handle_due(head, now, office)
    first = due_of(head.track, now.first_dated, office) if now.first_dated else due
    return due + timedelta(days=1), first + timedelta(days=LIMITS.extension)


def extension_is_open(step_: Step) -> None:
    """An extension is given while the date has not passed and can still be moved."""
    first, last = extension_bounds(step_.head, step_.now, step_.office)
    due = first - timedelta(days=1)
    if step_.event.on > due:
        raise RuleViolation("at", N_("an extension is given on or before the due date, which was %(due)s"), due=due)
    if first > last:
        raise RuleViolation("to", N_("the case was extended to the last possible day, %(last)s"), last=last)


def extension_in_bounds(step_: Step) -> None:
    """An extension ends after the date that stands, and within the days that there are."""
    (first, last), to = extension_bounds(step_.head, step_.now, step_.office), step_.event.day("to")
    assert to is not None
    due = first - timedelta(days=1)
    if to <= due:
        raise RuleViolation("to", N_("an extension goes beyond the due date, which is %(due)s"), due=due)
    if to > last:
        raise RuleViolation(
            "to", N_("extensions reach at most %(days)d days beyond the due date before the first of them: %(last)s"),
            days=LIMITS.extension, last=last,
        )  # fmt: skip


def visited_by_another(step_: Step) -> None:
    """Before anything is filled in, the visit is taken for one that confirms: it is offered to who may confirm."""
    event = step_.event
    result = event.data.get("result", words.CONFIRMING[0])
    if result in words.CONFIRMING and event.by and event.by == step_.now.resolved_by:
        raise WrongPerson("by", N_("who recorded the resolution does not record the visit that confirms it"))


def approved_by_another(step_: Step) -> None:
    """Nobody approves their own act."""
    if step_.event.by and step_.event.by == step_.event.data.get("approved_by"):
        raise WrongPerson("approved_by", N_("nobody approves their own act"))


def other_case(step_: Step) -> None:
    """A case is merged into another, and repeats another."""
    other = step_.event.data.get("into") or step_.event.data.get("of")
    if step_.head.number and other == step_.head.number:
        raise RuleViolation("into", N_("a case cannot be merged into itself or repeat itself"))


def not_archived(step_: Step) -> None:
    """A case is archived once."""
    if step_.now.archived:
        raise RuleViolation("kind", N_("the case is archived already"))


def contacts_are_done_with(step_: Step) -> None:
    """Contacts are erased once the case is archived; of one that was merged, with the case that it went into."""
    if not step_.now.archived and step_.now.state != "merged":
        raise RuleViolation("kind", N_("contacts are erased once the case is archived"))


def may_be_archived(step_: Step) -> None:
    """A resolved case is archived once its return visits told, or half a year after; one petition of a matter of many
    with the case that it is handled with."""
    not_archived(step_)
    if step_.now.matter:
        return
    results = [visit.result for visit in step_.now.visits]
    resolved_on = step_.now.resolved_on
    assert resolved_on is not None
    old = step_.event.on >= resolved_on + timedelta(days=LIMITS.archive_anyway)
    if not (step_.now.verified or "refused" in results or results.count("unreachable") >= 2 or old):
        raise RuleViolation(
            "kind",
            N_("a resolved case is archived once a return visit confirmed it, was refused, or was in vain twice"),
        )


def deputy_is_another(step_: Step) -> None:
    """Holder and deputy are two people."""
    if step_.event.data["holder"] == step_.event.data.get("deputy"):
        raise RuleViolation("deputy", N_("the deputy is somebody other than the holder"))
