"""What every command begins with: the options, the project, the target, and how to open its database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from convsql.compiling.project import Compiled, compile_project
from convsql.dbt_habits.habits import load_project
from convsql.engines.access import access_to
from convsql.project.config import Project
from convsql.project.profiles import Target, in_schema, load_target, target_facts


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
    schema: str | None = None  # to publish to, in place of the target's own
    profile: str | None = None  # these three in place of what the files say
    target_path: str | None = None
    threads: int | None = None

    @property
    def profiles_folder(self) -> Path | None:
        """The folder of profiles.yml, if the project's own is not meant."""
        return self.profiles_dir.resolve() if self.profiles_dir else None

    def load(self) -> tuple[Project, Target]:
        """The project and its target. Relative paths in its SQL are read from the folder in which the process stands."""
        return self.read(self.project_dir.resolve(), self.profiles_folder)

    def read(self, root: Path, profiles: Path | None) -> tuple[Project, Target]:
        """The project in the folder `root`, and its target in profiles.yml of `profiles` (None: of `root`)."""
        said = {key: value for key, value in (("profile", self.profile), ("target-path", self.target_path)) if value}
        project = load_project(
            root, self.vars, lambda name, it: target_facts(root, name, it, profiles, self.target), said
        )
        target = load_target(project, profiles, self.target)
        if self.threads is not None:
            target = replace(target, threads=self.threads)
        return project, in_schema(target, self.schema) if self.schema else target

    def compiled(self, may_lack_data: bool = False, leaves_out: bool = False) -> Compiled:
        """The compiled project; `may_lack_data`: also where its files are not, by declared columns; `leaves_out`: without what reads such."""
        project, target = self.load()
        cached = not self.no_cache
        return compile_project(
            project, target, access_to(target), cached, self.check_contents, may_lack_data, leaves_out=leaves_out
        )
