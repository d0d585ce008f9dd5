"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from convsql.redaction import redact_bytes


def write_whole(file: Path, content: bytes) -> None:
    """Put a file in its place when all of it is written, secrets masked; its folder is made where it is missing.

    Whoever reads meanwhile sees the old file or the new one, and of two writers the last one's.
    Raises OSError; the old file is then as it was.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name[:60]}.{os.getpid()}.{threading.get_ident()}")
    try:
        draft.write_bytes(redact_bytes(content))
        os.replace(draft, file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
