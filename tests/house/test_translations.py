"""The Chinese catalogue is whole: every message translated, none unused, none guessed, places kept."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.house.code import read_modules

CHECKOUT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"%\((\w+)\)[sd]")


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def written() -> Catalog:
    return catalogue(CHECKOUT / "caseapp/translations/zh_Hans_CN/LC_MESSAGES/messages.po")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> Catalog:
    """What code and templates say today."""
    found = tmp_path_factory.mktemp("messages") / "messages.pot"
    extract = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", "-k", "N_"]
    subprocess.run([*extract, "-o", str(found), "."], cwd=CHECKOUT, check=True)
    return catalogue(found)


def test_every_message_is_translated_and_none_by_guess(written, extracted):
    missing = [one.id for one in extracted if one.id and (one.id not in written or not written[one.id].string)]
    assert missing == []
    assert [one.id for one in written if one.id and one.fuzzy] == []


def marked_in_a_template(source: str) -> list[int]:
    """Lines where a message is marked inside an f-string, where the extraction does not see it."""
    inside = [
        part for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
    ]
    calls = (part for part in inside if isinstance(part, ast.Call) and isinstance(part.func, ast.Name))
    return sorted(call.lineno for call in calls if call.func.id in ("N_", "_", "gettext"))


def test_no_message_hides_in_an_f_string():
    hidden = {module.path: marked_in_a_template(module.source) for module in read_modules().values()}
    assert {path: lines for path, lines in hidden.items() if lines} == {}
    assert marked_in_a_template("f\"1 {say(N_('Rates'))}\"") == [1]


def test_no_translation_is_unused(written, extracted):
    assert [one.id for one in written if one.id and one.id not in extracted] == []


def test_a_translation_has_the_places_of_its_message(written):
    wrong = [one.id for one in written if one.id and set(PLACE.findall(one.id)) != set(PLACE.findall(one.string))]
    assert wrong == []
