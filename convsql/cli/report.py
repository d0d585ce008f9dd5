"""`convsql report`: read what is published, write one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError, Where, did_you_mean
from convsql.cli.options import Pii
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.api import Published
    from convsql.context import Context
    from convsql.report.figure import Document


# One parameter per option, as typer reads them: most of the lines are their help.
@project_command(OWN, *PROJECT, "json")
def report(
    context: Context,
    format: Annotated[str, typer.Option("--format", help="html, or md for a pull request or a chat.")] = "html",
    output: Annotated[
        Optional[Path],
        typer.Option("--output", "-o", help="The file to write.", show_default="target/report.html; md: stdout"),
    ] = None,
    chart: Annotated[Optional[str], typer.Option("--chart", help="Write this one chart as a PNG instead.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the names of the charts.")] = False,
    since: Annotated[
        Optional[str],
        typer.Option(
            "--since", help="Report definitions changed after this time as news.", show_default="the last report"
        ),
    ] = None,
    pii: Pii = False,
) -> int:
    """Write the report: one HTML file of what happened, made from the tables that readers see.

    It says what changed, since when, why and what it cost, with every figure behind it, and loads nothing from elsewhere.
    """
    from convsql.api import Project
    from convsql.cli.aloud import say_warnings
    from convsql.report import memory
    from convsql.report.document import gather

    if format not in ("html", "md"):
        raise ConvsqlError(f"no format '{format}'", Where("--format"), "there are html and md")
    to = Path.cwd() / output if output else None
    project = Project.of(context)
    with project.published() as published:
        target_dir = published.compiled.project.target_dir
        known = target_dir / memory.MEMORY
        document = gather(published, _build(published), memory.news_since(since, known), pii)
        latest = memory.latest_change(published)
    say_warnings(project.warnings)
    if list_:
        return _name_charts(context, document)
    if chart is not None:
        return _write_chart(context, document, chart, to or target_dir / f"{chart}.png")
    if format == "md" and to is None:
        return _put_markdown(document)
    file = to or target_dir / "report.html"
    _write_report(document, format, file, _catalogue(target_dir, file))
    memory.remember(known, document.as_of, latest)
    return _written(context, document, file)


def _build(published: Published) -> int:
    """The number of the build that readers see."""
    from convsql.building.state import head
    from convsql.engines.access import access_to

    session = access_to(published.compiled.target).read()
    if session is None:
        return 0
    try:
        current = head(session, published.compiled.target.schema)
    finally:
        session.close()
    return current.sequence if current else 0


def _name_charts(context: Context, document: Document) -> int:
    from convsql.cli import terminal

    charts = [f.name for f in document.figures() if f.spec]
    terminal.put(json.dumps(charts) if context.json else "\n".join(charts))
    return EXIT_OK


def _write_chart(context: Context, document: Document, name: str, file: Path) -> int:
    from convsql.base.whole_file import write_whole
    from convsql.report.drawing import png

    figures = {f.name: f for f in document.figures() if f.spec}
    if name not in figures:
        raise ConvsqlError(
            f"no chart '{name}'", Where("--chart"), did_you_mean(name, figures) or "`convsql report --list` names them"
        )
    if file.suffix != ".png":
        raise ConvsqlError(
            f"a chart is a PNG file, not '{file.name}'", Where("--output"), "name a file that ends in .png"
        )
    figure = figures[name]
    assert figure.spec is not None
    picture = png(figure.spec, figure.title, figure.footing)
    try:
        write_whole(file, picture)
    except OSError as error:
        raise ConvsqlError(f"can't write {file}: {error.strerror}") from None
    return _written(context, document, file)


def _put_markdown(document: Document) -> int:
    from convsql.cli import terminal
    from convsql.report.markdown import report_markdown

    terminal.put(report_markdown(document).rstrip("\n"))
    return EXIT_OK


def _catalogue(target_dir: Path, file: Path) -> str:
    """Where the catalogue lies as a page beside it says it; empty where `convsql docs` has not written one there."""
    catalogue = target_dir / "catalogue.html"
    return catalogue.name if catalogue.is_file() and file.parent.resolve() == target_dir.resolve() else ""


def _write_report(document: Document, form: str, file: Path, catalogue: str) -> None:
    from convsql.base.whole_file import write_text
    from convsql.cli import terminal
    from convsql.report.drawing import HINT, can_draw
    from convsql.report.markdown import report_markdown
    from convsql.report.page import report_page

    draws = can_draw()
    write_text(file, report_markdown(document) if form == "md" else report_page(document, draws, catalogue))
    if form == "html" and not draws:
        terminal.say(f"note: charts are left out, and their tables shown instead: {HINT}")


def _written(context: Context, document: Document, file: Path) -> int:
    from convsql.cli import terminal

    size = file.stat().st_size
    if context.json:
        facts: dict[str, Any] = {"status": "written", "exit_code": EXIT_OK, "path": str(file), "bytes": size}
        terminal.put(json.dumps({**facts, "as_of": document.as_of, "build": document.build}))
    else:
        terminal.say(f"wrote {file} ({size / 1000:,.0f} kB), as of {document.as_of} UTC, build {document.build}")
    return EXIT_OK
