"""The file of a case: everything on record lies in it once, in the order of its kind, and each page has its number."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from caseapp.actions.accusations import take_as_accusation
from caseapp.actions.documents import withdraw
from caseapp.actions.store import Store
from caseapp.actions.volume import bind_volume, file_of_case, gather_volume
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.models import Case
from caseapp.domain.issuing.volume import MOST_PAGES, FilePiece, Lack, volumes_of
from tests.cases.make import do, head, log
from tests.documents.make import add, paper
from tests.issuing.make import drafted, issued, petitioned, set_up
from tests.issuing.test_service import BY_HAND, serve
from tests.office.read_pdf import texts

SHEET = {"who": "周甲一", "what": "疏通排水沟", "due_on": "2026-12-10"}


def filed(ctx: Any, number: str) -> Any:
    case = db.session.scalars(select(Case).where(Case.number == number)).one()
    return case, file_of_case(ctx, case)


def told(file: Any) -> list[str]:
    return [f"{one.source} {one.kind} {one.key}".removesuffix(" 0") for pieces in file.volumes for one in pieces]


@pytest.fixture
def quarrel(as_user, tmp_path) -> str:
    """A dispute with two sessions, a signed record of the second, an agreement, what was undertaken in it, a visit."""
    grid = as_user("grid")
    number = log(grid, head())
    add(grid, number, tmp_path, kind="photo")
    do(grid, number, "mediate", result="adjourned", agreed_to=True, place="村委会")
    add(grid, number, tmp_path, kind="other")
    do(grid, number, "mediate", result="agreed", paper="2", note="约定十日内疏通。")
    add(grid, number, tmp_path, paper(3), kind="evidence")
    do(grid, number, "agree", form="written", effective_on="2026-11-23", text="疏通排水沟。")
    do(grid, number, "undertake", nth=1, **SHEET)
    do(grid, number, "resolve", method="mediation", evidence="协议")
    do(as_user("village"), number, "return_visit", result="performing")
    return number


def test_a_mediation_lies_in_the_order_of_its_steps(as_user, quarrel):
    _case, file = filed(as_user("office"), quarrel)
    assert told(file) == [
        "form intake", "form rights", "paper evidence 3", "paper photo 1", "form session 1", "paper other 2",
        "agreement agreement", "form visit 1", "form closing",
    ]  # fmt: skip
    assert file.lacks == [Lack("session", "1"), Lack("agreement"), Lack("undertaking", "1")]


def test_what_was_signed_takes_the_place_of_what_is_made(as_user, quarrel, tmp_path):
    grid = as_user("grid")
    add(grid, quarrel, tmp_path, kind="agreement")
    add(grid, quarrel, tmp_path, kind="voucher")
    do(grid, quarrel, "perform", nth=1, note="收条", paper="5")
    do(as_user("village"), quarrel, "return_visit", result="fulfilled")
    _case, file = filed(as_user("office"), quarrel)
    assert told(file)[6:8] == ["paper agreement 4", "paper voucher 5"]
    assert file.lacks == [Lack("session", "1")]


def test_a_resolution_that_nobody_visited_is_named(as_user):
    number = log(as_user("grid"), head())
    do(as_user("grid"), number, "resolve", method="self_settled", evidence="双方自行和好")
    assert filed(as_user("office"), number)[1].lacks == [Lack("visit")]


def test_a_petition_lies_with_how_it_ended_first(as_user, system, tmp_path):
    set_up(as_user("office"))
    office = as_user("office")
    number = petitioned(as_user)
    add(office, number, tmp_path, kind="letter")
    taken = issued(as_user, number)
    add(office, number, tmp_path, kind="voucher")
    serve(as_user, taken, replace(BY_HAND, paper="2"))
    opinion = issued(as_user, number, "opinion")
    _case, file = filed(office, number)
    assert told(file) == [
        f"letter opinion {opinion.id}", f"letter acceptance {taken.id}", "paper voucher 2", "form register",
        "paper letter 1",
    ]  # fmt: skip
    assert file.volumes[0][1].remark == "李乙二，2026年11月23日送达"
    assert file.lacks == [Lack("not_served", opinion.number)]


def test_a_draft_is_named_as_missing_and_lies_in_no_file(as_user):
    set_up(as_user("office"))
    number = petitioned(as_user)
    drafted(as_user, number)
    _case, file = filed(as_user("office"), number)
    assert told(file) == ["form register"]
    assert file.lacks == [Lack("under_way", "acceptance"), Lack("notice")]


def test_each_page_has_its_number_and_the_list_tells_it(as_user, quarrel, tmp_path):
    office = as_user("office")
    case, _file = filed(office, quarrel)
    with unit_of_work(db.session):
        told_of = gather_volume(office, case, 1)
    pages = texts(bind_volume(told_of, Store(tmp_path)))
    plain = ["".join(page.split()) for page in pages]
    assert "卷宗封面" in plain[0]
    assert "第1册（共1册）" in plain[0]
    assert "备考表" in plain[-1]
    assert "本卷宗共" not in plain[0]
    numbered = plain[2:-1]
    for nth, page in enumerate(numbered, 1):
        assert page.endswith(str(nth))
    for title in ("人民调解当事人权利义务告知书", "人民调解记录", "人民调解结案报告表"):
        begins = next(place for place, page in enumerate(numbered, 1) if title in page)
        line = plain[1][plain[1].index(title) :]
        assert line.removeprefix(title).removeprefix("（第1次）").startswith(str(begins))
    assert f"本卷宗共{len(numbered)}页，其中文书{len(numbered) - 5}页，照片、扫描材料5页" in plain[-1]


@pytest.mark.one_database
def test_a_file_of_many_pages_is_parted_into_volumes():
    dice = random.Random(4)
    pieces = [FilePiece("paper", "photo", nth, dice.randint(1, 30)) for nth in range(1, 120)]
    volumes = volumes_of(pieces)
    assert [one for volume in volumes for one in volume] == pieces
    for volume, after in zip(volumes, [*volumes[1:], []], strict=True):
        pages = sum(one.pages for one in volume)
        assert pages <= MOST_PAGES
        assert not after or pages + after[0].pages > MOST_PAGES
    assert volumes_of([]) == [[]]


def test_a_paper_that_was_withdrawn_lies_in_it_no_more(as_user, quarrel):
    office = as_user("office")
    _case, file = filed(office, quarrel)
    with unit_of_work(db.session):
        withdraw(office, file.papers[3].id, "不是本案的材料")
    assert "paper evidence 3" not in told(filed(office, quarrel)[1])


def test_the_page_lists_it_and_gives_it_out_on_record(as_user, quarrel, browse, tmp_path):
    """Its paper files lie where the application keeps them; one whose file is gone is said, and the rest is whole."""
    browser = browse("office")
    page = browser.get(f"/volumes/of/{quarrel}").get_data(as_text=True)
    assert "/volumes/1/" in page
    assert "卷宗还缺" in page
    assert "第1次调解记录" in page.replace(" ", "")
    assert browser.get(f"/volumes/2/{quarrel}").status_code == 404
    shutil.copytree(tmp_path, current_app.extensions["caseapp"].files, dirs_exist_ok=True)
    answer = browser.get(f"/volumes/1/{quarrel}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    looks = select(AuditEntry.action, AuditEntry.subject).where(
        AuditEntry.action.in_(("contacts_revealed", "letter_taken"))
    )
    assert {tuple(row) for row in db.session.execute(looks)} == {
        ("contacts_revealed", quarrel), ("letter_taken", quarrel)
    }  # fmt: skip


def test_who_archives_is_told_what_the_file_lacks(as_user, quarrel, browse):
    page = browse("office").get(f"/act/archive/{quarrel}").get_data(as_text=True)
    assert "卷宗还缺" in page


def test_nobody_who_writes_waits_while_it_is_drawn(as_user, quarrel, tmp_path):
    office = as_user("office")
    case, _file = filed(office, quarrel)
    with unit_of_work(db.session):
        told_of = gather_volume(office, case, 1)
    db.session.rollback()
    assert bind_volume(told_of, Store(tmp_path)).startswith(b"%PDF")
    assert not db.session().in_transaction(), "it asks nothing of the database"


def test_who_may_see_no_telephone_numbers_finds_none_in_it(as_user, browse):
    number = log(as_user("grid"), head(parties=(Party("party", "周甲一", "13900009999", address="双合村七十七号"),)))
    auditor = browse("auditor")
    for path in (f"/volumes/1/{number}", f"/forms/intake/pdf/{number}"):
        whole = "".join(texts(auditor.get(path).data))
        assert "周甲一" in whole
        assert "13900009999" not in whole
        assert "七十七号" not in whole
    assert "13900009999" in "".join(texts(browse("office").get(f"/volumes/1/{number}").data))


def test_a_letter_in_it_is_a_copy_and_says_so(as_user, tmp_path):
    set_up(as_user("office"))
    number = petitioned(as_user)
    issued(as_user, number)
    case, _file = filed(as_user("office"), number)
    with unit_of_work(db.session):
        told_of = gather_volume(as_user("office"), case, 1)
    pages = texts(bind_volume(told_of, Store(tmp_path)))
    assert [page.startswith("副本") for page in pages if "经审查" in page] == [True]


def test_a_signed_record_that_was_withdrawn_is_lacking(as_user, quarrel):
    office = as_user("office")
    _case, file = filed(office, quarrel)
    with unit_of_work(db.session):
        withdraw(office, file.papers[2].id, "照片不清楚")
    _case, file = filed(office, quarrel)
    assert "form session 2" in told(file)
    assert Lack("session", "2") in file.lacks


def test_an_agreement_of_before_a_reopening_does_not_stand_for_the_one_in_force(as_user, quarrel, tmp_path):
    grid = as_user("grid")
    add(grid, quarrel, tmp_path, kind="agreement")
    assert Lack("agreement") not in filed(grid, quarrel)[1].lacks
    do(grid, quarrel, "reopen", reason="反弹")
    assert "agreement agreement" not in told(filed(grid, quarrel)[1])
    do(grid, quarrel, "mediate", result="agreed")
    do(grid, quarrel, "agree", form="written", effective_on="2026-11-23", text="重新约定。")
    _case, file = filed(grid, quarrel)
    assert Lack("agreement") in file.lacks
    assert [one for one in told(file) if "agreement" in one] == ["paper agreement 4", "agreement agreement"]


def test_an_accusation_has_none(as_user, browse):
    number = petitioned(as_user)
    with unit_of_work(db.session):
        take_as_accusation(as_user("office"), number, "反映干部问题")
    for who in ("office", "discipline", "leader"):
        browser = browse(who)
        assert browser.get(f"/volumes/of/{number}").status_code == 404
        assert browser.get(f"/volumes/1/{number}").status_code == 404
