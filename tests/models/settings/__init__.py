"""The package under every setting that a user may choose."""
