"""Words that people look for, and what the project calls it: a search for "win rate" finds close rates."""

from __future__ import annotations

_ALIKE = (
    ("win rate", "close rate", "closing rate", "won", "closed won", "sales conversion"),
    ("conversion rate", "cohort rates", "current rates"),
    ("speed to lead", "lead response", "first response", "response time", "response kpi", "reply time"),
    ("sla", "service level", "answered in time", "compliance"),
    ("unsubscribe", "opt out", "stop"),
    ("a/b test", "experiment", "split test", "variant", "uplift"),
    ("rep", "agent", "owner", "salesperson", "sdr", "account executive"),
    ("call", "dial", "voice", "phone"),
    ("show rate", "attendance", "demo attended", "no show"),
    ("ltv", "lifetime value", "customer value", "revenue"),
    ("pipeline", "opportunity", "deal"),
    ("forecast", "capacity plan", "projected"),
    ("anomaly", "alert", "control chart", "signal"),
    ("seasonality", "send windows", "best time to call", "hour"),
    ("loss reason", "drop off", "lost", "churn reason"),
    ("root cause", "rate changes", "mix effect", "decomposition"),
    ("cac", "campaign costs", "cost per conversion", "roi", "spend"),
    ("data quality", "set aside", "unreadable", "coverage", "key matches"),
    ("lead", "contact", "prospect"),
    ("touchpoint", "attribution", "credit", "attributed outcomes"),
    ("retention", "survival", "cohort curves", "kaplan meier"),
    ("restated", "restatements", "corrected figures"),
)


def synonyms_of(text: str) -> str:
    """What else something may be called, by the words of its name and description."""
    words = f" {' '.join(text.replace('_', ' ').lower().split())} "
    found = [other for group in _ALIKE if any(_holds(words, term) for term in group) for other in group]
    return " ".join(dict.fromkeys(found))


def _holds(words: str, term: str) -> bool:
    return f" {term} " in words or f" {term}s " in words
