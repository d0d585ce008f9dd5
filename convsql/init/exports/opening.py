"""How a file of any form is read as text: the one place of `init` that knows, by what `convsql.raw_files` decides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from convsql.base.errors import ConvsqlError, Where
from convsql.compiling.code_version import code_version
from convsql.raw_files.forms import kind_of, location
from convsql.raw_files.reading import RawFiles


@dataclass(frozen=True, slots=True)
class Opened:
    """One file: the `relation` that reads it here and now, and the `location` that a project's source has, with `{path}` for its folder."""

    file: Path
    relation: str
    location: str


def export_files(folder: Path) -> list[Path]:
    """The files of a folder that may hold a table, by name."""
    return sorted(p for p in folder.iterdir() if p.is_file() and kind_of(p.name))


def opened(file: Path, work: Path) -> Opened:
    """How a file is read. Raises ConvsqlError where it can't be; `work`: a folder for what must be written anew."""
    try:
        reading = RawFiles(work, code_version()).reading([str(file)])
    except OSError as error:
        raise ConvsqlError(f"can't be read: {error.strerror}", Where(str(file))) from None
    if reading.wrong:
        raise ConvsqlError(reading.wrong.removeprefix(str(file)).lstrip(": "), hint=reading.hint)
    return Opened(file, reading.relation, location(f"{{path}}/{file.name}"))
