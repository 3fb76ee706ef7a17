"""Anchors go where somebody who may write the database cannot follow: on paper, into a file, into a mail; and come back."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from stat import S_IMODE

import pytest
import sqlalchemy as sa
from docx import Document

from caseapp.actions.anchors import anchor_now, last_anchor, read_anchor, write_out
from caseapp.actions.notices_outbox import claim, settle, take
from caseapp.actions.reports import Press, freeze_month
from caseapp.actions.settings import set_value
from caseapp.config import read_settings
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.anchor import from_line, from_text
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.notices.digest import anchor_mail
from caseapp.domain.reports.models import FrozenPaper, FrozenReport
from caseapp.domain.reports.wordbook import Wordbook
from caseapp.domain.verification.queries import verify
from caseapp.jobs.placing import place_anchors
from caseapp.jobs.registry import JOBS
from caseapp.jobs.runner import run_slot
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.errors import RuleViolation
from caseapp.kernel.periods import Month
from caseapp.kernel.private import make_private_folder
from caseapp.labels.wordbook import labels_of_today, messages_of_today
from tests.audit.conftest import KEY
from tests.audit.test_verify import tamper
from tests.cases.make import log, moment

pytestmark = pytest.mark.either_database


def anchored(system):
    with unit_of_work(db.session):
        return anchor_now(system, KEY)


def test_the_text_of_an_anchor_is_read_back_however_it_was_typed(system, as_user):
    log(as_user("grid"))
    anchor = anchored(system)
    assert anchor.cases == 1
    for typed in (anchor.text, anchor.text.upper(), anchor.text.replace("-", " "), f"记录锚点：{anchor.text}\n"):
        read = from_text(typed)
        assert read.at == anchor.at
        assert anchor.mark.startswith(read.mark)
        assert verify(db.session, KEY, [read]).broken == []


@pytest.mark.parametrize("wrong", ["", "A1-", "{}", "[1]", "A1-20261399T000000Z-0000-0000-0000-0000-0000"])
def test_what_is_no_anchor_is_named(wrong):
    with pytest.raises(RuleViolation, match="is no anchor"):
        from_line(wrong)


@pytest.mark.parametrize("part", ["a", "s", "u", "c", "f", "at", "mark"])
def test_an_anchor_changed_in_any_part_does_not_hold(system, as_user, part):
    log(as_user("grid"))
    anchor = anchored(system)
    names = {"a": "audit", "s": "seals", "u": "units"}
    changes = {
        "c": {"cases": 2}, "f": {"frozen": 1}, "at": {"at": datetime(2026, 1, 1, tzinfo=SHANGHAI)},
        "mark": {"mark": "0" * 64},
    }  # fmt: skip
    if part in names:
        changes[part] = {"ends": {**anchor.ends, names[part]: anchor.ends[names[part]] - 1}}
    wrong = replace(anchor, **changes[part])
    assert verify(db.session, KEY, [wrong]).broken
    if part in ("at", "mark"):
        assert "is not in the log" in str(verify(db.session, KEY, [from_text(wrong.text)]).broken[0])


def test_an_anchor_on_paper_tells_nobody_how_many_records_there_are(system, as_user):
    """Whoever may not know of accusations could take the cases they see from those that it counts."""
    first = anchored(system).text
    log(as_user("grid"))
    second = anchored(system).text
    assert [re.sub(r"[0-9a-f]{4}", "…", text.split("Z-")[1]) for text in (first, second)] == ["…-…-…-…-…"] * 2


def test_a_cut_tail_a_rewritten_chain_and_a_dropped_case_are_named(system, as_user):
    log(as_user("grid"))
    anchor = anchored(system)
    tamper("DELETE FROM audit_entry WHERE seq = (SELECT max(seq) - 1 FROM audit_entry)")
    told = " ".join(str(one) for one in verify(db.session, KEY, [anchor]).broken)
    assert "audit: what the anchor of 2026-11-23 10:00 holds fast was cut off" in told


def test_the_file_is_added_to_and_never_written_anew(keyed, system, as_user):
    first = anchored(system)
    assert write_out(db.session, keyed.anchors_file) == 1
    kept = keyed.anchors_file.read_text()
    log(as_user("grid"))
    second = anchored(system)
    assert write_out(db.session, keyed.anchors_file) == 1
    assert write_out(db.session, keyed.anchors_file) == 0
    lines = keyed.anchors_file.read_text().splitlines()
    assert keyed.anchors_file.read_text().startswith(kept)
    assert [json.loads(line)["text"] for line in lines] == [first.text, second.text]
    if os.name != "nt":
        assert S_IMODE(keyed.anchors_file.stat().st_mode) == 0o600
    assert verify(db.session, KEY, [from_line(line) for line in lines]).broken == []


def test_a_file_that_cannot_be_reached_stands_in_nobody_s_way_and_is_caught_up_with(keyed, system, tmp_path):
    anchored(system)
    (tmp_path / "far").write_text("a file where the folder should be")
    assert place_anchors(db.session, keyed) == {"anchors": 0}
    (tmp_path / "far").unlink()
    anchored(system)
    assert place_anchors(db.session, keyed) == {"anchors": 2}


def test_the_job_makes_one_each_day_and_puts_it_outside(keyed, world):
    job = next(job for job in JOBS if job.name == "anchor")
    slot = moment(2026, 11, 22, 23, 30)
    assert run_slot(db.session, world.clock, job, slot)
    assert not run_slot(db.session, world.clock, job, slot)
    job.afterwards(db.session, keyed)
    assert len(keyed.anchors_file.read_text().splitlines()) == 1
    assert last_anchor(db.session) in keyed.anchors_file.read_text()


def test_each_paper_of_a_frozen_report_bears_the_anchor_of_its_day(keyed, system, as_user):
    log(as_user("grid"), at=moment(2026, 10, 5, 9))
    press = Press(Wordbook(messages_of_today(), labels_of_today({})), (), KEY)
    with unit_of_work(db.session):
        freeze_month(system, "TH", Month(2026, 10), press=press)
    frozen = db.session.scalar(sa.select(FrozenReport))
    papers = {paper.kind: paper.content for paper in db.session.scalars(sa.select(FrozenPaper))}
    written = "\n".join(paragraph.text for paragraph in Document(BytesIO(papers["docx"])).paragraphs)
    assert frozen.anchor
    assert frozen.anchor in written
    assert verify(db.session, KEY, [from_text(written)]).broken == []
    assert "anchor" not in json.loads(frozen.content)["frozen"]


def test_a_frozen_page_shows_it_and_a_changed_one_is_found(keyed, browse, system):
    client = browse("office")
    client.post("/reports/TH/2026-10/freeze")
    frozen = db.session.scalar(sa.select(FrozenReport))
    page = client.get("/reports/TH/2026-10?revision=1").text
    assert frozen.anchor in page
    assert frozen.anchor in keyed.anchors_file.read_text()
    tamper("UPDATE frozen_report SET anchor = 'A1-other'")
    assert verify(db.session, KEY).broken


def test_the_list_of_the_day_bears_the_latest_one(browse, system):
    assert "A1-" not in browse("leader").get("/day/town").text
    anchor = anchored(system)
    db.session.execute(sa.text("DELETE FROM login_session"))
    db.session.commit()
    assert anchor.text in browse("leader").get("/day/town").text


def test_it_is_mailed_to_whom_the_office_names_and_to_nobody_else(system, as_user):
    anchored(system)
    with unit_of_work(db.session):
        set_value(as_user("office"), "anchor.mails", "watch@county.example\n\nother@organ.example", system.today)
        system.forget_office()
    anchor = anchored(system)
    sent = []
    while (taken := take(system, ("email",))) is not None:
        held = claim(system, taken)
        settle(system, held)
        sent.append((taken.address, taken.anchor))
    assert sorted(sent) == [("other@organ.example", anchor.text), ("watch@county.example", anchor.text)]
    _title, text = anchor_mail(anchor.text, str)
    assert anchor.text in text


@pytest.mark.parametrize("wrong", ["nobody", "a@b", "a b@c.d", "\n".join(f"a{nth}@b.example" for nth in range(11))])
def test_what_is_no_address_is_refused_beside_the_field(browse, wrong):
    answer = browse("office").post("/settings/anchor.mails", data={"value": wrong, "valid_from": "2026-11-23"})
    assert answer.status_code == 422
    assert "is-invalid" in answer.text


def test_commands_make_anchors_and_hold_the_logs_against_them(keyed, run, as_user, tmp_path):
    log(as_user("grid"))
    made = run("audit", "anchor")
    assert made.exit_code == 0, made.stderr
    text = made.stdout.strip()
    (tmp_path / "paper.txt").write_text(f"太和镇\n{text}\n".splitlines()[1])
    for way in ((), ("--anchor",), ("--anchor", text), ("--anchor", tmp_path / "paper.txt")):
        held = run("audit", "verify", *way)
        assert held.exit_code == 0, held.stderr
    assert run("audit", "verify", "--anchor", "nonsense").exit_code == 1
    tamper(
        "DELETE FROM audit_entry WHERE seq >= (SELECT seq - 1 FROM audit_entry WHERE action = 'anchored')",
        "UPDATE chain_head SET seq = (SELECT max(seq) FROM audit_entry), digest = "
        "(SELECT digest FROM audit_entry ORDER BY seq DESC LIMIT 1) WHERE name = 'audit'",
    )
    found = run("audit", "verify", "--anchor")
    assert found.exit_code == 1
    assert "锚点" in found.stderr


@pytest.mark.skipif(os.name == "nt", reason="keeps no such modes")
def test_the_empty_folder_of_a_checkout_becomes_private_and_one_in_use_stays_as_it_is(tmp_path):
    checkout, used = tmp_path / "checkout", tmp_path / "used"
    for folder, name in ((checkout, ".gitkeep"), (used, "secret_key")):
        folder.mkdir(0o755)
        (folder / name).write_text("x" * 64)
        read_settings({"CASEAPP_INSTANCE": str(folder)})
    assert [S_IMODE(one.stat().st_mode) for one in (checkout, used)] == [0o700, 0o755]
    make_private_folder(used / "files" / "ab")
    assert [S_IMODE(one.stat().st_mode) for one in (used / "files", used / "files" / "ab")] == [0o700, 0o700]


def test_a_key_is_made_at_the_first_start_for_its_owner_alone_and_is_in_no_backup(run, tmp_path, keyed):
    folder = tmp_path / "new"
    first = read_settings({"CASEAPP_INSTANCE": str(folder)})
    assert len(first.audit_key) == 64
    assert first.audit_key != first.secret_key
    assert read_settings({"CASEAPP_INSTANCE": str(folder)}).audit_key == first.audit_key
    elsewhere = tmp_path / "elsewhere.key"
    second = read_settings({"CASEAPP_INSTANCE": str(folder), "CASEAPP_AUDIT_KEY_FILE": str(elsewhere)})
    assert elsewhere.read_text() == second.audit_key != first.audit_key
    if os.name != "nt":
        assert S_IMODE((folder / "audit_key").stat().st_mode) == 0o600
        assert S_IMODE(folder.stat().st_mode) == 0o700
    run("backup", tmp_path / "copy")
    assert KEY.encode() not in (tmp_path / "copy").read_bytes()


def test_an_installation_without_a_key_makes_none(system):
    assert read_anchor(system, "") is None
    assert anchor_now(system, "") is None
    assert db.session.query(AuditEntry).filter_by(action="anchored").count() == 0
