"""Charts drawn: a plan becomes an SVG in the page's colours, or a PNG. Nothing is fetched; needs `vl-convert-python`."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from typing import Any

from convsql.base.errors import ConvsqlError
from convsql.base.printable import html_text as escape
from convsql.base.printable import one_line
from convsql.report import charts

HINT = "pip install 'vl-convert-python>=1.9,<2'"
_VARIABLES = {
    charts.INK: "var(--ink)",
    charts.MUTED: "var(--muted)",
    charts.LINE: "var(--line)",
    charts.ACCENT: "var(--accent)",
    charts.WARM: "var(--warm)",
    charts.FAINT: "var(--faint)",
}
_COLOUR = re.compile(r'(fill|stroke)="(#[0-9a-f]{6})"')
_FONT = re.compile(r' font-family="[^"]*"')
# A mark that says what it is: its label becomes a title, which browsers show when it is pointed at.
_LABELLED = re.compile(
    r'<path aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="(point|bar|rect mark)" ([^>]*)/>'
)
_LARGEST = 1.3  # times its own width: beyond it letters shout
_PNG_WIDTH = 760  # of a slide or a page, drawn at twice as many dots
_ARIA = re.compile(r' (?:aria-[a-z]+|role)="[^"]*"')


def can_draw() -> bool:
    """Whether the library that draws is installed."""
    return importlib.util.find_spec("vl_convert") is not None


def svg(spec: Mapping[str, Any], name: str, title: str, description: str) -> str:
    """A chart as an SVG for a page, with a title and a description that are read aloud."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(json.dumps(_spelled(spec), default=str), allowed_base_urls=[])
    drawn = _COLOUR.sub(lambda m: f'{m[1]}="{_VARIABLES.get(m[2], m[2])}"', drawn)
    drawn = _FONT.sub("", drawn)
    drawn = _ARIA.sub("", _LABELLED.sub(_titled, drawn))
    head, _, rest = drawn.partition(">")
    head = re.sub(r' (xmlns:xlink|version|class)="[^"]*"', "", head)
    width = re.search(r' width="([\d.]+)"', head)
    most = f' style="max-width:{float(width[1]) * _LARGEST:.0f}px"' if width else ""
    name = escape(name)
    labels = f'role="img" aria-labelledby="{name}-title {name}-text"'
    described = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(description)}</desc>'
    return f"{head}{most} {labels}>{described}{rest}"


def _titled(found: re.Match[str]) -> str:
    label, kind, rest = found.groups()
    hit = ' class="hit"' if kind == "point" else ""
    return f"<path{hit} {rest}><title>{label}</title></path>"


def _spelled(part: Any) -> Any:
    """A plan in which no text holds a control character: a line end would be drawn as one, a lone surrogate not at all."""
    if isinstance(part, str):
        return one_line(part)
    if isinstance(part, Mapping):
        return {key: _spelled(value) for key, value in part.items()}
    return [_spelled(value) for value in part] if isinstance(part, list | tuple) else part


def png(spec: Mapping[str, Any], title: str, footing: str) -> bytes:
    """One chart as a picture of its own, on white, with its title and footing."""
    if not can_draw():
        raise ConvsqlError("charts need vl-convert-python, which is not installed", hint=HINT)
    import vl_convert

    height = spec.get("height")
    if isinstance(height, int):
        height = _PNG_WIDTH // 2
    whole = {
        **spec,
        "background": "#ffffff",
        "padding": 16,
        "width": _PNG_WIDTH,
        "height": height,
        "title": {"text": title, "subtitle": footing, "anchor": "start", "color": charts.INK,
                  "subtitleColor": charts.MUTED, "fontSize": 14, "subtitleFontSize": 10, "offset": 12},
    }  # fmt: skip
    return bytes(vl_convert.vegalite_to_png(json.dumps(_spelled(whole), default=str), scale=2, allowed_base_urls=[]))
