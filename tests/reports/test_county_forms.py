"""The county's own forms in Excel: named cells are filled with the report, nothing else is changed; what cannot be filled
is refused, with what and where."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.image import Image
from openpyxl.workbook.defined_name import DefinedName
from PIL import Image as Picture

from caseapp.db import db
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.words import CATEGORIES
from caseapp.domain.reports.prose import Words
from caseapp.domain.reports.queries import read_report
from caseapp.domain.reports.queries.county_forms import forms_in_use
from caseapp.kernel.errors import RuleViolation
from caseapp.kernel.periods import Month
from caseapp.labels import label
from caseapp.papers.county_form import check_form, county_form, fields_of, names_known, starting_form
from tests.cases.make import do, log, petition

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


def workbook(names: dict[str, str], texts: dict[str, object] | None = None, title: str = "月报") -> bytes:
    """A form with these names, each with its cells, and these texts."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for cell, text in ({"A1": "镇村矛盾纠纷月报表", "A3": "本月新增", "C3": "=B3*2"} | (texts or {})).items():
        sheet[cell] = text
    for name, cells in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=f"'{title}'!{cells}")
    return saved(book)


def raw(cells: str) -> bytes:
    """A form with a name that is just this."""
    book = Workbook()
    book.active.title = "月报"
    book.defined_names["lines.new"] = DefinedName("lines.new", attr_text=cells)
    return saved(book)


def saved(book: Workbook) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def cells(content: bytes):
    return load_workbook(io.BytesIO(content))["月报"]


@pytest.fixture
def report(as_user):
    number = log(as_user("office"), petition(unit="TH", channel="visit"))
    log(as_user("village"), petition(title="水渠被占"))
    do(as_user("office"), number, "resolve", method="policy", evidence="已发放，签字在卷")
    ctx = as_user("office")
    return read_report(ctx.session, ctx.actor, ctx.units, "TH", Month.of(ctx.today), as_of=ctx.now)


def filled(as_user, report, content: bytes) -> bytes:
    return county_form(content, report, as_user("office").units, Words(lambda text, **_: text, label), CATEGORIES)


def test_named_cells_are_filled_and_nothing_else_is_changed(as_user, report):
    names = {
        "unit": "$A$2", "Lines.New": "$B$3", "rates.net.n": "$B$4", "rates.net.percent": "$C$4", "year.lines.new": "$D$3",
        "county.visit.items": "$B$5", "category.welfare.lines.new": "$B$6", "villages.name": "$A$8:$A$12",
        "villages.lines.new": "$B$8:$B$12",
    }  # fmt: skip
    sheet = cells(filled(as_user, report, workbook(names, {"B12": 99})))
    assert (sheet["A2"].value, sheet["B3"].value, sheet["D3"].value) == ("太和镇", 2, 2)
    assert (sheet["B4"].value, sheet["C4"].value) == (1, report.whole.rate("net").percent)
    assert (sheet["B5"].value, sheet["B6"].value) == (1, 2)
    assert (sheet["A1"].value, sheet["C3"].value) == ("镇村矛盾纠纷月报表", "=B3*2")
    rows = [(sheet[f"A{row}"].value, sheet[f"B{row}"].value) for row in range(8, 12)]
    assert rows == [("太和镇", 1), ("顶上村", 0), ("双合村", 1), (None, None)]
    assert sum(count for _name, count in rows if count) == sheet["B3"].value, "the rows add up"
    assert sheet["B12"].value is None, "below the last village nothing of before is left"


