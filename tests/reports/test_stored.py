"""A frozen report is what was stored of it: a patched formula, a new name, another setting, other words and late entries
move nothing in its page, its lists of cases or its papers."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from docx import Document
from flask_babel import get_domain, refresh
from openpyxl import load_workbook

from caseapp.actions.interests import declare_interest
from caseapp.actions.org import load_rows
from caseapp.actions.paper_templates import drawn
from caseapp.actions.reports import Press, compare_with_today, freeze_month
from caseapp.actions.settings import set_value
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.cases.models import Case
from caseapp.domain.org.unit_rows import UnitRow
from caseapp.domain.rates import formulas
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.frozen import changed_definitions, digest_of, written
from caseapp.domain.reports.models import FrozenPaper, FrozenReport, FrozenWords
from caseapp.domain.reports.prose import Words
from caseapp.domain.reports.queries import stored_report
from caseapp.domain.reports.report import as_json
from caseapp.domain.reports.stored import LISTS, cases_of, read_stored, stored_text, without
from caseapp.domain.reports.wordbook import Wordbook, digest_of_text, read_wordbook
from caseapp.kernel.clock import parse_instant
from caseapp.kernel.errors import NotAllowed
from caseapp.kernel.periods import Month
from caseapp.labels import LABELS
from caseapp.labels.wordbook import labels_of_today, messages_of_today
from tests.audit.test_verify import broken, tamper
from tests.cases.make import do, head, log, moment, name

pytestmark = pytest.mark.either_database

OCTOBER = Month(2026, 10)
REPORT = "/reports/TH/2026-10"
PAPERS = ("xlsx", "docx", "pdf", "csv", "json")
FIGURES = ("cases/new", "cases/net.d", "cases/open.under_30", "cases/resolved?part=village:TH-SH&")
LAYOUTS = Path(__file__).resolve().parents[2] / "templates/reports/frozen"
FROZEN_LAYOUTS = {
    "cases_1.html": "f5a5f42c9630d91c",
    "month_1.html": "036a54e42310ecd6",
}


def log_october(as_user, clock) -> list[str]:
    """Three cases of October, one resolved and confirmed."""
    numbers = [log(as_user("grid"), head(title=f"十月{day}日"), at=moment(2026, 10, day, 9)) for day in (5, 12, 20)]
    do(as_user("grid"), numbers[0], "resolve", at=moment(2026, 10, 25, 9), method="mediation", evidence="协议")
    do(as_user("village"), numbers[0], "return_visit", at=moment(2026, 10, 30, 9), result="fulfilled")
    clock.set(2026, 11, 24, 18, 0)
    return numbers


def press(app) -> Press:
    with app.app_context():
        return Press(Wordbook(messages_of_today(), labels_of_today({})), app.extensions["caseapp"].fonts)


def freeze(app, ctx) -> FrozenReport:
    brought = press(app)
    with unit_of_work(db.session):
        return freeze_month(ctx, "TH", OCTOBER, press=brought)


@pytest.fixture
def frozen(app, as_user, clock, kept) -> FrozenReport:
    """Three cases of October, and the month frozen."""

    def make() -> None:
        log_october(as_user, clock)
        freeze(app, as_user("office"))

    kept.begin("frozen_october", make)
    return db.session.query(FrozenReport).one()


@pytest.fixture
def october(frozen) -> list[str]:
    """Their numbers."""
    return list(db.session.scalars(sa.select(Case.number).order_by(Case.id)))


def article(page: str) -> str:
    """What was stored, without the frame of the page around it."""
    assert '<article class="frozen">' in page, page
    return page[page.index('<article class="frozen">') : page.index("</article>")]


def everything(client) -> dict[str, object]:
    """A frozen revision in every format."""
    told: dict[str, object] = {kind: client.get(f"{REPORT}.{kind}?revision=1").data for kind in PAPERS}
    for figure in FIGURES:
        told[figure] = article(client.get(f"{REPORT}/{figure}{'' if '?' in figure else '?'}revision=1").text)
    return {**told, **{language: article(page_in(language, client)) for language in ("en", "zh")}}


def page_in(language: str, client, page: str = f"{REPORT}?revision=1") -> str:
    """A page in a language; what was found out for the request before is forgotten."""
    refresh()
    text = client.get(f"{page}&lang={language}").text
    refresh()
    return text


def test_nothing_that_is_changed_later_moves_what_is_frozen(frozen, october, app, as_user, browse, clock, monkeypatch):
    client = browse("leader")
    before, live = everything(client), client.get(f"{REPORT}.json").data
    clock.pass_by(minutes=10)
    do(as_user("grid"), october[1], "resolve", at=moment(2026, 10, 28, 9), method="mediation", evidence="补录")
    log(as_user("grid"), head(title="补登"), at=moment(2026, 10, 30, 9))
    office = as_user("office")
    renamed = replace(office.units.place("TH-SH"), name="新名村")
    with unit_of_work(db.session):
        load_rows(as_user("admin"), [UnitRow(renamed)], date(2026, 10, 1))
        set_value(office, "days.handle_dispute", "20", office.today, recompute=True)
        set_value(office, "target.first", "99", office.today)
    monkeypatch.setattr(formulas, "_workload", lambda adds, *_args, **_more: adds.lines.add("left"))
    monkeypatch.setitem(LABELS["line"], "new", "别的说法")
    monkeypatch.setattr("caseapp.labels._words", {})
    with app.test_request_context():
        translations = get_domain().get_translations()
    monkeypatch.setitem(translations._catalog, "Counted apart", "另一种说法")
    monkeypatch.setattr(translations, "tongue", None, raising=False)
    assert client.get(f"{REPORT}.json").data != live
    page = client.get(REPORT).text
    assert all(words in page for words in ("新名村", "别的说法", "另一种说法"))
    assert everything(client) == before
    assert b"PK" in before["xlsx"][:4]
    assert frozen.digest in before["zh"]
    assert "Counted apart" in before["en"]
    assert "另计" in before["zh"]


def test_the_command_gives_out_the_stored_papers(frozen, run, tmp_path):
    kept = {paper.kind: paper.content for paper in db.session.query(FrozenPaper).filter_by(report_id=frozen.id)}
    for kind in ("xlsx", "docx"):
        path = tmp_path / f"october.{kind}"
        done = run("report", "month", "2026-10", "--unit", "TH", "--revision", 1, f"--{kind}", path)
        assert done.exit_code == 0, done.output
        assert path.read_bytes() == kept[kind]


def test_what_is_stored_makes_the_same_report_again(frozen, system):
    edition = stored_report(db.session, SYSTEM, system.units, frozen)
    assert written(as_json(edition.report)) == frozen.content
    assert stored_text(read_stored(frozen.stored), json.loads(frozen.stored)["salt"]) == frozen.stored


def test_every_list_of_a_tally_is_stored():
    tally = Tally()
    assert set(LISTS) == {name for name in dir(tally) if isinstance(getattr(tally, name), defaultdict)}


def test_drawing_a_paper_changes_nothing_in_the_report_it_is_drawn_from(frozen, system):
    edition, words = stored_report(db.session, SYSTEM, system.units, frozen), Words(str, lambda _kind, slug: str(slug))
    drawn(db.session, edition, "csv", words)
    assert edition.report.whole.apart["accusations"] == 0
    assert not edition.report.of_its_reader


def test_the_digest_is_that_of_what_is_printed(frozen, browse):
    row = db.session.execute(sa.text("SELECT content, stored, words, digest FROM frozen_report")).one()
    settings = json.loads(json.dumps(frozen.settings))
    assert digest_of(json.loads(row.content), settings, row.stored) == row.digest
    words = db.session.get(FrozenWords, row.words)
    assert digest_of_text(words.content) == json.loads(row.stored)["words"] == row.words
    assert read_wordbook(words.content).words("zh_Hans_CN").label("line", "new") == "本期新增"
    assert row.digest in browse("leader").get(f"{REPORT}?revision=1").text
    assert json.loads(row.content)["frozen"]["digest"] == row.digest


@pytest.mark.both_databases
@pytest.mark.parametrize("table", ["frozen_words", "frozen_paper"])
def test_the_database_refuses_to_change_words_and_papers(frozen, table):
    for attack in (f"UPDATE {table} SET content = content", f"DELETE FROM {table}"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            db.session.execute(sa.text(attack))
        db.session.rollback()


OTHERWISE = "TH 2026-10, revision 1: what is stored is not what was frozen"


def held(table: str) -> list[str]:
    """What is found besides of a row that is held by itself."""
    gone = "frozen_report 1: the row is not what was written, or is gone, or nobody wrote it"
    return [gone] if table.startswith("frozen_report") else []


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "change",
    [
        "frozen_report SET stored = replace(stored, '双合村', '别的村')",
        "frozen_report SET content = replace(content, '2026-10', '2026-11')",
        "frozen_paper SET digest = 'sha256:0' WHERE kind = 'xlsx'",
        "frozen_words SET content = replace(content, '本期新增', '别的')",
    ],
)
def test_the_audit_finds_what_was_changed_behind_the_back_of_the_program(frozen, change):
    assert broken() == []
    tamper(f"UPDATE {change}")
    assert broken() == [*held(change), OTHERWISE]


@pytest.mark.both_databases
@pytest.mark.parametrize("row", ["frozen_report", "frozen_paper WHERE kind = 'docx'", "frozen_words"])
def test_the_audit_finds_what_was_dropped(frozen, row):
    papers = ["DELETE FROM frozen_paper"] if row == "frozen_report" else []
    tamper(*papers, f"DELETE FROM {row}")
    assert broken() == [*held(row), OTHERWISE]


def test_who_is_kept_out_of_a_case_sees_the_stored_report_without_it(frozen, october, as_user, browse, monkeypatch):
    with unit_of_work(db.session):
        declare_interest(as_user("office2"), october[0])
    monkeypatch.setattr(formulas, "_workload", lambda adds, *_args, **_more: adds.lines.add("left"))
    client = browse("office2")
    told = everything(client)
    page = page_in("en", client)
    assert "leaves out" not in page
    assert frozen.digest in page
    assert october[0] not in "".join(told[figure] for figure in FIGURES)
    numbers = json.loads(told["json"])
    assert (numbers["lines"]["new"], numbers["lines"]["resolved"], numbers["rates"]["net"]) == (2, 0, {"n": 0, "d": 2})
    assert numbers["by_village"]["TH-SH"]["lines"]["new"] == numbers["year_to_date"]["lines"]["new"] == 2
    assert numbers["county"]["disputes"] == 2
    assert numbers["frozen"] == {"revision": 1, "at": numbers["frozen"]["at"], "digest": frozen.digest}
    whole = json.loads(browse("leader").get(f"{REPORT}.json?revision=1").data)
    assert whole["lines"]["new"] == 3
    compared = client.get(f"{REPORT}/compare?revision=1")
    assert (compared.status_code, october[0] in compared.text) == (200, False)


def test_the_papers_of_who_is_kept_out_look_like_any_other_and_hold_no_trace_of_the_case(
    frozen, october, as_user, browse
):
    with unit_of_work(db.session):
        declare_interest(as_user("office2"), october[0])
    refresh()
    whole, less = browse("leader"), browse("office2")
    for kind, held in (("xlsx", words_of_book), ("docx", words_of_document)):
        address = f"{REPORT}.{kind}?revision=1"
        mine, theirs = held(less.get(address).data), held(whole.get(address).data)
        assert october[0] not in mine
        for one in (mine, theirs):
            assert frozen.digest in one
            assert "回避" not in one
    assert october[0] in words_of_book(whole.get(f"{REPORT}.xlsx?revision=1").data)


def test_a_frozen_report_does_not_tell_its_reader_that_they_are_complained_of(frozen, october, as_user, browse):
    """All that stands around the numbers is the same before the naming and after it; the public version too."""
    client = browse("office2")
    addresses = (f"{REPORT}?revision=1", f"{REPORT}/public", f"{REPORT}/compare?revision=1")
    before = [client.get(address) for address in addresses]
    name(as_user("office"), as_user("leader"), october[0], "office2")
    refresh()
    after = [client.get(address) for address in addresses]
    assert client.get(f"/cases/{october[0]}").status_code == 404
    for one, other in zip(before, after, strict=True):
        assert (one.status_code, other.status_code) == (200, 200)
        assert notices(one.text) == notices(other.text)


def notices(page: str) -> list[str]:
    """The sentences of a page about what kind of copy it is."""
    return re.findall(r'(?s)<div class="alert.*?</div>', page) + re.findall(r"[^<>]*(?:摘要|回避|存档)[^<>]*", page)


def words_of_book(data: bytes) -> str:
    return " ".join(str(cell) for sheet in load_workbook(BytesIO(data)) for row in sheet.values for cell in row)


def words_of_document(data: bytes) -> str:
    told = Document(BytesIO(data))
    cells = (cell.text for table in told.tables for row in table.rows for cell in row.cells)
    return " ".join([*(paragraph.text for paragraph in told.paragraphs), *cells])


def test_taking_a_case_out_takes_it_out_of_every_number(frozen, october, system):
    edition = stored_report(db.session, SYSTEM, system.units, frozen)
    less = without(edition, {october[0]}).report
    assert cases_of(less) == cases_of(edition.report) - {october[0]}
    assert october[0] not in json.dumps(as_json(less), ensure_ascii=False)
    assert without(edition, {"太调20260099"}) is edition


def test_a_frozen_report_is_shown_whole(frozen, browse):
    answer = browse("leader").get(f"{REPORT}?revision=1&category=other")
    assert answer.status_code == 422


def test_a_layout_that_reports_were_frozen_under_is_never_edited():
    """A new layout is a new file and a new number (``domain/reports/stored.py: LAYOUT``)."""
    found = {path.name: sha256(path.read_bytes()).hexdigest()[:16] for path in sorted(LAYOUTS.iterdir())}
    assert found == FROZEN_LAYOUTS


VERSION_1 = Path(__file__).parent / "version_1"


@pytest.fixture
def first_row(world, system) -> FrozenReport:
    """A report of the demo that was frozen before names, words and all cases were stored."""
    told = json.loads((VERSION_1 / "TH-2026-10.row.json").read_text("utf-8"))
    row = FrozenReport(
        unit_id=system.units.id_of["TH"], as_of=parse_instant(told["as_of"] + "+00:00"),
        frozen_at=parse_instant(told["frozen_at"] + "+00:00"),
        content=(VERSION_1 / "TH-2026-10.json").read_text("utf-8"),
        **{key: told[key] for key in ("month", "revision", "frozen_by", "formulas", "settings", "digest", "moved")},
    )  # fmt: skip
    with unit_of_work(db.session):
        db.session.add(row)
    return row


def test_a_report_frozen_under_version_1_comes_out_as_it_was(first_row, browse, run, clock, tmp_path):
    clock.set(2026, 11, 24, 18, 0)
    content = json.loads(first_row.content)
    assert digest_of(content, first_row.settings) == first_row.digest
    month = ("report", "month", "2026-10", "--unit", "TH", "--revision", 1)
    assert run(*month, "--json").stdout == first_row.content + "\n"
    done = run(*month, "--xlsx", tmp_path / "o.xlsx", "--docx", tmp_path / "o.docx")
    assert done.exit_code == 0, done.output
    client = browse("leader")
    told = client.get(f"{REPORT}.json?revision=1").get_json()
    apart = content["apart"] | {"accusations": None}  # said to whoever may read them, and to nobody else
    assert (told["lines"], told["rates"], told["apart"]) == (content["lines"], content["rates"], apart)
    table = client.get(f"{REPORT}.csv?revision=1").data.decode("utf-8-sig")
    assert f"month,,lines.new,,,{content['lines']['new']}" in table
    assert not any(later in table for later in ("county", "withdrawn"))
    page = page_in("en", client)
    assert "It was frozen before names, words and the cases behind every number were stored" in page
    assert first_row.digest in page
    assert content["cases"]["lines"]["new"][0] in client.get(f"{REPORT}/cases/new?revision=1").text
    not_kept = page_in("en", client, f"{REPORT}/cases/new?revision=1&part=village:TH-SH")
    assert "The cases behind this number were not stored when this revision was frozen." in not_kept


def test_the_command_says_which_definitions_changed_when_it_freezes_again(first_row, run, clock):
    clock.set(2026, 11, 24, 18, 0)
    done = run("report", "month", "2026-10", "--unit", "TH", "--freeze")
    assert done.exit_code == 0, done.output
    assert "公式第2版：" in done.stderr
    frozen = db.session.query(FrozenReport).filter_by(revision=2).one()
    assert (frozen.moved["formulas"], frozen.formulas) == ([1, formulas.FORMULAS], formulas.FORMULAS)
    assert db.session.query(FrozenPaper).filter_by(report_id=frozen.id).count() >= 3


def test_comparing_version_1_with_today_says_which_definitions_changed(first_row, as_user, browse, clock):
    clock.set(2026, 11, 24, 18, 0)
    moved = compare_with_today(as_user("office"), first_row)
    assert moved["formulas"] == [1, formulas.FORMULAS]
    assert len(changed_definitions(moved["formulas"])) == formulas.FORMULAS - 1
    page = page_in("en", browse("office"), f"{REPORT}/compare?revision=1")
    assert "Version 2 of the formulas" in page


def test_who_is_kept_out_of_a_case_is_not_shown_a_row_that_cannot_leave_it_out(first_row, as_user, browse, clock):
    october = log_october(as_user, clock)
    with unit_of_work(db.session):
        declare_interest(as_user("office2"), october[0])
    assert browse("office2").get(f"{REPORT}?revision=1").status_code == 403
    with pytest.raises(NotAllowed):
        stored_report(db.session, as_user("office2").actor, as_user("office2").units, first_row)
