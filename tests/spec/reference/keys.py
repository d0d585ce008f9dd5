"""Which keys of one input find their row in another, and how the others would have to be written to do so.

Readings chosen: keys are what staging keeps; a rewriting gives a key a partner only where exactly one key of the other side
has the same form, since two of them say of neither that it is meant. All rewritings leave out blanks at the ends. Where fewer
than one key in a hundred is without a partner none is sought.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable
from unicodedata import category

from tests.spec.reference.columns import INPUTS, Rows
from tests.spec.reference.losses import samples
from tests.spec.reference.world import World

MUST, MAY = True, False
MOST, SOME = True, False

# input.column -> the other input.column, whether the build fails where none meets, whether most keys have a partner
REFERENCES: tuple[tuple[str, str, bool, bool], ...] = (
    ("messages.contact_id", "contacts.contact_id", MUST, MOST),
    ("deals.contact_id", "contacts.contact_id", MUST, MOST),
    ("deal_stages.deal_id", "deals.deal_id", MUST, MOST),
    ("lifecycle_stages.contact_id", "contacts.contact_id", MUST, MOST),
    ("meetings.contact_id", "contacts.contact_id", MUST, MOST),
    ("dispositions.contact_id", "contacts.contact_id", MUST, MOST),
    ("opt_outs.contact_id", "contacts.contact_id", MUST, SOME),
    ("experiment_assignments.contact_id", "contacts.contact_id", MUST, SOME),
    ("link_clicks.message_id", "messages.message_id", MUST, SOME),
    ("contacts.merged_into", "contacts.contact_id", MAY, MOST),
    ("meetings.deal_id", "deals.deal_id", MAY, MOST),
    ("dispositions.thread_id", "messages.thread_id", MAY, MOST),
    ("dispositions.message_id", "messages.message_id", MAY, MOST),
    ("messages.campaign_id", "campaigns.campaign_id", MAY, MOST),
    ("messages.rep_id", "reps.rep_id", MAY, MOST),
    ("deals.owner_id", "reps.rep_id", MAY, MOST),
    ("dispositions.rep_id", "reps.rep_id", MAY, MOST),
    ("rep_states.rep_id", "reps.rep_id", MAY, MOST),
    ("deals.account_id", "contacts.account_id", MAY, SOME),
)
LETTERS_AND_DIGITS = set(string.ascii_letters + string.digits)


def key_matches(world: World, tables: dict[str, Rows]) -> Rows:
    """One row per reference between two inputs that are read."""
    found = []
    for here, there, must_meet, is_met_by_most in REFERENCES:
        (name, column), (other, other_column) = here.split("."), there.split(".")
        if any(INPUTS[each].optional and not world.has(each) for each in (name, other)):
            continue
        keys = {row[column] for row in tables[name]} - {None}
        others = {row[other_column] for row in tables[other]} - {None}
        unmet = sorted(keys - others)
        sought = unmet if len(unmet) * 100 >= len(keys) else []
        partners = {
            rewriting: _with_one_partner(form, sought, others) if sought else set[str]()
            for rewriting, form in REWRITINGS.items()
        }
        best = max(partners, key=lambda each: len(partners[each]))  # of equals, the first
        matched = len(keys & others)
        rewritten = matched + len(partners[best])
        found.append(
            {
                "input": name,
                "column_name": column,
                "referred_input": other,
                "referred_column": other_column,
                "must_meet": must_meet,
                "is_met_by_most": is_met_by_most,
                "samples": samples(unmet),
                "referred_samples": samples(list(others)) if sought else None,
                "rewriting": best if partners[best] else None,
                "key_count": len(keys),
                "matched_count": matched,
                "rewritten_count": rewritten,
                "match_share": matched / len(keys) if keys else None,
                "rewritten_share": rewritten / len(keys) if keys else None,
            }
        )
    return found


def _with_one_partner(form: Callable[[str], str | None], keys: list[str], others: set[str]) -> set[str]:
    known = Counter(form(other.strip()) for other in others)
    return {key for key in keys if (wanted := form(key.strip())) is not None and known[wanted] == 1}


def _without_decimal(key: str) -> str:
    whole, point, rest = key.rpartition(".")
    return whole if point and rest and not rest.strip("0") else key


def _is_salesforce(key: str, *lengths: int) -> bool:
    return len(key) in lengths and set(key) <= LETTERS_AND_DIGITS


def _without_signs(key: str) -> str | None:
    """Without ASCII's punctuation, white space and dashes; letters of all scripts stay."""
    return "".join(each for each in key if each not in string.punctuation and not _is_blank(each)) or None


def _is_blank(each: str) -> bool:
    return each.isspace() or category(each) == "Pd" or each in "\u200b\ufeff"


def _without_prefix(key: str) -> str | None:
    last = max((key.rfind(each) for each in ":/#|_ -"), default=-1)
    rest = key[last + 1 :]
    number = rest.lstrip(string.ascii_letters)
    return (number if number and set(number) <= set(string.digits) else rest) or None


def _several(key: str) -> str:
    plain = (_without_signs(_without_decimal(key)) or "").lower()
    return (plain[:15] if _is_salesforce(key, 18) else plain).lstrip("0")


REWRITINGS: dict[str, Callable[[str], str | None]] = {
    "blanks": lambda key: key,
    "case": str.lower,
    ".0": _without_decimal,
    "leading zeros": lambda key: key.lstrip("0"),
    "15 or 18 characters": lambda key: key[:15] if _is_salesforce(key, 15, 18) else None,
    "signs": _without_signs,
    "prefix": _without_prefix,
    "several": _several,
}
