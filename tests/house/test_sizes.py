"""Functions and files stay small enough to be read at a glance."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.code import Module, read_modules

LONGEST_FUNCTION = 40
LONGEST_FILE = 300
LONGEST_BY_HAND = 50  # lines that the formatter leaves alone, as a table that is read across

# What may be longer, each with its reason: "caseapp/x.py" for a file, "caseapp/x.py:name" for a function.
ALLOWED: dict[str, str] = {}


def too_long(module: Module) -> Iterator[str]:
    """The file, if it is too long, and each of its functions that is."""
    length = len(module.source.splitlines())
    if length > LONGEST_FILE and module.path not in ALLOWED:
        yield f"{module.path} has {length} lines, more than {LONGEST_FILE}: split it by subject"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION and f"{module.path}:{node.name}" not in ALLOWED:
                where = f"{module.path}:{node.lineno}"
                yield f"{where} {node.name} has {lines} lines, more than {LONGEST_FUNCTION}: divide it"


def too_long_a_table(module: Module) -> Iterator[str]:
    """The statements of a module that are laid out by hand over too many lines."""
    ends = {number for number, line in enumerate(module.source.splitlines(), start=1) if line.endswith("# fmt: skip")}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr | ast.Return) and node.end_lineno in ends:
            lines = node.end_lineno - node.lineno + 1
            if lines > LONGEST_BY_HAND:
                where = f"{module.path}:{node.lineno}"
                yield f"{where} {lines} lines are laid out by hand, more than {LONGEST_BY_HAND}: let the formatter do it"


def written_by_hand() -> list[Module]:
    """Every module but the migrations, which are written once by the generator."""
    return [module for module in read_modules().values() if not module.name.startswith("caseapp.migrations.versions")]


def test_no_file_and_no_function_is_too_long() -> None:
    found = [line for module in written_by_hand() for line in too_long(module)]
    assert not found, "\n".join(found)


def test_no_long_table_is_laid_out_by_hand() -> None:
    found = [line for module in written_by_hand() for line in too_long_a_table(module)]
    assert not found, "\n".join(found)


def test_what_is_allowed_to_be_longer_still_exists() -> None:
    paths = {module.path for module in written_by_hand()}
    assert {name.partition(":")[0] for name in ALLOWED} <= paths


def test_a_long_table_laid_out_by_hand_is_caught() -> None:
    table = "x = [\n" + "    1,\n" * LONGEST_BY_HAND + "]  # fmt: skip"
    assert len(list(too_long_a_table(Module("caseapp.x", table, "caseapp/x.py")))) == 1
    assert list(too_long_a_table(Module("caseapp.x", table.replace("  # fmt: skip", ""), "caseapp/x.py"))) == []


def test_a_long_file_and_a_long_function_are_caught() -> None:
    body = "    pass\n" * LONGEST_FUNCTION
    assert len(list(too_long(Module("caseapp.x", f"def f():\n{body}", "caseapp/x.py")))) == 1
    assert len(list(too_long(Module("caseapp.x", "x = 1\n" * (LONGEST_FILE + 1), "caseapp/x.py")))) == 1
    assert list(too_long(Module("caseapp.x", "x = 1\n" * LONGEST_FILE, "caseapp/x.py"))) == []
