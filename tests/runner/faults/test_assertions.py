"""A build that fails a test, or asks for more than the disk holds, is never seen."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runner.faults.harness import FaultyProject
from tests.support.root import ROOT

SMALL_DISK = 24  # MiB
LARGE_BULK = 400_000  # about 40 MiB


@pytest.mark.parametrize("options", [(), ("--full-refresh",), ("--fail-fast",)])
def test_failed_assertion(project: FaultyProject, options: tuple[str, ...]) -> None:
    done = project.build("new", *options, is_failing=True)
    assert done.code == 1
    assert "marker_is_allowed" in done.err
    assert "nothing was published" in done.err
    assert project.markers() == {"old"}
    assert project.build("new").code == 0
    assert project.markers() == {"new"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of a few MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no small disk: mounting a tmpfs needs root; the test with a file size limit stands in")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
def test_full_disk(small_disk: Path) -> None:
    project = FaultyProject(small_disk)
    assert project.build("old").code == 0
    done = project.build("new", bulk=LARGE_BULK)
    assert done.code in (1, 2), done.err
    assert "published build" not in done.err
    assert "Traceback" not in done.err
    assert project.markers() == {"old"}
    # DuckDB keeps what its file has grown to, and wants a little room for its log
    subprocess.run(["mount", "-o", f"remount,size={SMALL_DISK + 2}m", str(small_disk)], check=True)
    again = project.build("new")
    assert again.code == 0, again.err
    assert project.markers() == {"new"}


@pytest.mark.slow
def test_file_size_limit(project: FaultyProject) -> None:
    """The same without a mount: the kernel refuses to let the file grow."""
    limit = SMALL_DISK * 2**20

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-m", "convsql", "build", "--project-dir", str(project.root),
         "--vars", project.variables("new", bulk=LARGE_BULK)],
        cwd=ROOT, capture_output=True, text=True, preexec_fn=limited, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode in (1, 2), done.stderr
    assert "published build" not in done.stderr
    assert "Traceback" not in done.stderr
    assert project.markers() == {"old"}
    assert project.build("new").code == 0
    assert project.markers() == {"new"}
