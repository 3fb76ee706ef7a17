"""Handing a matter over to an authority outside, which nobody of the town may read because of whom it complains of: the
day on which it was handed over, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from caseapp.actions.cases import add_event
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.transfer_sheets import Owed, owed_outside
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.states import OPEN
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation

LONGEST_NAME = 80
REOPENED_FOR_IT = "须移交有管辖权的机关"


@dataclass(frozen=True)
class Handed:
    """That a matter was handed over: to which authority, on which day, who received it; the number of the letter; on
    which day and in which way the petitioner was told of it (信访工作条例 art. 22)."""

    to: str
    on: date
    received_by: str
    letter_no: str = ""
    told_on: date | None = None
    told_how: str = ""


def hand_over_outside(ctx: Ctx, duty_id: int, handed: Handed) -> str:
    """Put down that a matter was handed over. A case that was settled before is opened for it again. Returns its
    number. Raises OutOfScope, RuleViolation."""
    owed = next((one for one in owed_outside(ctx) if one.duty.id == duty_id), None)
    if owed is None:
        raise OutOfScope(N_("there is no such duty"))
    if not owed.hands_over:
        raise NotAllowed(N_("somebody else hands this over, who is not near to whom it complains of"))
    if owed.duty.printed_at is None:
        raise RuleViolation("", N_("its sheet was not printed yet, and nothing is handed over without it"))
    _check(ctx, owed, handed)
    lock = {"key_share": True}
    case = ctx.session.get_one(Case, owed.duty.case_id, with_for_update=lock, populate_existing=True)
    owed.duty.handed_on, owed.duty.received_by = handed.on, handed.received_by.strip()
    owed.duty.handed_by = ctx.actor.username
    add_event(ctx, case, *_events(ctx, case, handed))
    note(ctx, "handed_outside", owed.number, to=handed.to.strip(), on=handed.on.isoformat())
    return owed.number


def _check(ctx: Ctx, owed: Owed, handed: Handed) -> None:
    for field, value in {"to": handed.to, "received_by": handed.received_by}.items():
        if not value.strip():
            raise RuleViolation(field, N_("say which authority it was handed to, and who received it"))
    for field, value in {"to": handed.to, "received_by": handed.received_by, "letter_no": handed.letter_no}.items():
        if len(value.strip()) > LONGEST_NAME:
            raise RuleViolation(field, N_("the text is longer than %(limit)d characters"), limit=LONGEST_NAME)
    if not owed.registered_on <= handed.on <= ctx.today:
        raise RuleViolation("on", N_("a matter is handed over between its registration and today"))
    _check_told(ctx, handed)


def _check_told(ctx: Ctx, handed: Handed) -> None:
    if bool(handed.told_on) != bool(handed.told_how):
        raise RuleViolation("told_how", N_("say on which day and in which way the petitioner was told, or neither"))
    if handed.told_on and not handed.on <= handed.told_on <= ctx.today:
        raise RuleViolation(
            "told_on", N_("the petitioner is told on the day of handing over or later, and not after today")
        )


def _events(ctx: Ctx, case: Case, handed: Handed) -> list[Event]:
    at, now = _moment(ctx, case, handed.on), ctx.now
    data: dict[str, object] = {"to": handed.to.strip()}
    if handed.letter_no.strip():
        data["letter_no"] = handed.letter_no.strip()
    out = [Event("transferred_out", at, now, ctx.actor.username, data), *_told(ctx, at, handed)]
    if case.state in OPEN:
        return out
    return [Event("reopened", at, now, ctx.actor.username, {"reason": REOPENED_FOR_IT}), *out]


def _told(ctx: Ctx, handed_at: datetime, handed: Handed) -> list[Event]:
    """The notice to the petitioner. Nobody here reads the matter, so it is put down with the handing over."""
    if handed.told_on is None:
        return []
    data = {"notice": "transferred", "method": handed.told_how}
    return [Event("notice_served", _at(ctx, handed.told_on, handed_at), ctx.now, ctx.actor.username, data)]


def _moment(ctx: Ctx, case: Case, day: date) -> datetime:
    """Now; of an earlier day its noon, and never before what is on record."""
    return _at(ctx, day, case.last_recorded_at)


def _at(ctx: Ctx, day: date, earliest: datetime) -> datetime:
    return ctx.now if day == ctx.today else max(datetime.combine(day, time(12), SHANGHAI), earliest)
