"""A real office never runs on the demo, whose accounts and password everybody knows."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from caseapp import create_app
from caseapp.db import db, unit_of_work
from caseapp.domain.org.models import Mark
from caseapp.kernel.errors import CaseappError


@pytest.fixture
def demo_database(world) -> str:
    """The small world, marked as the demo is when it is loaded."""
    with unit_of_work(db.session) as session:
        session.add(Mark(name="demo", value="1"))
    return db.engine.url.render_as_string(hide_password=False)


def in_production(app: Flask, url: str) -> Flask:
    settings = replace(app.extensions["caseapp"], database_url=url, production=True)
    return create_app(settings)


def test_the_server_refuses_to_start_on_the_demo(app, demo_database):
    with pytest.raises(CaseappError, match="holds the demo"):
        in_production(app, demo_database)


def test_the_demo_is_no_hindrance_where_no_real_office_works(app, demo_database):
    assert create_app(replace(app.extensions["caseapp"], database_url=demo_database))


def test_a_real_database_an_empty_one_and_one_that_is_not_there_yet_are_served(app, tmp_path):
    assert in_production(app, db.engine.url.render_as_string(hide_password=False))
    (tmp_path / "empty.sqlite3").touch()
    assert in_production(app, f"sqlite:///{tmp_path}/empty.sqlite3")
    assert in_production(app, f"sqlite:///{tmp_path}/new.sqlite3")
    assert in_production(app, f"sqlite:///{tmp_path}/no/such/folder/new.sqlite3")


def test_a_database_that_does_not_answer_is_asked_again_at_the_login(app):
    url = db.engine.url.render_as_string(hide_password=False)
    served = in_production(app, url)
    served.config["WTF_CSRF_ENABLED"] = False
    with unit_of_work(db.session) as session:
        session.add(Mark(name="demo", value="1"))
    with served.app_context():
        answer = served.test_client().get("/login", base_url="https://127.0.0.1")
        told = answer.get_data(as_text=True)
        post = served.test_client().post("/login", data={"username": "grid"}, base_url="https://127.0.0.1")
        db.session.remove()
        db.engine.dispose()
    assert (answer.status_code, post.status_code) == (403, 403)
    assert "demo-2026" not in told
    assert "CASEAPP_PRODUCTION" in told


def test_a_database_out_of_reach_is_no_reason_not_to_start(app):
    assert in_production(app, "postgresql+psycopg://nobody@127.0.0.1:1/nothing")


def test_the_demo_is_not_loaded_where_a_real_office_works(app, run, monkeypatch):
    monkeypatch.setitem(app.extensions, "caseapp", replace(app.extensions["caseapp"], production=True))
    told = run("demo")
    assert told.exit_code == 1
    assert "CASEAPP_PRODUCTION" in told.output
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mark).where(Mark.name == "demo")) == 0
