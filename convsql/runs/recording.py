"""One run while it goes on: who began it, what it was asked, what became of each node, and how it ended.

Of data nothing is kept: no row, no message of an engine (it may quote a value), no variable. Names of nodes, files and lines are.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from convsql import __version__
from convsql.base.errors import EXIT_ERROR, EXIT_FAILED, EXIT_HELD, EXIT_INTERRUPTED, EXIT_OK, ConvsqlError
from convsql.base.git import head_commit
from convsql.building.results import Listener, Outcome, Result
from convsql.project.config import Project
from convsql.project.nodes import Node
from convsql.project.profiles import Target
from convsql.runs.journal import journal_of

if TYPE_CHECKING:
    from convsql.compiling.project import Compiled

MOST_FAILED, MOST_BUILT = 100, 40  # nodes named of one run
_ACTORS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "LOGNAME", "USER", "USERNAME")


@dataclass(slots=True)
class Ended:
    """How a run ended; `results` are those heard of until then, `error` what ended it where something did."""

    status: str
    exit_code: int
    results: list[Result]
    outcome: Outcome | None = None
    error: ConvsqlError | None = None
    noted: list[ConvsqlError] = field(default_factory=list)

    @property
    def problems(self) -> list[ConvsqlError]:
        """What is wrong besides the results: the errors that ended the run, and those it noted on its way."""
        return [*(self.error.problems if self.error else []), *self.noted]


@dataclass(slots=True)
class Recording:
    """A run that began. `asked` are the command's own options, as plain values; never variables."""

    command: str
    project: Project
    target: Target
    asked: Mapping[str, Any]
    attempts: int = 0
    results: list[Result] = field(default_factory=list)
    outcome: Outcome | None = None
    noted: list[ConvsqlError] = field(default_factory=list)
    compiled: Compiled | None = None
    run: str = ""
    unrecorded: str = ""  # why its end could not be noted
    heard_at: dict[str, int] = field(
        default_factory=dict
    )  # unique id → when its result came, in nanoseconds since 1970
    _began: float = field(default_factory=time.perf_counter)
    _unsent: list[dict[str, Any]] = field(default_factory=list)

    def begin(self) -> None:
        """Note that the run began: one that is killed is known by having no end."""
        now = datetime.datetime.now(datetime.UTC)
        self.run = f"{now:%Y%m%dT%H%M%S}-{os.urandom(3).hex()}"
        entry = {
            "run": self.run,
            "event": "begin",
            "at": now.isoformat(timespec="milliseconds"),
            "command": self.command,
            "project": self.project.name,
            "target": self.target.name,
            "environment": self.target.schema,
            "commit": head_commit(self.project.root),
            "who": who(),
            "host": host(),
            "pid": os.getpid(),
            "where": job(),
            "version": __version__,
            "asked": {key: value for key, value in self.asked.items() if value},
        }
        self._unsent = [entry]
        self._send()

    @contextlib.contextmanager
    def recorded(self) -> Iterator[Recording]:
        """A run that is this block."""
        self.begin()
        try:
            yield self
        except BaseException as error:
            self.end(self.ended(0, error))
            raise
        self.end(self.ended(exit_code_of(self.outcome)))

    @property
    def seconds(self) -> float:
        """How long it has gone on."""
        return time.perf_counter() - self._began

    def again(self) -> None:
        """The run is tried anew: what the last attempt did is no result of this one."""
        self.attempts += 1
        self.results.clear()
        self.noted.clear()
        self.outcome = None

    def ended(self, exit_code: int, error: BaseException | None = None) -> Ended:
        """How the run ended, from its exit code, or from what it ended with."""
        if error is None:
            status = _status(self.outcome, exit_code)
            return Ended(status, exit_code, self._results(), self.outcome, noted=list(self.noted))
        ended = ended_with(exit_code, error)
        ended.results, ended.outcome, ended.noted = self._results(), self.outcome, list(self.noted)
        return ended

    def end(self, ended: Ended) -> str:
        """Note how the run ended; returns why it could not be noted, else nothing."""
        results = ended.results
        built = sorted((r for r in results if r.status == "success"), key=lambda r: (-r.seconds, r.node.name))
        failed = [r for r in results if r.failed]
        published = ended.outcome.published if ended.outcome and not ended.outcome.nothing_to_do else None
        counts: dict[str, int] = {}
        for result in results:
            counts[result.status] = counts.get(result.status, 0) + 1
        self._unsent.append(
            {
                "run": self.run,
                "event": "end",
                "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
                "seconds": round(self.seconds, 3),
                "status": ended.status,
                "exit_code": ended.exit_code,
                "attempts": max(self.attempts, 1),
                "build": published.sequence if published else None,
                **({"commit": published.git_commit} if published and published.git_commit else {}),
                "counts": counts,
                "built": [[r.node.name, round(r.seconds, 3)] for r in built[:MOST_BUILT]],
                "failed": [_failed(r) for r in failed[:MOST_FAILED]],
                "error": _error(ended.error) if ended.error else None,
            }
        )
        return self._send()

    def _send(self) -> str:
        journal = journal_of(self.project, self.target)
        if journal is None:
            return ""
        why = journal.append(*self._unsent)
        if not why:
            self._unsent = []
        return why

    def _results(self) -> list[Result]:
        return list(self.outcome.results) if self.outcome is not None else list(self.results)

    def heard_by(self, listener: Listener) -> Listener:
        """A listener that hears for this run and for `listener`: then an interrupted run knows what it did."""
        return _Both(self.results, self.heard_at, listener)


