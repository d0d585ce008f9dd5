"""The inputs as the package's registry declares them: macros/inputs/declared_inputs.sql, which staging reads too.

The registry is a literal of Jinja and of Python at once, so it is read here without rendering anything.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache

from convsql.base.errors import ConvsqlError, Where
from convsql.base.installed import shipped_file

REGISTRY = "macros/inputs/declared_inputs.sql"
LOADED_AT = "loaded_at"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an input; `kind` is what it is typed as, `is_required` whether a row must have it."""

    name: str
    kind: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Input:
    """One raw table, as declared. `is_required`: no project does without it."""

    name: str
    is_required: bool
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def must(self) -> tuple[str, ...]:
        """The columns that it can't be read without."""
        return tuple(c.name for c in self.columns if c.is_required)

    @property
    def may(self) -> tuple[str, ...]:
        """The columns that are null where it lacks them."""
        return tuple(c.name for c in self.columns if not c.is_required)


@cache
def declared_inputs() -> dict[str, Input]:
    """Name → input, in the registry's order. Raises ConvsqlError where the registry is no plain literal."""
    text = shipped_file(REGISTRY).read_text(encoding="utf-8")
    found = re.search(r"\{\{ return\((.*)\) \}\}", text, re.DOTALL)
    try:
        declared = ast.literal_eval(found[1] if found else "")
        return {
            name: Input(
                name,
                bool(each.get("is_required")),
                tuple(Column(*column) for column in each["columns"]),
                (*each["key"],),
            )
            for name, each in declared.items()
        }
    except (AttributeError, KeyError, SyntaxError, TypeError, ValueError) as error:
        raise ConvsqlError(
            f"the registry of inputs can't be read: {error}",
            Where(REGISTRY),
            "write it as a plain literal: texts, lists, True, False and None",
        ) from None


def optional_inputs() -> tuple[str, ...]:
    """The inputs that a project need not have: what the variable `inputs` may name."""
    return tuple(name for name, each in declared_inputs().items() if not each.is_required)
