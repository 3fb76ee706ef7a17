"""Reading letters: of a case, in lists, by their numbers. Whoever does not see the case finds none of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, cast, func, select
from sqlalchemy.orm import Session, contains_eager

from caseapp.db import Instant, counted, word
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import stubs_for
from caseapp.domain.issuing.kinds import EXTENSION, ISSUED, KINDS, UNDER_WAY, Kind
from caseapp.domain.issuing.models import Letter, LetterFile, LetterService

MOST = 100
TABS = {"waiting": (*UNDER_WAY, "issued"), "issued": (*ISSUED, "withdrawn")}
"""The lists of letters: what is still to be done, and the register of what has a number, withdrawn ones too."""


class LetterList:
    """The letters of the cases an actor sees, without what was struck out: one query object for lists and counts."""

    def __init__(self, actor: Actor, *clauses: ColumnElement[bool]) -> None:
        self.where = and_(scope(actor, Case.id), ~Case.sealed, ~stubs_for(actor), *clauses)

    def query(self) -> Select[Letter]:
        """Letters with their cases, the latest first."""
        return (
            select(Letter)
            .join(Case, Case.id == Letter.case_id)
            .where(self.where)
            .options(contains_eager(Letter.case))
            .order_by(Letter.issued_at.desc(), Letter.id.desc())
        )

    def letters(self, session: Session) -> list[Letter]:
        """The first of them."""
        return list(session.scalars(self.query().limit(MOST)))

    def count(self, session: Session) -> int:
        """How many, counted no further than one over a thousand."""
        return session.scalar(counted(select(Letter.id).join(Case, Case.id == Letter.case_id).where(self.where))) or 0


def in_tab(tab: str, kind: str) -> list[ColumnElement[bool]]:
    """What is on a list, of one kind or of all."""
    states: list[ColumnElement[bool]] = [Letter.state.in_(TABS[tab])]
    if tab == "issued":
        states.append(Letter.number.is_not(None))
    return [*states, Letter.kind == kind] if kind in KINDS else states


def find_letter(session: Session, actor: Actor, letter_id: int) -> Letter | None:
    """A letter of a case the actor sees."""
    return session.scalar(LetterList(actor, Letter.id == letter_id).query())


def letters_of(session: Session, case_id: int) -> list[Letter]:
    """Every letter of a case, in the order they were drafted; the caller has shown that the actor sees it."""
    return list(session.scalars(select(Letter).where(Letter.case_id == case_id).order_by(Letter.id)))


def services_of(session: Session, letter_id: int) -> list[LetterService]:
    """Every try to serve a letter, in order."""
    query = select(LetterService).where(LetterService.letter_id == letter_id).order_by(LetterService.id)
    return list(session.scalars(query))


def services_of_case(session: Session, case_id: int) -> dict[int, list[LetterService]]:
    """Every try to serve letters of a case, by letter, in order."""
    found: dict[int, list[LetterService]] = {}
    query = select(LetterService).join(Letter, Letter.id == LetterService.letter_id).where(Letter.case_id == case_id)
    for row in session.scalars(query.order_by(LetterService.id)):
        found.setdefault(row.letter_id, []).append(row)
    return found


def what_stands(letters: list[Letter], kind: Kind) -> Letter | None:
    """Of the letters of a case the last of a kind that was not withdrawn."""
    return next((one for one in reversed(letters) if one.kind == kind.slug and one.state != "withdrawn"), None)


def written_in(letter: Letter) -> dict[str, str]:
    """What is written in a letter; nothing where it was erased."""
    told: dict[str, str] = json.loads(letter.written) if letter.written else {}
    return told


def is_late(letter: Letter, tries: Iterable[LetterService]) -> bool:
    """Whether an extension was told after the day that stood before it (信访工作条例 art. 34)."""
    before = (letter.facts or {}).get("due_before")
    if letter.kind != EXTENSION.slug or not before:
        return False
    return any(one.served_on and one.served_on > date.fromisoformat(before) for one in tries)


def file_of(session: Session, letter_id: int, name: str) -> LetterFile | None:
    """A file of an issued letter, if it was made."""
    return session.get(LetterFile, (letter_id, name))


@cache
def told_beside() -> Select[*tuple[Any, ...]]:
    """The letters of a case as ``supervision/queries.py: beside()`` reads them in its one query."""
    nothing = word("")
    return select(
        word("letter"), Letter.id, Letter.state, nothing, Letter.kind, func.coalesce(Letter.number, nothing),
        Letter.issued_on, cast(None, Instant), Letter.state == word("withdrawn"),
    ).where(Letter.case_id == bindparam("case_id", type_=Integer))  # fmt: skip
