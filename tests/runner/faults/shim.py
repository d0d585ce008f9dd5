"""Between a process and the system, by a library of C that is loaded before all others (`shim.c`): writes that go wrong, a clock that goes back."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
ACTIONS = {"cut": 1, "half": 2, "no space": 3, "no flush": 4}
_LOADED = "CONVSQL_SHIM"


def can_be_made() -> bool:
    """Whether there is a compiler, and a loader that takes a library before all others."""
    return sys.platform == "linux" and shutil.which("cc") is not None


def restart_with_it(folder: Path) -> None:
    """Begin this process anew with the library in it, unless it is."""
    if _LOADED in os.environ:
        return
    folder.mkdir(parents=True, exist_ok=True)
    library = folder.resolve() / "shim.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-w", "-o", library, SOURCE, "-ldl"], check=True)
    given = {**os.environ, "LD_PRELOAD": str(library), _LOADED: str(library)}
    os.execve(sys.executable, [*sys.orig_argv], given)


def arm(root: Path, number: int, action: str) -> None:
    """From now on the `number`-th write below the folder `root` goes wrong; 0: writes are only counted."""
    _library().shim_arm(str(root.resolve()).encode(), ctypes.c_long(number), ACTIONS[action])


def seen() -> int:
    """How many writes there were since."""
    return int(_library().shim_seen())


def set_back(seconds: int) -> None:
    """Set the clock of this process back."""
    _library().shim_clock(ctypes.c_long(seconds))


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(os.environ[_LOADED])
    library.shim_seen.restype = ctypes.c_long
    return library
