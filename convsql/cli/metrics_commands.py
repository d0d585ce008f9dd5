"""The bodies of `convsql metrics list | show | check | lock | schema`. Each returns an exit code."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from convsql.base.errors import EXIT_FAILED, EXIT_OK, ConvsqlError, Where
from convsql.base.printable import begins_formula
from convsql.building.context import Context
from convsql.change_control.check import Checked, Workshop, check
from convsql.change_control.difference import Change
from convsql.change_control.lock import read_lock
from convsql.change_control.locking import lock_versions
from convsql.change_control.rules import Finding
from convsql.cli import terminal
from convsql.cli.options import compile_aloud
from convsql.definitions.versions import by_key, current_versions, defined, today

SHOWN_CHANGES = 8
SHOWN_CHARACTERS = 240


def list_command(context: Context) -> int:
    """`convsql metrics list`."""
    project = compile_aloud(context).project
    known = defined(project)
    locked = read_lock(project.root)
    current = current_versions((d.definition for d in known), today())
    rows = [
        {
            "metric": d.name,
            "version": d.version,
            "status": d.definition.status,
            "is_current": d.definition.key in current,
            "owner": d.definition.owner,
            "locked_at": locked[d.key].locked_at if d.key in locked else None,
            "effective_from": _text(d.definition.effective_from),
            "retired_on": _text(d.definition.retired_on),
            "review_by": _text(d.definition.review_by),
            "description": d.definition.description,
        }
        for d in known
    ]
    if context.json:
        terminal.put(json.dumps(rows))
        return EXIT_OK
    columns = ["metric", "version", "status", "is_current", "owner", "locked_at", "review_by"]
    terminal.put_table(
        columns, [[("yes" if r[c] is True else "" if r[c] is False else r[c]) for c in columns] for r in rows]
    )
    return EXIT_OK


def show_command(context: Context, key: str) -> int:
    """`convsql metrics show`."""
    project = compile_aloud(context).project
    one = by_key(defined(project), key, today())
    lock = read_lock(project.root).get(one.key)
    content = one.definition.model_dump(mode="json")
    state: dict[str, Any] = {"locked_at": lock.locked_at if lock else None}
    if lock:
        state |= {"definition_digest": lock.definition_digest, "meaning_digest": lock.meaning_digest}
        state["models"] = sorted({label.split(".")[0] for label in lock.parts})
        state["seeds"] = sorted(lock.seeds)
    if context.json:
        terminal.put(json.dumps({"definition": content, "lock": state}))
        return EXIT_OK
    terminal.put(f"{one.key} ({one.definition.status}), {one.where}")
    for name, value in content.items():
        if value not in (None, [], {}) and name not in ("name", "version", "status"):
            terminal.put(
                f"  {name}: {json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value}"
            )
    for name, value in state.items():
        terminal.put(f"  {name}: {', '.join(value) if isinstance(value, list) else value or 'not locked'}")
    return EXIT_OK


def check_command(context: Context, keys: list[str]) -> int:
    """`convsql metrics check`."""
    compiled = compile_aloud(context)
    known = defined(compiled.project)
    only = {by_key(known, key, today()).key for key in keys} if keys else None
    result = check(compiled, Workshop(compiled, not context.no_cache), today(), only)
    code = EXIT_FAILED if result.findings else EXIT_OK
    if context.json:
        terminal.put(json.dumps(_as_json(result, code)))
        return code
    explained: dict[str, str] = {}
    for finding in result.findings:
        for line in finding_lines(finding, explained):
            terminal.say(line)
    for note in result.notes:
        terminal.say(f"note: {note}")
    versions = f"{len(result.versions)} versions of {len({d.name for d in result.versions})} metrics"
    terminal.say(f"checked {versions}: {f'{len(result.findings)} failed' if result.findings else 'all hold'}")
    return code


def _as_json(result: Checked, code: int) -> dict[str, Any]:
    return {
        "status": "failed" if result.findings else "passed",
        "exit_code": code,
        "findings": [f.to_json() for f in result.findings],
        "notes": result.notes,
    }


def finding_lines(finding: Finding, explained: dict[str, str] | None = None) -> list[str]:
    """A broken rule for people: place and reason, the changes below it, what to do.

    `explained` remembers changes that were shown, so that one edit that changes ten metrics is shown once.
    """
    lines = [f"{finding.where}: {finding.reason} [{finding.rule}]"]
    for key, before, after in finding.fields:
        lines.append(f"  {key}: {_value(before)} → {_value(after)}")
    below: list[str] = []
    for change in finding.changes[:SHOWN_CHANGES]:
        below += _change_lines(change)
    if len(finding.changes) > SHOWN_CHANGES:
        below.append(f"  … and {len(finding.changes) - SHOWN_CHANGES} more changes (--json has all)")
    below += [f"  seed {seed}, {word}: {row}" for seed, word, row in finding.seeds]
    first = (
        explained.setdefault("\n".join(below), finding.metric) if explained is not None and below else finding.metric
    )
    lines += below if first == finding.metric else [f"  by the same changes as {first}"]
    if finding.hint:
        lines.append(f"  hint: {finding.hint}")
    return lines


def _change_lines(change: Change) -> list[str]:
    lines = [f"  model {change.model}, CTE {change.cte}, {change.clause}:"]
    for before, after in change.parts:
        lines += [f"    - {_short(before)}"] if before else []
        lines += [f"    + {_short(after)}"] if after else []
    if change.before and change.after and change.parts != [(change.before, change.after)]:
        lines.append(f"    in: {_short(change.after)}")
    return lines


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]} …"


def _value(value: Any) -> str:
    return "not set" if value is None else json.dumps(value, ensure_ascii=False)


def lock_command(context: Context, keys: list[str], reason: str) -> int:
    """`convsql metrics lock`."""
    compiled = compile_aloud(context)
    known = defined(compiled.project)
    if not known:
        raise ConvsqlError("there is no metric to lock", hint="define metrics under 'conversion_metrics' in vars.yml")
    chosen = [by_key(known, key, today()) for key in keys] if keys else known
    workshop = Workshop(compiled, not context.no_cache)
    if begins_formula(" ".join(reason.split())):
        raise ConvsqlError(
            f"the reason begins with '{reason.strip()[0]}', as a formula does, and a spreadsheet would run it",
            Where("--reason"),
            "begin with a word",
        )
    result = lock_versions(workshop, chosen, not keys, " ".join(reason.split()), datetime.now(UTC))
    if context.json:
        terminal.put(
            json.dumps({"status": "locked", "exit_code": 0, "done": result.done, "unchanged": result.unchanged})
        )
        return EXIT_OK
    for key, word in result.done.items():
        terminal.say(f"{word} {key}")
    terminal.say(f"{len(result.done)} written to metrics.lock, {len(result.unchanged)} unchanged")
    return EXIT_OK


def schema_command() -> int:
    """`convsql metrics schema`."""
    terminal.put(schema_text().rstrip("\n"))
    return EXIT_OK


def schema_text() -> str:
    """The JSON Schema of a `vars.yml`, as shipped in `convsql/metrics.schema.json`."""
    from convsql.definitions.metric_checks import VARIABLE
    from convsql.definitions.metric_schema import MetricDefinition
    from convsql.definitions.settings_schema import PackageSettings

    item = MetricDefinition.model_json_schema(ref_template="#/$defs/{model}")
    shared = item.pop("$defs", {})
    settings = PackageSettings.model_json_schema(ref_template="#/$defs/{model}")
    shared |= settings.pop("$defs", {})
    own = {VARIABLE: {"type": "array", "items": {"$ref": "#/$defs/MetricDefinition"}}}
    variables = {"type": "object", "properties": {**own, **settings["properties"]}}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vars.yml of a convsql project",
        "type": "object",
        "properties": {"vars": variables, **variables["properties"]},  # type: ignore[dict-item]
        "$defs": {**shared, "MetricDefinition": item},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _text(day: date | None) -> str | None:
    return str(day) if day else None
