"""Works without a line: records are kept in the phone, sent when there is a line, and stored once."""

from __future__ import annotations

import base64
import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.documents.models import Document
from caseapp.domain.people.models import LoginSession
from tests.cases.make import do, log, moment
from tests.conftest import PASSWORD
from tests.sizes import many
from tests.web.phones import NAME, NOTHING_WAITS, counts, log_in, phone, served, until
from tests.web.slow_line import Line, slow_line

told = logging.getLogger(__name__)  # ./run test … -n 0 -o log_cli=true --log-cli-level=INFO shows the figures
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.parametrize("world", ["sqlite"], indirect=True),
]
LOGS, PHOTOS = many(72, 460), many(8, 40)

# Fills the form and presses the button as often as asked, as somebody does who goes on and on without a line.
FILL = """async ([from, to, withPhoto]) => {
  const form = document.querySelector(".log-form"), panel = document.getElementById("logged");
  const until = async (found) => { while (!found()) { await new Promise((go) => setTimeout(go, 2)); } };
  for (let nth = from; nth < to; nth += 1) {
    form.querySelector("#story").value = `第${nth}件，水沟`;
    form.querySelector("#name").value = `周甲${nth}`;
    form.querySelector("input[name=category][value=neighbour]").checked = true;
    if (nth < withPhoto) {
      const canvas = document.createElement("canvas"), hand = new DataTransfer();
      canvas.width = canvas.height = 48;
      canvas.getContext("2d").fillStyle = `rgb(${nth}, ${nth * 3}, 90)`;
      canvas.getContext("2d").fillRect(0, 0, 48, 48);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
      hand.items.add(new File([blob], `${nth}.jpg`, { type: "image/jpeg" }));
      const input = form.querySelector("#photos");
      input.files = hand.files;
      input.dispatchEvent(new Event("change"));
    }
    form.querySelector(".submit-bar button[type=submit]").click();
    await until(() => !panel.hidden && panel.dataset.state === "waiting");
    panel.querySelector("[data-part=another]").click();
    await until(() => panel.hidden);
  }
}"""
FILES = """() => caseapp.store.all("files").then((all) => Promise.all(all.map(async ({ id }) =>
  btoa(String.fromCharCode.apply(null, new Uint8Array((await caseapp.records.file(id)).data))))))"""


class Gate:
    """The phone of grid, logged in where the small world is served."""

    def __init__(self, browser: Any, address: str) -> None:
        self.address, self.context = address, phone(browser)

    def opens(self, path: str) -> Any:
        """A page on it, once the scripts have taken its form over, if it has one."""
        page = self.context.new_page()
        log_in(page, self.address)
        page.goto(self.address + path)
        if page.locator("form[data-queue]").count():
            page.wait_for_selector("form[data-taken]", state="attached")
        return page


@pytest.fixture
def gate(world: Any, chromium: Any) -> Iterator[Gate]:
    with served(world.app) as port:
        opened = Gate(chromium, f"http://{NAME}:{port}")
        yield opened
        opened.context.close()


class Unreliable:
    """An application that answers 500 to every third record."""

    def __init__(self, app: Any) -> None:
        self.app, self.asked = app, 0

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/queue/send":
            self.asked += 1
            if self.asked % 3 == 0:
                environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
                start("500 INTERNAL SERVER ERROR", [("Content-Type", "text/plain"), ("Connection", "close")])
                return [b"no"]
        return self.app(environ, start)  # type: ignore[no-any-return]


def kept(page: Any) -> list[dict[str, Any]]:
    return page.evaluate("caseapp.queue.list()")  # type: ignore[no-any-return]


def fill(page: Any, story: str) -> None:
    page.wait_for_selector("form[data-taken]")
    page.fill("#story", story)
    page.locator("input[name=category][value=land]").check()
    page.click(".submit-bar button[type=submit]")


@pytest.mark.slow(seconds=60)
def test_hundreds_of_records_kept_without_a_line_are_stored_once_each_by_an_unreliable_server(world, chromium, tried):
    line, server = Line(drops=lambda nth: nth % 5 == 0), Unreliable(world.app)
    with served(server) as port, slow_line(port, line) as far:
        context, address = phone(chromium), f"http://{NAME}:{far}"
        page = context.new_page()
        log_in(page, address)
        page.goto(address + "/cases/new")
        page.wait_for_selector("form[data-taken]")
        assert page.evaluate("isSecureContext") is False
        context.set_offline(True)
        begun = time.monotonic()
        page.evaluate(FILL, [0, LOGS, PHOTOS])
        assert counts(page) == {"waiting": LOGS + PHOTOS, "refused": 0, "others": 0}
        digests = {hashlib.sha256(base64.b64decode(text)).hexdigest() for text in page.evaluate(FILES)}
        filled = time.monotonic() - begun
        page.close()
        context.set_offline(False)
        page = context.new_page()
        page.goto(address + "/queue")
        until(page, NOTHING_WAITS, 300)
        took = time.monotonic() - begun - filled
        assert page.evaluate("caseapp.store.all('files').then((all) => all.length)") == 0
        context.close()
    told.info("%.0f s to fill, %.0f s to send in %d tries, %d answers lost", filled, took, server.asked, line.dropped)
    db.session.expire_all()
    assert sorted(case.title for case in db.session.query(Case)) == sorted(f"第{nth}件，水沟" for nth in range(LOGS))
    assert db.session.query(CaseEvent).count() == LOGS
    assert len(digests) == PHOTOS
    assert {paper.source for paper in db.session.query(Document)} == digests
    titles = dict(db.session.query(Case.id, Case.title).all())
    for paper in db.session.query(Document):
        assert titles[paper.case_id] == f"第{paper.name.removesuffix('.jpg')}件，水沟"
    assert server.asked > LOGS + PHOTOS
    assert line.dropped > (LOGS + PHOTOS) // 10
    tried(LOGS + PHOTOS)


