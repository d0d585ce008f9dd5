"""`--select` and `--exclude` take what dbt's do, and say what is close when nothing matches."""

from __future__ import annotations

import pytest

from convsql.base.errors import ConvsqlError
from convsql.dbt_habits.earlier import methods_of
from convsql.dbt_habits.selectors import Selectors
from convsql.project.nodes import GenericTest, Graph, Node, SourceTable, UnitTest
from convsql.project.selection import Around, select, select_to_run


def model(name: str, *parents: str, folder: str = "staging", package: str = "shop", **config: object) -> Node:
    return Node(
        f"model.{package}.{name}",
        "model",
        name,
        package,
        f"models/{folder}/{name}.sql",
        config={"tags": [], **config},
        parents=[f"model.{package}.{p}" for p in parents],
        folders=folder.split("/"),
    )


@pytest.fixture(scope="module")
def graph() -> Graph:
    """raw.orders → a → b → d → e; c → d; test_b on b; two on b and c; unit test on d; seed s alone."""
    source = Node(
        "source.shop.raw.orders",
        "source",
        "orders",
        "shop",
        "models/staging/raw.yml",
        config={"tags": ["feed"]},
        source=SourceTable("raw", "raw", "orders"),
    )
    a = model("a", tags=["nightly", "slow"])
    a.parents = [source.unique_id]
    b = model("b", "a", materialized="table", meta={"owner": {"team": "data"}})
    c = model("c", folder="marts", enabled=True, tags=["nightly"])
    d = model("d", "b", "c", folder="marts/core", schema="core")
    e = model("e", "d", folder="marts/core")
    other = model("stray", package="pkg", folder="inner")
    seed = Node("seed.shop.s", "seed", "s", "shop", "seeds/s.csv", config={"tags": []})
    tests = [
        Node(
            "test.shop.test_b.1",
            "test",
            "test_b",
            "shop",
            "models/staging/b.yml",
            generic=GenericTest("model.shop.b", "test_unique"),
            parents=["model.shop.b"],
            config={"tags": ["late"]},
        ),
        Node("test.shop.two", "test", "two", "shop", "tests/two.sql", parents=["model.shop.b", "model.shop.c"]),
        Node(
            "unit_test.shop.d.u", "unit_test", "u", "shop", "models/marts/core/d.yml", unit=UnitTest({}, "model.shop.d")
        ),
    ]
    return Graph({n.unique_id: n for n in [source, a, b, c, d, e, other, seed, *tests]})


def names(graph: Graph, *include: str, exclude: tuple[str, ...] = (), tests: bool = False) -> str:
    chosen = [graph.nodes[i] for i in select(graph, list(include), list(exclude))]
    return " ".join(sorted(n.name for n in chosen if tests or n.kind not in ("test", "unit_test")))


@pytest.mark.parametrize(
    ("selector", "chosen"),
    [
        ("d", "d"),
        ("+d", "a b c d orders"),
        ("1+d", "b c d"),
        ("2+d", "a b c d"),
        ("d+", "d e"),
        ("a+", "a b d e"),
        ("a+1", "a b"),
        ("a+2", "a b d"),
        ("1+d+1", "b c d e"),
        ("@c", "a b c d e orders"),
        ("@a", "a b c d e orders"),
        ("path:models/staging", "a b orders"),
        ("models/staging", "a b orders"),
        ("models/staging/", "a b orders"),
        ("./models/marts", "c d e"),
        ("models/staging/a.sql", "a"),
        ("models/marts/*", "c d e"),
        ("models/marts/core/d.sql+", "d e"),
        ("file:d.sql", "d"),
        ("file:d", "d"),
        ("d.sql", "d"),
        ("s.csv", "s"),
        ("tag:nightly", "a c"),
        ("tag:night*", "a c"),
        ("tag:nightly+", "a b c d e"),
        ("source:raw", "orders"),
        ("source:raw.orders+1", "a orders"),
        ("source:raw+", "a b d e orders"),
        ("raw.orders", "orders"),
        ("config.materialized:table", "b"),
        ("config.materialized:view", "a c d e stray"),
        ("config.materialized:seed", "s"),
        ("config.schema:core", "d"),
        ("config.tags:slow", "a"),
        ("config.enabled:true", "c"),
        ("config.meta.owner.team:data", "b"),
        ("resource_type:seed", "s"),
        ("package:pkg", "stray"),
        ("fqn:d", "d"),
        ("shop.marts.core.d", "d"),
        ("shop.marts.core", "d e"),
        ("marts", "c d e"),
        ("marts.core", "d e"),
        ("marts.*", "c d e"),
        ("pkg.inner", "stray"),
        ("inner", "stray"),
        ("?", "a b c d e s"),
        ("a,b,c", ""),
        ("tag:nightly,path:models/staging", "a"),
        ("+d,tag:nightly", "a c"),
        ("a b", "a b"),
        ("a b,+d", "a b"),
    ],
)
def test_a_selector_takes_what_it_does_in_dbt(selector: str, chosen: str, graph: Graph) -> None:
    assert names(graph, selector) == chosen


def test_several_selectors_unite(graph: Graph) -> None:
    assert names(graph, "a", "tag:nightly e") == "a c e"


def test_excluded_nodes_and_their_tests_are_left_out(graph: Graph) -> None:
    assert names(graph, "+d", exclude=("b", "source:raw")) == "a c d"
    assert names(graph, exclude=("d+",), tests=True) == "a b c orders s stray test_b two"


