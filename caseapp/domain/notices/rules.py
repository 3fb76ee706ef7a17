"""Who is told what, when it may be told outside the inbox, and how often sending is tried.

``RULES`` is the one source: a kind of notice, its words, whom it goes to, whether it comes first, whether it is about
an item with a due date, which falls away when it is no longer owed. Whoever is told is named by what they are to the
case (``WHO``); ``queries.py`` turns each of these words into people, and nothing else decides.

An overdue item climbs a ladder, and each rung tells others: ``RUNGS``. A screening round has no seats: its notices go
to the words under ``of_round``, late ones a rung at a time (``ROUND_RUNGS``), to the office after ``ROUND_TO_OFFICE``
days more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.errors import N_

WHO = {
    "charged": "answers for the item: who acts for its seat, else the office, else the posts at work in the unit",
    "lead": "acts for the seat of the leader",
    "liaison": "acts for the seat of the liaison official",
    "seat": "acts for the seat that is meant",
    "office": "the posts of the petition office of the town",
    "heads": "the head of the day as the office set it, else the town leaders",
    "deciders": "may approve in the town; an extension also whoever acts for the lead",
    "unit": "the posts at work in the unit that is meant",
    "makers": "make the screening rounds of the village",
    "cadres": "the cadres of the village; where it has none, whoever makes its rounds",
    "holder": "was given the seat",
    "deputy": "was given the seat as the deputy",
    "asker": "asked for it",
    "issuer": "issued the sheet",
    "writer": "drafted the letter",
    "mediator": "put the agreement on record",
    "co_handler": "is asked to help",
    "main_handler": "handles the case, whom others help",
    "visitor": "is asked for a return visit",
    "account_deciders": "may be the second person about an account",
    "account_holder": "holds the account",
    "readers": "may read accusations in the town of the case",
    "leaders": "the leaders of the town, whoever the office set as the head of the day",
    "admins": "the administrators of the town",
}


@dataclass(frozen=True)
class Rule:
    """One row: the words, whom it goes to, the same of a screening round, whether it comes first, whether it is about
    an item with a due date. Who does a thing is not told of it, unless ``doer_too``. Of an accusation
    nothing is told but what is ``of_accusations``."""

    title: str
    who: tuple[str, ...]
    of_round: tuple[str, ...] = ()
    urgent: bool = False
    dated: bool = False
    doer_too: bool = False
    of_accusations: bool = False


RULES = {
    "overdue": Rule(
        N_("Overdue"), ("charged", "lead", "office", "heads"), ("cadres", "office"), urgent=True, dated=True
    ),
    "due_soon": Rule(N_("Due soon"), ("charged",), ("makers",), dated=True),
    "given": Rule(N_("You were given a seat"), ("holder", "deputy")),
    "sent_down": Rule(N_("A case came to your unit"), ("unit",)),
    "asked": Rule(N_("Waiting for my decision"), ("deciders",)),
    "decided": Rule(N_("What you asked for was decided"), ("asker",)),
    "supervision_issued": Rule(N_("Put under supervision"), ("seat", "lead"), urgent=True),
    "supervision_answered": Rule(N_("Supervision was answered"), ("issuer",)),
    "supervision_returned": Rule(N_("The answer to the supervision was returned"), ("seat",), urgent=True),
    "co_task": Rule(N_("You are asked to help with a case"), ("co_handler",)),
    "co_silent": Rule(N_("A helper has not answered"), ("main_handler",)),
    "callback": Rule(N_("You are asked for a return visit"), ("visitor",), doer_too=True),
    "urged": Rule(N_("You are urged to act"), ("charged",), urgent=True),
    "reopened": Rule(N_("A case came back"), ("lead", "liaison")),
    "report_returned": Rule(N_("A report on an assigned case came back"), ("office", "lead"), urgent=True),
    "confirmable": Rule(
        N_("A court can be asked to confirm an agreement for a few days more"), ("mediator", "lead", "liaison")
    ),
    "letter_checked": Rule(N_("A letter waits to be signed off"), ("deciders",)),
    "letter_signed_off": Rule(N_("A letter was signed off: issue it"), ("writer",)),
    "letter_sent_back": Rule(N_("A letter that I wrote was sent back"), ("writer",)),
    "unit_asked": Rule(N_("A change of a unit waits for my decision"), (), ("deciders",)),
    "unit_decided": Rule(N_("The change of a unit that I asked for was decided"), (), ("asker",)),
    "vacant": Rule(N_("Seats or tasks were left without a holder"), (), ("office",), urgent=True),
    "account_asked": Rule(N_("An account waits for my decision"), (), ("account_deciders",), urgent=True),
    "account_given": Rule(N_("An administrator gave somebody a post alone"), (), ("account_deciders",)),
    "account_changed": Rule(N_("Something was done to my account"), (), ("account_holder",), urgent=True),
    "circle": Rule(
        N_("Who is complained of has another post or deputy: look anew who is out"), ("deciders",), of_accusations=True
    ),
    "setting_changed": Rule(
        N_("A setting of the office was changed"), (), ("leaders", "admins", "office"), urgent=True
    ),
    "erasing_due": Rule(N_("Contacts may be erased: look at the cases and ask for it"), (), ("office",)),
    "erasing_asked": Rule(N_("Erasing contacts waits for my signature"), (), ("deciders",)),
    "accusation": Rule(N_("A case was taken as an accusation"), ("readers",), of_accusations=True),
}
TOLD_OF = {
    "seat_filled": "given",
    "sent_down": "sent_down",
    "escalated": "sent_down",
    "reopened": "reopened",
    "report_returned": "report_returned",
}
"""Which notice an event of a case gives."""
OF_ACCOUNTS = ("account_asked", "account_given", "account_changed")
"""Notices about an account: they hang on a unit, as those about a round do, and lead to pages of accounts."""
ROUND_TO_OFFICE = 2
RUNGS = {"seat": "charged", "lead": "lead", "office": "office", "heads": "heads"}
ROUND_RUNGS = {"seat": "cadres", "office": "office"}

QUIET = time(22, 0), time(7, 30)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
HELD = timedelta(minutes=10)
GATHERED_WITHIN = timedelta(days=30)
MOST_BYTES = {"wecom": 4000, "dingtalk": 18000}


def told(kind: str, rung: str = "", *, of_round: bool = False) -> Rule:
    """The row of a kind; of a rung of the ladder, narrowed to whom that rung tells; of a screening round, whom
    those concern."""
    rule = RULES[kind]
    who, rungs = (rule.of_round, ROUND_RUNGS) if of_round else (rule.who, RUNGS)
    if kind == "overdue" and rung:
        who = tuple(word for word in who if word == rungs[rung])
    return replace(rule, who=who)


def item_of(kind: str, nth: int) -> str:
    """How a notice names a due item: ``handle:1``."""
    return f"{kind}:{nth}"


def round_item(first: date) -> str:
    """How a notice names a screening round: ``round:2026-11-16``, its first day."""
    return f"round:{first.isoformat()}"


@dataclass(frozen=True)
class Telling:
    """What is told about a case, or about a village's round: once for each item, version of its due date, rung and
    recipient."""

    kind: str
    case_id: int | None
    item: str = ""
    version: str = ""
    rung: str = ""
    due_on: date | None = None
    unit_id: int | None = None

    def __post_init__(self) -> None:
        if (self.case_id is None) == (self.unit_id is None):
            raise ValueError("a telling is about a case or about a village")
        if told(self.kind).dated and not (self.due_on and self.item):
            raise ValueError(f"{self.kind} needs an item and its due date")

    @property
    def version_told(self) -> str:
        """The version of the due date: the date itself unless another was given."""
        return self.version or (self.due_on.isoformat() if self.due_on else "")


def is_quiet(now: datetime, quiet: tuple[time, time] = QUIET) -> bool:
    """Whether an instant lies in the hours in which nobody is disturbed."""
    local = now.astimezone(SHANGHAI).time()
    begins, ends = quiet
    return begins <= local < ends if begins <= ends else local >= begins or local < ends


def not_quiet(at: datetime, quiet: tuple[time, time] = QUIET) -> datetime:
    """An instant, or the end of the quiet hours it lies in."""
    if not is_quiet(at, quiet):
        return at
    local = at.astimezone(SHANGHAI)
    day = local.date() if local.time() < quiet[1] else local.date() + timedelta(days=1)
    return datetime.combine(day, quiet[1], SHANGHAI).astimezone(UTC)


def next_try(now: datetime, tries: int, quiet: tuple[time, time] = QUIET) -> datetime | None:
    """When a message that failed some number of times is tried again; None when it is given up."""
    return not_quiet(now + PAUSES[tries - 1], quiet) if tries <= len(PAUSES) else None
