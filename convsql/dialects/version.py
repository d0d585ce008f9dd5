"""Which translation it is: another one wherever the layer's code, or the library that reads and writes trees, is another one.

Nobody has to remember to raise a number: rows that were made by another translation are never taken for rows of this one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def layer_version() -> str:
    """Twelve hex digits, of the bytes of the layer's modules and the version of sqlglot."""
    import hashlib
    from importlib.metadata import version  # the layer is asked by those alone who have another engine

    found = hashlib.sha256(version("sqlglot").encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        found.update(f"\n{file.name}\n".encode() + file.read_bytes())
    return found.hexdigest()[:12]
