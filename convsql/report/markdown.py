"""A report as Markdown, for a pull request or a chat: headlines, signals, funnel, what changed. No pictures."""

from __future__ import annotations

from convsql.base.printable import markdown_text as cell
from convsql.report.figure import Document, Figure, Section, shown

MOST_ROWS = 12
_NUMBERS = ("share", "points", "count", "minutes", "number")


def report_markdown(document: Document) -> str:
    """The report's text: one table of rates, then each section's lines and shorter tables."""
    parts = [
        "# Conversion report",
        f"{cell(document.project)} · as of {cell(document.as_of)} UTC · build {document.build} · intervals at {document.confidence:.0%}",
        *_story(document),
        _rates(document),
    ]
    for section in document.sections:
        parts += _section(section)
    return "\n\n".join(parts) + "\n"


def _story(document: Document) -> list[str]:
    """What happened, and what else stands out, as lists."""
    told = [f"{n}. **{cell(s.lead)}** {cell(s.text)}" for n, s in enumerate(document.story, 1)]
    besides = [f"- **{cell(s.lead)}** {cell(s.text)}" for s in document.findings]
    parts = ["\n".join(told)] if told else []
    return parts + (["\n".join(besides)] if besides else [])


def _rates(document: Document) -> str:
    lines = [
        "| metric | period | rate | interval | converted / n | change | still open |",
        "|---|---|--:|---|--:|---|---|",
    ]
    for one in document.headlines:
        interval = f"{shown(one.low, 'share')} to {shown(one.high, 'share')}" if one.rate is not None else "–"
        open_note = one.open_note.removeprefix("still open: ") or "–"
        moved = f"**{cell(one.change)}**" if one.has_moved else cell(one.change)
        lines.append(
            f"| {cell(str(one.key))} | {cell(one.period if one.is_complete else f'all time, {one.period}')} | {shown(one.rate, 'share')} | {interval} |"
            f" {one.converted:,} / {one.matured:,} | {moved} | {cell(open_note)} |"
        )
    return "\n".join(lines)


def _section(section: Section) -> list[str]:
    parts = [f"## {cell(section.title)}"]
    if section.missing:
        return [*parts, f"Left out: {cell(section.missing)}."]
    parts.append(cell(section.question))
    if section.lines:
        parts.append("\n".join(f"- {cell(line)}" for line in section.lines))
    pictures = [f for f in section.figures if not f.in_text]
    if pictures:
        readings = [f"- {cell(f.title)}{f': {cell(f.reading)}' if f.reading else ''}" for f in pictures]
        parts.append("In the HTML report:\n\n" + "\n".join(readings))
    for figure in (f for f in section.figures if f.in_text):
        parts += [f"### {cell(figure.title)}", *([cell(figure.reading)] if figure.reading else []), _table(figure)]
    return parts


def _table(figure: Figure) -> str:
    rows = list(figure.rows)
    kept = rows[-MOST_ROWS:] if figure.spec else rows[:MOST_ROWS]
    lines = [
        "| " + " | ".join(cell(heading) for _, heading, _ in figure.columns) + " |",
        "|" + "|".join("--:" if form in _NUMBERS else "---" for _, _, form in figure.columns) + "|",
    ]
    lines += ["| " + " | ".join(cell(shown(row[key], form)) for key, _, form in figure.columns) + " |" for row in kept]
    left = f"\n\n{len(rows) - len(kept):,} rows more in the HTML report." if len(kept) < len(rows) else ""
    return "\n".join(lines) + left + f"\n\n<sub>{cell(figure.footing)}</sub>"
