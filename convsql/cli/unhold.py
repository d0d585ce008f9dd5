"""`convsql unhold`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from convsql.base.errors import EXIT_OK
from convsql.cli.project_command import PROJECT, project_command

if TYPE_CHECKING:
    from convsql.context import Context


@project_command(*PROJECT, "json")
def unhold(context: Context) -> int:
    """Let builds be published again after `rollback --hold`; the next build publishes the current state."""
    from convsql.building.rollback import release_hold
    from convsql.cli import terminal
    from convsql.cli.recorded import Patience, recorded
    from convsql.engines.access import access_to

    _, target = context.load()

    def body(_: object) -> int:
        hold = release_hold(access_to(target), target.schema)
        if context.json:
            terminal.put(json.dumps({"status": "released" if hold else "nothing_to_do", "exit_code": EXIT_OK}))
        elif hold:
            terminal.say(f"'{target.schema}' is no longer held (it was {hold.in_words}); `convsql build` publishes")
        else:
            terminal.say(f"'{target.schema}' is not held")
        return EXIT_OK

    return recorded(context, "unhold", {}, Patience(), body)
