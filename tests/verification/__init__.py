"""The same project on two targets, compared."""
