"""The files of a package's archive: plain files inside one folder, whatever names and kinds the archive gives them."""

from __future__ import annotations

import posixpath
import tarfile
from pathlib import Path

from convsql.base.errors import ConvsqlError, Where

MOST_BYTES, MOST_FILES = 512 << 20, 100_000


def unpack(source: Path, there: Path, where: Where) -> None:
    """Write the files of the one folder that an archive holds below `there`, which is made. Links and devices are left out.

    Raises ConvsqlError for what is no such archive, for a name that leads elsewhere, and for more than a package has.
    """
    try:
        with tarfile.open(source, "r:*") as archive:
            _write(archive, there, where)
    except (OSError, EOFError, tarfile.TarError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is no archive that tar reads"
        raise ConvsqlError(f"'{source}' can't be read: {why}", where) from None


def _write(archive: tarfile.TarFile, there: Path, where: Where) -> None:
    there.mkdir()
    size = files = 0
    for member in archive:
        name = posixpath.normpath(member.name)
        if name.startswith(("/", "..")) or "\0" in name:
            raise ConvsqlError(
                f"the archive holds a file called '{member.name}', which would be written elsewhere", where,
                "do not trust that archive",
            )  # fmt: skip
        size, files = size + member.size, files + 1
        if size > MOST_BYTES or files > MOST_FILES:
            raise ConvsqlError(
                f"the archive holds more than {MOST_BYTES >> 20} MiB or {MOST_FILES:,} files", where, "no package does"
            )
        _, _, below = name.partition("/")
        content = archive.extractfile(member) if member.isreg() and below else None
        if content is None:
            continue
        file = there / below
        file.parent.mkdir(parents=True, exist_ok=True)
        with content, file.open("wb") as opened:
            while block := content.read(1 << 20):
                opened.write(block)
