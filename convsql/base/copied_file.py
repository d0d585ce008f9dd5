"""A copy of a large file, as cheap as the system makes it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from pathlib import Path

_CLONE = 0x40049409  # FICLONE of Linux: the copy shares the blocks of the file, where the file system can
_AT_ONCE = 1 << 27


def copy_file(source: Path, target: Path) -> None:
    """Copy the bytes of a file to a new one. Raises OSError."""
    target.unlink(missing_ok=True)
    with open(source, "rb") as reading, open(target, "wb") as writing:
        with contextlib.suppress(OSError):  # most file systems can't
            fcntl.ioctl(writing.fileno(), _CLONE, reading.fileno())
            return
        # within the kernel, in half the time; what it leaves is copied here
        with contextlib.suppress(OSError, AttributeError):
            while os.copy_file_range(reading.fileno(), writing.fileno(), _AT_ONCE):
                pass
        shutil.copyfileobj(reading, writing, 1 << 22)
