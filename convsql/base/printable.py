"""Text that users and their data wrote, shown as text: on a terminal, on a page, in Markdown. Nothing of it is obeyed.

A terminal obeys control characters (it moves, hides, makes links, types); pages and Markdown have markup. Ordinary text, in any
script, and emoji stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

# Controls but for tab and line feed; marks that have no width or turn the direction of what follows; lone surrogates; tags.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
# A joiner between two letters that are joined so (Persian, Devanagari …) or two emoji; the flag of a region.
_MEANT = re.compile(
    "(?<=[\u0590-\u1fff\u2190-\u2bff\ufb50-\ufefe\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
    "(?=[\u0590-\u1fff\u2190-\u2bff\ufb50-\ufefe\U0001f000-\U0001faff])"
    "|\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f"
)
_OF_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)*)?")
_NAMED = {"\r": "\\r", "\n": "\\n", "\t": "\\t"}
# Signs that are markup anywhere; = that begins a line, / of an address, and _ around a word, a dot in an address, :emoji:, and what begins a list or a line.
_MARKUP = re.compile(
    r"""[!"#$&*<>@\[\\\]^`{|}~]|^=|(?<=:)/|(?<![^\W_])_|_(?![^\W_])|(?<=[wW]{3})\.|:(?=[^\W\d]|[+-])"""
    r"|^[+-](?![\d.])|(?<=^\d)[.)](?!\S)|(?<=^\d\d)[.)](?!\S)"
)
_OF_A_VERSION = re.compile(r"\w@\d+(?![\w.-])")
_MENTION = "&#8203;"  # after a sign that names a person or an issue: a blank without width, of this module's own


def visible(text: str) -> str:
    """Text for a terminal: `\\x1b` in the place of an escape character, `\\u202e` of an override; lines and tabs stay."""
    if text.isascii() and (text.isprintable() or not _UNSEEN.search(text)):
        return text
    kept = {place for found in _MEANT.finditer(text) for place in range(found.start(), found.end())}
    return _UNSEEN.sub(lambda found: found[0] if found.start() in kept else _code(found[0]), text)


def one_line(text: str) -> str:
    """A value inside a line of text: as `visible`, and without line ends or tabs, so that it can't be taken for a line of its own."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet that opens a CSV file would take a cell for a formula; a sign alone and a number are none."""
    return text[:1] in _OF_A_FORMULA and text != "" and not _NUMBER.fullmatch(text)


def _code(sign: str) -> str:
    number = ord(sign)
    if sign in _NAMED:
        return _NAMED[sign]
    if number == 0x7F:
        return "\\u007f"  # the one control that JSON leaves as it is: this way, it stays JSON
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def html_text(text: str) -> str:
    """Text, or the value of an attribute in quotes, of an HTML page or an SVG."""
    return escape(visible(text))


def markdown_text(text: str) -> str:
    """Text inside a line or a cell of Markdown: no link, image, mention, reference, HTML, code or emphasis begins in it."""
    return _MARKUP.sub(_as_entity, " ".join(visible(text).split()))


def _as_entity(found: re.Match[str]) -> str:
    sign = found[0]
    if sign == "@" and _OF_A_VERSION.match(found.string, max(found.start() - 1, 0)):
        return sign  # metric@2, which is neither a person nor an address
    return f"&#{ord(sign)};" + (_MENTION if sign in "@#" else "")


def first_of(names: Sequence[str], most: int, between: str = ", ") -> str:
    """The first so many of some names, and ` …` where there are more."""
    return between.join(names[:most]) + (" …" if len(names) > most else "")


def number_of(count: int, noun: str) -> str:
    """A count of things, by the noun for one of them: 1 test, 2,000 tests."""
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"
