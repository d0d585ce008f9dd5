"""RE2's regular expressions, DuckDB's, read and written anew for another engine: only what means the same on both gets through.

What is here writes PostgreSQL's advanced ones; `java_patterns` says what is otherwise in Java's, which are Spark's. Which text a group takes may differ where alternatives overlap (RE2 takes the first that fits, PostgreSQL the longest, Java the first): patterns
whose groups are used say what they mean so that it does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from convsql.dialects.problem import DialectError

_SETS = {"d": "0-9", "w": "A-Za-z0-9_", "s": r"\t\n\f\r "}
_POSIX = {
    "alpha": "A-Za-z",
    "digit": "0-9",
    "alnum": "A-Za-z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\t\n\v\f\r ",
    "blank": r"\t ",
    "punct": r"!-/:-@\[-`{-~",
    "xdigit": "0-9A-Fa-f",
    "word": "A-Za-z0-9_",
    "cntrl": r"\u0000-\u001f\u007f",
}
_EDGE = "((?<=[A-Za-z0-9_])(?![A-Za-z0-9_])|(?<![A-Za-z0-9_])(?=[A-Za-z0-9_]))"
_NO_EDGE = "((?<=[A-Za-z0-9_])(?=[A-Za-z0-9_])|(?<![A-Za-z0-9_])(?![A-Za-z0-9_]))"


def postgres_pattern(pattern: str, flags: str = "") -> str:
    """A pattern that matches in PostgreSQL what `pattern` matches in DuckDB; `flags`: DuckDB's options, without `g`.

    Raises DialectError for a construct that PostgreSQL lacks.
    """
    return PatternReader(pattern, flags).read()


def postgres_replacement(replacement: str) -> str:
    """The text put in place of a match: DuckDB's `\\0`, the whole match, is PostgreSQL's `\\&`."""
    return re.sub(r"\\(.)", lambda m: r"\&" if m[1] == "0" else m[0], replacement, flags=re.DOTALL)


class PatternReader:
    """Reads one pattern. `groups`: how many can be named in a replacement; `is_apart`: the whole pattern is of alternatives."""

    ENGINE = "PostgreSQL"
    SETS: ClassVar[Mapping[str, str]] = _SETS
    POSIX: ClassVar[Mapping[str, str]] = _POSIX
    EDGE, NO_EDGE = _EDGE, _NO_EDGE
    END, LAST, ANY = r"\Z", "$", "."
    PREFIX = "(?i)"
    LONGEST_REPEAT = 255

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.any_line = "s" in flags
        self.prefix = self.PREFIX if "i" in flags else ""
        self.depth, self.groups, self.is_apart = 0, 0, False
        if set(flags) - set("ics"):
            raise self._no(f"the option '{flags}'")
        while lead := re.match(r"\(\?([is]+)\)", pattern[self.at :]):
            self.any_line |= "s" in lead[1]
            self.prefix = self.PREFIX if "i" in lead[1] else self.prefix
            self.at += lead.end()

    def _no(self, what: str) -> DialectError:
        return DialectError(
            f"{self.ENGINE}'s regular expressions lack {what} of {self.pattern!r}", hint="write the pattern without it"
        )

    def read(self) -> str:
        found: list[str] = []
        while self.at < len(self.pattern):
            found.append(self._next())
        return self.prefix + self.whole("".join(found))

    def whole(self, text: str) -> str:
        """The pattern from its parts; stars at the beginning are no director of PostgreSQL's."""
        return f"(?:){text}" if text.startswith("***") else text

    def _next(self) -> str:
        char = self.pattern[self.at]
        rest = self.pattern[self.at :]
        if char == "\\":
            return self._escaped()
        if char == "[":
            return self._set()
        if char == ".":
            self.at += 1
            return self.ANY if self.any_line else r"[^\n]"
        if char == "(" and rest.startswith("(?"):
            return self._group(rest)
        if repeat := re.match(r"\{(\d+)(,(\d*))?\}", rest):
            if max(int(repeat[1]), int(repeat[3] or 0)) > self.LONGEST_REPEAT:
                raise self._no(f"a repetition of more than {self.LONGEST_REPEAT} times, {repeat[0]},")
            self.at += repeat.end()
            return repeat[0]
        if char == "{":
            self.at += 1
            return r"\{"
        self.at += 1
        self.groups += char == "("
        self.depth += (char == "(") - (char == ")")
        self.is_apart |= char == "|" and self.depth == 0
        return self.LAST if char == "$" else self.letter(char)

    def _group(self, rest: str) -> str:
        self.depth += 1
        if rest.startswith("(?:"):
            self.at += 3
            return "(?:"
        if named := re.match(r"\(\?P?<\w+>", rest):
            self.at += named.end()
            self.groups += 1
            return "("
        raise self._no(f"'{rest[:4]}'")

    def _escaped(self) -> str:
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter == "b":
            self.at += 2
            return self.EDGE
        if letter == "B":
            self.at += 2
            return self.NO_EDGE
        if letter.lower() in self.SETS and letter:
            self.at += 2
            return self.closed(f"[{'^' if letter.isupper() else ''}{self.SETS[letter.lower()]}]")
        if letter == "A":
            self.at += 2
            return r"\A"
        if letter == "z":
            self.at += 2
            return self.END
        if letter == "Q":
            end = self.pattern.find(r"\E", self.at)
            text = self.pattern[self.at + 2 : end if end >= 0 else None]
            self.at = end + 2 if end >= 0 else len(self.pattern)
            return re.sub(r"([^\w\s])", r"\\\1", text)
        return self._character()

    def _character(self) -> str:
        """One escaped character, in a set or out of one."""
        rest = self.pattern[self.at :]
        if code := re.match(r"\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))", rest):
            self.at += code.end()
            return self.coded(int(code[1] or code[2], 16))
        letter = rest[1:2]
        if letter == "v":
            self.at += 2
            return self.coded(11)
        if letter and (letter in "tnrfa" or not letter.isalnum()):
            self.at += 2
            return "\\" + letter
        raise self._no(f"'\\{letter}'")

    def coded(self, number: int) -> str:
        """A character by its number."""
        return rf"\U{number:08x}"

    def opened(self, text: str) -> str:
        """The beginning of a set: `[`, `[^`, either with a bracket that is one of the set."""
        return text

    def letter(self, char: str) -> str:
        """A character that stands for itself, or for what has no letters."""
        return char

    def closed(self, text: str) -> str:
        """A whole set."""
        return text

    def in_set(self, char: str) -> str:
        """A character that stands in a set as it is."""
        return r"\[" if char == "[" else char

    def _set(self) -> str:
        opened = re.match(r"\[\^?\]?", self.pattern[self.at :])
        text = opened[0] if opened else "["
        self.at += len(text)
        found = [self.opened(text)]
        while self.at < len(self.pattern):
            rest = self.pattern[self.at :]
            if rest[0] == "]":
                self.at += 1
                return self.closed("".join(found) + "]")
            if posix := re.match(r"\[:(\^?)(\w+):\]", rest):
                if posix[1] or posix[2] not in self.POSIX:
                    raise self._no(f"'{posix[0]}'")
                self.at += posix.end()
                found.append(self.POSIX[posix[2]])
            elif rest[0] == "\\":
                if rest[1:2] in self.SETS:
                    self.at += 2
                    found.append(self.SETS[rest[1]])
                else:
                    found.append(self._character())
            else:
                self.at += 1
                found.append(self.in_set(rest[0]))
        raise self._no("the end of '['")
