"""The metric versions of a project as values, with the place in `vars.yml` of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from convsql.base.errors import Where
from convsql.base.yaml_file import YamlMap
from convsql.definitions.identity import meaning_of_fields
from convsql.definitions.metric_checks import VARIABLE
from convsql.definitions.metric_key import MetricKey, find, parse
from convsql.definitions.metric_schema import MetricDefinition
from convsql.project.config import Project


@dataclass(frozen=True, slots=True)
class Defined:
    """One metric version: its definition and where it stands."""

    definition: MetricDefinition
    where: Where
    item: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def version(self) -> int:
        return self.definition.version

    @property
    def key(self) -> str:
        """`metric@version`."""
        return str(self.definition.key)

    def place(self, *path: str) -> Where:
        """Where a key of the definition stands, or the definition."""
        item: Any = self.item
        place = self.where
        for step in path:
            if isinstance(item, YamlMap) and step in item:
                place, item = item.where(step), item[step]
        return place


def defined(project: Project) -> list[Defined]:
    """The definitions of a project that compiled, in the order of the file."""
    listed = project.vars_for(project.name).get(VARIABLE) or []
    return [
        Defined(MetricDefinition.model_validate(i), i.where() if isinstance(i, YamlMap) else Where("vars.yml"), i)
        for i in listed
    ]


def rendered_alone(definition: MetricDefinition, grains: list[str], dimensions: list[str]) -> dict[str, Any]:
    """The variable's item for one version alone, cut into these cohorts, without anything that does not count."""
    item: dict[str, Any] = {"name": definition.name, "version": definition.version}
    eligible: dict[str, Any] = {}
    for name, value in meaning_of_fields(definition).items():
        if value is not None:
            (eligible if name.startswith("eligible.") else item)[name.removeprefix("eligible.")] = value
    return {**item, "eligible": eligible, "cohorts": {"grains": grains, "by": [[], *([d] for d in dimensions)]}}


def cohorts_of(definition: MetricDefinition) -> tuple[list[str], list[str]]:
    """Grains and dimensions by which a version is cut, sorted."""
    grains = sorted(set(definition.cohorts.grains or ["month"]) | {"all"})
    return grains, sorted({d for names in definition.cohorts.by or [] for d in names})


def by_key(known: list[Defined], key: str, day: date) -> Defined:
    """The version that `metric@version` names, or `metric`: its current one on a day. Raises ConvsqlError when there is none."""
    definitions = [d.definition for d in known]
    found = find({d.key: d.status for d in definitions}, *parse(key), current_versions(definitions, day))
    return next(d for d in known if d.definition.key == found)


def today() -> date:
    """The day by which versions are current and reviews are due: UTC's."""
    return datetime.now(UTC).date()


def current_versions(definitions: Iterable[MetricDefinition], day: date) -> set[MetricKey]:
    """Of each metric's active versions the one whose `effective_from` came last by a day, then the highest number."""
    begun = [d for d in definitions if d.status == "active" and (d.effective_from or date.min) <= day]
    begun.sort(key=lambda d: (d.effective_from or date.min, d.version))
    return {MetricKey(*each) for each in {d.name: d.version for d in begun}.items()}


def metrics_of(known: list[Defined]) -> Iterator[tuple[str, list[Defined]]]:
    """Each metric with its versions in ascending order."""
    for name in dict.fromkeys(d.name for d in known):
        yield name, sorted((d for d in known if d.name == name), key=lambda d: d.version)
