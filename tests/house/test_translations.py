"""The Chinese catalogue is whole: every message translated, none unused, none guessed, places kept."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

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


def test_no_translation_is_unused(written, extracted):
    assert [one.id for one in written if one.id and one.id not in extracted] == []


def test_a_translation_has_the_places_of_its_message(written):
    wrong = [one.id for one in written if one.id and set(PLACE.findall(one.id)) != set(PLACE.findall(one.string))]
    assert wrong == []
