"""One source of day counts: what the office sets is what the lamp shows, what an extension is held against, and what an
import says."""

from __future__ import annotations

from datetime import date

import pytest

from caseapp.actions.cases import Act, propose
from caseapp.actions.imports import import_cases
from caseapp.actions.settings import set_value
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.models import Deadline
from caseapp.kernel.errors import RuleViolation
from tests.cases.make import log, petition

TODAY = date(2026, 11, 23)


def set_45_days(office, *, recompute: bool = False) -> None:
    with unit_of_work(office.session):
        set_value(office, "days.handle_petition", "45", office.today, recompute=recompute)


def line(*events: dict[str, str]) -> dict[str, object]:
    return {
        "number": "N-1", "track": "petition", "petition_class": "appeal", "unit": "TH-SH", "title": "低保", "events": list(events)
    }  # fmt: skip


def taken(ctx, told: dict[str, object]) -> list[str]:
    with unit_of_work(ctx.session):
        return [str(one.problem) for one in import_cases(ctx, [(1, told)]).refused]


def extended(at: str, to: str) -> dict[str, str]:
    return {"kind": "extended", "at": at, "to": to, "reason": "复杂", "recorded_at": at}


def test_lamp_guard_and_import_speak_of_the_same_day(as_user, system):
    office = as_user("office")
    set_45_days(office)
    number = log(office, petition(unit="TH-SH"))  # counted from 8 December on
    due = date(2027, 1, 22)
    assert db.session.query(Deadline).filter_by(kind="handle", to_on=None).one().due_on == due
    assert db.session.query(Case).filter_by(number=number).one().handle_due_on == due
    for to, said in (("2027-01-22", "beyond the due date, which is 2027-01-22"), ("2027-02-22", "2027-02-21")):
        with pytest.raises(RuleViolation, match=said), unit_of_work(office.session):
            propose(office, Act(number, "extend", {"to": to, "reason": "复杂"}))
        told = line({"kind": "registered", "at": "2026-11-23T09:00:00"}, extended("2026-11-23T10:00:00", to))
        assert said in taken(system, told)[0]
    told = line({"kind": "registered", "at": "2026-11-23T09:00:00"}, extended("2026-11-23T10:00:00", "2027-02-21"))
    assert taken(system, told) == []


def test_what_was_extended_in_time_stays_legal_when_the_office_shortens_the_limit_for_what_is_running(
    as_user, system, clock
):
    """By 60 days the case was due on 15 December, by 45 on 30 November."""
    told = line({"kind": "registered", "at": "2026-10-01T09:00:00"}, extended("2026-12-01T09:00:00", "2026-12-20"))
    clock.set(2026, 12, 2, 9, 0)
    set_45_days(as_user("office"), recompute=True)
    assert taken(system, told) == []
    late = line({"kind": "registered", "at": "2026-10-01T09:00:00"}, extended("2026-12-02T09:00:00", "2026-12-20"))
    assert "which was 2026-11-30" in taken(system, late | {"number": "N-2"})[0]
