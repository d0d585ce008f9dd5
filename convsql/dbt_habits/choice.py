"""What besides `--select` and `--exclude` says which nodes are chosen, as the command line gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from convsql.base.errors import ConvsqlError, Where, did_you_mean
from convsql.dbt_habits.earlier import Earlier, macro_texts, methods_of
from convsql.dbt_habits.selectors import read_selectors
from convsql.project.config import Project
from convsql.project.files import read_project_files
from convsql.project.selection import INDIRECT, Around

KINDS = ("model", "seed", "source", "test", "unit_test")
_NOT_HERE = ("snapshot", "exposure", "analysis", "metric", "semantic_model", "saved_query", "function", "operation")


@dataclass(frozen=True, slots=True)
class Choice:
    """Kinds that are wanted, and left out; which tests come along; the folder of an earlier run's artifacts."""

    kinds: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    indirect: str = "eager"
    state: Path | None = None

    def is_all(self, select: Sequence[str], exclude: Sequence[str]) -> bool:
        """Whether nothing is selected and nothing left out."""
        return not (select or exclude or self.kinds or self.without)

    def around(self, project: Project) -> Around:
        """What selection looks at. Raises ConvsqlError for a word that is none, and for selectors.yml."""
        if self.indirect not in INDIRECT:
            raise ConvsqlError(
                f"no indirect selection '{self.indirect}'",
                Where("--indirect-selection"),
                f"one of {', '.join(INDIRECT)}",
            )
        earlier = None
        if self.state is not None:
            macros = {f.shown: f.text() for f in read_project_files(project) if f.role == "macro"}
            earlier = Earlier(project.root / self.state, project.root, project.target_dir, macro_texts(macros))
        selectors = read_selectors(project.root, project.templates)
        return Around(
            self.indirect,
            _kinds(self.kinds, "--resource-type"),
            _kinds(self.without, "--exclude-resource-type"),
            methods_of(earlier),
            selectors.chosen,
            selectors.default,
        )

    def as_json(self) -> dict[str, object]:
        """What it says, as far as it is not what it is without a word."""
        said = {"kinds": self.kinds, "without": self.without, "state": self.state and str(self.state)}
        return {k: v for k, v in {**said, "indirect": self.indirect}.items() if v and v != "eager"}


def _kinds(words: tuple[str, ...], option: str) -> tuple[str, ...]:
    """Kinds of nodes, of those that dbt knows: what convsql has none of chooses nothing."""
    if "all" in words or "default" in words:
        return ()
    for word in words:
        if word not in (*KINDS, *_NOT_HERE):
            hint = did_you_mean(word, KINDS) or f"there are {', '.join(KINDS)}"
            raise ConvsqlError(f"no resource type '{word}'", Where(option), hint)
    return words
