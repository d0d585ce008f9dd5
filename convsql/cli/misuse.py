"""What typer says of a command line that is wrong, in the words of convsql's other errors."""

from __future__ import annotations

import re
from typing import Any

from convsql.base.errors import ConvsqlError

# What pydantic says of a value, in whichever version of typer asks it.
_OF_VALUES = (
    (re.compile(r"Input should be a valid integer\b.*", re.DOTALL), "must be a whole number"),
    (re.compile(r"Input should be a valid number\b.*", re.DOTALL), "must be a number"),
    (re.compile(r"Input should be greater than or equal to (\S+)"), r"must be \1 or more"),
    (re.compile(r"Input should be less than or equal to (\S+)"), r"must be \1 or less"),
)
_EXTRA = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((?P<words>.*)\)", re.DOTALL)
# Of commands without arguments: the option whose value is most likely meant by a word that stands alone.
_MEANT = {
    "rollback": "--to",
    "forget": "--contact",
    **dict.fromkeys(("build", "test", "compile", "ls"), "--select"),
    "verify": "--against",
    "report": "--output",
    "docs": "--output",
}


def reworded(error: Any) -> ConvsqlError:
    """Give typer's error of usage our words, for its own `show`; returns it as one of ours, with a hint where there is one."""
    message = str(getattr(error, "message", error))
    for pattern, words in _OF_VALUES:
        message = pattern.sub(words, message)
    if hasattr(error, "message"):
        error.message = message
    whole = error.format_message() if hasattr(error, "format_message") else message  # names the option
    return ConvsqlError(whole, hint=_hint(error, message))


def _hint(error: Any, message: str) -> str:
    extra = _EXTRA.search(message)
    command = getattr(getattr(error, "ctx", None), "command", None)
    option = _MEANT.get(str(getattr(command, "name", "")))
    if (
        extra is None
        or command is None
        or option is None
        or any(p.param_type_name == "argument" for p in command.params)
    ):
        return ""
    meant = " ".join(f"{option} {word}" for word in extra["words"].split())
    return f"did you mean `convsql {command.name} {meant}`?"
