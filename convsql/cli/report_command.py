"""`convsql report`: read what is published, write one file."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from convsql.api import Project, Published, warned
from convsql.base.errors import EXIT_OK, ConvsqlError, Where, did_you_mean
from convsql.base.sealed_json import read_json
from convsql.base.whole_file import write_text, write_whole
from convsql.building.context import Context
from convsql.building.state import head
from convsql.cli import terminal
from convsql.engines.access import access_to
from convsql.report.document import gather
from convsql.report.drawing import HINT, can_draw, png
from convsql.report.figure import Document
from convsql.report.markdown import report_markdown
from convsql.report.page import report_page

MEMORY = "report.json"  # in target/: what the last report knew


def report_command(
    context: Context, form: str, output: Path | None, chart: str | None, since: str | None, names: bool
) -> int:
    """Write the report (`form` html or md), or one chart. Markdown goes to stdout unless `output` is given. Raises ConvsqlError."""
    if form not in ("html", "md"):
        raise ConvsqlError(f"no format '{form}'", Where("--format"), "there are html and md")
    start = Path.cwd()
    project = Project.of(context)
    with project.published() as published:
        target_dir = published.compiled.project.target_dir
        memory = target_dir / MEMORY
        document = gather(published, _build(published), _since(since, memory))
        latest = published.ask(
            f"select max(locked_at) as seen from {published.name('metric_changes')}"
        )[0]["seen"] if published.has("metric_changes") else None  # fmt: skip
    warned(project, terminal.say)
    if names:
        charts = [f.name for f in document.figures() if f.spec]
        terminal.put(json.dumps(charts) if context.json else "\n".join(charts))
        return EXIT_OK
    if chart is not None:
        file = (start / output) if output else target_dir / f"{chart}.png"
        _write_chart(document, chart, file)
        return _written(context, document, file)
    if form == "md" and output is None:
        terminal.put(report_markdown(document).rstrip("\n"))
        return EXIT_OK
    file = (start / output) if output else target_dir / "report.html"
    draws = can_draw()
    write_text(file, report_markdown(document) if form == "md" else report_page(document, draws))
    if form == "html" and not draws:
        terminal.say(f"note: charts are left out, their tables are there: {HINT}")
    write_text(memory, json.dumps({"as_of": document.as_of, "definitions_seen_to": str(latest) if latest else None}))
    return _written(context, document, file)


def _written(context: Context, document: Document, file: Path) -> int:
    size = file.stat().st_size
    if context.json:
        facts: dict[str, Any] = {"status": "written", "exit_code": EXIT_OK, "path": str(file), "bytes": size}
        terminal.put(json.dumps({**facts, "as_of": document.as_of, "build": document.build}))
    else:
        terminal.say(f"wrote {file} ({size / 1000:,.0f} kB), as of {document.as_of} UTC, build {document.build}")
    return EXIT_OK


def _write_chart(document: Document, name: str, file: Path) -> None:
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


def _build(published: Published) -> int:
    session = access_to(published.compiled.target).read()
    if session is None:
        return 0
    try:
        current = head(session, published.compiled.target.schema)
    finally:
        session.close()
    return current.sequence if current else 0


def _since(given: str | None, memory: Path) -> datetime | None:
    """From when on changes of definitions are news: as given, else what the last report saw."""
    if given is not None:
        try:
            return (
                datetime.fromisoformat(given)
                if len(given) > 10
                else datetime.combine(date.fromisoformat(given), time())
            )
        except ValueError:
            raise ConvsqlError(
                f"'{given}' is no time", Where("--since"), "write 2026-06-30 or '2026-06-30 12:00:00'"
            ) from None
    try:
        seen = datetime.fromisoformat(str((read_json(memory) or {}).get("definitions_seen_to")))
    except ValueError:
        return None
    return seen if seen.tzinfo is None else None
