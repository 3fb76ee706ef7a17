"""Handing a matter over to an authority outside, which nobody of the town may read because of whom it complains of: the
day on which it was handed over, and to whom: said by one, confirmed by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from caseapp.actions.cases import add_event
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.transfer_sheets import Owed, owed_outside
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.transitions import OPEN
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.errors import N_, Conflict, NotAllowed, OutOfScope, RuleViolation

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

    def told(self) -> dict[str, str]:
        """As it is kept until somebody else confirms it."""
        day = {"on": self.on.isoformat(), "told_on": self.told_on.isoformat() if self.told_on else ""}
        words = {"to": self.to, "received_by": self.received_by, "letter_no": self.letter_no, "told_how": self.told_how}
        return day | {name: word.strip() for name, word in words.items()}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Handed:
        """As it was kept."""
        days = {name: date.fromisoformat(told[name]) if told[name] else None for name in ("on", "told_on")}
        return cls(**{**told, **days})


def say_handed_over(ctx: Ctx, duty_id: int, handed: Handed) -> Owed:
    """Put down what one person says: that a matter was handed over. It waits until somebody else confirms it
    (``who_confirms``). Where nobody else could, it holds at once, and the number of the letter is asked for. Raises
    OutOfScope, NotAllowed, RuleViolation."""
    owed, case = _taken_up(ctx, duty_id)
    if owed.duty.said_by:
        raise Conflict(N_("somebody said already that this was handed over"))
    if not owed.hands_over:
        raise NotAllowed(N_("somebody else hands this over, who is not near to whom it complains of"))
    if owed.duty.printed_at is None:
        raise RuleViolation("", N_("its sheet was not printed yet, and nothing is handed over without it"))
    _check(ctx, owed, handed)
    if owed.alone and not handed.letter_no.strip():
        raise RuleViolation("letter_no", N_("nobody else here can confirm it: give the number of the letter"))
    owed.duty.said_by, owed.duty.said_at, owed.duty.said = ctx.actor.username, ctx.now, handed.told()
    note(ctx, "handing_over_said", owed.number, to=handed.to.strip(), on=handed.on.isoformat())
    if owed.alone:
        _settle(ctx, owed, case)
    return owed


def confirm_handed_over(ctx: Ctx, duty_id: int) -> str:
    """Confirm what somebody else said: only now the matter was handed over. A case that was settled before is opened
    for it again. Returns its number. Raises OutOfScope, NotAllowed, RuleViolation."""
    owed, case = _taken_up(ctx, duty_id)
    if not owed.confirms:
        raise NotAllowed(N_("this is confirmed by somebody else than who said it"))
    owed.duty.confirmed_by = ctx.actor.username
    _settle(ctx, owed, case)
    return owed.number


def deny_handed_over(ctx: Ctx, duty_id: int) -> str:
    """Say that what was said to be handed over was not, which who said it may do too: it is to be handed over as
    before. Returns its number. Raises OutOfScope, NotAllowed."""
    owed, _ = _taken_up(ctx, duty_id)
    if not (owed.confirms or owed.said_it):
        raise NotAllowed(N_("this is confirmed by somebody else than who said it"))
    note(ctx, "handing_over_denied", owed.number, said_by=owed.duty.said_by, **_in_short(owed))
    owed.duty.said_by = owed.duty.said_at = owed.duty.said = None
    return owed.number


def _taken_up(ctx: Ctx, duty_id: int) -> tuple[Owed, Case]:
    """A duty that is before the actor, as it is once nobody else writes to its case."""
    duty, lock = _find(ctx, duty_id).duty, {"key_share": True}
    case = ctx.session.get_one(Case, duty.case_id, with_for_update=lock, populate_existing=True)
    ctx.session.expire(duty)
    return _find(ctx, duty_id), case


def _find(ctx: Ctx, duty_id: int) -> Owed:
    owed = next((one for one in owed_outside(ctx) if one.duty.id == duty_id), None)
    if owed is None:
        raise OutOfScope(N_("there is no such duty"))
    return owed


def _settle(ctx: Ctx, owed: Owed, case: Case) -> None:
    duty, handed = owed.duty, Handed.read(owed.duty.said or {})
    duty.handed_on, duty.received_by, duty.handed_by = handed.on, handed.received_by, duty.said_by
    add_event(ctx, case, *_events(ctx, case, handed, str(duty.said_by)))
    note(ctx, "handed_outside", owed.number, said_by=duty.said_by, **_in_short(owed))


def _in_short(owed: Owed) -> dict[str, Any]:
    return {name: (owed.duty.said or {}).get(name) for name in ("to", "on")}


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


def _events(ctx: Ctx, case: Case, handed: Handed, by: str) -> list[Event]:
    at, now = _moment(ctx, case, handed.on), ctx.now
    data: dict[str, object] = {"to": handed.to.strip()}
    if handed.letter_no.strip():
        data["letter_no"] = handed.letter_no.strip()
    out = [Event("transferred_out", at, now, by, data), *_told(ctx, at, handed, by)]
    if case.state in OPEN:
        return out
    return [Event("reopened", at, now, by, {"reason": REOPENED_FOR_IT}), *out]


def _told(ctx: Ctx, handed_at: datetime, handed: Handed, by: str) -> list[Event]:
    """The notice to the petitioner. Nobody here reads the matter, so it is put down with the handing over."""
    if handed.told_on is None:
        return []
    data = {"notice": "transferred", "method": handed.told_how}
    return [Event("notice_served", _at(ctx, handed.told_on, handed_at), ctx.now, by, data)]


def _moment(ctx: Ctx, case: Case, day: date) -> datetime:
    """Now; of an earlier day its noon, and never before what is on record."""
    return _at(ctx, day, case.last_recorded_at)


def _at(ctx: Ctx, day: date, earliest: datetime) -> datetime:
    return ctx.now if day == ctx.today else max(datetime.combine(day, time(12), SHANGHAI), earliest)
