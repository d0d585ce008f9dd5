"""Rates of one metric as a question: which version, which cohorts, the rows that answer it, and the conversations behind one of them."""
