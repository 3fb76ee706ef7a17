"""One of several values, however many: a statement that reads the same whatever their number is prepared once, and not
put together and planned anew for each number of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Dialect, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine


class Several(TypeDecorator[Iterable[Any]]):
    """Several values handed over as one: an array to PostgreSQL, JSON to SQLite."""

    impl = String
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(ARRAY(self.item) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        several = list(value or ())
        return several if dialect.name == "postgresql" else json.dumps(several)


class IsOneOf(FunctionElement[bool]):
    """What follows a column, to say that it is one of several values."""

    type = Boolean()
    inherit_cache = True


@compiles(IsOneOf)
def _of_an_array(element: Any, compiler: Any, **words: Any) -> str:
    return f"= ANY ({compiler.process(element.clauses, **words)})"


@compiles(IsOneOf, "sqlite")
def _of_json(element: Any, compiler: Any, **words: Any) -> str:
    values = compiler.process(element.clauses, **words)
    return f"IN (SELECT value FROM json_each({values}))"  # noqa: S608 - compiled already, no words of anybody


def among(column: Any, name: str) -> ColumnElement[bool]:
    """Whether a column of numbers or words is one of the values that are handed over by a name. It is a comparison, to
    which SQLite's dialect adds no "= 1": with that no index would be used. A column that refers to a table has its type
    from there: it is asked once all tables are known, not while they are being loaded."""
    assert not isinstance(column.type, NullType), f"{column} has no type yet"
    return column.op("", is_comparison=True)(IsOneOf(bindparam(name, type_=Several(column.type))))  # type: ignore[no-any-return]
