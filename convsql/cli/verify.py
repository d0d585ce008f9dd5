"""`convsql verify`: build on two targets, compare, say what differs, and record it."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from convsql.base.errors import EXIT_FAILED, EXIT_OK, ConvsqlError, Where
from convsql.cli.options import Pii
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.building.results import Outcome
    from convsql.compiling.project import Compiled
    from convsql.context import Context
    from convsql.verification.verify import Verified

VERIFY_EPILOG = (
    "Exit codes: 0 every relation is equal; 1 one differs or is missing, or a model or test failed on a side; "
    "2 usage, project or engine error; 3 a database is in use, or a head moved; 4 the outcome of a publish is unknown; "
    "130 interrupted."
)


@project_command(OWN, *PROJECT, "select", "exclude", "json", "quiet", "no_cache")
def verify(
    context: Context,
    select: list[str],
    exclude: list[str],
    against: Annotated[Optional[str], typer.Option("--against", help="The other target of profiles.yml.")] = None,
    whole: Annotated[
        bool,
        typer.Option("--whole", help="Compare models that are made of their last version with whole ones instead."),
    ] = False,
    no_build: Annotated[
        bool, typer.Option("--no-build", help="Compare what is published already, and build nothing.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Differing rows to show of each relation.")] = 5,
    pii: Pii = False,
) -> int:
    """Check that two targets hold the same rows: build the project on both, and compare every relation that it publishes.

    With --whole: that models made of their last version (large ones, and incremental ones with `meta: {extends_last_build: true}`) hold what a whole build would. Each side is built, tested and published as by `build`. Values must be equal, doubles to one part in a billion; the order of rows does not matter. target/verified.json records what was compared.
    """
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud
    from convsql.project.selection import select as choose
    from convsql.verification.sides import check_apart
    from convsql.verification.verify import verify as compare
    from convsql.verification.whole import verify_whole

    if whole == (against is not None):
        raise ConvsqlError("say what to compare with: --against TARGET or --whole, one of the two", Where("verify"))
    target = context.load()[1]
    sides = [context] if whole else [context, dataclasses.replace(context, target=against)]
    if not whole:
        check_apart(target, sides[1].load()[1])
    compiled = [compile_aloud(side) for side in sides]
    for side in compiled if not no_build else []:
        outcome = _built(context, side, select, exclude)
        if outcome.failed or outcome.held:
            return _failed(context, side, outcome)
    chosen = choose(compiled[0].graph, select, exclude)
    if whole:
        found = verify_whole(compiled[0], chosen, limit, pii)
    else:
        found = compare(compiled[0], compiled[1], chosen, limit, pii)
    code = EXIT_FAILED if found.differing else EXIT_OK
    content = _record(found, select, exclude, not no_build, whole)
    if context.json:
        for kept, relation in zip(content["relations"], found.relations, strict=True):
            kept |= {"key": relation.key, "differences": [pair.to_json() for pair in relation.pairs]}
        status = "differs" if code else "equal"
        terminal.put(json.dumps({"status": status, "exit_code": code, **content}, default=str))
    else:
        from convsql.cli.verify_terminal import put_verified

        put_verified(found, context.quiet, whole)
    return code


def _built(context: Context, compiled: Compiled, select: list[str], exclude: list[str]) -> Outcome:
    """Build and publish one side, as `convsql build` does."""
    from convsql.building.build import Options, run_build
    from convsql.cli import terminal
    from convsql.cli.finish import listener
    from convsql.cli.results_in_words import summary
    from convsql.engines.access import access_to

    options = Options(tuple(select), tuple(exclude))
    outcome = run_build(compiled, access_to(compiled.target), options, listener(context, compiled))
    if not context.json:
        for note in outcome.notes:
            terminal.say(f"note: {note}")
        terminal.say(f"{compiled.target.name}: {summary(outcome, 'build', compiled.target.schema)}")
    return outcome


def _failed(context: Context, compiled: Compiled, outcome: Outcome) -> int:
    """A side that could not be built is compared with nothing."""
    from convsql.cli import terminal
    from convsql.cli.json_files import outcome_json
    from convsql.runs.recording import exit_code_of

    code = exit_code_of(outcome)
    if context.json:
        facts = {"target": compiled.target.name, **outcome_json(outcome, code)}
        terminal.put(json.dumps(facts, default=str))
    else:
        why = "failed" if outcome.failed else f"was not published, which is {outcome.held}"
        terminal.say(f"nothing was compared: the build on target '{compiled.target.name}' {why}")
    return code


def _record(found: Verified, select: list[str], exclude: list[str], was_built: bool, whole: bool) -> dict[str, Any]:
    from convsql.base.whole_file import write_changed
    from convsql.verification.record import FILE_NAME, record

    content = record(found, select, exclude, was_built, whole)
    write_changed(found.here.project.target_dir / FILE_NAME, json.dumps(content, indent=1, default=str) + "\n")
    return content
