"""Writes docs/reference/ (every command with its options, every table with its columns), the tables of docs/inputs.md, and the JSON Schema
of `vars.yml`. Run by `make reference`.

Commands come from the command line itself, tables from the files beside the models and seeds.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
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
        found[f"{name}.md"] = tables_page(name, described)
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
    """Folder of models (and `seeds`, `sources`) → its tables as declared, sorted by name."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for file in sorted((ROOT / "models").rglob("*.yml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        folder = file.relative_to(ROOT / "models").parts[0]
        found.setdefault(folder, []).extend(content.get("models") or [])
    for file in sorted((ROOT / "seeds").glob("*.yml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        found.setdefault("seeds", []).extend(content.get("seeds") or [])
    return {name: sorted(listed, key=lambda t: str(t["name"])) for name, listed in found.items() if listed}


def tables_page(name: str, described: list[Mapping[str, Any]]) -> str:
    """One folder's tables with their columns."""
    parts = [WRITTEN, f"# Tables: {name.replace('_', ' ')}"]
    for table in described:
        parts += [f"## {table['name']}", _text(table.get("description") or "")]
        columns = [
            (f"`{c['name']}`", str(c.get("data_type") or ""), _text(c.get("description") or ""))
            for c in table.get("columns") or []
        ]
        if columns:
            parts.append(_table(("column", "type", "is"), columns))
    return "\n\n".join(p for p in parts if p) + "\n"


def index_page(folders: Mapping[str, list[Mapping[str, Any]]]) -> str:
    """What there is."""
    rows = [
        (f"[{name.replace('_', ' ')}]({name}.md)", ", ".join(f"`{t['name']}`" for t in described))
        for name, described in folders.items()
    ]
    about = "[Commands](commands.md) with all their options, and every table with its columns."
    more = "`convsql docs` shows the same of your own project, with tests, lineage and a search."
    return "\n\n".join((WRITTEN, "# Reference", f"{about} {more}", _table(("tables", "of them"), rows))) + "\n"


def main() -> int:
    """Write the pages and remove those that are no longer any."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for file in FOLDER.glob("*.md"):
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
