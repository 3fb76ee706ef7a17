"""A name means one thing: no two classes of the application are called the same."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable

from tests.house.code import Module, read_modules


def shared_names(modules: Iterable[Module]) -> dict[str, list[str]]:
    """The names that more than one class has, each with where these stand."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(f"{module.path}:{node.lineno}")
    return {name: places for name, places in found.items() if len(places) > 1}


def test_no_two_classes_share_a_name() -> None:
    found = shared_names(read_modules().values())
    assert not found, "\n".join(f"{name}: {', '.join(places)}" for name, places in found.items())


def test_a_name_used_twice_is_caught() -> None:
    here, there = (Module(name, "class Told:\n    pass", f"{name}.py") for name in ("here", "there"))
    assert shared_names([here, there]) == {"Told": ["here.py:1", "there.py:1"]}
