"""What the tags of a template may say: names of fields that there are, loops over lists that there are, and no more.

Nothing is called and nothing is worked out in a template. Its tags are held against the shape of what it will be
filled with before any is compiled; a loop inside a loop goes over what the outer one gives, so no template costs more
than what it is filled with. The environment is a sandbox besides, and text is escaped by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

from caseapp.kernel.errors import N_, RuleViolation

LOOP = {"index": 0, "index0": 0, "first": False, "last": False, "length": 0}
DEEPEST = 20
MOST_LOOPS = 3
MOST_CHARACTERS = 30_000_000
SECONDS = 10
FAILED = N_("the template cannot be filled in: %(why)s")
NO_TABLE = N_("{%%tr … %%} and {%%tc … %%} stand in a table, and here is none: «%(text)s»")
UNREADABLE = N_("a tag cannot be read, a name, a bracket or a word of it is missing or too many: «%(text)s»")


class Plain(SandboxedEnvironment):
    """Data of strings, numbers, lists and dictionaries; no functions, no attributes of objects."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.tests.clear()
        self.filters = {name: self.filters[name] for name in ("join", "length", "first", "last")}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``lines.new`` is what stands under ``new``; never an attribute of a Python object."""
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """``rates["net"]``, ``signature[0]``."""
        if isinstance(obj, dict) and argument in obj:
            return obj[argument]
        if isinstance(obj, list) and isinstance(argument, int) and 0 <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)

    def is_safe_callable(self, _obj: Any) -> bool:
        """Nothing is called."""
        return False


def render(source: str, fields: Mapping[str, Any], shape: Mapping[str, Any], around: Callable[[int], str]) -> str:
    """A part with its tags filled in. ``around`` gives the text of a line of it, for what is said about it.

    Raises RuleViolation("file", …).
    """
    environment = Plain()
    try:
        _Check(shape, around).blocks(environment.parse(source).body, dict(shape), ())
        return _bounded(environment.from_string(source).generate(fields))
    except TemplateSyntaxError as problem:
        of_tables = str(problem.message).startswith("Encountered unknown tag 't")
        told = NO_TABLE if of_tables else UNREADABLE
        raise RuleViolation("file", told, text=around(problem.lineno)) from problem
    except (TemplateError, TypeError, ValueError, SyntaxError, RecursionError, MemoryError) as problem:
        raise RuleViolation("file", FAILED, why=str(problem)[:200] or type(problem).__name__) from problem


def _bounded(pieces: Any) -> str:
    """The pieces together, while they are not too many and do not take too long."""
    ends, held, length = time.monotonic() + SECONDS, [], 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length > MOST_CHARACTERS or time.monotonic() > ends:
            raise RuleViolation("file", N_("filled in, the template becomes too large; repeat less in it"))
    return "".join(held)


class _Check:
    """Walks through the tags with the shape of every name that is known at each place."""

    def __init__(self, shape: Mapping[str, Any], around: Callable[[int], str]) -> None:
        self.shape, self.around = shape, around

    def blocks(
        self, body: Sequence[nodes.Node], known: Mapping[str, Any], loops: tuple[str, ...], deep: int = 0
    ) -> None:
        """Text, loops and conditions; nothing else."""
        for node in body:
            if deep > DEEPEST:
                raise self.refusal(
                    node, N_("the tags stand inside each other more than %(most)d deep: «%(text)s»"), most=DEEPEST
                )
            if isinstance(node, nodes.Output):
                for child in node.nodes:
                    self._printed(child, known)
            elif isinstance(node, nodes.For):
                self._loop(node, known, loops, deep)
            elif isinstance(node, nodes.If):
                self._test(node.test, known)
                for part in (node.body, node.elif_, node.else_):
                    self.blocks(part, known, loops, deep + 1)
            else:
                raise self._unfit(node)

    def refusal(self, node: nodes.Node, message: str, **params: object) -> RuleViolation:
        """A sentence that ends with the text of the paragraph."""
        return RuleViolation("file", message, text=self.around(node.lineno), **params)

    def _unfit(self, node: nodes.Node) -> RuleViolation:
        return self.refusal(
            node,
            N_("a template names fields, it calls nothing and works nothing out (%(kind)s): «%(text)s»"),
            kind=type(node).__name__,
        )

    def _printed(self, node: nodes.Node, known: Mapping[str, Any]) -> None:
        if not isinstance(node, nodes.TemplateData) and isinstance(self._value(node, known), list | Mapping):
            raise self.refusal(
                node,
                N_("%(name)s is more than one thing: name what of it, or repeat with {%% for … %%}: «%(text)s»"),
                name=_name(node),
            )

    def _loop(self, node: nodes.For, known: Mapping[str, Any], loops: tuple[str, ...], deep: int) -> None:
        found = self._value(node.iter, known)
        if not isinstance(found, list):
            raise self.refusal(
                node, N_("%(name)s is no list that could be repeated: «%(text)s»"), name=_name(node.iter)
            )
        if node.recursive or node.test or not isinstance(node.target, nodes.Name) or node.target.name == "loop":
            raise self._unfit(node)
        if len(loops) >= MOST_LOOPS or (loops and _root(node.iter) not in loops):
            raise self.refusal(
                node,
                N_("a loop inside a loop goes over what the outer one gives, not over %(name)s: «%(text)s»"),
                name=_name(node.iter),
            )
        name = node.target.name
        inner = {**known, name: found[0], "loop": LOOP}
        self.blocks(node.body, inner, (*loops, name), deep + 1)
        self.blocks(node.else_, known, loops, deep + 1)

    def _test(self, node: nodes.Node, known: Mapping[str, Any]) -> None:
        if isinstance(node, nodes.And | nodes.Or):
            self._test(node.left, known)
            self._test(node.right, known)
        elif isinstance(node, nodes.Not):
            self._test(node.node, known)
        elif isinstance(node, nodes.Compare):
            kinds = {_kind(self._value(one, known)) for one in (node.expr, *(operand.expr for operand in node.ops))}
            if len(kinds) > 1:
                raise self.refusal(node, N_("a number is compared with a number, a text with a text: «%(text)s»"))
        else:
            self._value(node, known)

    def _value(self, node: nodes.Node, known: Mapping[str, Any]) -> Any:
        """The shape of what an expression gives."""
        if isinstance(node, nodes.Const):
            return node.value
        if isinstance(node, nodes.Name):
            return self._of(node, known, node.name)
        if isinstance(node, nodes.Getattr):
            return self._of(node, self._value(node.node, known), node.attr)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            return self._of(node, self._value(node.node, known), node.arg.value)
        if isinstance(node, nodes.CondExpr):
            return self._chosen(node, known)
        if isinstance(node, nodes.Filter):
            return self._filtered(node, known)
        raise self._unfit(node)

    def _chosen(self, node: nodes.CondExpr, known: Mapping[str, Any]) -> Any:
        """One of two things of one kind."""
        if node.expr2 is not None:
            self._test(node.test, known)
            one, other = self._value(node.expr1, known), self._value(node.expr2, known)
            if _kind(one) == _kind(other) != "list":
                return one
        raise self._unfit(node)

    def _of(self, node: nodes.Node, held: Any, key: object) -> Any:
        if isinstance(held, Mapping) and key in held:
            return held[key]
        if isinstance(held, list) and isinstance(key, int):
            return held[0]
        raise self.refusal(
            node,
            N_("the template asks for «%(name)s», which there is not; there are: %(known)s. It stands in «%(text)s»"),
            name=_name(node), known=", ".join(map(str, held)) if isinstance(held, Mapping) else "—",
        )  # fmt: skip

    def _filtered(self, node: nodes.Filter, known: Mapping[str, Any]) -> Any:
        """What a filter gives of a list: of it all, joined by a text or by nothing; its length; one of it."""
        held = self._value(node.node, known) if node.node is not None else None
        if not isinstance(held, list) or not _takes_texts(node, most=1 if node.name == "join" else 0):
            raise self._unfit(node)
        if node.name == "join" and not isinstance(held[0], list | Mapping):
            return ""
        if node.name == "length":
            return 0
        if node.name in ("first", "last"):
            return held[0]
        raise self._unfit(node)


def _takes_texts(node: nodes.Filter, most: int) -> bool:
    """Whether a filter is given written texts alone, and no more of them than it takes."""
    texts = all(isinstance(one, nodes.Const) and isinstance(one.value, str) for one in node.args)
    return texts and len(node.args) <= most and not (node.kwargs or node.dyn_args or node.dyn_kwargs)


def _kind(value: object) -> str:
    return "number" if isinstance(value, int | float) else "text" if isinstance(value, str) else "list"


def _root(node: nodes.Node) -> str | None:
    """The name an expression begins with."""
    while isinstance(node, nodes.Getattr | nodes.Getitem | nodes.Filter) and node.node is not None:
        node = node.node
    return node.name if isinstance(node, nodes.Name) else None


def _name(node: nodes.Node) -> str:
    """An expression as it was written, about."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_name(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return f"{_name(node.node)}.{node.arg.value}"
    if isinstance(node, nodes.Const):
        return str(node.value)
    return "…"
