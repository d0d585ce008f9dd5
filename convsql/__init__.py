"""convsql: measure how conversations become meetings, opportunities and deals."""

__version__ = "0.1.0"
