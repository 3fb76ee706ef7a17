"""Old names find a unit: a ledger is read by what villages were called on the day of its row, or before."""

from __future__ import annotations

from caseapp.actions.ledger import export_ledger, import_ledger
from caseapp.actions.org import load_rows
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.org.tree import Place
from caseapp.domain.org.unit_rows import UnitRow
from caseapp.office.xlsx import write_sheet
from tests.conftest import PLACES

DS = next(place for place in PLACES if place.code == "TH-DS")
ROWS = (
    ("旧一", "2026-11-02", "顶上村", "第一组"),
    ("旧二", "2026-11-02", "双合村", "第一组"),
    ("旧三", "2026-11-02", "顶上村", ""),
    ("新一", "2026-11-23", "顶上村", ""),
    ("新二", "2026-11-23", "双顶村", ""),
    ("新三", "2026-11-23", "顶上村", "第一组"),
)


def ledger() -> bytes:
    rows = [[nth, day, village, group, gist] for nth, (gist, day, village, group) in enumerate(ROWS, start=1)]
    return write_sheet(["序号", "登记日期", "所属村(社区)", "村民小组/网格", "诉求/纠纷简要"], rows, title="台账")


def test_rows_are_read_by_the_tree_of_their_day_and_go_out_with_its_names(system):
    with unit_of_work(system.session):
        load_rows(system, [
            UnitRow(DS, system.today, system.today, "TH-SH"),
            UnitRow(Place("TH-SH", "TH", "village", "村", "双顶村")),
        ])  # fmt: skip
        assert import_ledger(system, ledger(), "TH").problems == []
    db.session.expire_all()
    codes = {key: code for code, key in system.units.id_of.items()}
    found = {case.title: codes[case.unit_id] for case in db.session.query(Case)}
    assert found == {
        "旧一": "TH-DS-01", "旧二": "TH-SH-01", "旧三": "TH-DS", "新一": "TH-SH", "新二": "TH-SH", "新三": "TH-DS-01",
    }  # fmt: skip
    with unit_of_work(system.session):
        workbook, _count = export_ledger(system, "TH")
        again = import_ledger(system, workbook, "TH")
    assert again.problems == []
    assert (again.imported.added, again.imported.unchanged) == (0, len(ROWS))
