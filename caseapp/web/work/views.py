"""/: my desk. What is late and since when, what turns late this week, what waits for me, what moved since yesterday."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeVar

from flask import Blueprint, current_app, g, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required

from caseapp.actions.transfer_sheets import to_do_outside
from caseapp.db import db, planned_for_anybody
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.audit.backups import backup_problem
from caseapp.domain.audit.queries import last_backup
from caseapp.domain.cases.queries import OPEN
from caseapp.domain.cases.queries.piles import (
    Part,
    Pile,
    Piles,
    accusations_where,
    cases_where,
    moved_since,
    to_accept,
    to_serve,
    without_team,
)
from caseapp.domain.deadlines.queries import (
    MOST,
    coming,
    late_with_others,
    overdue_list,
)
from caseapp.domain.deadlines.queries.desk import DeskLine, DeskLists, desk_lines
from caseapp.domain.deadlines.queries.items import DueHead
from caseapp.domain.deadlines.queries.lines import LitLine
from caseapp.domain.deadlines.rules import light
from caseapp.domain.meetings.queries import Task, other_tasks
from caseapp.domain.moves.queries.deciding import Waiting, still_possible, without_those_barred
from caseapp.domain.notices.queries import TOLD
from caseapp.domain.supervision.queries import sheets_waiting
from caseapp.domain.teams.queries import (
    held_by_posts,
    proposals_waiting,
    touches,
    unsigned,
)
from caseapp.domain.teams.queries.acting import stands
from caseapp.domain.teams.queries.waits import waiting_for
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.errors import CaseappError
from caseapp.kernel.periods import Month
from caseapp.web.cases.merges import effects
from caseapp.web.cases.namings import told
from caseapp.web.cases.present import CaseRow, rows_of_lines
from caseapp.web.cases.views import count_text
from caseapp.web.screening.present import desk_rows
from caseapp.web.session import ctx
from caseapp.web.work.machine import machine

room = Blueprint("work", __name__)
SHOWN, FIRST = 8, 20
Found = TypeVar("Found")
LIGHTS = ("red", "yellow", "green")
GROUPS = {"red": ("red",), "soon": ("yellow", "green"), "others": ("others",)}
"""The groups into which the items of each list fall."""
ACT_FOR = {
    "first_contact": "follow_up",
    "follow_up": "follow_up",
    "return_visit": "return_visit",
    "notice": "serve_notice",
    "handle": "follow_up",
    "perform": "resolve",
    "answer_above": "report",
    "undertaking": "perform",
}


class DeskRow(NamedTuple):
    """A due item on a desk: the row, the act that meets it, the number to call, whether somebody can be urged. ``act``
    is ``name_visitor`` where the office names who makes a return visit."""

    row: CaseRow
    kind: str
    act: str | None
    phone: str
    acting: bool
    mine: bool
    may_urge: bool


@dataclass(frozen=True)
class DeskGroup:
    """The rows of a group that are shown, and how many there are; ``more``: that is as far as was counted."""

    rows: list[DeskRow]
    count: int
    more: bool


@room.get("/")
@login_required
def show() -> str:
    """My work."""
    context = ctx()
    planned_for_anybody(db.session)
    actor, today = context.actor, context.today
    groups, piles = _desk()
    of_kind = _by_kind(other_tasks(db.session, actor, context.now, today, context.office))
    rounds = desk_rows(context, of_kind["round"])
    waiting = _if_any(of_kind["to_decide"], _waiting)
    return render_template(
        "work/show.html",
        groups=[(light, groups[light], rounds[light]) for light in LIGHTS],
        others=groups["others"],
        total=sum(one.count for one in groups.values()) + sum(map(len, rounds.values())),
        waiting=waiting,
        possible=still_possible(context, [one for one, *_ in waiting]),
        merges=effects(context, waiting),
        namings=told(context, waiting),
        sheets=_if_any(of_kind["sheet"], lambda: sheets_waiting(db.session, actor, today)),
        tasks=of_kind["asked"],
        visits=of_kind["callback"],
        pressed=of_kind["pressed"],
        decided=of_kind["decided"],
        frozen=[(task, Month.parse(task.text)) for task in of_kind["frozen"]],
        piles=piles,
        backup=_backup_problem() if actor.may(may.ACCOUNTS) else None,
        missing_year=context.office.missing_year(today) if actor.may(may.SETTINGS) else None,
        today=today,
        outside=to_do_outside(context),  # always asked for: that there is any is nobody else's to measure
        machine=machine(),
        elsewhere=_elsewhere(),
    )


def _if_any(marks: list[Task], read: Callable[[], list[Found]]) -> list[Found]:
    """What is read where there is any."""
    return read() if marks else []


def _waiting() -> list[Waiting]:
    """What the reader is to decide for others."""
    context = ctx()
    asked = without_those_barred(context, proposals_waiting(db.session, context.actor, context.today))
    return [one for one in asked if one[2]]


def _backup_problem() -> CaseappError | None:
    """What is wrong with the backups of this installation."""
    settings, run = current_app.extensions["caseapp"], last_backup(db.session)
    now, nightly = ctx().now, settings.backups is not None
    made, wanted = run.ran_at if run else now, nightly or settings.production
    return backup_problem(run.result if run else None, made, now, nightly=nightly, wanted=wanted)


def _by_kind(tasks: Iterable[Task]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for task in tasks:
        found[task.kind].append(task)
    return found


def _desk() -> tuple[dict[str, DeskGroup], list[dict[str, object]]]:
    """What is mine to do by its light, and what others are late with; of each the first few, or the whole group when
    the address asks for it. And what there is to take up: cases to sign for, to accept, to staff; what moved since
    yesterday."""
    context = ctx()
    found, full = _heads()
    shown = {name: some[: MOST if request.args.get("all") == name else FIRST] for name, some in found.items()}
    kept, lamps = stands(db.session, context.today), context.office.lamps(context.today)
    piles = _lists_of_piles(context.actor, context.today, MOST, kept=kept).found(db.session)
    ids = [one.id for some in shown.values() for one in some]
    cases = {key for _count, some in piles.values() for key in some}
    lines, of_cases = desk_lines(
        db.session, context.actor, ids, cases, day=context.today, units=context.units, lamps=lamps
    )
    groups = {name: _rows(name, heads, lines) for name, heads in shown.items()}
    told = {name: DeskGroup(rows, len(found[name]), name in full) for name, rows in groups.items()}
    return told, _piles(piles, of_cases)


def _heads() -> tuple[dict[str, list[DueHead]], set[str]]:
    """The items of each group, and the groups that were not counted to their end. What is late and what is due soon are
    lists of their own, so that neither takes the room of the other."""
    context = ctx()
    today, lamps = context.today, context.office.lamps(context.today)
    lists, late = _lists(context.actor, today, MOST).found(db.session)
    g.owed = len(lists["red"]) + len(lists["soon"]), late  # what the frame tells too
    full = {name for group, names in GROUPS.items() for name in names if len(lists[group]) > MOST}
    found: dict[str, list[DueHead]] = {name: [] for names in GROUPS.values() for name in names}
    for head in lists["soon"][:MOST]:
        found[light(head.due_on, head.days, today, lamps)].append(head)
    return found | {name: lists[name][:MOST] for name in ("red", "others")}, full


@lru_cache(maxsize=512)
def _lists(actor: Actor, today: date, most: int) -> DeskLists:
    """The lists of due items on a desk. They are kept for the day: putting the questions together costs more than
    asking them."""
    lists = {
        "red": overdue_list(actor, today, mine=True),
        "soon": coming(actor, today),
        "others": late_with_others(actor, today),
    }
    return DeskLists(lists, most + 1, overdue_list(actor, today), TOLD)


def _elsewhere() -> tuple[str, str]:
    """Where to go from an empty desk: an address and its name."""
    actor = ctx().actor
    if actor.may(may.WORK):
        return url_for("cases.listing", mine=1), gettext("My cases")
    if actor.may(may.ACCOUNTS):
        return url_for("accounts.listing"), gettext("Accounts")
    return url_for("cases.listing"), gettext("Cases")


def _rows(name: str, heads: Iterable[DueHead], lines: Mapping[int, DeskLine]) -> list[DeskRow]:
    found = [lines[one.id] for one in heads if one.id in lines]
    rows = rows_of_lines(ctx(), (one.line for one in found))
    return [_row(*both, mine=name != "others") for both in zip(found, rows, strict=True)]


def _row(one: DeskLine, row: CaseRow, *, mine: bool) -> DeskRow:
    kind = one.line.item.kind
    act = "name_visitor" if kind == "return_visit" and one.of_office else ACT_FOR.get(kind)
    return DeskRow(
        row, kind, act if mine else None, one.phone, one.acting and mine, mine,
        may_urge=not mine and one.person is not None,
    )  # fmt: skip


def _piles(found: Mapping[str, Pile], lines: Mapping[int, LitLine]) -> list[dict[str, object]]:
    rows = dict(zip(lines, rows_of_lines(ctx(), lines.values()), strict=True))
    return [
        {"name": name, "count": count_text(count, MOST), "rows": [rows[key] for key in some]}
        for name, (count, some) in found.items()
    ]


@lru_cache(maxsize=512)
def _lists_of_piles(actor: Actor, today: date, most: int, *, kept: bool) -> Piles:
    return Piles(_wanted(actor, today, kept=kept), SHOWN, most)


def _wanted(actor: Actor, today: date, *, kept: bool) -> dict[str, list[Part]]:
    yesterday = datetime.combine(today - timedelta(days=1), time(), SHANGHAI)
    seat = partial(waiting_for, actor, day=today, kept=kept)
    wanted: dict[str, list[Part]] = {}
    if actor.may(may.SEALED):
        wanted["sealed"] = [accusations_where(actor, OPEN)]
    if actor.may(may.WORK):
        wanted["to_sign"] = [cases_where(actor, unsigned(), held) for held in held_by_posts(actor)]
        wanted["to_plan"] = [seat("plan_at")]
    if actor.may(may.REPLY):
        wanted["to_reply"] = [seat("reply_at")]
    if actor.may(may.FILE):
        wanted["to_serve"] = [cases_where(actor, to_serve())]
    elif actor.may(may.REPLY):
        wanted["to_serve"] = [seat("paper_at")]
    if actor.may(may.APPROVE):
        wanted["to_accept"] = [cases_where(actor, to_accept())]
        wanted["no_team"] = without_team(actor, today)
    if actor.may(may.READ):
        wanted["moved"] = [cases_where(actor, touches(actor.username), moved_since(yesterday, actor.username))]
    return wanted
