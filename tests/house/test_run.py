"""The launcher: its command line, and the parts that need no environment."""

from __future__ import annotations

import ast
import errno
import importlib.machinery
import importlib.util
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tests.conftest import pytest_terminal_summary
from tests.house.code import ROOT

RUN = ROOT / "run"


@pytest.fixture(scope="module")
def launcher() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("launcher", str(RUN))
    spec = importlib.util.spec_from_loader("launcher", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(RUN), *arguments], capture_output=True, text=True, check=False)


def test_help_names_every_command() -> None:
    told = call("--help")
    assert told.returncode == 0
    for command in ("demo", "test", "setup", "lint"):
        assert f"\n    {command} " in told.stdout


def test_an_unknown_command_is_wrong_usage() -> None:
    told = call("nonsense")
    assert told.returncode == 2
    assert "nonsense" in told.stderr


def test_no_command_is_wrong_usage() -> None:
    assert call().returncode == 2


@pytest.mark.parametrize("command", ["demo", "setup", "lint"])
def test_an_argument_too_many_is_wrong_usage(command: str) -> None:
    assert call(command, "nonsense").returncode == 2


def test_it_needs_the_standard_library_alone() -> None:
    tree = ast.parse(RUN.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.skipif(os.name == "nt", reason="Windows starts it with py")
def test_it_can_be_started_as_it_is() -> None:
    assert os.access(RUN, os.X_OK)
    assert RUN.read_text(encoding="utf-8").startswith("#!/usr/bin/env python3\n")


def test_arguments_of_pytest_reach_it_as_they_are(launcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(launcher, "test", lambda rest: seen.append(list(rest)))
    assert launcher.main(["test", "--all", "-k", "overdue and not sealed", "tests/house", "--maxfail=1"]) == 0
    assert seen == [["--all", "-k", "overdue and not sealed", "tests/house", "--maxfail=1"]]


@pytest.mark.parametrize(("words", "level"), [(["setup"], "run"), (["setup", "--tests"], "test")])
def test_the_environment_alone_is_that_of_the_program_or_of_the_tests(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch, words: list[str], level: str
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(launcher, "setup", asked.append)
    assert launcher.main(words) == 0
    assert asked == [level]


def test_all_refuses_when_something_is_missing(launcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "setup", lambda _level: None)
    monkeypatch.setattr(launcher, "find_postgres", lambda: None)
    monkeypatch.setattr(launcher, "find_chromium", lambda: None)
    monkeypatch.setattr(launcher, "has_font", lambda: False)
    monkeypatch.setattr(launcher, "find_office", lambda: None)
    monkeypatch.delenv("CASEAPP_TEST_POSTGRES", raising=False)
    monkeypatch.delenv("CASEAPP_TEST_CHROMIUM", raising=False)
    monkeypatch.delenv("CASEAPP_TEST_OFFICE", raising=False)
    with pytest.raises(launcher.Refusal, match=r"PostgreSQL.*Chromium.*LibreOffice.*font"):
        launcher.test(["--all"])


def test_without_all_it_says_what_will_be_skipped(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(launcher, "setup", lambda _level: None)
    monkeypatch.setattr(launcher, "find_postgres", lambda: None)
    monkeypatch.setattr(launcher, "patiently", lambda _command, _environ: 0)
    monkeypatch.setattr(launcher, "has_font", lambda: False)
    monkeypatch.delenv("CASEAPP_TEST_POSTGRES", raising=False)
    monkeypatch.setenv("CASEAPP_TEST_CHROMIUM", "chromium")
    monkeypatch.setenv("CASEAPP_TEST_OFFICE", "soffice")
    assert launcher.test([]) == 0
    told = capsys.readouterr().out
    assert "skipped, because no PostgreSQL" in told
    assert "skipped, because no Chinese font" in told
    assert "Chromium" not in told
    assert "LibreOffice" not in told


def test_an_old_python_is_refused_with_a_sentence(launcher: ModuleType) -> None:
    launcher.check_python((3, 11, 0))
    launcher.check_python((4, 0, 0))
    with pytest.raises(launcher.Refusal, match=r"needs Python 3\.11 or newer, and this is 3\.10\.9"):
        launcher.check_python((3, 10, 9))


def test_settings_of_an_installation_do_not_reach_the_tests(launcher: ModuleType) -> None:
    base = {"PATH": "/bin", "CASEAPP_DATABASE_URL": "postgresql://office", "CASEAPP_TEST_POSTGRES": "old"}
    environ = launcher.test_environment(base, "new", "", "", everything=True)
    compiled = {"PYTHONPYCACHEPREFIX": str(launcher.VENV / "compiled")}
    assert environ == {"PATH": "/bin", "CASEAPP_TEST_POSTGRES": "new", "CASEAPP_TEST_ALL": "1"} | compiled


def test_the_newest_postgres_is_taken(launcher: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert launcher.find_postgres(tmp_path) is None
    for version in ("9.6", "15", "16"):
        programs = tmp_path / version / "bin"
        programs.mkdir(parents=True)
        (programs / "initdb").touch()
        if version != "16":  # a client alone is no server
            (programs / "pg_ctl").touch()
    assert launcher.find_postgres(tmp_path) == tmp_path / "15" / "bin"


def test_a_taken_port_is_passed_over(launcher: ModuleType) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        if port + 1 < 65535:
            assert port < launcher.free_port(port) < port + 100


def test_a_wheelhouse_in_or_beside_the_checkout_is_used(launcher: ModuleType, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    assert launcher.wheelhouse(checkout) == []
    (tmp_path / "wheelhouse").mkdir()
    (tmp_path / "wheelhouse" / "flask-3-py3-none-any.whl").touch()
    assert launcher.wheelhouse(checkout) == ["--no-index", "--find-links", str(tmp_path / "wheelhouse")]


def test_a_changed_lock_changes_the_fingerprint(launcher: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    for name in ("requirements/run.lock", "requirements/test.lock", *launcher.SHAPED_BY):
        (tmp_path / name).write_text("one")
    before = launcher.fingerprint("run", tmp_path), launcher.fingerprint("test", tmp_path)
    (tmp_path / "requirements/test.lock").write_text("two")
    assert launcher.fingerprint("run", tmp_path) == before[0]
    assert launcher.fingerprint("test", tmp_path) != before[1]


@pytest.fixture
def unmade(launcher: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """An environment elsewhere, and the commands that would make it."""
    ran: list[list[str]] = []

    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 0, "")

    monkeypatch.setattr(launcher, "VENV", tmp_path)
    monkeypatch.setattr(launcher, "BIN", tmp_path / "bin")
    monkeypatch.setattr(launcher, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(launcher.subprocess, "run", run)
    return ran


def test_a_half_made_environment_is_made_anew(launcher: ModuleType, unmade: list[list[str]]) -> None:
    python = Path(launcher.program("python"))
    python.parent.mkdir()
    python.touch()  # what Ctrl-C, or a missing python3-venv, leaves behind
    launcher.make_environment()
    assert "--clear" in unmade[0]
    launcher.STAMP.write_text(f'{{"maker": "{launcher.maker()}"}}')
    launcher.make_environment()
    assert len(unmade) == 1


def test_what_was_broken_off_has_no_stamp(
    launcher: ModuleType, unmade: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(_level: str) -> None:
        raise KeyboardInterrupt

    launcher.STAMP.write_text(f'{{"maker": "{launcher.maker()}"}}')
    monkeypatch.setattr(launcher, "install", broken_off)
    with pytest.raises(KeyboardInterrupt):
        launcher.setup("run")
    assert not launcher.STAMP.exists()


def test_without_ensurepip_it_names_the_package_and_leaves_nothing_behind(
    launcher: ModuleType, unmade: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(launcher.Refusal, match="apt-get install python3-venv"):
        launcher.make_environment()
    assert unmade == []


@pytest.mark.parametrize(("number", "said"), [(errno.EROFS, "cannot be written to"), (errno.ENOSPC, "disk is full")])
def test_a_folder_that_cannot_be_written_to_is_named_before_anything_begins(
    launcher: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def refused(**_options: object) -> None:
        raise OSError(number, os.strerror(number))

    launcher.check_writable(tmp_path, tmp_path / "not there")
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(launcher.tempfile, "TemporaryFile", refused)
    with pytest.raises(launcher.Refusal, match=said):
        launcher.check_writable(tmp_path)


def test_an_empty_wheelhouse_is_named(launcher: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "wheelhouse").mkdir()
    with pytest.raises(launcher.Refusal, match="wheelhouse is there but holds no wheel"):
        launcher.wheelhouse(tmp_path)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("[Errno 30] Read-only file system: 'x'", "copy the checkout into a folder of your own"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))\nERROR: No matching distribution "
         "found for alembic==1", "PIP_CERT"),
        ("ERROR: Could not find a suitable TLS CA certificate bundle, invalid path: x", "PIP_CERT"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "not the one in the lock"),
        ("<HTTPSConnection>: Failed to establish a new connection: [Errno -2] Name or service not known\n"
         "ERROR: No matching distribution found for alembic==1", "there is no network"),
        ("ERROR: No matching distribution found for alembic==1.20.1 (from -r x)", "alembic==1.20.1 is not there"),
        ("Segmentation fault", "(?s)pip could not.* It said:.*Segmentation fault"),
    ],
)  # fmt: skip
def test_each_failure_has_its_sentence(launcher: ModuleType, told: str, said: str) -> None:
    assert re.search(said, launcher.diagnosis("Looking in links\n" + told, "pip could not."))


def test_what_fails_without_a_word_on_a_full_disk_is_put_down_to_it(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher.shutil, "disk_usage", lambda _place: SimpleNamespace(free=launcher.LITTLE - 1))
    assert launcher.diagnosis("returned non-zero exit status 1", "Python could not.") == launcher.FULL


def test_progress_says_how_many_there_are(launcher: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    progress = launcher.Progress(21)
    for number in range(10):
        progress.read(f"Collecting package-{number}==1.0 (from -r requirements/run.lock (line 1))\n")
        progress.read("  Downloading package.whl (10 kB)\n")
    progress.read("Processing ./wheelhouse/argon2_cffi-25.1.0-py3-none-any.whl (from -r run.lock)\n")
    progress.read("Installing collected packages: package-0, argon2-cffi\n")
    assert capsys.readouterr().out.splitlines() == [
        "Fetching 1 of 21: package-0",
        "Fetching 11 of 21: argon2_cffi",
        "Unpacking 21 packages, a few seconds more ...",
    ]


def test_skips_are_counted_by_reason() -> None:
    lines: list[str] = []
    skipped = [SimpleNamespace(longrepr=("a file", 1, f"Skipped: {why} is not there")) for why in ("A", "B", "B")]
    reporter = SimpleNamespace(stats={"skipped": skipped}, section=lines.append, line=lines.append)
    pytest_terminal_summary(reporter)
    assert lines == ["skipped, by reason", "    2 B is not there", "    1 A is not there"]
