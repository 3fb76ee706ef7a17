"""What a case adds to a period is kept as rows: after every step they say what a slow recount of the events says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from caseapp.actions.contributions import count_anew_if_due
from caseapp.actions.imports import import_cases
from caseapp.actions.org import load_rows
from caseapp.actions.rebuild import KEPT
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories, numbered
from caseapp.domain.exchange.casefile import read_case
from caseapp.domain.org.models import COUNTED_BY, Mark
from caseapp.domain.org.tree import Tree
from caseapp.domain.rates.models import Contributed
from caseapp.domain.rates.runs import EVERYTHING, adds_the_same, changed_by, runs
from tests.cases.make import do, head, log, petition
from tests.conftest import PLACES
from tests.rates.by_window import rows_of_cases, unlike
from tests.recount.changing_trees import program_trees, some_changes
from tests.recount.histories import first_day_of, parsed, write_cases
from tests.recount.test_changing_tree import ROWS
from tests.sizes import many, on_either

TREE = Tree(PLACES)
BATCHES, CASES, PIECES = range(many(2, 60)), many(15, 30), 4
CONTRIBUTIONS = next(one for one in KEPT if one.name == "contributions")


@pytest.mark.parametrize("seed", range(many(4, 100)))
def test_runs_of_windows_say_what_each_window_says(seed):
    trees = program_trees(some_changes(random.Random(seed), first_day_of(seed)) if seed % 2 else [])
    for line in write_cases(seed, 60, trees):
        history = History(*read_case(line, TREE), trees)
        assert not unlike(history, runs(history))


@pytest.mark.parametrize("seed", range(many(2, 60)))
def test_what_an_event_changes_are_windows_of_its_days(seed):
    """Events one by one, as they were entered: the runs that are kept from before, with those windows worked out anew
    that an event can have changed, are the runs of the whole history; where these windows say the same as before, all
    do."""
    onward, the_same = 0, 0
    for line in write_cases(seed, 40, program_trees([])):
        whole = History(*read_case(line, TREE), program_trees([]))
        entered = sorted(whole.entered, key=lambda event: (event.kind != "registered", event.recorded_at))
        if whole.excluded and History(whole.head, entered, whole.trees).events != whole.events:
            continue  # of one instant, entered in another order: what follows a merge there would be refused
        before = History(whole.head, entered[:1], whole.trees)
        for event in entered[1:]:
            after = before.followed_by([event])
            assert after.snapshots == History(after.head, after.entered, after.trees).snapshots
            changed = changed_by(before, after)
            onward += changed != EVERYTHING
            assert list(runs(after, list(runs(before)), changed)) == list(runs(after))
            if adds_the_same(before, after, changed):
                assert list(runs(before)) == list(runs(after))
                the_same += 1
            before = after
    assert onward > the_same > 5


def steps(dice: random.Random, lines: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """What is put on record at once: the beginnings of histories, longer and longer, in the order in which they were
    entered, those of all cases mixed; and at last all of it, for some name a case that is not there before."""
    begun = []
    for place, line in enumerate(lines):
        events = sorted(line["events"], key=lambda event: parsed(event.get("recorded_at", event["at"])))
        lengths = sorted(dice.randint(1, len(events)) for _ in range(PIECES))
        whens = sorted(dice.random() for _ in range(PIECES))
        begun += [(when, place, {**line, "events": events[:n]}) for when, n in zip(whens, lengths, strict=True)]
    yield from ([line] for _when, _place, line in sorted(begun, key=lambda one: one[:2]))
    yield lines


@pytest.mark.parametrize(("world", "batch"), on_either(BATCHES), indirect=["world"])
def test_after_every_step_the_rows_say_what_a_slow_recount_says(system, clock, batch):
    """Events and late entries in the order in which they were entered, merges, voids; the tree changes meanwhile, and
    months go by."""
    dice, found, taken, changes = random.Random(batch), list[str](), 0, list(ROWS)
    lines = write_cases(1000 + batch, CASES, TREE)
    for count, some in enumerate(steps(dice, lines), start=1):
        with unit_of_work(system.session):
            import_cases(system, enumerate(some, start=1))
        numbers = {line["number"] for line in some}
        kept = rows_of_cases(system.session, *numbers)
        for case_id, history in load_histories(system.session, numbered(numbers), system.units):
            found += unlike(history, kept.get(case_id, []))
            taken += 1
        if count % 30 == 0 and changes:
            clock.pass_by(days=40)
            with unit_of_work(system.session):
                load_rows(system, changes.pop(0))
            system.session.expire_all()
            system.forget_units()
    assert not found, "\n".join(found[:20])
    assert taken > CASES * PIECES * 3 / 4, "some wait for the case they are merged into"
    assert not list(CONTRIBUTIONS.unlike(system))


def test_an_accusation_adds_to_one_figure_and_says_nothing_of_itself(as_user):
    log(as_user("discipline"), petition(petition_class="accusation", category="village_affairs"))
    rows = db.session.execute(select(Contributed.category, Contributed.lead, Contributed.people)).all()
    assert set(rows) == {("", None, 0)}


def test_rows_that_are_wrong_or_missing_are_named_and_made_anew(as_user, run):
    office = as_user("office")
    wrong, missing = log(office), log(office, petition(unit="TH"))
    do(office, wrong, "follow_up", method="visit", note="已走访")
    before = rows_of_cases(db.session)
    ids = dict(list(db.session.execute(select(Case.number, Case.id))))
    assert run("check", "--deep").output.count("contributions") == 1
    with unit_of_work(db.session) as session:
        session.execute(update(Contributed).where(Contributed.case_id == ids[wrong]).values(marks=1))
        session.execute(delete(Contributed).where(Contributed.case_id == ids[missing]))
    told = run("check", "--deep")
    assert told.exit_code == 1
    assert f"2 cases differ: {wrong}, {missing}" in told.output
    assert run("rebuild").exit_code == 0
    assert rows_of_cases(db.session) == before
    assert "as recounted" in run("check", "--deep").output


def test_rows_are_made_once_for_each_version_of_the_formulas(as_user, system, monkeypatch):
    log(as_user("grid"), head())
    before = rows_of_cases(db.session)
    with unit_of_work(db.session) as session:
        session.execute(delete(Contributed))
        session.execute(delete(Mark).where(Mark.name == COUNTED_BY))  # as before the upgrade that brought them
    for version, counts in ((2, (1, 0)), (3, (1, 0))):
        monkeypatch.setattr("caseapp.actions.contributions.FORMULAS", version)
        for cases in counts:
            with unit_of_work(db.session):
                assert count_anew_if_due(system) == cases
        if version == 2:
            assert rows_of_cases(db.session) == before
    assert set(db.session.scalars(select(Contributed.formulas))) == {3}
