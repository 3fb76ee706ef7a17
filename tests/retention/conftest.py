"""Archived cases that tell telephone numbers, three years after they were put away."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from caseapp.actions.imports import import_cases
from caseapp.actions.retention import propose_erasing
from caseapp.db import db, unit_of_work

FIRST, SECOND = "13900009999", "13900008888"
"""The number that the registration tells, and the one that an amendment told later."""
ADDRESS, IDENTITY = "双合村一组九十九号", "110101199003074514"


def history(number: str, **head: object) -> dict[str, object]:
    """A dispute of 2024, settled, visited and archived on 10 June 2024."""
    events = [
        {"kind": "registered", "at": "2024-03-04T09:00:00+08:00", "by": "grid"},
        {
            "kind": "amended", "at": "2024-03-05T09:00:00+08:00", "by": "grid", "field": "parties", "reason": "号码更换",
            "to": [{"role": "party", "name": "周甲一", "phone": SECOND}, {"role": "party", "name": "周乙二"}],
        },
        {
            "kind": "resolved", "at": "2024-03-20T09:00:00+08:00", "by": "village", "method": "mediation",
            "evidence": "双方签了协议",
        },
        {"kind": "return_visited", "at": "2024-04-02T09:00:00+08:00", "by": "liaison", "result": "fulfilled"},
        {"kind": "archived", "at": "2024-06-10T09:00:00+08:00", "by": "office"},
    ]  # fmt: skip
    told = {
        "number": number, "track": "dispute", "unit": "TH-SH-01", "title": "两家排水沟纠纷", "category": "neighbour",
        "parties": [{"role": "party", "name": "周甲一", "phone": FIRST, "address": ADDRESS, "id_number": IDENTITY}, {"role": "party", "name": "周乙二"}],
        "events": events,
    }  # fmt: skip
    return told | head


@pytest.fixture
def take_in(system) -> Callable[..., None]:
    """Put histories on record."""

    def put(*told: dict[str, object]) -> None:
        with unit_of_work(db.session):
            refused = import_cases(system, enumerate(map(json.loads, map(json.dumps, told)), start=1)).refused
        assert refused == []

    return put


@pytest.fixture
def night(system) -> Callable[[], tuple[int, int]]:
    """What the nightly job does."""

    def propose() -> tuple[int, int]:
        system.forget_office()
        with unit_of_work(db.session):
            return tuple(propose_erasing(system))  # type: ignore[return-value]

    return propose
