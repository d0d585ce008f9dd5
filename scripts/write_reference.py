"""Writes docs/reference/ (every command with its options, every table with its columns), the tables of docs/inputs.md, and the JSON Schema
of `vars.yml`. Run by `make reference`.

Commands come from the command line itself, tables from the files beside the models and seeds.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/reference"
WRITTEN = "<!-- Written by `make reference`; do not edit. -->"


def pages() -> dict[str, str]:
    """File name → text of every page."""
    found = {"commands.md": commands_page()}
    folders = tables()
    for name, described in folders.items():
        if not name.endswith("/steps"):
            found[f"{name}.md"] = tables_page(name, described, folders.get(f"{name}/steps", []))
    found["README.md"] = index_page(folders)
    return found


def commands_page() -> str:
    """Every command with its arguments and options, as `--help` has them."""
    parts = [
        WRITTEN,
        "# Commands",
        "Exit codes stand in the [README](../../README.md#in-ci-and-on-a-schedule). Options that most commands have are below.",
    ]
    shared = shared_options()
    parts += ["## Shared options", _table(("option", "does", "default"), shared.values())]
    for path, command in commands():
        parts += [f"## `convsql {path}`", _text(command.help or "")]
        own = [_row(p) for p in command.params if p.name != "help" and _row(p)[0] not in shared]
        if own:
            parts.append(_table(("argument or option", "does", "default"), own))
        used = [row[0] for p in command.params if (row := _row(p))[0] in shared]
        if used:
            parts.append(f"Also: {', '.join(name.split(', ')[0] for name in used)}.")
    return "\n\n".join(parts) + "\n"


def commands() -> list[tuple[str, Any]]:
    """Every command of the command line, groups gone into: (words, command)."""
    import typer.main

    from convsql.cli.main import app

    def walk(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield " ".join(words), command
        for name, below in sorted((inner or {}).items()):
            yield from walk(below, (*words, name))

    return list(walk(typer.main.get_command(app), ()))


SHARED = ("project_dir", "profiles_dir", "target", "vars", "json", "quiet", "no_cache", "select", "exclude")


def shared_options() -> dict[str, tuple[str, str, str]]:
    """Options that are the same in several commands, by how they are written."""
    count: dict[tuple[str, str, str], int] = {}
    for _, command in commands():
        for parameter in command.params:
            if parameter.name in SHARED:
                row = _row(parameter)
                count[row] = count.get(row, 0) + 1
    return {row[0]: row for row, times in count.items() if times > 1}


def _row(parameter: Any) -> tuple[str, str, str]:
    names = parameter.opts if parameter.param_type_name == "option" else [parameter.name.upper()]
    shown = ", ".join(f"`{name}`" for name in sorted(names, key=len, reverse=True))
    default = getattr(parameter, "show_default", True)
    given = parameter.default
    if isinstance(default, str):
        text = default
    elif (
        default is False
        or given is None
        or callable(given)
        or given is False
        or given == Path()
        or "Sentinel" in repr(given)
    ):
        text = ""
    else:
        text = f"`{given}`"
    return shown, _text(getattr(parameter, "help", "") or ""), text


def _text(text: str) -> str:
    return re.sub(r"\s+", " ", text.strip())


def _table(heads: tuple[str, ...], rows: Any) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return "\n".join([*lines, *(f"| {' | '.join(c.replace('|', chr(92) + '|') for c in row)} |" for row in rows)])


def tables() -> dict[str, list[Mapping[str, Any]]]:
    """Folder of models (and `seeds`) → its tables as declared, sorted by name; steps have entries of their own, `<folder>/steps`."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for file in sorted((ROOT / "models").rglob("*.yml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        folders = file.relative_to(ROOT / "models").parts[:-1]
        is_step = "steps" in folders
        found.setdefault(folders[0] + "/steps" * is_step, []).extend(content.get("models") or [])
    for file in sorted((ROOT / "seeds").glob("*.yml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        found.setdefault("seeds", []).extend(content.get("seeds") or [])
    return {name: sorted(listed, key=lambda t: str(t["name"])) for name, listed in found.items() if listed}


def tables_page(name: str, described: list[Mapping[str, Any]], steps: list[Mapping[str, Any]]) -> str:
    """One folder's tables with their columns, and the steps on the way to them after those."""
    parts = [WRITTEN, f"# Tables: {_title(name)}"]
    if name in ALL_STEPS:
        parts.append(_STEPS)
    parts += [part for table in described for part in _table_parts(table)]
    if steps:
        parts += ["# Steps on the way to them", _STEPS]
        parts += [part for table in steps for part in _table_parts(table)]
    return "\n\n".join(p for p in parts if p) + "\n"


ALL_STEPS = ("staging", "connectors")
_STEPS = "These tables are made on the way to those that people read (tag `step`). Their columns may change with any version."


def _title(name: str) -> str:
    return name.replace("_", " ")


def _table_parts(table: Mapping[str, Any]) -> list[str]:
    parts = [f"## {table['name']}", _text(table.get("description") or "")]
    columns = [
        (f"`{c['name']}`", str(c.get("data_type") or ""), _text(c.get("description") or ""))
        for c in table.get("columns") or []
    ]
    return [*parts, _table(("column", "type", "is"), columns)] if columns else parts


def index_page(folders: Mapping[str, list[Mapping[str, Any]]]) -> str:
    """What there is: the tables that people read first, then seeds, and the steps last."""

    def rows(names: Iterable[str]) -> list[tuple[str, str]]:
        return [
            (
                f"[{_title(n.partition('/')[0])}]({n.partition('/')[0]}.md)",
                ", ".join(f"`{t['name']}`" for t in folders[n]),
            )
            for n in names
        ]

    steps = [n for n in folders if n in ALL_STEPS or n.endswith("/steps")]
    read = [n for n in folders if n not in (*steps, "seeds")]
    count = sum(len(folders[n]) for n in read)
    about = "[Commands](commands.md) with all their options, and every table with its columns."
    more = "`convsql docs` shows the same of your own project, with tests, lineage and a search."
    parts = [WRITTEN, "# Reference", f"{about} {more}", f"## The {count} tables that people read"]
    parts += [_table(("tables", "of them"), rows(read)), "## Seeds", _table(("seeds", "of them"), rows(["seeds"]))]
    parts += [f"## {sum(len(folders[n]) for n in steps)} steps", _STEPS, _table(("steps of", "of them"), rows(steps))]
    return "\n\n".join(parts) + "\n"


INPUTS_PAGE = ROOT / "docs/inputs.md"
SCHEMA = ROOT / "convsql/metrics.schema.json"
_VALUES = {"direction": " (inbound, outbound)", "sender_type": " (contact, rep, bot, system)", "score": " (-1 to 1)"}


def inputs_page(text: str) -> str:
    """docs/inputs.md with its two tables as the registry of inputs has them."""
    from convsql.definitions.read_inputs import LOADED_AT, declared_inputs

    for which in ("required", "optional"):
        rows = []
        for each in declared_inputs().values():
            if each.is_required == (which == "required"):
                columns = [
                    f"{'**' if c.name in each.key else ''}`{c.name}`{'**' if c.name in each.key else ''}"
                    f"{chr(92) + '*' if c.is_required else ''}{_VALUES.get(c.kind, '')}"
                    for c in each.columns
                    if c.name != LOADED_AT
                ]
                rows.append((f"`{each.name}`", ", ".join(columns)))
        begin, end = f"<!-- {which} inputs, written by `make reference` -->", f"<!-- end of {which} inputs -->"
        before, after = text.split(begin)[0], text.split(end)[1]
        text = f"{before}{begin}\n\n{_table(('input', 'columns'), rows)}\n\n{end}{after}"
    return text


def schema() -> str:
    """The JSON Schema of `vars.yml`, as `convsql metrics schema` prints it."""
    done = subprocess.run(
        [sys.executable, "-m", "convsql", "metrics", "schema"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def main() -> int:
    """Write the pages and remove those that are no longer any."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for file in FOLDER.glob("*.md"):
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    INPUTS_PAGE.write_text(inputs_page(INPUTS_PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    SCHEMA.write_text(schema(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
