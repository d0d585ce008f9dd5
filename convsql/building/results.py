"""Results of steps, and the listener that is told of them while a build goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, cast

from convsql.building.state import Build, Verdict, VerdictStatus
from convsql.project.nodes import Node

Status = Literal["success", "reused", "pass", "warn", "fail", "error", "skipped"]
FAILING: tuple[Status, ...] = ("error", "fail")


@dataclass(slots=True)
class Result:
    """What became of one node: success, reused, error, skipped; for tests pass, warn, fail, error, skipped."""

    node: Node
    status: Status
    seconds: float = 0.0
    message: str = ""
    failures: int = 0
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    kept_in: str = ""
    relation: str = ""
    fingerprint: str = ""
    known: bool = False
    compiled_path: str = ""
    made: str = ""  # how a relation was made, where its last version could have been part of it

    @property
    def failed(self) -> bool:
        return self.status in FAILING

    def new_verdict(self) -> Verdict | None:
        """What is worth remembering of a test that was run; None for all else."""
        if self.known or self.node.kind not in ("test", "unit_test") or self.status not in ("pass", "warn"):
            return None
        return Verdict(self.fingerprint, cast(VerdictStatus, self.status), self.failures, self.message)


@dataclass(slots=True)
class Outcome:
    """The end of a run: results in order, what was published, how long each part took (seconds), and why it was not published
    although all is well (`held`, empty where it was).
    """

    results: list[Result] = field(default_factory=list)
    published: Build | None = None
    nothing_to_do: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    held: str = ""
    restated: dict[str, int] = field(default_factory=dict)  # model → closed rows that this build changed
    was_all: bool = False  # nothing was selected or left out

    @property
    def failed(self) -> list[Result]:
        return [r for r in self.results if r.failed]

    def count(self, *statuses: Status) -> int:
        return sum(r.status in statuses for r in self.results)


class Listener(Protocol):
    """Told of each step; the terminal report is one, the silent listener another."""

    def begin(self, total: int) -> None: ...

    def start(self, node: Node) -> None: ...

    def done(self, result: Result) -> None: ...

    def end(self) -> None: ...


class Silent:
    """Hears everything and says nothing."""

    def begin(self, total: int) -> None:
        return None

    def start(self, node: Node) -> None:
        return None

    def done(self, result: Result) -> None:
        return None

    def end(self) -> None:
        return None
