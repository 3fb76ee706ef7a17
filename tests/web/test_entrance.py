"""What is looked at in every request, and what the log is told of a fault."""

from __future__ import annotations

import logging

import pytest
import sqlalchemy as sa

from caseapp.db import db
from tests.cases.make import log

pytestmark = pytest.mark.either_database

PHONE, NAME = "13800001234", "周甲一"
TOO_LARGE = ("2147483648", "9223372036854775808", "9" * 5001)


@pytest.mark.parametrize("number", TOO_LARGE, ids=("one too many", "long", "endless"))
@pytest.mark.parametrize("path", ["/papers/{}", "/supervision/{}", "/settings/templates/receipt/{}.docx"])
def test_a_number_that_can_be_no_key_leads_nowhere(browse, path, number):
    assert browse("office").get(path.format(number)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/inbox?before={}",
        "/cases?after=1790000000000000_{}",
        "/overdue?after=2026-11-23_{}",
        "/reports/TH/2026-10?revision={}",
    ],
)
@pytest.mark.parametrize("digits", [str(2**63), "9" * 5001, "²", "1_0"])
def test_a_number_in_a_parameter_is_no_fault(browse, path, digits):
    assert browse("office").get(path.format(digits)).status_code < 500


def test_an_address_with_a_nul_leads_nowhere_and_a_field_with_one_is_named(browse, as_user):
    number = log(as_user("grid"))
    client = browse("grid")
    assert client.get("/cases/a%00b").status_code == 404
    assert client.get("/cases?q=a%00b").status_code == 422
    answer = client.post(f"/act/withdraw/{number}", data={"reason": "自\x00愿"})
    assert answer.status_code == 422
    assert "含有无法识别的字符" in answer.text


def test_the_length_a_form_had_seen_may_be_nonsense(browse, as_user):
    number, client = log(as_user("grid")), browse("grid")
    for nonsense in ("²", "9" * 5001, "-1", "x"):
        data = {"method": "visit", "note": "走访", "length": nonsense}
        assert client.post(f"/act/follow_up/{number}", data=data).status_code < 500


def test_the_log_of_a_fault_holds_no_value(app, browse, monkeypatch, caplog):
    def fails() -> str:
        row = {"role": "party", "name": NAME, "phone": PHONE}
        db.session.execute(sa.text("INSERT INTO case_party (role, name, phone) VALUES (:role, :name, :phone)"), row)
        return ""

    client = browse("office")
    monkeypatch.setitem(app.view_functions, "work.show", fails)
    with caplog.at_level(logging.ERROR):
        assert client.get("/").status_code == 500
    assert "IntegrityError" in caplog.text
    assert "INSERT INTO case_party" in caplog.text
    assert PHONE not in caplog.text
    assert NAME not in caplog.text
