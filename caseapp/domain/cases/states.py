"""The one table of moves: which a case can make, who may, what must be filled in (contract §4, 信访工作条例).

The action, the buttons on the page, the import check, the diagram in the docs and the test over every state × action
pair all read ``TRANSITIONS``. ``judging.py`` holds histories against it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from caseapp.domain.access import permissions as may
from caseapp.domain.cases import words
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.limits import LIMITS
from caseapp.domain.cases.merging import Others, into_a_living_case, not_joined_later
from caseapp.domain.cases.snapshot import Snapshot, due_of, handle_due, holder_at
from caseapp.domain.org.office import DEFAULT, OfficeRules
from caseapp.domain.org.tree import ABOVE, Tree
from caseapp.kernel.errors import N_, RuleViolation

OPEN = ("registered", "handling")
RESOLVED = ("resolved",)
CLOSED = ("replied", "terminated", "withdrawn")
LEFT = ("transferred_out", "redirected", "refused")
ENDED = ("voided", "merged")
STATES = OPEN + RESOLVED + CLOSED + LEFT + ENDED
SETTLED = RESOLVED + CLOSED + LEFT
LIVING = OPEN + SETTLED


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


@dataclass(frozen=True)
class Transition:
    """One legal move out of one state: the state after it (None: stays), who may, its guards, the event it writes.

    ``second`` is the field that names a second person; pages insist on one. ``by_holder`` moves belong to the unit that
    holds the case and to its five seats; the others also to the unit where it arose. ``tracks`` says for which cases a
    page offers the move at all.
    """

    event: str
    to: str | None
    permission: str
    guards: tuple[Guard, ...] = ()
    second: str | None = None
    by_holder: bool = False
    tracks: tuple[str, ...] = words.TRACKS


def _accepted_once(step_: Step) -> None:
    if step_.now.accepted_on or step_.now.replied:
        raise RuleViolation("kind", N_("a case is accepted once, before any reply"))


def _reply_needs_acceptance(step_: Step) -> None:
    if step_.head.track != "petition" or not step_.now.accepted_on:
        raise RuleViolation("kind", N_("only an accepted petition is replied to"))


def _promise_is_supported(step_: Step) -> None:
    event, by = step_.event, step_.event.day("perform_by")
    if by and event.data["outcome"] != "supported":
        raise RuleViolation("perform_by", N_("only a reply that supports the petitioner says by when it is performed"))
    if by and by < event.on:
        raise RuleViolation("perform_by", N_("what a reply promises is performed on the day of the reply or later"))


def _only_disputes(step_: Step) -> None:
    if step_.head.track != "dispute":
        raise RuleViolation("kind", N_("only the mediation of a dispute is terminated"))


def _one_tier_up(step_: Step) -> None:
    now, tree, target = step_.now, step_.tree, str(step_.event.data["to"])
    holder, counted = holder_at(now, tree), tree.heir(now.counted_with)
    above = {tree.place(unit).parent for unit in (holder, counted) if tree.tier(unit) in ABOVE}
    if target not in above or (holder != counted and _complains_of(step_, target)):
        raise RuleViolation("to", N_("a case is sent up to the unit right above the one that holds it"))


def _complains_of(step_: Step, target: str) -> bool:
    tree = step_.tree
    return not {tree.went_to(unit) for unit in step_.now.about}.isdisjoint(tree.line(target))


def _to_a_unit_below(step_: Step) -> None:
    tree, target = step_.tree, str(step_.event.data["to"])
    holder = holder_at(step_.now, tree)
    if target == holder or target not in tree.places or not tree.is_within(target, holder):
        raise RuleViolation("to", N_("a case is sent down to a unit below the one that holds it"))
    if _complains_of(step_, target):
        raise RuleViolation("to", N_("a case is not sent to the unit it complains of"))


def _extension_in_bounds(step_: Step) -> None:
    now, to = step_.now, step_.event.day("to")
    assert to is not None
    due = handle_due(step_.head, now, step_.office)
    first = due_of(step_.head.track, now.first_dated, step_.office) if now.first_dated else due
    last = first + timedelta(days=LIMITS.extension)
    if step_.event.on > due:
        raise RuleViolation("at", N_("an extension is given on or before the due date, which was %(due)s"), due=due)
    if to <= due:
        raise RuleViolation("to", N_("an extension goes beyond the due date, which is %(due)s"), due=due)
    if to > last:
        raise RuleViolation(
            "to", N_("extensions reach at most %(days)d days beyond the due date before the first of them: %(last)s"),
            days=LIMITS.extension, last=last,
        )  # fmt: skip


def _visited_by_another(step_: Step) -> None:
    event = step_.event
    if event.data["result"] in words.CONFIRMING and event.by and event.by == step_.now.resolved_by:
        raise RuleViolation("by", N_("who recorded the resolution does not record the visit that confirms it"))


def _approved_by_another(step_: Step) -> None:
    if step_.event.by and step_.event.by == step_.event.data.get("approved_by"):
        raise RuleViolation("approved_by", N_("nobody approves their own act"))


def _other_case(step_: Step) -> None:
    other = step_.event.data.get("into") or step_.event.data.get("of")
    if step_.head.number and other == step_.head.number:
        raise RuleViolation("into", N_("a case cannot be merged into itself or repeat itself"))


def _not_archived(step_: Step) -> None:
    if step_.now.archived:
        raise RuleViolation("kind", N_("the case is archived already"))


def _may_be_archived(step_: Step) -> None:
    _not_archived(step_)
    results = [visit.result for visit in step_.now.visits]
    resolved_on = step_.now.resolved_on
    assert resolved_on is not None
    old = step_.event.on >= resolved_on + timedelta(days=LIMITS.archive_anyway)
    if not (step_.now.verified or "refused" in results or results.count("unreachable") >= 2 or old):
        raise RuleViolation(
            "kind",
            N_("a resolved case is archived once a return visit confirmed it, was refused, or was in vain twice"),
        )


def _deputy_is_another(step_: Step) -> None:
    if step_.event.data["holder"] == step_.event.data.get("deputy"):
        raise RuleViolation("deputy", N_("the deputy is somebody other than the holder"))


@dataclass(frozen=True)
class _Row:
    action: str
    states: tuple[str, ...]
    transition: Transition


def _row(action: str, states: tuple[str, ...], event: str, permission: str, *guards: Guard, **more: object) -> _Row:
    return _Row(action, states, Transition(event, guards=guards, permission=permission, **{"to": None, **more}))  # type: ignore[arg-type]


_PETITION = ("petition",)
ROWS = (
    _row("accept", OPEN, "accepted", may.ACCEPT, _accepted_once, to="handling", by_holder=True),
    _row("serve_notice", LIVING, "notice_served", may.SERVE, tracks=_PETITION),
    _row("escalate", OPEN, "escalated", may.WORK, _one_tier_up, by_holder=True),
    _row("send_down", OPEN, "sent_down", may.SEND_DOWN, _to_a_unit_below, by_holder=True),
    _row("follow_up", OPEN + SETTLED, "followed_up", may.WORK),
    _row("mediate", OPEN, "mediated", may.WORK),
    _row("file_plan", OPEN, "plan_filed", may.WORK),
    _row("extend", OPEN, "extended", may.WORK, _extension_in_bounds, _approved_by_another,
         second="approved_by", by_holder=True),
    _row("resolve", OPEN + CLOSED + LEFT, "resolved", may.WORK, to="resolved", by_holder=True),
    _row("reply", OPEN, "replied", may.REPLY, _reply_needs_acceptance, _promise_is_supported,
         to="replied", tracks=_PETITION, by_holder=True),
    _row("return_visit", RESOLVED, "return_visited", may.WORK, _visited_by_another),
    _row("rate", LIVING, "rated", may.SERVE),
    _row("reopen", SETTLED, "reopened", may.WORK, to="handling"),
    _row("amend", LIVING, "amended", may.WORK),
    _row("fill_seat", LIVING, "seat_filled", may.STAFF, _deputy_is_another),
    _row("clear_seat", LIVING, "seat_cleared", may.STAFF),
    _row("transfer_out", OPEN, "transferred_out", may.DIRECT, to="transferred_out", tracks=_PETITION, by_holder=True),
    _row("redirect", OPEN, "redirected", may.DIRECT, to="redirected", tracks=_PETITION, by_holder=True),
    _row(
        "refuse", OPEN, "refused", may.DIRECT, _approved_by_another,
        to="refused", second="approved_by", by_holder=True, tracks=_PETITION,
    ),
    _row("withdraw", OPEN, "withdrawn", may.WORK, to="withdrawn", by_holder=True),
    _row(
        "terminate", OPEN, "terminated", may.WORK, _only_disputes,
        to="terminated", tracks=("dispute",), by_holder=True,
    ),
    _row("archive", RESOLVED, "archived", may.FILE, _may_be_archived),
    _row("archive", CLOSED + LEFT, "archived", may.FILE, _not_archived),
    _row("mark_repeat", LIVING, "repeated", may.SERVE, _other_case),
    _row(
        "merge", LIVING, "merged", may.WORK, _other_case, into_a_living_case, not_joined_later, _approved_by_another,
        to="merged", second="approved_by",
    ),
    _row(
        "void", LIVING, "voided", may.WORK, not_joined_later, _approved_by_another, to="voided", second="approved_by"
    ),
)  # fmt: skip

TRANSITIONS: dict[tuple[str, str], Transition] = {
    (state, row.action): row.transition for row in ROWS for state in row.states
}
ACTION_OF = {row.transition.event: row.action for row in ROWS}
EVENT_OF = {row.action: row.transition.event for row in ROWS}


def check_step(step_: Step) -> None:
    """Whether an event may happen to a case that stands where it stands. Raises RuleViolation."""
    action = ACTION_OF.get(step_.event.kind)
    if step_.event.kind == "registered":
        raise RuleViolation("kind", N_("a case is registered once, and first"))
    if action is None:
        raise RuleViolation("kind", N_("there is no event %(kind)s"), kind=step_.event.kind)
    transition = TRANSITIONS.get((step_.now.state, action))
    if transition is None:
        raise RuleViolation(
            "kind", N_("%(kind)s is not possible while the case is %(state)s"),
            kind=step_.event.kind, state=step_.now.state,
        )  # fmt: skip
    for guard in transition.guards:
        guard(step_)
