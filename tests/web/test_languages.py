"""Chinese first, English complete: in English no page shows a Chinese word that the program itself says."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from caseapp.db import db
from caseapp.domain.receipts.models import Receipt
from tests.cases.make import do, head, log, moment
from tests.conftest import CAST

pytestmark = pytest.mark.one_database
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# what people typed or who they are, the other language's own name, the ways of naming laws, a number as an example
NAMES = re.compile(r"中文|信访工作条例|太信〔2026〕0001号|〔\d{4}〕\d+号")
PAGES = (
    "/", "/cases", "/cases/new", "/overdue", "/reports", "/reports/TH/2026-10", "/teams", "/teams/absences",
    "/teams/handover", "/teams/vacant", "/units/requests", "/retention", "/assigned?show=all", "/letters", "/letters?tab=issued", "/units", "/units/TH-DS", "/units/TH-DS/merge", "/supervision", "/settings", "/settings/days.notice", "/inbox", "/inbox/reach", "/day", "/day/town",
    "/track", "/track/unknown", "RECEIPT", "PROGRESS", "TRACK", "PRESSED",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_an_english_page_says_nothing_in_chinese_but_names(browse, as_user, path):
    number = log(as_user("grid"), head(title="plain matter", parties=()), at=moment(2026, 10, 1, 9))
    do(as_user("grid"), number, "follow_up", method="visit", note="went there")
    client = browse("office")
    client.get("/?lang=en")
    ways = {"RECEIPT": f"/receipt/{number}", "PROGRESS": f"/progress/{number}"}
    token = db.session.scalar(select(Receipt.token))
    ways |= {"TRACK": f"/track/{token}", "PRESSED": f"/track/{token}/pressed"}
    page = client.get(ways.get(path, path))
    assert page.status_code in (200, 404)
    text = re.sub(r"<(script|style).*?</\1>", "", page.text, flags=re.S)
    names = {place.name for place in as_user("office").units.places.values()}
    names |= {full_name for full_name, _role, _unit in CAST.values()} | {
        number,
        "太和镇信访办",
        "太信",
        "太调",
        "太督",
        "控",
    }
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    told = CHINESE.findall(NAMES.sub("", text))
    assert told == [], path