def test_without_a_line_one_goes_on_and_with_it_all_is_sent(gate):
    page = gate.opens("/cases/new")
    page.context.set_offline(True)
    fill(page, "山上没有信号")
    page.wait_for_selector("#logged[data-state=waiting]")
    page.wait_for_selector("#queue:not([hidden])")
    assert "1" in page.inner_text("[data-part=banner]")
    page.click("[data-part=another]")
    assert page.input_value("#story") == ""
    assert page.input_value("#unit") == "TH-SH-01"
    fill(page, "第二件")
    page.wait_for_selector("#logged[data-state=waiting]")
    page.context.set_offline(False)
    page.wait_for_selector("#logged[data-state=sent]")
    until(page, NOTHING_WAITS, 20)
    assert {case.title for case in db.session.query(Case)} == {"山上没有信号", "第二件"}


def test_over_plain_http_a_link_without_a_line_shows_my_cases_and_loses_nothing(gate, as_user):
    number = log(as_user("grid"), at=moment(2026, 11, 20, 9, 0))
    page = gate.opens("/cases/new")
    until(page, "caseapp.store.get('kept', 'mine').then((kept) => Boolean(kept))", 20)
    page.fill("#story", "写到一半")
    page.context.set_offline(True)
    page.click(".bottom-nav a >> nth=1")
    page.wait_for_selector("#staying:not([hidden])")
    assert number in page.inner_text("#staying")
    assert "周甲一" not in page.content()
    page.click("#staying button")
    assert page.input_value("#story") == "写到一半"


def test_what_the_server_refuses_is_mended_where_it_was_typed(gate):
    page = gate.opens("/cases/new")
    page.context.set_offline(True)
    page.click(".more summary")
    page.fill("#received_on", "2027-01-01")
    fill(page, "日期写错")
    page.wait_for_selector("#logged[data-state=waiting]")
    page.click("[data-part=another]")
    page.context.set_offline(False)
    page.goto(gate.address + "/queue")
    page.wait_for_selector(".wait-refused .field-error:not(:empty)")
    page.wait_for_selector("#queue.queue-refused")
    page.click(".wait-refused [data-part=mend]")
    until(page, "document.getElementById('story')?.value === '日期写错'", 10)
    assert page.is_visible("#received_on")
    assert page.locator(".field-error").count() == 1
    page.fill("#received_on", "")
    page.click(".submit-bar button[type=submit]")
    page.wait_for_selector("#logged[data-state=sent]")
    assert counts(page) == {"waiting": 0, "refused": 0, "others": 0}
    (record,) = kept(page)
    assert record["fields"] == []  # nothing that was typed stays once the server has it
    assert db.session.query(Case).one().title == "日期写错"


def test_a_record_that_cannot_be_sent_is_saved_as_a_file_and_still_kept(gate, as_user):
    number = log(as_user("grid"), at=moment(2026, 11, 20, 9, 0))
    page = gate.opens(f"/act/follow_up/{number}")
    do(as_user("village"), number, "follow_up", method="phone", note="另一人")  # meanwhile
    page.locator("input[name=method]").first.check()
    page.fill("#note", "到场查看")
    page.click(".act-form button[type=submit]")
    page.wait_for_selector(".act-form .field-error")
    page.goto(gate.address + "/queue")
    with page.expect_download() as download:
        page.click("[data-part=save]:not([hidden])")
    assert "到场查看" in download.value.path().read_text("utf-8-sig")
    page.wait_for_selector(".wait-saved")
    (record,) = kept(page)
    assert (record["state"], dict(record["fields"])["note"]) == ("saved", "到场查看")
    page.wait_for_selector("#queue", state="hidden", timeout=5000)


def test_a_follow_up_goes_to_the_case_and_says_so(gate, as_user):
    number = log(as_user("grid"), at=moment(2026, 11, 20, 9, 0))
    page = gate.opens(f"/act/follow_up/{number}")
    page.locator("input[name=method]").first.check()
    page.fill("#note", "到场查看")
    page.click(".act-form button[type=submit]")
    page.wait_for_selector(".timeline")
    assert "到场查看" in page.inner_text(".timeline")
    assert page.locator(".alert-success").count() == 1


