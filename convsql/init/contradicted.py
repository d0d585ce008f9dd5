"""Stages whose words say that a deal is lost, and whose deals say otherwise: an offer is cancelled, and the deal is won with the next one."""

from __future__ import annotations

from convsql.base.quoting import literal
from convsql.engines.session import Session
from convsql.init.found import Found, text_of
from convsql.init.vocabulary.reading import read
from convsql.init.vocabulary.stages import DEAL_STAGES

# Fewer are deals that were lost, and came back.
_MANY = 0.05


def note_contradicted(relation: str, columns: list[str], session: Session, found: Found) -> None:
    """Note in `found.doubtful` the stages of deals that read as lost, and that many won deals pass."""
    if not {"deal_id", "stage"} <= set(columns):
        return
    meanings = {stage: reading.meaning for stage in found.values.get("deal_stages", {}) if (reading := read(stage, DEAL_STAGES)) and reading.is_sure}  # fmt: skip
    lost, won = (
        ", ".join(literal(stage) for stage, meaning in meanings.items() if meaning == wanted)
        for wanted in ("closed_lost", "closed_won")
    )
    if not lost or not won:
        return
    rows = session.fetch(
        f"with entered as (select distinct {text_of('deal_id')} as deal_id, {text_of('stage')} as stage from {relation}),"
        f" won as (select distinct deal_id from entered where stage in ({won}))"
        " select entered.stage, count(*), count(won.deal_id), (select count(*) from won)"
        f" from entered left join won on entered.deal_id = won.deal_id where entered.stage in ({lost})"
        " group by entered.stage order by entered.stage"
    )
    for stage, passed, also_won, all_won in rows:
        if also_won > _MANY * min(passed, all_won):
            found.doubtful[str(stage)] = f"{also_won} of the {passed} deals that pass it are won"
