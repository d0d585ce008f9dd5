"""Rates of one metric as a question: which version, which cohorts, and the rows that answer it."""
