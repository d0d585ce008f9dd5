"""The frame of a page that needs nothing but itself: no request to any network, no handler inside the markup."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from convsql.base.printable import html_text as escape


def asset(name: str) -> str:
    """The text of a style sheet or script that stands beside this module."""
    return files("convsql.pages").joinpath(name).read_text(encoding="utf-8")


def page(title: str, body: str, styles: tuple[str, ...], scripts: tuple[str, ...]) -> str:
    """A whole HTML page. `body` is markup; `styles` and `scripts` are texts that go into it.

    Its own policy forbids the browser to load anything, and to run any script but these.
    """
    script = "\n".join((asset("theme.js"), *scripts))
    digest = base64.b64encode(hashlib.sha256(f"\n{script}\n".encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"
    style = "\n".join((asset("base.css"), *styles))
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}\n</style>\n</head>\n<body>\n{body}\n"
        f"<script>\n{script}\n</script>\n</body>\n</html>\n"
    )


def switch() -> str:
    """The button that turns the page from light to dark; a script gives it its work."""
    return '<button type="button" class="switch" id="theme" aria-label="Switch between light and dark">Light / dark</button>'
