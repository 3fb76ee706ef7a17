"""A function has few ways through it, so that it can be held in the head: each step has a name of its own.

Counted as in "cyclomatic complexity": a branch, a loop, a condition in a comprehension, each "and" and "or". Functions
inside a function count with it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.code import Module, read_modules

MOST = 10
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.Assert, ast.match_case)


def ways_through(function: ast.AST) -> int:
    """How many ways lead through a function."""
    return 1 + sum(map(_ways_added, ast.walk(function)))


def _ways_added(node: ast.AST) -> int:
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    has_else = isinstance(node, ast.For | ast.While | ast.Try) and bool(node.orelse)
    return isinstance(node, BRANCHES) + has_else


def with_too_many(module: Module) -> Iterator[str]:
    """The functions of a module with too many ways through them."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (ways := ways_through(node)) > MOST:
            yield f"{module.path}:{node.lineno} {node.name} has {ways} ways through it, more than {MOST}: name a step of it"


def test_no_function_has_too_many_ways_through_it() -> None:
    found = [line for module in read_modules().values() for line in with_too_many(module)]
    assert not found, "\n".join(found)


def test_ways_are_counted() -> None:
    source = "def f(a, b):\n    if a and b:\n        return [x for x in a if x]\n    return a or b"
    assert ways_through(ast.parse(source).body[0]) == 1 + 2 + 2 + 1


def test_too_many_ways_are_caught() -> None:
    source = f"def f(a):\n    return {' or '.join(['a'] * (MOST + 1))}"
    assert len(list(with_too_many(Module("caseapp.x", source, "caseapp/x.py")))) == 1
