"""Merged contacts (section 1).

> move contact ids to their survivor through chains of `merged_into` (a cycle: its least id survives; a
> missing survivor: its id is used, attributes null). (`merged_into` is read from the contact's kept row.)
"""

from __future__ import annotations

from tests.spec.reference.columns import Rows


def survivors(contacts: Rows) -> dict[str, str]:
    """Contact id → survivor, for the ids that move."""
    into = {row["contact_id"]: row["merged_into"] for row in contacts if row["merged_into"] is not None}
    found = {each: _survivor(each, into) for each in into}
    return {each: survivor for each, survivor in found.items() if survivor != each}


def _survivor(contact_id: str, into: dict[str, str]) -> str:
    path = [contact_id]
    while path[-1] in into:
        following = into[path[-1]]
        if following in path:
            return min(path[path.index(following) :])
        path.append(following)
    return path[-1]
