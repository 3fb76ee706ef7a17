"""What waits in a phone is encrypted: no file of the browser tells it, once the login is over."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.people.models import LoginSession
from caseapp.kernel.field_keys import keys_in
from tests.cases.make import log, moment
from tests.conftest import FIELD_KEYS
from tests.web.phones import NAME, NOTHING_WAITS, counts, log_in, phone, phone_with, served, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.parametrize("world", ["sqlite"], indirect=True),
]
STORY, PHONE, DRAFT, NOTE, PAPER = "13905917382", "13867214950", "13740285916", "13698172045", "13579046281"
NUMBERS = (STORY, PHONE, DRAFT, NOTE, PAPER)
PAGES_KEPT = """caches.keys().then(async (names) => {
  const pages = names.find((name) => name.startsWith("caseapp-pages-"));
  return Boolean(pages) && (await (await caches.open(pages)).keys()).length === 3;
})"""
NO_KEY = "window.caches ? caches.has('caseapp-key').then((has) => !has) : true"

# What the version before kept, as it kept it: of two people, in the clear.
OLD = """async ([records, drafts]) => {
  const base = await new Promise((done) => {
    const asked = indexedDB.open("caseapp", 1);
    asked.onupgradeneeded = () => {
      Object.entries({ records: "id", files: "id", drafts: "key", kept: "key" }).forEach(([name, keyPath]) =>
        asked.result.createObjectStore(name, { keyPath }));
      ["parent", "state"].forEach((name) => asked.transaction.objectStore("records").createIndex(name, name));
    };
    asked.onsuccess = () => done(asked.result);
  });
  const act = base.transaction(["records", "files", "drafts"], "readwrite", { durability: "strict" });
  records.forEach(({ file, ...record }) => {
    act.objectStore("records").put(record);
    if (file) {
      const data = new TextEncoder().encode(file).buffer;
      act.objectStore("files").put({ id: record.id, name: "a.pdf", type: "application/pdf", data });
    }
  });
  drafts.forEach((draft) => act.objectStore("drafts").put(draft));
  await new Promise((done) => { act.oncomplete = done; });
  base.close();
}"""
GONE = "indexedDB.databases().then((all) => !all.some(({ name }) => name === 'caseapp'))"


def in_files(folder: Path, told: str) -> set[str]:
    """The files of a folder in which a text stands, as one byte a sign or two."""
    wanted = told.encode(), told.encode("utf-16-le")
    return {str(path) for path in folder.rglob("*") if path.is_file() and any(one in read(path) for one in wanted)}


def read(path: Path) -> bytes:
    """What stands in a file; nothing of one that the browser has just taken away."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def gone_from_files(page: Any, folder: Path, told: str) -> None:
    """Within ten seconds, while the browser is open: it takes a file away a moment after it was told to."""
    for _ in range(100):
        if not in_files(folder, told):
            return
        page.wait_for_timeout(100)
    raise AssertionError(in_files(folder, told))


def key_of(username: str) -> bytes:
    (key,) = keys_in(FIELD_KEYS)
    return key.derived(f"what waits in a phone of {username}")


