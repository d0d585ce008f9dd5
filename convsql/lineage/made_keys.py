"""Keys of the rows of a select, and what its expressions make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convsql.lineage.keys import Key
from convsql.lineage.traces import Texts, column_read, columns_read, is_no_value, over

if TYPE_CHECKING:
    from convsql.lineage.locality import Local


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
        reads = [] if is_no_value(expression) else columns_read(expression)
        keys = [self.keys[read] for read in reads if read in self.keys]
        if not keys or len(keys) < len(reads) or any(key.lookups for key in keys):
            return None
        if any(key.leaves.keys() != keys[0].leaves.keys() for key in keys):
            return None
        leaves: dict[str, list[str]] = {}
        for occurrence in keys[0].leaves:
            values = [
                over(expression, origin, (occurrence,), self.texts)
                for origin in self.rows.origins
                if all(occurrence in origin.get(read, {}) for read in reads)
            ]
            if not values or "" in values:
                return None
            leaves[occurrence] = sorted(set(values))
        return Key(leaves)
