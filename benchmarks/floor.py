"""The floor: what a generated project costs when a script sends its statements and no more.

    python benchmarks/floor.py PROJECT DATABASE

Loads the seeds of PROJECT, then sends what its runner compiled (`target/compiled`) through one DuckDB
connection in the plan's order: each model, then its tests. No runner can take less without skipping
work; what a runner takes beyond it is its own cost. Tests that were not compiled would make the floor
too low: unless each model has two, that is an error.
"""

from __future__ import annotations

import sys
from pathlib import Path

TESTS_PER_MODEL = 2


def statements(project: Path) -> list[tuple[str, str]]:
    """What to send, as ("run", sql) or ("test", sql): seeds, then each model followed by its tests."""
    found: list[tuple[str, str]] = []
    for seed in sorted((project / "seeds").glob("*.csv")):
        found.append(("run", f"create table main.\"{seed.stem}\" as select * from read_csv('{seed}')"))
    models: dict[str, str] = {}
    tests: dict[str, list[str]] = {}
    for file in sorted((project / "target" / "compiled").rglob("*.sql")):
        sql = file.read_text(encoding="utf-8").strip().rstrip(";")
        if file.stem.startswith("m_"):
            models[file.stem] = sql
        else:
            model = file.stem[file.stem.index("m_") :][:7]
            tests.setdefault(model, []).append(sql)
    lacking = [model for model in models if len(tests.get(model, [])) != TESTS_PER_MODEL]
    if lacking or not models:
        raise SystemExit(f"{len(models)} models compiled, {len(lacking)} of them without {TESTS_PER_MODEL} tests")
    for model, sql in sorted(models.items()):
        kind = "view" if int(model[2:]) // 20 % 2 == 0 else "table"
        found.append(("run", f'create {kind} main."{model}" as {sql}'))
        found += [("test", f"select count(*) from ({test}) as failing") for test in tests.get(model, [])]
    return found


def main() -> None:
    """Send everything to a new database; exit with 1 when a test fails."""
    import duckdb

    project, database = Path(sys.argv[1]), Path(sys.argv[2])
    database.unlink(missing_ok=True)
    counts = {"run": 0, "test": 0}
    failed = 0
    with duckdb.connect(str(database), config={"threads": "2"}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for kind, sql in statements(project):
            row = connection.execute(sql).fetchone()
            counts[kind] += 1
            if kind == "test" and (row is None or row[0]):
                failed += 1
    print(f"{counts['run']} statements, {counts['test']} tests, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
