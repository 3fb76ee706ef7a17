"""The one list of what runs by the clock. The scheduler knows when; each job calls one action."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from caseapp.actions.anchors import anchor_now
from caseapp.actions.callbacks import pass_on_visits
from caseapp.actions.context import Ctx
from caseapp.actions.deadlines import sweep
from caseapp.actions.duties import turn_day
from caseapp.actions.erasing import forget_erased
from caseapp.actions.notices import tell_of_late_rounds, tell_of_silence, tell_the_day
from caseapp.actions.notices_outbox import gather
from caseapp.actions.org import bring_tree_in_line
from caseapp.actions.readers import see_to_all_readers
from caseapp.actions.reports import Press, freeze_each
from caseapp.actions.retention import propose_erasing
from caseapp.actions.runs import LOOK, keep_finding
from caseapp.actions.screening import begin_screening
from caseapp.actions.sums import pieces
from caseapp.actions.supervision import draft_sheets
from caseapp.config import Settings
from caseapp.domain.meetings.brief import week_of
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.reports.queries import frozen_for
from caseapp.domain.reports.wordbook import Wordbook
from caseapp.domain.verification.queries.damage import damaged
from caseapp.jobs.copying import lay_copy, nightly_backup
from caseapp.jobs.placing import place_anchors, place_briefs, place_reports, tidy_files
from caseapp.jobs.post import post
from caseapp.jobs.schedule import Daily, Every, Monthly, Weekly
from caseapp.kernel.clock import local_day
from caseapp.kernel.errors import N_
from caseapp.kernel.periods import Month
from caseapp.labels.wordbook import labels_of_today, messages_of_today


@dataclass(frozen=True)
class Job:
    """A name, when it is due, what it does for a slot, and what that is in words.

    Without ``catch_up`` only the latest slot runs, however many were missed. ``beforehand`` works out what takes long,
    piece by piece, and gives what keeps each of them, for a transaction of its own; two processes may do so at once.
    ``afterwards`` is done outside the transaction of the slot, in every process, and sees to it itself that nothing is
    done twice. Where the office sets
    the time itself, ``set_by`` tells it, and ``schedule`` says how often to look.
    """

    name: str
    schedule: Daily | Every
    run: Callable[[Ctx, datetime], dict[str, Any]]
    title: str
    catch_up: bool = True
    beforehand: Callable[[Ctx, datetime], Iterable[Callable[[], object]]] | None = None
    afterwards: Callable[[Session, Settings], Any] | None = None
    set_by: Callable[[OfficeRules, date], Daily] | None = None

    def due_by(self, office: OfficeRules, day: date) -> Daily | Every:
        """When it is due under the rules of an office."""
        return self.set_by(office, day) if self.set_by else self.schedule


def nightly_sweep(ctx: Ctx, slot: datetime) -> dict[str, Any]:
    """Flag what was overdue at the end of the day before the slot; tell of the villages' rounds that became late; see
    to it that what complains of somebody has readers."""
    begin_screening(ctx)
    see_to_all_readers(ctx)
    swept = sweep(ctx, local_day(slot) - timedelta(days=1))
    told: dict[str, Any] = {"on": swept.on.isoformat(), "overdue": swept.overdue, "newly_flagged": swept.newly_flagged}
    told |= {"climbed": swept.climbed, "drafted": draft_sheets(ctx, swept.on), "visits_passed_on": pass_on_visits(ctx)}
    return {**told, "silent": tell_of_silence(ctx, swept.on), "rounds": tell_of_late_rounds(ctx, swept.on)}


def morning(ctx: Ctx, slot: datetime) -> dict[str, Any]:
    """Tell each person what is due today (每天一碰头)."""
    return {"told": tell_the_day(ctx, local_day(slot))}


def freeze_each_unit(ctx: Ctx, slot: datetime) -> Iterable[Callable[[], object]]:
    """Freeze the month before the slot for each town and village, with what was known at the slot."""
    words = Wordbook(messages_of_today(), labels_of_today(ctx.office.words(ctx.today)))
    settings = current_app.extensions["caseapp"]
    press = Press(words, settings.fonts, settings.audit_key)
    return freeze_each(ctx, Month.of(local_day(slot)).back(1), as_of=slot, press=press)


def monthly_freeze(ctx: Ctx, slot: datetime) -> dict[str, Any]:
    """How many units' reports of the month before the slot were frozen for it."""
    month = Month.of(local_day(slot)).back(1)
    return {"month": str(month), "frozen": frozen_for(ctx.session, month, slot)}


