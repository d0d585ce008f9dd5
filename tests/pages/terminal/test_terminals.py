"""Each command on a terminal of 60, 80 and 120 columns: what is seen there is the golden screen, and no word is broken.

`python -m tests.pages.terminal.take` writes the golden screens anew; read what it changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from convsql.cli.main import COMMANDS as FUNCTIONS
from tests.pages.terminal.tmux import COMMANDS, WIDTHS, Screen, document, screens, shop

GOLDEN = Path(__file__).parent / "screens"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux")]


@pytest.fixture(scope="module", params=WIDTHS)
def seen(request: pytest.FixtureRequest) -> Iterator[tuple[int, list[Screen]]]:
    with shop() as root:
        yield request.param, screens(root, request.param)


def test_screens_of_all_commands_are_the_golden_ones(seen: tuple[int, list[Screen]]) -> None:
    width, found = seen
    assert document(found).splitlines() == (GOLDEN / f"{width}.txt").read_text(encoding="utf-8").splitlines()


def test_only_a_word_that_has_no_room_is_broken(seen: tuple[int, list[Screen]]) -> None:
    width, found = seen
    too_long = [
        line for one in found for line in one.written.splitlines() if len(line) > width and len(line.split()) > 1
    ]
    assert too_long == []


def test_every_command_is_shown() -> None:
    shown = {command.split()[1] for command in COMMANDS if command.startswith("convsql ")}
    assert {function.__name__ for function in FUNCTIONS} | {"metrics", "source"} <= shown
