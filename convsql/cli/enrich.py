"""`convsql enrich`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from convsql.base.errors import EXIT_OK, ConvsqlError, Where
from convsql.cli.project_command import PROJECT, project_command

if TYPE_CHECKING:
    from convsql.context import Context
    from convsql.enrichment.scoring import Scorer


@project_command(*PROJECT, "json")
def enrich(context: Context) -> int:
    """Score how friendly contacts write, for sentiment_rates: only what this version of the model has not scored yet.

    Reads the published messages and writes the scores beside the raw tables. Needs vaderSentiment; without it nothing happens.
    """
    from convsql.enrichment.scoring import LIBRARY, load_scorer

    scorer = load_scorer()
    if scorer is None:
        return _said(
            context,
            "skipped",
            f"{LIBRARY} is not installed, and nothing was scored; `pip install 'vaderSentiment>=3.3.2'`",
        )
    return _score(context, scorer)


def _score(context: Context, scorer: Scorer) -> int:
    """Score the inbound texts of the published messages. Nothing to do is no error. Raises ConvsqlError."""
    from convsql.cli.aloud import check_is_file, compile_aloud
    from convsql.compiling.compiled_sql import published_name
    from convsql.engines.access import access_to
    from convsql.engines.session import EngineError
    from convsql.enrichment.store import INPUT, place_of
    from convsql.enrichment.texts import MESSAGES, score_texts

    compiled = compile_aloud(context)
    check_is_file(
        compiled.target, "enrich", "the scores are files beside the raw tables, which a build on any target reads"
    )
    nodes = {node.name: node.unique_id for node in compiled.graph.of("model")}
    if MESSAGES not in nodes:
        raise ConvsqlError(f"the project has no model '{MESSAGES}', whose messages would be scored", Where("enrich"))
    variables = compiled.project.vars_for(compiled.project.name)
    place = place_of(variables)
    access = access_to(compiled.target)
    session = access.read() if place.path else access.write()
    if session is None:
        raise ConvsqlError("nothing was built yet", Where("enrich"), "run `convsql build`")
    try:
        count, texts = score_texts(session, published_name(compiled, nodes[MESSAGES]), place, scorer)
        session.reveal()
    except EngineError as error:
        raise ConvsqlError(
            error.message.splitlines()[0], Where("enrich"), "`convsql build` publishes what is missing"
        ) from None
    finally:
        session.close()
    if not texts:
        return _said(
            context, "skipped", "no message of a contact has a body, and nothing was scored", model=scorer.model
        )
    words = f"{count} texts scored by {scorer.model}, {texts - count} were there; they are in {place}"
    if INPUT not in (variables.get("inputs") or []):
        words += f"\nto see them, add {INPUT} to `inputs` in vars.yml and run `convsql build`"
    return _said(context, "done", words, model=scorer.model, scored=count, known=texts - count, written_to=str(place))


def _said(context: Context, status: str, words: str, **facts: object) -> int:
    from convsql.cli import terminal

    if context.json:
        terminal.put(json.dumps({"status": status, "exit_code": EXIT_OK, "message": words, **facts}))
    else:
        terminal.say(words)
    return EXIT_OK
