"""What a petition asks for, one by one (诉求): each with its own course and its own opinion (信访工作条例 art. 23, 32).
Pure.

One letter often asks for several things. What another organ is competent for goes there, and the petitioner is told of
it in the notice of acceptance; on each of the others the organ gives an opinion with its ground. A petition in which
nobody parted them is answered as a whole. One that is taken up again has its requests, and no answers any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from caseapp.domain.cases import words
from caseapp.domain.cases.events import Event

KINDS = ("requested", "request_amended", "request_passed", "request_answered")
MOST = 50


@dataclass(frozen=True)
class Request:
    """One thing that a petition asks for: its number and its words; in which way (``how``) and to which organ it was
    passed on, where another one is competent; else what it was answered, with the ground in law."""

    nth: int
    text: str
    how: str = ""
    to: str = ""
    outcome: str = ""
    facts: str = ""
    ground: str = ""
    answer: str = ""

    @property
    def ours(self) -> bool:
        """It was not passed on."""
        return not self.to


def after(now: tuple[Request, ...], event: Event) -> tuple[Request, ...]:
    """After one was put down, amended, passed on or answered. One that is not known (yet) is not changed."""
    nth = event.data["nth"]
    if event.kind == "requested":
        assert isinstance(nth, int)
        return tuple(sorted((*now, Request(nth, event.text("text"))), key=lambda one: one.nth))
    return tuple(_changed(one, event) if one.nth == nth else one for one in now)


def _changed(one: Request, event: Event) -> Request:
    if event.kind == "request_amended":
        return replace(one, text=event.text("text"))
    if event.kind == "request_passed":
        return replace(one, how=event.text("how"), to=event.text("to"))
    return replace(
        one, outcome=event.text("outcome"), facts=event.text("facts"), ground=event.text("ground"),
        answer=event.text("text"),
    )  # fmt: skip


def unanswered(now: Iterable[Request]) -> tuple[Request, ...]:
    """The requests of a petition that is taken up again."""
    return tuple(Request(one.nth, one.text, one.how, one.to) for one in now)


def ours(now: Iterable[Request]) -> list[Request]:
    """Those that the organ gives an opinion on."""
    return [one for one in now if one.ours]


def numbered(now: Iterable[Request], nth: object) -> Request | None:
    """The request with a number."""
    return next((one for one in now if one.nth == nth), None)


def next_number(now: Sequence[Request]) -> int:
    """The number of what is put down next."""
    return max((one.nth for one in now), default=0) + 1


def together(said: Iterable[tuple[int, str]]) -> str:
    """What is said of each of some requests, one a line, by their numbers."""
    return "\n".join(f"第{nth}项：{text}" for nth, text in said if text)


def grounds_of(grounds: Iterable[str]) -> str:
    """The grounds in law of several opinions, each once."""
    return "；".join(dict.fromkeys(filter(None, grounds)))


def outcome_of(outcomes: Iterable[str]) -> str:
    """What a reply comes to as a whole: it supports the petitioner where it supports one request, because that is then
    owed; else it explains where it explains one. "" of no request."""
    found = set(outcomes)
    return next((outcome for outcome in words.OUTCOMES if outcome in found), "")
