"""How old data are by the clock on the wall: sources, and what is published. No result of a model rests on any of it."""
