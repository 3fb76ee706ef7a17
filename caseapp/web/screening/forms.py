"""The form of a round as somebody typed it: rows of matters that grow without a script, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from caseapp.actions.screening import MOST_MATTERS, MatterFound, ToldRound
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.web.cases.forms import first_sentence
from caseapp.web.entrance import new_token, whole

BLANK_ROWS = 3
ROW_FIELDS = ("story", "unit", "category", "headcount", "name")


@dataclass(frozen=True)
class MatterRow:
    """One matter as it stands in the form."""

    nth: int
    story: str = ""
    unit: str = ""
    category: str = ""
    headcount: str = "1"
    name: str = ""

    @property
    def is_filled(self) -> bool:
        """Whether somebody wrote into it; where it lies and how many people come filled in."""
        return bool(self.story.strip() or self.name.strip() or self.category)


@dataclass(frozen=True)
class TypedRound:
    """What stands in the form, as text."""

    token: str
    area: str = ""
    households: str = ""
    members: tuple[str, ...] = ()
    companions: str = ""
    note: str = ""
    reason: str = ""
    nothing_found: bool = False
    rows: tuple[MatterRow, ...] = field(default_factory=lambda: blank_rows(BLANK_ROWS))

    def with_one_more(self) -> TypedRound:
        """The same with one row more, as long as there may be one."""
        if len(self.rows) >= MOST_MATTERS:
            return self
        return replace(self, rows=(*self.rows, MatterRow(len(self.rows) + 1)))

    def told(self) -> ToldRound:
        """The round to put on record. Raises RuleViolation for a number that is none."""
        return ToldRound(
            area=self.area, households=_whole("households", self.households), members=self.members, token=self.token,
            companions=self.companions, note=self.note,
            matters={row.nth: _matter(row) for row in self.rows if row.is_filled},
        )  # fmt: skip


def blank_rows(count: int) -> tuple[MatterRow, ...]:
    """Rows to write into."""
    return tuple(MatterRow(nth) for nth in range(1, count + 1))


def read_form(form: Any, people: Iterable[str]) -> TypedRound:
    """What was typed. People who were not offered are kept too: the action says what is wrong with them."""
    count = form.get("rows", type=whole) or BLANK_ROWS
    rows = tuple(
        MatterRow(nth, **{name: form.get(f"{name}-{nth}", "")[:25_000] for name in ROW_FIELDS})
        for nth in range(1, min(max(count, 1), MOST_MATTERS) + 1)
    )
    texts = {name: form.get(name, "") for name in ("area", "households", "companions", "note", "reason")}
    went = form.getlist("members")
    return TypedRound(
        token=form.get("token", "")[:60] or new_token(), rows=rows, nothing_found=bool(form.get("nothing_found")),
        members=tuple(dict.fromkeys([*(one for one in people if one in went), *went])), **texts,
    )  # fmt: skip


def _whole(name: str, text: str) -> int:
    """A whole number; empty is none at all."""
    text = text.strip()
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise RuleViolation(name, N_("this is no whole number: %(text)s"), text=text[:20] or "—")
    return int(text)


def _matter(row: MatterRow) -> MatterFound:
    try:
        headcount = _whole("headcount", row.headcount or "1")
    except RuleViolation as problem:
        raise RuleViolation(f"headcount-{row.nth}", problem.message, **problem.params) from problem
    story = row.story.strip()
    title = first_sentence(story) if story else ""
    return MatterFound(title, story, row.unit, row.category, headcount, row.name)
