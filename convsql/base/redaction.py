"""Secrets stay out of what leaves the program.

Values that `env_var('DBT_ENV_SECRET…')` was asked for are remembered here, and every text that leaves (terminal, JSON,
files, errors) passes `redact`. A value is found in any case, quoted, escaped, URL- and base64-encoded, and broken over
lines. One shorter than `SHORTEST` characters is not looked for: masking it would make all output unreadable; it can't
leave either, because no value of a secret is ever put in the place of its `env_var` (`convsql.templates.yaml_values`).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator
from typing import Any, TextIO

MASK = "*****"
PREFIX = "DBT_ENV_SECRET"
SHORTEST = 4

_values: set[str] = set()
_pattern: re.Pattern[str] | None = None


def remember(value: str) -> None:
    """Mask this value, and each of its lines, from now on."""
    global _pattern
    parts = {part.strip() for part in (value, *value.splitlines())}
    fresh = {part for part in parts if len(part) >= SHORTEST} - _values
    if fresh:
        _values.update(fresh)
        forms = sorted({form for known in _values for form in _forms(known)}, key=lambda form: (-len(form), form))
        _pattern = re.compile("|".join(map(_broken, forms)), re.IGNORECASE)


def forget() -> None:
    """Mask nothing more of what was remembered: what one project called a secret may be a plain word in the next one's output."""
    global _pattern
    _values.clear()
    _pattern = None


def remember_environment() -> None:
    """Mask every secret of the process's environment, read or not: a report of an error may show what a command was given."""
    for name, value in os.environ.items():
        if name.startswith(PREFIX):
            remember(value)


def _forms(value: str) -> set[str]:
    """A value as it stands quoted in SQL, Python, JSON, HTML, or encoded in a URL or in base64."""
    from base64 import b64encode, urlsafe_b64encode
    from html import escape
    from urllib.parse import quote, quote_plus

    raw = value.encode("utf-8", "surrogateescape")
    return {
        value,
        repr(value)[1:-1],
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        value.replace("'", "''"),
        value.replace('"', '""'),
        escape(value),
        quote(raw),
        quote(raw, safe=""),
        quote_plus(raw),
        *(code(raw).decode().rstrip("=") for code in (b64encode, urlsafe_b64encode)),
    }


def _broken(form: str) -> str:
    """A pattern of a text that a terminal or a box around it may have broken over lines."""
    return r"(?:[ \t│|]*\n[ \t│|]*)?".join(map(re.escape, form))


def redact(text: str) -> str:
    """The text with every known secret replaced by `*****`."""
    return text if _pattern is None else _pattern.sub(MASK, text)


def redact_value(value: Any) -> Any:
    """A value as JSON holds it, redacted: texts, keys, and numbers that are a secret's digits."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list | tuple):
        return [redact_value(item) for item in value]
    if isinstance(value, dict):
        return {redact(str(key)): redact_value(item) for key, item in value.items()}
    if isinstance(value, int | float) and not isinstance(value, bool) and redact(str(value)) != str(value):
        return MASK
    return value


def redact_output(text: str) -> str:
    """A text that may be JSON, redacted; JSON stays JSON."""
    shown = redact(text)
    if shown != text and text.lstrip()[:1] in ("{", "["):
        with contextlib.suppress(ValueError):
            return json.dumps(redact_value(json.loads(text)))
    return shown


def redact_bytes(content: bytes) -> bytes:
    """The content of a file, redacted where it is text."""
    if _pattern is None:
        return content
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    shown = redact_output(text)
    return content if shown == text else shown.encode()


class _Masked:
    """A stream that redacts what is written to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(redact_output(text))

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def masked_output() -> Iterator[None]:
    """While this lasts, whatever is printed is redacted, by whichever library."""
    with contextlib.ExitStack() as masked:
        if sys.stdout is not None:  # None: the process was started without one
            masked.enter_context(contextlib.redirect_stdout(_Masked(sys.stdout)))
        if sys.stderr is not None:
            masked.enter_context(contextlib.redirect_stderr(_Masked(sys.stderr)))
        yield
