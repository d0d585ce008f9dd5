"""Which errors to say: those in the user's own file first, without what merely follows from them.

A word that is wrong in vars.yml makes every model stop that reads the variable: fifteen errors in files that nobody edited, and one that
says what to do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from convsql.base.errors import ConvsqlError

_SETTINGS = ("vars.yml", "dbt_project.yml", "profiles.yml", "--vars")
# A macro of the package, which may be an installed one, refused what a variable holds.
_RAISED = re.compile(r" \(in (?:[^/ ]+/)*macros/")
_FEW = 3  # places that say the same are named one by one


def told(problems: Sequence[ConvsqlError]) -> tuple[list[str], int]:
    """The errors to say, as text, and how many more follow from them."""
    own = [p for p in problems if p.where is not None and p.where.path in _SETTINGS]
    raised = [p for p in problems if _RAISED.search(p.reason) and p not in own]
    if own and raised:
        rest = [p for p in problems if p not in own and p not in raised]
        return [f"error: {p}" for p in own] + _alike(rest), len(raised)
    return _alike(problems), 0


def _alike(problems: Sequence[ConvsqlError]) -> list[str]:
    """Each error; where a macro refuses the same in many models, it is said once with their number."""
    groups: dict[tuple[str, str], list[ConvsqlError]] = {}
    for problem in problems:
        key = (problem.reason, problem.hint) if _RAISED.search(problem.reason) else (str(problem), "")
        groups.setdefault(key, []).append(problem)
    said = []
    for group in groups.values():
        if len(group) <= _FEW:
            said += [f"error: {p}" for p in group]
        else:
            others = ", ".join(str(p.where) for p in group[1:_FEW])
            said.append(f"error: {group[0]}\n  the same in {len(group) - 1} more models: {others} …")
    return said
