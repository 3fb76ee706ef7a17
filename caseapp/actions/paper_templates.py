"""The office's own Word templates: put in use, gone back from, filled in. A broken one is refused, with why."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.domain.access import permissions as may
from caseapp.domain.reports.models import FileOfTheOffice, PaperTemplate
from caseapp.domain.reports.prose import Words
from caseapp.domain.reports.queries import template_in_use
from caseapp.domain.reports.report import as_json
from caseapp.domain.reports.stored import Edition
from caseapp.kernel.clock import chinese_day
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.office.makers import check_template, fill_template
from caseapp.papers.figures_csv import report_csv
from caseapp.papers.month_workbook import month_workbook
from caseapp.papers.report import as_docx, as_pdf
from caseapp.papers.template_fields import TemplateData, told_month
from caseapp.papers.template_samples import AT, PAPERS, trials

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """A paper; ``problem`` is why the office's template was not used for it, when there is one and it failed."""

    content: bytes
    problem: RuleViolation | None = None


def check_paper(paper: str, data: bytes) -> bytes:
    """A clean copy of a template for a kind of paper. Raises RuleViolation with what is wrong, and where."""
    if paper not in PAPERS:
        raise OutOfScope(N_("there is no such page"))
    return check_template(data, trials(paper), trials(paper)[0], AT)


def put_template(ctx: Ctx, paper: str, file_name: str, data: bytes) -> PaperTemplate:
    """Put a template in use for a kind of paper, from now on. What was used before stays on record. Raises
    RuleViolation with what is wrong, and where; then nothing is changed."""
    ctx.actor.demand(may.SETTINGS)
    content = check_paper(paper, data)
    row = PaperTemplate(paper=paper, file_name=plain_name(file_name))
    keep_file(ctx, row, paper, "template_put", content)
    return row


def use_own(ctx: Ctx, paper: str) -> None:
    """Go back to the program's own template, from now on. Raises RuleViolation when that is in use."""
    ctx.actor.demand(may.SETTINGS)
    if paper not in PAPERS:
        raise OutOfScope(N_("there is no such page"))
    if template_in_use(ctx.session, paper) is None:
        raise RuleViolation("", N_("the program's own template is in use"))
    keep_file(ctx, PaperTemplate(paper=paper, file_name=""), paper, "template_dropped")


def keep_file(ctx: Ctx, row: FileOfTheOffice, subject: str, action: str, content: bytes | None = None) -> None:
    """Put a file that the office sent on record, or with none that what was there is out of use."""
    row.content, row.digest = content, f"sha256:{hashlib.sha256(content).hexdigest()}" if content else ""
    row.put_by, row.put_at = ctx.actor.username, ctx.now
    ctx.session.add(row)
    ctx.session.flush()
    note(ctx, action, subject, version=row.id, file_name=row.file_name, digest=row.digest)


def plain_name(name: str) -> str:
    """The name of a file that was sent, alone, as it can be shown and kept."""
    last = "".join(sign for sign in PureWindowsPath(name).name if sign.isprintable())
    return last[-120:] or "template.docx"


def word_file(session: Session, told: TemplateData) -> Made:
    """A paper as a Word file: by the office's template when there is one for it, else the program's own; the program's
    own too when the template fails, with why. There is a file always."""
    found = template_in_use(session, told.kind) if told.kind else None
    if found is not None and found.content is not None:
        try:
            return Made(filled(found.content, told))
        except RuleViolation as problem:
            log.warning("the template %s of %s failed: %s", found.id, told.kind, problem)
            return Made(as_docx(told.paper, told.scale), problem)
    return Made(as_docx(told.paper, told.scale))


def drawn(session: Session, edition: Edition, kind: str, words: Words, fonts: Sequence[Path] = ()) -> Made:
    """A report on a kind of paper: workbook, Word file, PDF or CSV. The number of accusations stands on no paper of a
    frozen one, because the same paper is for every reader. Raises RuleViolation for a PDF without a font."""
    report, tree = edition.report, edition.tree
    if report.frozen is not None:
        report = report.for_every_reader()
    if kind == "xlsx":
        return Made(month_workbook(report, tree, words.say, words.label))
    if kind == "csv":
        return Made(report_csv(as_json(report)))
    told = told_month(report, tree, words, chinese_day, edition.notes)
    return word_file(session, told) if kind == "docx" else Made(as_pdf(told.paper, fonts))


def fits(template: PaperTemplate) -> RuleViolation | None:
    """Why a stored template cannot be filled in any more: None when it can."""
    try:
        for fields in trials(template.paper):
            fill_template(template.content or b"", fields, trials(template.paper)[0], AT)
    except RuleViolation as problem:
        return problem
    return None


def filled(content: bytes, told: TemplateData) -> bytes:
    """A paper by a template that was let in. Raises RuleViolation."""
    return fill_template(content, told.fields, trials(told.kind)[0], told.paper.at)
