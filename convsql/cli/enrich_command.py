"""`convsql enrich`: score what contacts wrote and nobody has scored yet under this version of the model."""

from __future__ import annotations

import json
from collections.abc import Iterator

from convsql.base.errors import EXIT_OK, ConvsqlError, Where
from convsql.building.context import Context
from convsql.cli import terminal
from convsql.cli.options import compile_aloud
from convsql.compiling.compiled_sql import published_name
from convsql.engines.access import access_to
from convsql.engines.session import EngineError, Session
from convsql.enrichment.scoring import LIBRARY, Scorer, load_scorer
from convsql.enrichment.store import INPUT, Place, Score, keep, known_scores, place_of

MESSAGES = "stg_messages"
TEXTS_AT_ONCE = 10_000


def enrich_command(context: Context) -> int:
    """Score the inbound texts of the published messages. Nothing to do, or no library, is no error. Raises ConvsqlError."""
    scorer = load_scorer()
    if scorer is None:
        return _said(
            context,
            "skipped",
            f"{LIBRARY} is not installed, and nothing was scored; `pip install 'vaderSentiment>=3.3.2'`",
        )
    compiled = compile_aloud(context)
    nodes = {node.name: node.unique_id for node in compiled.graph.of("model")}
    if MESSAGES not in nodes:
        raise ConvsqlError(f"the project has no model '{MESSAGES}', of which messages would be scored", Where("enrich"))
    variables = compiled.project.vars_for(compiled.project.name)
    place = place_of(variables)
    access = access_to(compiled.target)
    session = access.read() if place.path else access.write()
    if session is None:
        raise ConvsqlError("nothing was built yet", Where("enrich"), "run `convsql build`")
    try:
        messages = published_name(compiled, nodes[MESSAGES])
        total = _prepare(session, messages, place, scorer.model)
        count = keep(session, place, _scores(session, scorer)) if total else 0
        ((texts,),) = session.fetch(f"select count(*) from {messages} where {_IS_TEXT}")
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


_IS_TEXT = "direction = 'inbound' and body is not null and is_delivered and non_reply_kind is null"


def _prepare(session: Session, messages: str, place: Place, model: str) -> int:
    """Write down, in this session alone, which texts are to be scored; returns how many."""
    known = known_scores(session, place)
    session.execute("create or replace temp table known_ids (message_id varchar)")
    if known is not None:
        session.execute(f"insert into known_ids select distinct message_id from {known} where model = ?", [model])
    session.execute(
        "create or replace temp table unscored_texts as"
        " select row_number() over (order by message_id) as number, message_id, body"
        f" from {messages} as texts where {_IS_TEXT}"
        " and not exists (select 1 from known_ids where known_ids.message_id = texts.message_id)"
    )
    ((count,),) = session.fetch("select count(*) from unscored_texts")
    return int(count)


def _scores(session: Session, scorer: Scorer) -> Iterator[Score]:
    """The scores of the texts, a part of the texts in memory at a time."""
    first = 1
    while part := session.fetch(
        "select message_id, body from unscored_texts where number >= ? and number < ? order by number",
        [first, first + TEXTS_AT_ONCE],
    ):
        for message_id, body in part:
            yield str(message_id), scorer.model, scorer.score(str(body))
        first += TEXTS_AT_ONCE


def _said(context: Context, status: str, words: str, **facts: object) -> int:
    if context.json:
        terminal.put(json.dumps({"status": status, "exit_code": EXIT_OK, "message": words, **facts}))
    else:
        terminal.say(words)
    return EXIT_OK
