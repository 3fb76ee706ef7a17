"""What a command does not need it does not load: libraries that make files wait until a file is made."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click
import pytest

from caseapp.cli import COMMANDS, load, main
from tests.house.code import ROOT

MAKERS = {"docx", "docxtpl", "fontTools", "fpdf", "lxml", "openpyxl", "PIL", "pypdfium2", "uharfbuzz"}
PAGES = {"flask_bootstrap", "flask_login", "flask_wtf", "waitress", "wtforms"}
REPORT = "import sys; print('loaded', *sorted({name.split('.')[0] for name in sys.modules}))"

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """An installation of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEAPP_")}
    return {**kept, "CASEAPP_INSTANCE": str(tmp_path_factory.mktemp("instance"))}


def loaded_after(source: str, environ: Mapping[str, str]) -> set[str]:
    """The packages a fresh interpreter holds once it has done that."""
    done = subprocess.run(
        [sys.executable, "-c", f"{source}\n{REPORT}"],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()[1:])


def command(*words: object) -> str:
    """The source that gives a command."""
    return f"from caseapp.cli import main\nmain({[str(word) for word in words]}, standalone_mode=False)"


def test_help_loads_no_library_but_its_own(environ):
    loaded = loaded_after(command("--help"), environ) - set(sys.stdlib_module_names)
    assert {name for name in loaded if not name.startswith("_")} == {"caseapp", "click"}


def test_an_export_of_cases_loads_neither_pages_nor_what_makes_files(environ, tmp_path: Path):
    loaded_after(command("db", "upgrade"), environ)
    loaded = loaded_after(command("cases", "export", tmp_path / "cases.jsonl"), environ)
    assert loaded & (MAKERS | PAGES) == set()
    assert (tmp_path / "cases.jsonl").exists()


def test_the_pages_load_without_what_makes_files(environ):
    loaded = loaded_after("from caseapp import create_app\ncreate_app()", environ)
    assert loaded & MAKERS == set()
    assert "flask_login" in loaded


def test_a_process_that_serves_has_loaded_what_makes_files(environ):
    assert loaded_after("import wsgi", environ) >= MAKERS - {"pypdfium2"}  # it is the press's own, another process


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_of_commands_says_what_they_say_of_themselves(name: str):
    listed, really = main.commands[name], load(name)
    assert (really.name, really.help) == (name, listed.help)


def test_a_command_is_found_and_an_unknown_one_is_not():
    context = click.Context(main)
    assert main.resolve_command(context, ["sweep", "--json"]) == ("sweep", load("sweep"), ["--json"])
    with pytest.raises(click.UsageError, match="nonsense"):
        main.resolve_command(context, ["nonsense"])


def test_a_statement_knows_the_types_of_its_columns_whatever_was_loaded_first(environ):
    """Columns that refer to another table have their types from there, and a command loads less than a page."""
    loaded_after(
        "from datetime import date\nfrom caseapp.actions import duties, owed\n"
        "for one in (duties.standing_of, duties.came_of, duties.readers_by_post): one(date(2026, 11, 23))\n"
        "owed._of_cases('ids')",
        environ,
    )
