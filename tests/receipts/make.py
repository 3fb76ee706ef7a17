"""Receipts for tests."""

from __future__ import annotations

from typing import Any

from caseapp.actions.context import Ctx
from caseapp.actions.track import TRACK, rate
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.receipts.models import Receipt
from tests.cases.make import do, head, log


def receipt_of(number: str) -> Any:
    """The receipt of a case."""
    return db.session.query(Receipt).join(Case, Case.id == Receipt.case_id).filter(Case.number == number).one()


def visitor(clock: Any) -> Ctx:
    """Somebody with a receipt and no account."""
    return Ctx(db.session, TRACK, clock)


def rated(clock: Any, number: str, score: str = "dissatisfied", words: str = "") -> bool:
    """The petitioner rates."""
    token = receipt_of(number).token
    with unit_of_work(db.session):
        return rate(visitor(clock), token, score, words)


def resolved(as_user: Any, by: str = "grid") -> str:
    """A dispute that the grid official resolved."""
    number = log(as_user("grid"), head(title="水沟纠纷"))
    do(as_user(by), number, "resolve", method="mediation", evidence="协议书")
    return number
