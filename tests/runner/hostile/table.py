"""All hostile inputs, by family."""

from __future__ import annotations

from tests.runner.hostile import files, raw, templates, yaml_values
from tests.runner.hostile.case import Case

FAMILIES: dict[str, list[Case]] = {
    "templates": templates.CASES,
    "files": files.CASES,
    "raw": raw.CASES,
    "yaml": yaml_values.CASES,
}
