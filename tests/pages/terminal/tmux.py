"""Commands on a real terminal: what is on the screen of a tmux window of so many columns once they have ended."""

from __future__ import annotations

import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.root import ROOT

SHOP = ROOT / "tests/runner/projects/shop"
WIDTHS = (60, 80, 120)
PATIENCE = 180  # seconds for one command, on a machine that has much else to do
_NUMBERS = itertools.count()
_ENDED = re.compile(r"\[exit \d+\]\s*\Z")
FOLDER = re.compile(r"/tmp/cs[a-z0-9_]{8}")

# Every command once, on the small shop of tests/runner/projects; `#` begins what is done to the folder between two of them.
COMMANDS = (
    "convsql --version",
    "convsql --help",
    "convsql buid",
    "convsql build --help",
    "convsql debug",
    "convsql runs",
    "convsql show order",
    "convsql ls --resource-type model",
    "convsql ls --select no_such_model",
    "convsql deps",
    "convsql compile",
    "convsql build",
    "convsql build",
    "convsql test --select order",
    "convsql show --inline \"select * from {{ ref('customers') }} order by customer_id\"",
    "convsql show --inline \"select * from {{ ref('stg_orders') }} order by order_id\" --limit 1 --format record",
    "convsql show --inline \"select status, count(*) as n from {{ ref('stg_orders') }} group by status order by all\"",
    "convsql docs",
    "convsql check",
    "convsql source freshness",
    "convsql explain order",
    "convsql rates",
    "convsql whatif a_metric --change window_days=21",
    "convsql enrich",
    "convsql report",
    "convsql metrics list",
    "convsql metrics check",
    "convsql metrics diff",
    "convsql metrics lock",
    "convsql metrics export",
    "convsql verify --against dev",
    "convsql retry",
    "convsql rollback",
    "convsql unhold",
    "convsql forget --contact 1",
    "convsql ci",
    "convsql zones --from 2026 --to 2027",
    "convsql clean",
    "# a model with a mistake",
    "convsql compile",
    "convsql build",
    "# a test that fails",
    "convsql build",
    "convsql retry",
    "convsql history",
    "convsql package --help",
    "convsql demo --help",
    "convsql init",
    "convsql init --help",
)
CHANGES = {
    "# a model with a mistake": ("models/wrong.sql", "select order_ib from {{ ref('order') }}"),
    "# a test that fails": (
        "models/wrong.sql",
        "select 1 as a_rather_long_name_of_a_column, 'a value of some length, of which nothing may be cut' as another_column",
    ),
}
FAILS = ("tests/nothing_is_one.sql", "select * from {{ ref('wrong') }}")


@dataclass(frozen=True, slots=True)
class Screen:
    """What stands there after a command: each line as it is shown, and each as it was written, however many lines it takes."""

    command: str
    shown: str
    written: str


@contextmanager
def shop() -> Iterator[Path]:
    """A copy of the shop in a folder whose name is of the same length each time."""
    with tempfile.TemporaryDirectory(prefix="cs", dir="/tmp") as folder:
        root = Path(folder) / "shop"
        shutil.copytree(SHOP, root, ignore=shutil.ignore_patterns("expected"))
        yield root


def screens(root: Path, columns: int, commands: Sequence[str] = COMMANDS) -> list[Screen]:
    """The screens of the commands, one after the other in a folder. Raises subprocess.TimeoutExpired for one that does not end."""
    found = []
    for command in commands:
        if command.startswith("#"):
            name, text = CHANGES[command]
            (root / name).write_text(text, encoding="utf-8")
            if "fails" in command:
                (root / FAILS[0]).write_text(FAILS[1], encoding="utf-8")
            continue
        found.append(screen(root, columns, command))
    return found


def screen(root: Path, columns: int, command: str) -> Screen:
    """The screen of one command."""
    server = f"convsql-{os.getpid()}-{next(_NUMBERS)}"
    settings = root.parent / "tmux.conf"
    settings.write_text("set -g history-limit 5000\n", encoding="utf-8")
    tmux = ["tmux", "-L", server, "-f", str(settings)]
    said = f'{command}; echo "[exit $?]"; tmux -L {server} wait-for -S ended; exec sleep {PATIENCE}'
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LOGNAME": "ann",
        "NO_COLOR": "1",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": str(ROOT),
    }
    exports = " ".join(f"{name}={shlex.quote(value)}" for name, value in environment.items())
    window = ["new-session", "-d", "-s", "shop", "-x", str(columns), "-y", "50", "-c", str(root)]
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "TMUX")}
    try:
        subprocess.run(
            [*tmux, *window, f"exec env {exports} sh -c {shlex.quote(said)}"],
            env=kept,
            check=True,
            timeout=PATIENCE,
        )
        subprocess.run([*tmux, "wait-for", "ended"], check=True, timeout=PATIENCE)
        until = time.monotonic() + PATIENCE
        while not _ENDED.search(_captured(tmux)) and time.monotonic() < until:
            time.sleep(0.02)  # the signal can be there before what was written
        seen = [_captured(tmux), _captured(tmux, "-J")]
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True, timeout=PATIENCE)
    return Screen(command, *(_without_ends(text) for text in seen))


def _captured(tmux: Sequence[str], *how: str) -> str:
    """What stands in the window, and above it."""
    captured = [*tmux, "capture-pane", "-p", *how, "-S", "-", "-t", "shop"]
    return subprocess.run(captured, check=True, timeout=PATIENCE, capture_output=True, text=True).stdout


def _without_ends(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


_SAME_LENGTH = (
    re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?:\.\d+)?"),
    re.compile(r"\d{8}T\d{6}-[0-9a-f]{6}"),
    re.compile(r"\d+\.\d+(?= s\b)"),
    re.compile(r"(?<=\s)\d\.\d(?=\s|$)"),
)


_SECONDS = re.compile(r"( *)(\d+)(\.\d+ s\b)")


def settled(text: str) -> str:
    """A screen without what is another one each time: times, versions, sizes and the name of the folder."""
    text = FOLDER.sub("/tmp/csfolder__", text)
    text = _SECONDS.sub(_of_one_digit, text)
    text = re.sub(r"(?m)^((?:convsql|python|duckdb|sqlglot)\s+)\d[\w.]*$", r"\1VERSION", text)
    text = re.sub(r"\(\d+ kB\)", "(## kB)", text)
    for pattern in _SAME_LENGTH:
        text = pattern.sub(lambda match: re.sub(r"[0-9a-f]", "#", match[0]), text)
    return text


def _of_one_digit(seconds: re.Match[str]) -> str:
    """Seconds as a quick machine takes them: ten or more are as wide as nine, with the room in a column that they took."""
    gap, whole, rest = seconds.groups()
    return f"{gap}{' ' * (len(whole) - 1) if len(gap) > 1 else ''}{whole[-1]}{rest}"


def document(found: Sequence[Screen]) -> str:
    """Screens as one text."""
    return "\n\n".join(f"$ {one.command}\n{settled(one.shown)}" for one in found) + "\n"
