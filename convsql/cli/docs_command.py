"""`convsql docs`: write the catalogue."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from convsql.api import Project
from convsql.base.errors import EXIT_OK, ConvsqlError
from convsql.base.whole_file import write_text
from convsql.building.context import Context
from convsql.catalogue.content import gather
from convsql.catalogue.page import catalogue_page
from convsql.cli import terminal
from convsql.cli.metrics_commands import today
from convsql.cli.options import compile_aloud
from convsql.engines.access import access_to


def docs_command(context: Context, output: Path | None) -> int:
    """Write the catalogue to one file, or as index.html into a folder. Raises ConvsqlError."""
    start = Path.cwd()
    day = _data_day(context)
    compiled = compile_aloud(context)
    page = catalogue_page(gather(compiled, access_to(compiled.target), day or today()))
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


def _data_day(context: Context) -> date | None:
    """The day of as_of, by which one version is the metric's; None where nothing was built."""
    try:
        with Project.of(context).published() as published:
            if not published.has("clocks"):
                return None
            rows = published.ask(f"select as_of from {published.name('clocks')}")
    except ConvsqlError as error:
        if "nothing was built" in error.reason:
            return None
        raise
    return rows[0]["as_of"].date() if rows and rows[0]["as_of"] else None
