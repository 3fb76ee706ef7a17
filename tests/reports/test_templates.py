"""An office may replace the Word templates by its own; a broken one is refused with what is wrong, and nothing changes."""

from __future__ import annotations

import dataclasses
import json
from io import BytesIO

import pytest
import sqlalchemy as sa
from docx import Document

from caseapp.actions.meetings import record_decision
from caseapp.actions.month_notes import submit_note
from caseapp.actions.paper_templates import check_paper, filled, put_template, use_own, word_file
from caseapp.actions.reports import freeze_month
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.rates.formulas import LINES, RATES
from caseapp.domain.reports.models import PaperTemplate
from caseapp.jobs.placing import place_reports
from caseapp.kernel.clock import chinese_day
from caseapp.kernel.errors import NotAllowed, OutOfScope, RuleViolation
from caseapp.kernel.periods import Month
from caseapp.kernel.ratio import Ratio
from caseapp.papers.report import as_docx
from caseapp.papers.template_samples import PAPERS, PLAIN, sample, trials
from caseapp.papers.template_starts import starting_template
from caseapp.web.settings.fields import explained
from tests.cases.make import do, head, log, moment
from tests.office.word_files import IN_PLACES, IN_TAGS, word
from tests.web.test_query_counts import MOST, counted

pytestmark = pytest.mark.one_database

BROKEN = {**IN_PLACES, **IN_TAGS}
ADDRESSES = {
    "month": "/reports/TH/2026-10.docx",
    "week": "/week/TH/2026-11-23.docx",
    "year": "/reports/TH/2026/yearly.docx",
}
OWN = "太和镇信访工作专报"


@pytest.fixture
def work(as_user) -> None:
    first = log(as_user("grid"), at=moment(2026, 10, 5, 9))
    log(as_user("grid"), head(category="land"), at=moment(2026, 10, 8, 9))
    do(as_user("grid"), first, "resolve", at=moment(2026, 10, 20, 9), method="mediation", evidence="协议")
    with unit_of_work(db.session):
        submit_note(as_user("village"), "TH-SH", Month(2026, 10), "山林界址不清\n权证 {{ title }} <不全>", "踏勘")
        record_decision(as_user("office"), "TH", as_user("office").today, "再议", "leader", as_user("office").today)


def put(ctx, paper: str, data: bytes, name: str = "专报.docx") -> int:
    with unit_of_work(db.session):
        return put_template(ctx, paper, name, data).id


def said_by(data: bytes) -> tuple[list[str], list[list[list[str]]]]:
    document = Document(BytesIO(data))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return [paragraph.text for paragraph in document.paragraphs], tables


@pytest.mark.parametrize("paper", PAPERS)
def test_the_template_to_begin_with_says_word_for_word_what_the_program_says(work, browse, as_user, paper):
    client = browse("office")
    before = client.get(ADDRESSES[paper])
    start = client.get(f"/settings/templates/{paper}/start.docx")
    assert (before.status_code, start.status_code) == (200, 200)
    put(as_user("office"), paper, start.data)
    after = client.get(ADDRESSES[paper])
    assert said_by(after.data) == said_by(before.data)
    assert after.data != before.data
    assert client.get(ADDRESSES[paper]).data == after.data


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("paper", PAPERS)
def test_so_it_does_when_everything_and_when_nothing_happened(paper, full):
    told = sample(paper, PLAIN, chinese_day, full=full)
    made = filled(check_paper(paper, starting_template(paper, PLAIN)), told)
    assert said_by(made) == said_by(as_docx(told.paper, told.scale))


def test_every_figure_in_a_template_is_that_of_the_report(work, browse, as_user, run):
    names = [f"lines.{key}" for key in LINES] + [f"year_to_date.lines.{key}" for key in LINES]
    names += [f"rates.{key}.{part}" for key in RATES for part in ("n", "d", "percent")]
    put(as_user("office"), "month", word(OWN, *(f"{name}={{{{ {name} }}}}" for name in names)))
    lines, _tables = said_by(browse("office").get(ADDRESSES["month"]).data)
    assert lines[0] == OWN
    told = json.loads(run("report", "month", "2026-10", "--unit", "TH", "--json", "--as", "office").stdout)
    expected = {f"lines.{key}": count for key, count in told["lines"].items()}
    expected |= {f"year_to_date.lines.{key}": count for key, count in told["year_to_date"]["lines"].items()}
    for key, rate in told["rates"].items():
        expected |= {
            f"rates.{key}.n": rate["n"],
            f"rates.{key}.d": rate["d"],
            f"rates.{key}.percent": Ratio(**rate).percent,
        }
    assert dict(line.split("=") for line in lines[1:]) == {name: str(value) for name, value in expected.items()}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_template_is_refused_with_what_is_wrong(name):
    data, sentence = BROKEN[name]
    with pytest.raises(RuleViolation, match=f"(?s){sentence}") as refused:
        check_paper("month", data)
    assert refused.value.field == "file"


