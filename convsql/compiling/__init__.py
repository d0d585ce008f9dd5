"""A project compiled: rendered, ordered, bound and cached, or all its errors at once."""
