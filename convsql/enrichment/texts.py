"""Which texts are to be scored: what contacts wrote and nobody has scored yet under this version of the model."""

from __future__ import annotations

from collections.abc import Iterator

from convsql.engines.session import Session
from convsql.enrichment.scoring import Scorer
from convsql.enrichment.store import Place, Score, keep, known_scores

MESSAGES = "stg_messages"
TEXTS_AT_ONCE = 10_000
_IS_TEXT = "direction = 'inbound' and body is not null and is_attempt and non_reply_kind is null"


def score_texts(session: Session, messages: str, place: Place, scorer: Scorer) -> tuple[int, int]:
    """Score what is unscored among the texts of the relation `messages`, and keep the scores at `place`.

    Returns how many texts were scored now, and how many there are. Raises EngineError.
    """
    total = _prepare(session, messages, place, scorer.model)
    count = keep(session, place, _scores(session, scorer)) if total else 0
    ((texts,),) = session.fetch(f"select count(*) from {messages} where {_IS_TEXT}")
    return count, int(texts)


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
