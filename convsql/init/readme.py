"""The README of a new project: how to build it, what it measures, and what its owner has still to decide."""

from __future__ import annotations

import csv
import io
import re

from convsql.base.printable import markdown_text
from convsql.init.mappings import Mappings
from convsql.init.origin import VARIABLE, WHEEL, is_named
from convsql.init.settings import Settings

_INTRODUCTION = """\
# {name}

How conversations become commercial outcomes here, measured by convsql. This repository holds definitions and mappings; the
models come with convsql (`packages.yml`), and a newer version of them by one line in `requirements.txt`.

```sh
{wheel}pip install -r requirements.txt
convsql build
convsql show current_rates
```

| file | what it holds |
|---|---|
| `vars.yml` | inputs, time zone, metrics, funnel |
| `seeds/` | what the values of the data mean: channels, statuses, stages, dispositions, hours |
| `profiles.yml` | the database |
| `metrics.lock` | what each released definition counts and means (`convsql metrics lock`) |

## Metrics

{metrics}
They are proposals. Once they are agreed on, `convsql metrics lock` records them; from then on a change of what
they count needs a new version, and `convsql metrics check` holds that.
"""
_UNKNOWN = """\
## Values without a mapping

Nothing says for sure what these mean; `seeds/undecided_values.csv` has the guesses, which are used nowhere, and their reasons. Fill in the blanks and
move the lines to the seed (an outcome `none` says that a stage is no outcome); until then the build warns.
"""
_GUESSED = """\
## Values mapped by their words

Every word of these was understood; check them in the seeds all the same.
"""
_DBT = """\
## Under dbt

```sh
export CONVSQL_PACKAGE=$(convsql package)
dbt deps
dbt build --exclude-resource-type unit_test
```

The unit tests are the package's own, and dbt runs those of a package before what they read is there. dbt before 1.12 reads no `vars.yml`: give it the mapping below `vars:` with `--vars`.
"""
_NO_METRICS = "None yet: no outcome was found. Say in `seeds/outcome_stages.csv` which stage is which outcome, then add a metric to `conversion_metrics` in `vars.yml`.\n"


def readme(settings: Settings, mappings: Mappings, notes: list[str]) -> str:
    """The text of README.md."""
    metrics = "".join(f"- `{m['name']}`: {m['description']}\n" for m in settings.metrics)
    parts = [_INTRODUCTION.format(wheel=_wheel(), name=settings.name, metrics=metrics or _NO_METRICS)]
    if notes:
        parts.append("## What to know about the data\n\n" + "".join(f"- {markdown_text(note)}\n" for note in notes))
    for heading, chosen in ((_UNKNOWN, mappings.unknown), (_GUESSED, mappings.guessed)):
        if chosen:
            parts += [heading, *(_rows(mappings.columns[seed], seed, rows) for seed, rows in chosen.items())]
    return "\n".join([*parts, _DBT])


def _rows(columns: list[str], seed: str, rows: list[tuple[dict[str, str], int]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row, _ in rows)
    counts = ", ".join(str(count) for _, count in rows)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", out.getvalue())), default=0))
    return f"`seeds/{seed}.csv` (rows of data: {counts})\n\n{fence}csv\n{out.getvalue()}{fence}\n"


def _wheel() -> str:
    return "" if is_named() else f"export {VARIABLE}=path/to/{WHEEL}\n"
