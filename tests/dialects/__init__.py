"""Translations of the package's SQL: what they say, and that another engine gives the same rows for them."""
