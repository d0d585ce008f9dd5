"""An environment taken back: its views go, and what no other one needs of its relations."""

from __future__ import annotations

from contextlib import suppress

from convsql.base.quoting import qualified, quote
from convsql.building.keeping import tidy
from convsql.building.state import BUILDS, HEADS, NEEDS, head, prepare
from convsql.engines.access import Access
from convsql.engines.session import EngineError


def drop_environment(access: Access, environment: str) -> int:
    """Drop what an environment shows, and forget it but for its lines in the history; returns how many views went.

    Raises LockHeld, ConvsqlError.
    """
    reading = access.read()
    if reading is None:
        return 0
    try:
        is_there = head(reading, environment) is not None
    finally:
        reading.close()
    if not is_there:
        return 0
    with access.writing() as session:
        prepare(session)
        current = head(session, environment)
        views = current.views if current else ()
        session.execute("begin transaction")
        try:
            session.exclusively()
            for view in views:
                session.execute(f"drop view if exists {qualified(view.schema, view.name)} cascade")
            session.execute(f"delete from {HEADS} where environment = $1", [environment])
            session.execute(f"delete from {NEEDS} where environment = $1", [environment])
            session.execute(
                f"update {BUILDS} set views = null, definitions = null, basis = null where environment = $1",
                [environment],
            )
            session.execute("commit transaction")
        except BaseException:
            with suppress(EngineError):
                session.execute("rollback")
            raise
        tidy(session)
        for schema in sorted({view.schema for view in views}):
            with suppress(EngineError):  # somebody has something of their own in it
                session.execute(f"drop schema {quote(schema)}")
    return len(views)
