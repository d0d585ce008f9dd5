"""What became of nodes and of a whole run, in words. `convsql.cli.terminal` prints them."""

from __future__ import annotations

from collections.abc import Sequence

from convsql.base.personal import MASK
from convsql.base.printable import number_of, one_line
from convsql.building.results import Outcome, Result

MOST_SKIPPED = 5  # beyond which they are counted
MARKS = {"error": "ERROR", "fail": "FAIL ", "warn": "WARN ", "skipped": "SKIP "}


def result_text(result: Result) -> str:
    """One result that is not fine, with the rows that made it so."""
    kind = "unit test" if result.node.kind == "unit_test" else result.node.kind
    place = "" if result.message.startswith(result.node.path) else f" ({result.node.where})"
    lines = [f"{MARKS[result.status]} {kind} {result.node.name}{place}"]
    if result.message:
        lines += ["      " + line for line in result.message.splitlines()]
    if result.rows:
        lines.append("      " + " | ".join(map(one_line, result.columns)))
        lines += ["      " + " | ".join("null" if v is None else one_line(str(v)) for v in row) for row in result.rows]
        hint = " --pii" if any(MASK in str(v) for row in result.rows for v in row) else ""
        lines.append(f"      all of them: convsql show --inline 'select * from {result.kept_in}'{hint}")
    if result.compiled_path:
        lines.append(f"      compiled: {result.compiled_path}")
    return "\n".join(lines)


def skipped_text(results: Sequence[Result]) -> str:
    """What was not run because of what failed before it: few by name, many in one line."""
    if len(results) <= MOST_SKIPPED:
        return "\n".join(result_text(r) for r in results)
    tests = sum(r.node.kind in ("test", "unit_test") for r in results)
    models = len(results) - tests
    counts = [number_of(n, what) for n, what in ((models, "model"), (tests, "test")) if n]
    names = ", ".join(r.node.name for r in results if r.node.kind not in ("test", "unit_test"))
    rest = f": {names[:80]}{' …' if len(names) > 80 else ''}" if names else ""
    return f"{MARKS['skipped']} {' and '.join(counts)} that rest on what failed{rest}"


def summary(outcome: Outcome, command: str, environment: str, seconds_taken: float | None = None) -> str:
    """The last line of a run; `seconds_taken` by the whole command, else those of the run alone."""
    parts = []
    for label, number in (("built", outcome.count("success")), ("reused", outcome.count("reused"))):
        if number:
            parts.append(f"{number} {label}")
    tests = [r for r in outcome.results if r.node.kind in ("test", "unit_test")]
    for label, status in (("passed", "pass"), ("warned", "warn"), ("failed", "fail"), ("in error", "error")):
        number = sum(r.status == status for r in tests)
        if number:
            parts.append(f"{number_of(number, 'test')} {label}")
    broken = sum(r.status == "error" for r in outcome.results if r.node.kind not in ("test", "unit_test"))
    if broken:
        parts.append(f"{number_of(broken, 'model')} in error")
    if outcome.count("skipped"):
        parts.append(f"{outcome.count('skipped')} skipped")
    counts = ", ".join(parts) or "nothing chosen"
    taken = outcome.seconds.get("total") if seconds_taken is None else seconds_taken
    seconds = f" ({taken:.1f} s)" if taken is not None else ""
    if outcome.failed:
        last = "; nothing was published, readers see the last good build" if command == "build" else ""
        return f"failed: {counts}{last}{seconds}"
    if outcome.held:
        return (
            f"built and checked, not published: {counts}; '{environment}' is {outcome.held} (`convsql unhold`){seconds}"
        )
    if outcome.nothing_to_do and outcome.published:
        return f"nothing to do: build {outcome.published.sequence} of '{environment}' is up to date: {counts}{seconds}"
    if outcome.published:
        return f"published build {outcome.published.sequence} to '{environment}': {counts}{seconds}"
    return f"{counts}{seconds}"
