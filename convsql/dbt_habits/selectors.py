"""`selectors.yml`: selections with names, as a tree of unions, intersections and criteria; turned into text that `--select` takes, or sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError, Where, did_you_mean
from convsql.base.yaml_file import YamlMap, is_there, read_yaml_map
from convsql.templates.yaml_values import StaticTemplates

FILE = "selectors.yml"
_GRAPH_KEYS = {"method", "value", "parents", "children", "childrens_parents", "parents_depth", "children_depth"}


class Selectors:
    """The selections that a project names; `default` is the name of the one that is used where nothing is selected."""

    def __init__(self, listed: Mapping[str, tuple[Any, Where]], default: str = "") -> None:
        self._listed = listed
        self.default = default

    def chosen(self, name: str, criterion: Callable[[str], set[str]]) -> set[str]:
        """What a selection chooses; `criterion` gives that of one text as `--select` takes it. Raises ConvsqlError."""
        if name not in self._listed:
            hint = did_you_mean(name, self._listed) or f"{FILE} names: {', '.join(self._listed) or 'none'}"
            raise ConvsqlError(f"no selector '{name}'", Where("--selector"), hint)
        definition, where = self._listed[name]

        def of(part: Any, depth: int = 0) -> set[str]:
            if depth > 50:
                raise ConvsqlError(f"selector '{name}' goes too deep, or names itself", where)
            if isinstance(part, str):
                return set().union(*(criterion(word) for word in part.split()))
            if not isinstance(part, Mapping):
                raise ConvsqlError(f"selector '{name}': a criterion is a text or a mapping", where)
            if (listed := part.get("union", part.get("intersection"))) is not None:
                left: set[str] = set()
                sets = []
                for item in listed if isinstance(listed, list) else []:
                    if isinstance(item, Mapping) and set(item) == {"exclude"}:
                        left |= set().union(*(of(each, depth + 1) for each in item["exclude"]))
                    else:
                        sets.append(of(item, depth + 1))
                joined = set().union(*sets) if "union" in part else set.intersection(*sets) if sets else set()
                return joined - left
            found = _criterion(part, lambda inner: self._inner(inner, of, depth), criterion, name, where)
            return found - set().union(*(of(each, depth + 1) for each in part.get("exclude") or []))

        return of(definition)

    def _inner(self, name: str, of: Callable[[Any, int], set[str]], depth: int) -> set[str]:
        return of(self._listed[name][0], depth + 1) if name in self._listed else self.chosen(name, lambda _: set())


def _criterion(
    part: Mapping[str, Any],
    inner: Callable[[str], set[str]],
    criterion: Callable[[str], set[str]],
    name: str,
    where: Where,
) -> set[str]:
    if "method" not in part:  # `tag: nightly`
        pairs = [(k, v) for k, v in part.items() if k not in (*_GRAPH_KEYS, "exclude", "indirect_selection")]
        if len(pairs) != 1:
            raise ConvsqlError(f"selector '{name}': a criterion needs 'method' and 'value'", where)
        return criterion(f"{pairs[0][0]}:{pairs[0][1]}")
    if unknown := [k for k in part if k not in (*_GRAPH_KEYS, "exclude", "indirect_selection")]:
        raise ConvsqlError(
            f"selector '{name}': unknown key '{unknown[0]}'", where, did_you_mean(unknown[0], _GRAPH_KEYS)
        )
    if part["method"] == "selector":
        return inner(str(part.get("value")))
    before = (
        "@" if part.get("childrens_parents") else f"{part.get('parents_depth', '')}+" if part.get("parents") else ""
    )
    behind = f"+{part.get('children_depth', '')}" if part.get("children") else ""
    return criterion(f"{before}{part['method']}:{part.get('value')}{behind}")


def read_selectors(root: Path, templates: StaticTemplates) -> Selectors:
    """The project's selectors; none where it has no such file. Raises ConvsqlError."""
    if not is_there(root / FILE, FILE):
        return Selectors({})
    content = templates.render_tree(read_yaml_map(root / FILE, FILE))
    listed: dict[str, tuple[Any, Where]] = {}
    default = ""
    for entry in content.get("selectors") or []:
        if not isinstance(entry, YamlMap) or not isinstance(entry.get("name"), str) or "definition" not in entry:
            raise ConvsqlError("a selector needs a 'name' and a 'definition'", Where(FILE))
        listed[entry["name"]] = (entry["definition"], entry.where("definition"))
        default = entry["name"] if entry.get("default") is True else default
    return Selectors(listed, default)
