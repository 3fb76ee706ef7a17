"""The house stands as it was drawn: who may import whom, who may ask the time, who may commit."""

from __future__ import annotations

import re

import pytest

from tests.house.code import ROOT, Module, place_of, read_modules
from tests.house.rules import ROOMS, RULES, Rule

MODULES = read_modules()
RULE = {rule.name: rule for rule in RULES}

CAUGHT = [
    ("every module stands on the plan", "caseapp.extras.letters", ""),
    ("every module stands on the plan", "caseapp.domain.weather.rules", ""),
    ("kernel imports the standard library alone", "caseapp.kernel.clock", "import pytz"),
    ("kernel imports the standard library alone", "caseapp.kernel.clock", "from caseapp.domain.cases import words"),
    ("office knows file formats alone", "caseapp.office.xlsx", "from caseapp.domain.cases.words import SEATS"),
    ("office knows file formats alone", "caseapp.office.xlsx", "from flask import send_file"),
    ("office knows file formats alone", "caseapp.office.docx_fill", "from jinja2 import Environment"),
    ("config and db know nobody above", "caseapp.db", "from caseapp.actions.cases import register"),
    ("pure files know no tables and no libraries", "caseapp.domain.cases.states", "from sqlalchemy import select"),
    ("pure files know no tables and no libraries", "caseapp.domain.cases.states", "from caseapp.db import db"),
    (
        "pure files know no tables and no libraries",
        "caseapp.domain.teams.seats",
        "from caseapp.domain.cases import models",
    ),
    ("pure files know no tables and no libraries", "caseapp.domain.cases.states", "from . import models"),
    ("pure files know no tables and no libraries", "caseapp.domain.cases.states", "import sqlite3"),
    ("rooms look left, never right", "caseapp.domain.cases.states", "import caseapp.domain.deadlines.rules"),
    ("rooms look left, never right", "caseapp.domain.cases.queries", "from caseapp.domain.reports import monthly"),
    ("models know no other room", "caseapp.domain.cases.models", "from caseapp.domain.org.models import Unit"),
    ("models know no other room", "caseapp.domain.cases.models", "from caseapp.domain.org.tree import Tree"),
    ("models know no other room", "caseapp.domain.cases.models", "from flask import g"),
    ("queries know no Flask", "caseapp.domain.cases.queries", "from flask_login import current_user"),
    ("queries know no Flask", "caseapp.domain.cases.queries", "from caseapp.actions.context import Ctx"),
    ("queries only read", "caseapp.domain.cases.queries", "from sqlalchemy import update as u\nu(1)"),
    ("queries only read", "caseapp.domain.cases.queries", "def f(session): session.add(1)"),
    ("papers render what they are handed", "caseapp.papers.report", "from sqlalchemy import select"),
    ("papers render what they are handed", "caseapp.papers.report", "from caseapp.actions.cases import register"),
    ("papers render what they are handed", "caseapp.papers.report", "from caseapp.domain.cases.models import Case"),
    ("actions know no Flask, forms or edges", "caseapp.actions.cases", "import flask_babel"),
    ("actions know no Flask, forms or edges", "caseapp.actions.cases", "from caseapp.web.cases.forms import F"),
    ("actions know no Flask, forms or edges", "caseapp.actions.cases", "from caseapp.config import Settings"),
    ("edges go through actions and queries", "caseapp.web.cases.views", "from caseapp.domain.cases.models import Case"),
    ("edges go through actions and queries", "caseapp.cli.server", "from caseapp import tables"),
    ("queries know no Flask", "caseapp.domain.cases.queries", "from caseapp import tables"),
    ("edges go through actions and queries", "caseapp.jobs.runner", "from caseapp import create_app"),
    ("edges go through actions and queries", "caseapp.api.cases", "from caseapp.office.xlsx import write_book"),
    ("edges do not know each other", "caseapp.jobs.runner", "from caseapp.web import install"),
    ("edges do not know each other", "caseapp.kernel.clock", "import caseapp.cli"),
    ("labels are words for the edges", "caseapp.labels", "from caseapp.domain.cases import words"),
    ("labels are words for the edges", "caseapp.actions.cases", "from caseapp.labels import LABELS"),
    ("the scheduler stands in one file", "caseapp.jobs.runner", "from apscheduler.triggers.cron import CronTrigger"),
    ("the invented township stands apart", "caseapp.demo.township", "from caseapp.domain.cases import words"),
    ("the invented township stands apart", "caseapp.web.views", "from caseapp.demo import township"),
    ("time and actor are arguments", "caseapp.actions.cases", "from datetime import datetime as d\nd.now()"),
    ("time and actor are arguments", "caseapp.domain.cases.states", "import datetime as t\nt.date.today()"),
    ("time and actor are arguments", "caseapp.kernel.clock", "from datetime import datetime\ndatetime.now()"),
    ("time and actor are arguments", "caseapp.kernel.periods", "from time import time\ntime()"),
    ("time and actor are arguments", "caseapp.actions.cases", "from flask_login import current_user as me\nme.id"),
    ("time and actor are arguments", "caseapp.domain.cases.queries", "from sqlalchemy import func\nfunc.now()"),
    ("unit_of_work alone commits", "caseapp.actions.cases", "def f(ctx): ctx.session.commit()"),
    ("unit_of_work alone commits", "caseapp.web.views", "def f(db): db.session().commit()"),
    ("imports stand at the top", "caseapp.actions.cases", "def f():\n    import json"),
    ("imports stand at the top", "caseapp.domain.cases.states", "import importlib\nimportlib.import_module('x')"),
    ("files are named after their subject", "caseapp.web.utils", ""),
    ("files are named after their subject", "caseapp.domain.cases.manager_of_cases", ""),
    ("no ring of imports", "caseapp.domain.cases.words", "from caseapp.domain.cases import models"),
]

