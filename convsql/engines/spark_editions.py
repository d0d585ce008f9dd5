"""What readers of Spark see: of every build that can be shown a schema of its own, which never changes, and the views of the head.

`<schema>__b<n>` holds the views of build n. It is made and read back before the build is published, so that the head, in `_convsql.heads`, names a
schema that is whole. Then the current views are replaced, one by one: for that moment some show the new build and others the one before. A
builder that is killed meanwhile leaves what it was about to show in the state, and the next one begins with that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from convsql.base.quoting import STATE_SCHEMA, literal
from convsql.engines.session import EngineError, Swap
from convsql.engines.spark_catalogue import Catalogue, mark

_OF_BUILD = re.compile(r"(.+)__b(\d+)")
_IN_QUOTES = re.compile(r'"((?:[^"]|"")+)"')
View = Sequence[str]  # schema, name, query


def schema_of(schema: str, sequence: int) -> str:
    """The schema that shows one build for as long as it can be shown."""
    return f"{schema}__b{sequence}"


def in_marks(query: str) -> str:
    """A query with its names in backticks: so any session reads it, whatever it is set to."""
    parts = re.split(r"('(?:[^']|'')*')", query)
    return "".join(
        p if p.startswith("'") else _IN_QUOTES.sub(lambda m: mark(m[1].replace('""', '"')), p) for p in parts
    )


def make_edition(catalogue: Catalogue, swap: Swap, sequence: int) -> None:
    """Make the schemas of a build that is not published yet, and read them back. Raises EngineError."""
    wanted = {(schema_of(schema, sequence), name): in_marks(query) for schema, name, query in swap.views}
    schemas = sorted({schema for schema, _ in wanted} | {schema_of(swap.environment, sequence)})
    for schema in schemas:  # what a builder left that was killed before it published this number
        if catalogue.schemas(schema):
            drop_edition(catalogue, schema)
        catalogue.run(f"create schema {mark(schema)} comment {literal(_comment(swap.environment, sequence))}")
    catalogue.each([partial(catalogue.create_view, schema, name, query) for (schema, name), query in wanted.items()])
    found = {(s, name): held.text for s in schemas for name, held in catalogue.held(s).items()}
    if found != wanted:
        raise EngineError(f"build {sequence} could not be read back from its schema: somebody else writes to it")


def show(catalogue: Catalogue, views: Sequence[View], drops: Sequence[View]) -> None:
    """Replace the current views that show something else, and drop those that are gone. Raises EngineError."""
    held = {schema: catalogue.held(schema) for schema in sorted({v[0] for v in [*views, *drops]})}
    for schema in sorted({schema for schema, _, _ in views}):
        catalogue.create_schema(schema)
    changed = []
    for schema, name, query in views:
        there = held[schema].get(name)
        if there is None or there.text != in_marks(query):
            changed.append(partial(catalogue.show_view, schema, name, in_marks(query)))
    catalogue.each(changed)
    for schema, name, *_ in drops:
        if name in held[schema] and held[schema][name].is_view:
            catalogue.drop_view(schema, name)


def show_heads(catalogue: Catalogue, heads: Sequence[tuple[str, int]], builds: Sequence[Sequence[Any]]) -> None:
    """What readers ask for the head of an environment, and for the history. Raises EngineError."""
    rows = [f"{_text(e)} as environment, {n} as sequence, {_text(schema_of(e, n))} as schema_name" for e, n in heads]
    nothing = "cast(null as string) as environment, cast(null as int) as sequence, cast(null as string) as schema_name"
    _show_rows(catalogue, "heads", rows, nothing)
    names = ("sequence", "environment", "kind", "published_at", "version", "git_commit", "parent")
    listed = [
        ", ".join(
            f"{value if isinstance(value, int) else _text(value)} as {name}"
            for name, value in zip(names, row, strict=True)
        )
        for row in builds
    ]
    _show_rows(catalogue, "builds", listed, ", ".join(f"cast(null as string) as {name}" for name in names))


def _show_rows(catalogue: Catalogue, name: str, rows: Sequence[str], nothing: str) -> None:
    query = " union all ".join(f"select {row}" for row in rows) or f"select {nothing} where false"
    held = catalogue.held(STATE_SCHEMA, name).get(name)
    if held is None or held.text != query:
        catalogue.show_view(STATE_SCHEMA, name, query)


def drop_edition(catalogue: Catalogue, schema: str) -> None:
    """Drop the schema of a build, if convsql made it. Raises EngineError, and for one that it did not make."""
    rows = catalogue.rows(f"describe schema {mark(schema)}")
    comment = next((str(row[1]) for row in rows if row[0] == "Comment"), "")
    if not comment.startswith("convsql: build "):
        raise EngineError(f"schema '{schema}' is in the way, and convsql did not make it: drop or rename it")
    catalogue.run(f"drop schema if exists {mark(schema)} cascade")


def drop_editions(catalogue: Catalogue, shown: Sequence[tuple[str, int]], environments: Sequence[str]) -> None:
    """Drop the schemas of these environments' builds that can't be shown any more; `shown` are those that can. Raises EngineError."""
    for schema in catalogue.schemas("*__b*"):
        found = _OF_BUILD.fullmatch(schema)
        of = [e for e in environments if found and (found[1] == e or found[1].startswith(f"{e}_"))]
        if found and of and not any((e, int(found[2])) in shown for e in of):
            rows = catalogue.rows(f"describe schema {mark(schema)}")
            made = next((str(row[1]) for row in rows if row[0] == "Comment"), "")
            if made in {_comment(e, int(found[2])) for e in of}:
                catalogue.run(f"drop schema if exists {mark(schema)} cascade")


def _comment(environment: str, sequence: int) -> str:
    return f"convsql: build {sequence} of {environment}"


def _text(value: Any) -> str:
    return "cast(null as string)" if value is None else literal(str(value).replace("\\", "\\\\"))