def test_the_list_of_names_is_itself_a_form_and_says_what_the_report_says(as_user, report):
    words = Words(lambda text, **_: text, lambda _kind, slug: str(slug))
    start = starting_form(CATEGORIES, words)
    check_form(start, names_known(CATEGORIES))
    told = fields_of(report, as_user("office").units, words, CATEGORIES)
    assert list(told) == names_known(CATEGORIES)
    told["apart.accusations"] = told["year.apart.accusations"] = 0
    hidden = {name for name, value in told.items() if value is None}
    assert {name.rpartition(".")[2] for name in hidden} <= {"accusations"}
    report.whole.accusations = report.year_to_date.accusations = 0
    report.previous.accusations = report.year_ago.accusations = 0
    book = load_workbook(io.BytesIO(filled(as_user, report, start)))
    shown = {row[1].value: row[2].value for row in book["names"].iter_rows()}
    assert shown["lines.new"] == report.whole.line("new") == 2
    assert all(value is not None for value in shown.values())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (workbook({}), "no cell of this form has a name"),
        (workbook({"lines.newest": "$B$3"}), "月报 B3 is named lines.newest"),
        (workbook({"lines.new": "$B$3:$B$9"}), "is one value and has several cells"),
        (workbook({"villages.name": "$A$8:$B$9"}), "is one value and has several cells"),
        (workbook({"lines.new": "$B$3"}, {"D1": "稳控责任人"}), "月报 D1 says «稳控责任人»"),
        (workbook({"lines.new": "$B$3"}, {"D1": "进京情况"}), "tracks or controls people"),
        *(
            (named, "leads to no cells")
            for named in map(raw, ("#REF!", "unit", "A1", "月报!$A$0", "月报!$A:$A", "表[列]"))
        ),
        (workbook({"villages.name": "$A$1:$A$1048576"}), "leads to no cells"),
        (workbook({"lines.new": "$B$3"}, {"A1": None}, "稳控台账"), "稳控台账 says"),
        (b"PK\x03\x04 nothing", "damaged"),
        (b"", "empty"),
        (b"a,b\n1,2\n", "text file"),
    ],
)
def test_what_cannot_be_filled_is_refused_with_what_and_where(content: bytes, why: str):
    with pytest.raises(RuleViolation) as refused:
        check_form(content, names_known(CATEGORIES))
    assert why in str(refused.value)


def test_a_picture_would_be_lost_and_is_refused():
    book = Workbook()
    kept = io.BytesIO()
    Picture.new("RGB", (4, 4)).save(kept, "png")
    book.active.add_image(Image(kept), "A1")
    with pytest.raises(RuleViolation, match="picture"):
        check_form(saved(book), names_known(CATEGORIES))


def test_a_name_that_excel_keeps_for_itself_is_passed_over():
    book = load_workbook(io.BytesIO(workbook({"lines.new": "$B$3"})))
    book.defined_names["_xlfn.SINGLE"] = DefinedName("_xlfn.SINGLE", attr_text="#NAME?", hidden=True)
    check_form(saved(book), names_known(CATEGORIES))


def test_what_a_frozen_report_of_before_does_not_hold_is_not_filled_with_0(as_user, report):
    report.keys = {kind: keys for kind, keys in report.keys.items() if not kind.startswith(("petition", "dispute"))}
    with pytest.raises(RuleViolation, match="not shown as 0"):
        filled(as_user, report, workbook({"county.items": "$B$3"}))


def test_too_few_rows_for_the_villages_and_a_value_that_is_not_shown_are_refused(as_user, report):
    with pytest.raises(RuleViolation, match="has room for 1 rows"):
        filled(as_user, report, workbook({"villages.name": "$A$8:$A$8"}))
    report.whole.keep_back_accusations()
    with pytest.raises(RuleViolation, match="not shown as 0"):
        filled(as_user, report, workbook({"apart.accusations": "$B$3"}))


def test_a_text_is_no_formula(as_user, report):
    tree = as_user("office").units
    words = Words(lambda text, **_: "=1+1", label)
    sheet = cells(county_form(workbook({"period": "$B$3"}), report, tree, words, CATEGORIES))
    assert (sheet["B3"].value, sheet["B3"].data_type) == ("=1+1", "s")


def test_the_office_puts_a_form_in_use_and_takes_it_with_each_report(as_user, browse, report):
    client, form = browse("office"), workbook({"lines.new": "$B$3"})
    sent = {"name": "县纠纷月报表", "file": (io.BytesIO(form), "月报.xlsx")}
    assert client.post("/settings/county-forms", data=sent).status_code == 302
    version = forms_in_use(db.session)[0].id
    assert client.get(f"/settings/county-forms/{version}.xlsx").data == form
    assert "县纠纷月报表" in client.get("/reports/TH/2026-11").text
    answer = client.get(f"/reports/TH/2026-11/form-{version}.xlsx")
    assert cells(answer.data)["B3"].value == 2
    assert client.get(f"/reports/TH/2026-11/form-{version}.xlsx?category=land").status_code == 422
    again = {"name": "县纠纷月报表", "file": (io.BytesIO(workbook({"nothing": "$B$3"})), "月报2.xlsx")}
    refused = client.post("/settings/county-forms", data=again)
    assert refused.status_code == 422
    assert "nothing" in refused.text
    assert client.post(f"/settings/county-forms/{version}/drop").status_code == 302
    assert forms_in_use(db.session) == []
    assert {"county_form_put", "county_form_dropped"} <= {one for (one,) in db.session.query(AuditEntry.action)}
    assert browse("village").get("/settings/county-forms").status_code == 403
