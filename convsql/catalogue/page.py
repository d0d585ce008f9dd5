"""The catalogue as one HTML file: a list with a search at the side, one item at a time beside it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable

from convsql.base.printable import html_text as escape
from convsql.base.printable import number_of
from convsql.catalogue.content import Catalogue, MetricPage, NodePage, TestLine, worst_first
from convsql.catalogue.drawing import Drawn, graph_svg
from convsql.catalogue.synonyms import synonyms_of
from convsql.catalogue.text_blocks import node_texts
from convsql.pages.frame import asset, page, switch
from convsql.project.steps import is_step

_FINE = ("passed",)


def catalogue_page(catalogue: Catalogue) -> str:
    """The whole page."""
    items = [_start(catalogue), *(_metric(m, catalogue) for m in catalogue.metrics)]
    items += [_node(n, catalogue) for n in catalogue.nodes.values()]
    items += [_graph(catalogue), _tests(catalogue)]
    index = json.dumps(_index(catalogue), ensure_ascii=False, separators=(",", ":"))
    index = re.sub("[<\u2028\u2029\ud800-\udfff]", lambda sign: f"\\u{ord(sign[0]):04x}", index)
    body = (
        '<a class="skip" href="#content">Skip to the content</a>'
        f'<div class="frame">{_side(catalogue)}<main id="content" tabindex="-1">{"".join(items)}</main></div>'
        f'<script type="application/json" id="index">{index}</script>'
    )
    return page(f"{catalogue.project}: catalogue", body, (asset("catalogue.css"),), (asset("catalogue.js"),))


def _side(catalogue: Catalogue) -> str:
    groups: dict[str, list[NodePage]] = {}
    steps: dict[str, list[NodePage]] = {}
    for node in catalogue.nodes.values():
        (steps if is_step(node.node) else groups).setdefault(node.group, []).append(node)
    lists = [_list("Metrics", [(m.anchor, m.key) for m in catalogue.metrics], is_open=True)]
    places = {node.anchor: place for place, node in enumerate(catalogue.nodes.values())}
    order = sorted(
        groups, key=lambda g: (g in ("seed", "source"), sum(places[n.anchor] for n in groups[g]) / len(groups[g]))
    )
    lists += [_group_list(group, groups[group]) for group in order]
    if steps:
        inner = "".join(_group_list(group, listed) for group, listed in steps.items())
        count = sum(map(len, steps.values()))
        lists.append(f'<details class="steps"><summary>Steps <span>{count}</span></summary>{inner}</details>')
    return (
        '<aside><div class="brand"><a href="#start">'
        f"{escape(catalogue.project)}</a>{switch()}</div>"
        '<div class="search"><label for="search">Search</label>'
        '<input id="search" type="search" placeholder="metric, table, column …  ( / )" autocomplete="off" role="combobox"'
        ' aria-expanded="false" aria-controls="results" aria-autocomplete="list"><ul id="results" role="listbox" hidden></ul></div>'
        f'<nav aria-label="Catalogue"><p><a href="#start">Start</a> · <a href="#graph">Graph</a> · <a href="#tests">Tests</a></p>'
        f'<details class="menu" open><summary>Contents</summary>{"".join(lists)}</details></nav></aside>'
    )


def _group_list(group: str, nodes: Iterable[NodePage]) -> str:
    names = sorted((n.anchor, n.node.dotted_name) for n in nodes)
    title = {"seed": "Seeds", "source": "Sources", "kpis": "KPIs"}.get(group, group.replace("_", " ").capitalize())
    return _list(title, names)


def _list(title: str, links: Iterable[tuple[str, str]], is_open: bool = False) -> str:
    items = "".join(f'<li><a href="#{escape(anchor)}">{_broken(name)}</a></li>' for anchor, name in links)
    count = items.count("<li>")
    return f"<details{' open' if is_open else ''}><summary>{escape(title)} <span>{count}</span></summary><ul>{items}</ul></details>"


def _broken(name: str) -> str:
    """A name that may break at its underscores."""
    return escape(name).replace("_", "_<wbr>")


def _item(anchor: str, title: str, inner: str, above: str = "") -> str:
    top = f'<p class="above">{above}</p>' if above else ""
    anchor = escape(anchor)
    return f'<section class="item" id="{anchor}" aria-labelledby="{anchor}-title">{top}<h1 id="{anchor}-title">{_broken(title)}</h1>{inner}</section>'


def _start(catalogue: Catalogue) -> str:
    models = [n for n in catalogue.nodes.values() if n.node.kind == "model"]
    columns = sum(len(n.columns) for n in models)
    steps = sum(is_step(n.node) for n in models)
    tables = (
        f"{_counted(len(models) - steps, 'table')} and {_counted(steps, 'step')}" if steps else f"{len(models)} models"
    )
    tests = [t for n in catalogue.nodes.values() for t in n.tests] + catalogue.unattached
    odd = Counter(t.result for t in tests if t.result not in _FINE)
    said = ", ".join(f"{count:,} {escape(result)}" for result, count in sorted(odd.items()))
    rows = "".join(
        f'<tr><td><a href="#{escape(m.anchor)}">{_broken(m.key)}</a></td><td>{_badges(m)}</td><td>{escape(m.owner)}</td><td>{escape(m.description)}</td></tr>'
        for m in catalogue.metrics
    )
    unread = (
        f"<p>Columns of {escape(', '.join(catalogue.unread))} could not be followed.</p>" if catalogue.unread else ""
    )
    inner = (
        f'<p class="lead">{number_of(len(catalogue.metrics), "metric version")}, {tables} with {number_of(columns, "column")}, {number_of(len(tests), "test")}'
        f"{f', of which <a href=#tests>{said}</a>' if odd else ', all passed'}.</p>{unread}"
        '<h2>Metrics</h2><div class="scroll" tabindex="0" role="region" aria-label="Metrics"><table><thead><tr><th scope="col">version</th>'
        f'<th scope="col">state</th><th scope="col">owner</th><th scope="col">description</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )
    return _item("start", f"{catalogue.project}: catalogue", inner)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"


def _badges(metric: MetricPage) -> str:
    words = [(metric.status, metric.status), (metric.lock_state, "locked" if metric.lock_state == "locked" else "odd")]
    if metric.is_current:
        words.insert(0, ("current", "current"))
    return " ".join(f'<span class="badge {escape(kind)}">{escape(word)}</span>' for word, kind in words)


def _metric(metric: MetricPage, catalogue: Catalogue) -> str:
    by_name = {n.node.name: n for n in catalogue.nodes.values()}
    rows = "".join(
        f"<tr><th scope=row>{escape(key)}</th><td>{escape(value) or '–'}</td></tr>" for key, value in metric.settings
    )
    rests = ", ".join(
        f'<a href="#{escape(by_name[name].anchor)}">{_broken(name)}</a>' if name in by_name else escape(name)
        for name in metric.models
    )
    locked = f" on {escape(metric.locked_at[:10])}" if metric.locked_at else ""
    inner = (
        f'<p>{_badges(metric)} <span class="muted">owner {escape(metric.owner) or "–"}{locked and ", locked" + locked}</span></p>'
        + (
            f'<p class="now"><b>Now</b> {escape(catalogue.rates[metric.key])}</p>'
            if metric.key in catalogue.rates
            else ""
        )
        + f'<p class="reading">{escape(metric.reading)}</p>'
        + (f'<p class="muted">{escape(metric.description)}</p>' if metric.description else "")
        + (f"<h2>Why this version</h2><p>{escape(metric.change_note)}</p>" if metric.change_note else "")
        + f'<h2>Definition</h2><div class="scroll" tabindex="0" role="region" aria-label="Definition"><table class="pairs">{rows}</table></div>'
        + (f'<h2>Rests on</h2><p class="names">{rests}</p>' if rests else "")
    )
    above = (
        f"Metric version · {escape(catalogue.labels[metric.key])}"
        if metric.key in catalogue.labels
        else "Metric version"
    )
    return _item(metric.anchor, metric.key, inner, above)


def _links(ids: Iterable[str], catalogue: Catalogue) -> str:
    found = [catalogue.nodes[i] for i in ids if i in catalogue.nodes]
    return ", ".join(f'<a href="#{escape(n.anchor)}">{_broken(n.node.dotted_name)}</a>' for n in found) or "–"


def _node(item: NodePage, catalogue: Catalogue) -> str:
    node = item.node
    tests: dict[str, list[TestLine]] = {}
    for test in item.tests:
        tests.setdefault(test.column, []).append(test)
    rows = "".join(_column(item, column, tests.get(column[0], []), catalogue) for column in item.columns)
    rest = [t for t in item.tests if t.column not in {c[0] for c in item.columns}]
    inner = (
        f'<p class="lead">{escape(node.description) or "No description."}</p>'
        f'<p class="names"><b>From</b> {_links(item.parents, catalogue)}</p><p class="names"><b>Read by</b> {_links(item.children, catalogue)}</p>'
        f'<p class="muted"><code>{escape(node.path)}</code> · <a href="#graph" data-focus="{escape(item.anchor)}">in the graph</a></p>'
        f"<h2>Columns</h2>{_columns(item, rows)}"
        + (f"<h2>Tests of its rows</h2>{_test_table(rest)}" if rest else "")
        + node_texts(item, catalogue)
    )
    kind = "Step" if is_step(node) else node.kind.capitalize()
    return _item(item.anchor, node.dotted_name, inner, f"{kind} · {escape(item.group.replace('_', ' '))}")


def _columns(item: NodePage, rows: str) -> str:
    if not rows:
        return '<p class="muted">Not known: as the project is set, nothing reads it.</p>'
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Columns of {escape(item.node.name)}"><table class="columns">'
        '<thead><tr><th scope="col">column</th><th scope="col">type</th><th scope="col">what it is</th><th scope="col">tests</th>'
        f'<th scope="col">computed from</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _column(item: NodePage, column: tuple[str, str, str], tests: list[TestLine], catalogue: Catalogue) -> str:
    name, kind, description = column
    marks = "<br>".join(f"{_mark(t)} {escape(t.says)}" for t in tests)
    origins = ", ".join(
        f'<a href="#{escape(catalogue.nodes[i].anchor)}/{escape(c)}">{_broken(catalogue.nodes[i].node.name)}.{_broken(c)}</a>'
        for i, c in item.origins.get(name.lower(), [])
        if i in catalogue.nodes
    )
    return (
        f'<tr id="{escape(item.anchor)}/{escape(name)}"><th scope="row"><code>{_broken(name)}</code></th><td class="mono">{escape(kind.lower())}</td>'
        f"<td>{escape(description)}</td><td>{marks}</td><td>{origins}</td></tr>"
    )


def _mark(test: TestLine) -> str:
    fine = test.result in _FINE
    kind = "good" if fine else "odd"
    return f'<span class="mark {kind}" title="{escape(test.result)}">{"✓" if fine else escape(test.result)}</span>'


def _test_table(tests: Iterable[TestLine]) -> str:
    rows = "".join(
        f"<tr><td>{_mark(t)}</td><td>{escape(t.says)}</td><td class='mono muted'>{_broken(t.path)}</td></tr>"
        for t in tests
    )
    return f'<div class="scroll" tabindex="0" role="region" aria-label="Tests"><table>{rows}</table></div>'


def _graph(catalogue: Catalogue) -> str:
    parents = {i: n.parents for i, n in catalogue.nodes.items()}
    read = {p for each in parents.values() for p in each}
    # what nobody reads is no part of the flow: tables of connectors that are off, above all
    shown = {i: n for i, n in catalogue.nodes.items() if n.node.kind != "source" or i in read}
    folded = len(catalogue.nodes) - len(shown)
    nodes = {i: Drawn(n.anchor, n.node.name, f"g-{n.group}") for i, n in shown.items()}
    parents = {i: parents[i] for i in nodes}
    inner = (
        '<p class="muted">Choose a node: what it rests on and what rests on it stand out. Choose it again to open it; Escape shows all. '
        '<label><input type="checkbox" id="only"> only what is related</label></p>'
        f"{_legend(shown.values(), folded)}"
        '<p class="zoom"><button type="button" data-zoom="fit">Fit</button> <button type="button" data-zoom="in" aria-label="Larger">+</button> '
        '<button type="button" data-zoom="out" aria-label="Smaller">−</button> <button type="button" data-zoom="whole">1 : 1</button></p>'
        f'<div class="canvas" tabindex="0" role="region" aria-label="Graph">{graph_svg(nodes, parents, "Models, seeds and sources")}</div>'
    )
    return _item("graph", "Graph", inner)


def _legend(shown: Iterable[NodePage], folded: int) -> str:
    """The colours of the graph, and what is not drawn in it."""
    groups = dict.fromkeys(n.group for n in shown)
    items = "".join(f'<li class="g-{escape(g)}"><i class="band"></i>{escape(g.replace("_", " "))}</li>' for g in groups)
    more = f"<li>{_counted(folded, 'source')} that nothing reads not drawn</li>" if folded else ""
    return f'<ul class="legend" aria-label="Colours">{items}{more}</ul>'


def _tests(catalogue: Catalogue) -> str:
    odd = sorted(
        (t for n in catalogue.nodes.values() for t in n.tests if t.result not in _FINE),
        key=lambda t: worst_first(t.result),
    )
    singular = catalogue.unattached
    inner = (
        f"<h2>Not passed</h2>{_test_table(odd)}"
        if odd
        else "<p>Every test of a model, seed or source passed on what is there now.</p>"
    ) + f"<h2>Tests of the whole</h2>{_test_table(singular)}"
    return _item("tests", "Tests", inner)


def _words(node: NodePage) -> str:
    """What a model, seed or source is found by besides its name: its description, what else it is called, and its tests of a name of their own."""
    tests = " ".join(t.name.replace("_", " ") for t in node.tests if not t.column)
    return f"{node.node.description} {synonyms_of(node.node.name)} {tests}".strip()


def _index(catalogue: Catalogue) -> list[list[str]]:
    """What the search knows: address, name, kind, words."""
    found = []
    for m in catalogue.metrics:
        words = f"{catalogue.labels.get(m.key, '')} {m.description} {m.owner}"
        outcome = dict(m.settings).get("outcome", "")
        found.append([m.anchor, m.key, "metric", f"{words} {synonyms_of(f'{m.key} {outcome} {words}')}".strip()])
    for node in catalogue.nodes.values():
        found.append(
            [
                node.anchor,
                node.node.dotted_name,
                "step" if is_step(node.node) else node.node.kind,
                _words(node),
            ]
        )
    for node in catalogue.nodes.values():
        found += [
            [f"{node.anchor}/{name}", f"{node.node.name}.{name}", "column", words] for name, _, words in node.columns
        ]
    return found
