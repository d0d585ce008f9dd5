"""YAML as convsql reads it: safe tags only, no aliases, no duplicate keys, every key with its line.

Mappings come back as `YamlMap` and lists as `YamlList` (a dict and a list that know their lines),
so that an error about any value can name file and line.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Any

import yaml

from convsql.base.errors import ConvsqlError, Where


class YamlMap(dict[str, Any]):
    """A mapping that knows the line of itself and of each key."""

    __slots__ = ("line", "lines", "path")

    def __init__(self, path: str = "", line: int = 0) -> None:
        super().__init__()
        self.path = path
        self.line = line
        self.lines: dict[str, int] = {}

    def where(self, key: str | None = None) -> Where:
        """The place of `key`, or of the mapping itself."""
        return Where(self.path, self.lines.get(key, self.line) if key is not None else self.line)


class YamlList(list[Any]):
    """A list that knows the line of itself and of each item."""

    __slots__ = ("line", "lines", "path")

    def __init__(self, path: str = "", line: int = 0) -> None:
        super().__init__()
        self.path = path
        self.line = line
        self.lines: list[int] = []


# Numbers of YAML 1.1 that nobody means: 010 is 8, 10:30 is 630.
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_SURPRISES = re.compile(r"[-+]?(?:(?P<octal>0[0-7_]+)|[0-9][0-9_]*(?::[0-9.]+)+)")

MAX_DEPTH = 100
MAX_BYTES = 5_000_000  # of a YAML file
MAX_TEXT_BYTES = 20_000_000  # of any other text of a project
_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


class _Builder:
    """Builds values from the event stream; recursion follows the nesting of the document."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.events = yaml.parse(text, Loader=_Loader)
        self.scalars: Any = yaml.SafeLoader("")
        self.depth = 0

    def fail(self, reason: str, mark: Any, hint: str = "") -> ConvsqlError:
        return ConvsqlError(reason, Where(self.path, mark.line + 1), hint)

    def document(self) -> Any:
        value: Any = None
        event: Any
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent) and value is not None:
                raise self.fail("more than one YAML document in a file", event.start_mark)
            if isinstance(event, yaml.NodeEvent):
                value = self.value(event)
        return value

    def value(self, event: Any) -> Any:
        if isinstance(event, yaml.AliasEvent):
            raise self.fail(
                f"YAML alias '*{event.anchor}' is not allowed",
                event.start_mark,
                "write the value out: files are read by people and by several tools",
            )
        if event.tag not in (None, "!") and event.tag not in _TAGS:
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self.fail(f"YAML tag '{shown}' is not allowed", event.start_mark, "write a plain value")
        if isinstance(event, yaml.ScalarEvent):
            tag = event.tag
            if tag is None or tag == "!":
                tag = self.scalars.resolve(yaml.ScalarNode, event.value, event.implicit)
            if tag in _NUMBERS and event.tag is None and (surprise := _SURPRISES.fullmatch(event.value)):
                kind = "in base 8" if surprise["octal"] else "in base 60"
                raise self.fail(
                    f"{event.value} would be read as a number {kind}",
                    event.start_mark,
                    "write a number without leading zeros and colons, or text in quotes",
                )
            try:
                return self.scalars.construct_object(yaml.ScalarNode(tag, event.value))
            except (yaml.YAMLError, ValueError) as error:
                raise self.fail(
                    f"not valid YAML: {getattr(error, 'problem', None) or error}", event.start_mark
                ) from None
            except Exception:  # PyYAML trusts that a text fits its tag, and raises anything when it does not
                kind = tag.rsplit(":", 1)[-1]
                raise self.fail(f"not valid YAML: '{event.value:.60}' is no {kind}", event.start_mark) from None
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail("YAML nested too deeply", event.start_mark, f"at most {MAX_DEPTH} levels")
        value: Any = self.sequence(event) if isinstance(event, yaml.SequenceStartEvent) else self.mapping(event)
        self.depth -= 1
        return value

    def sequence(self, start: Any) -> YamlList:
        items = YamlList(self.path, start.start_mark.line + 1)
        event: Any
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.lines.append(_line(event))
            items.append(self.value(event))
        return items

    def mapping(self, start: Any) -> YamlMap:
        items = YamlMap(self.path, start.start_mark.line + 1)
        event: Any
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            written = str(getattr(event, "value", ""))
            if isinstance(event, yaml.ScalarEvent) and written == "<<" and event.implicit[0]:
                raise self.fail("YAML merge keys ('<<') are not allowed", event.start_mark, "write the keys out")
            key: Any = self.value(event)
            if isinstance(key, (dict, list)):
                raise self.fail("a mapping or list can't be a key", event.start_mark)
            if key is None or isinstance(key, bool):
                raise self.fail(
                    f"the key {written or 'nothing'} would be read as {str(key).lower() if key is not None else 'null'}",
                    event.start_mark,
                    "put it in quotes",
                )
            key = key if isinstance(key, str) else written
            if key in items:
                raise self.fail(
                    f"duplicate key '{key}' (first on line {items.lines[key]})", event.start_mark, "keep one of the two"
                )
            items.lines[key] = _line(event)
            items[key] = self.value(next(self.events))
        return items


