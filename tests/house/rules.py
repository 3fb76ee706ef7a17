"""The floor plan as rules. Each says what breaks it, and what to do instead."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.house.code import Import, Module, Place, cycles, imports_of, place_of

ROOMS = (
    "org", "people", "access", "audit", "cases", "search", "teams", "deadlines", "screening", "supervision",
    "documents", "queue", "receipts", "moves", "issuing", "notices", "rates", "reports", "meetings", "receptions", "retention", "exchange",
    "verification",
)  # fmt: skip
EDGES = ("web", "api", "jobs", "cli")
STOREYS = (
    "assembly",
    "config",
    "db",
    "kernel",
    "office",
    "domain",
    "papers",
    "actions",
    "labels",
    "demo",
    "migrations",
    *EDGES,
)
WEB_LIBRARIES = ("flask", "flask_", "wtforms", "werkzeug", "jinja2", "click", "waitress", "gunicorn", "apscheduler")
TEMPLATE_ENGINE = ("jinja2", "caseapp.office.docx_sandbox")  # the language of Word templates, and who alone speaks it
DATA_LIBRARIES = ("sqlalchemy", "alembic", "psycopg", "sqlite3")
CLOCKS = (
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "flask_login.current_user", "current_user",
    "caseapp.kernel.clock.system_clock", "sqlalchemy.func.now", "sqlalchemy.func.current_timestamp",
    "sqlalchemy.func.current_date",
)  # fmt: skip
WRITES = ("sqlalchemy.insert", "sqlalchemy.update", "sqlalchemy.delete")
WRITING_CALLS = ("session.add", "session.add_all", "session.delete", "session.merge", "session.flush")
VAGUE = ("util", "utils", "helper", "helpers", "common", "misc")

Broken = Iterator[tuple[str, int, str]]  # module, line, what is wrong there


@dataclass(frozen=True)
class Rule:
    """One sentence of the plan: its name, what to do instead of breaking it, and who breaks it."""

    name: str
    instead: str
    broken: Callable[[Mapping[str, Module]], Broken]


def by_import(breaks: Callable[[Place, Import, Place], bool]) -> Callable[[Mapping[str, Module]], Broken]:
    """A rule about single imports: who imports, the import, who is imported."""

    def broken(modules: Mapping[str, Module]) -> Broken:
        for one in imports_of(modules):
            target = place_of(one.target) if one.inside else Place("")
            if breaks(place_of(one.module), one, target):
                yield one.module, one.line, f"imports {one.target}"

    return broken


def comes_from(package: str, libraries: tuple[str, ...]) -> bool:
    """Whether an imported package is one of these; ``flask_`` stands for all that begin so."""
    return any(package == name or (name.endswith("_") and package.startswith(name)) for name in libraries)


def is_pure(place: Place) -> bool:
    """Whether a file holds rules and no tables."""
    return place.storey == "domain" and place.kind in ("", "pure")


def kernel_alone(own: Place, one: Import, target: Place) -> bool:
    if own.storey != "kernel":
        return False
    return target.storey not in ("kernel", "labels") if one.inside else one.package not in sys.stdlib_module_names


def office_formats(own: Place, one: Import, target: Place) -> bool:
    if own.storey != "office" or (one.package, one.module) == TEMPLATE_ENGINE:
        return False
    return (
        target.storey not in ("office", "kernel")
        if one.inside
        else comes_from(one.package, WEB_LIBRARIES + DATA_LIBRARIES)
    )


def foundations(own: Place, one: Import, target: Place) -> bool:
    return own.storey in ("config", "db") and one.inside and target.storey not in ("kernel", "config", own.storey)


def pure_files(own: Place, one: Import, target: Place) -> bool:
    if not is_pure(own):
        return False
    if one.inside:
        return not (target.storey == "kernel" or is_pure(target))
    return one.package not in sys.stdlib_module_names or comes_from(one.package, DATA_LIBRARIES)


def rooms_look_left(own: Place, _one: Import, target: Place) -> bool:
    if not (own.room and target.room) or own.room not in ROOMS:
        return False
    return target.room not in ROOMS[: ROOMS.index(own.room) + 1]


def models_alone(own: Place, one: Import, target: Place) -> bool:
    if own.kind != "models":
        return False
    if not one.inside:
        return comes_from(one.package, WEB_LIBRARIES)
    return not (target.storey in ("kernel", "db") or (target.room == own.room and target.kind == "pure"))


def queries_without_flask(own: Place, one: Import, target: Place) -> bool:
    if own.kind != "queries":
        return False
    if not one.inside:
        return comes_from(one.package, WEB_LIBRARIES)
    return target.storey not in ("kernel", "db", "domain")


def papers_only_render(own: Place, one: Import, target: Place) -> bool:
    if own.storey != "papers":
        return False
    if not one.inside:
        return comes_from(one.package, WEB_LIBRARIES + DATA_LIBRARIES)
    return not (target.storey in ("papers", "kernel", "office") or is_pure(target))


def actions_without_edges(own: Place, one: Import, target: Place) -> bool:
    if own.storey != "actions":
        return False
    if not one.inside:
        return comes_from(one.package, WEB_LIBRARIES)
    return target.storey not in ("actions", "papers", "domain", "kernel", "db", "office", "demo")


def edges_through_actions(own: Place, one: Import, target: Place) -> bool:
    if own.storey not in EDGES or not one.inside or target.storey in EDGES:
        return False
    if target.kind in ("models", "tables"):
        return not one.typing
    allowed = ["actions", "papers", "domain", "kernel", "config", "db", "labels"] + (
        ["assembly", "demo"] if own.storey == "cli" else []
    )
    return target.storey not in allowed


def edges_apart(own: Place, _one: Import, target: Place) -> bool:
    if own.storey in EDGES:
        return own.storey != "cli" and target.storey in EDGES and target.storey != own.storey
    return target.storey in EDGES and own.storey != "assembly"


def labels_are_words(own: Place, one: Import, target: Place) -> bool:
    if own.storey == "labels":
        return (
            target.storey not in ("kernel", "labels")
            if one.inside
            else one.package not in (*sys.stdlib_module_names, "flask_babel")
        )
    return target.storey == "labels" and own.storey not in ("assembly", *EDGES)


def one_scheduler(_own: Place, one: Import, _target: Place) -> bool:
    return one.package == "apscheduler" and one.module != "caseapp.jobs.scheduler"


def demo_apart(own: Place, one: Import, target: Place) -> bool:
    if own.storey == "demo":
        return target.storey not in ("demo", "kernel") if one.inside else one.package not in sys.stdlib_module_names
    return target.storey == "demo" and own.storey not in ("actions", "cli")


def no_late_imports(modules: Mapping[str, Module]) -> Broken:
    for one in imports_of(modules):
        if one.late and place_of(one.module).storey in ("kernel", "domain", "papers", "actions"):
            yield one.module, one.line, f"imports {one.target} inside a function"
    for module in _storeys(modules, "kernel", "domain", "papers", "actions"):
        for line, name in module.used:
            if name in ("importlib.import_module", "__import__"):
                yield module.name, line, f"calls {name}"


def time_and_actor_handed_in(modules: Mapping[str, Module]) -> Broken:
    for module in _storeys(modules, "kernel", "domain", "papers", "actions"):
        exempt = _lines_of(module, "system_clock") if module.name == "caseapp.kernel.clock" else range(0)
        for line, name in module.used:
            if name in CLOCKS and line not in exempt:
                yield module.name, line, f"uses {name}"


def queries_only_read(modules: Mapping[str, Module]) -> Broken:
    for module in modules.values():
        if module.place.kind == "queries":
            for line, name in module.used:
                if name in WRITES or name.endswith(WRITING_CALLS):
                    yield module.name, line, f"uses {name}"


def one_commit(modules: Mapping[str, Module]) -> Broken:
    for module in modules.values():
        if module.place.storey not in ("db", "migrations"):
            for line, name in module.used:
                if name.endswith(".commit"):
                    yield module.name, line, f"uses {name}"


def names_that_say_something(modules: Mapping[str, Module]) -> Broken:
    for module in modules.values():
        vague = [part for part in module.name.split(".") if part in VAGUE or part.startswith("manager")]
        if vague:
            yield module.name, 1, f"is called {vague[0]}"


def on_the_plan(modules: Mapping[str, Module]) -> Broken:
    for module in modules.values():
        if module.place.storey not in STOREYS or module.place.room not in ("", *ROOMS):
            yield module.name, 1, "stands in no storey or room of the plan"


def no_rings(modules: Mapping[str, Module]) -> Broken:
    for ring in cycles(imports_of(modules)):
        yield ring[0], 1, "is in a ring of imports: " + ", ".join(ring)


def _storeys(modules: Mapping[str, Module], *storeys: str) -> Iterator[Module]:
    return (module for module in modules.values() if module.place.storey in storeys)


def _lines_of(module: Module, function: str) -> range:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return range(0)


RULES = (
    Rule(
        "every module stands on the plan",
        "put it into a storey or room there is, or draw the new one into the plan first",
        on_the_plan,
    ),
    Rule(
        "kernel imports the standard library alone",
        "take what it needs as an argument, or put it into a room of the domain",
        by_import(kernel_alone),
    ),
    Rule(
        "office knows file formats alone",
        "hand it rows and words; what a case is belongs to the domain",
        by_import(office_formats),
    ),
    Rule("config and db know nobody above", "let create_app hand it in", by_import(foundations)),
    Rule(
        "pure files know no tables and no libraries",
        "move the query into queries.py and hand its result in",
        by_import(pure_files),
    ),
    Rule(
        "rooms look left, never right",
        "move the shared part left, or join both rooms in an action",
        by_import(rooms_look_left),
    ),
    Rule("models know no other room", "write the foreign key with the table's name", by_import(models_alone)),
    Rule(
        "queries know no Flask",
        "take the session, the actor and the day as arguments",
        by_import(queries_without_flask),
    ),
    Rule("queries only read", "write in an action", queries_only_read),
    Rule(
        "papers render what they are handed",
        "read in a query, write in an action, and hand the result in",
        by_import(papers_only_render),
    ),
    Rule(
        "actions know no Flask, forms or edges",
        "let the edge parse, and hand over plain values and a Ctx",
        by_import(actions_without_edges),
    ),
    Rule(
        "edges go through actions and queries",
        "read with a query, write with an action; name a model only as a type, under TYPE_CHECKING",
        by_import(edges_through_actions),
    ),
    Rule("edges do not know each other", "move what both need into an action or a query", by_import(edges_apart)),
    Rule(
        "labels are words for the edges",
        "raise RuleViolation with a message; the edge finds the word for a slug",
        by_import(labels_are_words),
    ),
    Rule(
        "the scheduler stands in one file",
        "list the job in jobs/registry.py; only jobs/scheduler.py knows the library",
        by_import(one_scheduler),
    ),
    Rule(
        "the invented township stands apart", "let it make plain data, and let an action load it", by_import(demo_apart)
    ),
    Rule("time and actor are arguments", "take them from Ctx: ctx.now, ctx.today, ctx.actor", time_and_actor_handed_in),
    Rule("unit_of_work alone commits", "flush, and let the edge enter unit_of_work", one_commit),
    Rule(
        "imports stand at the top",
        "import at the top of the file; if that makes a ring, move the shared part down",
        no_late_imports,
    ),
    Rule("files are named after their subject", "name it after what it is about", names_that_say_something),
    Rule("no ring of imports", "move what both need into a file that both import", no_rings),
)
