"""Templates that never end, that make more than a machine holds, or that ask for what there is not."""

from __future__ import annotations

from tests.runner.hostile.case import Case, model, refused, works

_B = "models/b.sql:1: "


def _endless(name: str, template: str, says: str = "a template that ") -> Case:
    return refused(name, model(template + "select 1 as id"), _B, says)


_STEPS, _TEXT, _WIDTH, _RANGE = "steps", "characters of text", "a width of more than", "range of "
_DOUBLED = "{%% set ns = namespace(x=%s) %%}{%% for i in range(80) %%}{%% set ns.x = %s %%}{%% endfor %%}%s"
_HUNDRED_MB = "{% set s = 'x' * 100000 %}"

ENDLESS = [
    _endless(name, template, says)
    for name, template, says in [
        (
            "two nested ranges",
            "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
            _STEPS,
        ),
        (
            "three nested ranges",
            "{% for i in range(999) %}{% for j in range(999) %}{% for k in range(999) %}{% endfor %}{% endfor %}{% endfor %}",
            _STEPS,
        ),
        (
            "a loop over pairs",
            "{% for a, b in zip(range(100000), range(100000)) %}{% for c in range(1000) %}{% endfor %}{% endfor %}",
            _STEPS,
        ),
        (
            "a loop with a condition",
            "{% for i in range(99999) if i %}{% for j in range(9999) if j < 0 %}{% endfor %}{% endfor %}",
            _STEPS,
        ),
        (
            "a loop over a filter",
            "{% for i in range(99999) | map('string') %}{% for j in range(999) | select %}{% endfor %}{% endfor %}",
            _STEPS,
        ),
        (
            "a recursive loop",
            "{% for i in range(10) recursive %}{{ loop(range(10)) if loop.depth < 12 }}{% endfor %}",
            "a template that ",
        ),
        (
            "a recursive loop that goes deeper without end",
            "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
            "too deep",
        ),
        (
            "a loop that calls",
            "{% macro m() %}{% endmacro %}{% for i in range(99999) %}{% for j in range(99) %}{{ m() }}{% endfor %}{% endfor %}",
            _STEPS,
        ),
        ("a range of very many", "{% for i in range(10 ** 12) %}{% endfor %}", _RANGE),
        ("a range beyond a machine word", "{% for i in range(10 ** 30) %}{% endfor %}", _RANGE),
        ("a range backwards", "{% for i in range(0, -10000000, -1) %}{% endfor %}", _RANGE),
        ("a long text to read", "{% set x = lipsum(n=10000000) %}", "chance"),
        ("a macro that calls itself", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "too deep"),
        (
            "two macros that call each other",
            "{% macro m() %}{{ n() }}{% endmacro %}{% macro n() %}{{ m() }}{% endmacro %}{{ m() }}",
            "too deep",
        ),
        (
            "a macro that calls itself twice",
            "{% macro m(d) %}{% if d %}{{ m(d - 1) }}{{ m(d - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
            _STEPS,
        ),
        (
            "a caller that is called without end",
            "{% macro m() %}{% call m() %}{% endcall %}{% endmacro %}{{ m() }}",
            "",
        ),
        ("a text many times", "{% set x = 'a' * 10 ** 10 %}", _TEXT),
        ("many times a text", "{% set x = 10 ** 10 * 'a' %}", _TEXT),
        ("a list many times", "{% set x = [1, 2] * 10 ** 9 %}", _STEPS),
        ("a text added to itself", _DOUBLED % ("'ab'", "ns.x + ns.x", ""), _TEXT),
        ("a text joined with itself", _DOUBLED % ("'ab'", "ns.x ~ ns.x", ""), _TEXT),
        ("a list added to itself", _DOUBLED % ("[1]", "ns.x + ns.x", ""), _STEPS),
        ("a list of itself twice", _DOUBLED % ("[1]", "[ns.x, ns.x]", "{{ ns.x }}"), _STEPS),
        ("a list of itself twice as JSON", _DOUBLED % ("[1]", "[ns.x, ns.x]", "{{ tojson(ns.x) }}"), _STEPS),
        ("a tuple of itself twice compared", _DOUBLED % ("(1,)", "(ns.x, ns.x)", "{{ ns.x == ns.x }}"), _STEPS),
        ("a mapping of itself twice", _DOUBLED % ("{}", "{'a': ns.x, 'b': ns.x}", "{{ ns.x }}"), _STEPS),
        ("dict() of itself twice", _DOUBLED % ("{}", "dict(a=ns.x, b=ns.x)", "{{ ns.x }}"), _STEPS),
        (
            "dict() of its own values",
            _DOUBLED % ("{'a': 1}", "dict(a=ns.x.values(), b=ns.x.values())", "{{ ns.x }}"),
            _STEPS,
        ),
        ("pairs of pairs", _DOUBLED % ("[1]", "zip(ns.x, ns.x) | list", "{{ ns.x }}"), _STEPS),
        (
            "a set block that doubles",
            "{% set ns = namespace(x='ab') %}{% for i in range(80) %}{% set y %}{{ ns.x }}{{ ns.x }}{% endset %}{% set ns.x = y %}{% endfor %}",
            _TEXT,
        ),
        (
            "a macro that doubles",
            "{% macro m(x) %}{{ x }}{{ x }}{% endmacro %}" + _DOUBLED % ("'ab'", "m(ns.x)", ""),
            _TEXT,
        ),
        ("a replacement that grows", _DOUBLED % ("'a'", "ns.x | replace('a', 'aa')", ""), _TEXT),
        ("a method that replaces", _DOUBLED % ("'a'", "ns.x.replace('a', 'aa')", ""), _TEXT),
        ("a join that grows", _HUNDRED_MB + "{% set x = range(100000) | join(s) %}", _TEXT),
        ("a method that joins", _HUNDRED_MB + "{% set x = s.join(s) %}", _TEXT),
        ("a text written again and again", _HUNDRED_MB + "{% for i in range(99999) %}{{ s }}{% endfor %}", _TEXT),
        ("a literal written again and again", "{% for i in range(99999) %}" + "y" * 2000 + "{% endfor %}", _TEXT),
        ("a width in %", "{% set x = '%1000000000d' % 1 %}", _WIDTH),
        ("a precision in %", "{% set x = '%.1000000000f' % 1 %}", _WIDTH),
        ("a width that is an argument of %", "{% set x = '%*d' % (1000000000, 1) %}", _WIDTH),
        ("a width of a named value in %", "{% set x = '%(a)1000000000s' % {'a': 1} %}", _WIDTH),
        ("many widths in %", "{% set x = ('%99999d' * 9999) % ((1,) * 9999) %}", _TEXT),
        ("a width in format", "{% set x = '{:>1000000000}'.format(1) %}", _WIDTH),
        ("a width that is an argument of format", "{% set x = '{:{}}'.format('a', 1000000000) %}", _WIDTH),
        ("a width in format_map", "{% set x = '{a:1000000000}'.format_map({'a': 1}) %}", _WIDTH),
        ("the filter format", "{% set x = '%1000000000s' | format(1) %}", _WIDTH),
        ("a value many times in format", _HUNDRED_MB + "{% set x = ('{0}' * 99999).format(s) %}", _TEXT),
        ("a value many times in %", _HUNDRED_MB + "{% set x = ('%(a)s' * 99999) % {'a': s} %}", _TEXT),
        *[
            (f"the filter {f}", "{% set x = 'a b' | " + f + " %}", says)
            for f, says in {
                "center(1000000000)": "asks for",
                "indent(1000000000, first=true)": "asks for",
                "batch(1000000000, 'x') | list": "asks for",
                "slice(1000000000) | list": "asks for",
                "wordwrap(0)": "template error",
                "truncate(-1)": "template error",
                "random": "chance",
                "round": "template error",
            }.items()
        ],
        *[
            (f"the method {m}", "{% set x = 'a\tb'." + m + " %}", "asks for")
            for m in (
                "ljust(10 ** 10)",
                "rjust(10 ** 10)",
                "center(10 ** 10)",
                "zfill(10 ** 10)",
                "expandtabs(10 ** 10)",
            )
        ],
        ("a number of bytes", "{% set x = (1).to_bytes(10 ** 10, 'big') %}", "asks for"),
        ("a huge power", "{% set x = 10 ** 10000000000 %}", "a power of more than"),
        ("a power of a power", "{% set x = 2 ** (2 ** (2 ** 5)) %}", "a power of more than"),
        ("a square of a square", _DOUBLED % ("3", "ns.x * ns.x", ""), "a number of more than"),
        ("a remainder of a huge power", "{% set x = 3 ** 9999999999 % 7 %}", "a power of more than"),
        ("rounding to a huge number of places", "{% set x = 5 | round(-1000000000) %}", "asks for"),
        ("rounding up to very many places", "{% set x = 1.5 | round(400000000, 'ceil') %}", "asks for"),
        ("tags to strip from a long text", "{% set x = ('<a>' * 1000000) | striptags %}", "asks for"),
        ("links in a long text", "{% set x = ('(www.a.b' * 1000000) | urlize %}", "asks for"),
        ("a sum of lists", "{% set x = ([[1] * 3000] * 3000) | sum(start=[]) %}", _STEPS),
        (
            "long texts compared again and again",
            "{% set s = 'x' * 9000000 %}{% set t = s[:8999999] ~ 'y' %}{% for i in range(99999) %}{% if s == t %}{% endif %}{% endfor %}",
            "seconds",
        ),
        ("deep brackets", "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "too deep"),
        ("deep lists", "{{ " + "[" * 3000 + "]" * 3000 + " }}", "too deep"),
        ("deep ifs", "{% if 1 %}" * 2000 + "{% endif %}" * 2000, "template error"),
        ("nested loops beyond Python's", "{% for i in [1] %}" * 30 + "{% endfor %}" * 30, "template error"),
    ]
]

_WRONG = [
    refused(name, model(template), _B, *says)
    for name, template, says in [
        ("ref of an int", "select * from {{ ref(1) }}", ("no model or seed '1'",)),
        ("ref of a list", "select * from {{ ref(['a']) }}", ("ref()", "text")),
        ("ref of none", "select * from {{ ref(none) }}", ("ref()", "text")),
        ("ref of an undefined name", "select * from {{ ref(a) }}", ("'a' is undefined",)),
        ("ref of nothing", "select * from {{ ref() }}", ("ref() takes",)),
        ("ref of an empty name", "select * from {{ ref('') }}", ("no model or seed ''",)),
        ("ref of a long name", "select * from {{ ref('" + "x" * 100000 + "') }}", ("no model or seed",)),
        ("ref of a version", "select * from {{ ref('a', version=2) }}", ("versions",)),
        ("ref with another keyword", "select * from {{ ref(model_name='a') }}", ("ref()",)),
        ("source with one argument", "select * from {{ source('a') }}", ("source() takes",)),
        ("source of a list", "select * from {{ source(['a'], 'b') }}", ("source()", "text")),
        ("source of a mapping", "select * from {{ source({}, {}) }}", ("source()", "text")),
        ("source of none", "select * from {{ source(none, none) }}", ("source()", "text")),
        ("source with a keyword", "select * from {{ source('a', table='b') }}", ("source()",)),
        ("var of a mapping", "select {{ var({}) }}", ("var()", "text")),
        ("var of a list", "select {{ var(['a']) }}", ("var()", "text")),
        ("var of nothing", "select {{ var() }}", ("var()",)),
        ("var that is not set", "select {{ var('nowhere') }}", ("variable 'nowhere' is not set",)),
        ("env_var of a list", "select {{ env_var([]) }}", ("env_var()", "text")),
        ("env_var of nothing", "select {{ env_var() }}", ("env_var()",)),
        ("env_var with NUL", "select {{ env_var('a\x00b') }}", ("NUL",)),
        ("env_var with =", "select {{ env_var('A=B') }}", ("env_var",)),
        ("config of a text", "{{ config('table') }} select 1", ("config() takes",)),
        ("config of a list", "{{ config([1]) }} select 1", ("config() takes",)),
        ("config of another list", "{{ config(*[[1]]) }} select 1", ("config() takes",)),
        ("config of a mapping with a list", "{{ config(**{'materialized': ['table']}) }} select 1", ("materialized",)),
        ("config of a mapping", "{{ config({'materialised': 'table'}) }} select 1", ("unknown config",)),
        ("config of keys that are numbers", "{{ config({1: 2}) }} select 1", ("unknown config '1'",)),
        ("config of unhashable keys", "{{ config({[]: 1}) }} select 1", ("template error",)),
        ("materialized: 3", "{{ config(materialized=3) }} select 1", ("materialized '3' is not supported",)),
        ("materialized: none", "{{ config(materialized=none) }} select 1 as id where", ("materialized",)),
        ("tags that are a mapping", "{{ config(tags={'a': 'b'}) }} select 1", ("'tags' must be",)),
        ("tags that are numbers", "{{ config(tags=[[1]]) }} select 1", ("'tags' must be",)),
        ("enabled: maybe", "{{ config(enabled='maybe') }} select 1", ("'enabled' must be true or false",)),
        ("enabled: 0", "{{ config(enabled=0) }} select 1", ("'enabled' must be true or false",)),
        ("an empty alias", "{{ config(alias='') }} select 1", ("'alias'",)),
        ("a blank alias", "{{ config(alias='  ') }} select 1", ("'alias'",)),
        ("an alias that is a list", "{{ config(alias=['x']) }} select 1", ("'alias' must be",)),
        ("an alias with NUL", "{{ config(alias='a\x00b') }} select 1", ("NUL",)),
        ("a schema that is a number", "{{ config(schema=7.5) }} select 1", ("'schema'",)),
        ("a schema of one's own", "{{ config(schema=true) }} select 1", ("'schema' must be",)),
        ("meta that is a list", "{{ config(meta=[1]) }} select 1", ("'meta' must be a mapping",)),
        ("a contract that is a word", "{{ config(contract='yes') }} select 1", ("'contract' must be a mapping",)),
        ("a value that is no value", "{{ config(meta={'a': ref}) }} select 1", ("meta",)),
        ("a config of an undefined name", "{{ config(meta={'a': nowhere}) }} select 1", ("config 'meta' can't be",)),
        ("run_query", "select {{ run_query('select 1') }}", ("convsql does not support 'run_query'",)),
        ("modules.re", "{{ modules.re.match('(a+)+$', 'a' * 40 ~ 'b') }} select 1", ("does not support 'modules'",)),
        ("modules.itertools", "{% for i in modules.itertools.cycle([1]) %}{% endfor %}select 1", ("'modules'",)),
        ("graph", "select {{ graph.nodes }}", ("convsql does not support 'graph'",)),
        ("a class by way of an attribute", "select {{ ''.__class__.__mro__ }}", ("template error",)),
        ("a class by way of attr", "select {{ ''|attr('__class__') }}", ("template error",)),
        ("globals of a function", "select {{ ref.__globals__ }}", ("template error",)),
        ("an include", "{% include '/etc/hostname' %} select 1", ("template error",)),
        ("an import", "{% import 'x' as x %} select 1", ("template error",)),
        ("extends", "{% extends 'x' %} select 1", ("template error",)),
        ("an unknown tag", "{% nowhere %} select 1", ("template error",)),
        ("an open tag", "{% if 1 %} select 1", ("template error",)),
        ("an open comment", "{# select 1", ("template error",)),
        ("an unknown filter", "select {{ 1 | nowhere }}", ("template error",)),
        ("division by zero", "select {{ 1 / 0 }}", ("template error",)),
        ("return outside a macro", "{{ return(1) }} select 1", ("return() outside a macro",)),
        ("a forged reference", 'select * from "⟦source.x.y⟧"', ("⟦",)),
        ("a forged reference to a model", 'select * from "⟦model.tiny.a⟧"', ("⟦",)),
        ("a forged reference in pieces", "select * from \"{{ '⟦' }}model.tiny.a{{ '⟧' }}\"", ("⟦",)),
        ("a snapshot block", "{% snapshot s %} select 1 {% endsnapshot %}", ("does not support",)),
    ]
]

_MACROS = [
    refused("a macro file that goes too deep", {"macros/m.sql": "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}"}, "macros/m.sql", "too deep"),
    refused("a macro file that never ends when it is loaded", model("select {{ m() }}", **{"macros/m.sql": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}{% macro m() %}1{% endmacro %}"}), _B, "macros/m.sql:1", _STEPS),
    refused("a macro in a file that never ends", model("\nselect {{ m() }}", **{"macros/m.sql": "{% macro m() %}\n{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}{% endmacro %}"}), "models/b.sql:2: ", "macros/m.sql:2", _STEPS),
    refused("a generic test that never ends", model("select 1 as id", **{"macros/t.sql": "{% test t(model) %}{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}select 1{% endtest %}", "models/b.yml": "models:\n  - name: b\n    data_tests: [t]\n"}), "models/b.yml:3: ", _STEPS),
    refused("YAML that never ends", model("select 1 as id", **{"models/b.yml": "models:\n  - name: b\n    meta:\n      x: \"{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}\"\n"}), "models/b.yml:4: ", _STEPS),
    refused("a project file that never ends", {"dbt_project.yml": "name: tiny\nprofile: tiny\nversion: \"{{ 'a' * 10 ** 10 }}\"\n"}, "dbt_project.yml:3: ", _TEXT),
    refused("a hundred models that never end", {f"models/m{i}.sql": "{% for i in range(99999) %}{% for j in range(99999) %}{{ i }}{% endfor %}{% endfor %}select 1" for i in range(100)}, "models/m99.sql:1: ", _STEPS),
    works("a macro that is never called", model("select 1 as id", **{"macros/m.sql": "{% macro m() %}{{ m() }}{% endmacro %}"}), "select id from b", (1,)),
]  # fmt: skip

_FINE = [
    works("a model of a thousand lines", model("{% for i in range(1000) %}select {{ i }} as id union all\n{% endfor %}select -1 as id"), "select count(*) from b", (1001,)),
    works("a list of ten thousand numbers", model("select id from {{ ref('a') }} where id in (" + ",".join(map(str, range(10000))) + ")"), "select id from b", (1,)),
    works("config of an empty mapping", model("{{ config(**{}) }}{{ config({}) }}{{ config() }} select 1 as id"), "select id from b", (1,)),
    works("text of a megabyte", model("select length('" + "x" * 1000000 + "') as n"), "select n from b", (1000000,)),
    works("marks of Jinja in data", model("select '{{ '{{' }} {{ '{%' }}' as x"), "select x from b", ("{{ {%",)),
    works("a comment with a template", model("-- {{ ref('a') }}\nselect 1 as id"), "select id from b", (1,)),
    works("a model that reads itself by name", model("with b as (select 7 as id) select id from b"), "select id from b", (7,)),
    works("numbers of many digits in a format", model("select '{{ '%s of 12345678' % 3 }}, {{ '{} of: 12345678'.format(4) }}' as x"), "select x from b", ("3 of 12345678, 4 of: 12345678",)),
]  # fmt: skip

CASES = [*ENDLESS, *_WRONG, *_MACROS, *_FINE]