def parse_yaml(text: str, path: str) -> Any:
    """The value of one YAML document (None when it is empty).

    Raises ConvsqlError with file and line for syntax errors, aliases, merge keys and duplicate keys.
    """
    try:
        return _Builder(text, path).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConvsqlError(
            f"not valid YAML: {error.problem or error.context}", Where(path, mark.line + 1 if mark else 0)
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        raise ConvsqlError(f"not valid YAML: {error}", Where(path)) from None
    except RecursionError:
        raise ConvsqlError("YAML nested too deeply", Where(path)) from None


def read_yaml_map(file: Path, shown: str) -> YamlMap:
    """The mapping in a file; an empty file is an empty mapping. `shown` is the path named in errors."""
    value = parse_yaml(read_text(file, shown, MAX_BYTES), shown)
    if value is None:
        return YamlMap(shown, 1)
    if not isinstance(value, YamlMap):
        raise ConvsqlError("expected a mapping at the top of the file", Where(shown, 1))
    return value


def is_there(file: Path, shown: str) -> bool:
    """Whether an optional file is there; a folder of that name is as good as none.

    Raises ConvsqlError for a pipe, a device, or a link that leads nowhere: no file, yet meant as one.
    """
    try:
        status = file.stat()
    except (FileNotFoundError, NotADirectoryError):
        if file.is_symlink():
            raise ConvsqlError("a link that leads nowhere", Where(shown), "mend it, or take it away") from None
        return False
    except OSError as error:
        raise ConvsqlError(f"can't be read: {error.strerror}", Where(shown)) from None
    if stat.S_ISDIR(status.st_mode):
        return False
    check_regular(status, shown)
    return True


def check_regular(status: os.stat_result, shown: str) -> None:
    """Raises ConvsqlError for what is no file with content: reading a pipe or a device may never end."""
    if not stat.S_ISREG(status.st_mode):
        kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFDIR: "a folder"}
        kind = kinds.get(stat.S_IFMT(status.st_mode), "a device")
        raise ConvsqlError(f"{kind}, not a file", Where(shown), "put a file of text there, or take it away")


def read_text(file: Path, shown: str, most: int = MAX_TEXT_BYTES) -> str:
    """The text of a UTF-8 file of at most `most` bytes, with a clear error for anything else."""
    try:
        with open(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as opened:
            status = os.fstat(opened.fileno())
            check_regular(status, shown)
            if status.st_size > most:
                raise ConvsqlError(f"a file of {status.st_size:,} bytes (at most {most:,})", Where(shown), "split it")
            content = opened.read()
    except OSError as error:
        raise ConvsqlError(f"can't be read: {error.strerror}", Where(shown)) from None
    except ValueError as error:  # a path with NUL
        raise ConvsqlError(f"can't be read: {error}", Where(shown)) from None
    return as_text(content, shown)


def as_text(content: bytes, shown: str) -> str:
    """The text of a UTF-8 file's bytes, every end of line as \\n. Raises ConvsqlError for anything else."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise ConvsqlError(f"not UTF-8 text (byte {error.start})", Where(shown), "save the file as UTF-8") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ConvsqlError("holds a NUL byte, as no text does", Where(shown, line), "save the file as UTF-8 text")
    return text
