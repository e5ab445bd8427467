"""Lists of any length as a condition."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CTE, Boolean, ColumnElement, Select, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Among(FunctionElement[bool]):
    """Both forms of the list are held; of these an engine's statement names one."""

    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """As it is: on SQLite, which knows no booleans, it would be made `… = 1`, and an index be of no use to it."""
        return self


def among(column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """As `column.in_(values)`, however many there are: PostgreSQL takes 32,767 parameters in a statement, and is given
    one array; SQLite takes 250,000."""
    items = list(values)
    singly = bindparam(None, items, type_=column.type, expanding=True)
    return _Among(column, singly, bindparam(None, items, type_=ARRAY(column.type)))


@compiles(_Among)
def _each(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, singly, _ = element.clauses
    return compiler.process(column.in_(singly), **how)


@compiles(_Among, "postgresql")
def _array(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, _, array = element.clauses
    return compiler.process(column == any_(array), **how)


def first_of_all(query: Select[Any]) -> CTE:
    """What a query finds, to be asked for before all else that is in the statement: where a planner, who knows how much
    there is but not what is asked for, would begin with more."""
    return query.cte().prefix_with("MATERIALIZED")
