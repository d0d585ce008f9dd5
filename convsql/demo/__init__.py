"""A demo data set: one believable year of a company that talks to its contacts in five channels.

The same seed gives the same bytes. From 1 April a bot answers chats first; in May the team's
metric gets a wider window; the last weeks are still open. What else is planted is in `stories`. Nothing reads the wall clock.
"""

from pathlib import Path

from convsql.demo.tables import FileFormat


def write_demo(folder: Path, seed: int = 7, file_format: FileFormat = "parquet") -> dict[str, int]:
    """Write the demo's input tables to ``folder`` and return the rows of each."""
    from convsql.demo.generate import generate
    from convsql.demo.tables import write_tables

    return write_tables(folder, generate(seed), file_format)


__all__ = ["FileFormat", "write_demo"]
