"""A Spark session as convsql asks it: statements and rows, views that are made once or changed at once, and what a schema holds.

Two things are whole in every catalogue, and all that convsql promises on Spark rests on them: a view that is created is there or is
not, and of two sessions that create one name one is told that it is there already; and `alter view` changes a view in one step.
(`create or replace view` drops first: who reads in between finds nothing.)
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from convsql.base.quoting import literal, quote
from convsql.engines.session import EngineError
from convsql.engines.spark_faults import Exists, Missing, statement_error

_TEXT = re.compile(
    r"^View Text: (.*?)\n(?:View Original Text|View Schema Mode|View Catalog|Table Properties): ", re.S | re.M
)
_IN_MARKS = re.compile(r"`((?:[^`]|``)+)`")
PARTITIONS = "spark.sql.shuffle.partitions"
_PART = 32 << 20  # bytes for one task
_AT_ONCE = 6  # statements of views that are sent side by side: each costs the catalogue's answer, not work


@dataclass(frozen=True, slots=True)
class Held:
    """One relation of a schema; `text` is a view's query."""

    is_view: bool
    text: str


class Catalogue:
    """One Spark session, classic or of Spark Connect; `place` is what errors name."""

    def __init__(self, spark: Any, place: str, is_remote: bool) -> None:
        self.spark = spark
        self.place = place
        self.is_remote = is_remote
        self._bytes = -1  # of what may be read; less than none: the server says how its work is parted

    def grow(self, more: int) -> None:
        """Part work by the bytes that may be read: those that were known, and `more`."""
        self._bytes = max(self._bytes, 0) + more
        parts = max(self.spark.sparkContext.defaultParallelism, -(-self._bytes // _PART))
        self.spark.conf.set(PARTITIONS, str(parts))

    def loads(self, size: int) -> None:
        """Say that a file of this size is loaded."""
        if self._bytes >= 0:
            self.grow(size)

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Spark's errors as EngineError; an interrupt cancels what runs."""
        try:
            yield
        except KeyboardInterrupt:
            self.cancel()
            raise
        except (EngineError, AssertionError):
            raise
        except Exception as error:
            raise statement_error(error, self.place) from None

    def cancel(self) -> None:
        """End all that runs in this session."""
        with contextlib.suppress(Exception):
            if self.is_remote:
                self.spark.interruptAll()
            else:
                self.spark.sparkContext.cancelAllJobs()

    def run(self, sql: str) -> None:
        """Run one statement. Raises EngineError."""
        with self.asking():
            self.spark.sql(sql).collect()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query. Raises EngineError."""
        with self.asking():
            return [tuple(row) for row in self.spark.sql(sql).collect()]

    def create_view(self, schema: str, name: str, query: str) -> None:
        """Make a view that is not there. Raises Exists, and EngineError."""
        view = named(schema, name)
        try:
            self.run(f"create view {view} as {query}")
        except Exists:
            raise
        except EngineError as error:
            if "AlreadyExistsException" in error.message:  # how a metastore tells whoever was second
                raise Exists(error.message) from None
            raise

    def show_view(self, schema: str, name: str, query: str) -> None:
        """Make a view, or change the one that is there in one step. Raises EngineError."""
        try:
            self.run(f"alter view {named(schema, name)} as {query}")
        except Missing:
            self.create_view(schema, name, query)

    def drop_view(self, schema: str, name: str) -> None:
        """Drop a view that may be there. Raises EngineError."""
        with contextlib.suppress(Missing):
            self.run(f"drop view if exists {named(schema, name)}")

    def each(self, calls: Sequence[Callable[[], None]]) -> None:
        """Send statements about views side by side; the first error is raised when all have ended."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for done in [pool.submit(call) for call in calls]:
                done.result()

    def names(self, schema: str, pattern: str = "*") -> list[str]:
        """The relations of a schema, views among them; none where there is no schema."""
        try:
            return [str(row[1]) for row in self.rows(f"show tables in {mark(schema)} like {literal(pattern)}")]
        except Missing:
            return []

    def views(self, schema: str, pattern: str = "*") -> list[str]:
        """The views of a schema; none where there is no schema."""
        try:
            return [str(row[1]) for row in self.rows(f"show views in {mark(schema)} like {literal(pattern)}")]
        except Missing:
            return []

    def held(self, schema: str, pattern: str = "*") -> dict[str, Held]:
        """All relations of a schema, with the texts of its views; none where there is no schema."""
        try:
            rows = self.rows(f"show table extended in {mark(schema)} like {literal(pattern)}")
        except Missing:
            return {}
        found = {}
        for row in rows:
            text = _TEXT.search(str(row[3]))
            found[str(row[1])] = Held(text is not None, text[1] if text else "")
        return found

    def schemas(self, pattern: str) -> list[str]:
        """The schemas whose names a pattern of `show schemas` finds."""
        return [str(row[0]) for row in self.rows(f"show schemas like {literal(pattern)}")]

    def create_schema(self, schema: str) -> None:
        """Make a schema that may be there. Raises EngineError."""
        self.run(f"create schema if not exists {mark(schema)}")

    def describe(self, query: str) -> list[tuple[str, str]]:
        """The columns of a query: names, and types as Spark writes them. Raises EngineError."""
        with self.asking():
            return [(field.name, field.dataType.simpleString()) for field in self.spark.sql(query).schema.fields]


def mark(name: str) -> str:
    """A name in backticks: so it is read whatever a session is set to."""
    return "`" + name.replace("`", "``") + "`"


def named(schema: str, name: str) -> str:
    """A relation's name in full, in backticks."""
    return f"{mark(schema)}.{mark(name)}"


def in_quotes(text: str) -> str:
    """The text of a view with its names in quotes, as the protocol writes them."""
    parts = re.split(r"('(?:[^']|'')*')", text)
    return "".join(
        p if p.startswith("'") else _IN_MARKS.sub(lambda m: quote(m[1].replace("``", "`")), p) for p in parts
    )
