"""`convsql docs`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from datetime import date

    from convsql.context import Context


@project_command(OWN, *PROJECT, "json")
def docs(
    context: Context,
    output: Annotated[
        Optional[Path],
        typer.Option(
            "--output", "-o", help="A file, or a folder for its index.html.", show_default="target/catalogue.html"
        ),
    ] = None,
) -> int:
    """Write the catalogue: every metric version in plain language, every model, column and test, a graph and a search.

    One HTML file that loads nothing from elsewhere, for any web server or pages host. It also writes target/manifest.json and catalog.json, for dbt's tools.
    """
    from convsql.artifacts.manifest_file import write_manifest
    from convsql.base.whole_file import write_text
    from convsql.catalogue.content import gather
    from convsql.catalogue.page import catalogue_page
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud
    from convsql.cli.json_files import write_catalog
    from convsql.definitions.versions import today
    from convsql.engines.access import access_to

    start = Path.cwd()
    day, rates = _published(context)
    compiled = compile_aloud(context)
    write_manifest(compiled)
    write_catalog(compiled)
    page = catalogue_page(gather(compiled, access_to(compiled.target), day or today(), rates))
    file = (start / output) if output else compiled.project.target_dir / "catalogue.html"
    if file.is_dir() or not file.suffix:
        file = file / "index.html"
    write_text(file, page)
    size = file.stat().st_size
    if context.json:
        terminal.put(json.dumps({"status": "written", "exit_code": EXIT_OK, "path": str(file), "bytes": size}))
    else:
        terminal.say(f"wrote {file} ({size / 1000:,.0f} kB)")
    return EXIT_OK


def _published(context: Context) -> tuple[date | None, dict[str, str]]:
    """The day of as_of, by which one version is the metric's, and where each stands; None and nothing where nothing was built."""
    from convsql.api import Project
    from convsql.catalogue.rates_now import rates_now

    try:
        with Project.of(context).published() as published:
            rates = rates_now(published)
            if not published.has("clocks"):
                return None, rates
            rows = published.ask(f"select as_of from {published.name('clocks')}")
    except ConvsqlError as error:
        if "nothing was built" in error.reason:
            return None, {}
        raise
    return rows[0]["as_of"].date() if rows and rows[0]["as_of"] else None, rates
