"""The difference between a locked meaning and today's, as changes of syntax trees: model, CTE, clause, before, after.

CTEs that were only renamed are matched by what they say. Of two expressions the smallest part that
differs is shown, with the whole one it stands in.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from convsql.lineage.differing import differing_parts
from convsql.lineage.parts import Part

_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `clause` is a clause of SQL or `column <name>`; an empty `before` or `after` is what was not there."""

    model: str
    cte: str
    clause: str
    before: str
    after: str

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The smallest parts that differ, before and after."""
        return differing_parts(self.before, self.after)

    def to_json(self) -> dict[str, Any]:
        """Fields, and the smallest differing parts."""
        return {
            "model": self.model,
            "cte": self.cte,
            "clause": self.clause,
            "before": self.before,
            "after": self.after,
            "parts": [{"before": before, "after": after} for before, after in self.parts],
        }


def changes(before: Mapping[str, Part], after: Mapping[str, Part], order: Iterable[str]) -> list[Change]:
    """Changes from one meaning's parts to another's, models in `order` (upstream first)."""
    models = list(dict.fromkeys([*order, *(label.split(".")[0] for label in [*before, *after])]))
    found: list[Change] = []
    for model in models:
        old = {label: part for label, part in before.items() if label.split(".")[0] == model}
        new = {label: part for label, part in after.items() if label.split(".")[0] == model}
        if old != new:
            found += _of_model(model, old, new)
    return found


def _of_model(model: str, old: dict[str, Part], new: dict[str, Part]) -> list[Change]:
    names = _renamed(old, new)
    new = {names.get(label, label): _with_names(part, names) for label, part in new.items()}
    found: list[Change] = []
    for label in dict.fromkeys([*old, *new]):
        cte = label.split(".", 1)[1]
        one, other = old.get(label, {}), new.get(label, {})
        for clause in dict.fromkeys([*one, *other]):
            found += _of_clause(model, cte, clause, one.get(clause), other.get(clause))
    return found


def _of_clause(model: str, cte: str, clause: str, old: list[str] | None, new: list[str] | None) -> list[Change]:
    if (old or []) == (new or []):
        if (old is None) != (new is None):
            return [Change(model, cte, clause, clause if old is not None else "", clause if new is not None else "")]
        return []
    gone = [line for line in old or [] if line not in (new or [])]
    come = [line for line in new or [] if line not in (old or [])]
    if clause == "columns":
        before, after = (dict(line.split(" = ", 1) for line in lines) for lines in (gone, come))
        return [
            Change(model, cte, f"column {name}", before.get(name, ""), after.get(name, ""))
            for name in sorted({*before, *after})
        ]
    return [Change(model, cte, clause, one, other) for one, other in _pairs(gone, come)]


def _pairs(gone: list[str], come: list[str]) -> list[tuple[str, str]]:
    """Lines that went and lines that came, those most alike together."""
    left = list(come)
    found = []
    for line in gone:
        best = max(left, key=lambda other: _likeness(line, other), default="")
        if best and _likeness(line, best) >= _ALIKE:
            left.remove(best)
            found.append((line, best))
        else:
            found.append((line, ""))
    return [*found, *(("", line) for line in left)]


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _renamed(old: Mapping[str, Part], new: Mapping[str, Part]) -> dict[str, str]:
    """New label → old label, of CTEs that stand under another name now."""
    gone = [label for label in old if label not in new]
    names: dict[str, str] = {}
    for label in (label for label in new if label not in old):
        best = max(gone, key=lambda other: _likeness(_text(old[other]), _text(new[label])), default="")
        if best and _likeness(_text(old[best]), _text(new[label])) >= _ALIKE:
            gone.remove(best)
            names[label] = best
    return names


def _text(part: Part) -> str:
    return "\n".join(f"{clause} {line}" for clause, lines in sorted(part.items()) for line in lines)


def _with_names(part: Part, names: Mapping[str, str]) -> Part:
    """A part in which CTEs have their old names."""
    if not names:
        return part
    short = {a.split(".", 1)[1]: b.split(".", 1)[1] for a, b in names.items()}
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, short)) + r")\b(?!')")
    return {
        pattern.sub(lambda m: short[m[0]], clause): sorted(pattern.sub(lambda m: short[m[0]], line) for line in lines)
        for clause, lines in part.items()
    }
