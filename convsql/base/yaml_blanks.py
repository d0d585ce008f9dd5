"""`{a:b}`, in which YAML reads one key `a:b` without a value, where `{a: b}` was meant."""

from __future__ import annotations

import re
from typing import Any

from convsql.base.errors import ConvsqlError
from convsql.base.yaml_file import YamlMap


def check_blanks(value: Any) -> None:
    """Raises ConvsqlError for `{a:b}`, in which YAML reads a key `a:b` without a value."""
    if isinstance(value, YamlMap):
        for key, inner in value.items():
            if inner is None and re.search(r"\w:\S", key):
                name, _, rest = key.partition(":")
                raise ConvsqlError(
                    f"'{key}' has no value: YAML reads it as one name",
                    value.where(key),
                    f"put a blank after the colon: {name}: {rest}",
                )
            check_blanks(inner)
    elif isinstance(value, list):
        for each in value:
            check_blanks(each)
