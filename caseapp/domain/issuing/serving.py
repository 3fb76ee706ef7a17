"""How a letter reaches those it is addressed to (送达), and from which day it counts. Pure. No article of the petition
rules says it; the rules are those of service by courts (民事诉讼法), which offices follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from caseapp.domain.cases.serving import FILMED, NOBODY_RECEIVED, NOT_ON_PAPER, TRACED
from caseapp.domain.cases.words import SERVICE_WAYS
from caseapp.domain.issuing.kinds import Kind
from caseapp.domain.issuing.writing import Written
from caseapp.kernel.errors import N_, RuleViolation

ANNOUNCED_FOR = 30
"""So many days after a letter was posted up it counts as served."""
TRIED_FIRST = 2
"""So many other ways are tried in vain before it may be posted up."""


@dataclass(frozen=True)
class Delivered:
    """What somebody says of one try: to whom, how, when; that it was served and by what that shows, or why it was in
    vain. ``paper``: the number of a paper of the case."""

    receiver: str
    way: str
    on: date
    failed: bool = False
    received_by: str = ""
    why: str = ""
    paper: str = ""
    parcel: str = ""


class Try(Protocol):
    """A try that is on record."""

    @property
    def receiver(self) -> str: ...

    @property
    def way(self) -> str: ...

    @property
    def served_on(self) -> date | None: ...


def addressed(written: Written) -> list[str]:
    """Each of those that a letter is addressed to."""
    return list(dict.fromkeys(name.strip() for name in written.get("to", "").split("、") if name.strip()))


def still_to_serve(written: Written, tries: Iterable[Try]) -> list[str]:
    """Those whom a letter has not reached yet."""
    reached = {one.receiver for one in tries if one.served_on}
    return [name for name in addressed(written) if name not in reached]


def counts_from(said: Delivered) -> date | None:
    """The day from which a letter counts as served: the day it was received or left there; one that was posted up, 30
    days after. None where it was in vain."""
    if said.failed:
        return None
    return said.on + timedelta(days=ANNOUNCED_FOR) if said.way in NOBODY_RECEIVED else said.on


def check_delivered(
    kind: Kind, said: Delivered, issued_on: date, today: date, *, waiting: Collection[str], tries: Sequence[Try]
) -> None:
    """Hold what is said of a try against the rules. ``waiting``: whom the letter has not reached yet. Raises
    RuleViolation naming the field."""
    if said.receiver not in waiting:
        raise RuleViolation("receiver", N_("choose one of those whom the letter has not reached yet"))
    _check_way(kind, said.way)
    if not issued_on <= said.on <= today:
        raise RuleViolation("on", N_("a letter is served between the day it was issued and today"))
    if said.way in NOBODY_RECEIVED:
        _check_posted_up(said, today, [one for one in tries if one.receiver == said.receiver])
    if said.failed:
        if not said.why.strip():
            raise RuleViolation("why", N_("say why it did not reach them"))
    else:
        _check_shown(said)


def _check_way(kind: Kind, way: str) -> None:
    if way not in SERVICE_WAYS:
        raise RuleViolation("way", N_("say how the paper was served: a call or a chat message is no service"))
    if kind.on_paper and way in NOT_ON_PAPER:
        raise RuleViolation("way", N_("a refusal and a reply are served on paper, not by message"))


def _check_posted_up(said: Delivered, today: date, tries: Sequence[Try]) -> None:
    if said.failed or len({one.way for one in tries if one.served_on is None}) < TRIED_FIRST:
        raise RuleViolation("way", N_("a letter is posted up only after two other ways were tried in vain"))
    over = said.on + timedelta(days=ANNOUNCED_FOR)
    if over > today:
        raise RuleViolation("on", N_("posted up on that day it counts as served on %(day)s: record it then"), day=over)


def _check_shown(said: Delivered) -> None:
    """Who received it or saw it left there, and what shows it."""
    if said.way in FILMED and not said.received_by and not said.paper:
        raise RuleViolation("received_by", N_("a letter that was left there needs a witness, or a photo or film of it"))
    if said.way not in (*NOBODY_RECEIVED, *FILMED) and not said.received_by:
        raise RuleViolation("received_by", N_("say who received it; of a paper that was left there, who saw it"))
    if not said.paper and not (said.way in TRACED and said.parcel):
        raise RuleViolation("paper", N_("add a photo of the slip that was signed, or of what else shows the service"))
