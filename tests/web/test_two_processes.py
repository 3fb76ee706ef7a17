"""What one process keeps is known to be stale by the next page of another: each has its own application on one database,
and keeps what every page needs (the tree, the rules of the office and its words, who acts) until its version changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from caseapp.actions.accounts import end_post
from caseapp.actions.settings import set_value
from caseapp.actions.unit_changes import change_unit
from caseapp.db import db, unit_of_work
from caseapp.domain.org.chronicle import Change
from caseapp.domain.people.queries import user_named
from tests.conftest import make_app

pytestmark = pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


@pytest.fixture
def elsewhere(world, browse, tmp_path) -> Iterator[Callable[[str], FlaskClient]]:
    """A client of another process, of which the pages were asked for already."""
    other = make_app(world.app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, world.clock)

    def log_in(username: str) -> FlaskClient:
        cookie = browse(username).get_cookie("caseapp")
        client = other.test_client()
        client.set_cookie("caseapp", cookie.value)
        assert client.get("/cases").status_code == 200
        return client

    yield log_in
    with other.app_context():
        db.engine.dispose()


def test_a_setting_and_a_name_of_the_tree_are_known_to_the_next_page_of_another_process(as_user, elsewhere):
    office, client = as_user("office"), elsewhere("office")
    assert "林权流转" not in client.get("/cases").text
    with unit_of_work(db.session):
        set_value(office, "category.own", "林权流转", office.today)
    assert "林权流转" in client.get("/cases").text
    assert ">双合村<" in client.get("/cases").text
    with unit_of_work(db.session):
        facts = {"name": "南坪社区", "kind": "社区"}
        change_unit(office, Change("TH-SH", "renamed", office.today, facts, reason="更名"))
    assert "南坪社区" in client.get("/cases").text
    assert ">双合村<" not in client.get("/cases").text


def test_what_was_taken_back_is_never_kept_by_anybody(as_user, elsewhere, browse):
    office, client, here = as_user("office"), elsewhere("office"), browse("grid")
    with pytest.raises(LookupError), unit_of_work(db.session):
        set_value(office, "category.own", "林权流转", office.today)
        assert "林权流转" not in client.get("/cases").text, "nobody sees what is not kept yet"
        raise LookupError
    assert "林权流转" not in client.get("/cases").text
    assert "林权流转" not in here.get("/cases").text


def test_a_post_that_ended_opens_nothing_on_the_next_page_of_another_process(as_user, elsewhere):
    client = elsewhere("village")
    with unit_of_work(db.session):
        post = user_named(db.session, "village").posts[0]
        end_post(as_user("admin"), "village", post.id)
    page = client.get("/cases")
    assert page.status_code == 403 or "双合村" not in page.text.partition("<main")[2]
