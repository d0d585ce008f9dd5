"""The Context of a command: as under dbt, the process of a command stands in the project's folder once the project is read.

Relative paths in SQL (`read_csv('raw/x.csv')`) need that: DuckDB holds what it may read against the process's folder, before it
would look at its own `file_search_path`. Nothing but a command line may leave its folder for good.
"""

from __future__ import annotations

import os

from convsql import context
from convsql.base.errors import ConvsqlError, Where
from convsql.cli import dbt_words
from convsql.project.config import Project
from convsql.project.profiles import Target


class Context(context.Context):
    """The options that every command has."""

    def load(self) -> tuple[Project, Target]:
        """The project and its target; the process stands in the project's folder afterwards, whatever is wrong there."""
        profiles, root = self.profiles_folder, self.project_dir.resolve()
        said = dbt_words.SAID
        if said.threads and not said.threads.isdigit():
            raise ConvsqlError(f"--threads must be a whole number, not '{said.threads}'", Where("--threads"))
        object.__setattr__(self, "profile", said.profile or None)
        object.__setattr__(self, "target_path", said.target_path or None)
        object.__setattr__(self, "threads", int(said.threads) if said.threads else None)
        # from now on relative paths would be others: a command may load its project again, or that of another target
        object.__setattr__(self, "project_dir", root)
        object.__setattr__(self, "profiles_dir", profiles)
        if root.is_dir():
            os.chdir(root)
        return self.read(root, profiles)
