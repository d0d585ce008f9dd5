"""`--select` and `--exclude`: dbt's node selection.

A selector is a method and a value (`tag:nightly`, `path:models/staging`, `source:raw.messages`,
`config.materialized:view`, `resource_type:seed`, `package:convsql`, `test_type:unit`, or a bare name,
folder or file), with `+`/`2+` before it for parents, after it for children, or `@` for children and
all their parents. Several selectors unite; a comma intersects. `*` and `?` match as in a shell. What else
a selection may look at, such as what an earlier run left, is given from outside (`Around`).
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from convsql.base.errors import ConvsqlError, Where, did_you_mean
from convsql.base.reached import ENDLESS
from convsql.project.nodes import Graph, Node

_SELECTOR = re.compile(r"^(?P<at>@)?(?:(?P<up>\d*)(?P<plus_up>\+))?(?P<body>.+?)(?:(?P<plus_down>\+)(?P<down>\d*))?$")


INDIRECT = ("eager", "cautious", "buildable", "empty")
Method = Callable[[Node, str], bool]


@dataclass(slots=True)
class Around:
    """What selection looks at besides the graph: which tests come along (`indirect`), which kinds are wanted and left out, further
    `methods`, and the selections that have a name (`named` gives the nodes of one, asking for those of a text). `default` is the name of the
    one that holds where nothing is selected. What selected nothing is noted in `unmatched`.
    """

    indirect: str = "eager"
    kinds: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    methods: Mapping[str, Method] = field(default_factory=dict)
    named: Callable[[str, Callable[[str], set[str]]], set[str]] | None = None
    default: str = ""
    unmatched: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Parsed:
    method: str
    value: str
    up: int
    down: int
    at: bool


def _parse(text: str) -> _Parsed:
    match = _SELECTOR.match(text)
    if not match or not match["body"]:
        raise ConvsqlError(f"'{text}' is not a selector", Where("--select"))
    up = (int(match["up"]) if match["up"] else ENDLESS) if match["plus_up"] else 0
    down = (int(match["down"]) if match["down"] else ENDLESS) if match["plus_down"] else 0
    body = match["body"]
    method, _, value = body.partition(":")
    if not value:
        method = "path" if "/" in body else "file" if body.endswith((".sql", ".csv", ".yml", ".yaml")) else "fqn"
        value = body
    return _Parsed(method, value, up, down, bool(match["at"]))


def _matches(value: str, pattern: str) -> bool:
    return value == pattern or fnmatch.fnmatchcase(value, pattern)


def _by_path(node: Node, value: str) -> bool:
    wanted = value.rstrip("/").removeprefix("./")
    return node.path == wanted or node.path.startswith(wanted + "/") or fnmatch.fnmatchcase(node.path, wanted)


def _by_fqn(node: Node, value: str) -> bool:
    if node.kind == "source":
        return _matches(node.dotted_name, value)
    if _matches(node.name, value):
        return True
    if node.kind not in ("model", "seed"):
        return False
    parts = [node.package, *node.folders, node.name]
    wanted = value.split(".")
    return any(
        len(wanted) <= len(whole) and all(_matches(p, w) for p, w in zip(whole, wanted, strict=False))
        for whole in (parts, parts[1:])
    )


def _by_source(node: Node, value: str) -> bool:
    source, _, table = value.partition(".")
    if node.source is None:
        return False
    return _matches(node.source.source_name, source) and (not table or _matches(node.name, table))


def _by_test_type(node: Node, value: str) -> bool:
    kinds = {
        "unit": node.kind == "unit_test",
        "data": node.kind == "test",
        "generic": node.kind == "test" and node.generic is not None,
        "singular": node.kind == "test" and node.generic is None,
    }
    if value not in kinds:
        raise ConvsqlError(
            f"no test type '{value}'", Where("--select"), did_you_mean(value, kinds) or "unit, data, generic, singular"
        )
    return kinds[value]


def _by_test_name(node: Node, value: str) -> bool:
    called = node.generic.test_name.removeprefix("test_") if node.generic else ""
    return node.kind == "test" and _matches(called, value)


_METHODS: dict[str, Method] = {
    "fqn": _by_fqn,
    "path": _by_path,
    "file": lambda n, v: _matches(n.path.split("/")[-1], v) or _matches(n.path.split("/")[-1].rsplit(".", 1)[0], v),
    "tag": lambda n, v: any(_matches(t, v) for t in n.tags),
    "source": _by_source,
    "package": lambda n, v: _matches(n.package, v),
    "resource_type": lambda n, v: n.kind == v,
    "test_type": _by_test_type,
    "test_name": _by_test_name,
    "unit_test": lambda n, v: n.kind == "unit_test" and _matches(n.name, v),
    "group": lambda n, v: _matches(str(n.config.get("group") or ""), v),
    "access": lambda n, v: n.kind == "model" and (n.config.get("access") or "protected") == v,
}
_NOT_HERE = {
    "metric": "semantic models are not supported; a metric's models are selected by name",
    "semantic_model": "semantic models are not supported",
    "saved_query": "semantic models are not supported",
    "version": "versions of models are not supported",
    "function": "functions are not supported",
}


def _by_config(node: Node, key: str, value: str) -> bool:
    actual: Any = node.config
    if key == "materialized":
        said = node.config.get("materialized") if node.kind == "model" else None
        actual = "seed" if node.kind == "seed" else said or node.materialized
    for step in [] if key == "materialized" else key.split("."):
        actual = actual.get(step) if isinstance(actual, dict) else None
    if isinstance(actual, bool):
        return str(actual).lower() == value.lower()
    if isinstance(actual, list | dict):
        return value in actual
    return actual is not None and str(actual) == value


def _base(graph: Graph, parsed: _Parsed, around: Around) -> set[str]:
    if parsed.method.startswith("config."):
        key = parsed.method.removeprefix("config.")
        return {n.unique_id for n in graph.nodes.values() if _by_config(n, key, parsed.value)}
    if parsed.method == "selector" and around.named is not None:
        return around.named(parsed.value, lambda text: _union(graph, [text], around))
    if parsed.method == "exposure":
        listed = [each["parents"] for name, each in graph.exposures.items() if _matches(name, parsed.value)]
        return {parent for parents in listed for parent in parents}
    methods = {**_METHODS, **around.methods}
    if by := methods.get(parsed.method):
        return {n.unique_id for n in graph.nodes.values() if by(n, parsed.value)}
    known = [*methods, "exposure", "selector", "config.<key>"]
    raise ConvsqlError(
        f"convsql has nothing that '{parsed.method}:' could select"
        if parsed.method in _NOT_HERE
        else f"no selection method '{parsed.method}'",
        Where("--select"),
        _NOT_HERE.get(parsed.method) or did_you_mean(parsed.method, known) or f"methods: {', '.join(known)}",
    )


def select(graph: Graph, include: list[str], exclude: list[str], around: Around | None = None) -> set[str]:
    """Unique ids of the chosen nodes; tests come along with the nodes they test.

    What matches nothing is noted, with the closest name, in `around.unmatched`. Raises ConvsqlError for what is no selector.
    """
    around = around or Around()
    if not include and not exclude and around.default:
        include = [f"selector:{around.default}"]
    chosen = _union(graph, include, around) if include else set(graph.nodes)
    chosen = _with_tests(graph, chosen, around.indirect)
    if exclude:
        chosen -= _with_tests(graph, _union(graph, exclude, around))
    if around.kinds or around.without:
        nodes = graph.nodes
        if not {"test", "unit_test"} & set(around.kinds):  # what is built is tested
            kept = {i for i in chosen if nodes[i].kind in around.kinds} if around.kinds else chosen
            tests = {i for i in chosen if nodes[i].kind in ("test", "unit_test")}
            chosen = kept | (tests & _with_tests(graph, kept, around.indirect))
        else:
            chosen = {i for i in chosen if nodes[i].kind in around.kinds}
        chosen = {i for i in chosen if nodes[i].kind not in around.without}
    return chosen


def select_to_run(
    graph: Graph, include: list[str], exclude: list[str], project: str, around: Around | None = None
) -> set[str]:
    """What a command of the project works on: `select`, without the unit tests of installed packages that nobody asked for.

    They hold for given rows alone, so what is built here can't break them. A selector asks for them that names unit
    tests as such (`resource_type:unit_test`, `test_type:unit`) or one by its name. Raises as `select` does.
    """
    around = around or Around()
    chosen = select(graph, include, exclude, around)
    of_packages = {n.unique_id for n in graph.of("unit_test") if n.package != project}
    if not of_packages:
        return chosen
    asking = [word for item in include for word in item.split() if _asks_for_unit_tests(graph, word, of_packages)]
    return chosen - (of_packages - _union(graph, asking, Around(methods=around.methods)))


def _asks_for_unit_tests(graph: Graph, text: str, of_packages: set[str]) -> bool:
    names = {graph.nodes[i].name for i in of_packages}
    parts = [_parse(part) for part in text.split(",")]
    return any(
        (p.method, p.value) in (("resource_type", "unit_test"), ("test_type", "unit"))
        or (p.method == "fqn" and p.value in names)
        for p in parts
    )


def _with_tests(graph: Graph, chosen: set[str], indirect: str = "eager") -> set[str]:
    built = {i for i in chosen if graph.nodes[i].kind in ("model", "seed", "source")}
    if indirect == "empty":
        return chosen
    at_hand = graph.ancestors(built) if indirect == "buildable" else built

    def comes_along(node: Node) -> bool:
        if indirect != "eager" and not set(node.parents) <= at_hand:
            return False
        return node.attached in built or (node.kind == "test" and bool(built.intersection(node.parents)))

    return chosen | {n.unique_id for n in graph.of("test", "unit_test") if comes_along(n)}


def _union(graph: Graph, texts: list[str], around: Around) -> set[str]:
    united: set[str] = set()
    for text in (word for item in texts for word in item.split()):
        parts = [_one(graph, part, around) for part in text.split(",")]
        # `waits,test_type:unit` means the unit tests of waits: the tests of each part stand in the intersection
        united |= set.intersection(*(_with_tests(graph, part) for part in parts)) if len(parts) > 1 else parts[0]
    return united


def _one(graph: Graph, text: str, around: Around) -> set[str]:
    parsed = _parse(text)
    base = _base(graph, parsed, around)
    if not base:
        names = [n.name for n in graph.of("model", "seed")]
        hint = did_you_mean(parsed.value, names) or "`convsql ls` lists what there is"
        around.unmatched.append(f"'{text}' selects nothing; {hint}")
    up = parsed.up
    if parsed.method == "exposure":  # what it reads is one step above it
        if not up and not parsed.at:
            around.unmatched.append(f"'{text}' selects the exposure alone, which is not built; '+{text}' what it reads")
            return set()
        up = max(up - 1, 0)
    if parsed.at:
        return graph.ancestors(graph.descendants(base))
    return graph.ancestors(base, up) | graph.descendants(base, parsed.down)
