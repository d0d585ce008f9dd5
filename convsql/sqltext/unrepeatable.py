"""What in SQL gives another answer at another time, in another session or by chance: results must come out the same again."""

from __future__ import annotations

from typing import Any

# As DuckDB has them: all that is not consistent (duckdb_functions()), and macros made of such. A test compares the list.
CALLS = frozenset(
    "ago current_catalog current_connection_id current_database current_date current_localtime current_localtimestamp current_query"
    " current_query_id current_role current_schema current_schemas current_setting current_time current_timestamp"
    " current_transaction_id current_user currval error gen_random_uuid get_block_size get_current_time get_current_timestamp getenv"
    " getvariable in_search_path localtime localtimestamp nextval now pg_conf_load_time pg_get_constraintdef"
    " pg_get_viewdef pg_postmaster_start_time pg_sleep rand random session_user setseed setval sleep_ms stats today"
    " transaction_timestamp txid_current user uuid uuidv4 uuidv7 vector_type write_log assert_true".split()
)
_BARE = frozenset(
    "current_date current_time current_timestamp current_localtime current_localtimestamp localtime localtimestamp".split()
)

_WATCHED = CALLS | _BARE | {"age", "tablesample", "sample"}


def unrepeatable(tokens: list[Any]) -> list[str]:
    """The functions and words among the tokens of a query whose value is not fixed by its data, each once, as `now()`."""
    found: dict[str, None] = {}
    for index, token in enumerate(tokens):
        word = token.text.lower()
        if word not in _WATCHED or (kind := token.token_type.name) == "STRING":
            continue
        before = tokens[index - 1].text.lower() if index else ""
        if _is(tokens, index + 1, "L_PAREN"):
            if word in CALLS:
                found[f"{word}()"] = None
            elif word == "age" and not _has_comma(tokens, index + 1):
                found["age() of one time"] = None
        elif kind != "IDENTIFIER" and word in _BARE and before not in (".", "as") and not _is(tokens, index + 1, "DOT"):
            found[word] = None
        if word == "tablesample" or (before == "using" and word == "sample"):
            found["a sample"] = None
    return list(found)


def _is(tokens: list[Any], index: int, kind: str) -> bool:
    return index < len(tokens) and tokens[index].token_type.name == kind


def _has_comma(tokens: list[Any], opening: int) -> bool:
    """Whether the parentheses that open there hold a comma of their own."""
    depth = 0
    for token in tokens[opening:]:
        kind = token.token_type.name
        depth += (kind == "L_PAREN") - (kind == "R_PAREN")
        if depth == 0:
            return False
        if depth == 1 and kind == "COMMA":
            return True
    return False
