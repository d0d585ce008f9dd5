"""What a run found wrong, each with its file and line: failed and warning nodes, and the problems of the project."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from convsql.base.errors import Where
from convsql.building.results import Result
from convsql.runs.recording import Ended

Level = Literal["error", "warning"]
RULES = {
    "project-error": "The project is wrong: nothing was run.",
    "run-error": "The run ended with an error that no file of the project is the cause of.",
    "model-error": "A model or seed could not be built.",
    "test-failed": "A data test found rows that must not be there.",
    "test-warned": "A data test of severity warn found rows.",
    "test-error": "A data test could not be run.",
    "unit-test-failed": "A unit test gave other rows than it expects.",
    "definition": "A rule of change control is broken.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `where` is relative to the repository; its line is 0 where only the file is known."""

    rule: str
    level: Level
    where: Where | None
    message: str
    name: str = ""
    owner: str = ""

    @property
    def fingerprint(self) -> str:
        """What tells that this is the same thing as in another run: rule, file and name, but no line."""
        text = "\0".join([self.rule, self.where.path if self.where else "", self.name or self.message])
        return hashlib.sha256(text.encode()).hexdigest()


def findings(ended: Ended, root: Path) -> list[Finding]:
    """What a run of the project in `root` found wrong, errors first, in the order of the run."""
    prefix = prefix_of(root)
    found = [_of_result(result, prefix) for result in ended.results if result.failed or result.status == "warn"]
    for problem in ended.problems:
        where = (
            problem.where if problem.where and (root / problem.where.path).exists() else None
        )  # an option is no file
        rule = "project-error" if where else "run-error"
        hint = f" ({problem.hint})" if problem.hint else ""
        found.append(Finding(problem.rule or rule, "error", placed(where, prefix), problem.reason + hint))
    return sorted(found, key=lambda each: each.level != "error")


def _of_result(result: Result, prefix: str) -> Finding:
    node, status = result.node, result.status
    rule = "model-error"
    if node.kind == "test":
        rule = {"warn": "test-warned", "error": "test-error"}.get(status, "test-failed")
    elif node.kind == "unit_test":
        rule = "unit-test-failed"
    message = f"{node.kind.replace('_', ' ')} {node.name}: {result.message or status}"
    where = node.where
    if result.message.startswith(f"{node.path}:"):  # the engine named a line
        line = result.message[len(node.path) + 1 :].partition(":")[0]
        where = Where(node.path, int(line)) if line.isdecimal() else where
    level: Level = "warning" if status == "warn" else "error"
    return Finding(rule, level, placed(where, prefix), message, node.name)


def placed(where: Where | None, prefix: str) -> Where | None:
    """A place of the project as one of the repository."""
    return Where(prefix + where.path, where.line) if where else None


def prefix_of(root: Path) -> str:
    """What leads from the top of the repository to the project: empty, or a folder with its slash."""
    root = root.resolve()
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
    inside = root.relative_to(top).as_posix()
    return "" if inside == "." else f"{inside}/"
