"""A published build that is held: `rollback --hold` keeps readers on it, whoever builds meanwhile, until `unhold`.

A hold is a row of `_convsql.holds`, set in the transaction that moves the head: a build that was planned before finds the head moved,
and one that was planned since finds the hold.
"""

from __future__ import annotations

from dataclasses import dataclass

from convsql.base.quoting import STATE_SCHEMA, qualified
from convsql.building.state import NOW
from convsql.engines.session import Session

_NAME = "holds"
HOLDS = qualified(STATE_SCHEMA, _NAME)
_COLUMNS = "environment varchar primary key, reason varchar, held_by varchar, held_at timestamp"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why the published build of an environment is held, by whom and since when (UTC)."""

    reason: str
    by: str
    since: str

    @property
    def in_words(self) -> str:
        why = f": {self.reason}" if self.reason else ""
        return f"held since {self.since} UTC by {self.by or 'somebody'}{why}"


def read_hold(session: Session | None, environment: str) -> Hold | None:
    """The hold of an environment, if there is one. Raises EngineError."""
    if session is None or _NAME not in session.relations(STATE_SCHEMA):
        return None
    rows = session.fetch(
        f"select reason, held_by, substring(cast(held_at as varchar), 1, 16) from {HOLDS} where environment = $1",
        [environment],
    )
    return Hold(*(str(value or "") for value in rows[0])) if rows else None


def prepare_holds(session: Session) -> None:
    """Create the table of holds where it is missing. Raises EngineError."""
    session.execute(f"create table if not exists {HOLDS} ({_COLUMNS})")


def set_hold(session: Session, environment: str, reason: str, by: str) -> None:
    """Hold an environment, in place of a hold that it has. Raises EngineError."""
    release(session, environment)
    session.execute(f"insert into {HOLDS} values ($1, $2, $3, {NOW})", [environment, reason, by])


def release(session: Session, environment: str) -> None:
    """End a hold. Raises EngineError."""
    session.execute(f"delete from {HOLDS} where environment = $1", [environment])
