"""Results of steps, and the listener that is told of them while a build goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from convsql.building.state import Build, Verdict
from convsql.project.nodes import Node

FAILING = ("error", "fail")


@dataclass(slots=True)
class Result:
    """What became of one node: success, reused, error, skipped; for tests pass, warn, fail, error, skipped."""

    node: Node
    status: str
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

    @property
    def failed(self) -> bool:
        return self.status in FAILING

    def verdict(self) -> Verdict:
        return Verdict(self.fingerprint, self.status, self.failures, self.message)


@dataclass(slots=True)
class Outcome:
    """The end of a run: results in order, what was published, and how long each part took (seconds)."""

    results: list[Result] = field(default_factory=list)
    published: Build | None = None
    nothing_to_do: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def failed(self) -> list[Result]:
        return [r for r in self.results if r.failed]

    def count(self, *statuses: str) -> int:
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
