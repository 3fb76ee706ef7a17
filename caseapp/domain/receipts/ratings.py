"""The petitioner's rating (满意度评价): when it may be given, who may not record it, who sees it. Pure.

It is given by the petitioner with the receipt, or on the telephone to somebody who does not handle the case
(信访工作条例 art. 21: 方便信访人查询、评价). Whoever handles the case sees a rating once it is archived, not before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from caseapp.domain.cases.events import Event, Party
from caseapp.domain.cases.history import History
from caseapp.kernel.errors import N_, NotAllowed, RuleViolation, WrongPerson

HANDLING = ("mediated", "resolved", "replied", "terminated", "withdrawn")
"""Events whose author handled the case, with or without a seat on it."""
ROUND_ENDS = ("resolved", "replied", "terminated", "withdrawn")
RATED_WHILE = ("resolved", "closed_unresolved")
DENIED = "当事人称此前的评价不是本人所给"
"""The words of the rating that the petitioner puts in the place of one that somebody else gave with their code."""
OPEN, GIVEN, CLOSED = "open", "given", "closed"


def handlers(history: History, helpers: Iterable[str] = ()) -> frozenset[str]:
    """Who handles a case: whoever sits or sat in one of its five seats, mediated, replied or closed it; and
    ``helpers``, who are asked to help with it. ``queries.handled_by`` is the SQL twin."""
    people = set(helpers)
    for event in history.events:
        if event.kind == "seat_filled":
            people |= {event.text("holder"), event.text("deputy")}
        elif event.kind in HANDLING and event.by:
            people.add(event.by)
    return frozenset(people - {""})


def rating_of(history: History) -> Event | None:
    """The latest rating of the round that ended last; None when the case is open, left for elsewhere, or not rated."""
    if history.head.sealed or history.now.standing not in RATED_WHILE:
        return None
    last = max(place for place, event in enumerate(history.events) if event.kind in ROUND_ENDS)
    return next((event for event in reversed(history.events[last:]) if event.kind == "rated"), None)


def rating_state(history: History) -> str:
    """Whether a case may be rated: ``open`` once it is resolved or closed, ``given`` when this round has its rating,
    ``closed`` otherwise. An accusation is not rated."""
    if history.head.sealed or history.now.standing not in RATED_WHILE:
        return CLOSED
    return GIVEN if rating_of(history) else OPEN


def sees_rating(history: History, event: Event, viewer: str, *, oversees: bool, helpers: Iterable[str] = ()) -> bool:
    """Whether somebody sees what a rating says. Once the case is archived, whoever sees the case; before that, who took
    it down, and who oversees the work (the office, town leaders, the auditor) without handling this case."""
    if history.now.archived or event.by == viewer:
        return True
    return oversees and viewer not in handlers(history, helpers)


def check_rater(username: str, history: History, helpers: Iterable[str]) -> None:
    """Raise NotAllowed when somebody handles the case: the petitioner would not say it to them."""
    if username in handlers(history, helpers):
        raise NotAllowed(N_("who handles a case does not take down its rating: somebody else calls"))


def check_parties_stay(event: Event, history: History, helpers: Iterable[str]) -> None:
    """Raise WrongPerson when somebody who handles the case changes or takes out a party, or what one is reached by: a
    return visit, a rating and the call about a withdrawal go by it. They may add a party, and fill in what is not told
    yet."""
    if event.data.get("field") != "parties" or event.by not in handlers(history, helpers):
        return
    told = [Party(**party) for party in cast(list[dict[str, str]], event.data["to"])]
    before = history.now.parties
    if len(told) < len(before) or not all(map(_only_adds, told, before)):
        raise WrongPerson(
            "name",
            N_("who handles a case does not change what is told of a party, nor take one out: somebody else does"),
        )


def _only_adds(told: Party, before: Party) -> bool:
    return all(value in ("", getattr(told, name)) for name, value in vars(before).items())


def check_ratable(history: History) -> None:
    """Raise RuleViolation unless the case waits for its rating."""
    state = rating_state(history)
    if state == GIVEN:
        raise RuleViolation("score", N_("it was rated already"))
    if state != OPEN:
        raise RuleViolation("score", N_("a case is rated once it is resolved or closed"))
