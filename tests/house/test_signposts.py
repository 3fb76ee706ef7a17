"""The table "Where is …?" of the README points at places that exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.code import APP, ROOT

READMES = ("README.md", "README.zh-CN.md")
HEADINGS = ("Where is", "在哪里", "在哪儿")
ADDRESS = re.compile(r"`([\w./-]+\.\w+|[\w./-]+/)(?::\s*([A-Za-z_]\w*)(?:\(\))?)?`")


def addresses(readme: str) -> Iterator[tuple[str, str]]:
    """Each path of the table, with the symbol after the colon, or with an empty one."""
    inside = False
    for line in readme.splitlines():
        if line.startswith("#"):
            inside = any(heading in line for heading in HEADINGS)
        if inside and line.startswith("|"):
            yield from ADDRESS.findall(line)


def missing(path: str, symbol: str, root: Path = ROOT) -> str:
    """What is wrong with an address, or nothing."""
    places = [place for place in (root / path, root / APP / path) if place.exists()]
    if not places:
        return f"{path} does not exist"
    if symbol and symbol not in symbols(places[0].read_text(encoding="utf-8")):
        return f"{path} has no {symbol}"
    return ""


def symbols(source: str) -> set[str]:
    """The functions, classes and names a file defines."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


@pytest.mark.parametrize("name", READMES)
def test_every_signpost_points_at_something(name: str) -> None:
    readme = ROOT / name
    assert readme.exists(), f"write {name}"
    table = list(addresses(readme.read_text(encoding="utf-8")))
    if name == "README.md":
        assert table, 'it needs the table "Where is …?"'
    wrong = [told for path, symbol in table if (told := missing(path, symbol))]
    assert not wrong, f"mend the table of {name}:\n" + "\n".join(wrong)


def test_the_table_is_read() -> None:
    readme = "# Top\n| a | `other.py` |\n## Where is …?\n| what | `a/b.py: f()`, also `c/` |\n# Next\n| a | `d.py` |"
    assert list(addresses(readme)) == [("a/b.py", "f"), ("c/", "")]


def test_a_wrong_signpost_is_caught(tmp_path: Path) -> None:
    (tmp_path / "there.py").write_text("def f(): pass\nTABLE: dict = {}\n")
    assert missing("there.py", "f", tmp_path) == ""
    assert missing("there.py", "TABLE", tmp_path) == ""
    assert missing("there.py", "g", tmp_path) == "there.py has no g"
    assert missing("gone.py", "", tmp_path) == "gone.py does not exist"


def test_every_decision_has_a_number_of_its_own_and_says_it() -> None:
    numbered = [
        (path.name[:4], path.read_text(encoding="utf-8")) for path in sorted((ROOT / "docs/decisions").iterdir())
    ]
    numbers = [number for number, _text in numbered]
    assert numbers == sorted(set(numbers))
    assert [number for number, text in numbered if not text.startswith(f"# {int(number)}. ")] == []
