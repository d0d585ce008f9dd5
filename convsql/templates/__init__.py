"""The sandbox that templates are rendered in, and how much one may do."""
