"""What mediation came to (调解协议, 人民调解法 art. 28–31): its form, since when it holds, who undertook what. Pure.

A written agreement holds from the day of the last signature, an oral one from the day it was reached (art. 29, 30).
Who mediated sees that it is performed (art. 31): each thing undertaken is owed by its day until it is performed, or
until it is on record that it was broken and what follows. A matter that is taken up again has no agreement any more;
the next one begins anew.

Both sides together may ask a court to confirm it within thirty days of the day from which it holds (司法确认, art. 33);
what is confirmed can be enforced.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from caseapp.domain.cases.events import Event

if TYPE_CHECKING:
    from caseapp.domain.cases.history import History

REOPEN, ENFORCE, WAIVED = "reopen", "enforce", "waived"
CONFIRMATION_DAYS = 30
REMINDED_AFTER = (20, 27)
"""Days after it began to hold on which who mediated is reminded that a court can still be asked."""
WITHDRAWN = "withdrawn"
KINDS = ("agreed", "undertaken", "performed", "breached", "confirmation_asked", "confirmation_decided")


@dataclass(frozen=True)
class Undertaking:
    """One thing that one side undertook: its number in the agreement, who does what for whom by when, where and in
    which way. ``amount`` is in yuan, None where it is not about money. ``breached`` says what follows since it was not
    done: the matter is taken up again, a court enforces it, or the other side waives it; "" while nothing does."""

    nth: int
    who: str
    what: str
    due_on: date
    to: str = ""
    amount: Decimal | None = None
    where: str = ""
    way: str = ""
    performed_on: date | None = None
    breached: str = ""

    @property
    def owed(self) -> bool:
        """Neither performed nor given up."""
        return self.performed_on is None and not self.breached


@dataclass(frozen=True)
class Agreement:
    """The agreement in force, and what was undertaken in it. ``form`` is written or oral. ``court``: who was asked to
    confirm it, ``asked_on`` when; ``confirmed`` what came of it, "" while that is not known."""

    form: str
    effective_on: date
    content: str = ""
    number: str = ""
    undertakings: tuple[Undertaking, ...] = ()
    court: str = ""
    asked_on: date | None = None
    confirmed: str = ""

    @property
    def before_a_court(self) -> bool:
        """A court was asked to confirm it, and has not decided."""
        return bool(self.court) and not self.confirmed

    @property
    def confirmable(self) -> bool:
        """A court could still be asked, as far as it is not too late: none was, or both sides took that back, and not
        everything is performed."""
        open_yet = not self.court or self.confirmed == WITHDRAWN
        return open_yet and (not self.undertakings or any(one.performed_on is None for one in self.undertakings))

    @property
    def owed(self) -> list[Undertaking]:
        """What is still to be performed, in order."""
        return [one for one in self.undertakings if one.owed]

    @property
    def performed(self) -> bool:
        """All that was undertaken was performed, but for what the other side waived."""
        return all(one.performed_on or one.breached == WAIVED for one in self.undertakings)

    @property
    def sum(self) -> Decimal:
        """The money that it is about, in yuan."""
        return sum((one.amount for one in self.undertakings if one.amount is not None), Decimal())

    @property
    def next(self) -> int:
        """The number of what is undertaken next."""
        return max((one.nth for one in self.undertakings), default=0) + 1

    def undertaking(self, nth: object) -> Undertaking | None:
        """One of what was undertaken."""
        return next((one for one in self.undertakings if one.nth == nth), None)


def after(now: Agreement | None, event: Event) -> Agreement | None:
    """After an agreement was reached, something of it was undertaken, performed or broken, or a court was asked to
    confirm it. Where the agreement is not known (yet), nothing of it is."""
    if event.kind == "agreed":
        return _agreement(event)
    if now is None or (event.kind == "breached" and event.data["then"] == REOPEN):
        return None
    if event.kind in ("confirmation_asked", "confirmation_decided"):
        return _before_a_court(now, event)
    if event.kind == "undertaken":
        return replace(now, undertakings=(*now.undertakings, _undertaking(event)))
    changed: dict[str, Any] = (
        {"performed_on": event.on} if event.kind == "performed" else {"breached": event.data["then"]}
    )
    changed_in = (replace(one, **changed) if one.nth == event.data["nth"] else one for one in now.undertakings)
    return replace(now, undertakings=tuple(changed_in))


def _before_a_court(now: Agreement, event: Event) -> Agreement:
    if event.kind == "confirmation_decided":
        return replace(now, confirmed=event.text("result"))
    return replace(now, court=event.text("court"), asked_on=event.day("asked_on"), confirmed="")


def confirmable_since(history: History) -> date | None:
    """From when an agreement holds that a court could still be asked to confirm; None where there is none, and in a
    case that is over or sealed."""
    now, agreement = history.now, history.now.agreement
    if agreement is None or not agreement.confirmable or history.head.sealed or now.archived:
        return None
    return agreement.effective_on if now.standing in ("open", "resolved") else None


def claimed_on(history: History) -> date | None:
    """When what is paid for the mediation was claimed; None in a case that is sealed or struck out. Of one that
    was merged later it stays: it was paid."""
    over = history.head.sealed or history.now.state == "voided"
    return None if over else history.now.subsidy_on


def _agreement(event: Event) -> Agreement:
    effective_on = event.day("effective_on")
    assert effective_on is not None
    return Agreement(str(event.data["form"]), effective_on, event.text("text"), event.text("agreement_no"))


def _undertaking(event: Event) -> Undertaking:
    due_on, amount, nth = event.day("due_on"), event.text("amount"), event.data["nth"]
    assert due_on is not None
    assert isinstance(nth, int)
    return Undertaking(
        nth, event.text("who"), event.text("what"), due_on, event.text("to"), Decimal(amount) if amount else None,
        event.text("where"), event.text("way"),
    )  # fmt: skip