def test_tests_come_along_with_what_they_read(graph: Graph) -> None:
    assert names(graph, "b", tests=True) == "b test_b two"
    assert names(graph, "c", tests=True) == "c two"
    assert names(graph, "d", tests=True) == "d u"


def test_tests_are_chosen_by_name_type_and_tag(graph: Graph) -> None:
    assert names(graph, "test_b", tests=True) == "test_b"
    assert names(graph, "test_type:unit", tests=True) == "u"
    assert names(graph, "test_type:generic", tests=True) == "test_b"
    assert names(graph, "test_type:singular", tests=True) == "two"
    assert names(graph, "test_type:data", tests=True) == "test_b two"
    assert names(graph, "test_name:unique", tests=True) == "test_b"
    assert names(graph, "tag:late", tests=True) == "test_b"
    assert names(graph, "b", exclude=("test_type:singular",), tests=True) == "b test_b"


@pytest.mark.parametrize(
    ("selector", "reason", "hint"),
    [
        ("a,", "'' is not a selector", ""),
        ("tags:x", "no selection method 'tags'", "did you mean 'tag'?"),
        ("state:modified", "'state:' compares with an earlier run", "give its folder: --state"),
        ("metric:x", "convsql has nothing that 'metric:' could select", "semantic models are not supported"),
        ("selector:x", "no selector 'x'", "selectors.yml names: none"),
        ("test_type:unti", "no test type 'unti'", "did you mean 'unit'?"),
    ],
)
def test_a_selector_that_is_none_is_an_error_with_a_hint(selector: str, reason: str, hint: str, graph: Graph) -> None:
    around = Around(methods=methods_of(None), named=Selectors({}).chosen)
    with pytest.raises(ConvsqlError) as error:
        select(graph, [selector], [], around)
    assert error.value.reason == reason
    assert error.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("selector", "said"),
    [
        ("strey", "'strey' selects nothing; did you mean 'stray'?"),
        ("tag:none", "'tag:none' selects nothing; `convsql ls` lists what there is"),
        ("a,nowhere", "'nowhere' selects nothing; `convsql ls` lists what there is"),
        ("exposure:weekly", "'exposure:weekly' selects nothing; `convsql ls` lists what there is"),
        ("group:finance", "'group:finance' selects nothing; `convsql ls` lists what there is"),
    ],
)
def test_a_selector_that_matches_nothing_is_said(selector: str, said: str, graph: Graph) -> None:
    around = Around()
    assert select(graph, [selector], [], around) == set()
    assert around.unmatched[0] == said


@pytest.mark.parametrize(
    ("indirect", "chosen"),
    [("eager", "b test_b two"), ("cautious", "b test_b"), ("buildable", "b test_b"), ("empty", "b")],
)
def test_indirect_selection_says_which_tests_come_along(indirect: str, chosen: str, graph: Graph) -> None:
    found = select(graph, ["b"], [], Around(indirect))
    assert " ".join(sorted(graph.nodes[i].name for i in found)) == chosen


def test_kinds_are_wanted_and_left_out(graph: Graph) -> None:
    def of(around: Around) -> str:
        return " ".join(sorted(graph.nodes[i].name for i in select(graph, [], [], around)))

    assert of(Around(kinds=("seed",))) == "s"
    assert of(Around(kinds=("seed", "test"))) == "s test_b two"
    assert of(Around(without=("test", "unit_test", "model"))) == "orders s"


def test_groups_access_and_what_exposures_read_are_chosen(graph: Graph) -> None:
    own = Graph(
        {**graph.nodes, "model.shop.g": model("g", group="finance", access="private")},
        {"weekly": {"parents": ["model.shop.d"]}},
    )
    assert names(own, "group:finance") == names(own, "access:private") == "g"
    assert "g" not in names(own, "access:protected").split()
    assert names(own, "1+exposure:weekly") == "d"
    assert names(own, "+exposure:weekly") == "a b c d orders"


def to_run(graph: Graph, project: str, *include: str, exclude: tuple[str, ...] = ()) -> set[str]:
    chosen = select_to_run(graph, list(include), list(exclude), project)
    return {graph.nodes[i].name for i in chosen if graph.nodes[i].kind in ("test", "unit_test")}


@pytest.mark.parametrize(
    "selector", ["", "d", "+d", "c+", "package:shop", "path:models/marts", "*", "resource_type:model", "file:d.yml"]
)
def test_unit_tests_of_a_package_do_not_come_along_in_a_project_that_installs_it(selector: str, graph: Graph) -> None:
    include = [selector] if selector else []
    assert "u" not in to_run(graph, "mine", *include)
    assert to_run(graph, "mine", *include) == to_run(graph, "shop", *include) - {"u"}


@pytest.mark.parametrize(
    "selector",
    ["resource_type:unit_test", "package:shop,resource_type:unit_test", "test_type:unit", "u", "d+,test_type:unit"],
)
def test_unit_tests_of_a_package_run_where_they_are_asked_for(selector: str, graph: Graph) -> None:
    assert "u" in to_run(graph, "mine", selector)
    assert to_run(graph, "mine", selector, exclude=("u",)) == set()


def test_asking_for_a_model_and_for_unit_tests_elsewhere_asks_for_those_alone(graph: Graph) -> None:
    assert "u" not in to_run(graph, "mine", "d", "test_type:unit,b")
