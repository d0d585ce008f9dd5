"""A plan as files of the new project: models/inputs/<input>.sql with its .yml, and the exports as sources."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from convsql.definitions.read_inputs import declared_inputs
from convsql.init.exports.contacts import keyed_ctes, lookup_ctes, reached_ctes
from convsql.init.exports.plan import Part, Plan
from convsql.init.exports.sheets import Sheet, item_of

FOLDER = "models/inputs"


class _WrittenOut(yaml.SafeDumper):
    """YAML without aliases, which people do not read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def model_files(plan: Plan) -> dict[str, str]:
    """Path → text of the models and what describes them."""
    files = {f"{FOLDER}/{name}.sql": model_sql(name, parts) for name, parts in plan.inputs.items()}
    files |= {f"{FOLDER}/{name}.yml": _model_yml(name, parts) for name, parts in plan.inputs.items()}
    if plan.inputs:
        files[f"{FOLDER}/sources.yml"] = _sources_yml(list(plan.sheets.values()))
    return files


def model_sql(name: str, parts: list[Part]) -> str:
    """The model of an input."""
    columns = [
        c.name for c in declared_inputs()[name].columns if c.is_required or any(c.name in p.columns for p in parts)
    ]
    ctes: dict[str, str] = {}
    names = []
    for number, part in enumerate(parts, 1):
        rows = _rows(part.sheet, ctes)
        if part.lookup is not None:
            ctes[f"contacts_{number}"] = lookup_ctes(part.lookup, number)
        own = (
            f"{part.sheet.name}_{name}"
            if len({p.sheet.name for p in parts}) == len(parts)
            else f"{part.sheet.name}_{name}_{number}"
        )
        ctes[own] = _part(own, rows, part, columns, number)
        names.append(own)
    union = "\n\n    union all\n\n".join(f"    select * from {n}" for n in names)
    if any(p.repeats for p in parts):
        ctes["repeated"] = f"{name}_repeated as (\n\n{union}\n\n),\n"
        union = f"    select distinct * from {name}_repeated"
    grain = ", ".join(declared_inputs()[name].key)
    places = " and ".join(dict.fromkeys(p.sheet.place.replace("\n", " ") for p in parts))
    return (
        f"-- Grain: one row per {grain}, of {places}.\n"
        "-- Mind: a value that does not fit its format below is passed on unchanged, and staging counts it. Write your own SQL here.\n"
        "{{ config(materialized='view', tags=['step']) }}\n"
        "with\n\n" + "\n".join(ctes.values()) + f"\nfinal as (\n\n{union}\n\n)\n\nselect * from final\n"
    )


def _rows(sheet: Sheet, ctes: dict[str, str]) -> str:
    """The CTE that imports a table, and the one that makes rows of its lists; the name of the last."""
    where = f"\n    where {sheet.where}" if sheet.where else ""
    name = sheet.name + (f"_{_slug(sheet.kind)}" if sheet.where else "")
    ctes[name] = f"{name} as (\n\n    select * from {{{{ source('exports', '{sheet.name}') }}}}{where}\n\n),\n"
    if not sheet.listed:
        return name
    unfolded = f"{name}_{_slug(sheet.listed)}"
    ctes[unfolded] = (
        f"{unfolded} as (\n\n    select\n        *,\n        {item_of(sheet.listed)} as list_item\n    from {name}\n\n),\n"
    )
    return unfolded


def _part(own: str, rows: str, part: Part, columns: list[str], number: int) -> str:
    lookup = part.lookup
    is_text = all(kind.upper() in ("VARCHAR", "JSON") for _, kind in part.sheet.all_columns)
    lines = []
    for column in columns:
        picked = part.columns.get(column)
        if picked is None:
            sql = "cast(null as varchar)"
        elif lookup is not None and column == "contact_id":
            told = f"nullif(trim({_text(lookup.own, is_text)}), ''), " if lookup.own else ""
            sql = f"coalesce({told}contacts_{number}.found_contact_id, {own}_keyed.contact_key, {_text(lookup.shown_party, is_text)})"
        elif part.reached_by is not None and column == "contact_id":
            sql = "contact_key"
        else:
            sql = _text(picked.sql, is_text)
        lines.append(f"        {sql} as {column}")
    steps = ""
    for name, sql in part.steps:
        steps += f"{own}_{name} as (\n\n    select\n        *,\n        {sql} as {name}\n    from {rows}\n\n),\n\n"
        rows = f"{own}_{name}"
    if lookup is not None:
        steps += keyed_ctes(lookup, own, rows)
        rows = f"{own}_keyed"
    elif part.reached_by is not None and "contact_id" in columns:
        steps += reached_ctes(part.reached_by[1], own, rows)
        rows = f"{own}_keyed"
    text = f"{steps}{own} as (\n\n    select\n" + ",\n".join(lines) + f"\n    from {rows}"
    if lookup is not None:
        text += f"\n    left join contacts_{number}\n        on {rows}.contact_key = contacts_{number}.contact_key"
    if part.where:
        text += f"\n    where {part.where}"
    return text + "\n\n),\n"


def _text(sql: str, is_text: bool) -> str:
    """As text, which a file of text and the macros of formats give by themselves."""
    return sql if is_text or sql.startswith("{{") else f"cast({sql} as varchar)"


def _model_yml(name: str, parts: list[Part]) -> str:
    declared = declared_inputs()[name]
    columns: list[dict[str, Any]] = []
    for each in declared.columns:
        picked = [p.columns[each.name] for p in parts if each.name in p.columns]
        if not picked:
            continue
        said = "; ".join(dict.fromkeys(f"{f'from {p.shown}: ' if p.shown else ''}{p.evidence}" for p in picked))
        column: dict[str, Any] = {"name": each.name, "description": _no_jinja(said[:1].upper() + said[1:] + ".")}
        tests: list[Any] = []
        warn = {"config": {"severity": "warn"}}
        if declared.key == (each.name,):
            tests += [{"unique": warn}]
        if each.is_required:
            tests += [{"not_null": warn}]
        if each.kind == "direction":
            tests.append({"accepted_values": {"arguments": {"values": ["inbound", "outbound"]}, **warn}})
        columns.append(column | ({"data_tests": tests} if tests else {}))
    places = ", ".join(dict.fromkeys(p.sheet.place for p in parts))
    model = {"name": name, "description": _no_jinja(f"The input {name}, made of {places}."), "columns": columns}
    return _dumped({"version": 2, "models": [model]})


def _sources_yml(sheets: list[Sheet]) -> str:
    path = "{{ (var('raw_path', none) or '') | replace(\"'\", \"''\") }}"
    tables = [
        {
            "name": s.name,
            "description": _no_jinja(f"{s.opened.file.name}, as it was exported."),
            "config": {"meta": {"external_location": s.opened.location.replace("{path}", path)}},
            "columns": [{"name": c, "data_type": t.lower()} for c, t in s.all_columns],
        }
        for s in sheets
    ]
    about = "# The exports, in the folder that the variable raw_path names. Their columns are declared, so that `convsql compile` needs no file.\n"
    return about + _dumped(
        {
            "version": 2,
            "sources": [{"name": "exports", "description": "Files as they were exported.", "tables": tables}],
        }
    )


def _dumped(value: Any) -> str:
    return yaml.dump(value, Dumper=_WrittenOut, sort_keys=False, allow_unicode=True, width=160)


def _no_jinja(text: str) -> str:
    return re.sub(r"([{}%#])(?=[{}%#])", r"\1 ", json.loads(json.dumps(text)))


def _slug(text: str) -> str:
    return re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower() or "rows"
