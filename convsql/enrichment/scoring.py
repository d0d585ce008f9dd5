"""Scores of texts. The library is optional: without it there is no scorer, and nothing fails."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

LIBRARY = "vaderSentiment"


@dataclass(frozen=True, slots=True)
class Scorer:
    """What scores a text, from -1 (unfriendly) to 1 (friendly), and the name and version under which its scores are kept."""

    model: str
    score: Callable[[str], float]


def load_scorer() -> Scorer | None:
    """VADER's compound score (Hutto and Gilbert, ICWSM 2014), for English; None where the library is not installed."""
    try:
        analyser = importlib.import_module(f"{LIBRARY}.vaderSentiment").SentimentIntensityAnalyzer()
        name = f"vader {version(LIBRARY)}"
    except (ModuleNotFoundError, PackageNotFoundError):
        return None

    def score(text: str) -> float:
        return float(analyser.polarity_scores(text)["compound"])

    return Scorer(name, score)
