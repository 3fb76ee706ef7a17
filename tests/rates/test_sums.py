"""What the cases of a window add together is kept as sums: after every step they say what the rows say, and these what
a slow recount of the events says."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from caseapp.actions.context import Ctx
from caseapp.actions.imports import import_cases
from caseapp.actions.sums import add_up_all, forget_sums, has_parts, pieces, sum_up, take_in, wanted_places
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.org.parts import TreePart
from caseapp.domain.org.tree import Tree
from caseapp.domain.rates.county import amounts
from caseapp.domain.rates.formulas import contribution
from caseapp.domain.rates.models import ContributionChange, ContributionSum
from caseapp.domain.rates.queries import WindowRows, arose_in, holds
from caseapp.domain.rates.queries.sums import SumsOf, kept_sums, places_kept
from caseapp.domain.rates.runs import LATE, SERIES, place_of, window_of
from caseapp.domain.rates.sums import Sums
from caseapp.domain.reports.queries import read_report
from caseapp.domain.reports.report import as_json
from caseapp.jobs.registry import JOBS
from caseapp.jobs.runner import run_slot
from caseapp.kernel.periods import DAY, Month
from tests.cases.make import do, head, log, petition
from tests.conftest import PLACES
from tests.rates.test_contributions import CASES, steps
from tests.recount.histories import first_day_of, write_cases
from tests.sizes import many, on_either

TREE = Tree(PLACES)
BATCHES, WINDOWS = range(many(2, 60)), 20
SUMS = next(job for job in JOBS if job.name == "sums")


def told(sums: Sums) -> Any:
    """All that sums say, without what is nought."""
    return (
        sums.counts(), +sums.county, +sums.open_since, sums.accusations,
        sorted((kind, key, counts) for kind, key, counts in sums.by_part()),
    )  # fmt: skip


def asked(ctx: Ctx, part: TreePart) -> dict[str, SumsOf]:
    """The windows that are kept, of a part of the tree."""
    windows = [window_of(SERIES[series], number) for series, number in places_kept(ctx.session) if series != LATE]
    return {str(window): SumsOf(window, part) for window in windows}


def everything(ctx: Ctx) -> TreePart:
    """All units there are: two towns."""
    ids = frozenset(ctx.units.id_of.values())
    return TreePart(min(ids), ids, len(ids), stored=False)


def unlike_rows(ctx: Ctx, part: TreePart) -> list[str]:
    """The windows whose sums, with what came and went since, are not what their rows say."""
    found = []
    for name, one in asked(ctx, part).items():
        parts = has_parts(one.place)
        kept = kept_sums(ctx.session, SYSTEM, {name: one}, with_parts=name if parts else "", accusations=True)[name]
        seen = arose_in(SYSTEM, one.part, with_accusations=True)
        slow = WindowRows(ctx.session, holds(one.window) & seen).sums(with_parts=parts)
        found += [name] if told(kept) != told(slow) else []
    return found


def unlike_late(ctx: Ctx, part: TreePart) -> list[int]:
    """The months of which it is kept how many items were late at their end, and which of them were not so many."""
    owed = [
        one
        for one, unit_id in ctx.session.execute(select(Deadline, Case.unit_id).join(Case, Case.id == Deadline.case_id))
        if unit_id in part.ids
    ]
    found = []
    for number in [number for series, number in places_kept(ctx.session) if series == LATE]:
        window = Month.numbered(number).window
        late = [
            one
            for one in owed
            if max(one.from_on, one.due_on + DAY) <= window.end and (one.to_on is None or one.to_on > window.end)
        ]
        kept = kept_sums(ctx.session, SYSTEM, {"late": SumsOf(window, part, late=True)})["late"]
        found += [number] if kept.late != len(late) else []
    return found


def unlike_events(ctx: Ctx) -> list[str]:
    """The windows whose sums are not what a slow recount of all histories says."""
    histories = [history for _, history in load_histories(ctx.session, Case.id > 0, ctx.units)]
    found = []
    for name, one in asked(ctx, everything(ctx)).items():
        kept = kept_sums(ctx.session, SYSTEM, {name: one})[name]
        numbers, county = Counter[Any](), Counter[str]()
        for history in histories:
            for kind, key, count in contribution(history, one.window).counts():
                numbers[kind, key] += count
            county.update(amounts(history, one.window))
        del numbers["apart", "accusations"]
        if Counter({(kind, key): count for kind, key, count in kept.counts()}) != +numbers or +kept.county != +county:
            found.append(name)
    return found


@pytest.mark.parametrize(("world", "batch"), on_either(BATCHES), indirect=["world"])
def test_after_every_step_the_sums_say_what_the_rows_and_the_events_say(system, batch):
    """Events and late entries in the order in which they were entered, merges, voids; what came is taken in now and
    then, and windows begin."""
    dice, found = random.Random(batch), list[str]()
    lines, first = write_cases(1000 + batch, CASES, TREE), Month.of(first_day_of(1000 + batch)).number
    places = [(nth, number) for nth in range(len(SERIES)) for number in range(first, first + WINDOWS)]
    places = [(nth, one) for nth, one in places if place_of(window_of(SERIES[nth], one)) == (SERIES[nth], one)]
    places += [(LATE, number) for number in range(first, first + WINDOWS)]
    dice.shuffle(places)
    for count, some in enumerate(steps(dice, lines), start=1):
        with unit_of_work(system.session):
            import_cases(system, enumerate(some, start=1))
        if places and dice.random() < 0.6:
            with unit_of_work(system.session):
                sum_up(system.session, places.pop())
        if dice.random() < 0.2:
            with unit_of_work(system.session):
                take_in(system.session)
        if count % 15 == 0:
            parts = [system.units.part(unit) for unit in ("TH", "TH-SH", "TH-SH-01", "XT")]
            part = dice.choice([*parts, everything(system)])
            found += [*unlike_rows(system, part), *map(str, unlike_late(system, part))]
    assert not found + unlike_events(system)
    assert not unlike_late(system, everything(system))
    assert len(places_kept(system.session)) > WINDOWS


def test_what_came_is_taken_in_and_windows_begin_by_the_clock(as_user, system, clock):
    log(as_user("grid"))
    assert not places_kept(system.session)
    run_slot(system.session, clock, SUMS, clock())
    assert set(places_kept(system.session)) == set(wanted_places(system.today))
    log(as_user("grid"), head(category="family"))
    assert not unlike_rows(system, everything(system))
    assert system.session.scalar(select(ContributionChange.id).limit(1))
    clock.pass_by(days=40)
    run_slot(system.session, clock, SUMS, clock())
    assert set(places_kept(system.session)) == set(wanted_places(system.today))
    assert not system.session.scalar(select(ContributionChange.id).limit(1))
    assert not unlike_rows(system, everything(system))
    assert not list(pieces(system))


def test_sums_that_are_wrong_or_gone_are_named_and_made_anew(as_user, system, run):
    log(as_user("grid"))
    with unit_of_work(db.session):
        add_up_all(system)
    assert "windows" not in run("check", "--deep").output
    month = Month.of(system.today)
    here = ContributionSum.series == 0, ContributionSum.number == month.number
    for harm in (
        update(ContributionSum).where(*here, ContributionSum.unit_id == 0).values(whole='{"0":7}'),
        delete(ContributionSum).where(*here, ContributionSum.unit_id != 0),
        delete(ContributionSum).where(ContributionSum.series == 0, ContributionSum.number == month.number - 1),
    ):
        with unit_of_work(db.session) as session:
            session.execute(harm)
        answer = run("check", "--deep")
        assert answer.exit_code == 1
        assert "1 windows differ: month" in answer.output
        assert run("rebuild").exit_code == 0
        assert "windows" not in run("check", "--deep").output


READERS = ("office", "leader", "village", "discipline", "grid")


def test_readers_are_told_the_same_by_sums_as_by_rows(as_user, system):
    """Who is out of a case, who reads a part of the town, who reads accusations: each sees of the sums what they see of
    the rows."""
    office, grid = as_user("office"), as_user("grid")
    for category in ("land", "family"):
        do(grid, log(grid, head(category=category)), "follow_up", method="visit", note="看过")
    for named in ("village", "leader"):
        log(office, petition(about=[named]))
    log(as_user("discipline"), petition(petition_class="accusation", category="village_affairs"))
    with unit_of_work(db.session):
        add_up_all(system)
    log(grid)
    period = Month.of(system.today)

    def all_reports() -> list[Any]:
        actors = [SYSTEM, *(as_user(name).actor for name in READERS)]
        return [
            as_json(read_report(db.session, actor, system.units, unit, period, as_of=system.now))
            | {"counted": read_report(db.session, actor, system.units, unit, period, as_of=system.now).whole.figures()}
            for actor in actors
            for unit in ("TH", "TH-SH", "TH-SH-01")
        ]

    by_sums = all_reports()
    with unit_of_work(db.session):
        forget_sums(db.session)
    assert all_reports() == by_sums
    assert len({str(one["counted"]) for one in by_sums}) > len(READERS) / 2


@pytest.mark.parametrize("wrong", ['{"0":-5}', '{"0":"many"}', '{"999":1}', "[]", "none"])
def test_sums_that_make_no_sense_are_not_used_and_the_command_that_mends_them_is_named(as_user, system, caplog, wrong):
    log(as_user("grid"))
    with unit_of_work(system.session):
        add_up_all(system)
    log(as_user("grid"), head(category="family"))
    period = Month.of(system.today)

    def reported() -> Any:
        return as_json(read_report(system.session, SYSTEM, system.units, "TH", period, as_of=system.now))

    before = reported()
    with unit_of_work(system.session) as session:
        session.execute(update(ContributionSum).values(whole=wrong, parts=wrong, county=wrong))
    assert reported() == before
    assert "caseapp rebuild" in caplog.text
