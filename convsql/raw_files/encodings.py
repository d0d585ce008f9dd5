"""Bytes of a text file as text: UTF-8, UTF-16 and UTF-32 by their mark, and Windows-1252, which Latin-1 is a part of.

A file without a mark that is no UTF-8 is taken for Windows-1252: Excel and older exports write it. One in which some lines are UTF-8 and some
are not, or that holds a byte which Windows-1252 lacks, is refused.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TextIO

from convsql.raw_files.problem import Unreadable

UTF_8 = "utf-8-sig"  # its mark is read over where there is one
LEGACY = "cp1252"
_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_IN_LEGACY = frozenset(b"\x81\x8d\x8f\x90\x9d")


@contextmanager
def opened_bytes(path: str) -> Iterator[IO[bytes]]:
    """A file's bytes, unpacked where its name ends in .gz. Raises OSError, and Unreadable for a damaged archive."""
    try:
        with gzip.open(path) if path.lower().endswith(".gz") else open(path, "rb") as opened:
            yield opened  # type: ignore[misc]
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Unreadable(f"no whole gzip file ({error})", hint="fetch it again, or unpack it") from None


@contextmanager
def opened_text(path: str, encoding: str) -> Iterator[TextIO]:
    """A file's text, its line ends as they are. Raises Unreadable where the bytes are not of the encoding."""
    with opened_bytes(path) as opened:
        text = io.TextIOWrapper(opened, encoding, newline="")
        try:
            yield text
        except UnicodeDecodeError as error:
            raise Unreadable(f"not {encoding.upper()}: {error.reason}", hint="save it as UTF-8") from None


def encoding_of(path: str) -> str:
    """The encoding of a text file, all of which is looked at. Raises OSError, Unreadable."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened_bytes(path) as opened:
        part = opened.read(_CHUNK)
        for mark, encoding in _MARKS:
            if part.startswith(mark):
                if encoding != UTF_8:
                    return encoding
                part = part[len(mark) :]
        if b"\0" in part and (wide := _without_mark(part)):
            return wide
        try:
            while part:
                # what is ASCII needs no decoding, unless a character was cut by the parts' border
                if not part.isascii() or decoder.getstate()[0]:
                    decoder.decode(part)
                part = opened.read(_CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _legacy(path)
    return UTF_8


def _without_mark(part: bytes) -> str:
    """UTF-16 that lacks its mark: of Latin text, every other byte is zero."""
    even, odd = part[0:2000:2], part[1:2000:2]
    if odd.count(0) > 0.7 * len(odd) and even.count(0) == 0:
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > 0.7 * len(even) and odd.count(0) == 0 else ""


def _legacy(path: str) -> str:
    first, others, wrong = 0, 0, 0
    byte = 0
    with opened_bytes(path) as opened:
        for number, line in enumerate(opened, 1):
            if line.isascii():
                continue
            try:
                line.decode()
                others += 1
            except UnicodeDecodeError as error:
                if not first:
                    first, byte = number, line[error.start]
                wrong += 1
                if odd := _NOT_IN_LEGACY.intersection(line):
                    raise Unreadable(
                        f"not UTF-8 (byte 0x{min(odd):02X}), nor Windows-1252", number, "save it as UTF-8"
                    ) from None
    if others >= wrong:
        raise Unreadable(
            f"not UTF-8 (byte 0x{byte:02X}), and {'another line is' if others == 1 else f'{others} lines are'}: "
            "two encodings in one file",
            first,
            "save it as UTF-8",
        )
    return LEGACY
