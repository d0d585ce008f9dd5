"""Every macro's header says what it takes and what it gives back, and says it of the signature that is there."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.support.root import ROOT

KINDS = ("SQL", "relation", "text", "number", "boolean", "list", "mapping", "value")
WIDEST = 120

MACRO = re.compile(r"\{%-?\s*(?P<tag>macro|test)\s+(?P<name>\w+)\((?P<signature>.*?)\)\s*-?%\}", re.DOTALL)
HEADER = re.compile(r"\{#-\n(?P<text>(?:(?!#\}).)*)\n-#\}\n\Z", re.DOTALL)
ARGUMENT = re.compile(r" {8}(?P<name>\w+) \((?P<kind>\w+)(?:, default (?P<default>.+?))?\): \S")


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro as a file has it: `header` is the comment that stands right above, empty where there is none."""

    file: str
    name: str
    signature: str
    body: str
    header: str


def macros_of(file: str, text: str) -> list[Macro]:
    found = []
    for opening in MACRO.finditer(text):
        header = HEADER.search(text[: opening.start()])
        closing = re.compile(rf"\{{%-?\s*end{opening['tag']}\s*-?%\}}").search(text, opening.end())
        assert closing, f"{file}: {opening['name']} has no end"
        body = text[opening.end() : closing.start()]
        found.append(Macro(file, opening["name"], opening["signature"], body, header["text"] if header else ""))
    return found


MACROS = [
    macro
    for file in sorted((ROOT / "macros").glob("**/*.sql"))
    for macro in macros_of(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
]


def signature_of(macro: Macro) -> list[tuple[str, str | None]]:
    """Each argument and the text of its default."""
    parts = [part.strip().partition("=") for part in macro.signature.split(",") if part.strip()]
    return [(name.strip(), default.strip() if sign else None) for name, sign, default in parts]


def described_arguments(header: str) -> list[tuple[str, str | None]]:
    """The arguments of the block `Arguments:`, one a line of eight spaces; what is further in goes on with the last."""
    lines = header.splitlines()
    if "    Arguments: none." in lines:
        return []
    assert "    Arguments:" in lines, "no line `Arguments:` or `Arguments: none.`"
    described = []
    for line in lines[lines.index("    Arguments:") + 1 :]:
        if not line.startswith(" " * 8):
            break
        if line.startswith(" " * 12):
            continue
        found = ARGUMENT.match(line)
        assert found, f"not `name (kind): what it is`, or `name (kind, default x): …`: {line.strip()}"
        assert found["kind"] in KINDS, f"{found['kind']} is none of {', '.join(KINDS)}"
        described.append((found["name"], found["default"]))
    return described


def test_every_macro_is_read() -> None:
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "macros").glob("**/*.sql")]
    ends = sum(len(re.findall(r"\{%-?\s*end(?:macro|test)\b", text)) for text in texts)
    assert len(MACROS) == ends > 100


@pytest.mark.parametrize("macro", MACROS, ids=lambda macro: macro.name)
def test_header_says_what_the_macro_takes_and_gives(macro: Macro) -> None:
    assert macro.header, f"{macro.file}: no comment `{{#-` on a line of its own right above {macro.name}"
    first = macro.header.splitlines()[0].strip()
    assert not first.startswith(("Arguments:", "Returns")), "the header does not begin with what the macro is for"
    assert described_arguments(macro.header) == signature_of(macro), "the arguments described are not the signature's"
    returns = re.findall(r"^ {4}(Returns(?: through return\(\))?): \S", macro.header, re.MULTILINE)
    through = re.search(r"\breturn\(", macro.body) is not None
    assert returns == ["Returns through return()" if through else "Returns"], "not once what comes back, and how"
    assert [line for line in macro.header.splitlines() if len(line) > WIDEST] == []


PURPOSE, TAKES, GIVES = (
    "    Adds.\n",
    "    Arguments:\n        x (SQL): a number.\n",
    "    Returns: an SQL expression.\n",
)


@pytest.mark.parametrize(
    ("header", "signature", "message"),
    [
        ("", "x", "no comment"),
        (TAKES + GIVES, "x", "what the macro is for"),
        (PURPOSE + GIVES, "x", "no line `Arguments:`"),
        (PURPOSE + "    Arguments: none.\n" + GIVES, "x", "not the signature's"),
        (PURPOSE + TAKES + GIVES, "y", "not the signature's"),
        (PURPOSE + TAKES + GIVES, "x=1", "not the signature's"),
        (PURPOSE + TAKES.replace("SQL", "thing") + GIVES, "x", "thing is none of"),
        (PURPOSE + TAKES, "x", "not once what comes back"),
        (PURPOSE + TAKES + GIVES.replace("Returns", "Returns through return()"), "x", "not once what comes back"),
    ],
    ids=[
        "none",
        "no purpose",
        "no arguments",
        "none said",
        "other name",
        "no default",
        "no kind",
        "no return",
        "other way",
    ],
)
def test_header_that_does_not_fit_is_found(header: str, signature: str, message: str) -> None:
    comment = f"{{#-\n{header}-#}}\n" if header else ""
    (macro,) = macros_of("m.sql", f"{comment}{{% macro adds({signature}) -%}}\n1 + {{{{ x }}}}\n{{%- endmacro %}}\n")
    with pytest.raises(AssertionError, match=message):
        test_header_says_what_the_macro_takes_and_gives(macro)


def test_macros_that_users_call_name_the_package_of_those_they_call() -> None:
    """dbt looks up a macro without a package among those of the model's own project, which is the user's."""
    named = {macro.name: macro for macro in MACROS}
    seen: set[str] = set()
    todo = ["time_from", "number_from", "seconds_from", "mapped", "email_key", "phone_keys"]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            called = re.findall(r"(?<![\w'])(convsql\.)?(?<![\w.'])(\w+)\(", named[name].body)
            bare = [each for package, each in called if each in named and each != name and not package]
            assert not bare, f"{named[name].file}: {name} calls {bare}"
            todo += [each for package, each in re.findall(r"(convsql\.)(\w+)\(", named[name].body)]
    assert len(seen) > 8
