"""No file says where it was made, or where packages come from: both differ from office to office."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.code import ROOT

# Written in pieces, so that this file does not find itself.
HOSTS = ("py" + "pi.org", "files.python" + "hosted", "registry.npm" + "js", "deb.de" + "bian.org")
FOLDERS = ("wo" + "rk", "ro" + "ot", "ho" + "me")
PLACES = re.compile(
    "|".join(
        [
            *(re.escape(host) for host in HOSTS),
            r"[\w.-]+/sim" + r"ple/",  # the path of a package index
            r"(?<![\w.~*$})\]-])/(?:" + "|".join(FOLDERS) + r")/",  # an absolute path, not the middle of one
        ]
    )
)
LOCK_OPTIONS = re.compile(r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links)\b|://", re.MULTILINE)
BINARY = (".png", ".jpg", ".ico", ".xlsx", ".xls", ".docx", ".pdf", ".zip", ".woff", ".woff2", ".gz", ".mo", ".sqlite3")
SKIPPED_FOLDERS = {".git", "instance", "node_modules"}


def made_folders(root: Path = ROOT) -> set[str]:
    """The folders that programs make: those git passes over, by their names, and a few that are in no list."""
    ignored = (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    return SKIPPED_FOLDERS | {line.strip("/") for line in ignored if line.endswith("/")}


def project_files(root: Path = ROOT) -> list[Path]:
    """What is, or would be, checked in; without git, everything that is not made by a program."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        told = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout.decode()
        found = [root / name for name in told.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        made = made_folders(root)
        found = [path for path in root.rglob("*") if not set(path.relative_to(root).parts) & made]
    return [path for path in found if path.is_file() and path.suffix not in BINARY]


def places_told(text: str) -> Iterator[str]:
    """Each line that tells a place."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := PLACES.search(line):
            yield f"{number}: {found.group()}"


def test_no_file_tells_a_registry_or_a_folder_of_this_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{place}"
        for path in project_files()
        for place in places_told(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not found, "say it without the address, or with a path from the checkout on:\n" + "\n".join(found)


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").iterdir()), ids=lambda path: path.name)
def test_no_lock_tells_where_packages_come_from(path: Path) -> None:
    found = LOCK_OPTIONS.search(path.read_text(encoding="utf-8"))
    assert not found, f"make the lock again as CONTRIBUTING.md says: it holds {found.group() if found else ''}"


@pytest.mark.parametrize(
    "text",
    [
        "see https://" + HOSTS[0] + "/project/x",
        "https://mirror.example/sim" + "ple/flask",
        "cd /" + FOLDERS[0] + "/main",
        'path = "/' + FOLDERS[1] + '/x"',
        "(/" + FOLDERS[2] + "/me/x)",
    ],
)
def test_a_told_place_is_caught(text: str) -> None:
    assert list(places_told(text))


@pytest.mark.parametrize(
    "text", ["templates/work/list.html", "a simple/plain word", "tests/" + FOLDERS[1] + "/x", "/cases/new"]
)
def test_a_path_inside_the_checkout_is_fine(text: str) -> None:
    assert not list(places_told(text))


def test_an_index_in_a_lock_is_caught() -> None:
    assert LOCK_OPTIONS.search("flask==3\n--index-url x")
    assert LOCK_OPTIONS.search("flask @ https://x")
    assert not LOCK_OPTIONS.search("flask==3 --hash=sha256:ab")


def test_the_files_were_read() -> None:
    assert ROOT / "setup.cfg" in project_files()


def test_without_git_what_programs_made_is_passed_over(tmp_path: Path) -> None:
    """A tree that was unpacked under a home folder: what hypothesis keeps holds its path."""
    (tmp_path / ".gitignore").write_text((ROOT / ".gitignore").read_text())
    for name in (".hypothesis/constants/one", ".venv/pyvenv.cfg", "caseapp/__pycache__/x", "caseapp/db.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("made")
    assert [path.name for path in project_files(tmp_path)] == [".gitignore", "db.py"]
