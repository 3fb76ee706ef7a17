"""An installation that cannot work says what is wrong in a sentence, whatever is asked of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

import caseapp.cli
from caseapp.cli import server
from caseapp.db import db
from tests.cli.terminal import assert_told

ROOT = Path(__file__).resolve().parents[2]
Ask = Callable[..., Result]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Ask]:
    """Run a command with these settings, on an installation of its own."""
    made, really = [], caseapp.cli.create_app

    def create_app(**how: bool) -> Flask:
        made.append(really(**how))
        return made[-1]

    monkeypatch.setattr(caseapp.cli, "create_app", create_app)

    def invoke(settings: Mapping[str, str], *words: str) -> Result:
        for name in ("CASEAPP_NOW", "CASEAPP_DATABASE_URL", "CASEAPP_PRODUCTION"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {"CASEAPP_INSTANCE": str(tmp_path / "instance"), **settings}.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(caseapp.cli.main, list(words))

    yield invoke
    for app in made:
        with app.app_context():
            db.engine.dispose()


def test_a_clock_that_shows_no_time_is_refused(ask):
    assert_told(ask({"CASEAPP_NOW": "noon"}, "sweep", "--json"), "noon")


def test_a_stopped_clock_is_refused_in_production(ask):
    settings = {"CASEAPP_NOW": "2026-11-23T10:00", "CASEAPP_PRODUCTION": "1"}
    assert_told(ask(settings, "sweep", "--json"), "CASEAPP_NOW")


def test_a_bad_setting_is_named_in_the_language_of_the_office(ask):
    assert_told(ask({"CASEAPP_NOW": "noon"}, "sweep", "--json"), "不是日期时间")


URLS = {
    "no address": "nonsense",
    "a database without its driver": "mysql://root@127.0.0.1/caseapp",
    "a folder that is not there": "sqlite:////no/such/folder/caseapp.sqlite3",
    "nobody answers": "postgresql://caseapp@127.0.0.1:1/caseapp",
}


@pytest.mark.parametrize("what", URLS)
def test_a_database_that_cannot_be_reached_is_named(ask, what):
    assert_told(ask({"CASEAPP_DATABASE_URL": URLS[what]}, "sweep", "--json"), "")


@pytest.mark.parametrize("words", [("sweep", "--json"), ("audit", "verify"), ("overdue", "--unit", "TH", "--json")])
def test_a_database_without_its_tables_asks_for_the_upgrade(ask, words):
    assert_told(ask({}, *words), "db upgrade")


def test_an_address_that_is_taken_is_named(tmp_path):
    environ = {**os.environ, "CASEAPP_INSTANCE": str(tmp_path), "CASEAPP_DATABASE_URL": "", "CASEAPP_NOW": ""}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-c", "from caseapp.cli import main; main()", "serve", "--no-scheduler", "--port"]
        done = subprocess.run(
            [*command, port], cwd=ROOT, env=environ, timeout=60, capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert port in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [("--port", "99999"), ("--port", "0"), ("--threads", "0")], ids=" ".join)
def test_a_port_or_number_of_threads_that_cannot_be_is_wrong_usage(run, monkeypatch, words):
    class Idle:
        def run(self) -> None:
            """Return at once, where the real one would wait for ever."""

    monkeypatch.setattr(server, "listen", lambda *_args: Idle())
    assert run("serve", *words, "--no-scheduler").exit_code in (1, 2)


def test_an_instance_folder_that_cannot_be_written_to_is_named(ask, tmp_path):
    (tmp_path / "a file").touch()
    assert_told(ask({"CASEAPP_INSTANCE": str(tmp_path / "a file" / "instance")}, "sweep", "--json"), "无法写入")
