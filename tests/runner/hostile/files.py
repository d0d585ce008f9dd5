"""Files that are none, links, odd names, odd encodings, and projects of an odd shape."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

from tests.runner.hostile.case import Case, model, refused, works

_OK = model("select 2 as id")


def _pipe(path: str) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).unlink(missing_ok=True)
        os.mkfifo(root / path)

    return make


def _socket(path: str) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        os.chdir((root / path).parent)
        socket.socket(socket.AF_UNIX).bind(Path(path).name)

    return make


def _link(path: str, to: str) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).unlink(missing_ok=True)
        (root / path).symlink_to(to)

    return make


def _huge(path: str, size: int = 10**9) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        with (root / path).open("wb") as file:
            file.truncate(size)

    return make


def _raw_name(root: Path) -> None:
    Path(os.fsdecode(os.fsencode(root) + b"/models/b\xff.sql")).write_text("select 1 as id")


_PLACES = (
    *("models/c.sql", "models/c.yml", "macros/c.sql", "seeds/c.csv", "seeds/c.yml", "tests/c.sql"),
    *("tests/fixtures/c.csv", "vars.yml", "packages.yml", "profiles.yml", "dbt_project.yml"),
)
_UNIT = "unit_tests:\n  - name: u\n    model: b\n    given: []\n    expect: {format: csv, fixture: c}\n"

_NO_FILES = [
    *[refused(f"a pipe as {p}", {**_OK, "models/u.yml": _UNIT}, p, "a pipe, not a file", make=_pipe(p)) for p in _PLACES],
    *[refused(f"a socket as {p}", _OK, p, "a socket, not a file", make=_socket(p)) for p in ("models/c.sql", "vars.yml")],
    *[
        refused(f"a link to /dev/zero as {p}", _OK, p, says, make=_link(p, "/dev/zero"))
        for p, says in [
            ("models/c.sql", "leads out of the project"),
            ("seeds/c.csv", "leads out of the project"),
            ("vars.yml", "a device, not a file"),
            ("profiles.yml", "a device, not a file"),
        ]
    ],
    *[
        refused(f"a link that leads nowhere as {p}", _OK, p, says, make=_link(p, "nowhere"))
        for p, says in [
            ("models/c.sql", "can't be read"),
            ("vars.yml", "leads nowhere"),
            ("packages.yml", "leads nowhere"),
            ("profiles.yml", "leads nowhere"),
        ]
    ],
    refused("a link to itself", _OK, "models/c.sql", "can't be read", make=_link("models/c.sql", "c.sql")),
    *[
        refused(f"a gigabyte of nothing as {p}", _OK, p, "a file of 1,000,000,000 bytes", make=_huge(p))
        for p in ("models/c.sql", "models/c.yml", "macros/c.sql", "seeds/c.csv", "tests/c.sql", "vars.yml")
    ],
    refused("a file where the folder of models is", {"models": "select 1"}, "models", "can't be read as a folder"),
]  # fmt: skip

_LINKED = [
    works("a folder of models that is a link", {**_OK, "shared/c.sql": "select 3 as id"}, "select id from c", (3,), make=_link("models/shared", "../shared")),
    works("a folder of macros that is a link", {**model("select {{ m() }} as id"), "shared/m.sql": "{% macro m() %}4{% endmacro %}"}, "select id from b", (4,), make=_link("macros/shared", "../shared")),
    works("a folder of seeds that is a link", {**_OK, "shared/s.csv": "id\n5\n"}, "select id from s", (5,), make=_link("seeds/shared", "../shared")),
    works("all models in a folder that is a link", {"there/c.sql": "select 6 as id"}, "select id from c", (6,), make=_link("models", "there")),
    works("a link to a model", {**_OK, "there/c.sql": "select 7 as id"}, "select id from c", (7,), make=_link("models/c.sql", "../there/c.sql")),
    Case("a folder of tests that is a link", {**_OK, "shared/t.sql": "select 1 as id"}, says=("fail",), code=1, make=_link("tests/shared", "../shared")),
    refused("a folder that links to the one above it", _OK, "models/loop", "a link to a folder that is read already", make=_link("models/loop", ".")),
    refused("a folder that links to the project", _OK, "models/loop", "a link to the project itself", make=_link("models/loop", "..")),
    refused("a folder that links to /", _OK, "models/out", "leads out of the project", make=_link("models/out", "/")),
    refused("a folder that links to the folder above", _OK, "models/out", "leads out of the project", make=_link("models/out", "../..")),
    refused("a folder that is linked to twice", {**_OK, "shared/c.sql": "select 3 as id"}, "models/y", "read already (as models/x)", make=lambda root: (_link("models/x", "../shared")(root), _link("models/y", "../shared")(root))[0]),
]  # fmt: skip

_NAMES = [
    *[
        works(f"a model called {name!r:.20}", {f"models/{name}.sql": "select 1 as id", "models/child.sql": "select id from {{ ref('" + name + "') }}"}, "select id from child", (1,))
        for name in ("select", "order", "a b", "ünï", "emoji🎈", "a;b", "a--b", "a.b", "1", "x" * 240, "model", "-rf", "main", "_convsql", "%s", "$HOME", "a=b")
    ],
    *[refused(f"a model called {name}", {f"models/{name}.sql": "select 1 as id"}, f"models/{name}.sql:1: ", "a name can't hold") for name in ('a"b', "a|b", "⟦a⟧")],
    refused("a name that is not UTF-8", _OK, "models/b", "is not UTF-8", make=_raw_name),
    refused("two models alike but for case", {"models/Cc.sql": "select 1 as id", "models/cC.sql": "select 2 as id"}, "models/", "would be published as"),
    refused("a seed and a model of one name", {**_OK, "seeds/a.csv": "id\n1\n"}, "seeds/a.csv:1: ", "duplicate name 'a'"),
    works("an ending in capitals", {**_OK, "models/c.SQL": "select 3 as id"}, "select id from c", (3,)),
    refused("two macros of one name", {**_OK, "macros/m.sql": "{% macro m() %}{% endmacro %}{% macro m() %}{% endmacro %}"}, "macros/m.sql:1: ", "duplicate macro 'm'"),
]  # fmt: skip

_BYTES = [
    *[refused(f"{name} as {path}", {**_OK, path: content}, path, *says) for name, path, content, says in [
        ("UTF-16", "models/c.sql", "select 1 as id".encode("utf-16"), ("not UTF-8",)),
        ("UTF-16", "macros/c.sql", "{% macro m() %}{% endmacro %}".encode("utf-16"), ("not UTF-8",)),
        ("UTF-16", "seeds/c.csv", "id\n1\n".encode("utf-16"), ("not a CSV file",)),
        ("UTF-16", "vars.yml", "a: 1".encode("utf-16"), ("not UTF-8",)),
        ("UTF-16", "dbt_project.yml", "name: tiny".encode("utf-16"), ("not UTF-8",)),
        ("Latin-1", "models/c.yml", "models: [{name: b, description: 'caf\xe9'}]".encode("latin-1"), ("not UTF-8",)),
        ("Latin-1", "seeds/c.csv", "id\ncaf\xe9\n".encode("latin-1"), ()),
        ("NUL", "models/c.sql", b"select 1 as id\x00", ("NUL",)),
        ("NUL", "models/c.yml", b"models: [\x00]", ("NUL",)),
        ("NUL", "vars.yml", b"a: \x00", ("NUL",)),
        ("an empty file", "seeds/c.csv", b"", ("empty",)),
        ("an empty file", "models/c.sql", b"", ("the file holds no SQL",)),
        ("a zip", "seeds/c.csv", b"PK\x03\x04\xff\xfe\x00\x00", ()),
        ("a zip", "models/c.sql", b"PK\x03\x04\xff\xfe\x00\x00", ("not UTF-8",)),
    ]],
    works("a mark at the start", {**_OK, "models/c.sql": b"\xef\xbb\xbfselect 1 as id"}, "select id from c", (1,)),
    works("carriage returns", {**_OK, "models/c.sql": b"select 1 as id\r\n-- x\r\n"}, "select id from c", (1,)),
    works("old carriage returns", {**_OK, "models/c.sql": b"select 1\ras id\r"}, "select id from c", (1,)),
    works("a line of a megabyte", {**_OK, "models/c.sql": "select 1 as id /*" + "x" * 10**6 + "*/"}, "select id from c", (1,)),
    refused("HTML as a seed", {**_OK, "seeds/c.csv": "<html>\n<body a=\"1, 2\">\n</html>\n"}, "seeds/c.csv:"),
]  # fmt: skip


def _chain(length: int, materialized: str) -> dict[str, str | bytes]:
    config = f"{{{{ config(materialized='{materialized}') }}}} "
    files: dict[str, str | bytes] = {
        f"models/e{i:04}.sql": f"{config}select * from {{{{ ref('e{i - 1:04}') }}}}" for i in range(1, length + 1)
    }
    return {
        **files,
        "models/e0000.sql": "select 1 as id",
        "models/z.sql": f"select id from {{{{ ref('e{length:04}') }}}}",
    }


def _doubling(depth: int) -> dict[str, str | bytes]:
    start = "{{ config(materialized='ephemeral') }} select a.id from "
    files: dict[str, str | bytes] = {
        f"models/e{i}.sql": f"{start}{{{{ ref('e{i - 1}') }}}} as a join {{{{ ref('e{i - 1}') }}}} as b using (id)"
        for i in range(1, depth)
    }
    return {**files, "models/e0.sql": "select 1 as id", "models/z.sql": f"select id from {{{{ ref('e{depth - 1}') }}}}"}


_SHAPES = [
    works("90 ephemeral models within one another", _chain(90, "ephemeral"), "select id from z", (1,)),
    refused("600 ephemeral models within one another", _chain(600, "ephemeral"), "models/e", "more than 100 ephemeral models"),
    refused("ephemeral models that double", _doubling(60), "models/e", "a query of more than"),
    refused("a model that reads itself", model("select * from {{ ref('b') }}"), "models/b.sql:1: ", "refers to itself"),
    refused("two models in a circle", model("select * from {{ ref('c') }}", **{"models/c.sql": "select * from {{ ref('b') }}"}), "models/", "cycle"),
    refused("ephemeral models in a circle", model("{{ config(materialized='ephemeral') }} select * from {{ ref('c') }}", **{"models/c.sql": "{{ config(materialized='ephemeral') }} select * from {{ ref('b') }}"}), "models/", "cycle"),
    Case("a chain of 3000 models", _chain(3000, "view"), code=0, command=("compile",)),
]  # fmt: skip


def _database(path: str) -> dict[str, str | bytes]:
    quoted = path.replace("'", "''")
    return {
        **_OK,
        "profiles.yml": f"tiny:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: '{quoted}'\n",
    }


_DATABASES = [
    *[refused(f"a database called {p!r}", _database(p), "profiles.yml:6: ", says) for p, says in [
        ("memory.duckdb", "can't be called 'memory'"), ("MEMORY.db", "can't be called 'MEMORY'"), ("x/memory", "can't be called"),
        ("system.duckdb", "can't be called"), ("temp.duckdb", "can't be called"), ("information_schema.duckdb", "can't be called"),
        ("", "'path' is not a path of a file"), ("  ", "'path' is not a path of a file"), ("x" * 250 + ".duckdb", "more than 240 bytes"),
    ]],
    *[Case(f"a database called {p!r}", _database(p), code=0, command=("build",)) for p in ("main.duckdb", "a'b.duckdb", 'a"b.duckdb', "a b.duckdb", "ü🎈.duckdb", "nosuffix", "a.b.c.duckdb", "select.duckdb", ".hidden", "a;b.duckdb")],
    refused("a database that is a pipe", _database("p.duckdb"), "profiles.yml:6: ", "is a pipe", make=_pipe("p.duckdb")),
    refused("a database that is a folder", _database("models"), "", "can't open"),
    refused("a database that is no database", {**_database("p.duckdb"), "p.duckdb": "hello " * 2000}, "", "p.duckdb"),
]  # fmt: skip

CASES = [*_NO_FILES, *_LINKED, *_NAMES, *_BYTES, *_SHAPES, *_DATABASES]
