"""Models that were made of their last version and what was new, held against the whole query over the same parents."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path

from convsql.base.errors import ConvsqlError, Where
from convsql.base.quoting import DATA_SCHEMA
from convsql.building.build import Options, plan_build
from convsql.building.carried import is_carried
from convsql.building.sending import Sender
from convsql.compiling.extending import OPT_IN
from convsql.compiling.project import Compiled
from convsql.engines.access import access_to
from convsql.engines.scratch import open_scratch
from convsql.engines.session import EngineError
from convsql.verification.sides import open_sides
from convsql.verification.verify import Compared, Verified, compare_queries


def verify_whole(compiled: Compiled, chosen: Collection[str], limit: int = 5, pii: bool = False) -> Verified:
    """Compare what readers see of the chosen models that are made of their last version with what a whole build would show; nothing is built.

    Raises ConvsqlError where there is no such model, or it is not published as it is now.
    """
    plan = plan_build(compiled, access_to(compiled.target), Options())
    home = compiled.project.target_dir
    home.mkdir(parents=True, exist_ok=True)
    found: list[Compared] = []
    try:
        with (
            tempfile.TemporaryDirectory(prefix="verifying_", dir=home) as name,
            open_sides(compiled, compiled, Path(name)) as (side, _),
        ):
            scratch = open_scratch(Path(name))
            try:
                sender = Sender(plan, side.session)
                shown = {view.unique_id: view for view in side.build.views}
                held = side.session.relations(DATA_SCHEMA)
                carried = {i for i, view in shown.items() if is_carried(view.relation, held)}
                nodes = [
                    n
                    for n in compiled.graph.of("model")
                    if n.unique_id in chosen and (n.increment or n.unique_id in carried)
                ]
                if not nodes:
                    hint = f"large ones are by themselves, incremental ones with `meta: {{{OPT_IN}: true}}`"
                    raise ConvsqlError("no model that is chosen is made of its last version", Where("--whole"), hint)
                for node in nodes:
                    view = shown.get(node.unique_id)
                    if view is None or view.fingerprint != plan.fingerprints[node.unique_id]:
                        raise ConvsqlError(
                            f"'{node.name}' is not published as it is now",
                            node.where,
                            "build first, or leave out --no-build",
                        )
                    queries = side.relations()[node.unique_id], f"(\n{sender.model(node)}\n)"
                    found.append(compare_queries(side, side, scratch, Path(name), node, queries, limit, pii))
            finally:
                scratch.close()
            return Verified(compiled, compiled, side.version, side.version, found)
    except EngineError as error:
        raise ConvsqlError(f"they can't be compared: {error.message}") from None
