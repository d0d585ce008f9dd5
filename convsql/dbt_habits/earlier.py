"""What an earlier run left in a folder (`--state`): dbt's or convsql's own manifest.json, run_results.json, sources.json; and what changed since."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError, Where, did_you_mean
from convsql.project.nodes import Node
from convsql.project.selection import Method

_PARTS = ("body", "configs", "relation", "macros", "contract", "persisted_descriptions")
_MOST_OF_A_SEED = 1_000_000  # bytes; dbt knows a larger one by its path
_COMPARED = (
    "materialized",
    "tags",
    "meta",
    "enabled",
    "severity",
    "warn_if",
    "error_if",
    "where",
    "limit",
    "column_types",
)


def checksum(node: Node, root: Path) -> tuple[str, str]:
    """How dbt knows a file: the name of the hash and the hash, of its text without white space at the ends."""
    if node.kind == "seed":
        file = node.file_in(root)
        if file.is_file() and file.stat().st_size > _MOST_OF_A_SEED:
            return "path", node.path
        text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    elif node.generic or node.source or node.unit:
        return "none", ""
    else:
        text = node.raw
    return "sha256", hashlib.sha256(text.strip().encode("utf-8")).hexdigest()


def macro_texts(files: Mapping[str, str]) -> dict[str, str]:
    """Name → text of every macro in files of macros (path → text)."""
    found: dict[str, str] = {}
    for text in files.values():
        for match in re.finditer(r"\{%-?\s*(macro|test|data_test)\s+(\w+).*?\{%-?\s*end\1\s*-?%\}", text, re.DOTALL):
            found[("test_" if "test" in match[1] else "") + match[2]] = match[0].strip()
    return found


class Earlier:
    """The artifacts in a folder. Raises ConvsqlError, when one is asked for, where it is not there or is none."""

    def __init__(self, folder: Path, root: Path, target: Path, macros: Mapping[str, str]) -> None:
        self._folder = folder
        self._root = root
        self._target = target
        self._macros = macros

    def _read(self, name: str, folder: Path | None = None) -> dict[str, Any]:
        file = (folder or self._folder) / name
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            if isinstance(content, dict):
                return content
        except FileNotFoundError:
            raise ConvsqlError(
                f"no {name} in '{file.parent}'",
                Where("--state"),
                "name the folder that the earlier run wrote (target/)",
            ) from None
        except (OSError, ValueError):
            pass
        raise ConvsqlError(f"'{file}' is not a JSON document of dbt", Where("--state"))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return self._read("manifest.json")

    @cached_property
    def results(self) -> dict[str, str]:
        """Unique id → status of the earlier run."""
        return {r.get("unique_id", ""): str(r.get("status")) for r in self._read("run_results.json").get("results", [])}

    @cached_property
    def _fresher(self) -> set[str]:
        before, now = (
            {
                str(r.get("unique_id")): str(r.get("max_loaded_at") or "")
                for r in self._read("sources.json", f).get("results", [])
            }
            for f in (None, self._target)
        )
        return {source for source, at in now.items() if at > before.get(source, "")}

    def is_fresher(self, node: Node, value: str) -> bool:
        """Whether a source has newer rows than at the earlier `source freshness`."""
        if value != "fresher":
            raise ConvsqlError(f"no source status '{value}'", Where("--select"), "source_status:fresher")
        return node.unique_id in self._fresher

    @cached_property
    def _changed_macros(self) -> set[str]:
        before = {m["name"]: str(m.get("macro_sql", "")).strip() for m in self.manifest.get("macros", {}).values()}
        changed = {name for name, text in self._macros.items() if before.get(name) != text}
        while more := {n for n, t in self._macros.items() if n not in changed and _mentions(t, changed)}:
            changed |= more
        return changed

    def is_state(self, node: Node, value: str) -> bool:
        """Whether a node is `new`, `old`, `modified`, `modified.<part>` or `unmodified` since."""
        before = {
            **self.manifest.get("nodes", {}),
            **self.manifest.get("sources", {}),
            **self.manifest.get("unit_tests", {}),
        }
        known = before.get(node.unique_id)
        if value in ("new", "old"):
            return (known is None) == (value == "new")
        word, _, part = value.partition(".")
        if word not in ("modified", "unmodified") or (part and part not in _PARTS):
            states = ["new", "old", "modified", "unmodified", *(f"modified.{p}" for p in _PARTS)]
            raise ConvsqlError(
                f"no state '{value}'", Where("--select"), did_you_mean(value, states) or ", ".join(states)
            )
        is_new = known is None and part != "macros"  # of a new node only its macros can be held against what was
        is_modified = is_new or any(self._differs(node, known or {}, p) for p in ([part] if part else _PARTS))
        return is_modified == (word == "modified")

    def _differs(self, node: Node, known: Mapping[str, Any], part: str) -> bool:
        config = known.get("config") or {}
        if part == "body":
            if node.source:
                return (node.source.identifier, node.source.schema) != (known.get("identifier"), known.get("schema"))
            name, digest = checksum(node, self._root)
            return name != "none" and (known.get("checksum") or {}).get("checksum") != digest
        if part == "configs":
            return any(_plain(node.config.get(k)) != _plain(config.get(k)) for k in _COMPARED if node.config.get(k))
        if part == "relation":
            said = (
                [(k, node.config.get(k) or None) for k in ("alias", "schema")] if node.kind in ("model", "seed") else []
            )
            return any(value != (config.get(k) or None) for k, value in said if k in config)
        if part == "contract":
            return node.contract_enforced != bool((config.get("contract") or {}).get("enforced"))
        if part == "persisted_descriptions":
            return bool(node.config.get("persist_docs")) and node.description != known.get("description")
        called = node.generic.test_name.rpartition(".")[2] if node.generic else ""
        return called in self._changed_macros or (node.kind != "seed" and _mentions(node.raw, self._changed_macros))


def methods_of(earlier: Earlier | None) -> dict[str, Method]:
    """`state:`, `result:` and `source_status:`; without the folder of an earlier run each is an error that asks for it."""

    def compare(method: str, of: Callable[[Earlier, Node, str], bool]) -> Method:
        def by(node: Node, value: str) -> bool:
            if earlier is None:
                reason = f"'{method}:' compares with an earlier run"
                raise ConvsqlError(reason, Where("--select"), "give its folder: --state")
            return of(earlier, node, value)

        return by

    return {
        "state": compare("state", Earlier.is_state),
        "result": compare("result", lambda run, node, value: run.results.get(node.unique_id) == value),
        "source_status": compare("source_status", Earlier.is_fresher),
    }


def _mentions(text: str, names: set[str]) -> bool:
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in names)


def _plain(value: Any) -> Any:
    text = json.dumps(value, sort_keys=True, default=str)
    return text.lower() if isinstance(value, str) else text  # severity
