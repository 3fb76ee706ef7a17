"""Keeping what was worked out: frozen reports, which nothing ever edits (rates.md §4)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from caseapp.actions.anchors import put_down, read_anchor
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.paper_templates import drawn
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import SYSTEM, Actor
from caseapp.domain.audit.anchor import Anchor
from caseapp.domain.audit.queries import last_seal
from caseapp.domain.cases.queries import barred_cases
from caseapp.domain.org.models import Unit
from caseapp.domain.org.queries import load_office
from caseapp.domain.org.settings import SPECS
from caseapp.domain.org.tree import Tree
from caseapp.domain.people.queries import names_of
from caseapp.domain.reports.frozen import digest_of, moved_between, written
from caseapp.domain.reports.models import FrozenPaper, FrozenReport, FrozenWords
from caseapp.domain.reports.queries import (
    entered_since,
    frozen_reports,
    read_report,
    stored_report,
    submitted_notes,
)
from caseapp.domain.reports.queries.kept import kept_late
from caseapp.domain.reports.report import Report, as_json
from caseapp.domain.reports.stored import Edition, stored_text
from caseapp.domain.reports.wordbook import CHINESE, Wordbook
from caseapp.kernel.clock import local_day, show_instant
from caseapp.kernel.errors import N_, Conflict, NotAllowed, RuleViolation
from caseapp.kernel.periods import Month

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Press:
    """What an edge brings for freezing: the words of the day, the office's own fonts, the key of anchors."""

    words: Wordbook
    fonts: Sequence[Path] = ()
    key: str = ""


@dataclass(frozen=True)
class _Made:
    """A revision that is not yet written, and its papers; how many seals there were before it was worked out."""

    frozen: FrozenReport
    papers: Mapping[str, bytes]
    seals: int


PLAIN = Press(Wordbook({}, {}))


def freeze_month(
    ctx: Ctx, unit: str, month: Month, *, as_of: datetime | None = None, press: Press = PLAIN
) -> FrozenReport:
    """Freeze a unit's month, worked out and kept in one transaction (``freezing``)."""
    return freezing(ctx, unit, month, as_of=as_of, press=press)()


def freezing(
    ctx: Ctx, unit: str, month: Month, *, as_of: datetime | None = None, press: Press = PLAIN
) -> Callable[[], FrozenReport]:
    """Work out a unit's month, its numbers and the cases behind each, when they were known, with which formulas,
    settings, names and words, and draw its papers; nothing is held meanwhile. What is given keeps them, in a short
    transaction. A month that was frozen before gets the next revision, which says what moved and which cases moved it.

    Raises RuleViolation when the month is not over, or what is known now is what is stored; when it is kept, Conflict
    where somebody else froze it meanwhile.
    """
    anchor = read_anchor(ctx, press.key)
    work = partial(_made, ctx, unit, month, as_of or ctx.now, press, anchor)
    made = work()

    def keep() -> FrozenReport:
        if anchor:
            put_down(ctx, anchor)
        frozen = _keep(ctx, made, work, press)
        if frozen is None:
            raise Conflict(N_("somebody else froze this month meanwhile: look at what they froze"))
        return frozen

    return keep


def freeze_each(ctx: Ctx, month: Month, *, as_of: datetime, press: Press = PLAIN) -> Iterator[Callable[[], object]]:
    """Freeze a month of every town and village that has none frozen yet, one after the other: what is given keeps what
    was worked out and drawn by then, so that nobody waits for that. The anchor that the papers bear is kept first. A
    report that another process froze meanwhile stays as it is."""
    units = [place.code for place in _tree_of(ctx, month, as_of).places.values() if place.tier != "group"]
    due = [unit for unit in units if not frozen_reports(ctx.session, ctx.units.id_of[unit], month)]
    anchor = read_anchor(ctx, press.key) if due else None
    if anchor:
        yield partial(put_down, ctx, anchor)
    for unit in due:
        work = partial(_made, ctx, unit, month, as_of, press, anchor)
        yield partial(_keep, ctx, work(), work, press)


def _keep(ctx: Ctx, made: _Made, work: Callable[[], _Made], press: Press) -> FrozenReport | None:
    """Keep a revision, one process at a time; nothing where another was quicker. What had been entered by then and was
    kept too late to be seen is part of it: it is worked out again, for the same instant gives the same bytes for ever
    (rates.md §4)."""
    unit_id, month = made.frozen.unit_id, Month.parse(made.frozen.month)
    ctx.session.get_one(Unit, unit_id, with_for_update={"key_share": True})
    there = frozen_reports(ctx.session, unit_id, month)
    if (there[0].revision if there else 0) + 1 != made.frozen.revision:
        return None
    return _keep_frozen(ctx, work() if kept_late(ctx.session, made.seals, made.frozen.as_of) else made, press)


def _made(  # noqa: PLR0917 - what was asked for, and what an edge brought
    ctx: Ctx, unit: str, month: Month, as_of: datetime, press: Press, anchor: Anchor | None
) -> _Made:
    """The next revision with its papers, not yet written. Its papers bear the anchor of what is on record now."""
    seals = last_seal(ctx.session)
    earlier = _earlier(ctx, ctx.units.id_of[ctx.units.place(unit).code], month, as_of)
    report = read_report(ctx.session, SYSTEM, ctx.units, unit, month, as_of=as_of)
    moved = _moved(ctx, earlier[0], report) if earlier else {}
    if earlier and not moved["numbers"] and not moved["cases"]:
        raise RuleViolation(
            "month", N_("nothing moved since revision %(revision)d of %(month)s"),
            revision=earlier[0].revision, month=str(month),
        )  # fmt: skip
    frozen = _row(ctx, report, press, moved, revision=earlier[0].revision + 1 if earlier else 1)
    frozen.anchor = anchor.text if anchor else None
    return _Made(frozen, _papers(ctx, frozen, press) if frozen.words else {}, seals)


