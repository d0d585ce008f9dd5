"""Keys of the rows of a select, and what its expressions make of them."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from convsql.lineage.keys import Key
from convsql.lineage.traces import Texts, column_read, columns_read, is_no_value, put_texts

if TYPE_CHECKING:
    from convsql.lineage.locality import Local

MOST_VALUES = 16
"""Of an expression in the rows of one occurrence."""


class MadeKeys:
    """The keys of a select's rows, and what is made of them."""

    def __init__(self, rows: Local, texts: Texts) -> None:
        self.rows = rows
        self.texts = texts
        self.keys: dict[Any, Key] = dict(rows.keys)
        self.made: dict[str, Key] = {}

    def within(self, by: list[Any]) -> None:
        """Only what is made of these expressions stays a key."""
        keys: dict[Any, Key] = {}
        made: dict[str, Key] = {}
        for expression in by:
            if (key := self.key(expression)) is not None:
                if (read := column_read(expression)) is not None:
                    keys[read] = key
                else:
                    made[self.texts(expression)] = key
        self.keys, self.made = keys, made

    def key(self, expression: Any) -> Key | None:
        """The key that an expression is; None where it is none."""
        if (read := column_read(expression)) is not None:
            return self.keys.get(read)
        if self.made and (known := self.made.get(self.texts(expression))) is not None:
            return known
        reads = [] if is_no_value(expression) else list(dict.fromkeys(columns_read(expression)))
        keys = [self.keys[read] for read in reads if read in self.keys]
        if not keys or len(keys) < len(reads) or any(key.lookups for key in keys):
            return None
        if any(key.leaves.keys() != keys[0].leaves.keys() for key in keys):
            return None
        leaves: dict[str, list[str]] = {}
        for occurrence in keys[0].leaves:
            # a row is of the key by any of these values, and by one of each key: so by one of what is made of them
            each = [key.leaves[occurrence] for key in keys]
            if prod(map(len, each)) > MOST_VALUES:
                return None
            made = {
                self.texts(put_texts(expression, dict(zip(reads, values, strict=True)))) for values in product(*each)
            }
            leaves[occurrence] = sorted(made)
        return Key(leaves, whole=frozenset().union(*(key.whole for key in keys)))
