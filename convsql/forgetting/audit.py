"""The record that a person was forgotten: when, by whom, why, and what was removed; of their ids a slow, salted hash alone."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convsql import __version__
from convsql.base.quoting import STATE_SCHEMA, qualified
from convsql.building.state import NOW
from convsql.engines.session import Session

_NAME = "forgotten"
FORGOTTEN = qualified(STATE_SCHEMA, _NAME)
_COLUMNS = (
    "request varchar",
    "contact_hash varchar",
    "salt varchar",
    "forgotten_at timestamp",
    "environment varchar",
    "build bigint",
    "forgotten_by varchar",
    "reason varchar",
    "version varchar",
    "removed varchar",
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """One request: of how many ids, when (UTC), and how many of what were removed."""

    request: str
    contacts: int
    at: str
    environment: str
    build: int
    by: str
    reason: str
    version: str
    removed: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def prepare_audit(session: Session) -> None:
    """Create the table where it is missing. Raises EngineError."""
    session.execute(f"create table if not exists {FORGOTTEN} ({', '.join(_COLUMNS)})")


def audit_rows(
    ids: Sequence[str], environment: str, build: int, by: str, reason: str, removed: Mapping[str, int]
) -> list[tuple[str, list[Any]]]:
    """The statements that record one request, each with its parameters."""
    request, salt = secrets.token_hex(6), secrets.token_hex(16)
    holes = f"$1, $2, $3, {NOW}, $4, $5, $6, $7, $8, $9"
    counted = json.dumps(dict(removed))
    return [
        (
            f"insert into {FORGOTTEN} values ({holes})",
            [request, _hash(i, salt), salt, environment, build, by, reason, __version__, counted],
        )
        for i in ids
    ]


def _hash(contact: str, salt: str) -> str:
    """Costs a twentieth of a second, so that a list of all ids there could be is not tried through in passing."""
    return hashlib.scrypt(contact.encode(), salt=bytes.fromhex(salt), n=1 << 14, r=8, p=1, dklen=16).hex()


def read_audit(session: Session | None, contact: str = "") -> list[Forgotten]:
    """The requests, the newest first; with `contact` those that had this id. Raises EngineError."""
    if session is None or _NAME not in session.relations(STATE_SCHEMA):
        return []
    rows = session.fetch(
        "select request, contact_hash, salt, substring(cast(forgotten_at as varchar), 1, 19), environment, build, forgotten_by, reason, version,"
        f" removed from {FORGOTTEN} order by forgotten_at desc, request, contact_hash"
    )
    by_request: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        by_request.setdefault(str(row[0]), []).append(row)
    found = []
    for request, mine in by_request.items():
        if contact and _hash(contact, str(mine[0][2])) not in {str(row[1]) for row in mine}:
            continue
        _, _, _, at, environment, build, by, reason, version, removed = mine[0]
        counts = {str(k): int(v) for k, v in json.loads(removed or "{}").items()}
        found.append(
            Forgotten(
                request,
                len(mine),
                str(at),
                str(environment),
                int(build),
                str(by),
                str(reason or ""),
                str(version),
                counts,
            )
        )
    return found
