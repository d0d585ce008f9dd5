"""Flip all views in one transaction, or none.

The head is compared with the one that the build started from and set in the same transaction as the
views. A failing statement can make an engine turn a later COMMIT into a silent rollback, so the head is
read back before anyone is told "published". Whoever publishes should do so `uninterrupted`: after
COMMIT it is too late to say that nothing happened.
"""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any

from convsql import __version__
from convsql.base.errors import ConvsqlError, PublishUnknown, StaleHead
from convsql.building.hooks import run_hook
from convsql.building.shown_views import shown_query
from convsql.building.state import BUILDS, HEADS, NOW, Build, View, head
from convsql.engines.session import EngineError, HeadMoved, Session, Swap


class uninterrupted:  # noqa: N801 - used as a statement
    """Ctrl-C does nothing until this ends. What stands within takes moments.

    Outside the main thread signals do not arrive anyway. It is a class, so that one which is never left (by a command whose
    process ends with it) holds to the last moment.
    """

    def __enter__(self) -> None:
        self._before: Callable[[int, FrameType | None], Any] | int | None = None
        if threading.current_thread() is threading.main_thread():
            self._before = signal.getsignal(signal.SIGINT) or signal.SIG_DFL
            signal.signal(signal.SIGINT, lambda *_: None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)


@dataclass(frozen=True, slots=True)
class Edition:
    """What readers are to see of one environment, and what is remembered of it; `drops` are schemas and names of views to go.

    `more_views` are views of the runner's own: schema, name and query. `hooks` are statements that are done with it, each with its place.
    """

    environment: str
    views: Sequence[View]
    drops: Sequence[tuple[str, str]]
    definitions: list[dict[str, Any]]
    git_commit: str
    basis: Mapping[str, Mapping[str, str]]
    kind: str = "build"
    more_views: Sequence[tuple[str, str, str]] = ()
    hooks: Sequence[tuple[str, str]] = ()


def publish(
    session: Session, edition: Edition, base_sequence: int, also: Callable[[Session, int], None] | None = None
) -> Build:
    """Show an edition to readers and make it the head; `also(session, sequence)` is part of the same transaction.

    Raises StaleHead when the head is not `base_sequence` any more, ConvsqlError when nothing was
    changed, PublishUnknown when the head can't be read back.
    """
    made: list[int] = []

    def record() -> None:
        made[:] = [_record(session, edition, base_sequence)]
        if also is not None:
            also(session, made[0])

    views = [(view.schema, view.name, shown_query(view.relation)) for view in edition.views]
    swap = Swap(HEADS, edition.environment, base_sequence, [*views, *edition.more_views], edition.drops, record)
    try:
        session.swap_head(swap)
        for sql, place in edition.hooks:
            run_hook(session, sql, place)
    except HeadMoved as moved:
        _roll_back(session)
        raise StaleHead(
            f"the head of '{edition.environment}' moved from build {base_sequence} to {moved.current} since this build began",
            hint="run the build again: what is unchanged is reused",
        ) from None
    except EngineError as error:
        _roll_back(session)
        raise ConvsqlError(f"publishing failed and was rolled back: {error.message}") from None
    except BaseException:
        _roll_back(session)
        raise
    failure = ""
    try:
        session.execute("commit")
    except Exception as error:  # whatever it was: what the database holds now is what counts
        failure = str(error) or type(error).__name__
        _roll_back(session)
    return _read_back(session, edition.environment, base_sequence, made[0], failure)


def _record(session: Session, edition: Edition, base_sequence: int) -> int:
    """Write the build's row and make it the head; returns its sequence."""
    sequence = int(session.fetch(f"select coalesce(max(sequence), 0) + 1 from {BUILDS}")[0][0])
    session.execute(
        f"insert into {BUILDS} values ($1, $2, $3, {NOW}, $4, $5, $6, $7, $8, $9)",
        [
            sequence,
            edition.environment,
            edition.kind,
            __version__,
            edition.git_commit,
            base_sequence,
            json.dumps([v.to_json() for v in edition.views]),
            json.dumps(edition.definitions),
            json.dumps(edition.basis),
        ],
    )
    session.execute(f"delete from {HEADS} where environment = $1", [edition.environment])
    session.execute(f"insert into {HEADS} values ($1, $2)", [edition.environment, sequence])
    return sequence


def _roll_back(session: Session) -> None:
    try:
        session.execute("rollback")
    except Exception:
        return  # there was no transaction left to roll back, or closing the session does it


def _read_back(session: Session, environment: str, base_sequence: int, sequence: int, failure: str) -> Build:
    try:
        found = head(session, environment)
    except Exception as error:
        raise PublishUnknown(
            f"the head could not be read back after publishing: {failure or str(error) or type(error).__name__}",
            hint="`convsql history` shows which build readers see",
        ) from None
    if found is not None and found.sequence == sequence:
        return found
    if (found.sequence if found else 0) == base_sequence:
        raise ConvsqlError(
            f"publishing was rolled back by the database{': ' + failure if failure else ''}",
            hint="readers still see the last good build; run the build again",
        )
    raise PublishUnknown(
        f"the head is build {found.sequence if found else 0}, not {sequence}",
        hint="`convsql history` shows which build readers see",
    )
