"""RE2's regular expressions, DuckDB's, as PostgreSQL's advanced ones: only what means the same on both gets through.

Which text a group takes may differ where alternatives overlap (RE2 takes the first that fits, PostgreSQL the longest): patterns
whose groups are used say what they mean so that it does not matter.
"""

from __future__ import annotations

import re

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
_LONGEST_REPEAT = 255


def postgres_pattern(pattern: str, flags: str = "") -> str:
    """A pattern that matches in PostgreSQL what `pattern` matches in DuckDB; `flags`: DuckDB's options, without `g`.

    Raises DialectError for a construct that PostgreSQL lacks.
    """
    return _Reader(pattern, flags).read()


def postgres_replacement(replacement: str) -> str:
    """The text put in place of a match: DuckDB's `\\0`, the whole match, is PostgreSQL's `\\&`."""
    return re.sub(r"\\(.)", lambda m: r"\&" if m[1] == "0" else m[0], replacement, flags=re.DOTALL)


class _Reader:
    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.any_line = "s" in flags
        self.prefix = "(?i)" if "i" in flags else ""
        if set(flags) - set("ics"):
            raise self._no(f"the option '{flags}'")
        while lead := re.match(r"\(\?([is]+)\)", pattern[self.at :]):
            self.any_line |= "s" in lead[1]
            self.prefix = "(?i)" if "i" in lead[1] else self.prefix
            self.at += lead.end()

    def _no(self, what: str) -> DialectError:
        return DialectError(
            f"PostgreSQL's regular expressions lack {what} of {self.pattern!r}", hint="write the pattern without it"
        )

    def read(self) -> str:
        found: list[str] = []
        while self.at < len(self.pattern):
            found.append(self._next())
        text = "".join(found)
        return self.prefix + (f"(?:){text}" if text.startswith("***") else text)

    def _next(self) -> str:
        char = self.pattern[self.at]
        rest = self.pattern[self.at :]
        if char == "\\":
            return self._escaped()
        if char == "[":
            return self._set()
        if char == "." and not self.any_line:
            self.at += 1
            return r"[^\n]"
        if char == "(" and rest.startswith("(?"):
            return self._group(rest)
        if repeat := re.match(r"\{(\d+)(,(\d*))?\}", rest):
            if max(int(repeat[1]), int(repeat[3] or 0)) > _LONGEST_REPEAT:
                raise self._no(f"a repetition of more than {_LONGEST_REPEAT} times, {repeat[0]},")
            self.at += repeat.end()
            return repeat[0]
        if char == "{":
            self.at += 1
            return r"\{"
        self.at += 1
        return char

    def _group(self, rest: str) -> str:
        if rest.startswith("(?:"):
            self.at += 3
            return "(?:"
        if named := re.match(r"\(\?P?<\w+>", rest):
            self.at += named.end()
            return "("
        raise self._no(f"'{rest[:4]}'")

    def _escaped(self) -> str:
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter == "b":
            self.at += 2
            return _EDGE
        if letter == "B":
            self.at += 2
            return _NO_EDGE
        if letter.lower() in _SETS and letter:
            self.at += 2
            return f"[{'^' if letter.isupper() else ''}{_SETS[letter.lower()]}]"
        if letter == "A":
            self.at += 2
            return r"\A"
        if letter == "z":
            self.at += 2
            return r"\Z"
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
            return rf"\U{int(code[1] or code[2], 16):08x}"
        letter = rest[1:2]
        if letter and (letter in "tnrfva" or not letter.isalnum()):
            self.at += 2
            return "\\" + letter
        raise self._no(f"'\\{letter}'")

    def _set(self) -> str:
        opened = re.match(r"\[\^?\]?", self.pattern[self.at :])
        text = opened[0] if opened else "["
        self.at += len(text)
        found = [text]
        while self.at < len(self.pattern):
            rest = self.pattern[self.at :]
            if rest[0] == "]":
                self.at += 1
                return "".join(found) + "]"
            if posix := re.match(r"\[:(\^?)(\w+):\]", rest):
                if posix[1] or posix[2] not in _POSIX:
                    raise self._no(f"'{posix[0]}'")
                self.at += posix.end()
                found.append(_POSIX[posix[2]])
            elif rest[0] == "\\":
                if rest[1:2] in _SETS:
                    self.at += 2
                    found.append(_SETS[rest[1]])
                else:
                    found.append(self._character())
            else:
                self.at += 1
                found.append(r"\[" if rest[0] == "[" else rest[0])
        raise self._no("the end of '['")
