"""Light on the line: compressed, kept for ever where an address names the content, one style sheet and one script."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from caseapp.web.stylesheet import blocks, parts_in_use

pytestmark = pytest.mark.either_database

STATIC = Path(__file__).resolve().parents[2] / "caseapp" / "static"
NEWER = {
    "optional chaining": r"\?\.[A-Za-z_(\[]", "nullish": r"\?\?", "catch without a name": r"catch\s*\{",
    "spread of an object": r"\{\s*\.\.\.", "finally of a promise": r"\)\.finally\(", "needs HTTPS": r"randomUUID|(?<!isSecureContext && window\.)crypto\.subtle",
}  # fmt: skip


@pytest.fixture
def login(app):
    """The login page's addresses of its style sheet and script."""
    page = app.test_client().get("/login").text
    return re.findall(r'"(/assets/page\.(?:css|js)[^"]*)"', page)


def test_text_is_compressed_for_who_takes_it_and_plain_for_who_does_not(app):
    client = app.test_client()
    packed = client.get("/login", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/login")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "<form" in gzip.decompress(packed.data).decode()
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) * 0.6
    assert "Content-Encoding" not in plain.headers


def test_the_length_of_a_page_tells_little(app):
    client = app.test_client()
    lengths = {len(client.get("/login", headers={"Accept-Encoding": "gzip"}).data) for _ in range(20)}
    assert len(lengths) > 5


def test_files_are_kept_for_ever_by_an_address_that_names_their_content(app, login):
    client = app.test_client()
    assert len(login) == 2
    for address in login:
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "Set-Cookie" not in answer.headers
    stale = client.get("/assets/page.css?v=000000000000")
    assert stale.headers["Cache-Control"] == "no-cache"
    assert client.get("/assets/page.exe").status_code == 404
    assert client.get("/static/no-such-file.css?v=1").status_code == 404
    assert client.get("/login").headers["Cache-Control"] == "no-store"


def test_the_style_sheet_keeps_what_templates_use_and_no_more(app, login):
    css = app.test_client().get(next(one for one in login if ".css" in one)).text
    for used in (
        ".btn-primary",
        ".form-control",
        ".visually-hidden",
        ".alert-warning",
        ".badge-count",
        "Licensed under MIT",
    ):
        assert used in css, used
    for unused in (".carousel", ".modal-dialog", ".col-md-11", "data-bs-theme=dark"):
        assert unused not in css, unused
    assert css.count("{") == css.count("}")


def test_a_rule_is_kept_when_every_class_in_it_is_written_somewhere(tmp_path):
    (tmp_path / "a.html").write_text('<p class="btn alert-{{ kind }}">')
    (tmp_path / "js").mkdir()
    (tmp_path / "js/b.js").write_text("item.className = `wait`")
    css = "/*! licence */p{a:b}.btn{c:d}.btn:not(.gone):hover{e:f}.btn .gone,.wait{g:h}@media (x){.gone{i:j}.alert-red{k:l}}@media print{.gone{m:n}}"
    kept = parts_in_use(css, tmp_path, tmp_path)
    assert kept == "/*! licence */p{a:b}.btn{c:d}.btn:not(.gone):hover{e:f}.wait{g:h}@media (x){.alert-red{k:l}}"
    assert list(blocks("@charset 'x';a{b}@media y{c{d}e{f}}")) == [("a", "b"), ("@media y", "c{d}e{f}")]


def test_the_worker_names_files_that_exist_and_changes_with_them(app):
    client = app.test_client()
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    files = re.findall(r'"(/[^"]+)"', answer.text.splitlines()[1])
    assert len(files) == 4
    for address in [*files, "/static/app.webmanifest"]:
        with client.get(address) as found:
            assert found.status_code == 200


@pytest.mark.parametrize("script", sorted(STATIC.glob("js/*.js")), ids=lambda path: path.name)
def test_scripts_speak_as_old_browsers_do(script):
    source = re.sub(r"//.*", "", script.read_text(encoding="utf-8"))
    for what, pattern in NEWER.items():
        assert not re.search(pattern, source), what
    assert '"use strict"' in source