def _earlier(ctx: Ctx, unit_id: int, month: Month, as_of: datetime) -> list[FrozenReport]:
    """The revisions there are, the last first, when another may follow. Raises NotAllowed, RuleViolation."""
    if not ctx.actor.is_system and unit_id not in ctx.actor.units_with(may.FREEZE):
        raise NotAllowed(N_("your posts do not allow this"))
    if month.window.end >= local_day(as_of):
        raise RuleViolation("month", N_("%(month)s is not over yet: it cannot be frozen"), month=str(month))
    earlier = frozen_reports(ctx.session, unit_id, month)
    if earlier and as_of < earlier[0].as_of:
        raise RuleViolation(
            "as_of", N_("revision %(revision)d of %(month)s knew more than that: the next one knows no less"),
            revision=earlier[0].revision, month=str(month),
        )  # fmt: skip
    return earlier


def _row(ctx: Ctx, report: Report, press: Press, moved: dict[str, Any], *, revision: int) -> FrozenReport:
    office, last = load_office(ctx.session, report.as_of), report.period.window.end
    settings = {key: office.settings.value(key, local_day(report.as_of)) for key in SPECS}
    stored, content = stored_text(_edition(ctx, report, office.targets(last), press), token_hex(16)), as_json(report)
    digest = digest_of(content, settings, stored)
    content["frozen"] = {"revision": revision, "at": show_instant(ctx.now), "digest": digest}
    return FrozenReport(
        unit_id=ctx.units.id_of[report.unit], month=str(report.period), revision=revision, as_of=report.as_of,
        frozen_at=ctx.now, frozen_by=ctx.actor.username, formulas=report.formulas, settings=settings, digest=digest,
        content=written(content), moved=moved, stored=stored, name=report.tree.place(report.unit).name,
        words=press.words.digest if press.words.messages else None,
    )  # fmt: skip


def _edition(ctx: Ctx, report: Report, targets: dict[str, int], press: Press) -> Edition:
    """A report with the names and the words of the day."""
    return Edition(
        report, names_of(ctx.session, set(report.part("lead"))),
        tuple(submitted_notes(ctx.session, ctx.units, report)), targets,
        words=press.words.digest if press.words.messages else "",
    )  # fmt: skip


def _papers(ctx: Ctx, frozen: FrozenReport, press: Press) -> dict[str, bytes]:
    """The papers of a revision, made from what is stored of it.

    Without a Chinese font there is no PDF; it is made from the stored report when it is asked for.
    """
    edition, words = stored_report(ctx.session, SYSTEM, ctx.units, frozen), press.words.words(CHINESE)
    made = {kind: drawn(ctx.session, edition, kind, words, press.fonts).content for kind in ("xlsx", "docx", "csv")}
    try:
        made["pdf"] = drawn(ctx.session, edition, "pdf", words, press.fonts).content
    except RuleViolation as problem:
        log.warning("no PDF of %s %s was kept: %s", edition.report.unit, frozen.month, problem)
    return made


def _keep_frozen(ctx: Ctx, made: _Made, press: Press) -> FrozenReport:
    frozen, digests = made.frozen, {kind: f"sha256:{sha256(paper).hexdigest()}" for kind, paper in made.papers.items()}
    if frozen.words and ctx.session.get(FrozenWords, frozen.words) is None:
        ctx.session.add(FrozenWords(digest=frozen.words, content=press.words.text))
    ctx.session.add(frozen)
    ctx.session.flush()  # the papers name it, and the caller shows it
    ctx.session.add_all(
        FrozenPaper(report_id=frozen.id, kind=kind, digest=digests[kind], content=paper)
        for kind, paper in made.papers.items()
    )
    unit = ctx.units.by_id[frozen.unit_id].code
    told = {"month": frozen.month, "revision": frozen.revision, "digest": frozen.digest, "papers": digests}
    note(ctx, "report_frozen", unit, **told, **({"anchor": frozen.anchor} if frozen.anchor else {}))
    return frozen


def _moved(ctx: Ctx, last: FrozenReport, report: Report, reader: Actor = SYSTEM) -> dict[str, Any]:
    """What moved since the last revision: what is stored against what is known, with the events that were entered since
    then about the cases that moved; all of it as a reader sees it."""
    stored = stored_report(ctx.session, reader, ctx.units, last)
    content = json.loads(last.content) if reader.is_system else as_json(stored.report)
    moved = moved_between(stored, content, report)
    events = entered_since(ctx.session, moved["cases"], last.as_of)
    told = [[number, kind, on.isoformat(), show_instant(at)] for number, kind, on, at in events]
    return {**moved, "events": told}


def compare_with_today(ctx: Ctx, frozen: FrozenReport) -> dict[str, Any]:
    """What would move in a frozen report with today's knowledge, and which cases and events would move it. Who is kept
    out of cases compares their copy with what they see today: nothing tells them that there is more."""
    unit, month = ctx.units.by_id[frozen.unit_id].code, Month.parse(frozen.month)
    reader = ctx.actor if barred_cases(ctx.session, ctx.actor) else SYSTEM
    return _moved(ctx, frozen, read_report(ctx.session, reader, ctx.units, unit, month, as_of=ctx.now), reader)


def _tree_of(ctx: Ctx, month: Month, as_of: datetime) -> Tree:
    """The units as they stood when a month ended."""
    return ctx.units.known_at(as_of).on(month.window.end)
