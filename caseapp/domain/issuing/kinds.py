"""The kinds of letters, and the steps that each takes. Pure. A further kind is one declaration in ``KINDS``: what is
written in it, what has to be, the letters of its series, the move whose event it announces; what that event says in
``announcing.py``; and its sentences in ``papers/letters.py``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from caseapp.domain.cases import words
from caseapp.kernel.errors import N_, RuleViolation


@dataclass(frozen=True)
class Blank:
    """Something to write in a letter: a line, a text, one line each, a day, or one of some choices. A ``needed`` one is
    filled in before the letter is issued. ``nth``: the request that it is about, where each has its own."""

    name: str
    type: str = "text"
    needed: bool = True
    choices: tuple[object, ...] = ()
    nth: int = 0

    def about(self, nth: int) -> Blank:
        """The same for one request."""
        return replace(self, name=f"{self.name}_{nth}", nth=nth)


@dataclass(frozen=True)
class Kind:
    """A kind of letter. ``series`` names its numbers, ``mark`` is what they bear after the office's own sign (太信受);
    ``action`` is the move whose event it announces, ``notice`` what its service puts on record (信访工作条例 art. 23,
    32); without one its service stands with the letter alone. ``office``: what the office has to have set.
    ``on_paper``: it is not served as an electronic document. ``several``: one may follow another that stands.
    ``to_organ``: it goes to another organ (公文), in the look of an official document, and not to a citizen.
    ``each``: the blanks that are written for each request, where a petition has them one by one."""

    slug: str
    series: str
    mark: str
    action: str
    notice: str
    blanks: tuple[Blank, ...]
    office: tuple[str, ...] = ("organ", "sign")
    on_paper: bool = False
    several: bool = False
    to_organ: bool = False
    each: tuple[str, ...] = ()

    def about(self, requests: Iterable[int]) -> Kind:
        """The kind as it is written in a petition with these requests: what each has of its own stands once for each
        of them."""
        numbers = list(requests) if self.each else []
        if not numbers:
            return self
        own = [blank for blank in self.blanks if blank.name in self.each]
        parted = [blank.about(nth) for nth in numbers for blank in own]
        first = self.blanks.index(own[0])
        rest = [blank for blank in self.blanks[first:] if blank not in own]
        return replace(self, blanks=(*self.blanks[:first], *parted, *rest))

    @property
    def names(self) -> tuple[str, ...]:
        """What may be written in it."""
        return tuple(blank.name for blank in self.blanks)

    @property
    def needed(self) -> tuple[str, ...]:
        """What has to be written before it is issued."""
        return tuple(blank.name for blank in self.blanks if blank.needed)


TO = Blank("to", "line")
MATTERS = Blank("matters", "lines")
ACCEPTANCE = Kind(
    "acceptance", "l-accepted", "受", "accept", "accepted",
    (TO, MATTERS, Blank("route", "choice", choices=(1, 2, 3, 4, 5, 6)), Blank("remark", needed=False)),
)  # fmt: skip
OPINION = Kind(
    "opinion", "l-opinion", "意", "reply", "replied",
    (
        TO, MATTERS, Blank("facts"), Blank("basis"), Blank("opinion"),
        Blank("outcome", "choice", choices=words.OUTCOMES),
        Blank("perform_by", "day", needed=False), Blank("reason", needed=False),
    ),
    office=("organ", "sign", "review"), on_paper=True, each=("facts", "basis", "opinion", "outcome"),
)  # fmt: skip
ROUTE = Kind(
    "route", "l-route", "途", "redirect", "redirected",
    (
        TO, MATTERS, Blank("organ", "line"), Blank("procedure", "line"), Blank("address", "line", needed=False),
        Blank("limit", "line", needed=False), Blank("bring", needed=False),
    ),
)  # fmt: skip
EXTENSION = Kind(
    "extension", "l-extended", "延", "extend", "", (TO, MATTERS, Blank("until", "day"), Blank("why")),
    several=True,
)  # fmt: skip
NOT_ACCEPTED = Kind(
    "not_accepted", "l-refused", "不受", "refuse", "refused", (TO, MATTERS, Blank("taken_by"), Blank("remains")),
    on_paper=True,
)  # fmt: skip
NO_MORE = Kind(
    "no_more", "l-no-more", "不再", "refuse", "refused", (TO, MATTERS, Blank("rereview"), Blank("remains")),
    on_paper=True,
)  # fmt: skip
PASSED_ON = Kind(
    "passed_on", "l-passed-on", "转告", "transfer_out", "transferred", (TO, MATTERS, Blank("organ", "line")),
)  # fmt: skip
TITLE, ASSIGNMENT, CONTACT = Blank("title", "line"), Blank("assignment", "line"), Blank("contact", "line")
ENCLOSED = Blank("enclosed", "lines", needed=False)
TRANSFER = Kind(
    "transfer", "l-transfer", "转", "transfer_out", "",
    (
        TO, TITLE, MATTERS, Blank("gist"), Blank("requirement", needed=False), Blank("answer_on", "day", needed=False),
        ENCLOSED, CONTACT,
    ),
    to_organ=True,
)  # fmt: skip
REPORT = Kind(
    "report_up", "l-report", "报", "report", "",
    (
        TO, TITLE, ASSIGNMENT, Blank("person"), MATTERS, Blank("found"), Blank("result"),
        Blank("voice", needed=False), Blank("rest", needed=False), ENCLOSED, CONTACT,
    ),
    several=True, to_organ=True,
)  # fmt: skip
OBJECTION = Kind(
    "objection", "l-objection", "异", "object", "", (TO, TITLE, ASSIGNMENT, Blank("grounds"), ENCLOSED, CONTACT),
    to_organ=True,
)  # fmt: skip
KINDS = {
    kind.slug: kind
    for kind in (
        ACCEPTANCE, OPINION, ROUTE, EXTENSION, NOT_ACCEPTED, NO_MORE, TRANSFER, PASSED_ON, REPORT, OBJECTION,
    )
}  # fmt: skip

STATES = ("draft", "checked", "signed", "issued", "served", "filed", "withdrawn")
ISSUED = ("issued", "served", "filed")
UNDER_WAY = ("draft", "checked", "signed")
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "check": (("draft",), "checked"),
    "sign_off": (("checked",), "signed"),
    "send_back": (("checked", "signed"), "draft"),
    "issue": (("signed",), "issued"),
    "withdraw": (("draft", "checked", "signed", "issued"), "withdrawn"),
    "file": (("served",), "filed"),
}
"""What may be done with a letter, from which states, and where it stands after it (审核, 签发, 编号, 作废, 归档)."""


def state_after(state: str, step: str) -> str:
    """Where a letter stands after a step. Raises RuleViolation when the step is not possible now."""
    before, after = STEPS[step]
    if state not in before:
        raise RuleViolation("", N_("this is not possible with this letter now: look at it again"))
    return after


def written_number(sign: str, mark: str, year: int, nth: int) -> str:
    """The number of a letter (字号): full year in its own brackets, no zeros before it (GB/T 9704)."""
    return f"{sign}{mark}〔{year}〕{nth}号"
