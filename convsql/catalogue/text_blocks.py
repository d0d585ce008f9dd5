"""The texts of a model or seed on its page: SQL as written and as compiled, rows; each can be copied."""

from __future__ import annotations

from convsql.base.printable import html_text as escape
from convsql.catalogue.content import Catalogue, NodePage
from convsql.catalogue.texts import SeedRows

_COPY = '<button type="button" class="copy">Copy</button>'


def node_texts(item: NodePage, catalogue: Catalogue) -> str:
    """What stands in the files of a node; empty for one without."""
    unique_id = item.node.unique_id
    parts = []
    if unique_id in catalogue.texts:
        source, compiled = catalogue.texts[unique_id]
        parts += [_block("SQL, as it is written", source), _block("SQL, as it is compiled", compiled)]
    if unique_id in catalogue.rows:
        parts.append(_rows(catalogue.rows[unique_id], item.node.name))
    return "".join(parts)


def _block(title: str, text: str) -> str:
    if not text:
        return ""
    return (
        f'<details class="text"><summary>{escape(title)}</summary>{_COPY}'
        f'<pre tabindex="0"><code>{escape(text)}</code></pre></details>'
    )


def _rows(seed: SeedRows, name: str) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in seed.columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(value)}</td>" for value in row) + "</tr>" for row in seed.rows)
    left = (
        f'<p class="muted">The first {len(seed.rows)} of {seed.count:,} rows.</p>'
        if len(seed.rows) < seed.count
        else ""
    )
    return (
        f'<details class="text" open><summary>Rows <span>{seed.count:,}</span></summary>{_COPY}'
        f'<div class="scroll" tabindex="0" role="region" aria-label="Rows of {escape(name)}"><table class="rows"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{left}</details>"
    )
