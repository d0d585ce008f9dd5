"""YAML that is none, that means another thing than it seems to, or whose values are of the wrong kind."""

from __future__ import annotations

from tests.runner.hostile.case import Case, model, refused, works

_PATH = "models/b.yml"


def _yaml(name: str, text: str, line: int, *says: str) -> Case:
    return refused(name, model("select 1 as id", **{_PATH: text}), f"{_PATH}:{line}: ", *says)


def _meta(value: str, *says: str) -> Case:
    return _yaml(f"meta: {value:.30}", f"models:\n  - name: b\n    meta:\n      x: {value}\n", 4, *says)


def _config(value: str, *says: str, line: int = 4) -> Case:
    return _yaml(f"config: {value:.40}", f"models:\n  - name: b\n    config:\n      {value}\n", line, *says)


_TAGS = [
    *[_meta(v, "not valid YAML") for v in ("!!bool foo", "!!int ''", "!!int foo", "!!float ''", "!!float x", "!!timestamp foo", "!!timestamp 2026-99-99", "!!bool ''", "2026-02-31", "!!int 0x")],
    *[_meta(v, "YAML tag", "is not allowed") for v in ("!!binary aGk=", "!!set {a, b}", "!!omap [a: 1]", "!!pairs [a: 1]", "!!python/object:os.system {}", "!!python/object/apply:os.system [ls]", "!!python/name:os.system x", "!mine x", "!Ref x", "!!js/function x")],
    _meta("*nowhere", "YAML alias"),
    _meta("[&a x, *a]", "YAML alias"),
    _yaml("billion laughs", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", 2, "YAML alias"),
]  # fmt: skip

_FORMS = [
    _yaml("nested 5000 deep", "models: " + "[" * 5000 + "]" * 5000, 1, "nested too deeply"),
    _yaml("mappings nested 5000 deep", "models: " + "{a: " * 5000 + "1" + "}" * 5000, 1, "nested too deeply"),
    _yaml("two documents", "models: []\n---\nmodels: []\n", 2, "more than one YAML document"),
    _yaml("a tab", "models:\n\t- name: b\n", 2, "not valid YAML"),
    _yaml("a key twice", "models: []\nmodels: []\n", 2, "duplicate key 'models'"),
    _yaml("a merge key", "models:\n  - <<: {name: b}\n", 2, "merge keys"),
    _yaml("a key that is null", "models: []\n~: 1\n", 2, "would be read as"),
    _yaml("a key that is true", "models: []\nyes: 1\n", 2, "would be read as"),
    _yaml("a key that is a number", "models: []\n7: 1\n", 2, "unknown key '7'"),
    _yaml("a key that is a date", "models: []\n2026-01-01: 1\n", 2, "unknown key '2026-01-01'"),
    _yaml("a key that is a list", "models: []\n[a]: 1\n", 2, "can't be a key"),
    _yaml("a key that is a mapping", "models: []\n{a: 1}: 1\n", 2, "can't be a key"),
    _yaml("a list at the top", "- models\n", 1, "expected a mapping"),
    _yaml("a text at the top", "models\n", 1, "expected a mapping"),
    _yaml("a number of 5000 digits", "models:\n  - name: b\n    meta: {x: " + "9" * 5000 + "}\n", 3, "not valid YAML"),
    _yaml("models that are a mapping", "models: {b: 1}\n", 1, "'models' must be a list"),
    _yaml("models that are a text", "models: b\n", 1, "'models' must be a list"),
    _yaml("a model without a name", "models:\n  - description: x\n", 2, "needs a 'name'"),
    _yaml("a model whose name is a number", "models:\n  - name: 7\n", 2, "needs a 'name'"),
    _yaml("a model that is null", "models:\n  -\n", 2, "needs a 'name'"),
    _yaml("a model that there is not", "models:\n  - name: nowhere\n", 2, "which does not exist"),
    _yaml("columns that are a mapping", "models:\n  - name: b\n    columns: {id: {}}\n", 3, "must be a list"),
    _yaml("a key of another spelling", "models:\n  - name: b\n    descripton: x\n", 3, "unknown key 'descripton'"),
    refused("six megabytes of YAML", model("select 1 as id", **{_PATH: "# " + "x" * 6_000_000}), _PATH, "a file of 6,000,002 bytes"),
    works("four megabytes of YAML", model("select 1 as id", **{_PATH: "models:\n  - name: b\n    description: '" + "x" * 4_000_000 + "'\n"}), "select id from b", (1,)),
    works("an anchor without an alias", model("select 1 as id", **{_PATH: "models: &all\n  - name: b\n"}), "select id from b", (1,)),
    works("an empty file", model("select 1 as id", **{_PATH: ""}), "select id from b", (1,)),
    works("a comment", model("select 1 as id", **{_PATH: "# nothing\n"}), "select id from b", (1,)),
]  # fmt: skip

_VALUES = [
    _config("materialized: 3", "materialized '3' is not supported"),
    _config("materialized: [table]", "materialized"),
    _config("materialized: {a: b}", "materialized"),
    _config("materialized: external", "materialized 'external' is not supported"),
    _config("tags: {a: b}", "'tags' must be"),
    _config("tags: [[a]]", "'tags' must be"),
    _config("enabled: maybe", "'enabled' must be true or false"),
    _config("enabled: 1", "'enabled' must be true or false"),
    _config("alias: ''", "'alias' must be"),
    _config("alias: 7", "'alias' must be"),
    _config("alias: [a]", "'alias' must be"),
    _config("schema: 7", "'schema' must be"),
    _config("schema: {a: b}", "'schema' must be"),
    _config("meta: x", "'meta' must be a mapping"),
    _config("contract: true", "'contract' must be a mapping"),
    _config("pre_hook: drop table x", "does not run hooks"),
    _config("grants: {select: [x]}", "does not support config 'grants'"),
    _config("materialised: table", "unknown config 'materialised'"),
]

_TEST = "models:\n  - name: b\n    columns:\n      - name: id\n        data_tests:\n          - unique:\n              config:\n                {}\n"
_TESTS = [
    *[_yaml(f"a test with {v}", _TEST.format(v), 8, *says) for v, says in [
        ("severity: [warn]", ("'severity' must be",)), ("limit: -1", ("'limit' must be",)), ("limit: many", ("'limit' must be",)),
        ("where: [x]", ("'where' must be",)), ("fail_calc: {a: b}", ("'fail_calc' must be",)), ("enabled: maybe", ("'enabled' must be",)),
    ]],
    refused("severity: loud", model("select 1 as id", **{_PATH: _TEST.format("severity: loud")}), _PATH, "loud"),
    refused("warn_if: of words", model("select 1 as id", **{_PATH: _TEST.format("warn_if: many")}), _PATH, "warn_if"),
    _yaml("an unknown test", "models:\n  - name: b\n    data_tests: [nowhere]\n", 3, "nowhere"),
    _yaml("a test that is a number", "models:\n  - name: b\n    data_tests: [7]\n", 3),
    _yaml("tests that are a text", "models:\n  - name: b\n    data_tests: unique\n", 3),
]  # fmt: skip


def _unit(name: str, overrides: str, *says: str) -> Case:
    text = f"unit_tests:\n  - name: u\n    model: b\n    overrides: {overrides}\n    given: []\n    expect: {{rows: [{{id: 1}}]}}\n"
    return refused(name, model("select 1 as id", **{_PATH: text}), f"{_PATH}:", *says)


_UNITS = [
    _unit("an environment variable 'A=B'", '{env_vars: {"A=B": y}}', "'A=B' can't be set"),
    _unit("an environment variable without a name", '{env_vars: {"": y}}', "can't be set"),
    _unit("an environment variable with NUL", '{env_vars: {"A": "x\\0y"}}', "can't be set"),
    _unit("environment variables that are a list", "{env_vars: [A]}", "must be a mapping"),
    _unit("variables that are a text", "{vars: x}", "must be a mapping"),
    _unit("macros that are a list", "{macros: [is_incremental]}", "must be a mapping"),
    _yaml("a unit test of no model", "unit_tests:\n  - name: u\n    model: nowhere\n    given: []\n    expect: {rows: []}\n", 2, "nowhere"),
    _yaml("a unit test without expect", "unit_tests:\n  - name: u\n    model: b\n    given: []\n", 2, "has no 'expect'"),
    _yaml("rows that are a number", "unit_tests:\n  - name: u\n    model: b\n    given: []\n    expect: {rows: 7}\n", 2, "rows must be"),
    _yaml("a column that there is not", "unit_tests:\n  - name: u\n    model: b\n    given: []\n    expect: {rows: [{nowhere: 7}]}\n", 2, "no column 'nowhere'"),
    _yaml("an input that is no call", "unit_tests:\n  - name: u\n    model: b\n    given: [{input: a, rows: []}]\n    expect: {rows: []}\n", 2, "input"),
]  # fmt: skip


def _project(name: str, text: str, line: int, *says: str) -> Case:
    place = f"dbt_project.yml:{line}: " if line else "dbt_project.yml"
    return refused(name, {**model("select 1 as id"), "dbt_project.yml": "profile: tiny\n" + text}, place, *says)


_PROJECTS = [
    _project("no name", "version: 1\n", 0, "'name' must be a word"),
    _project("a name that is a number", "name: 7\n", 2, "'name' must be a word"),
    _project("a name that is empty", "name: ''\n", 2, "'name' must be a word"),
    _project("a name of two words", "name: a b\n", 2, "'name' must be a word"),
    _project("a name with a path", "name: ../x\n", 2, "'name' must be a word"),
    _project("paths that are a text", "name: tiny\nmodel-paths: models\n", 3, "must be a list of folders"),
    _project("paths that are numbers", "name: tiny\nmodel-paths: [7]\n", 3, "must be a list of folders"),
    _project("a path that leads out", "name: tiny\nmodel-paths: [../..]\n", 3, "leads out of the project"),
    _project("a path that is /", "name: tiny\nseed-paths: [/]\n", 3, "leads out of the project"),
    _project("a path with NUL", 'name: tiny\nmodel-paths: ["a\\0b"]\n', 3),
    _project("models that are a list", "name: tiny\nmodels: [a]\n", 3, "'models' must be a mapping"),
    _project("vars that are a list", "name: tiny\nvars: [a]\n", 3, "'vars' must be a mapping"),
    _project("hooks", "name: tiny\non-run-start: drop table x\n", 3, "does not run hooks"),
    _project("an unknown key", "name: tiny\nmodel_paths: [x]\n", 3, "unknown key 'model_paths'"),
    _project("models of a wrong kind", "name: tiny\nmodels: {+materialized: 3}\n", 3, "materialized"),
    *[refused(f"vars.yml: {n}", {**model("select 1 as id"), "vars.yml": t}, "vars.yml:" + str(line), says) for n, t, line, says in [
        ("a list", "- a\n", 1, "expected a mapping"), ("vars that are a list", "vars: [a]\n", 1, "'vars' must be a mapping"),
        ("a boolean as a key", "on: 1\n", 1, "would be read as"), ("a tag", "a: !!binary x\n", 1, "YAML tag"),
    ]],
    *[refused(f"packages.yml: {n}", {**model("select 1 as id"), "packages.yml": t}, "packages.yml", says) for n, t, says in [
        ("a list", "- local: x\n", "expected a mapping"), ("packages that are a text", "packages: x\n", "'packages' must be"),
        ("one that leads out", "packages: [{local: ../..}]\n", "package '../..' is not in dbt_packages/"), ("one that is a number", "packages: [{local: 7}]\n", "no dbt_project.yml in '7'"),
        ("git", "packages: [{git: 'https://x', revision: y}]\n", "package 'https://x' is not in dbt_packages/"), ("the project itself", "packages: [{local: .}]\n", "package '.' is not in dbt_packages/"),
    ]],
    *[refused(f"profiles.yml: {n}", {**model("select 1 as id"), "profiles.yml": t}, "profiles.yml", says) for n, t, says in [
        ("a list", "- tiny\n", "expected a mapping"), ("a profile that is a list", "tiny: [a]\n", "no profile 'tiny'"),
        ("outputs that are a list", "tiny: {outputs: [a]}\n", "no 'outputs'"), ("another type", "tiny: {target: d, outputs: {d: {type: snowflake}}}\n", "'snowflake' is not supported"),
        ("a server without a host", "tiny: {target: d, outputs: {d: {type: postgres, user: u, dbname: b, schema: s}}}\n", "has no 'host'"),
        ("a port of words", "tiny: {target: d, outputs: {d: {type: postgres, host: h, user: u, dbname: b, schema: s, port: many}}}\n", "'port' must be"),
        ("a password in the file", "tiny: {target: d, outputs: {d: {type: postgres, host: h, user: u, dbname: b, schema: s, password: hunter2}}}\n", "password"),
        ("threads of words", "tiny: {target: d, outputs: {d: {type: duckdb, threads: many}}}\n", "'threads' must be"),
        ("threads below none", "tiny: {target: d, outputs: {d: {type: duckdb, threads: -1}}}\n", "'threads' must be"),
        ("a schema of convsql's own", "tiny: {target: d, outputs: {d: {type: duckdb, schema: _convsql}}}\n", "convsql's own"),
        ("a schema that is a number", "tiny: {target: d, outputs: {d: {type: duckdb, schema: 7}}}\n", "'schema' must be"),
        ("extensions", "tiny: {target: d, outputs: {d: {type: duckdb, extensions: [httpfs]}}}\n", "not built in"),
        ("settings that are a list", "tiny: {target: d, outputs: {d: {type: duckdb, settings: [a]}}}\n", "must be a mapping"),
    ]],
]  # fmt: skip

CASES = [*_TAGS, *_FORMS, *_VALUES, *_TESTS, *_UNITS, *_PROJECTS]
