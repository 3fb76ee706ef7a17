"""Pieces that several forms have: who the parties are, room to write in, where to sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from caseapp.domain.cases.events import Party
from caseapp.office.paper import Form, FormCell
from caseapp.papers.forms.facts import FormFacts
from caseapp.papers.wording import NO_DAY, row

Row = list[FormCell]


def sides(facts: FormFacts, called: tuple[str, ...], blanks: int = 2) -> Iterator[Row]:
    """Three lines for each party: who, and room for what nobody keeps here. ``called``: what the first is, and the
    others."""
    parties = facts.named or [Party("party")] * blanks
    for nth, one in enumerate(parties):
        yield row(called[min(nth, len(called) - 1)], one.name, "性别、民族、年龄", "")
        yield row("职业或单位", "", "联系电话", one.phone)
        yield row("住址", one.address)


def room(lines: int, text: str = "") -> Form:
    """A box to write in, with what is known."""
    return Form([[FormCell(text + "\n" * max(lines - text.count("\n") - 1, 0), 12)]])


def signed_by(*who: str) -> Form:
    """Room to sign in, with the day; two side by side."""
    cells = [text for one in who for text in (one, f"\n{NO_DAY}")]
    return Form([row(*cells[begin : begin + 4]) for begin in range(0, len(cells), 4)])


def form_of(rows: Iterable[Row]) -> Form:
    """A form of some rows."""
    return Form(list(rows))
