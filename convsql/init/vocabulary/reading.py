"""How a value is read by its words: a whole phrase that is known says what it means, a known word among others is a guess that waits.

A wrong reading turns a rate round and is seen by nobody, and a missing one is a warning of the build: so a value is read only where
*all* its words are accounted for. `Closed - Not Won` holds the word of a win, and is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# meaning → patterns, each of a whole value in `words` form.
Phrases = tuple[tuple[str, str], ...]
# meaning → a pattern of a word that is usually said of it, wherever it stands.
Hints = tuple[tuple[str, str], ...]

_NEGATION = re.compile(
    r"\b(not|no|non|never|none|without|cannot|neither|nor|un|dis|de|in|anti|ex|former|previous|formerly"
    r"|nicht|kein|keine|ohne|pas|sans|sin|geen|niet)\b"
)
_OPEN = re.compile(
    r"\b(pending|awaiting|await|waiting|expected|expecting|forecast(ed)?|potential|possible|possibly|likely|unlikely|evaluating"
    r"|evaluation|considering|almost|nearly|maybe|perhaps|to|ready|requested|request|needs?|draft(ing)?|preparing|trial|free|pre|out"
    r"|if|before|soon|unclear|failed|cancel(l?ed|lation)?|expired|declined|rejected|refused|lost|back|recover(ed|y)|re|reopened|reset)\b"
)
_SIGNS = (("?", " unclear "), *((sign, " not ") for sign in ("≠", "!=", "<>", "¬", "✗", "✘", "❌", "🚫", "⛔")))
_CONTRACTED = ((r"\bwon['’]?t\b", "will not"), (r"\bcan['’]?t\b", "can not"), (r"n['’]t\b", " not"))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a value means; with a `reason` it is no more than a guess, which is shown and not used."""

    meaning: str
    reason: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether the value is mapped by it."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`phrases` are sure, the first that fits decides; `hints` make a guess of what no phrase fits."""

    phrases: Phrases
    hints: Hints = ()


def words(value: str) -> str:
    """A value as its words in lower case: `Closed-Won (100%)` → `closed won`; what only numbers it is left out, `isn't` is `is not`."""
    text = re.sub(r"\([^()]*\bpipeline\)", " ", value.lower())  # HubSpot: Closed Won (Sales Pipeline)
    for sign, plain in _SIGNS:
        text = text.replace(sign, plain)
    for pattern, plain in _CONTRACTED:
        text = re.sub(pattern, plain, text)
    text = re.sub(r"\d+([.,]\d+)?\s*%|\b\d+\b|^\d+[a-z]?[.)]", " ", re.sub(r"[_]+", " ", text))
    return re.sub(r"[\W_]+", " ", text).strip()


def read(value: str, vocabulary: Vocabulary) -> Reading | None:
    """What a value means, for sure or as a guess with its reason; None where no word says anything."""
    text = words(value)
    for meaning, pattern in vocabulary.phrases:
        if re.fullmatch(pattern, text):
            return Reading(meaning)
    found = {meaning: match[0] for meaning, pattern in vocabulary.hints if (match := re.search(pattern, text))}
    if not found:
        return None
    turned = turning_word(text)
    if turned:
        return Reading("", f"'{turned}' beside '{next(iter(found.values()))}' may turn it round")
    if len(found) > 1:
        return Reading("", "it says " + " and ".join(f"'{word}' ({meaning})" for meaning, word in found.items()))
    ((meaning, word),) = found.items()
    return Reading(meaning, f"'{word}' stands among other words")


def turning_word(text: str) -> str:
    """A word of `words` form that negates or leaves open what stands beside it; empty where there is none."""
    found = _NEGATION.search(text) or _OPEN.search(text)
    return found[0] if found else ""


def any_of(*phrases: str) -> str:
    """One pattern of several."""
    return "|".join(f"(?:{phrase})" for phrase in phrases)


def first_of(rows: Iterable[dict[str, str]], column: str, value: str) -> dict[str, str] | None:
    """The first row with this value in this column, trimmed and in lower case."""
    return next((row for row in rows if row[column].strip().lower() == value), None)
