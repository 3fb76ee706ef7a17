"""Who may add photos and papers to a case, how many, and that each is added once and lies on the disk."""

from __future__ import annotations

import pytest

from caseapp.actions import documents
from caseapp.actions.cases import Act, decide, propose
from caseapp.actions.documents import MOST_A_CASE, Upload, attach, drop_orphans, prepare, withdraw
from caseapp.actions.interests import declare_interest
from caseapp.actions.store import Store
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case
from caseapp.domain.documents.models import Document, DocumentPage
from caseapp.domain.documents.queries import find_document, opinion_of, papers_told, told_beside
from caseapp.domain.supervision.queries import beside
from caseapp.kernel.errors import NotAllowed, OutOfScope, RuleViolation
from tests.cases.make import head, log, petition
from tests.documents.make import add, paper, picture

pytestmark = pytest.mark.either_database


@pytest.fixture
def files(tmp_path):
    return tmp_path / "files"


def test_a_photo_is_on_the_case_and_its_files_are_on_the_disk(as_user, files):
    number = log(as_user("grid"), head())
    document = add(as_user("grid"), number, files, picture(3000, 2000), name="..\\..\\墙角.jpg")
    assert (document.nth, document.kind, document.form, document.name) == (1, "photo", "picture", "墙角.jpg")
    [page] = document.pages
    assert (page.width, page.height) == (2560, 1707)
    assert Store(files).is_whole(page.digest)
    assert Store(files).is_whole(page.thumbnail)
    case = db.session.query(Case).one()
    [listed] = papers_told(beside(db.session, case, as_user("grid").today, told_beside())["paper"])
    assert (listed.nth, listed.added_by, listed.said, listed.withdrawn) == (1, "网格员甲", "墙角.jpg", False)
    noted = db.session.query(AuditEntry).filter_by(action="paper_added").all()
    assert [(one.subject, one.detail["nth"]) for one in noted] == [(number, 1)]


def test_a_paper_keeps_each_page_as_a_picture(as_user, files):
    number = log(as_user("grid"), head())
    document = add(as_user("grid"), number, files, paper(3), kind="agreement", name="协议.pdf")
    assert (document.form, [page.nth for page in document.pages]) == ("pdf", [1, 2, 3])


@pytest.mark.parametrize("who", ["grid", "village", "liaison", "station", "leader", "office"])
def test_who_may_work_on_a_case_may_add(as_user, files, who):
    number = log(as_user("grid"), head())
    assert add(as_user(who), number, files).added_by == who


@pytest.mark.parametrize(
    ("who", "problem"),
    [("auditor", NotAllowed), ("outsider", OutOfScope), ("grid2", OutOfScope), ("admin", OutOfScope),
     ("discipline", OutOfScope)],
)  # fmt: skip
def test_who_may_not_adds_nothing(as_user, files, who, problem):
    number = log(as_user("grid"), head())
    with pytest.raises(problem):
        add(as_user(who), number, files)
    assert db.session.query(Document).count() == 0


def test_who_is_out_of_a_case_adds_nothing_even_just_after_registering_it(as_user, files):
    number = log(as_user("grid"), head())
    with unit_of_work(db.session):
        declare_interest(as_user("grid"), number)
    with pytest.raises(OutOfScope):
        add(as_user("grid"), number, files)


def test_who_registered_an_accusation_adds_to_it_for_an_hour_and_its_desk_always(as_user, files, clock):
    number = log(as_user("grid"), petition(petition_class="accusation"))
    document = add(as_user("grid"), number, files, kind="evidence")
    assert find_document(db.session, as_user("grid").actor, document.id) is None
    assert find_document(db.session, as_user("leader").actor, document.id) is None
    assert find_document(db.session, as_user("discipline").actor, document.id) is not None
    with pytest.raises(OutOfScope):
        add(as_user("village"), number, files)
    clock.pass_by(minutes=61)
    with pytest.raises(OutOfScope):
        add(as_user("grid"), number, files)
    assert add(as_user("discipline"), number, files).nth == 2


def test_nothing_is_added_to_a_case_that_was_voided(as_user, files):
    grid, leader = as_user("grid"), as_user("leader")
    number = log(grid, head())
    with unit_of_work(db.session):
        decide(leader, propose(grid, Act(number, "void", {"reason": "重复登记"})).id, approved=True)
    with pytest.raises(RuleViolation, match="voided or merged"):
        add(grid, number, files)


def test_sent_twice_it_is_added_once(as_user, files):
    number, data = log(as_user("grid"), head()), picture()
    first = add(as_user("grid"), number, files, data, client_id="telephone-1")
    again = add(as_user("grid"), number, files, data, client_id="telephone-1")
    assert again.id == first.id
    with pytest.raises(RuleViolation, match="on the case already, as number 1"):
        add(as_user("grid"), number, files, data)
    assert db.session.query(Document).count() == 1
    other = log(as_user("grid"), head())
    assert add(as_user("grid"), other, files, data, client_id="telephone-1").id != first.id


def test_a_case_has_so_many_and_no_more_but_withdrawn_ones_make_room(as_user, files):
    grid = as_user("grid")
    number = log(grid, head())
    ready = [prepare(Upload("photo", "x", picture())) for _ in range(2)]
    first = add(grid, number, files)
    for nth in range(2, MOST_A_CASE + 1):
        copy = documents.Prepared("photo", "x", None, f"{nth:064}", "picture", ready[0].pages)
        with unit_of_work(db.session):
            attach(grid, number, copy, Store(files))
    with pytest.raises(RuleViolation, match="40 photos and papers at most"), unit_of_work(db.session):
        attach(grid, number, ready[1], Store(files))
    with unit_of_work(db.session):
        withdraw(grid, first.id, "拍错了")
        assert attach(grid, number, ready[1], Store(files)).nth == MOST_A_CASE + 1


def test_an_opinion_is_found_unless_it_was_withdrawn(as_user, files):
    station = as_user("station")
    number = log(as_user("office"), petition())
    case_id = add(as_user("office"), number, files).case_id
    assert opinion_of(db.session, case_id) is None
    first, second = (add(station, number, files, paper(), kind="opinion") for _ in range(2))
    assert opinion_of(db.session, case_id).id == second.id
    with unit_of_work(db.session):
        withdraw(station, second.id, "换新的")
    assert opinion_of(db.session, case_id).id == first.id


def test_a_crash_between_file_and_row_leaves_no_row_without_a_file(as_user, files, monkeypatch, system):
    number = log(as_user("grid"), head())
    monkeypatch.setattr(documents, "note", lambda *_args, **_more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        add(as_user("grid"), number, files)
    assert db.session.query(Document).count() == db.session.query(DocumentPage).count() == 0
    assert len(list(Store(files).digests())) == 2
    assert drop_orphans(system, Store(files)) == 0  # younger than a day: somebody may be about to point at them


def test_a_full_disk_is_said_and_nothing_is_changed(as_user, files, monkeypatch):
    number = log(as_user("grid"), head())

    def full(_self, _content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "put", full)
    with pytest.raises(RuleViolation, match="disk may be full"):
        add(as_user("grid"), number, files)
    assert db.session.query(Document).count() == 0
