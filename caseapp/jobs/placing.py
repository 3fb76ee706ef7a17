"""Putting frozen reports where the office finds them: workbook, Word file and PDF of each revision in a folder a month.

A file that is there is never written again: what was handed up stays as it was. A revision is a file of its own.
"""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from caseapp.actions.anchors import keep_outside
from caseapp.actions.context import Ctx
from caseapp.actions.documents import drop_orphans
from caseapp.actions.paper_templates import drawn, word_file
from caseapp.actions.store import Store
from caseapp.config import Settings
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.audit.queries import last_slot
from caseapp.domain.meetings.brief import week_of
from caseapp.domain.meetings.queries import read_brief
from caseapp.domain.reports.prose import Words
from caseapp.domain.reports.queries import frozen_paper, frozen_since, stored_report, wordbook_of
from caseapp.kernel.clock import chinese_day, local_day
from caseapp.kernel.errors import RuleViolation
from caseapp.kernel.periods import Month
from caseapp.kernel.private import make_private_folder
from caseapp.labels import label
from caseapp.papers.template_fields import told_week

if TYPE_CHECKING:
    from caseapp.domain.reports.models import FrozenReport

log = logging.getLogger(__name__)
LANGUAGE = "zh_Hans_CN"
KINDS = ("pdf", "docx", "xlsx")  # the last one there says that a revision is done
LOOKED_BACK = 13


def place_reports(session: Session, settings: Settings) -> dict[str, Any]:
    """Write the files of frozen reports that are not there yet. Returns how many were written.

    Without a Chinese font there is no PDF: the log says so in one line, the first time.
    """
    ctx = Ctx(session, SYSTEM, settings.clock)
    written, lacking = 0, Counter[str]()
    for frozen in frozen_since(session, Month.of(ctx.today).back(LOOKED_BACK)):
        paths = _paths(ctx, settings, frozen)
        if not paths[-1].exists():
            absent = [path for path in paths if not path.exists()]
            problems = _write(ctx, settings, frozen, absent)
            written += len(absent) - len(problems)
            lacking.update(problems)
    for problem, count in lacking.items():
        log.warning("%d files of reports were not written: %s", count, problem)
    session.rollback()  # nothing was written to the database
    place_anchors(session, settings)
    return {"files": written}


def place_anchors(session: Session, settings: Settings) -> dict[str, Any]:
    """Add the anchors that are not there yet to the file of anchors. Returns how many."""
    written = keep_outside(session, settings.anchors_file)
    session.rollback()  # nothing was written to the database
    return {"anchors": written}


def place_briefs(session: Session, settings: Settings) -> dict[str, Any]:
    """Write the brief of the week that was last due, for each town, unless it is there. Returns how many."""
    ctx = Ctx(session, SYSTEM, settings.clock)
    run = last_slot(session, "weekly_brief", ctx.now)
    written = 0
    for place in [place for place in ctx.units.places.values() if place.tier == "town"]:
        week = week_of(local_day(run)) if run else None
        if week is None:
            break
        path = settings.instance / "reports" / "weeks" / f"{place.name} {week.start} 周例会简报.docx"
        if not path.exists():
            brief = read_brief(session, SYSTEM, ctx.units, place.code, week.start, now=ctx.now, today=ctx.today)
            with force_locale(LANGUAGE):
                put_whole(
                    path, word_file(session, told_week(brief, ctx.units, Words(gettext, label), chinese_day)).content
                )
            written += 1
    session.rollback()  # nothing was written to the database
    return {"files": written}


def tidy_files(session: Session, settings: Settings) -> dict[str, Any]:
    """Delete the files of photos and papers whose transaction was not kept. Returns how many."""
    dropped = drop_orphans(Ctx(session, SYSTEM, settings.clock), Store(settings.files))
    session.rollback()  # nothing was written to the database
    return {"files": dropped}


def _paths(ctx: Ctx, settings: Settings, frozen: FrozenReport) -> list[Path]:
    """Where the files of a revision stand: reports/2026-10/太和镇 2026-10 第1版.docx in the instance folder."""
    unit = frozen.name or ctx.units.by_id[frozen.unit_id].name
    name = f"{unit} {frozen.month} 第{frozen.revision}版"
    folder = settings.instance / "reports" / frozen.month
    return [folder / f"{name}.{kind}" for kind in KINDS]


def _write(ctx: Ctx, settings: Settings, frozen: FrozenReport, absent: list[Path]) -> list[str]:
    """Write the papers that were stored with a revision; one that was not stored is drawn from the stored report.
    Returns why some could not be."""
    edition, problems = stored_report(ctx.session, SYSTEM, ctx.units, frozen), []
    with force_locale(LANGUAGE):
        words = wordbook_of(ctx.session, frozen).words(LANGUAGE, Words(gettext, label))
        for path in absent:
            kind = path.suffix[1:]
            try:
                kept = frozen_paper(ctx.session, frozen, kind)
                put_whole(path, kept or drawn(ctx.session, edition, kind, words, settings.fonts).content)
            except RuleViolation as problem:
                problems.append(str(problem))
    return problems


def put_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, also when two processes write it at once."""
    make_private_folder(path.parent)
    with NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", suffix=".part", delete=False) as beside:
        half = Path(beside.name)
        try:
            beside.write(content)
            beside.close()
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
