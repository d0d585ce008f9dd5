"""YAML is read strictly, and every value knows its line."""

from __future__ import annotations

import datetime

import pytest

from convsql.base.errors import ConvsqlError
from convsql.base.yaml_file import YamlList, YamlMap, parse_yaml, read_yaml_map

TEXT = """\
# a comment
name: one

list:
  - a
  - key: value
    other: 2

  - - nested
empty:
quoted: "yes"
flag: yes
number: 8
date: 2026-01-02
text: |
  two
  lines
"""


def test_every_key_and_item_knows_its_line() -> None:
    value = parse_yaml(TEXT, "x.yml")
    assert isinstance(value, YamlMap)
    assert value.lines == {
        "name": 2,
        "list": 4,
        "empty": 10,
        "quoted": 11,
        "flag": 12,
        "number": 13,
        "date": 14,
        "text": 15,
    }
    assert str(value.where("list")) == "x.yml:4"
    assert str(value.where("absent")) == "x.yml:2"
    assert isinstance(value["list"], YamlList)
    assert value["list"].lines == [5, 6, 9]
    assert str(value["list"][1].where("other")) == "x.yml:7"


def test_scalars_are_typed_as_pyyaml_types_them() -> None:
    value = parse_yaml(TEXT, "x.yml")
    assert (value["empty"], value["quoted"], value["flag"], value["number"]) == (None, "yes", True, 8)
    assert value["date"] == datetime.date(2026, 1, 2)
    assert value["text"] == "two\nlines\n"


@pytest.mark.parametrize(
    "text", ["0", "-1", "0.5", "1_000", "'010'", "'10:30'", "10:30 h", "08", "2026-01-02 10:30:00"]
)
def test_numbers_that_can_be_read_one_way_alone_are_taken(text: str) -> None:
    assert parse_yaml(f"a: {text}\n", "x.yml")["a"] is not None


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "duplicate key 'a' (first on line 1)"),
        ("- a: 1\n  b: {c: 1, c: 2}\n", 2, "duplicate key 'c' (first on line 2)"),
        ("1: a\n'1': b\n", 2, "duplicate key '1' (first on line 1)"),
        ("a: &x 1\nb:\n  - *x\n", 3, "YAML alias '*x' is not allowed"),
        ("a: {}\nb:\n  <<: {c: 1}\n", 3, "YAML merge keys ('<<') are not allowed"),
        ("a: 010\n", 1, "010 would be read as a number in base 8"),
        ("a:\n  - 10:30\n", 2, "10:30 would be read as a number in base 60"),
        ("a: 1:30.5\n", 1, "1:30.5 would be read as a number in base 60"),
        ("a: 1\nno: b\n", 2, "the key no would be read as false"),
        ("on: b\n", 1, "the key on would be read as true"),
        ("~: b\n", 1, "the key ~ would be read as null"),
        ("? [a, b]\n: 1\n", 1, "a mapping or list can't be a key"),
        ("a: 1\n--- \nb: 2\n", 2, "more than one YAML document in a file"),
        ("a:\n  - b\n c: 1\n", 3, "not valid YAML: did not find expected key"),
        ("a: [1, 2\n", 2, "not valid YAML: did not find expected ',' or ']'"),
        (
            "a: 1\nb: !!python/object/apply:os.system [x]\n",
            2,
            "YAML tag '!!python/object/apply:os.system' is not allowed",
        ),
        ("a: 1\nb: !!python/name:os.system x\n", 2, "YAML tag '!!python/name:os.system' is not allowed"),
        ("a: 2026-02-31\n", 1, "not valid YAML: day"),
        ("a: \x01\n", 0, "not valid YAML: "),
    ],
)
def test_what_is_refused_is_said_with_its_line(text: str, line: int, reason: str) -> None:
    if not reason:  # a tag on a list or mapping says nothing: plain values come of it, and nothing runs
        assert parse_yaml(text, "x.yml")["b"] == ["x"]
        return
    with pytest.raises(ConvsqlError) as error:
        parse_yaml(text, "x.yml")
    assert error.value.reason.startswith(reason)
    assert error.value.where is not None
    assert (error.value.where.path, error.value.where.line) == ("x.yml", line)


def test_a_quoted_merge_key_is_a_plain_key() -> None:
    assert parse_yaml("'<<': 1\n", "x.yml") == {"<<": 1}


def test_deep_nesting_is_an_error_and_not_a_crash() -> None:
    with pytest.raises(ConvsqlError, match="nested too deeply"):
        parse_yaml("[" * 100_000 + "]" * 100_000, "x.yml")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name: caf\xe9\n", "not UTF-8 text (byte 9)"),
        (b"- a\n", "expected a mapping at the top of the file"),
        (None, "can't be read: No such file or directory"),
    ],
)
def test_a_file_that_is_no_mapping_is_said_plainly(content: bytes | None, reason: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "x.yml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConvsqlError) as error:
        read_yaml_map(file, "x.yml")
    assert error.value.reason == reason


def test_an_empty_file_and_a_mark_at_the_start_do_no_harm(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "x.yml"
    file.write_bytes(b"")
    assert read_yaml_map(file, "x.yml") == {}
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert read_yaml_map(file, "x.yml") == {"a": 1, "b": 2}
