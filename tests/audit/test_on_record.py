"""Each act that shows or takes away what is protected, or changes who may what: tried, and found on the page of the log by
its filter."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path
from stat import S_IMODE

import pytest

from caseapp.actions import accounts, settings
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.people.queries import user_named
from caseapp.web.entrance import word_of
from tests.cases.make import head, log
from tests.conftest import FIELD_KEYS
from tests.documents.make import add, picture

pytestmark = pytest.mark.either_database

LINE = re.compile(r'<p class="log-line">.*?</p>', re.DOTALL)


def see_a_code(world) -> None:
    number = log(world.as_user("office2"), head())
    world.browse("office").post(f"/receipt/{number}")
    assert world.browse_on("office").get(f"/receipt/{number}").status_code == 200


def take_the_picture_of_a_receipt(world) -> None:
    see_a_code(world)
    number = "太调〔2026〕0001号"
    assert world.browse_on("office").get(f"/receipts/svg/{number}").status_code == 200


def reveal_a_number(world) -> None:
    number = log(world.as_user("grid"), head())
    assert world.browse("office").post(f"/contacts/{number}", data={"reason": "约见当事人"}).status_code == 200


def open_a_paper(world) -> None:
    number = log(world.as_user("grid"), head())
    paper = add(world.as_user("grid"), number, world.app.extensions["caseapp"].files, picture(300, 200)).id
    client = world.browse("office")
    assert client.get(f"/papers/{word_of(paper)}/thumbnail").status_code == 200
    assert client.get(f"/papers/{word_of(paper)}/file").status_code == 200


def take_a_report(world) -> None:
    assert world.browse("office").get("/reports/TH/2026-10.xlsx").status_code == 200


def take_the_numbers(world) -> None:
    assert world.browse("office").get("/reports/TH/2026-10.json").status_code == 200


def take_the_brief(world) -> None:
    assert world.browse("office").get("/week/TH/2026-11-20.docx").status_code == 200


def take_a_report_by_command(world) -> None:
    assert world.run("report", "month", "2026-10", "--unit", "TH", "--json").exit_code == 0


def export_cases(world) -> None:
    file = world.folder / "cases.jsonl"
    told = world.run("cases", "export", file, "--with-contacts", "--reason", "上级调阅")
    assert told.exit_code == 0, told.stderr
    if os.name != "nt":
        assert S_IMODE(file.stat().st_mode) == 0o600


def export_a_ledger(world) -> None:
    assert world.run("ledger", "export", world.folder / "ledger.xlsx", "--unit", "TH").exit_code == 0


def give_a_post(world) -> None:
    with unit_of_work(db.session):
        ctx = world.as_user("admin")
        accounts.add_post(ctx, user_named(db.session, "grid2"), "village", "TH-DS")


def change_a_setting(world) -> None:
    with unit_of_work(db.session):
        ctx = world.as_user("office")
        settings.set_value(ctx, "days.team", "5", ctx.today)


def act_as_somebody(world) -> None:
    assert world.run("overdue", "--unit", "TH", "--json", "--as", "leader").exit_code == 0


def be_refused(world) -> None:
    assert world.browse("grid").get("/accounts").status_code == 403


def export_the_log(world) -> None:
    assert world.browse("auditor").get("/audit.csv").status_code == 200


ACTS = {
    see_a_code: ("looks", "code_seen", "office"),
    take_the_picture_of_a_receipt: ("looks", "code_seen", "office"),
    reveal_a_number: ("looks", "contacts_revealed", "office"),
    open_a_paper: ("looks", "paper_opened", "office"),
    take_a_report: ("exports", "report_taken", "office"),
    take_the_numbers: ("exports", "report_taken", "office"),
    take_the_brief: ("exports", "report_taken", "office"),
    take_a_report_by_command: ("exports", "report_taken", SYSTEM.username),
    export_cases: ("exports", "cases_exported", SYSTEM.username),
    export_a_ledger: ("exports", "ledger_exported", SYSTEM.username),
    give_a_post: ("accounts", "post_added", "admin"),
    change_a_setting: ("settings", "setting_changed", "office"),
    act_as_somebody: ("command_line", "acted_as", SYSTEM.username),
    be_refused: ("refusals", "refused", "grid"),
    export_the_log: ("exports", "log_exported", "auditor"),
}


@pytest.fixture
def acting(app, as_user, browse, run, tmp_path):
    """The small world with everything an act needs; a person logged in stays so."""

    class World:
        clients: dict[str, object] = {}

        def browse(self, name):
            self.clients[name] = self.clients.get(name) or browse(name)
            return self.clients[name]

        browse_on = browse

    world = World()
    world.clients = {}
    world.app, world.as_user, world.run, world.folder = app, as_user, run, tmp_path
    return world


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_an_act_is_on_record_and_found_by_its_family_itself_and_who(acting, act):
    auditor = acting.browse("auditor")
    filters = _filters(*ACTS[act])
    before = [_found(auditor, asked) for asked in filters]
    act(acting)
    assert [_found(auditor, asked) > count for asked, count in zip(filters, before, strict=True)] == [True] * 3


def _found(auditor, asked):
    return len(LINE.findall(auditor.get("/audit", query_string=asked).text))


def _filters(family, action, actor):
    """By its family and who; by itself; by itself and the day."""
    day = {"first": "2026-11-23", "last": "2026-11-23"}
    return [{"what": family, "who": actor}, {"what": action}, {"what": action, **day}]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such modes")
def test_a_backup_is_for_its_owner_alone(run, tmp_path):
    old = os.umask(0o022)
    try:
        assert run("backup", tmp_path / "copy").exit_code == 0
    finally:
        os.umask(old)
    assert S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such modes")
def test_check_says_what_others_may_open(run, app, monkeypatch):
    def told() -> str:
        return next(line for line in run("check").stdout.splitlines() if line.split()[1] == "privacy")

    folder = app.extensions["caseapp"].instance
    keys = Path(shutil.copy(FIELD_KEYS, folder / "field_keys"))
    monkeypatch.setitem(app.extensions, "caseapp", replace(app.extensions["caseapp"], field_keys=keys))
    folder.chmod(0o755)
    assert told().startswith("BAD")
    assert str(folder) in told()
    folder.chmod(0o700)
    for file in folder.glob("*.sqlite3"):
        file.chmod(0o600)
    keys.chmod(0o640)
    assert (told().startswith("BAD"), str(keys) in told()) == (True, True)
    keys.chmod(0o600)
    assert told().startswith("ok")
