"""Every error a user can meet, and the exit code that goes with it.

| code | meaning                                                                                               |
|------|-------------------------------------------------------------------------------------------------------|
| 0    | done; for `build`: published, or nothing to do, even where its outcome could not be written or said   |
| 1    | a model, test or unit test failed; nothing was published                                              |
| 2    | usage, project or engine error, a damaged database, output that can't be written, an unforeseen error |
| 3    | another process holds the database, or the head moved since the build began                           |
| 4    | the outcome of the publish is unknown: read `convsql history` before acting                           |
| 5    | built and checked, and not published, because the published build is held (`rollback --hold`)         |
| 124  | `--timeout` was over; nothing was published                                                           |
| 130  | interrupted; nothing was published                                                                    |

With every code but 0 and 4 nothing was published.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from convsql.base.redaction import redact

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_ERROR = 2
EXIT_CONFLICT = 3
EXIT_UNKNOWN = 4
EXIT_HELD = 5
EXIT_TIMED_OUT = 124
EXIT_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file of the project: path relative to the project, line from 1 (0: the whole file)."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        from convsql.base.printable import one_line

        path = one_line(self.path)
        return f"{path}:{self.line}" if self.line else path


class ConvsqlError(Exception):
    """What is wrong (`reason`), where (`where`), and what to do about it (`hint`). One that `is_transient` may be gone when tried again."""

    exit_code = EXIT_ERROR
    is_transient = False
    rule = ""  # the rule of change control that is broken, where one is

    def __init__(self, reason: str, where: Where | None = None, hint: str = "") -> None:
        self.reason = redact(reason)
        super().__init__(self.reason)
        self.where = where
        self.hint = redact(hint)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{place}{self.reason}{hint}"

    @property
    def problems(self) -> list[ConvsqlError]:
        """The single errors behind this one, itself when there is only one."""
        return [self]


class ProjectErrors(ConvsqlError):
    """Several errors found by the static stages, raised together in file order."""

    def __init__(self, problems: Iterable[ConvsqlError]) -> None:
        found = {(str(p.where or ""), p.reason): p for p in problems}
        self._problems = sorted(
            found.values(),
            key=lambda p: (p.where.path if p.where else "", p.where.line if p.where else 0),
        )
        super().__init__(f"{len(self._problems)} errors")

    def __str__(self) -> str:
        return "\n".join(str(p) for p in self._problems)

    @property
    def problems(self) -> list[ConvsqlError]:
        return self._problems


class LockHeld(ConvsqlError):
    """Another process holds the database file."""

    exit_code = EXIT_CONFLICT
    is_transient = True


class DatabaseLost(ConvsqlError):
    """Nothing more can be asked of the database: its file is damaged, its disk is full, or the engine shut it."""


class Disconnected(DatabaseLost):
    """The server ended the connection, or can't be reached at the moment."""

    is_transient = True


class TimedOut(ConvsqlError):
    """The time that a run was given is over."""

    exit_code = EXIT_TIMED_OUT


class StaleHead(ConvsqlError):
    """The published head moved between planning and publishing."""

    exit_code = EXIT_CONFLICT
    is_transient = True


class PublishUnknown(ConvsqlError):
    """COMMIT was sent, but the head could not be read back."""

    exit_code = EXIT_UNKNOWN


class Problems:
    """Collects errors of one static stage; `raise_if_any` raises them at once. `warnings` are what is no error."""

    def __init__(self) -> None:
        self.found: list[ConvsqlError] = []
        self.warnings: list[str] = []

    def add(self, reason: str, where: Where | None = None, hint: str = "") -> None:
        self.found.append(ConvsqlError(reason, where, hint))

    def warn(self, said: str, where: Where | None = None) -> None:
        """Note, once, what does not stand in the way."""
        text = f"{where}: {said}" if where else said
        if text not in self.warnings:
            self.warnings.append(text)

    def take(self, error: ConvsqlError) -> None:
        self.found.extend(error.problems)

    def raise_if_any(self) -> None:
        if len(self.found) == 1:
            raise self.found[0]
        if self.found:
            raise ProjectErrors(self.found)


def did_you_mean(word: str, known: Iterable[str], alike: float = 0.6) -> str:
    """A hint naming the closest known word, or an empty string where none is so much `alike` (from 0, nothing in common, to 1, the same)."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=alike)
    return f"did you mean '{close[0]}'?" if close else ""
