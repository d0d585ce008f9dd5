"""A metric's definition in plain language, made from the definition alone."""

from __future__ import annotations

from collections.abc import Sequence

from convsql.definitions.metric_schema import MetricDefinition

_KINDS = {
    "attempt": ("", "conversations, answered or not"),
    "reached": ("", "conversations in which the contact was reached"),
    "two_way": ("two-way ", "conversations"),
    "sales_handled": ("two-way ", "conversations that a sales rep took up"),
    "intent_qualified": ("", "conversations that were noted as qualified"),
}
_BECAME = {
    "attempt": "their first message",
    "reached": "the moment the contact was reached",
    "two_way": "the moment they became two-way",
    "sales_handled": "the moment the sales rep took them up",
    "intent_qualified": "the moment they were noted as qualified",
}
_CHANNELS = {"sms": "SMS", "voice": "voice", "whatsapp": "WhatsApp", "web_form": "web form", "email": "e-mail"}
_HANDLED = {
    "human": "only people of ours",
    "bot": "only a bot",
    "mixed": "both people of ours and a bot",
    "none": "nobody of ours",
}
_OUTCOMES = {
    "mql": "become a marketing-qualified lead",
    "sql_accepted": "are accepted by sales",
    "meeting_booked": "book a meeting",
    "demo_scheduled": "schedule a demo",
    "demo_attended": "attend a demo",
    "opportunity_created": "open an opportunity",
    "proposal_sent": "get a proposal",
    "proposal_signed": "sign a proposal",
    "closed_won": "buy",
    "closed_lost": "are lost",
}
_CREDIT = {
    "first_touch": "the first such conversation before it has all of its credit",
    "last_touch": "the last such conversation before it has all of its credit",
    "linear": "all such conversations before it share its credit evenly",
    "position_based": "the first and the last such conversation before it have 40% of its credit each, those between them share the rest",
    "time_decay": "all such conversations before it share its credit, a conversation {days} earlier half as much",
}


def reading(definition: MetricDefinition) -> str:
    """One paragraph that says who is counted, when, and who has the credit."""
    return " ".join([_share(definition), *_notes(definition)])


def _share(definition: MetricDefinition) -> str:
    before, what = _KINDS[definition.kind]
    eligible = definition.eligible
    channels = "" if eligible.channels is None else _channels(eligible.channels)
    parts = [f"Of the {before}{channels}{what}"]
    if eligible.handled_by is not None:
        handled = [_HANDLED[h] for h in _HANDLED if h in eligible.handled_by]
        until = "up to their first message" if definition.anchor == "start" else "up to then"
        parts.append(f"in which, {until}, {', or '.join(handled) or 'nobody at all'} had written")
    if eligible.where:
        parts.append(f"for which {' '.join(eligible.where.split())} holds")
    if eligible.exclude_dispositions:
        parts.append(
            f"without those noted as {_either([d.replace('_', ' ') for d in sorted(set(eligible.exclude_dispositions))])}"
        )
    if not definition.repeat_outcomes:
        parts.append(f"without those whose {definition.unit} had done so before")
    anchor = "their first message" if definition.anchor == "start" else _BECAME[definition.kind]
    whose = "contacts" if definition.unit == "contact" else "accounts"
    share = (
        f"the share whose {whose} {_outcome(definition.outcome)} within {_days(definition.window_days)} of {anchor}."
    )
    return ", ".join([*parts, share])


def _channels(channels: Sequence[str]) -> str:
    names = sorted({c.strip().lower() for c in channels})
    if not names:
        return "(no channel, so none of the) "
    words = [_CHANNELS.get(name, name.replace("_", " ")) for name in names]
    return f"{', '.join(words[:-1])} and {words[-1]} " if len(words) > 1 else f"{words[0]} "


def _outcome(outcome: str) -> str:
    return _OUTCOMES.get(outcome.lower(), f"reach the outcome {outcome.lower().replace('_', ' ')}")


def _days(days: float) -> str:
    return "1 day" if days == 1 else f"{days:g} days"


def _either(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)


def _notes(definition: MetricDefinition) -> list[str]:
    if definition.attribution == "time_decay":
        credit = _CREDIT["time_decay"].format(days=_days(definition.half_life_days))
    else:
        credit = _CREDIT[definition.attribution]
    notes = [f"Of each outcome, {credit}; that changes nothing of who converted."]
    if definition.anchor == "start" and definition.kind != "attempt":
        notes.append("Counted from the start, a conversation has had time in which it could not fail.")
    if definition.eligible.exclude_dispositions:
        notes.append("How a conversation is noted may be known only later.")
    return notes