def test_nothing_changes_when_one_is_refused_and_the_page_says_why(work, browse, as_user):
    client, first = browse("office"), put(as_user("office"), "month", word("{{ title }}"))
    logged = db.session.query(AuditEntry).count()
    told = {
        "entities": "文档类型和实体", "a loop without end": "range(1000000000)", "empty": "请先选择文件", "a .dotx": ".dotx",
        "a field there is not": "没有这个字段；可用的有：title, place", "a tag that is not closed": "没有用 }} 结束",
    }  # fmt: skip
    for name, sentence in told.items():
        answer = client.post("/settings/templates/month", data={"file": (BytesIO(BROKEN[name][0]), "x.docx")})
        assert answer.status_code == 422, name
        assert sentence in answer.text
        assert "没有作任何改动" in answer.text
    assert client.post("/settings/templates/month", data={}).status_code == 422
    db.session.expire_all()
    assert [row.id for row in db.session.query(PaperTemplate)] == [first]
    assert db.session.query(AuditEntry).count() == logged


def test_only_who_may_set_may_and_it_is_on_record(browse, as_user):
    for who in ("leader", "village", "auditor"):
        with pytest.raises(NotAllowed):
            put(as_user(who), "month", word("{{ title }}"))
        with pytest.raises(NotAllowed):
            use_own(as_user(who), "month")
        client = browse(who)
        for address in ("", "/month/start.docx", "/month/trial.docx", "/month/1.docx"):
            assert client.get(f"/settings/templates{address}").status_code == 403
        assert client.post("/settings/templates/month", data={}).status_code == 403
    put(as_user("admin"), "month", word("{{ title }}"), "C:\\文件\\专报.docx")
    entry = db.session.query(AuditEntry).filter_by(action="template_put").one()
    assert (entry.actor, entry.subject, entry.detail["file_name"]) == ("admin", "month", "专报.docx")
    with unit_of_work(db.session):
        use_own(as_user("office"), "month")
    assert db.session.query(AuditEntry).filter_by(action="template_dropped").one().subject == "month"
    with pytest.raises(RuleViolation, match="own template is in use"):
        use_own(as_user("office"), "month")
    with pytest.raises(OutOfScope):
        put(as_user("office"), "day", word("{{ title }}"))


