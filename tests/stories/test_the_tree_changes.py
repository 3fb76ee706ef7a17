"""The story of a merger: three months are frozen, then villages are merged, renamed, a group is moved, a limit is set.
What was settled stays settled, what is open can be worked on, and all of it goes to another database and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from caseapp.actions.contributions import count_anew_if_due
from caseapp.actions.imports import import_cases
from caseapp.actions.org import load_rows, load_tree
from caseapp.actions.settings import set_value
from caseapp.cli import main
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.org.tree import Place
from caseapp.domain.org.unit_rows import UnitRow
from caseapp.domain.rates import formulas
from tests.cases.make import do, log
from tests.conftest import PLACES, make_app

pytestmark = pytest.mark.either_database

PLACE = {place.code: place for place in PLACES}
SOUTH = (Place("TH-NN", "TH", "village", "村", "南坪村"), Place("TH-NN-01", "TH-NN", "group", "组", "南坪村第一组"))
MONTHS, UNITS = ("2026-08", "2026-09", "2026-10"), ("TH", "TH-SH", "TH-DS")
SENT_UP = {"TH-SH-02": "TH-SH", "TH-DS-01": "TH-DS", "TH-DS": "TH", "TH-NN-01": "TH-NN"}


def history(number: int, unit: str, month: str, *, sent_up: bool, resolved: bool) -> dict[str, Any]:
    """A dispute that was worked on in a month, sent up or not, settled or not."""
    events: list[dict[str, str]] = [
        {"kind": "registered", "at": f"{month}-03T09:00:00", "by": "grid2"},
        {"kind": "followed_up", "at": f"{month}-04T09:00:00", "method": "visit", "note": "到户"},
    ]
    if sent_up and unit in SENT_UP:
        events.append({"kind": "escalated", "at": f"{month}-09T09:00:00", "to": SENT_UP[unit], "reason": "难"})
    if resolved:
        events.append({"kind": "resolved", "at": f"{month}-20T09:00:00", "method": "mediation", "evidence": "协议"})
    return {"number": f"N-{number:02}", "track": "dispute", "unit": unit, "title": "水沟纠纷", "events": events}


def histories() -> list[dict[str, Any]]:
    """Each kind of case in each unit and month."""
    told = [
        (unit, month, sent_up, resolved)
        for unit in ("TH-SH", "TH-SH-01", "TH-SH-02", "TH-DS", "TH-DS-01", "TH-NN-01")
        for month in MONTHS
        for sent_up in (False, True)
        for resolved in (False, True)
    ]
    return [history(nth, unit, month, sent_up=up, resolved=done) for nth, (unit, month, up, done) in enumerate(told)]


def report(run, month: str, unit: str, *more: str) -> dict[str, Any]:
    outcome = run("report", "month", month, "--unit", unit, "--json", *more)
    assert outcome.exit_code == 0, outcome.output
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def figures(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key not in ("as_of", "frozen")}


@pytest.fixture
def frozen(system, run, clock, kept) -> str:
    """The world with three months frozen; the instant at which everything was known."""

    def make() -> None:
        with unit_of_work(system.session):
            load_tree(system, SOUTH)
            assert import_cases(system, list(enumerate(histories(), start=1))).refused == []
        for month in MONTHS:
            for unit in UNITS:
                assert run("report", "month", month, "--unit", unit, "--freeze").exit_code == 0

    kept.begin("three_frozen_months", make)
    instant = clock().isoformat()
    clock.set(2026, 11, 24, 9, 0)
    return instant


def change_the_tree(system, office) -> None:
    """顶上村 goes into 双合村, which is called 双顶村 from then on; its second group goes to 南坪村; 20 days are set."""
    rows = [
        UnitRow(PLACE["TH-DS"], system.today, system.today, "TH-SH", reason="合村并居"),
        UnitRow(Place("TH-SH", "TH", "village", "村", "双顶村")),
        UnitRow(Place("TH-SH-02", "TH-NN", "group", "组", "双合村第二组")),
    ]
    with unit_of_work(system.session):
        load_rows(system, rows)
        set_value(office, "days.handle_dispute", "20", office.today)


def test_what_was_settled_stays_settled(system, as_user, run, clock, frozen):
    before = {(month, unit): report(run, month, unit, "--as-of", frozen) for month in MONTHS for unit in UNITS}
    known = {(month, unit): figures(report(run, month, unit)) for month in MONTHS for unit in UNITS}
    change_the_tree(system, as_user("office"))
    for (month, unit), told in before.items():
        assert report(run, month, unit, "--as-of", frozen) == told
        assert figures(report(run, month, unit)) == known[month, unit]
        again = run("report", "month", month, "--unit", unit, "--freeze")
        assert again.exit_code == 1
        assert "没有变动" in again.stderr
    clock.set(2026, 12, 1, 9, 0)
    new = report(run, "2026-11", "TH")
    assert set(new["by_village"]) == {"TH-SH", "TH-NN"}
    assert new["by_village"]["TH-SH"]["lines"]["stock"] == report(run, "2026-11", "TH-SH")["lines"]["stock"] == 24
    assert new["previous_month"]["lines"] == known["2026-10", "TH"]["lines"]
    gone = run("report", "month", "2026-11", "--unit", "TH-DS", "--json")
    assert gone.exit_code == 1


def test_every_paper_of_what_is_frozen_is_the_same_bytes(system, as_user, run, browse, tmp_path, monkeypatch, frozen):
    """The upgrade of the formulas is one that counts everything as left, and knows a third version."""
    client = browse("office")
    before = everything(run, client, tmp_path)
    change_the_tree(system, as_user("office"))
    monkeypatch.setattr(formulas, "_workload", lambda adds, *_args, **_more: adds.lines.add("left"))
    monkeypatch.setattr("caseapp.domain.reports.report.FORMULAS", 3)
    monkeypatch.setattr("caseapp.actions.contributions.FORMULAS", 3)
    with unit_of_work(db.session):
        assert count_anew_if_due(system)
    assert report(run, "2026-10", "TH")["lines"]["new"] == 0
    after = everything(run, client, tmp_path)
    assert [name for name in before if before[name] != after[name]] == []
    assert len(before) == len(MONTHS) * len(UNITS) * 9


def everything(run, client, folder: Path) -> dict[tuple[str, ...], object]:
    """Each frozen revision on every paper, by the command and by the web, with its page and two of its lists."""
    told: dict[tuple[str, ...], object] = {}
    for month in MONTHS:
        for unit in UNITS:
            asked = ("report", "month", month, "--unit", unit, "--revision", 1)
            files = {kind: folder / f"frozen.{kind}" for kind in ("xlsx", "docx")}
            outcome = run(*asked, "--json", *(word for kind, path in files.items() for word in (f"--{kind}", path)))
            assert outcome.exit_code == 0, outcome.output
            told[month, unit, "command"] = outcome.stdout
            told |= {(month, unit, "command", kind): path.read_bytes() for kind, path in files.items()}
            for paper in (".xlsx", ".docx", ".csv", ".json"):
                answer = client.get(f"/reports/{unit}/{month}{paper}?revision=1")
                assert answer.status_code == 200
                told[month, unit, paper] = answer.data
            for page in ("?revision=1", "/cases/inflow?revision=1"):
                text = client.get(f"/reports/{unit}/{month}{page}").text
                told[month, unit, page] = text[text.index('<article class="frozen">') : text.index("</article>")]
    return told


def test_every_open_case_can_be_worked_on(system, as_user, frozen):
    change_the_tree(system, as_user("office"))
    numbers = [case.number for case in db.session.query(Case).filter_by(standing="open").order_by(Case.number)]
    assert len(numbers) == 36
    office = as_user("office")
    for nth, number in enumerate(numbers):
        do(office, number, "follow_up", method="desk", note="续办")
        holder = holder_of(system, number)
        if holder != "TH":
            up = system.units.place(holder).parent
            do(office, number, "escalate", to=up, reason="上交")
            do(office, number, "send_down", to=holder, requirement="限期办结")
        if nth % 2:
            do(office, number, "resolve", method="mediation", evidence="协议")
    assert holder_of(system, log(as_user("village2"))) == "TH-SH-01"


def holder_of(ctx, number: str) -> str:
    ctx.session.expire_all()
    ctx.forget_units()
    return ctx.units.by_id[ctx.session.query(Case).filter_by(number=number).one().holder_id].code


def test_it_all_goes_to_an_empty_database_and_back(system, as_user, run, clock, tmp_path, monkeypatch, frozen):
    change_the_tree(system, as_user("office"))
    clock.pass_by(hours=1)
    for case in db.session.query(Case).filter_by(standing="open").all():
        do(as_user("office"), case.number, "follow_up", method="desk", note="续办")
        holder = holder_of(system, case.number)
        if holder not in ("TH", "TH-SH", "TH-NN"):
            do(as_user("office"), case.number, "escalate", to=system.units.place(holder).parent, reason="上交")
    clock.pass_by(hours=1)
    units, cases = tmp_path / "units.csv", tmp_path / "cases.jsonl"
    assert run("units", "export", units).exit_code == 0
    assert run("cases", "export", cases).exit_code == 0
    told = there_and_back(units, cases, tmp_path, clock, monkeypatch)
    assert told == (units.read_bytes(), cases.read_bytes())


def there_and_back(units: Path, cases: Path, folder: Path, clock: Any, monkeypatch: Any) -> tuple[bytes, bytes]:
    """What an empty database gives out that took both files in."""
    (folder / "new").mkdir()
    new = make_app(f"sqlite:///{folder}/new.sqlite3", folder / "new", clock)
    monkeypatch.setattr("caseapp.cli.create_app", lambda **_how: new)
    for words in (
        ("db", "upgrade"), ("units", "load", units), ("cases", "import", cases), ("audit", "verify"),
        ("units", "export", folder / "again.csv"), ("cases", "export", folder / "again.jsonl"),
    ):  # fmt: skip
        outcome = CliRunner().invoke(main, [str(word) for word in words])
        assert outcome.exit_code == 0, outcome.output
    with new.app_context():
        db.session.remove()
        db.engine.dispose()
    return (folder / "again.csv").read_bytes(), (folder / "again.jsonl").read_bytes()
