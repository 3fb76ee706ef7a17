"""``actions/`` holds every write and nothing else: a file in it puts something down, itself or through another action."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from tests.house.code import APP, Module, read_modules

SHARED = f"{APP}.actions.context"  # who acts, when, on which session: what every action is handed
ON_A_SESSION = ("add", "add_all", "delete", "merge")
ON_ROWS = ("add", "change", "put_down")  # of rows that go in together (``db/rows.py``)
STATEMENTS = ("insert", "insert_new", "insert_new_rows", "insert_rows", "update", "delete")
ON_A_DISK = ("write", "write_bytes", "write_text", "unlink", "rename", "mkstemp", "backup")

Function = tuple[str, str]  # the module and the name


def actions() -> dict[str, Module]:
    """The modules of the storey."""
    return {name: module for name, module in read_modules().items() if name.startswith(f"{APP}.actions.")}


def idle(modules: Mapping[str, Module]) -> list[str]:
    """The modules in which no function writes."""
    called = {function: set(_calls(node, modules[function[0]])) for function, node in _functions(modules)}
    writing = {function for function, node in _functions(modules) if _writes(node, modules[function[0]])}
    while more := {function for function, calls in called.items() if calls & writing} - writing:
        writing |= more
    return sorted(set(modules) - {module for module, _name in writing} - {SHARED})


def _functions(modules: Mapping[str, Module]) -> Iterator[tuple[Function, ast.AST]]:
    for name, module in modules.items():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef):
                yield (name, node.name), node


def _writes(function: ast.AST, module: Module) -> bool:
    """Whether a function itself makes a row or changes one it was given, makes a statement that writes, or a file."""
    imported, nodes = _imported(module), list(ast.walk(function))
    calls = any(_is_write(node, imported) for node in nodes if isinstance(node, ast.Call))
    return calls or bool(_rows_given(function, imported) & _set_on(nodes))


def _rows_given(function: ast.AST, imported: Mapping[str, Function]) -> set[str]:
    """The arguments of a function that are rows."""
    rows = {name for name, (module, _name) in imported.items() if module.endswith(".models")}
    args = [node for node in ast.walk(function) if isinstance(node, ast.arg) and node.annotation]
    return {arg.arg for arg in args if rows & set(re.findall(r"\w+", ast.unparse(arg.annotation)))}


def _set_on(nodes: Iterable[ast.AST]) -> set[str]:
    """The names an attribute of which is set."""
    targets = [node.value for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _is_write(node: ast.Call, imported: Mapping[str, Function]) -> bool:
    if isinstance(node.func, ast.Name):
        makes_a_row = imported.get(node.func.id, ("", ""))[0].endswith(".models") and node.func.id[:1].isupper()
        return makes_a_row or node.func.id in STATEMENTS
    if not isinstance(node.func, ast.Attribute):
        return False
    on_a_session = node.func.attr in ON_A_SESSION and ast.unparse(node.func.value).endswith("session")
    on_rows = node.func.attr in ON_ROWS and ast.unparse(node.func.value) == "rows"
    return on_a_session or on_rows or node.func.attr in ON_A_DISK


def _calls(node: ast.AST, module: Module) -> Iterator[Function]:
    """The functions of this storey that a function calls, by the module they stand in."""
    stands_in = _imported(module)
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute):
            name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
            yield stands_in.get(name, (module.name, name))


def _imported(module: Module) -> dict[str, Function]:
    """What a module imports by name, and where each stands."""
    return {
        alias.asname or alias.name: (one.module or "", alias.name)
        for one in ast.walk(module.tree)
        if isinstance(one, ast.ImportFrom)
        for alias in one.names
    }


def test_every_file_in_actions_writes() -> None:
    found = idle(actions())
    assert not found, f"{', '.join(found)}: what only reads stands in a room (queries.py) or in papers/"


def test_a_file_that_only_reads_is_caught() -> None:
    reads = Module(f"{APP}.actions.a", "def find(ctx):\n    return ctx.session.scalars(select(Case)).all()")
    writes = Module(f"{APP}.actions.b", "def put(ctx):\n    ctx.session.add(Case())")
    through = Module(f"{APP}.actions.c", f"from {APP}.actions.b import put\ndef act(ctx):\n    put(ctx)")
    sets = Module(
        f"{APP}.actions.d", "from caseapp.domain.x.models import Case\ndef set(case: Case):\n    case.risk = 1"
    )
    assert idle({one.name: one for one in (reads, writes, through, sets)}) == [reads.name]
