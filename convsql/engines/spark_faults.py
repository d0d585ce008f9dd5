"""What Spark says when it can't go on, told apart: there already, not there, out of reach, a statement that failed."""

from __future__ import annotations

import re
from typing import Any

from convsql.base.errors import ConvsqlError, DatabaseLost, Where
from convsql.engines.session import EngineError

NO_JAVA = ConvsqlError(
    "Spark needs Java 17 or later, and there is no `java` on the PATH",
    Where("profiles.yml"),
    "install one and set JAVA_HOME; with `method: connect` the server has it",
)
NO_PYSPARK = ConvsqlError(
    "a target of type spark needs pyspark, which is not installed",
    Where("profiles.yml"),
    "pip install 'pyspark[connect]>=4.1,<5'",
)
_CONDITION = re.compile(r"\s*\[([A-Z0-9_]+(?:\.[A-Z0-9_]+)*)\] ?")
_LOST = re.compile(
    r"Connection refused|StatusCode\.UNAVAILABLE|SparkContext was shut down|stopped SparkContext|SESSION_CLOSED|SESSION_CHANGED"
    r"|Answer from Java side is empty|An error occurred while trying to connect to the Java server|No space left on device"
)
_LINE = re.compile(r"(?:; |\()line (\d+)[, ]+pos(?:ition)? \d+")
_ADVICE = re.compile(r" (?:Use `try_|If necessary set |To tolerate the error|Verify the spelling|Choose a different).*")


class Exists(EngineError):
    """What was to be created is there."""


class Missing(EngineError):
    """A schema or relation that is not there."""


def statement_error(error: Exception, place: str) -> EngineError:
    """A failed statement as EngineError, with its line where Spark tells one. Raises DatabaseLost when no other one can succeed."""
    text = str(error)
    if _LOST.search(text):
        raise DatabaseLost(
            f"Spark at {place} can't be asked any more: {first_line(error)}",
            hint="run the command again when it answers: what is built is reused",
        ) from None
    condition = condition_of(error)
    said = first_line(error)
    if condition.endswith("ALREADY_EXISTS"):
        return Exists(said)
    if condition in ("SCHEMA_NOT_FOUND", "TABLE_OR_VIEW_NOT_FOUND"):
        return Missing(said)
    line = _LINE.search(text)
    return EngineError(said, int(line[1]) if line else 0)


def condition_of(error: Exception) -> str:
    """Spark's name for what is wrong, such as DIVIDE_BY_ZERO; empty where it has none."""
    get: Any = getattr(error, "getCondition", None)
    named = get() if get is not None else None
    if named:
        return str(named)
    found = _CONDITION.match(str(error))
    return found[1] if found else ""


def first_line(error: Exception) -> str:
    """What Spark says, in one line: without its name for it, the plan, the advice for settings, and the stack."""
    lines = [line.strip() for line in str(error).strip().splitlines() if line.strip()]
    first = next((line for line in lines if not line.startswith(("An error occurred while calling", "== SQL"))), "")
    first = re.sub(r"^:? ?(?:[\w.]+(?:Exception|Error): )+", "", first)
    first = _ADVICE.sub("", _CONDITION.sub("", first, count=1))
    return re.sub(r" SQLSTATE: \w+.*", "", first).strip() or type(error).__name__


def opening_error(error: Exception, place: str) -> ConvsqlError:
    """Why a session could not be begun."""
    if isinstance(error, ImportError):
        return ConvsqlError(f"{NO_PYSPARK.reason} whole: {first_line(error)}", NO_PYSPARK.where, NO_PYSPARK.hint)
    return ConvsqlError(
        f"can't open Spark at {place}: {first_line(error)}", Where("profiles.yml"), "is it up, and are its keys right?"
    )
