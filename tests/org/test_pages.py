"""The pages of the tree: what moves is shown before it is put on record."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest

from caseapp.db import db
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.models import Case
from caseapp.domain.org.models import UnitRequest
from caseapp.domain.org.queries import load_units
from tests.cases.make import do, head, log

pytestmark = pytest.mark.one_database

DAY = "2026-11-23"


def looked(client, path: str, **form: str) -> str:
    page = client.post(path, data=form)
    assert page.status_code == 200, page.text
    return page.text


def keep(client, path: str, **form: str) -> None:
    sign = looked(client, path, **form).split('name="looked" type="hidden" value="')[1].split('"')[0]
    answer = client.post(path, data={**form, "looked": unescape(sign), "keep": "1"})
    assert answer.status_code == 302, answer.text


def agree(client) -> None:
    """Somebody else looks at what waits, and agrees to it."""
    key = db.session.query(UnitRequest).filter_by(decided_at=None).one().id
    sign = client.get(f"/units/requests/{key}").text.split('name="looked" value="')[1].split('"')[0]
    client.post(f"/units/requests/{key}/approve", data={"looked": sign})


def test_a_merger_shows_what_moves_and_is_put_on_record_only_then(browse, as_user):
    number = log(as_user("grid2"), head(unit="TH-DS-01"))
    do(as_user("grid2"), number, "escalate", to="TH-DS", reason="难")
    client = browse("office")
    form = {"into": "TH-SH", "from_on": DAY, "reason": "合村并居"}
    page = looked(client, "/units/TH-DS/merge", **form)
    for told in (number, "顶上村第一组", "村干部乙", "双合村", "提请审批"):
        assert told in page
    keep(client, "/units/TH-DS/merge", **form)
    assert "TH-DS" in load_units(db.session).places
    agree(browse("leader"))
    db.session.expire_all()
    units = load_units(db.session)
    assert units.into == {"TH-DS": "TH-SH"}
    assert db.session.query(Case).filter_by(number=number).one().holder_id == units.id_of["TH-SH"]
    entry = db.session.query(AuditEntry).filter_by(action="unit_changed").one()
    assert (entry.actor, entry.subject, entry.detail["reason"]) == ("leader", "TH-DS", "合村并居")
    assert "合村并居" in client.get("/units/TH-DS").text
    assert "已并入" in client.get("/units").text


def test_what_was_not_looked_at_is_not_put_on_record(browse):
    client = browse("office")
    form = {"into": "TH-SH", "from_on": DAY, "reason": "合村并居", "looked": "another", "keep": "1"}
    assert client.post("/units/TH-DS/merge", data=form).status_code == 200
    assert load_units(db.session).into == {}


def test_a_unit_is_opened_renamed_moved_and_closed(browse):
    client, second = browse("office"), browse("leader")
    more = {"from_on": DAY, "reason": "区划调整"}
    keep(client, "/units/new", code="TH-NN", name="南坪村", kind="村", parent="TH", **more)
    keep(client, "/units/TH-NN/rename", name="南坪社区", kind="社区", **more)
    keep(client, "/units/TH-SH-02/move", parent="TH-NN", **more)
    agree(second)
    keep(client, "/units/TH-DS-01/close", **more)
    agree(second)
    db.session.expire_all()
    units = load_units(db.session)
    assert units.place("TH-NN").name == "南坪社区"
    assert units.place("TH-SH-02").parent == "TH-NN"
    assert "TH-DS-01" not in units.places
    assert "TH-NN" not in units.on(date(2026, 11, 22)).places


def test_a_change_of_a_later_day_is_known_to_every_page_at_once(browse):
    client = browse("office")
    later = {"kind": "村", "from_on": "2026-12-15"}
    keep(client, "/units/TH-DS/rename", name="南坪社区", reason="十二月更名", **later)
    assert "十二月更名" in client.get("/units/TH-DS").text
    again = client.post("/units/TH-DS/rename", data={"name": "南坪社区", "reason": "又一次", **later})
    assert "现状已是如此" in again.text


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("/units/TH-DS/rename", {"name": "双合村", "kind": "村"}, "重名"),
        ("/units/TH-DS/rename", {"name": "顶上村", "kind": "村"}, "现状已是如此"),
        ("/units/TH-DS/close", {}, "下面还有单位"),
        ("/units/TH-DS/close", {"reason": ""}, "field-error"),
        ("/units/new", {"code": "TH-SH", "name": "新村", "kind": "村", "parent": "TH"}, "已被使用"),
        ("/units/new", {"code": "a/b", "name": "新村", "kind": "村", "parent": "TH"}, "a/b"),
        ("/units/TH-DS/merge", {"into": "TH"}, "field-error"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(browse, path, form, said):
    before = len(load_units(db.session).chronicle.changes)
    answer = browse("office").post(path, data={"from_on": DAY, "reason": "区划调整", **form})
    assert answer.status_code == 422
    assert said in answer.text
    assert len(load_units(db.session).chronicle.changes) == before


@pytest.mark.parametrize("path", ["/units", "/units/TH-DS", "/units/TH-DS/merge", "/units/new"])
def test_only_the_office_of_the_town_opens_these_pages(browse, path):
    assert browse("office").get(path).status_code == 200
    for who in ("village", "leader", "admin", "auditor"):
        assert browse(who).get(path).status_code == 403
    stranger = browse("outsider").get(path)
    assert stranger.status_code == (404 if "TH-DS" in path else 200)
    assert "顶上村" not in stranger.text
