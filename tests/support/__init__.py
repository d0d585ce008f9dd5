"""What all tests share: a project on disk, the command line in this process, the demo made once, the repository's root."""

from __future__ import annotations

from tests.support.project import PROFILES, PROJECT, Folder, Run, convsql

__all__ = ["PROFILES", "PROJECT", "Folder", "Run", "convsql"]
