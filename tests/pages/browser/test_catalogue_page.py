"""The catalogue in a browser: search and graph work with keyboard and mouse, nothing is fetched or cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pages.browser.test_report_page import CONTRAST

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PLACES = ("start", "graph", "tests", "metric-conversation_to_opportunity-2", "model-cohort_rates", "seed-channels")


def go(page: Any, address: str) -> None:
    page.evaluate("address => { location.hash = address }", address)
    page.wait_for_function("address => !document.getElementById(address.split('/')[0]).hidden", arg=address)


def shown(page: Any) -> list[str]:
    return [item.get_attribute("id") for item in page.query_selector_all(".item:not([hidden])")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_every_kind_of_page_opens_without_error_request_or_overflow(
    visit: Any, catalogue_file: Path, size: str, scheme: str
) -> None:
    opened = visit(catalogue_file, size, scheme)
    for place in PLACES:
        go(opened.page, place)
        assert shown(opened.page) == [place]
        width = opened.page.evaluate("document.documentElement.clientWidth")
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width, place
        assert opened.page.evaluate(CONTRAST) == [], place
    assert opened.errors == []
    assert [u for u in opened.requests if not u.startswith(("file:", "data:"))] == []


def test_search_finds_by_keyboard_and_opens_the_column(visit: Any, catalogue_file: Path) -> None:
    page = visit(catalogue_file).page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("waits")
    options = page.query_selector_all("#results [role=option]")
    assert options[0].get_attribute("data-address") == "model-waits"
    page.keyboard.press("ArrowDown")
    assert page.query_selector("#results [aria-selected=true]").get_attribute("id") == "result-1"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#model-waits'")
    assert shown(page) == ["model-waits"]
    page.fill("#search", "cohort_rates.projected_follow_up")
    page.keyboard.press("Enter")
    page.wait_for_selector("tr.found")
    assert "projected_follow_up_days" in page.inner_text("tr.found")
    page.fill("#search", "no such thing at all")
    assert page.inner_text("#results") == "Nothing of that name"
    page.keyboard.press("Escape")
    assert not page.is_visible("#results")


def test_search_takes_the_mouse(visit: Any, catalogue_file: Path) -> None:
    page = visit(catalogue_file).page
    page.fill("#search", "funnel_rates")
    page.click("#results [data-address=model-funnel_rates]")
    page.wait_for_function("location.hash === '#model-funnel_rates'")
    assert shown(page) == ["model-funnel_rates"]


def test_the_graph_shows_what_a_node_rests_on_and_what_rests_on_it(visit: Any, catalogue_file: Path) -> None:
    page = visit(catalogue_file).page
    go(page, "graph")
    page.click("[data-id=model-outcomes]")

    def lit(kind: str) -> set[str]:
        return {n.get_attribute("data-id") for n in page.query_selector_all(f".node.{kind}")}

    assert "source-raw.deal_stages" in lit("up")
    assert "model-cohort_rates" in lit("down")
    assert not lit("up") & lit("down")
    assert lit("chosen") == {"model-outcomes"}
    page.check("#only")
    assert not page.is_visible("[data-id=model-waits]")
    page.keyboard.press("Escape")
    assert page.is_visible("[data-id=model-waits]")
    page.click("[data-id=model-outcomes]")
    page.click("[data-id=model-outcomes]")
    page.wait_for_function("location.hash === '#model-outcomes'")


def test_a_node_is_reached_and_opened_by_keyboard(visit: Any, catalogue_file: Path) -> None:
    page = visit(catalogue_file).page
    go(page, "graph")
    page.focus("[data-id=seed-channels]")
    page.keyboard.press("Enter")
    assert page.query_selector("[data-id=seed-channels].chosen")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#seed-channels'")


def test_names_of_nodes_fit_their_boxes(visit: Any, catalogue_file: Path) -> None:
    page = visit(catalogue_file).page
    go(page, "graph")
    too_wide = page.evaluate(
        "[...document.querySelectorAll('.node')].filter(n => n.querySelector('text').getBBox().width + 12 >"
        " n.querySelector('rect').getBBox().width).map(n => n.dataset.id)"
    )
    assert too_wide == []


def test_a_model_leads_to_itself_in_the_graph(visit: Any, catalogue_file: Path) -> None:
    page = visit(catalogue_file).page
    go(page, "model-funnel_rates")
    page.click("text=in the graph >> visible=true")
    page.wait_for_selector("[data-id=model-funnel_rates].chosen")
    box = page.query_selector("[data-id=model-funnel_rates]").bounding_box()
    assert 0 <= box["x"] <= 1280


def test_the_graph_grows_shrinks_and_fits(visit: Any, catalogue_file: Path) -> None:
    page = visit(catalogue_file).page
    go(page, "graph")
    width = "document.querySelector('.graph').getBoundingClientRect().width"
    whole = page.evaluate(width)
    page.click("[data-zoom=fit]")
    assert page.evaluate(width) <= page.evaluate("document.querySelector('.canvas').clientWidth") + 1
    page.click("[data-zoom=in]")
    assert page.evaluate(width) < whole
    page.click("[data-zoom=whole]")
    assert page.evaluate(width) == whole
    assert page.is_visible(".legend")


def test_sql_is_copied_by_its_button(visit: Any, catalogue_file: Path) -> None:
    page = visit(catalogue_file).page
    go(page, "model-cohort_rates")
    page.evaluate("document.querySelector('#model-cohort_rates details.text').open = true")
    page.click("#model-cohort_rates .copy >> nth=0")
    assert page.inner_text("#model-cohort_rates .copy >> nth=0") == "Copied"
    assert "cohort_members" in page.evaluate("getSelection().toString()")


def test_search_finds_by_what_people_call_things(visit: Any, catalogue_file: Path) -> None:
    page = visit(catalogue_file).page
    page.fill("#search", "win rate")
    found = [option.get_attribute("data-address") for option in page.query_selector_all("#results [role=option]")]
    assert "model-contact_close_rates" in found[:8]
