"""One self-contained report, made from the tables that readers see."""
