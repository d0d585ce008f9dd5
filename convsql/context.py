"""What every command begins with: the options, the project, the target, and how to open its database."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convsql import report
from convsql.build import Access
from convsql.compile import Compiled, Engines, compile_project
from convsql.config import Project, load_project
from convsql.engine import Session
from convsql.profiles import Target, load_target


@dataclass(frozen=True, slots=True)
class Context:
    """The options that every command has."""

    project_dir: Path
    profiles_dir: Path | None
    target: str | None
    vars: str | None
    json: bool = False
    quiet: bool = False
    no_cache: bool = False
    check_contents: bool = False

    @property
    def profiles_folder(self) -> Path | None:
        """The folder of profiles.yml, if the project's own is not meant."""
        return self.profiles_dir.resolve() if self.profiles_dir else None

    def load(self) -> tuple[Project, Target]:
        """The project and its target; the process stands in the project's folder afterwards, as under dbt."""
        profiles = self.profiles_folder
        root = self.project_dir.resolve()
        if root.is_dir():
            os.chdir(root)
        project = load_project(root, self.vars)
        return project, load_target(project, profiles, self.target)

    def compiled(self) -> Compiled:
        """The compiled project."""
        project, target = self.load()
        access = access_to(target)
        engines = Engines(access.memory, access.read)
        return compile_project(project, target, engines, not self.no_cache, self.check_contents)

    def compile(self) -> Compiled:
        """The compiled project, warnings reported."""
        compiled = self.compiled()
        for warning in compiled.warnings:
            report.say(f"warning: {warning}")
        return compiled


def access_to(target: Target) -> Access:
    """How to open the target's database."""

    def opener(read_only: bool) -> Callable[[], Any]:
        def open_it() -> Any:
            from convsql.engines.duckdb import open_file

            return open_file(target.path, target.settings, target.threads, read_only, target.folders)

        return open_it

    def memory() -> Session:
        from convsql.engines.duckdb import open_memory

        return open_memory(target.settings, target.folders)

    if target.path == ":memory:":
        return Access(lambda: None, opener(False), memory)
    return Access(opener(True), opener(False), memory)
