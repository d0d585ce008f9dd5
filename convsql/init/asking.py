"""Questions on a terminal; without one, or with --yes, every answer is the default."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from convsql.base.errors import ConvsqlError, did_you_mean
from convsql.base.installed import NAME
from convsql.init.inputs import OPTIONAL

Ask = Callable[[str, str], str]  # question, default → answer


@dataclass(frozen=True, slots=True)
class Answers:
    """What the options gave, or the questions: `source` is "" for tables in the warehouse."""

    name: str
    source: str
    timezone: str
    inputs: tuple[str, ...]


def default_name(folder: Path) -> str:
    """A project's name from its folder's: letters, digits and _, and not the package's own."""
    name = re.sub(r"\W+", "_", folder.name, flags=re.ASCII).strip("_").lower() or "conversations"
    name = f"project_{name}" if name[0].isdigit() else name
    return f"my_{name}" if name == NAME else name


def checked_name(name: str) -> str:
    """The name, or ConvsqlError where dbt would not take it."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", name) or name == NAME:
        raise ConvsqlError(
            f"'{name}' can't be a project's name", hint=f"use lower-case letters, digits and _, and not '{NAME}'"
        )
    return name


def checked_timezone(timezone: str) -> str:
    """The zone, or ConvsqlError where there is no such one."""
    try:
        ZoneInfo(timezone)
    except (ValueError, OSError, KeyError):
        from zoneinfo import available_timezones

        hint = did_you_mean(timezone, available_timezones()) or "use an IANA name, such as Europe/Amsterdam"
        raise ConvsqlError(f"no time zone '{timezone}'", hint=hint) from None
    return timezone


def checked_inputs(text: str) -> tuple[str, ...]:
    """Optional inputs named in one line, in the standard's order; ConvsqlError for a name that is none."""
    names = [n for n in re.split(r"[,\s]+", text.strip()) if n]
    for name in names:
        if name not in OPTIONAL:
            hint = did_you_mean(name, OPTIONAL) or f"known: {', '.join(OPTIONAL)}"
            raise ConvsqlError(f"no optional input '{name}'", hint=hint)
    return tuple(n for n in OPTIONAL if n in names)


def ask_all(folder: Path, name: str | None, source: str | None, timezone: str | None, ask: Ask) -> Answers:
    """All that is not given by an option, asked for. What is read from files is not asked for."""
    name = checked_name(name or ask("Name of the project", default_name(folder)))
    if source is None:
        source = ask("Folder of the raw tables (messages.parquet, …); empty: they stand in schema raw", "").strip()
    zone = checked_timezone(timezone or ask("Time zone of days, weeks and months", "UTC"))
    inputs = ""
    if not source:
        inputs = ask(f"Optional inputs that exist, of {', '.join(OPTIONAL)}", "")
    return Answers(name, source, zone, checked_inputs(inputs))
