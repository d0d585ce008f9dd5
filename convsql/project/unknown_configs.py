"""Keys of `config` that mean nothing here: other adapters' own, which change nothing, and misspelt ones, which are errors."""

from __future__ import annotations

import re

from convsql.base.errors import Problems, Where, did_you_mean

# What dbt's other adapters know, though it may look like a key of ours that is misspelt.
_OF_OTHER_ADAPTERS = frozenset(
    """
    sort sort_type dist bind backup transient secure copy_grants query_tag cluster_by clustered_by partition_by
    partitions labels indexes unlogged buckets options table_properties table_type format file_format
    location_root tblproperties column_tags row_access_policy table_tag snowflake_warehouse target_database
    target_schema database_tags databricks_tags catalog catalog_name base_location engine refresh_mode schedule
    query_group as_columnstore order_by as_of_default_schema model_tags include_full_name
    """.split()
)


def is_left_in(key: str, known: set[str], where: Where, problems: Problems, of: str = "") -> bool:
    """Whether an unknown key stays, for macros to read it, with a warning; one that is misspelt is an error."""
    hint = "" if key in _OF_OTHER_ADAPTERS else did_you_mean(str(key), known)
    if hint or not re.fullmatch(r"[A-Za-z_][\w-]*", str(key)):
        problems.add(f"unknown config '{key}'{of}", where, hint or "put values of your own below 'meta'")
        return False
    problems.warn(f"config '{key}'{of} changes nothing here; macros can read it", where)
    return True
