"""Values that are what they are said to be don't go through pydantic, and come out as if they had."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any, Optional

import pytest
import typer

from convsql.cli.plain_values import spare_plain_values
from tests.support.root import ROOT


def answers(words: list[str], spared: bool) -> object:
    """What a command with an option of each kind gets, or the error."""
    got: list[Any] = []
    app = typer.Typer(add_completion=False)

    @app.command()
    def one(
        word: str,
        text: Annotated[str, typer.Option()] = "eager",
        maybe: Annotated[Optional[str], typer.Option()] = None,
        many: Annotated[Optional[list[str]], typer.Option()] = None,
        folder: Annotated[Path, typer.Option()] = Path(),
        there: Annotated[Path, typer.Option(exists=True, file_okay=False)] = Path(),
        number: Annotated[int, typer.Option(min=0)] = 3,
        share: Annotated[float, typer.Option()] = 0.5,
        numbers: Annotated[Optional[list[int]], typer.Option()] = None,
        is_on: Annotated[bool, typer.Option("--on/--off")] = False,
    ) -> None:
        got.append((word, text, maybe, many, folder, there, number, share, numbers, is_on))

    command = typer.main.get_command(app)
    if spared:
        spare_plain_values(command)
    try:
        command(words, standalone_mode=False)
    except Exception as error:
        return type(error), str(error)
    return got, [type(value) for value in got[0]]


@pytest.mark.parametrize(
    "words",
    [
        "x",
        "x --text a --maybe b --many c --many d --folder . --number 4 --share 1 --numbers 1 --numbers 2 --on",
        "x --folder no/such/folder --off",
        "x --there no/such/folder",
        "x --number -1",
        "x --number many",
        "x --numbers one",
        "x --share half",
        "x --no-such-option",
        "",
    ],
)
def test_a_command_gets_what_typer_would_have_given_it(words: str) -> None:
    assert answers(words.split(), spared=True) == answers(words.split(), spared=False)


def test_an_option_can_be_given_wrong_and_right_in_one_process() -> None:
    assert [answers(["x", "--number", n], spared=True) for n in ("4", "many", "4")] == [
        answers(["x", "--number", n], spared=False) for n in ("4", "many", "4")
    ]


def test_a_command_that_is_spared_again_and_again_stays_as_it_is() -> None:
    app = typer.Typer(add_completion=False)
    got: list[int] = []
    app.command()(lambda number=3: got.append(number))
    command = typer.main.get_command(app)
    for _ in range(2_000):  # each would be a call within a call
        spare_plain_values(command)
    command([], standalone_mode=False)
    assert got == [3]


def test_a_command_with_plain_options_does_not_load_pydantic(tmp_path: Path) -> None:
    code = "import sys; from convsql.cli import run; run(sys.argv[1:]); sys.exit('pydantic' in sys.modules)"
    words = ["clean", "--project-dir", str(tmp_path), "--profiles-dir", str(tmp_path)]
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "dbt_project.yml" in done.stderr  # it came as far as to look for it
