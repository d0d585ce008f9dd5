"""Each command stands in the file of its name, options and body together, and has its shared options from one place."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

import convsql.cli
from convsql.cli.main import app
from convsql.cli.project_command import OWN, PROJECT, project_command

CLI = Path(convsql.cli.__file__).parent
HEAVY = ("duckdb", "sqlglot", "jinja2", "pydantic", "rich", "yaml")


def commands(
    group: typer.Typer = app, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Callable[..., Any]]]:
    """Every command of the command line: its words, and the function that typer calls."""
    for below in group.registered_groups:
        assert below.typer_instance is not None
        yield from commands(below.typer_instance, (*words, str(below.name)))
    for command in group.registered_commands:
        assert command.callback is not None
        yield (*words, command.name or command.callback.__name__), command.callback


ALL = dict(commands())


def test_there_are_commands_and_groups() -> None:
    assert {("build",), ("ls",), ("metrics", "list"), ("metrics", "diff")} <= ALL.keys()
    assert len(ALL) > 20


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_a_command_stands_in_the_file_of_its_name(words: tuple[str, ...]) -> None:
    assert ALL[words].__module__ == ".".join(("convsql.cli", *words))
    assert inspect.unwrap(ALL[words]).__code__.co_filename == str(CLI.joinpath(*words).with_suffix(".py"))


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_a_command_s_file_loads_nothing_heavy_before_it_runs(words: tuple[str, ...]) -> None:
    tree = ast.parse(CLI.joinpath(*words).with_suffix(".py").read_text(encoding="utf-8"))
    top = {a.name for n in tree.body if isinstance(n, ast.Import) for a in n.names}
    top |= {str(n.module) for n in tree.body if isinstance(n, ast.ImportFrom)}
    assert not {name for name in top if name.split(".")[0] in HEAVY}
    own = {name for name in top if name.startswith("convsql.")}
    assert own <= {"convsql.base.errors", "convsql.cli.options", "convsql.cli.project_command"}


def answer(command: Callable[..., None], *arguments: str) -> Any:
    one = typer.Typer()
    one.command()(command)
    return CliRunner().invoke(one, list(arguments))


def test_shared_options_come_as_one_context_and_what_is_returned_is_the_exit_code() -> None:
    seen: list[Any] = []

    @project_command(*PROJECT, "select", "json")
    def command(context: Any, select: list[str], limit: Annotated[int, typer.Option("--limit")] = 3) -> int:
        seen.extend((context, select, limit))
        return 4

    done = answer(command, "--project-dir", "there", "-t", "ci", "--vars", "{a: 1}", "--json", "--limit", "7")
    context, select, limit = seen
    assert done.exit_code == 4
    assert (context.project_dir, context.target, context.vars, context.json) == (Path("there"), "ci", "{a: 1}", True)
    assert (context.profiles_dir, context.quiet, context.no_cache, context.check_contents) == (
        None,
        False,
        False,
        False,
    )
    assert (select, limit) == ([], 7)


def test_help_has_the_options_in_the_order_of_the_words() -> None:
    @project_command("json", OWN, "project_dir")
    def command(context: Any, limit: Annotated[int, typer.Option("--limit", help="Rows.")] = 3) -> int:
        """What it does."""
        return 0

    assert list(inspect.signature(command).parameters) == ["json", "limit", "project_dir"]
    assert "What it does." in answer(command, "--help").output


def test_a_word_that_is_no_shared_option_is_an_error_of_whoever_wrote_it() -> None:
    with pytest.raises(KeyError, match="quite"):
        project_command(*PROJECT, "quite")(lambda context: 0)


def test_the_command_line_is_one_function_of_its_package() -> None:
    import convsql.cli
    from convsql.cli import run
    from convsql.cli.main import run as whole

    assert run is whole
    with pytest.raises(AttributeError):
        _ = convsql.cli.walk