def freezing(office: OfficeRules, day: date) -> Monthly:
    """The day and the hour of freezing that the office has set."""
    nth, at = office.freezing(day)
    return Monthly(at, day=nth)


def weekly_brief(_ctx: Ctx, slot: datetime) -> dict[str, Any]:
    """The week whose brief is put in place afterwards."""
    return {"week": str(week_of(local_day(slot)))}


def forgotten_files(_ctx: Ctx, _slot: datetime) -> dict[str, Any]:
    """Files that no row points at are deleted afterwards."""
    return {}


def gathering(ctx: Ctx, _slot: datetime) -> dict[str, Any]:
    """Put what is to be told outside the inbox into messages; they are sent afterwards."""
    return {"messages": gather(ctx)}


def daily_anchor(ctx: Ctx, _slot: datetime) -> dict[str, Any]:
    """Hold fast where the logs end: in the log, by mail, and afterwards in the file of anchors."""
    anchor = anchor_now(ctx, current_app.extensions["caseapp"].audit_key)
    return {"anchor": anchor.text if anchor else ""}


def units_of_the_day(ctx: Ctx, _slot: datetime) -> dict[str, Any]:
    """Changes of the tree of units that hold from today on take hold; so does who owes what today."""
    return {"changed": bring_tree_in_line(ctx), "turned": turn_day(ctx)}


def adding_up(ctx: Ctx, _slot: datetime) -> Iterable[Callable[[], object]]:
    """Bring the sums that reports read in line with what cases add to them."""
    return pieces(ctx)


def added_up(_ctx: Ctx, _slot: datetime) -> dict[str, Any]:
    """It is done beforehand, a window at a time."""
    return {}


def look_at_pages(ctx: Ctx, slot: datetime) -> Iterable[Callable[[], object]]:
    """Read every page of the database while nobody waits for it, and keep what is damaged."""
    found = [one.told for one in damaged(ctx.session)]
    ctx.session.rollback()
    yield lambda: keep_finding(ctx, found, slot)


def looked(_ctx: Ctx, _slot: datetime) -> dict[str, Any]:
    """What was found was kept with the slot."""
    return {}


def propose(ctx: Ctx, _slot: datetime) -> dict[str, Any]:
    """Propose whose contacts are erased; nothing is, before two people have signed."""
    return propose_erasing(ctx)._asdict()


def forget(session: Session, _settings: Settings) -> dict[str, Any]:
    """Let nothing be left in the files of the database of what two people had erased."""
    return {"forgotten": 1} if forget_erased(session) else {}


JOBS = (
    Job("units", Daily(time(0, 0)), units_of_the_day, N_("let changes of units take hold"), catch_up=False),
    Job("sweep", Daily(time(0, 30)), nightly_sweep, N_("flag what became overdue")),
    Job(
        "monthly_freeze",
        Every(5),
        monthly_freeze,
        N_("freeze the reports of the month before"),
        set_by=freezing,
        beforehand=freeze_each_unit,
        afterwards=place_reports,
    ),
    Job("morning", Daily(time(7, 30)), morning, N_("tell each person what is due today"), catch_up=False),
    Job(
        "weekly_brief",
        Weekly(time(17, 0), weekday=3),
        weekly_brief,
        N_("write the brief for the Friday meeting"),
        catch_up=False,
        afterwards=place_briefs,
    ),
    Job(
        "files",
        Daily(time(3, 30)),
        forgotten_files,
        N_("delete files nobody points at"),
        catch_up=False,
        afterwards=tidy_files,
    ),
    Job(
        "backup",
        Daily(time(2, 0)),
        nightly_backup,
        N_("back up the database, photos and papers"),
        catch_up=False,
        afterwards=lay_copy,
    ),
    Job(
        "anchor",
        Daily(time(23, 30)),
        daily_anchor,
        N_("anchor the record"),
        catch_up=False,
        afterwards=place_anchors,
    ),
    Job(
        "retention",
        Daily(time(1, 0)),
        propose,
        N_("propose which contacts are erased"),
        catch_up=False,
        afterwards=forget,
    ),
    Job("sums", Every(5), added_up, N_("add up what cases add to figures"), catch_up=False, beforehand=adding_up),
    Job(
        LOOK,
        Daily(time(4, 0)),
        looked,
        N_("read every page of the database"),
        catch_up=False,
        beforehand=look_at_pages,
    ),
    Job("post", Every(5), gathering, N_("send what is to be told outside"), catch_up=False, afterwards=post),
)
