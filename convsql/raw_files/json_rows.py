"""Records of a JSON file as rows of text: a list of them, one after another (ndjson), or a list within one object, as APIs answer.

Numbers keep their digits, text is itself, null is empty, and what is nested stays JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

from convsql.raw_files.encodings import encoding_of, opened_text
from convsql.raw_files.problem import Unreadable

_CHUNK = 1 << 16
_BLANK = " \t\r\n"


class _Number(str):
    """A number's digits."""

    __slots__ = ()


_DECODER = json.JSONDecoder(parse_float=_Number, parse_int=_Number)


def json_rows(path: str) -> Iterator[list[str]]:
    """The names of all keys, in the order in which they are met, then a row of text for each record. Raises OSError, Unreadable."""
    encoding = encoding_of(path)
    names: dict[str, str] = {}
    for record in _records(path, encoding):
        for key in record:
            known = names.setdefault(key.lower(), key)
            if known != key:
                raise Unreadable(f"two keys are named '{known}' and '{key}'", hint="rename one of them")
    if not names:
        raise Unreadable("empty: there is no record", hint="export it again, or take it away")
    yield list(names.values())
    for record in _records(path, encoding):
        yield [_text(record.get(key)) for key in names.values()]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _records(path: str, encoding: str) -> Iterator[dict[str, Any]]:
    with opened_text(path, encoding) as opened:
        reader = _Reader(opened)
        first = reader.peek()
        if first == "[":
            reader.take()
            yield from _each(_listed(reader))
            return
        if first not in ("{", ""):
            raise Unreadable("no JSON: it begins neither with { nor with [", reader.line)
        start, value = reader.value()
        if not reader.peek():
            yield from _each(_within(value, start))
            return
        yield from _each([(start, value)])
        while reader.peek():
            yield from _each([reader.value()])


def _listed(reader: _Reader) -> Iterator[tuple[int, Any]]:
    while reader.peek() != "]":
        yield reader.value()
        if reader.peek() == ",":
            reader.take()
        elif reader.peek() != "]":
            raise Unreadable("no JSON: a comma or ] is missing", reader.line, "is the file cut off?")
    reader.take()
    if reader.peek():
        raise Unreadable("no JSON: something follows the list", reader.line)


def _within(value: Any, line: int) -> Iterator[tuple[int, Any]]:
    """The records of an API's answer; an object without a list is one record."""
    lists = {k: v for k, v in value.items() if isinstance(v, list) and all(isinstance(each, dict) for each in v)}
    if full := {k: v for k, v in lists.items() if v}:
        lists = full
    if len(lists) > 1:
        named = ", ".join(f"'{key}'" for key in lists)
        raise Unreadable(f"{len(lists)} lists of records ({named})", line, "keep one of them in a file of its own")
    for records in lists.values():
        yield from ((line, record) for record in records)
    if not lists:
        yield line, value


def _each(values: Any) -> Iterator[dict[str, Any]]:
    for number, (line, value) in enumerate(values, 1):
        if not isinstance(value, dict):
            raise Unreadable(f"element {number} is no object of keys and values", line)
        yield value


class _Reader:
    """Values of a text, one by one, of which no more is held in memory than is needed."""

    def __init__(self, opened: TextIO) -> None:
        self.opened = opened
        self.text = ""
        self.position = 0
        self.line = 1
        self.is_whole = False

    def _more(self) -> bool:
        part = "" if self.is_whole else self.opened.read(max(_CHUNK, len(self.text)))
        self.is_whole = not part
        self.text = self.text[self.position :] + part
        self.position = 0
        return bool(part)

    def peek(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            while self.position < len(self.text):
                if self.text[self.position] not in _BLANK:
                    return self.text[self.position]
                self.take()
            if not self._more():
                return ""

    def take(self) -> None:
        self.line += self.text[self.position] == "\n"
        self.position += 1

    def value(self) -> tuple[int, Any]:
        """The line of the next value, and it. Raises Unreadable."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.position)
                if end < len(self.text) or not self._more():
                    break
            except json.JSONDecodeError as error:
                if not self._more():
                    line = self.line + self.text.count("\n", self.position, error.pos)
                    raise Unreadable(f"no JSON: {error.msg}", line, "is the file cut off?") from None
            except RecursionError:
                raise Unreadable("JSON nested too deeply", self.line) from None
        start = self.line
        self.line += self.text.count("\n", self.position, end)
        self.position = end
        return start, value