def test_an_ended_session_loses_nothing_and_somebody_else_sees_only_a_count(gate):
    page = gate.opens("/cases/new")
    with unit_of_work(db.session) as session:
        session.query(LoginSession).delete()
    fill(page, "会话已结束")
    page.wait_for_selector("#logged[data-state=waiting]")
    assert counts(page)["waiting"] == 1
    log_in(page, gate.address, "village")
    page.goto(gate.address + "/queue")
    page.wait_for_selector("#queue:not([hidden])")
    assert counts(page) == {"waiting": 0, "refused": 0, "others": 1}
    assert "会话已结束" not in page.content()
    page.wait_for_timeout(1500)
    assert db.session.query(Case).count() == 0
    db.session.rollback()  # reading holds up who writes
    leave(page)
    log_in(page, gate.address)
    until(page, NOTHING_WAITS, 20)
    db.session.expire_all()
    assert db.session.query(Case).one().registered_by == "grid"


def leave(page: Any) -> None:
    page.click(".me summary")
    page.click("form[data-leave] button")
    page.wait_for_url("**/login")


def test_before_logging_out_what_was_not_sent_is_shown_and_the_rest_is_cleared(gate):
    page = gate.opens("/offline")
    until(page, "caseapp.store.get('kept', 'mine').then((kept) => Boolean(kept))", 20)
    page.goto(gate.address + "/cases/new")
    page.wait_for_selector("form[data-taken]")
    page.context.set_offline(True)
    fill(page, "还没有发出")
    page.wait_for_selector("#logged[data-state=waiting]")
    page.click("[data-part=another]")
    page.fill("#story", "草稿")
    until(page, "caseapp.store.all('drafts').then((all) => all.length > 0)", 5)
    page.click(".me summary")
    page.click("form[data-leave] button")
    page.wait_for_selector("#leaving:not([hidden])")
    page.click("#leaving [data-part=stay]")
    assert page.is_hidden("#leaving")
    page.route("**/queue/send", lambda route: route.abort())
    page.context.set_offline(False)
    page.click("form[data-leave] button")
    page.click("#leaving [data-part=keep]")
    page.wait_for_url("**/login")
    for store, left in (("drafts", 0), ("kept", 0), ("records", 1)):
        assert page.evaluate(f"caseapp.store.all('{store}').then((all) => all.length)") == left, store


def test_over_a_secure_line_pages_open_without_one_and_logging_out_clears_them(world, chromium, as_user):
    number = log(as_user("grid"), at=moment(2026, 11, 20, 9, 0))
    with served(world.app) as port:
        context, address = phone(chromium), f"http://127.0.0.1:{port}"
        page = context.new_page()
        log_in(page, address)
        assert page.evaluate("isSecureContext") is True
        until(page, PAGES_KEPT, 30)
        page.goto(address + "/offline")
        page.wait_for_selector("#mine li")
    page.goto(address + "/cases/new")  # the server is gone
    fill(page, "离线登记")
    page.wait_for_selector("#logged[data-state=waiting]")
    page.goto(address + "/cases")
    page.wait_for_selector("#mine li")
    assert number in page.inner_text("#mine")  # a page that is not kept: my cases instead
    page.click("#mine button[data-act=follow_up]")
    page.locator("[name=follow_up-method]").first.check()
    page.fill("[name=follow_up-note]", "离线走访")
    page.click("form[data-queue=follow_up] button[type=submit]")
    page.wait_for_selector("#done-follow_up[data-state=waiting]")
    with served(world.app, port):
        page.goto(address + "/queue")
        until(page, NOTHING_WAITS, 30)
        leave(page)
        assert page.evaluate("caches.keys().then((names) => names.filter((name) => name.includes('pages')))") == []
        context.close()
    db.session.expire_all()
    assert {case.title for case in db.session.query(Case)} == {"两家排水沟纠纷", "离线登记"}
    assert db.session.query(CaseEvent).filter_by(kind="followed_up").count() == 1


PAGES_KEPT = """caches.keys().then(async (names) => {
  const pages = names.find((name) => name.startsWith("caseapp-pages-"));
  return Boolean(pages) && (await (await caches.open(pages)).keys()).length === 3;
})"""


def test_without_scripts_the_log_works_as_ever(world, chromium):
    with served(world.app) as port:
        address = f"http://{NAME}:{port}"
        page = chromium.new_context(java_script_enabled=False).new_page()
        page.goto(address + "/login")
        page.fill("#username", "grid")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.goto(address + "/cases/new")
        page.fill("#story", "没有脚本")
        page.locator("input[name=category][value=land]").check()
        page.click(".submit-bar button[type=submit]")
        assert page.locator(".alert-success").count() == 1
        page.goto(address + "/queue")
        assert page.locator("noscript").count() == 1
        page.context.close()
    assert db.session.query(Case).one().title == "没有脚本"
