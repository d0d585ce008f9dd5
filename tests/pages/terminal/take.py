"""Writes the golden screens: `python -m tests.pages.terminal.take`."""

from __future__ import annotations

from tests.pages.terminal.test_terminals import GOLDEN
from tests.pages.terminal.tmux import WIDTHS, document, screens, shop


def main() -> None:
    """Take all screens, and say where they are."""
    for width in WIDTHS:
        with shop() as root:
            (GOLDEN / f"{width}.txt").write_text(document(screens(root, width)), encoding="utf-8")
        print(GOLDEN / f"{width}.txt")


if __name__ == "__main__":
    main()
