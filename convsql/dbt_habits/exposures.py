"""What the exposures of a project read."""

from __future__ import annotations

import re
from typing import Any

from convsql.base.errors import ConvsqlError, Problems, Where
from convsql.rendering.render import Renderer

_CALL = re.compile(r"\s*(ref|source)\s*\((.*)\)\s*", re.DOTALL)
_WORD = re.compile(r"""['"]([^'"]+)['"]""")


def read_by_exposures(renderer: Renderer, problems: Problems) -> dict[str, dict[str, Any]]:
    """Name → what the file says of each exposure, with the unique ids that it reads as `parents`; what is not there is a warning."""
    found = {}
    for name, exposure in renderer.declared.exposures.items():
        parents = []
        for text in exposure["entry"].get("depends_on") or []:
            call = _CALL.fullmatch(str(text))
            words = tuple(_WORD.findall(call[2])) if call else ()
            try:
                if call and call[1] == "ref" and len(words) in (1, 2):
                    parents.append(renderer.referables.ref(words, exposure["package"]).unique_id)
                elif call and call[1] == "source" and len(words) == 2:
                    parents.append(renderer.referables.source(*words).unique_id)
            except ConvsqlError as error:
                problems.warn(f"exposure '{name}' reads what is not there: {error.reason}", Where(exposure["path"]))
        found[name] = {**exposure, "parents": parents}
    return found
