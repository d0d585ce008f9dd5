"""Runs docs/examples/rates.ipynb where it lies, and writes what its cells give into it: `make demo`, then `python scripts/run_notebook.py`.

Needs the extra `tables`, and no Jupyter: the cells are plain Python. A test runs them the same way and compares.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).resolve().parents[1] / "docs" / "examples" / "rates.ipynb"
Output = dict[str, Any]


def outputs(cells: list[str], folder: Path) -> list[list[Output]]:
    """What each of some cells prints and gives, run one after the other in a folder. Raises whatever a cell raises."""
    names: dict[str, Any] = {}
    before = Path.cwd()
    os.chdir(folder)
    try:
        return [_outputs(cell, number, names) for number, cell in enumerate(cells, 1)]
    finally:
        os.chdir(before)


def _outputs(cell: str, number: int, names: dict[str, Any]) -> list[Output]:
    tree = ast.parse(cell)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    said, value = io.StringIO(), None
    with contextlib.redirect_stdout(said):
        exec(compile(tree, NOTEBOOK.name, "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), NOTEBOOK.name, "eval"), names)
    found: list[Output] = []
    if said.getvalue():
        found.append({"name": "stdout", "output_type": "stream", "text": said.getvalue().splitlines(keepends=True)})
    if value is not None:
        data = {"text/plain": repr(value).splitlines(keepends=True)}
        if hasattr(value, "_repr_html_"):
            data = {"text/html": value._repr_html_().splitlines(keepends=True), **data}
        found.append({"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"})
    return found


def code(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells of a notebook that are run."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def main() -> None:
    """Writes the outputs into the notebook."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    cells = code(notebook)
    made = outputs(["".join(cell["source"]) for cell in cells], NOTEBOOK.parent)
    for number, (cell, found) in enumerate(zip(cells, made, strict=True), 1):
        cell["execution_count"], cell["outputs"] = number, found
    NOTEBOOK.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
