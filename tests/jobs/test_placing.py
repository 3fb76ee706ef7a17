"""After the month is frozen its files stand where the office finds them; what stands there is never written again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from caseapp.actions.reports import freeze_month
from caseapp.db import db, unit_of_work
from caseapp.jobs.placing import place_reports, put_whole
from caseapp.jobs.registry import JOBS
from caseapp.kernel.periods import Month
from tests.cases.make import do, log, moment

pytestmark = pytest.mark.either_database

OCTOBER = Month(2026, 10)


@pytest.fixture
def october(as_user) -> str:
    number = log(as_user("grid"), at=moment(2026, 10, 5, 9))
    with unit_of_work(db.session):
        freeze_month(as_user("office"), "TH", OCTOBER)
    return number


@pytest.fixture
def settings(app, clock, tmp_path):
    return dataclasses.replace(app.extensions["caseapp"], instance=tmp_path, clock=clock)


def test_each_revision_has_its_files_and_they_stay(october, settings, as_user, clock):
    assert place_reports(db.session, settings)["files"] >= 2
    folder = settings.instance / "reports" / "2026-10"
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {"太和镇 2026-10 第1版.xlsx", "太和镇 2026-10 第1版.docx"} <= first.keys()
    assert not [name for name in first if name.endswith(".part")]
    assert place_reports(db.session, settings) == {"files": 0}
    clock.pass_by(days=10)
    do(as_user("grid"), october, "resolve", at=moment(2026, 10, 28, 9), method="mediation", evidence="补录")
    with unit_of_work(db.session):
        freeze_month(as_user("office"), "TH", OCTOBER)
    place_reports(db.session, settings)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name in first} == first
    second = Document(folder / "太和镇 2026-10 第2版.docx")
    assert any("期末已化解1件" in paragraph.text for paragraph in second.paragraphs)
    assert load_workbook(folder / "太和镇 2026-10 第2版.xlsx").worksheets


def test_two_processes_that_write_a_file_at_once_each_write_it_whole(tmp_path, monkeypatch):
    """The scheduler and a serving process that starts place the same report."""
    path, real, first = tmp_path / "太和镇.docx", Path.replace, iter([True])

    def replace(beside: Path, target: Path) -> Path:
        if next(first, False):
            put_whole(path, b"of the other")
        return real(beside, target)

    monkeypatch.setattr(Path, "replace", replace)
    put_whole(path, b"ours")
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"ours", [path])


def test_the_job_that_freezes_places_the_files():
    assert next(job for job in JOBS if job.name == "monthly_freeze").afterwards is place_reports


def test_without_a_font_the_log_says_so_once(october, settings, monkeypatch, tmp_path, caplog, as_user):
    with unit_of_work(db.session):
        freeze_month(as_user("office"), "TH-SH", OCTOBER)
    monkeypatch.setattr("caseapp.office.fonts.usual_folders", lambda: [tmp_path / "none"])
    place_reports(db.session, settings)
    assert len(caplog.messages) == 1
    assert "files of reports were not written: no Chinese font" in caplog.messages[0]
    place_reports(db.session, settings)
    assert len(caplog.messages) == 1
