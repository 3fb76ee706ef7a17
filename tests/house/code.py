"""Reads the application as text: which module imports what, and where in the house a module stands."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = "caseapp"
TABLES = "caseapp.tables"  # names every models file, for the migrations and the mappers


@dataclass(frozen=True)
class Place:
    """Where a module stands: its storey, and in the domain its room and what kind of file it is."""

    storey: str
    room: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Import:
    """One import: who, what, where; ``late`` inside a function, ``typing`` for the type checker's eyes alone."""

    module: str
    target: str
    line: int
    late: bool = False
    typing: bool = False

    @property
    def package(self) -> str:
        """The distribution's import name, such as ``flask``."""
        return self.target.split(".")[0]

    @property
    def inside(self) -> bool:
        """Whether the application imports itself."""
        return self.package == APP


def place_of(name: str) -> Place:
    """``caseapp.domain.cases.models`` stands on the domain storey, in the room cases, and is a models file."""
    parts = name.split(".")
    if len(parts) == 1 or name == TABLES:
        return Place("assembly", kind="tables" if name == TABLES else "")
    if parts[1] != "domain" or len(parts) == 2:
        return Place(parts[1])
    kind = parts[3] if len(parts) > 3 and parts[3] in ("models", "queries") else "pure"
    return Place("domain", parts[2], kind)


@dataclass(frozen=True)
class Module:
    """One file of the application."""

    name: str
    source: str
    path: str = ""

    @cached_property
    def tree(self) -> ast.Module:
        """The file, parsed."""
        return ast.parse(self.source, self.path or self.name)

    @property
    def place(self) -> Place:
        """Where it stands."""
        return place_of(self.name)

    @cached_property
    def imported(self) -> list[tuple[ast.Import | ast.ImportFrom, bool, bool]]:
        """Its statements that import, whether late and whether for the type checker's eyes alone."""
        return list(_walk(self.tree, late=False, typing=False))

    @cached_property
    def used(self) -> list[tuple[int, str]]:
        """Every dotted name it uses, spelt in full whatever it was imported as."""
        return list(_uses(self.tree))

    def imports(self, known: Iterable[str]) -> list[Import]:
        """Every import, with ``from package import module`` resolved to the module."""
        return list(_imports(self, known if isinstance(known, Mapping) else frozenset(known)))


@lru_cache
def read_modules(root: Path = ROOT) -> Mapping[str, Module]:
    """Every module of the application by name; read and parsed once for all the rules."""
    found = {}
    for path in sorted((root / APP).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())
    return found


def imports_of(modules: Mapping[str, Module]) -> list[Import]:
    """Every import of the application."""
    return [one for module in modules.values() for one in module.imports(modules)]


def _imports(module: Module, known: Container[str]) -> Iterator[Import]:
    package = module.name if module.path.endswith("__init__.py") else module.name.rpartition(".")[0]
    for node, late, typing in module.imported:
        for target in dict.fromkeys(_targets(node, package, known)):
            yield Import(module.name, target, node.lineno, late, typing)


def _walk(node: ast.AST, *, late: bool, typing: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool, bool]]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node, late, typing
    late = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for name, value in ast.iter_fields(node):
        for_types = typing or (
            name == "body" and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        )
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _walk(child, late=late, typing=for_types)


def _targets(node: ast.Import | ast.ImportFrom, package: str, known: Container[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, *([base] if base else [])])
    for alias in node.names:
        full = f"{base}.{alias.name}"
        yield full if full in known else base


def _uses(tree: ast.Module) -> Iterator[tuple[int, str]]:
    aliases = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            aliases |= {alias.asname: alias.name for alias in node.names if alias.asname}
        if isinstance(node, ast.ImportFrom):
            aliases |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            head, _, rest = _dotted(node).partition(".")
            yield node.lineno, aliases.get(head, head) + (f".{rest}" if rest else "")


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def cycles(imports: Iterable[Import]) -> list[list[str]]:
    """The groups of modules that import each other in a ring."""
    graph: dict[str, set[str]] = {}
    for one in imports:
        if one.inside and not one.typing and one.target != one.module:
            graph.setdefault(one.module, set()).add(one.target)
    reach = {module: _reachable(module, graph) for module in graph}
    rings = {frozenset(other for other in reach[module] if module in reach.get(other, ())) for module in graph}
    return sorted(sorted(ring) for ring in rings if ring)


def _reachable(start: str, graph: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(graph.get(start, ()))
    while todo:
        module = todo.pop()
        if module not in found:
            found.add(module)
            todo.extend(graph.get(module, ()))
    return found
