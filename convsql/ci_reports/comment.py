"""What a pull request's check found, as one Markdown comment with a hidden mark, by which a later run finds and replaces it.

No row, value or message of an engine stands in it: it goes where everybody who sees the repository can read. The same findings give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from convsql.base.errors import ConvsqlError
from convsql.base.printable import markdown_text as _text
from convsql.base.printable import number_of
from convsql.building.results import Outcome, Result

LONGEST = 60_000  # characters: GitHub takes 65,536
SHOWN = 30  # failures, and rules


@dataclass(slots=True)
class Story:
    """What became of each part; a text where a part could not be done, empty where it was."""

    project: str
    schema: str
    base: str = ""
    models: int = 0
    tests: int = 0
    errors: Sequence[ConvsqlError] = ()
    definitions: list[ConvsqlError] = field(default_factory=list)
    checked: str = ""
    outcome: Outcome | None = None
    not_built: str = ""
    moved: str = ""
    not_compared: str = ""
    difference: str = ""

    @property
    def is_well(self) -> bool:
        return not (self.errors or self.definitions or (self.outcome and self.outcome.failed))


def mark(project: str) -> str:
    """The hidden first line of the comment of a project; a repository may hold several."""
    return f"<!-- convsql ci: {''.join(c for c in project if c.isalnum() or c in '_ .')} -->"


def comment(story: Story) -> str:
    """The comment."""
    blocks = [mark(story.project), f"### convsql: {'all is well' if story.is_well else 'something is wrong'}"]
    rows = [("definitions", _definitions(story)), ("project", _compiled(story))]
    rows += [(f"build in {_code(story.schema)}", _built(story)), ("data tests", _tested(story))]
    against = f" against {_code(story.base)}" if story.base else ""
    rows.append((f"numbers{against}", _numbers(story)))
    blocks.append("\n".join(["| | |", "|---|---|", *(f"| {name} | {said} |" for name, said in rows)]))
    wrong = [f"- {_place(e)}{_text(e.reason)}" for e in [*story.errors, *story.definitions]]
    if story.outcome:
        wrong += [_result(r) for r in story.outcome.results if r.failed]
    if wrong:
        rest = [f"- … and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
        blocks.append("\n".join([*wrong[:SHOWN], *rest]))
    warned = [_result(r) for r in story.outcome.results if r.status == "warn"] if story.outcome else []
    if warned:
        blocks.append(_folded(f"{len(warned)} warnings", "\n".join(warned[:SHOWN])))
    if story.difference:
        room = LONGEST - len("\n\n".join(blocks))
        too_long = "The comparison is too long for a comment: `convsql metrics diff` shows it."
        blocks.append(story.difference if len(story.difference) < room else too_long)
    return "\n\n".join(blocks) + "\n"


def _definitions(story: Story) -> str:
    if story.errors:
        return "not checked"
    return f"**{len(story.definitions)} broken rules**" if story.definitions else story.checked or "all hold"


def _compiled(story: Story) -> str:
    if story.errors:
        return f"**{number_of(len(story.errors), 'error')}**"
    return f"{story.models} models and {story.tests} tests compile"


def _built(story: Story) -> str:
    if story.outcome is None:
        return _text(story.not_built) or "not built"
    counts = [("built", "success"), ("reused", "reused"), ("skipped", "skipped"), ("in error", "error")]
    nodes = [r for r in story.outcome.results if r.node.kind in ("model", "seed")]
    return _counted(nodes, counts) or "nothing to build"


def _tested(story: Story) -> str:
    if story.outcome is None:
        return "not run"
    counts = [("passed", "pass"), ("warned", "warn"), ("failed", "fail"), ("in error", "error"), ("skipped", "skipped")]
    return _counted([r for r in story.outcome.results if r.node.kind in ("test", "unit_test")], counts) or "none"


def _counted(results: Sequence[Result], labels: Sequence[tuple[str, str]]) -> str:
    found = []
    for label, status in labels:
        number = sum(r.status == status for r in results)
        if number:
            found.append(f"**{number} {label}**" if status in ("fail", "error") else f"{number} {label}")
    return ", ".join(found)


def _numbers(story: Story) -> str:
    return story.moved or _text(story.not_compared) or "not compared"


def _result(result: Result) -> str:
    node = result.node
    what = "could not be built" if node.kind in ("model", "seed") else "could not be run"
    if result.status in ("fail", "warn"):
        rows = f"{result.failures} {'row differs' if result.failures == 1 else 'rows differ'}"
        many = f"{result.failures} failing row{'s' if result.failures != 1 else ''}"
        what = rows if node.kind == "unit_test" else many
    return f"- {node.kind.replace('_', ' ')} {_code(node.name)} ({_text(str(node.where))}): {what}"


def _place(error: ConvsqlError) -> str:
    return f"{_code(str(error.where))}: " if error.where else ""


def _folded(summary: str, content: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{content}\n\n</details>"


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"
