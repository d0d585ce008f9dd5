"""SQL as text and syntax tree: placeholders, references, what is sent to an engine."""
