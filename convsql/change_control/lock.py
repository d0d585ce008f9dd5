"""`metrics.lock`: what each released metric version counted and meant when it was locked.

JSON with one key a line, so that a review shows which versions moved. The parts of the meanings, from which a later
change is explained, stand at the end as compressed text; two branches that both locked are merged by locking again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError, Where
from convsql.base.whole_file import write_whole
from convsql.definitions.identity import canonical_fields
from convsql.definitions.metric_key import MetricKey, parse_key
from convsql.lineage.parts import Part

FILE_NAME = "metrics.lock"
FORMAT = 1  # raised when the same SQL would give another digest
_LINE = 110


@dataclass(slots=True)
class Locked:
    """One locked version. `definition` is its `meaning_of_fields`; `grains` and `dimensions` are the cohorts that its meaning was taken of."""

    status: str
    locked_at: str
    definition_digest: str
    meaning_digest: str
    definition: dict[str, Any]
    grains: list[str]
    dimensions: list[str]
    parts: dict[str, Part] = field(default_factory=dict)
    seeds: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_released(self) -> bool:
        """Whether others may rely on it: anything but a draft."""
        return self.status != "draft"


def read_lock(root: Path) -> dict[str, Locked]:
    """Locked versions by `metric@version`; empty without a lock file.

    Raises ConvsqlError for a file that is no lock, such as one with marks of a merge conflict.
    """
    file = root / FILE_NAME
    if not file.is_file():
        return {}
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise ConvsqlError(
                f"{FILE_NAME} has format {content['format']}, and this convsql reads {FORMAT}",
                Where(FILE_NAME),
                "use the convsql version that wrote it, or lock again",
            )
        detail = json.loads(zlib.decompress(base64.b64decode("".join(content["detail"]))))
        return {key: _locked(entry, detail, key) for key, entry in content["metrics"].items()}
    except json.JSONDecodeError as error:
        raise ConvsqlError(
            f"not a lock file: {error.msg}",
            Where(FILE_NAME, error.lineno),
            "after a merge conflict take one side, then run `convsql metrics check` and lock what it names",
        ) from None
    except (AttributeError, KeyError, TypeError, ValueError, zlib.error) as error:
        raise ConvsqlError(
            f"not a whole lock file: {error}", Where(FILE_NAME), "restore it from version control"
        ) from None


def _locked(entry: Mapping[str, Any], detail: Mapping[str, Any], key: str) -> Locked:
    stored = detail["versions"][key]
    return Locked(
        **{**entry, "definition": canonical_fields(entry["definition"])},
        parts={label: detail["parts"][name] for label, name in stored["parts"].items()},
        seeds={name: detail["seeds"][rows] for name, rows in stored["seeds"].items()},
    )


def write_lock(root: Path, locked: Mapping[str, Locked]) -> None:
    """Write the lock file, whole or not at all. The same content gives the same bytes wherever zlib is the same."""
    detail: dict[str, Any] = {"parts": {}, "seeds": {}, "versions": {}}
    metrics = {}
    for key in sorted(locked, key=_in_order):
        entry = asdict(locked[key])
        parts, seeds = entry.pop("parts"), entry.pop("seeds")
        metrics[key] = entry
        detail["versions"][key] = {
            "parts": {label: _shared(detail["parts"], part) for label, part in parts.items()},
            "seeds": {name: _shared(detail["seeds"], rows) for name, rows in seeds.items()},
        }
    packed = base64.b64encode(zlib.compress(json.dumps(detail, sort_keys=True).encode(), 9)).decode()
    content = {
        "format": FORMAT,
        "about": "Written by `convsql metrics lock`; commit it. `convsql metrics check` compares the project with it.",
        "metrics": metrics,
        "detail": [packed[i : i + _LINE] for i in range(0, len(packed), _LINE)],
    }
    write_whole(root / FILE_NAME, (json.dumps(content, indent=2, sort_keys=False) + "\n").encode())


def _in_order(key: str) -> MetricKey:
    return parse_key(key)


def _shared(store: dict[str, Any], value: Any) -> str:
    """The key under which a value that several versions share stands once."""
    name = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
    store[name] = value
    return name
