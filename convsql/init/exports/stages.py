"""Stages out of a list of deals: the stage each is in, when it got there, and its creation."""

from __future__ import annotations

from convsql.base.printable import first_of
from convsql.base.quoting import literal
from convsql.init.exports.columns import Column
from convsql.init.exports.formats import Formats
from convsql.init.exports.names import CLOSED_AT, STAGE, STAGE_CHANGED_AT, rank, spoken_of
from convsql.init.exports.plan import Part, Picked, Plan, Question
from convsql.init.exports.sheets import Sheet
from convsql.init.exports.stage_dates import parts_of, without_pipeline
from convsql.init.exports.unread import unread_times
from convsql.init.vocabulary.reading import read
from convsql.init.vocabulary.stages import DEAL_STAGES

CREATED = "deal created"
_OPPORTUNITY = r"opportunit|oportunidad"
_CLOSED = ("closed_won", "closed_lost")
_MOST = 12  # stages in a note


def best(sheet: Sheet, names: str, kind: str = "") -> Column | None:
    """The column that is called so; `kind` time: of those that hold times."""
    found = [c for c in sheet.columns if rank(c.words, names) and c.filled and (kind != "time" or c.time is not None)]
    return max(found, key=lambda c: rank(c.words, names), default=None)


def stages_of(deals: Part, plan: Plan, formats: Formats, listed: dict[str, str]) -> list[Part]:
    """The stages of the deals of a table without a history. `listed`: stage → outcome, as the package's seed has it."""
    sheet = deals.sheet
    if "deal_id" not in deals.columns:
        return []  # a file that is said to be one of deals; a note says what it lacks
    stage = _said(sheet, "stage", formats) or best(sheet, STAGE)
    closed_at, changed_at = best(sheet, CLOSED_AT, "time"), best(sheet, STAGE_CHANGED_AT, "time")
    told = _said(sheet, "entered_at", formats)
    if told is not None and told.time is not None:
        changed_at, closed_at = told, None if closed_at is told else closed_at
    dated = parts_of(deals, formats)
    parts = list(dated.values())
    is_told = stage is not None and all(_plain(v) in dated for v in stage.values)
    if stage is not None and (closed_at or changed_at) and not is_told:
        closed = [v for v in stage.values if _outcome(v, listed) in _CLOSED]
        part = Part(sheet)
        part.columns["deal_id"] = deals.columns["deal_id"]
        part.columns["stage"] = Picked(stage.sql, stage.sql, stage.name, "the stage each deal is in")
        part.columns["entered_at"] = _entered(closed_at, changed_at, stage, closed, sheet, formats)
        part.used = [c for c in (stage, closed_at, changed_at) if c is not None]
        if changed_at is None:
            part.where = _is_closed(stage, [v for v in closed if _plain(v) not in dated])
            open_ones = [v for v in stage.values if v not in closed and _plain(v) not in dated]
            if open_ones:
                plan.notes.append(_left_out(sheet, open_ones))
        elif dated:
            part.where = f"not {_is_closed(stage, [v for v in stage.values if _plain(v) in dated])}"
        parts.append(part)
    elif stage is not None and not is_told:
        plan.notes.append(
            f"deal_stages: {sheet.opened.file.name} says in {stage.name} which stage each deal is in, and nothing known says since when, so that no deal is won or lost: "
            + (
                unread_times(sheet, (CLOSED_AT, STAGE_CHANGED_AT))
                or "name the column with --set 'deal_stages.entered_at=…'"
            )
        )
    created = deals.columns.get("created_at")
    if created is not None and created.sql:
        said = Picked(literal(CREATED), literal(CREATED), "", "each deal is created")
        parts.append(Part(sheet, {"deal_id": deals.columns["deal_id"], "stage": said, "entered_at": created}))
        _decide(deals, plan, formats)
    return parts


def _left_out(sheet: Sheet, stages: list[str]) -> str:
    """The note on stages of which nothing says when deals got there; one in which deals end may be among them."""
    shown = first_of(sorted(stages), _MOST)
    return (
        f"deal_stages: {sheet.opened.file.name} says when deals are closed, and not when open ones got to their stage: "
        f"stages of open deals are left out: {shown}. If one of these is won or lost, add it to the condition in "
        "models/inputs/deal_stages.sql, and to seeds/outcome_stages.csv"
    )


def _said(sheet: Sheet, target: str, formats: Formats) -> Column | None:
    name = formats.answers.given.get(f"deal_stages.{target}")
    return sheet.column(name) if name else None


def _outcome(stage: str, listed: dict[str, str]) -> str:
    reading = read(stage, DEAL_STAGES)
    return listed.get(stage.strip().lower()) or (reading.meaning if reading is not None and reading.is_sure else "")


def _plain(stage: str) -> str:
    """A stage as `parts_of` knows it."""
    return without_pipeline(stage).lower()


def _is_closed(stage: Column, closed: list[str]) -> str:
    values = ", ".join(literal(v.lower()) for v in sorted(closed)) or "''"
    return f"lower(trim({stage.sql})) in ({values})"


def _entered(
    closed_at: Column | None,
    changed_at: Column | None,
    stage: Column,
    closed: list[str],
    sheet: Sheet,
    formats: Formats,
) -> Picked:
    if closed_at is None:
        assert changed_at is not None
        return formats.time("deals", sheet, changed_at)
    at_close = formats.time("deals", sheet, closed_at)
    if changed_at is None:
        return Picked(
            at_close.sql, at_close.plain, at_close.shown, f"of closed deals, when they were; {at_close.evidence}"
        )
    change = formats.time("deals", sheet, changed_at)
    sql = f"case when {_is_closed(stage, closed)} then {at_close.sql} else {change.sql} end"
    return Picked(
        sql, "", f"{at_close.shown}, {change.shown}", f"when closed, else when it changed; {at_close.evidence}"
    )


def _decide(deals: Part, plan: Plan, formats: Formats) -> None:
    """Whether a deal is an opportunity once it is created."""
    is_opportunity = any(
        spoken_of(words, _OPPORTUNITY) for words in (deals.sheet.words, *(c.words for c in deals.sheet.columns))
    )
    answer = formats.answers.of("deals", "opportunity")
    if not answer and not is_opportunity:
        question = Question(
            "deals.opportunity", "Is a deal an opportunity once it is created (created, no)", "created", ""
        )
        answer = formats.answers.put(question)
    if answer == "created" or (not answer and is_opportunity):
        plan.decided[CREATED] = "opportunity_created"
    elif answer == "no":
        plan.decided[CREATED] = "none"
    else:
        reason = "whether a deal is an opportunity once it is created is yours to say: --set deals.opportunity=created, or no"
        plan.undecided.append((CREATED, "opportunity_created", reason))
