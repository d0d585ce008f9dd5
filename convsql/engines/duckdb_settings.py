"""The settings of a DuckDB session: those that a target may override, and those that close it to SQL."""

from __future__ import annotations

from typing import Any

from convsql.base.errors import ConvsqlError, Where
from convsql.engines.session import EngineError

# What a target's `settings` may override. Trying the three slow string compressions costs more than all other
# work of writing a table (40 % of a wide one's time) and halves a file: builds are kept short, files are not.
DEFAULT_SETTINGS = {
    "TimeZone": "UTC",
    "preserve_insertion_order": False,
    "disabled_compression_methods": "fsst,dict_fsst,zstd",
}

# A copy that nobody reads until it is closed needs no checkpoint on the way: each costs half a second in a file of some GB,
# and DuckDB makes one after every 16 MB. More than this, and what is not in the file yet takes memory from the queries.
ASIDE_SETTINGS = {"checkpoint_threshold": "256MB"}


# What closes a session to SQL: nothing is loaded or fetched, Python's variables are no tables, and no statement
# changes that. The order counts: with external access off, what it may read can't be changed any more.
CLOSING = (
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "python_enable_replacements = false",
    "enable_external_access = false",
    "lock_configuration = true",
)


def setting_value(value: Any) -> str:
    """A value of profiles.yml as DuckDB's `set` takes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def refused(error: EngineError) -> ConvsqlError:
    """The error of a setting of profiles.yml that DuckDB would not take."""
    return ConvsqlError(f"a setting of the target was refused: {error.message}", Where("profiles.yml"))