def opened(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("form[data-taken]", state="attached")


def leave(page: Any) -> None:
    """Log out; what waits stays."""
    page.click(".me summary")
    page.click("form[data-leave] button")
    page.click("#leaving [data-part=keep]")
    page.wait_for_url("**/login")
    until(page, NO_KEY, 30)


def type_much(page: Any, address: str, number: str) -> None:
    """Without a line, or one that carries nothing: a follow-up, a log with a paper, and one more log that is not
    finished."""
    page.route("**/queue/send", lambda route: route.abort())
    opened(page, f"{address}/act/follow_up/{number}")
    page.context.set_offline(True)
    page.locator("input[name=method]").first.check()
    page.fill("#note", f"打电话 {NOTE}")
    page.click(".act-form button[type=submit]")
    page.wait_for_selector("#done[data-state=waiting]")
    page.context.set_offline(False)
    opened(page, address + "/cases/new")
    page.context.set_offline(True)
    page.fill("#story", f"邻居堵路，电话 {STORY}")
    page.locator("input[name=category][value=land]").check()
    page.click(".more summary")
    page.fill("#phone", PHONE)
    paper = b"%PDF-1.4 " + PAPER.encode()
    page.set_input_files("#photos", [{"name": f"{PAPER}.pdf", "mimeType": "application/pdf", "buffer": paper}])
    page.wait_for_selector(".shot-list li")
    page.click(".submit-bar button[type=submit]")
    page.wait_for_selector("#logged[data-state=waiting]")
    page.click("[data-part=another]")
    page.fill("#story", f"草稿 {DRAFT}")
    until(page, "caseapp.store.all('drafts').then((all) => all.length > 0)", 20)
    assert counts(page) == {"waiting": 3, "refused": 0, "others": 0}


@pytest.mark.slow(seconds=40)
@pytest.mark.parametrize("host", [NAME, "127.0.0.1"], ids=["plain HTTP", "secure"])
def test_after_logging_out_no_file_of_the_browser_tells_what_waits_and_it_is_sent_later(world, tmp_path, as_user, host):
    number = log(as_user("grid"), at=moment(2026, 11, 20, 9, 0))
    db.session.rollback()
    told = b64encode(key_of("grid")).decode()
    secure = host != NAME
    with served(world.app) as port:
        address = f"http://{host}:{port}"
        with phone_with(tmp_path) as context:
            page = context.pages[0]
            log_in(page, address)
            assert page.evaluate("isSecureContext") is secure
            if secure:
                until(page, PAGES_KEPT, 60)
            type_much(page, address, number)
            assert (
                len(in_files(tmp_path, told)) == secure
            )  # over HTTPS a file of its own, and nothing else, has the key
            page.context.set_offline(False)
            leave(page)
            gone_from_files(page, tmp_path, told)
        for secret in (*NUMBERS, told):
            assert in_files(tmp_path, secret) == set(), secret
        with phone_with(tmp_path) as context:
            page = context.pages[0]
            page.route("**/queue/send", lambda route: route.abort())
            log_in(page, address)
            page.goto(address + "/queue")
            page.wait_for_selector(".wait")
            assert STORY in page.inner_text("#waits")
            page.unroute("**/queue/send")
            page.evaluate("caseapp.queue.wake()")
            until(page, "caseapp.queue.counts().then((count) => count.waiting === 0)", 60)
    db.session.expire_all()
    cases = {case.number: case for case in db.session.query(Case)}
    (new,) = set(cases) - {number}
    assert STORY in cases[new].title
    assert cases[number].length == 2


def old_records() -> list[dict[str, Any]]:
    at = {"made": 1_700_000_000_000, "tries": 0, "problems": [], "state": "waiting", "number": "", "parent": ""}
    fields = [["unit", "TH-SH-01"], ["category", "land"], ["headcount", "1"]]
    record = {**at, "kind": "log", "page": "/cases/new"}
    mine = {**record, "id": "a" * 32, "user": "grid", "fields": [*fields, ["story", f"我的 {STORY}"]], "title": STORY}
    theirs = {
        **record, "id": "b" * 32, "user": "village", "fields": [*fields, ["story", f"别人的 {NOTE}"]], "title": NOTE,
    }  # fmt: skip
    photo = {
        **at, "kind": "photo", "page": "/cases/new", "id": "c" * 32, "user": "village", "fields": [["paper_kind", "photo"]],
        "title": PAPER, "parent": "b" * 32, "file": f"{PAPER} is not a picture",
    }  # fmt: skip
    return [mine, theirs, photo]


@pytest.mark.slow(seconds=60)
@pytest.mark.parametrize("host", [NAME, "127.0.0.1"], ids=["plain HTTP", "secure"])
def test_what_an_earlier_version_kept_in_the_clear_is_sealed_and_its_traces_are_written_over(world, tmp_path, host):
    draft = {
        "key": "grid /cases/new log",
        "user": "grid",
        "fields": [["story", f"草稿 {DRAFT}"]],
        "at": 1_700_000_000_000,
    }
    secrets = (STORY, NOTE, PAPER, DRAFT)
    with served(world.app) as port:
        address = f"http://{host}:{port}"
        with phone_with(tmp_path) as context:
            page = context.pages[0]
            page.goto(address + "/login")
            page.evaluate(OLD, [old_records(), [draft]])
            assert [secret for secret in secrets if not in_files(tmp_path, secret)] == []
            context.route("**/queue/send", lambda route: route.abort())
            log_in(page, address)
            opened(page, address + "/cases/new")
            assert page.input_value("#story") == f"草稿 {DRAFT}"
            until(page, GONE, 120)
            (mine,) = page.evaluate("caseapp.queue.list()")
            assert dict(mine["fields"])["story"] == f"我的 {STORY}"
            assert counts(page) == {"waiting": 1, "refused": 0, "others": 2}
            assert page.evaluate(f"caseapp.records.get('{'b' * 32}').then((one) => one.locked)") is True
        for secret in secrets:
            assert in_files(tmp_path, secret) == set(), secret
        with phone_with(tmp_path) as context:
            page = context.pages[0]
            for username in ("village", "grid"):
                log_in(page, address, username)
                until(page, "caseapp.queue.counts().then((count) => count.waiting === 0)", 60)
                page.click(".me summary")
                page.click("form[data-leave] button")
                if username == "village":
                    page.click("#leaving [data-part=keep]")  # the office did not take what is no picture
                page.wait_for_url("**/login")
    db.session.expire_all()
    by = {case.registered_by: case.title for case in db.session.query(Case)}
    assert by == {"grid": f"我的 {STORY}", "village": f"别人的 {NOTE}"}


@pytest.fixture
def mountain(world: Any, chromium: Any) -> Iterator[tuple[Any, str]]:
    """A page of a phone over a secure line, which opens without one too."""
    with served(world.app) as port:
        context, address = phone(chromium), f"http://127.0.0.1:{port}"
        page = context.new_page()
        log_in(page, address)
        until(page, PAGES_KEPT, 60)
        until(page, "caseapp.store.get('kept', 'slot').then((slot) => Boolean(slot))", 60)
        yield page, address
        context.close()


def write(page: Any, story: str) -> None:
    page.wait_for_selector("form[data-taken]", state="attached")
    page.fill("#story", story)
    page.locator("input[name=category][value=land]").check()
    page.click(".submit-bar button[type=submit]")
    page.wait_for_selector("#logged[data-state=waiting]")


def test_after_the_office_ended_the_login_one_adds_and_reads_nothing_until_the_next(mountain):
    page, address = mountain
    page.goto(address + "/cases/new")
    page.context.set_offline(True)
    write(page, "登录还在")
    with unit_of_work(db.session) as session:
        session.query(LoginSession).delete()
    page.context.set_offline(False)
    until(page, NO_KEY, 60)
    page.context.set_offline(True)
    page.goto(address + "/cases/new")
    write(page, "登录已结束")
    page.goto(address + "/queue")
    page.wait_for_selector(".wait >> nth=1")
    assert "登录" not in page.inner_text("#waits").replace("登录后", "")
    assert page.locator(".wait [data-part=send]:not([hidden])").count() == 0
    assert counts(page)["waiting"] == 2
    page.goto(address + "/offline")
    page.wait_for_selector("#mine-as-of:not(:empty)")
    page.context.set_offline(False)
    log_in(page, address)
    until(page, NOTHING_WAITS, 60)
    assert {case.title for case in db.session.query(Case)} == {"登录还在", "登录已结束"}


def test_a_key_is_forgotten_twelve_hours_after_the_office_was_last_heard_of(mountain):
    page, address = mountain
    page.evaluate("""async () => {
      const cache = await caches.open("caseapp-key");
      const kept = await (await cache.match("/queue/key")).json();
      kept.at -= 12 * 3600000 + 1000;
      await cache.put("/queue/key", new Response(JSON.stringify(kept)));
    }""")
    page.context.set_offline(True)
    page.goto(address + "/cases/new")
    assert page.evaluate("caseapp.seal.locked()") is True
    until(page, NO_KEY, 30)


def test_the_cipher_of_plain_http_is_that_of_everybody_else(world, chromium):
    with served(world.app) as port:
        context = phone(chromium)
        page = context.new_page()
        page.goto(f"http://{NAME}:{port}/login")
        assert page.evaluate("window.crypto.subtle === undefined")
        for length in (0, 1, 15, 16, 17, 31, 32, 33, 1000, 70_000):
            key, nonce, text = os.urandom(32), os.urandom(12), os.urandom(length)
            told = [b64encode(one).decode() for one in (key, nonce, text)]
            made = page.evaluate(SEAL, told)
            assert b64decode(made["sealed"]) == AESGCM(key).encrypt(nonce, text, None), length
            assert (b64decode(made["opened"]), made["changed"]) == (text, "refused"), length
        context.close()


SEAL = """(told) => {
  const [key, nonce, text] = told.map((one) => Uint8Array.from(atob(one), (sign) => sign.charCodeAt(0)));
  const out = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const { aes } = caseapp, sealed = aes.seal(key, nonce, text), other = sealed.slice();
  other[other.length - 1] ^= 1;
  let changed = "taken";
  try { aes.open(key, nonce, other); } catch (_error) { changed = "refused"; }
  return { sealed: out(sealed), opened: out(aes.open(key, nonce, sealed)), changed };
}"""
