"""What PostgreSQL says when it can't go on, told apart: lost, out of time, in use, rested on, a statement that failed."""

from __future__ import annotations

import re

import psycopg
from psycopg import errors

from convsql.base.errors import ConvsqlError, DatabaseLost, Disconnected, Where
from convsql.engines.session import EngineError

# Why a server can't be reached that may answer in a minute; a wrong password or name stays wrong.
_PASSING = re.compile(
    r"connection refused|timeout|timed out|closed the connection|connection reset|network is unreachable|no route to host"
    r"|temporary failure|starting up|shutting down|recovery mode|too many (clients|connections)|remaining connection slots",
    re.IGNORECASE,
)


class InUse(EngineError):
    """A lock that did not come in time: somebody reads or changes the relation."""


class RestedOn(EngineError):
    """A relation that others rest on, and that is not dropped for it."""


def statement_error(error: Exception, connection: psycopg.Connection, place: str) -> EngineError:
    """A failed statement as EngineError. Raises DatabaseLost when no other one can succeed."""
    if connection.closed or isinstance(error, errors.AdminShutdown | errors.CrashShutdown):
        raise Disconnected(
            f"the connection to {place} was lost: {first_line(error)}",
            hint="run the command again when the server answers: what is built is reused",
        ) from None
    text = first_line(error)
    if isinstance(error, errors.LockNotAvailable):
        return InUse(text)
    if isinstance(error, errors.QueryCanceled):
        if "statement timeout" in text:
            return EngineError(
                "it took longer than the statement_timeout that the server, the database or the role sets, and was cancelled"
            )
        return EngineError(f"it was cancelled: {text}")
    if isinstance(error, errors.DependentObjectsStillExist):
        return RestedOn(f"{text}: {_detail(error)}" if _detail(error) else text)
    if isinstance(error, errors.DiskFull):
        raise DatabaseLost(f"{place} can't be written: {text}", hint="make room, then run again") from None
    if isinstance(error, errors.CharacterNotInRepertoire | errors.UntranslatableCharacter) and "0x00" in text:
        return EngineError("a text holds a character NUL, which PostgreSQL does not take")
    return EngineError(f"{text} ({_detail(error)})" if _detail(error) else text)


def first_line(error: Exception) -> str:
    """What the server says, in one line."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _detail(error: Exception) -> str:
    detail = error.diag.message_detail if isinstance(error, psycopg.Error) else None
    return "; ".join((detail or "").splitlines())


def opening_error(error: Exception, place: str) -> ConvsqlError:
    """Why a server could not be reached."""
    lines = [line.strip() for line in str(error).strip().splitlines() if line.strip()]
    reason = lines[-1] if lines else type(error).__name__
    kind = Disconnected if _PASSING.search(str(error)) else ConvsqlError
    return kind(
        f"can't connect to {place}: {reason}",
        Where("profiles.yml"),
        "is the server up, and are host, port, user and password right?",
    )
