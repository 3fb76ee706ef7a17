"""The keys that a phone encrypts with: each user's own, the same at every login, told to no one else."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from caseapp.db import db, unit_of_work
from caseapp.db.sealed import use_seal
from caseapp.domain.people.models import LoginSession
from caseapp.kernel.field_keys import keys_in, new_key
from tests.conftest import FIELD_KEYS


def told(client):
    """The keys that a page of somebody says, by name, in order."""
    (text,) = re.findall(r'data-keys="([^"]*)"', client.get("/queue").text)
    words = text.split()
    return dict(zip(words[::2], map(b64decode, words[1::2]), strict=True))


def test_a_key_follows_from_the_field_key_as_the_standard_says():
    for cipher in ("aes", "sm4"):
        key = new_key(cipher)
        assert key.derived("a") == HKDF(SHA256(), 32, None, b"a").derive(key.secret)
        assert key.derived("a") != key.derived("b")


def test_each_has_their_own_the_same_at_every_login(browse):
    first, other = told(browse("grid")), told(browse("village"))
    with unit_of_work(db.session) as session:
        session.query(LoginSession).delete()
    again = told(browse("grid"))
    assert first == again
    assert [len(key) for key in first.values()] == [32]
    assert first.keys() == other.keys()
    assert not set(first.values()) & set(other.values())
    assert not set(first.values()) & {key.secret for key in keys_in(FIELD_KEYS)}


def test_no_cache_keeps_the_page_that_brings_them_and_none_comes_before_the_login_is_whole(app, browse):
    client = browse("grid")
    assert client.get("/queue").headers["Cache-Control"] == "no-store"
    assert "data-keys" not in app.test_client().get("/login").text
    with unit_of_work(db.session) as session:
        session.query(LoginSession).update({"stage": "enrol"})
    page = client.get("/me/factor", follow_redirects=True).text
    assert set(re.findall(r'data-keys="([^"]*)"', page)) <= {""}
    assert "data-user" in page


def test_after_a_new_field_key_what_waited_still_opens(browse):
    old = keys_in(FIELD_KEYS)
    client = browse("grid")
    before = told(client)
    new = new_key("aes", old)
    try:
        use_seal(db.engine, (*old, new))
        after = told(client)
    finally:
        use_seal(db.engine, old)
    assert list(after) == ["k1", new.name]
    assert after["k1"] == before["k1"]


def test_what_somebody_else_wrote_is_closed_for_them_alone(browse):
    own = bytes(range(32))
    client = browse("grid")
    answer = client.post("/queue/wrap", data={"user": "village", "key": b64encode(own).decode()}).json
    nonce, data = b64decode(answer["iv"]), b64decode(answer["data"])
    assert AESGCM(told(browse("village"))[answer["k"]]).decrypt(nonce, data, None) == own
    with pytest.raises(InvalidTag):
        AESGCM(told(client)[answer["k"]]).decrypt(nonce, data, None)


@pytest.mark.parametrize("key", ["", "no key", b64encode(bytes(31)).decode(), b64encode(bytes(33)).decode()])
def test_what_is_no_key_is_refused(browse, app, key):
    answer = browse("grid").post("/queue/wrap", data={"user": "village", "key": key})
    assert answer.status_code == 422
    assert answer.json["problems"][0]["sentence"]
    assert app.test_client().post("/queue/wrap", data={"user": "village", "key": key}).status_code == 302
