"""RE2's regular expressions as Java's, which are Spark's, and what is put in place of a match."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from convsql.dialects.problem import DialectError
from convsql.dialects.regular_expressions import PatternReader

# Two letters that are an i to Java where case does not count, and that are not to RE2.
_TURKISH = "(?-iu:[İı])"


class _JavaReader(PatternReader):
    ENGINE = "Java"
    POSIX: ClassVar[Mapping[str, str]] = {**PatternReader.POSIX, "space": r"\t\n\x0B\f\r "}
    EDGE = PatternReader.EDGE.replace("(", "(?:", 1)
    NO_EDGE = PatternReader.NO_EDGE.replace("(", "(?:", 1)
    END, LAST, ANY = r"\z", r"\z", "(?s:.)"
    PREFIX = "(?iu)"
    LONGEST_REPEAT = 1000

    def whole(self, text: str) -> str:
        return text

    def coded(self, number: int) -> str:
        return rf"\x{{{number:x}}}"

    def opened(self, text: str) -> str:
        return text.replace("]", r"\]")

    def letter(self, char: str) -> str:
        if self.prefix and char in "iI":
            return "(?-iu:[iI])"
        return "(?-iu:[ßẞ])" if self.prefix and char in "ßẞ" else char

    def closed(self, text: str) -> str:
        if not self.prefix or "İ" in text or "ı" in text:
            return text
        return f"(?:{text}|{_TURKISH})" if text.startswith("[^") else f"(?:(?!{_TURKISH}){text})"

    def in_set(self, char: str) -> str:
        return "\\" + char if char in "[&" else char


def java_pattern(pattern: str, flags: str = "") -> str:
    """A pattern that matches in Java what `pattern` matches in DuckDB; `flags`: DuckDB's options, without `g`.

    Raises DialectError for a construct that Java lacks.
    """
    return _JavaReader(pattern, flags).read()


def java_replacing(pattern: str, flags: str, replacement: str) -> tuple[str, str]:
    """Pattern and replacement with which Spark, which replaces every match, says what DuckDB's `regexp_replace` says.

    Without the option `g` only the first match is replaced: the pattern takes what stands before it too, unless it is tied to
    one end of the text. Raises DialectError for what Java lacks, and for a pattern that matches nothing as well as something
    where the replacement is a text: both engines put it in other places.
    """
    reader = _JavaReader(pattern, flags.replace("g", ""))
    found = reader.read()
    body = found.removeprefix(reader.prefix)
    is_once = not reader.is_apart and body.startswith("^")
    is_risky = replacement != "" and _matches_nothing(pattern)
    if "g" in flags and is_risky and not is_once:
        raise DialectError(
            f"no translation for regexp_replace of {pattern!r}, which also matches nothing, by a text",
            hint="write a pattern that matches at least one character",
        )
    if "g" in flags or is_once or (not reader.is_apart and body.endswith(reader.LAST) and not is_risky):
        return found, _java_replacement(replacement, reader.groups, 0)
    needs_all = r"\0" in replacement
    first = f"{reader.prefix}^((?s:.*?))({'' if needs_all else '?:'}{body})"
    return first, "$1" + _java_replacement(replacement, reader.groups, 2 if needs_all else 1)


def _matches_nothing(pattern: str) -> bool:
    """Whether a pattern may match an empty text, as far as Python can tell."""
    try:
        return re.search(re.sub(r"\[\[:\w+:\]", "[a", pattern).replace(r"\z", r"\Z"), "") is not None
    except re.error:
        return True


def _java_replacement(text: str, groups: int, shift: int) -> str:
    """DuckDB's `\\1` as Java's `$1`, after `shift` groups that were put before; `\\0`, the whole match, is the last of them."""
    found: list[str] = []
    at = 0
    while at < len(text):
        char, following = text[at], text[at + 1 : at + 2]
        if char == "\\" and following.isdigit():
            number = int(following)
            if number > groups:
                raise DialectError(f"no group {number} in the pattern of regexp_replace")
            found.append(f"${number + shift}")
            at += 2
            if text[at : at + 1].isdigit():  # Java would read a group of two digits
                found.append("\\" + text[at])
                at += 1
            continue
        if char == "\\":
            at += 1
            char = following
        found.append("\\" + char if char in "\\$" else char)
        at += 1
    return "".join(found)
