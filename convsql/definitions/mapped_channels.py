"""Channels that a metric's `eligible` names and that no conversation can have, by a slip of the pen: its rate would be 0 of 0.

Which channels there are is what the seed `channels` says. One that it does not have may yet be in the data, so only what resembles a
channel of the seed, or is a raw name that the seed turns into another, is refused; the rest is a governance test's to warn of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convsql.base.errors import Problems, did_you_mean
from convsql.base.schema_errors import place_of
from convsql.definitions.mapped_outcomes import mapped_rows, metric_items
from convsql.project.config import Project
from convsql.project.nodes import Graph

SEED = "channels"


def check_channels(project: Project, graph: Graph, given: Mapping[str, Any], problems: Problems) -> None:
    """Note each channel that a metric in the variables `given` lists and that the seed shows to be another's name, with file and line."""
    seed = next((n for n in graph.of("seed") if n.name == SEED), None)
    rows = mapped_rows(seed, project, ("raw_channel", "channel")) if seed else None
    if seed is None or rows is None:
        return
    turned = {raw: channel or raw for raw, channel in rows if raw}
    known = set(turned.values())
    for metric in metric_items(given.get("conversion_metrics")):
        eligible = metric.get("eligible")
        listed = eligible.get("channels") if isinstance(eligible, Mapping) else None
        for number, channel in enumerate(listed if isinstance(listed, list) else []):
            word = channel.strip().lower() if isinstance(channel, str) else ""
            meant = f"did you mean '{turned[word]}'?" if word in turned else did_you_mean(word, sorted(known))
            if not word or word in known or not meant:
                continue
            why = (
                f"'{channel}' is not what a channel is called here: {seed.path} turns it into '{turned[word]}'"
                if word in turned
                else f"there is no channel '{channel}' in {seed.path}"
            )
            problems.add(
                f"metric '{metric.get('name', '?')}': eligible.channels: {why}",
                place_of(metric, ("eligible", "channels", number), metric.where()),
                f"{meant} A channel of its own is added to {seed.path}" if word not in turned else meant,
            )
