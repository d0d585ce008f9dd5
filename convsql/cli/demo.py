"""`convsql demo`: make the data, build, show the rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError
from convsql.cli.project_command import project_command

if TYPE_CHECKING:
    from convsql.context import Context
    from convsql.project.config import Project
    from convsql.project.profiles import Target

# What the demo shows: a metric over all five channels, and the one whose definition changed mid-year.
SHOWN = (("conversation_to_meeting", 1), ("conversation_to_opportunity", 2))
EARLIER = ("conversation_to_opportunity", 1)


@project_command("project_dir", "profiles_dir", "target")
def demo(
    context: Context,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the generator.")] = 7,
) -> int:
    """Make a year of demo conversations, build it, and show conversion rates by month and channel."""
    from convsql.building.build import Options
    from convsql.cli import terminal
    from convsql.cli.finish import build_recorded
    from convsql.cli.recorded import Patience
    from convsql.cli.rows import columns_of_terminal
    from convsql.demo.show import rates_table

    project, target = context.load()
    _make(project, seed)
    code = build_recorded(context, Options(), Patience())
    if code != EXIT_OK:
        return code
    rates = _published_rates(target)
    chosen = [r for r in rates if (r["metric"], r["metric_version"]) in SHOWN]
    terminal.put_rich(rates_table(chosen, columns=columns_of_terminal()))
    terminal.put(_change(rates))
    return code


def _make(project: Project, seed: int) -> None:
    """Write the raw tables where the project reads them. Raises ConvsqlError."""
    import time

    from convsql.cli import terminal
    from convsql.demo import write_demo

    folder = project.root / str(project.vars_for(project.name).get("raw_path", "demo/raw"))
    if project.root not in folder.resolve().parents:
        raise ConvsqlError(f"raw_path leads out of the project: {folder}", hint="the demo writes to demo/raw")
    started = time.perf_counter()
    counts = write_demo(folder, seed)
    terminal.say(
        f"made a year of {counts['messages']:,} messages and {counts['deals']:,} deals in {folder.relative_to(project.root)}/"
        f" ({time.perf_counter() - started:.1f} s)"
    )


def _published_rates(target: Target) -> list[dict[str, Any]]:
    """The rows of `cohort_rates`. Raises ConvsqlError when the project has none to show."""
    from convsql.engines.access import access_to

    session = access_to(target).read()
    if session is None:
        raise ConvsqlError("the build left no database", hint="run `convsql build`")
    try:
        columns, rows = session.query(f'select * from "{target.schema}"."cohort_rates"', 1_000_000)
    finally:
        session.close()
    return [dict(zip([n for n, _ in columns], row, strict=True)) for row in rows]


def _change(rows: list[dict[str, Any]]) -> str:
    """One line on the definition that changed: its two versions side by side, over the same conversations."""
    totals = {
        (r["metric"], r["metric_version"]): r for r in rows if r["cohort_grain"] == "all" and r["cohort_by"] == "all"
    }
    before, after = totals.get(EARLIER), totals.get(SHOWN[1])
    if not before or not after or before["conversion_rate"] is None or after["conversion_rate"] is None:
        return ""
    return (
        f"\nThe same conversations under two definitions: {EARLIER[0]} version {EARLIER[1]} gives "
        f"{before['conversion_rate']:.1%}, version {SHOWN[1][1]} gives {after['conversion_rate']:.1%}. "
        "Both are published; every row says which version made it."
    )
