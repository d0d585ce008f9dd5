"""What `convsql init` would write otherwise into a project that is there: proposed beside it, and never written over it."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from convsql.base.errors import ConvsqlError, Where
from convsql.base.whole_file import keep_inside

SUFFIX = ".proposed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A file, what it might say, and how that differs from what it says (`shown`)."""

    path: str
    text: str
    shown: str


def differences(folder: Path, files: Mapping[str, str]) -> list[Difference]:
    """The models of inputs that differ from those in `files`, and the seeds that lack rows of them."""
    found = []
    for path, text in sorted(files.items()):
        is_seed = path.startswith("seeds/")
        if not is_seed and not path.startswith("models/inputs/"):
            continue
        here = ""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            here = (folder / path).read_text(encoding="utf-8")
        wanted = _with_rows(here, text) if is_seed and here else text
        if wanted != here:
            lines = difflib.unified_diff(
                here.splitlines(), wanted.splitlines(), path if here else "/dev/null", path + SUFFIX, lineterm=""
            )
            found.append(Difference(path, wanted, "\n".join(lines)))
    return found


def _with_rows(here: str, wanted: str) -> str:
    """A seed with the rows it lacks; one whose value it maps in its own way lacks nothing."""
    known = {_key(line) for line in here.splitlines()}
    more = [line for line in wanted.splitlines() if _key(line) not in known]
    return here.rstrip("\n") + "\n" + "".join(f"{line}\n" for line in more) if more else here


def _key(line: str) -> str:
    """What a row is of, without what it says of it: all but its last cell where it has three, its first where it has more or fewer."""
    cells = line.lower().split(",")
    return ",".join(cells[:3] if len(cells) > 4 else cells[:2] if len(cells) == 3 else cells[:1])


def write_proposed(folder: Path, found: Sequence[Difference]) -> list[str]:
    """Write each beside the file that it differs from; returns the paths. Raises ConvsqlError."""
    written = []
    for each in found:
        file = folder / (each.path + SUFFIX)
        try:
            keep_inside(file.parent, folder)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(each.text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise ConvsqlError(f"can't be written: {error.strerror}", Where(each.path + SUFFIX)) from None
        written.append(each.path + SUFFIX)
    return written
