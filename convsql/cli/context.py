"""The Context of a command: as under dbt, the process of a command stands in the project's folder once the project is read.

Relative paths in SQL (`read_csv('raw/x.csv')`) need that: DuckDB holds what it may read against the process's folder, before it
would look at its own `file_search_path`. Nothing but a command line may leave its folder for good.
"""

from __future__ import annotations

import os

from convsql.building import context
from convsql.project.config import Project
from convsql.project.profiles import Target


class Context(context.Context):
    """The options that every command has."""

    def load(self) -> tuple[Project, Target]:
        """The project and its target; the process stands in the project's folder afterwards, whatever is wrong there."""
        profiles, root = self.profiles_folder, self.project_dir.resolve()
        # from now on relative paths would be others: a command may load its project again, or that of another target
        object.__setattr__(self, "project_dir", root)
        object.__setattr__(self, "profiles_dir", profiles)
        if root.is_dir():
            os.chdir(root)
        return self.read(root, profiles)
