"""Models made of their last version and what changed, held against the whole."""
