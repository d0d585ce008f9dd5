"""`notify.yml`: who is told, of what, and how. Secrets stand in it as `env_var('DBT_ENV_SECRET…')` and are read when something is sent.

It is a file of its own because dbt knows no such key, and read only by a run that is asked to notify: a project that came from
elsewhere must not send anything, or start a program, because somebody built it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from convsql.base.errors import ConvsqlError, Problems, Where, did_you_mean
from convsql.base.yaml_file import YamlMap, is_there, read_yaml_map
from convsql.project.config import Project
from convsql.templates.yaml_values import holds_secret, secret_of

FILE_NAME = "notify.yml"
EVENTS = ("failure", "freshness", "alert", "restatement")
_COMMON = {"name", "type", "events", "owners"}
_NEEDED: dict[str, set[str]] = {
    "webhook": {"url"},
    "slack": {"url"},
    "teams": {"url"},
    "email": {"host", "from", "to"},
    "command": {"command"},
}
_OPTIONAL: dict[str, set[str]] = {"email": {"port", "security", "user", "password"}}
NO_FILE = (
    "leave out --notify, or write the file beside dbt_project.yml, such as"
    """ `receivers: [{name: team, type: slack, url: "{{ env_var('DBT_ENV_SECRET_SLACK_URL') }}"}]`"""
    " (docs/notify.md in the repository of convsql has the other types)"
)
_SECURITY = {"tls": 465, "starttls": 587, "none": 25}


@dataclass(frozen=True, slots=True)
class Receiver:
    """One who is told. `settings` are those of its type; of owners none are all."""

    name: str
    type: str
    events: tuple[str, ...]
    owners: tuple[str, ...]
    settings: Mapping[str, Any]

    def setting(self, key: str) -> str:
        """A setting as text; of a secret its value. Raises ConvsqlError where its variable is not set any more."""
        value = self.settings.get(key, "")
        variable = secret_of(value)
        if variable is None:
            return str(value)
        if variable not in os.environ:
            raise ConvsqlError(f"environment variable '{variable}' is not set", Where(FILE_NAME))
        return os.environ[variable]


def read_receivers(project: Project) -> list[Receiver]:
    """Everybody that notify.yml names. Raises ConvsqlError with file and line for what is wrong in it, or where it is not there."""
    file = project.root / FILE_NAME
    if not is_there(file, FILE_NAME):
        raise ConvsqlError(f"there is no {FILE_NAME}", Where(FILE_NAME), NO_FILE)
    content = project.templates.with_secrets().render_tree(read_yaml_map(file, FILE_NAME))
    problems = Problems()
    listed = content.get("receivers")
    for key in content:
        if key != "receivers":
            problems.add(f"unknown key '{key}'", content.where(key), did_you_mean(key, ["receivers"]))
    if not isinstance(listed, list) or not listed:
        raise ConvsqlError("'receivers' must be a list", Where(FILE_NAME, 1), "each with a name and a type")
    found: list[Receiver] = []
    for entry in listed:
        receiver = _receiver(entry, problems)
        if receiver is not None and receiver.name in {other.name for other in found}:
            problems.add(f"two receivers are called '{receiver.name}'", entry.where("name"))
        elif receiver is not None:
            found.append(receiver)
    problems.raise_if_any()
    return found


def _receiver(entry: Any, problems: Problems) -> Receiver | None:
    if not isinstance(entry, YamlMap):
        problems.add("a receiver must be a mapping", Where(FILE_NAME))
        return None
    before = len(problems.found)
    kind = str(entry.get("type", ""))
    if kind not in _NEEDED:
        hint = did_you_mean(kind, _NEEDED) or f"use one of {', '.join(_NEEDED)}"
        problems.add(f"a receiver has the type '{kind}'", entry.where("type"), hint)
        return None
    known = _COMMON | _NEEDED[kind] | _OPTIONAL.get(kind, set())
    for key in entry:
        if key not in known:
            problems.add(
                f"unknown key '{key}' of a receiver of type {kind}", entry.where(key), did_you_mean(key, known)
            )
    for key in sorted(({"name"} | _NEEDED[kind]) - entry.keys()):
        problems.add(f"a receiver of type {kind} needs '{key}'", entry.where())
    events = _words(entry, "events", problems) or EVENTS
    for event in events:
        if event not in EVENTS:
            hint = did_you_mean(event, EVENTS) or f"use some of {', '.join(EVENTS)}"
            problems.add(f"there is no event '{event}'", entry.where("events"), hint)
    owners = _words(entry, "owners", problems)
    _check_settings(entry, kind, problems)
    if len(problems.found) > before:
        return None
    settings = {key: value for key, value in entry.items() if key not in _COMMON}
    return Receiver(str(entry["name"]), kind, events, owners, settings)


def _words(entry: YamlMap, key: str, problems: Problems) -> tuple[str, ...]:
    value = entry.get(key)
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        problems.add(f"'{key}' must be a word or a list of words", entry.where(key))
        return ()
    return tuple(value)


def _check_settings(entry: YamlMap, kind: str, problems: Problems) -> None:
    for key in ("name", "events", "owners", "command", "to", "from", "host"):
        if holds_secret(entry.get(key)):
            problems.add(f"'{key}' can't hold a secret: it may be shown", entry.where(key))
    url = entry.get("url")
    if url is not None and secret_of(url) is None and not re.fullmatch(r"https?://\S+", str(url)):
        hint = "an address that lets anybody post is a secret: \"{{ env_var('DBT_ENV_SECRET_SLACK_URL') }}\""
        problems.add("'url' must be an address, or the whole of a secret", entry.where("url"), hint)
    if "password" in entry and secret_of(entry["password"]) is None:
        hint = "password: \"{{ env_var('DBT_ENV_SECRET_SMTP_PASSWORD') }}\""
        problems.add("'password' must be a secret, and nothing else", entry.where("password"), hint)
    if kind == "command" and "command" in entry and not _words(entry, "command", problems):
        problems.add("'command' must be a list of words", entry.where("command"), "command: [pager, --quiet]")
    if kind != "email":
        return
    if str(entry.get("security", "starttls")) not in _SECURITY:
        problems.add(f"'security' must be one of {', '.join(_SECURITY)}", entry.where("security"))
    if "port" in entry and not isinstance(entry["port"], int):
        problems.add("'port' must be a number", entry.where("port"))
    for key in ("from", "to"):
        for address in _words(entry, key, problems):
            if not re.fullmatch(r"[^@\s,]+@[^@\s,]+", address):
                problems.add(f"'{key}' holds '{address}', which is not an address", entry.where(key))


def port_of(receiver: Receiver) -> tuple[int, str]:
    """The port of a mail server, and how the connection to it is secured."""
    security = str(receiver.settings.get("security", "starttls"))
    return int(receiver.settings.get("port", _SECURITY[security])), security
