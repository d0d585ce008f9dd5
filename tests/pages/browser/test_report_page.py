"""The report in a browser: nothing fetched, nothing cut off, every chart drawn, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]

MARKS = "svg .mark-line path, svg .mark-rect path, svg .mark-symbol path, svg .mark-rule line, svg .mark-area path"
CONTRAST = """
() => {
  const rgb = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = (colour) => colour.map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const found = getComputedStyle(e).backgroundColor;
      if (!found.endsWith(", 0)") && found !== "transparent") return rgb(found);
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const element of document.querySelectorAll("h1,h2,h3,p,a,td,th,summary,li,button,svg text")) {
    if (element.closest("svg") && element.tagName !== "text") continue;
    if (!element.textContent.trim() || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(rgb(element.closest("svg") ? style.fill : style.color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(`${ratio.toFixed(2)} ${element.tagName} ${element.textContent.slice(0, 40)}`);
  }
  return low;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_it_opens_without_error_request_or_overflow(visit: Any, report_file: Path, size: str, scheme: str) -> None:
    opened = visit(report_file, size, scheme)
    page = opened.page
    assert opened.errors == []
    assert [u for u in opened.requests if not u.startswith(("file:", "data:"))] == []
    width = page.evaluate("document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for element in page.query_selector_all("figure svg"):
        box = element.bounding_box()
        assert box["width"] > 150
        assert box["x"] + box["width"] <= width + 1
    assert page.evaluate(CONTRAST) == []


def test_every_chart_has_drawn_marks_that_can_be_seen(visit: Any, report_file: Path) -> None:
    page = visit(report_file).page
    charts = page.query_selector_all("figure svg")
    assert len(charts) > 15
    for chart in charts:
        name = chart.get_attribute("aria-labelledby")
        marks = chart.query_selector_all(MARKS.replace("svg ", ""))
        assert marks, name
        boxes = [b for m in marks if (b := m.bounding_box())]
        assert any(b["width"] > 1 or b["height"] > 1 for b in boxes), name


def test_the_button_switches_the_colours_of_page_and_charts(visit: Any, report_file: Path) -> None:
    page = visit(report_file).page
    paint = "() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('svg text')).fill]"
    light = page.evaluate(paint)
    page.get_by_role("button", name="Switch between light and dark").click()
    dark = page.evaluate(paint)
    assert light[0] != dark[0]
    assert light[1] != dark[1]
    page.reload()
    assert page.evaluate(paint) == dark


def test_the_keyboard_reaches_sections_and_tables(visit: Any, report_file: Path) -> None:
    page = visit(report_file).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")
    first = page.query_selector("details")
    assert not first.get_property("open").json_value()
    first.query_selector("summary").focus()
    page.keyboard.press("Enter")
    assert first.get_property("open").json_value()
    assert first.query_selector("td").is_visible()


def test_links_of_the_navigation_lead_to_sections(visit: Any, report_file: Path) -> None:
    page = visit(report_file).page
    links = page.query_selector_all("nav a")
    assert len(links) > 4
    for link in links:
        assert page.query_selector(f"[id='{link.get_attribute('href')[1:]}']") is not None


def test_printed_it_has_light_paper_and_no_buttons(visit: Any, report_file: Path) -> None:
    page = visit(report_file, scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.get_by_role("button").first.is_visible()


# Boxes of text that lie over each other, reach out of their card, or are cut by what holds them.
BOXES = """
() => {
  const wrong = [];
  const name = (e) => `${e.tagName} ${e.textContent.trim().slice(0, 40)}`;
  const overlap = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1.5;
  const shown = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden";
  for (const grid of document.querySelectorAll(".cards, .figures, .columns")) {
    const boxes = [...grid.children].filter(shown).map((e) => [e, e.getBoundingClientRect()]);
    boxes.forEach(([e, a], i) => boxes.slice(i + 1).forEach(([f, b]) => { if (overlap(a, b)) wrong.push(`over ${name(e)} | ${name(f)}`); }));
  }
  for (const card of document.querySelectorAll(".card, .figures > article, .story li, .findings li")) {
    const frame = card.getBoundingClientRect();
    for (const e of card.querySelectorAll("h3, p, summary, li, figure > svg, figure > svg text, .scroll, strong")) {
      if (!shown(e)) continue;
      const box = e.getBoundingClientRect();
      if (box.width && (box.left < frame.left - 1 || box.right > frame.right + 1)) wrong.push(`out of its card: ${name(e)}`);
    }
  }
  for (const holder of document.querySelectorAll(".scroll")) {
    const style = getComputedStyle(holder);
    if (!shown(holder) || holder.scrollWidth <= holder.clientWidth + 1) continue;
    // what does not fit must scroll; on paper nothing scrolls
    if (style.overflowX === "hidden" || matchMedia("print").matches) wrong.push(`cut: ${name(holder)}`);
  }
  for (const svg of document.querySelectorAll("figure svg")) {
    if (!shown(svg)) continue;
    for (const axis of svg.querySelectorAll(".role-axis-label")) {
      const texts = [...axis.querySelectorAll("text")].filter((t) => t.textContent && getComputedStyle(t).opacity !== "0").map((t) => [t, t.getBoundingClientRect()]);
      texts.forEach(([e, a], i) => texts.slice(i + 1).forEach(([f, b]) => { if (overlap(a, b)) wrong.push(`labels of ${svg.querySelector("title").textContent}: ${name(e)} | ${name(f)}`); }));
    }
  }
  return [...new Set(wrong)];
}
"""


SEEN = [(size, scheme) for size in ("phone", "tablet", "desk", "wall") for scheme in ("light", "dark")]


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize(("size", "seen"), [*SEEN, ("paper", "print")])
def test_nothing_overlaps_or_is_cut(visit: Any, report_file: Path, size: str, opened: bool, seen: str) -> None:
    page = visit(report_file, size, "dark" if seen == "dark" else "light").page
    media = "print" if seen == "print" else "screen"
    page.emulate_media(media=media)
    if opened:
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    assert page.evaluate(BOXES) == []
    if media == "screen":
        width = page.evaluate("document.documentElement.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_story_and_its_findings_are_on_the_first_screen(visit: Any, report_file: Path) -> None:
    page = visit(report_file).page
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate("document.querySelector('.story').getBoundingClientRect().bottom") < 800
    assert page.evaluate("document.querySelector('.findings').getBoundingClientRect().bottom") < 800


def test_a_mark_says_what_it_is_when_it_is_pointed_at(visit: Any, report_file: Path) -> None:
    page = visit(report_file).page
    mark = page.locator("#rate-conversation-to-meeting svg [data-tip]").last
    mark.scroll_into_view_if_needed()
    mark.hover(force=True)
    assert page.locator(".tip").is_visible()
    assert page.locator(".tip").inner_text() == mark.get_attribute("data-tip")


def test_a_figure_leads_to_its_conversations_which_can_be_filtered(visit: Any, report_file: Path) -> None:
    opened = visit(report_file)
    page = opened.page
    page.evaluate("document.querySelector('#rate-conversation-to-meeting details').open = true")
    page.click("#rate-conversation-to-meeting td a.drill >> text=2026-07")
    page.wait_for_function("document.querySelector('[name=period]').value === '2026-07'")
    card = page.inner_text("#rate-conversation-to-meeting tr:has-text('2026-07')").split()
    (row,) = [r.inner_text().split() for r in page.query_selector_all(".found .columns > div:first-child tbody tr")]
    assert row[1] in card  # the rate of the card's table
    assert row[2:4] == ["26", "739"]
    page.select_option("[name=status]", "0")
    assert len(page.query_selector_all(".ids tbody tr")) == 26
    page.select_option("[name=by]", "channel")
    page.select_option("[name=value]", "voice")
    assert 0 < len(page.query_selector_all(".ids tbody tr")) < 26
    assert opened.errors == []


def test_a_mark_leads_to_its_conversations(visit: Any, report_file: Path) -> None:
    page = visit(report_file).page
    mark = page.locator("#rate-conversation-to-meeting svg .leads[data-tip^='2026-07:']")
    mark.scroll_into_view_if_needed()
    mark.click(force=True)
    page.wait_for_function("document.querySelector('[name=period]').value === '2026-07'")
    assert page.locator(".found p").inner_text().startswith("739 conversations")


def test_a_step_of_a_funnel_leads_to_who_reached_it(visit: Any, report_file: Path) -> None:
    opened = visit(report_file)
    page = opened.page
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    page.click("#funnel-sales td a.drill >> text=Meeting")
    page.wait_for_function("document.querySelector('[name=metric]').value === 'list funnel:sales:6'")
    cells = page.inner_text("#funnel-sales tr:has-text('Meeting')").split()
    told = page.locator(".found p").inner_text().split()
    assert told[:2] == ["Funnel", "sales:"]
    assert told[3] in cells
    assert page.locator(".ids tbody tr").count() == min(200, int(told[3].replace(",", "")))
    assert page.locator("[name=period]").is_hidden()
    page.select_option("[name=metric]", index=0)
    assert page.locator("[name=period]").is_visible()
    assert opened.errors == []


def test_an_hour_of_a_heat_map_leads_to_who_waited_in_it(visit: Any, report_file: Path) -> None:
    page = visit(report_file).page
    mark = page.locator("#waits-waits svg .leads[data-tip^='Mon 09:00:']")
    mark.scroll_into_view_if_needed()
    mark.click(force=True)
    page.wait_for_function("document.querySelector('[name=metric]').value === 'list waits:1:9'")
    assert page.locator(".found p").inner_text().startswith("Waits opened on Mon 09:00: ")
    assert page.locator(".ids tbody tr").count() == 50


def test_a_figure_cut_by_two_dimensions_leads_to_what_both_name(visit: Any, report_file: Path) -> None:
    page = visit(report_file).page
    asked = "metric=conversation_to_opportunity%402&grain=all&by=industry%2Bpersona&value=software&value2=sales_leader"
    page.evaluate(f"location.hash = 'conversations?{asked}'")
    page.wait_for_function("document.querySelector('[name=value]').value === 'software'")
    both = page.locator(".found p").inner_text()
    assert ", persona: sales_leader" in both
    page.select_option("[name=by]", "industry")
    page.select_option("[name=by]", "persona")
    page.select_option("[name=value]", "sales_leader")
    assert "persona: sales_leader" not in page.locator(".found p").inner_text()
    assert int(both.split()[0].replace(",", "")) < int(
        page.locator(".found p").inner_text().split()[0].replace(",", "")
    )


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_axe_finds_no_serious_fault(visit: Any, report_file: Path, size: str, scheme: str, opened: bool) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(report_file, size, scheme).page
    if opened:
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    found = axe.run(page).response["violations"]
    told = [(v["id"], v["nodes"][0]["html"][:120]) for v in found if v["impact"] in ("serious", "critical")]
    assert told == []


def test_a_table_that_is_opened_on_a_desk_hides_no_column_and_no_date_is_broken(visit: Any, report_file: Path) -> None:
    page = visit(report_file).page
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    hidden = "() => [...document.querySelectorAll('.card .scroll, .figures .scroll')].filter((s) => s.scrollWidth > s.clientWidth + 1).map((s) => s.ariaLabel)"
    assert page.evaluate(hidden) == []
    broken = "() => [...document.querySelectorAll('.nowrap, td.date')].filter((e) => e.getClientRects().length > 1).map((e) => e.textContent)"
    assert page.evaluate(broken) == []
