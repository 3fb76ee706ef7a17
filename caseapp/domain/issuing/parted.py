"""What letters say of a petition whose requests are on record one by one (``domain/cases/requests.py``): which stay and
which went elsewhere, and an opinion for each (信访工作条例 art. 23, 32). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from caseapp.domain.cases.requests import Request, grounds_of, numbered, ours, outcome_of, together
from caseapp.domain.issuing.kinds import Kind
from caseapp.kernel.errors import N_, RuleViolation

Written = Mapping[str, str]
FIELDS = {"outcome": "outcome", "facts": "facts", "basis": "ground", "opinion": "text"}
"""The blanks that are written for each request, and what the event of its answer calls them."""
OF_ONE = re.compile(r"opinion_(\d+)")
WENT = {
    "redirected": "第{nth}项（{text}）不属于我单位职权范围，请向{to}提出。",
    "transferred": "第{nth}项（{text}）已转送{to}处理。",
}


def kind_in(kind: Kind, requests: Iterable[Request]) -> Kind:
    """A kind of letter as it is written in a petition with some requests."""
    return kind.about(one.nth for one in ours(requests))


def matters_of(requests: Iterable[Request]) -> str:
    """The requests that stay, one a line, with their numbers."""
    return together((one.nth, one_line(one.text)) for one in ours(requests))


def one_line(text: str) -> str:
    """A request in one line, because each line is a matter of its own."""
    return " ".join(text.split())


def went_elsewhere(requests: Iterable[Request]) -> str:
    """What the petitioner is told of those that went to another organ."""
    went = (one for one in requests if not one.ours)
    return "\n".join(WENT[one.how].format(nth=one.nth, text=one_line(one.text), to=one.to) for one in went)


def answered(kind: Kind, requests: Iterable[Request]) -> dict[str, str]:
    """What is on record of the answers, by the blanks of a letter."""
    there = list(requests)
    told: dict[str, str] = {}
    for blank in kind.blanks:
        one = numbered(there, blank.nth) if blank.nth else None
        if one is not None:
            said = {"outcome": one.outcome, "facts": one.facts, "basis": one.ground, "opinion": one.answer}
            told[blank.name] = said[blank.name.removesuffix(f"_{blank.nth}")]
    return told


def carried(kind: Kind, written: Written) -> dict[str, str]:
    """What is written in a letter by the blanks that it has now: what was written of the whole petition before its
    requests were put down stands with the first of them."""
    first = min((blank.nth for blank in kind.blanks if blank.nth), default=0)
    whole = {f"{name}_{first}": said for name, said in written.items() if name in kind.each}
    return {name: written.get(name) or whole.get(name, "") for name in kind.names}


def check_same_requests(kind: Kind, written: Written) -> None:
    """Raise RuleViolation where requests were put down or passed on since a letter was written."""
    if numbers_in(written) != sorted({blank.nth for blank in kind.blanks if blank.nth}):
        raise RuleViolation(
            "requests", N_("the requests of the petition changed since this was written: look at the draft once more")
        )


def check_tells_each(kind: Kind, written: Written, requests: Iterable[Request]) -> None:
    """Raise RuleViolation where a letter that says which requests stay leaves one out, has other words than are on
    record for it, or does not tell where another one went."""
    told = written.get("matters", "") + written.get("remark", "")
    for one in requests if kind.each or "remark" in kind.names else ():
        if one.ours and one_line(one.text) not in told:
            raise RuleViolation(
                "matters", N_("request %(nth)s is not among the matters as it is on record: %(text)s"),
                nth=one.nth, text=one_line(one.text),
            )  # fmt: skip
        if one.to not in told:
            raise RuleViolation(
                "remark" if "remark" in kind.names else "matters",
                N_("request %(nth)s went to %(to)s: the petitioner is told so here"), nth=one.nth, to=one.to,
            )  # fmt: skip


def check_agrees_with_the_record(written: Written, requests: Iterable[Request]) -> None:
    """Raise RuleViolation where an opinion says something else of a request than the reply that is on record did."""
    there = list(requests)
    for nth in numbers_in(written):
        one = numbered(there, nth)
        if one is not None and one.outcome and one.outcome != written[f"outcome_{nth}"]:
            raise RuleViolation(f"outcome_{nth}", N_("the reply that is on record says something else of this request"))


def numbers_in(written: Written) -> list[int]:
    """The requests that a letter has an opinion on; none where it answers the petition as a whole."""
    return sorted(int(found[1]) for name in written if (found := OF_ONE.fullmatch(name)))


def said_of_each(written: Written, requests: Iterable[Request]) -> Iterator[dict[str, object]]:
    """What the event of the answer to each request says, as far as it is not on record so already."""
    there = list(requests)
    for nth in numbers_in(written):
        said = {field: written[f"{blank}_{nth}"] for blank, field in FIELDS.items()}
        one = numbered(there, nth)
        if one is None or [one.outcome, one.facts, one.ground, one.answer] != list(said.values()):
            yield {"nth": nth, **said}


def as_a_whole(written: Written) -> Written:
    """What a letter says of the whole petition: of opinions on single requests what they come to together."""
    numbers = numbers_in(written)
    if not numbers:
        return written
    each = {blank: {nth: written[f"{blank}_{nth}"] for nth in numbers} for blank in FIELDS}
    whole = {"outcome": outcome_of(each["outcome"].values()), "basis": grounds_of(each["basis"].values())}
    return {**written, **whole, **{blank: together(each[blank].items()) for blank in ("facts", "opinion")}}
