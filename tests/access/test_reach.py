"""Rights are asked of the database by a join, not by lists: it says what the rule says of any tree, in few words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from caseapp.actions.accounts import add_post, add_user
from caseapp.actions.org import bring_tree_in_line, load_rows, load_tree
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions
from caseapp.domain.access.actor import Actor, Office
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.access.queries import is_met, recused, scope, sees_all, sparse
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import CaseFilter, CaseList
from caseapp.domain.org.models import Unit, UnitWithin
from caseapp.domain.org.queries import Units, lies_within, load_units
from caseapp.domain.org.tree import Place
from caseapp.domain.org.unit_rows import UnitRow
from caseapp.domain.people.roles import ROLES
from tests.cases.make import do, head, log, moment, petition
from tests.conftest import PASSWORD, PLACES
from tests.sizes import many, on_either

TOMORROW = date(2026, 11, 24)
OWN = "TH-SH"
NAMES = ("grid", "village", "office", "leader", "nobody")


def grow_tree(system, chance: random.Random, villages: int, groups: int) -> None:
    """More villages and groups under the two towns, codes that begin alike and differ by case or a wildcard among
    them; some moved and merged, today and tomorrow, but not the village that the cases are of."""
    towns, places = ("TH", "XT"), []
    for nth in range(villages):
        code = chance.choice(("TH-S", "TH-s", "TH-_", "TH-%")) + str(nth)
        places.append(Place(code, chance.choice(towns), "village", "村", f"第{nth}村"))
        places += [Place(f"{code}-{below}", code, "group", "组", f"第{nth}村{below}组") for below in range(groups)]
    with unit_of_work(system.session):
        load_tree(system, places)
    system.forget_units()
    for from_on in (system.today, TOMORROW):
        tree = system.units.chronicle.on(date.max)
        there = [
            code
            for code, place in tree.places.items()
            if place.tier == "village" and code not in tree.into and code != OWN
        ]
        gone, into, moved = chance.sample(there, 3)
        other = "XT" if tree.town_of(moved) == "TH" else "TH"
        place = tree.place(moved)
        with unit_of_work(system.session):
            load_rows(system, [
                UnitRow(tree.place(gone), from_on=from_on, closed_on=from_on, merged_into=into),
                UnitRow(Place(moved, other, place.tier, place.kind, f"{place.name}{from_on:%d}"), from_on=from_on),
            ])  # fmt: skip
        system.forget_units()


def access_rows(chance: random.Random, case_id: int, ids: list[int], *, sealed: bool) -> list[CaseAccess]:
    """Some ways into a case and some bars, as the shadow could write them: always by a unit."""
    rows = [CaseAccess(case_id=case_id, unit_id=unit, sealed=sealed) for unit in chance.sample(ids, 2)]
    if not sealed:
        rows += [CaseAccess(case_id=case_id, username=name) for name in chance.sample(NAMES, 2)]
    for _ in range(chance.choice((0, 0, 1, 2))):
        unit, role = chance.choice(ids), chance.choice((None, None, *ROLES))
        by_person = chance.random() < 0.3
        bar = {"username": chance.choice(NAMES)} if by_person else {"unit_id": unit, "role": role}
        rows.append(CaseAccess(case_id=case_id, barred=True, **bar))
    return rows


def may_see(actor: Actor, rows: list[CaseAccess]) -> bool:
    """The rule, of rows that are at hand."""
    if any(is_met(actor, row) for row in rows if row.barred):
        return False
    reads, desk = actor.units_with(permissions.READ), actor.units_with(permissions.SEALED)
    ways = [row for row in rows if not row.barred]
    by_post = any(row.unit_id in (desk if row.sealed else reads) for row in ways if row.unit_id)
    return by_post or any(row.username == actor.username for row in ways if not row.sealed)


def in_a_county(actor: Actor) -> Actor:
    """The same in a county of a hundred thousand units."""
    parts = [replace(office, part=replace(office.part, units=100_000)) for office in actor.offices]
    return replace(actor, offices=tuple(parts))


def over_all(actor: Actor, ids: list[int]) -> Actor:
    """The same where there are no units but those below each post."""
    parts = [replace(office, part=replace(office.part, ids=frozenset(ids), units=len(ids))) for office in actor.offices]
    return replace(actor, offices=tuple(parts))


def somebody(chance: random.Random, units: Units) -> Actor:
    """An actor with up to three posts anywhere."""
    codes = [chance.choice(sorted(units.id_of)) for _ in range(chance.choice((0, 1, 1, 1, 2, 3)))]
    offices = [
        Office(chance.choice(ROLES), code, units.part(code), units.ids_above(code)) for code in codes
    ]  # fmt: skip
    return Actor(chance.choice(NAMES), offices=tuple(offices))


@pytest.mark.parametrize(("world", "seed"), on_either(range(many(2, 25))), indirect=["world"])
def test_the_condition_says_what_the_rule_says(system, as_user, seed):
    chance = random.Random(seed)
    grow_tree(system, chance, villages=12, groups=3)
    numbers = [log(as_user("office"), petition() if nth % 2 else head()) for nth in range(10)]
    cases = db.session.query(Case).filter(Case.number.in_(numbers)).order_by(Case.id).all()
    ids = [unit.id for unit in db.session.query(Unit)]
    db.session.query(CaseAccess).delete()
    rows = {case.id: access_rows(chance, case.id, ids, sealed=nth % 3 == 0) for nth, case in enumerate(cases)}
    db.session.add_all(row for some in rows.values() for row in some)
    db.session.flush()
    trees = [load_units(db.session, system.today), load_units(db.session, TOMORROW)]  # the rows say the first of them
    assert [units.part("TH").stored for units in trees] == [True, False]
    seen = 0
    for _ in range(60):
        actor = somebody(chance, chance.choice(trees))
        found = set(db.session.scalars(sa.select(Case.id).where(scope(actor, Case.id))))
        assert found == {case_id for case_id, some in rows.items() if may_see(actor, some)}
        listed = CaseList(actor, CaseFilter())
        assert listed.count(db.session) == len(found)
        assert {case.id for case in listed.page(db.session, None)} == found
        few = sparse(in_a_county(actor), Case.id)
        assert few is not None
        assert found <= set(db.session.scalars(sa.select(Case.id).where(few)))
        seen += len(found)
    assert seen > 20  # or nothing was tried


@pytest.mark.parametrize("few", [0, 1, 200])
def test_those_that_somebody_is_out_of_are_taken_from_all(system, as_user, few, monkeypatch):
    monkeypatch.setattr("caseapp.domain.cases.queries.counts.FEW", few)
    chance, told = random.Random(few), set()
    for _ in range(8):
        log(as_user("office"), petition())
    ids = [unit.id for unit in db.session.query(Unit)]
    for case in db.session.query(Case).all():
        bars = {"username": chance.choice(NAMES)}, {"unit_id": chance.choice(ids)}
        db.session.add_all(CaseAccess(case_id=case.id, barred=True, **bar) for bar in bars)
    db.session.flush()
    for _ in range(40):
        code = chance.choice(sorted(system.units.id_of))
        post = Office("office", code, system.units.part(code), system.units.ids_above(code))
        actor = over_all(Actor(chance.choice(NAMES), offices=(post,)), ids)
        assert sees_all(actor)
        found = db.session.scalar(sa.select(sa.func.count(Case.id)).where(scope(actor, Case.id)))
        assert CaseList(actor, CaseFilter()).count(db.session) == found
        told.add(found)
    assert len(told) > 2


@pytest.mark.parametrize("seed", range(many(2, 25)))
def test_the_rows_say_what_lies_within_what_on_every_day(system, clock, seed):
    grow_tree(system, random.Random(seed), villages=12, groups=3)
    for _ in range(2):
        system.forget_units()
        units = load_units(db.session, system.today)
        rows = {(*row,) for row in db.session.execute(sa.select(UnitWithin.above_id, UnitWithin.unit_id))}
        assert rows == {(units.id_of[up], key) for code, key in units.id_of.items() for up in units.line(code)}
        for code in units.id_of:
            below = lies_within(Unit.id, [units.part(code)])
            assert set(db.session.scalars(sa.select(Unit.id).where(below))) == units.ids_within(code)
        clock.instant += timedelta(days=1)
        system.forget_units()
        with unit_of_work(system.session):
            bring_tree_in_line(system)


def test_who_reads_every_unit_is_asked_for_none(system):
    units = system.units
    assert not units.part("TH").everything
    one_town = {code: key for code, key in units.id_of.items() if code.startswith("TH")}
    alone = Units(units.chronicle, system.today, one_town, {})
    assert alone.part("TH").everything
    assert not alone.part("TH-SH").everything
    assert str(lies_within(Case.unit_id, [alone.part("TH-SH"), alone.part("TH")])) == "case_file.unit_id IS NOT NULL"


def test_a_bar_on_a_unit_bars_no_other_whose_code_looks_like_it(system, as_user):
    """In a pattern, ``_`` and ``%`` stand for anything, and SQLite takes ``s`` for ``S``."""
    codes = ("TH-_1", "TH-A1", "TH-a1")
    with unit_of_work(system.session):
        load_tree(system, [Place(code, "TH", "village", "村", f"第{code}村") for code in codes])
        system.forget_units()
        for code in codes:
            add_post(system, add_user(system, f"of-{code}", code, PASSWORD), "village", code)
    for accused in ("TH-_1", "TH-A1"):
        number = log(as_user("office"), petition(unit="TH", about=(accused,)))
        case_id = sa.literal(db.session.query(Case.id).filter_by(number=number).scalar())
        barred = {code: recused(f"of-{code}", case_id, system.today) for code in codes}
        assert [code for code, out in barred.items() if db.session.scalar(sa.select(out))] == [accused]


PAGES = (
    "/", "/cases", "/cases?state=open&category=neighbour", "/cases?unit=TH", "/cases?q=排水", "/cases?mine=1",
    "/cases?light=red", "/overdue", "CASE", "/supervision", "/inbox", "/screening", "/teams", "/teams/absences",
    "/teams/handover", "/audit",
)  # fmt: skip
LONGEST, MOST = 45_000, 500


@contextmanager
def measured() -> Iterator[list[tuple[int, int, str]]]:
    found: list[tuple[int, int, str]] = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        found.append((len(statement), len(parameters), statement))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.one_database
def test_no_statement_grows_with_the_tree(system, as_user, browse):
    number = log(as_user("grid"), head(about=("TH-DS",)), at=moment(2026, 10, 5, 9))
    do(as_user("grid"), number, "follow_up", method="visit", note="看过")
    clients = {who: browse(who) for who in ("office", "leader", "village", "grid", "auditor", "outsider")}
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for villages in (20, 360):
        below = [Place(f"TH-V{nth}", "TH", "village", "村", f"新{nth}村") for nth in range(villages)]
        groups = [
            Place(f"{place.code}-{nth}", place.code, "group", "组", f"{place.name}{nth}组")
            for place in below for nth in range(10)
        ]  # fmt: skip
        with unit_of_work(system.session):
            load_tree(system, [*PLACES, *below, *groups])
        system.forget_units()
        for who, client in clients.items():
            client.get("/")  # reads the tree, once a process
            for page in PAGES:
                db.session.expire_all()
                with measured() as statements:
                    client.get(f"/cases/{number}" if page == "CASE" else page)
                length, parameters = (max(one[place] for one in statements) for place in (0, 1))
                assert max(length / LONGEST, parameters / MOST) < 1, (who, page, length, parameters)
                found.setdefault((who, page), []).append((length, parameters))
    grown = {key: [large[place] - small[place] for place in (0, 1)] for key, (small, large) in found.items()}
    assert not {key: more for key, more in grown.items() if more[0] > 4000 or more[1] > 40}  # other words, not more
