"""Files that are written whole or not at all, and never through a link that leads out of a project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from convsql.base.errors import ConvsqlError
from convsql.base.installed import PROJECT_FILE
from convsql.base.redaction import redact_bytes


def write_whole(file: Path, content: bytes) -> None:
    """Put a file in its place when all of it is written, secrets masked; its folder is made where it is missing.

    Whoever reads meanwhile sees the old file or the new one, and of two writers the last one's. A link to another file of the
    same project stays one. Raises OSError; the old file is then as it was. Raises ConvsqlError where a link would lead out
    of the project in which the file is named.
    """
    file = real_place(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name[:60]}.{os.urandom(8).hex()}")
    try:
        with draft.open("xb") as opened:  # a link of that name is not followed
            opened.write(redact_bytes(content))
        os.replace(draft, file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def drafted(file: Path) -> Iterator[Path]:
    """A place for a writer that takes a name and no bytes; what it wrote there is `file` when the block ends well.

    The draft lies in a folder that nobody else could have made: a file that lay there under a known name might be a link.
    """
    import tempfile  # heavy, and of no use to most commands

    with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=file.parent) as folder:
        draft = Path(folder) / file.name
        yield draft
        os.replace(draft, file)


def real_place(file: Path) -> Path:
    """Where a file is written that is named `file`: of a link within a project, the file that it leads to.

    Raises ConvsqlError where a link on its way, or the file itself, leads out of a project that it is named in.
    """
    file = Path(os.path.abspath(file))
    projects = [folder for folder in file.parents if (folder / PROJECT_FILE).is_file()]
    for root in projects:
        keep_inside(file, root)
    return file.resolve() if projects and file.is_symlink() else file


def keep_inside(file: Path, root: Path) -> None:
    """Raises ConvsqlError where `file`, named below the folder `root`, leads out of it by a link."""
    real = root.resolve()
    try:
        leads_out = not file.resolve().is_relative_to(real)
    except (OSError, RuntimeError):  # a circle of links
        leads_out = True
    if not leads_out:
        return
    way = next(
        (p for p in (*reversed(file.parents), file) if p != root and p.is_relative_to(root) and p.is_symlink()), file
    )
    raise ConvsqlError(
        f"'{way.relative_to(root).as_posix()}' is a link that leads out of the project, and nothing is written through it",
        hint="delete the link, or name the folder that is meant",
    )


def write_changed(file: Path, text: str) -> bool:
    """Write a file whole where it does not say that already; returns whether it did not. Raises ConvsqlError."""
    content = text.encode(errors="backslashreplace")  # half a character (a lone surrogate) has no UTF-8
    try:
        if file.is_file() and file.read_bytes() == content:
            return False
        write_whole(file, content)
    except OSError as error:
        raise ConvsqlError(f"can't write {file}: {error.strerror or error}") from None
    return True


def write_text(file: Path, text: str) -> None:
    """Write a file whole, its folder made where it is missing. Raises ConvsqlError."""
    write_changed(file, text)
