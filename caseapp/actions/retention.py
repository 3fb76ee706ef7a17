"""Contacts that have been kept for long enough (留存期满): the nightly job proposes, one person looks at the cases and
asks, another one signs, and only then they are erased. Nobody else, and no job, erases any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.actions.erasing import erase_contacts
from caseapp.actions.journal import note
from caseapp.actions.notices import tell_of_erasing
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.texts import read_text
from caseapp.domain.retention.models import ErasingProposal
from caseapp.domain.retention.queries import ErasingList, due_ids
from caseapp.domain.retention.rules import A_YEAR, AT_ONCE, archived_by, months_before
from caseapp.kernel.errors import N_, Conflict, NotAllowed, RuleViolation

REASON_LENGTH = 500


class Proposed(NamedTuple):
    """How many cases a night proposed anew, and how many it took off the list; without accusations, because the log of
    runs is read by who may not know how many there are."""

    new: int
    dropped: int


def propose_erasing(ctx: Ctx) -> Proposed:
    """Bring the list of what is proposed in line with what has been kept for long enough today: new cases come onto it,
    those that were taken up again go from it. Nothing is erased. Who looks at such lists is told of new ones."""
    session = ctx.session
    due = due_ids(session, archived_by(ctx.today, ctx.office))
    there = {row.case_id: row for row in session.scalars(select(ErasingProposal))}
    gone = [row for case_id, row in there.items() if case_id not in due]
    for row in gone:
        session.delete(row)
    new = sorted(due - there.keys())
    session.add_all(ErasingProposal(case_id=case_id, proposed_at=ctx.now) for case_id in new)
    session.flush()
    if new:
        tell_of_erasing(ctx, _cases(ctx, new), asked=False)
    return Proposed(_ordinary(ctx, new), _ordinary(ctx, [row.case_id for row in gone]))


def ask_to_erase(ctx: Ctx, numbers: Sequence[str]) -> int:
    """Ask, having looked at some cases of the list, that their contacts are erased; nothing is before somebody else
    signs. Returns how many. Raises RuleViolation, Conflict."""
    rows = _chosen(ctx, numbers, asked=False)
    for row in rows:
        row.asked_by, row.asked_at = ctx.actor.username, ctx.now
        note(ctx, "erasing_asked", row.case.number)
    ctx.session.flush()
    tell_of_erasing(ctx, [row.case for row in rows], asked=True)
    return len(rows)


def sign_erasing(ctx: Ctx, numbers: Sequence[str]) -> int:
    """Agree that the contacts of some cases are erased, for which somebody else asked: they are gone for good. Those of
    a case that was taken up meanwhile are not, and it goes from the list. Returns of how many they were erased. Raises
    RuleViolation, NotAllowed, Conflict."""
    rows = _chosen(ctx, numbers, asked=True)
    if any(row.asked_by == ctx.actor.username for row in rows):
        raise NotAllowed(N_("nobody approves what they asked for themselves"))
    cases = {case.id: case for case in _cases(ctx, [row.case_id for row in rows], for_update=True)}
    due, erased = due_ids(ctx.session, archived_by(ctx.today, ctx.office)), 0
    for row in rows:
        if row.case_id in due:
            erase_contacts(ctx, cases[row.case_id], asked_by=str(row.asked_by))
            erased += 1
        ctx.session.delete(row)
    ctx.session.flush()
    return erased


def send_back(ctx: Ctx, numbers: Sequence[str]) -> int:
    """Refuse to sign for some cases, or take back what one asked for oneself: they are on the first list again. Returns
    how many. Raises RuleViolation, Conflict."""
    rows = _chosen(ctx, numbers, asked=True)
    for row in rows:
        note(ctx, "erasing_sent_back", row.case.number, asked_by=row.asked_by)
        row.asked_by, row.asked_at = None, None
    ctx.session.flush()
    return len(rows)


def keep_longer(ctx: Ctx, numbers: Sequence[str], reason: str) -> int:
    """Keep the contacts of some cases of the first list for a year longer, with a reason, on record; then they are
    proposed again. Returns how many. Raises RuleViolation, Conflict."""
    why = read_text(reason, "reason", needed=True, limit=REASON_LENGTH)
    rows, until = _chosen(ctx, numbers, asked=False), months_before(ctx.today, -A_YEAR)
    for row in rows:
        row.kept_until = until
        note(ctx, "contacts_kept", row.case.number, reason=why, last=until.isoformat())
    ctx.session.flush()
    return len(rows)


def _chosen(ctx: Ctx, numbers: Sequence[str], *, asked: bool) -> list[ErasingProposal]:
    """The rows of the cases that somebody ticked on a list, all of which are still on it."""
    wanted = set(numbers)
    if not wanted:
        raise RuleViolation("", N_("tick the cases that you mean"))
    if len(wanted) > AT_ONCE:
        raise RuleViolation("", N_("at most %(most)d cases at once"), most=AT_ONCE)
    rows = ErasingList(ctx.actor, ctx.today, asked=asked).named(ctx.session, wanted)
    if len(rows) != len(wanted):
        raise Conflict(N_("the list has changed meanwhile; look at it again"))
    return rows


def _cases(ctx: Ctx, ids: Iterable[int], *, for_update: bool = False) -> list[Case]:
    query = select(Case).where(Case.id.in_(list(ids))).order_by(Case.id)
    if for_update:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(ctx.session.scalars(query))


def _ordinary(ctx: Ctx, ids: Iterable[int]) -> int:
    return sum(not case.sealed for case in _cases(ctx, ids))