FINE = [
    ("caseapp.kernel.clock", "from datetime import UTC, datetime\ndef system_clock():\n    return datetime.now(UTC)"),
    ("caseapp.domain.cases.words", "import re\nfrom caseapp.domain.org.tree import Tree"),
    ("caseapp.domain.teams.queries", "from sqlalchemy import select\nfrom caseapp.domain.cases.models import Case"),
    ("caseapp.actions.cases", "from caseapp.office.xlsx import write_book\ndef f(ctx): return ctx.now, ctx.today"),
    ("caseapp.papers.report", "from caseapp.office.xlsx import write_book"),
    ("caseapp.actions.cases", "from sqlalchemy import update\ndef f(ctx): ctx.session.execute(update(1))"),
    (
        "caseapp.web.views",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from caseapp.domain.org.models import Unit",
    ),
    (
        "caseapp.web.views",
        "from caseapp.db import db, unit_of_work\nfrom caseapp.domain.cases.queries import find_case",
    ),
    ("caseapp.web.views", "from caseapp.labels import LABELS"),
    ("caseapp.cli.server", "from caseapp import create_app\nfrom caseapp.jobs.scheduler import start"),
    ("caseapp.office.docx_sandbox", "from jinja2.sandbox import SandboxedEnvironment"),
    ("caseapp.jobs.scheduler", "from apscheduler.schedulers.background import BackgroundScheduler"),
    ("caseapp.tables", "from caseapp.domain.cases import models as cases"),
    ("caseapp.migrations.env", "def f(connection): connection.commit()"),
]

NEIGHBOURS = (
    "caseapp.domain.cases.models", "caseapp.domain.org.models", "caseapp.domain.cases.words", "caseapp.domain.org.tree",
    "caseapp.domain.deadlines.rules", "caseapp.domain.reports.report", "caseapp.demo.township", "caseapp.labels",
    "caseapp.tables", "caseapp",
)  # fmt: skip


def broken(rule: Rule, modules: dict[str, Module]) -> list[str]:
    return [
        f"{modules[module].path or module}:{line} {what}. Instead: {rule.instead}."
        for module, line, what in rule.broken(modules)
    ]


def snippet(name: str, source: str) -> dict[str, Module]:
    """A tiny application: one file with this source among empty neighbours, one of which looks back at words."""
    neighbours = {other: Module(other, "") for other in NEIGHBOURS}
    back = Module("caseapp.domain.cases.models", "from caseapp.domain.cases import words")
    return neighbours | {back.name: back} | {name: Module(name, source)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_application_keeps_the_rule(rule: Rule) -> None:
    found = broken(rule, MODULES)
    assert not found, f"{rule.name}\n" + "\n".join(found)


@pytest.mark.parametrize(("name", "module", "source"), CAUGHT)
def test_a_break_of_the_rule_is_caught(name: str, module: str, source: str) -> None:
    assert broken(RULE[name], snippet(module, source))


@pytest.mark.parametrize(("module", "source"), FINE)
def test_what_the_plan_allows_is_not_reported(module: str, source: str) -> None:
    assert [line for rule in RULES for line in broken(rule, snippet(module, source))] == []


def test_every_rule_has_a_break_that_is_caught() -> None:
    assert {name for name, _, _ in CAUGHT} == set(RULE)


def test_the_application_was_read() -> None:
    assert {"caseapp", "caseapp.kernel.clock", "caseapp.domain.cases.states"} <= set(MODULES)


def test_a_relative_import_is_resolved_inside_its_package() -> None:
    package = Module("caseapp.web", "from . import login", "caseapp/web/__init__.py")
    assert [one.target for one in package.imports(["caseapp.web.login"])] == ["caseapp.web.login"]


def test_a_models_file_is_known_by_its_name() -> None:
    assert place_of("caseapp.domain.cases.models").kind == "models"
    assert place_of("caseapp.domain.cases.words").kind == "pure"


def test_the_picture_of_the_house_names_every_storey_and_room() -> None:
    page = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    for storey in ("kernel", "office", "domain", "papers", "actions", "labels", "web", "jobs", "cli", "demo"):
        assert f"`caseapp/{storey}/`" in page, storey
    assert tuple(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == ROOMS
