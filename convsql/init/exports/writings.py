"""One person, however an address or a number is written: what tells that two writings are of one, and what is left that nothing tells."""

from __future__ import annotations

import ast
import re
from functools import cache

from convsql.base.installed import shipped_file
from convsql.base.quoting import literal
from convsql.engines.session import Session
from convsql.init.exports.columns import Column, columns_of
from convsql.init.exports.sheets import Sheet

PLANS = "macros/connectors/phone_plans.sql"
MOSTLY = 0.5  # of a column's values are addresses or numbers
_EXTENSION = (
    "[ ,;.]*(?:ext(?:ension|n)?[ .:=]*|x[ .:]*|#[ ]*|,,+)[0-9]{1,7}[ #]*$"  # as the macro phone_keys cuts it off
)
_ALONE = 0.9  # of the pairs must say one country
Written = tuple[str, str]
"""A relation, and SQL over it that gives addresses or numbers as they are written."""


@cache
def country_codes() -> tuple[str, ...]:
    """The countries' calling codes that the package's macro `phone_plans` knows. Its mapping is a literal of Jinja and Python at once."""
    text = shipped_file(PLANS).read_text(encoding="utf-8")
    found = re.search(r"return\((\{.*\})\)", text, re.DOTALL)
    return tuple(ast.literal_eval(found[1])) if found else ()


def reaches(column: Column) -> bool:
    """Whether a column's values are addresses or numbers, which have several writings; ids have one."""
    return column.emails + column.phones > MOSTLY


def is_reached_by(sheet: Sheet, sql: str, named: str, session: Session) -> bool:
    """The same of SQL over a table; `named`: what people call it."""
    columns, _ = columns_of(sheet.relation, [(named, sql)], session)
    return reaches(columns[0])


def numbers_in(sheets: list[Sheet]) -> list[Written]:
    """Where telephone numbers stand in these tables."""
    return [(sheet.relation, column.sql) for sheet in sheets for column in sheet.columns if column.phones > MOSTLY]


def email_of(sql: str) -> str:
    """SQL of an address as it is compared; null of what is none."""
    return f"nullif(regexp_extract(replace(lower(cast({sql} as varchar)), 'mailto:', ''), '[^<>@ ]+@[^<>@ ]+'), '')"


def phone_of(sql: str) -> str:
    """SQL of the last nine digits, which all writings of a number have, its extension left out; null of what has fewer than seven digits."""
    bare = f"regexp_replace(lower(cast({sql} as varchar)), '{_EXTENSION}', '')"
    digits = f"regexp_replace({bare}, '[^0-9]', '', 'g')"
    return f"case when length({digits}) >= 7 and not contains(cast({sql} as varchar), '@') then right({digits}, 9) end"


def plain_key(sql: str) -> str:
    """SQL of who it is, nearly as the model tells it, without its macros."""
    return f"coalesce({email_of(sql)}, {phone_of(sql)}, trim(cast({sql} as varchar)))"


def country_of(written: list[Written], session: Session) -> tuple[str, int]:
    """The country of numbers without one, where the same numbers stand with it elsewhere; empty where that is no or several countries.

    With it: how many numbers stand with another country than that, and without one, so that nothing tells whether they are one person's.
    """
    if not written:
        return "", 0
    codes = ", ".join(f"'{code}'" for code in country_codes())
    pairs = (
        f"{_numbers(written)}, cut as (select left(digits, n) as code, substring(digits, n + 1) as digits"
        f" from numbers cross join (values (1), (2), (3)) as lengths(n) where left(digits, n) in ({codes})),"
        " pairs as (select distinct cut.code, cut.digits from cut join numbers as short"
        " on not short.is_whole and short.digits = cut.digits where length(cut.digits) >= 7)"
    )
    rows = session.fetch(f"{pairs} select code, count(*) from pairs group by 1 order by 2 desc, 1")
    is_clear = bool(rows) and int(rows[0][1]) >= _ALONE * sum(int(count) for _, count in rows)
    country = str(rows[0][0]) if is_clear else ""
    if len(rows) < 2:
        return country, 0
    ((left,),) = session.fetch(
        f"{pairs} select count(*) from (select digits from pairs group by 1 having max(case when code = '{country}' then 1 else 0 end) = 0) as left_over"
    )
    return country, int(left)


def is_same(one: str, other: str) -> bool:
    """Whether two texts are one address or number: alike but for signs, capitals, and a country or a zero before one of them."""
    if "@" in one or "@" in other:
        return _address(one) == _address(other)
    short, long = sorted((re.sub(r"\D", "", each).lstrip("0") for each in (one, other)), key=len)
    if short == long:
        return bool(short) or one.strip() == other.strip()
    return len(short) >= 7 and long.endswith(short) and long[: -len(short)] in country_codes()


def _address(text: str) -> str:
    found = re.search(r"[^<>@ ]+@[^<>@ ]+", text.lower().replace("mailto:", ""))
    return found[0] if found else text.strip().lower()


def writings_of(said: list[str], columns: list[Column], sheet: Sheet, session: Session) -> list[str]:
    """In which writings these addresses or numbers stand in columns of a table, those that are as said first."""
    found: list[str] = []
    for column in columns:
        keys = {key for each in said for key in (re.sub(r"\D", "", each)[-7:], _address(each)) if key}
        listed = ", ".join(literal(key) for key in sorted(keys))
        text = f"trim(cast({column.sql} as varchar))"
        rows = session.fetch(
            f"select distinct {text} from {sheet.relation} as r where right(regexp_replace({text}, '[^0-9]', '', 'g'), 7) in ({listed})"
            f" or lower({text}) in ({listed}) or {email_of(text)} in ({listed}) order by 1"
        )
        found += [str(v) for (v,) in rows if any(is_same(str(v), each) for each in said)]
    return sorted(dict.fromkeys(found), key=lambda each: each not in said)


def _numbers(written: list[Written]) -> str:
    """The CTE of each number's digits, from its country on where that is written (`is_whole`), and without a zero before it."""
    rows = " union ".join(
        f"select trim(cast({sql} as varchar)) as text from {relation} as r" for relation, sql in written
    )
    return (
        f"with written as ({rows}), bare as (select regexp_replace(text, '^[a-z]+:', '') as text from written"
        " where text is not null and not contains(text, '@')),"
        " numbers as (select distinct starts_with(text, '+') or starts_with(text, '00') as is_whole,"
        " ltrim(regexp_replace(text, '[^0-9]', '', 'g'), '0') as digits from bare)"
    )