class _Both:
    def __init__(self, results: list[Result], heard_at: dict[str, int], listener: Listener) -> None:
        self.results = results
        self.heard_at = heard_at
        self.listener = listener

    def begin(self, total: int) -> None:
        self.listener.begin(total)

    def start(self, node: Node) -> None:
        self.listener.start(node)

    def done(self, result: Result) -> None:
        self.results.append(result)
        self.heard_at[result.node.unique_id] = time.time_ns()
        self.listener.done(result)

    def end(self) -> None:
        self.listener.end()


def ended_with(exit_code: int, error: BaseException | None) -> Ended:
    """The end of a run of which no more is known than its exit code, or what it ended with."""
    if error is None:
        return Ended("done" if exit_code == EXIT_OK else "failed", exit_code, [])
    if isinstance(error, ConvsqlError):
        status = {3: "conflict", 4: "unknown", 124: "timed out"}.get(error.exit_code, "error")
        return Ended(status, error.exit_code, [], error=error)
    if isinstance(error, KeyboardInterrupt):
        return Ended("interrupted", EXIT_INTERRUPTED, [])
    return Ended("error", EXIT_ERROR, [])


def exit_code_of(outcome: Outcome | None) -> int:
    """The exit code of a run that ended with this outcome."""
    if outcome is None:
        return EXIT_OK
    return EXIT_FAILED if outcome.failed else EXIT_HELD if outcome.held else EXIT_OK


def _status(outcome: Outcome | None, exit_code: int) -> str:
    if exit_code == 0:
        if outcome is None or outcome.nothing_to_do:
            return "nothing to do" if outcome else "done"
        return "published" if outcome.published else "passed"
    return "held" if outcome and outcome.held else "failed"


def _failed(result: Result) -> dict[str, Any]:
    facts: dict[str, Any] = {"unique_id": result.node.unique_id, "name": result.node.name}
    facts |= {"resource_type": result.node.kind, "status": result.status, "path": str(result.node.where)}
    return {**facts, "failures": result.failures} if result.failures else facts


def _error(error: ConvsqlError) -> dict[str, Any]:
    """What ended a run: places, and the reason only where it is convsql's own word on the database, never an engine's on data."""
    places = [str(problem.where) for problem in error.problems if problem.where][:20]
    facts: dict[str, Any] = {"kind": type(error).__name__, "places": places}
    return {**facts, "reason": error.reason} if error.is_transient or error.exit_code in (4, 124) else facts


def who() -> str:
    """The user in whose name this process runs: in CI, whoever set it off."""
    for name in _ACTORS:
        if os.environ.get(name):
            return os.environ[name]
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError, AttributeError):
        return "unknown"


def host() -> str:
    """The machine's name."""
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


def job() -> str:
    """The address of the job in which this process runs, where CI tells it."""
    if all(os.environ.get(name) for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")):
        e = os.environ
        return f"{e['GITHUB_SERVER_URL']}/{e['GITHUB_REPOSITORY']}/actions/runs/{e['GITHUB_RUN_ID']}"
    return os.environ.get("CI_JOB_URL", "")