def test_older_templates_stay_on_record_and_can_be_had(work, browse, as_user):
    first = put(as_user("office"), "month", word("甲 {{ title }}"), "甲.docx")
    second = put(as_user("office"), "month", word("乙 {{ title }}"), "乙.docx")
    client = browse("office")
    page = client.get("/settings/templates").text
    assert "甲.docx" in page
    assert "乙.docx" in page
    assert "信访办甲" in page
    assert said_by(client.get(f"/settings/templates/month/{first}.docx").data)[0] == ["甲 {{ title }}"]
    assert said_by(client.get(ADDRESSES["month"]).data)[0][0].startswith("乙 太和镇")
    assert client.post("/settings/templates/month/own").status_code == 302
    assert "一、基本情况" in said_by(client.get(ADDRESSES["month"]).data)[0]
    assert client.get(f"/settings/templates/month/{second}.docx").status_code == 200
    assert client.get(f"/settings/templates/week/{second}.docx").status_code == 404
    for wrong in ("UPDATE paper_template SET put_by = 'x'", "DELETE FROM paper_template"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            db.session.execute(sa.text(wrong))
        db.session.rollback()


def test_it_can_be_filled_in_for_a_look_and_changes_nothing(work, browse):
    client = browse("office")
    looked = client.post(
        "/settings/templates/month", data={"file": (BytesIO(word("看 {{ title }}")), "x.docx"), "look": "1"}
    )
    assert said_by(looked.data)[0][0].startswith("看 太和镇")
    assert db.session.query(PaperTemplate).count() == 0
    for paper in PAPERS:
        assert "太和镇" in "".join(said_by(client.get(f"/settings/templates/{paper}/trial.docx").data)[0])
    assert "示例镇" in "".join(said_by(browse("admin").get("/settings/templates/month/trial.docx").data)[0])


def test_commands_and_files_put_in_place_follow_it_other_periods_and_the_pdf_do_not(
    work, run, as_user, app, clock, tmp_path
):
    for paper in PAPERS:
        put(as_user("office"), paper, word(OWN, "{{ title }} {{ known_at }}"))
    paths = {name: tmp_path / f"{name}.docx" for name in ("month", "year", "week", "quarter")}
    assert run("report", "month", "2026-10", "--unit", "TH", "--docx", paths["month"]).exit_code == 0
    assert run("report", "year", "2026", "--unit", "TH", "--docx", paths["year"]).exit_code == 0
    assert run("report", "week", "2026-11-23", "--unit", "TH", "--docx", paths["week"]).exit_code == 0
    assert run("report", "period", "2026-Q4", "--unit", "TH", "--docx", paths["quarter"]).exit_code == 0
    first = {name: said_by(path.read_bytes())[0][0] for name, path in paths.items()}
    assert [first[name] for name in PAPERS] == [OWN] * 3
    assert first["quarter"] != OWN
    with unit_of_work(db.session):
        freeze_month(as_user("office"), "TH", Month(2026, 10))
    settings = dataclasses.replace(app.extensions["caseapp"], instance=tmp_path, clock=clock)
    place_reports(db.session, settings)
    placed = tmp_path / "reports" / "2026-10" / "太和镇 2026-10 第1版.docx"
    assert said_by(placed.read_bytes())[0][0] == OWN


def test_there_is_a_paper_even_when_the_template_fails_and_it_is_said(work, browse, run, tmp_path, as_user):
    with unit_of_work(db.session) as session:
        session.add(
            PaperTemplate(
                paper="month", file_name="旧.docx", content=word("{{ abolished }}"), digest="sha256:0", put_by="office",
                put_at=as_user("office").now,
            )
        )  # fmt: skip
    client = browse("office")
    assert "一、基本情况" in said_by(client.get(ADDRESSES["month"]).data)[0]
    assert "已改用系统自带模板：模板要用“abolished”" in client.get("/reports").text
    assert "这个模板已无法填写" in client.get("/settings/templates").text
    assert client.get("/settings/templates/month/trial.docx").status_code == 422
    path = tmp_path / "month.docx"
    outcome = run("report", "month", "2026-10", "--unit", "TH", "--docx", path)
    assert outcome.exit_code == 0
    assert "已改用系统自带模板" in outcome.stderr
    assert "一、基本情况" in said_by(path.read_bytes())[0]


def test_a_template_is_filled_with_what_the_reader_may_see(work, browse, as_user):
    put(as_user("office"), "month", word("{{ lines.new }}"))
    assert said_by(browse("village").get("/reports/TH-SH/2026-10.docx").data)[0] == ["2"]
    elsewhere = browse("village2")
    assert said_by(elsewhere.get("/reports/TH-DS/2026-10.docx").data)[0] == ["0"]
    assert elsewhere.get("/reports/TH-SH/2026-10.docx").status_code == 404


def test_the_same_paper_is_the_same_file(work, as_user, monkeypatch):
    told = sample("month", PLAIN, chinese_day, full=True)
    assert word_file(db.session, told) == word_file(db.session, told)
    put(as_user("office"), "month", starting_template("month", PLAIN))
    first = word_file(db.session, told)
    monkeypatch.setenv("TZ", "America/New_York")
    assert word_file(db.session, told) == first


@pytest.mark.parametrize("paper", PAPERS)
def test_the_page_explains_every_field_there_is(app, paper):
    shape = trials(paper)[0]
    with app.test_request_context():
        written = " ".join(text for group in explained(shape) for text, _meaning in group.rows)
        loops = " ".join(group.loop for group in explained(shape))
        assert all(meaning for group in explained(shape) for _text, meaning in group.rows)
    for name, held in shape.items():
        if isinstance(held, list):
            assert f" in {name} %}}" in loops
            assert held, name
            inner = held[0] if isinstance(held[0], dict) else {}
            assert all(f".{key}" in written for key in inner)
        elif isinstance(held, dict) and "lines" not in held:
            assert all(f"{name}.{key}" in written for key in held)
        else:
            assert name in written


def test_the_page_asks_little_with_every_template_in_use_and_a_history(browse, as_user):
    for name in ("甲.docx", "乙.docx"):
        for paper in PAPERS:
            put(as_user("office"), paper, word("{{ title }}"), name)
    client = browse("office")
    client.get("/settings")
    db.session.expire_all()
    with counted() as statements:
        assert client.get("/settings/templates").status_code == 200
    assert len(statements) <= MOST, "\n".join(statements)
