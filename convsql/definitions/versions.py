"""The metric versions of a project as values, with the place in `vars.yml` of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from convsql.base.errors import ConvsqlError, Where, did_you_mean
from convsql.base.yaml_file import YamlMap
from convsql.definitions.metric_checks import VARIABLE
from convsql.definitions.metric_schema import MetricDefinition
from convsql.project.config import Project

SET_LIKE = ("channels", "exclude_dispositions", "handled_by")


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
        return f"{self.name}@{self.version}"

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


def meaning_of_fields(definition: MetricDefinition) -> dict[str, Any]:
    """What a definition says that counts, defaults filled in; lists that are sets sorted.

    Not among it: status, owner, texts and dates; cohorts and strata, which add rows and change none.
    """
    content = definition.model_dump(
        mode="json",
        include={
            "outcome", "kind", "anchor", "window_days", "unit", "attribution", "half_life_days", "repeat_outcomes", "eligible",
        },
    )  # fmt: skip
    content["outcome"] = content["outcome"].lower()
    if content["attribution"] != "time_decay":
        content.pop("half_life_days")
    eligible = content.pop("eligible")
    for name, value in eligible.items():
        if isinstance(value, list):
            value = sorted({str(v).strip().lower() for v in value})
        if name == "exclude_dispositions" and not value:
            value = None
        content[f"eligible.{name}"] = value
    return content


def rendered_alone(definition: MetricDefinition, grains: list[str], dimensions: list[str]) -> dict[str, Any]:
    """The variable's item for one version alone, cut into these cohorts, without anything that does not count."""
    item = definition.model_dump(
        mode="python", exclude={"status", "owner", "description", "change_note", "strata", "cohorts"}, exclude_none=True
    )
    for name in ("effective_from", "retired_on", "review_by"):
        item.pop(name, None)
    item["outcome"] = item["outcome"].lower()
    if item["attribution"] != "time_decay":
        item.pop("half_life_days")
    for name in SET_LIKE:
        if name in item.get("eligible", {}):
            item["eligible"][name] = sorted({str(v).strip().lower() for v in item["eligible"][name]})
    item["cohorts"] = {"grains": grains, "by": [[], *([d] for d in dimensions)]}
    return item


def cohorts_of(definition: MetricDefinition) -> tuple[list[str], list[str]]:
    """Grains and dimensions by which a version is cut, sorted."""
    grains = sorted(set(definition.cohorts.grains or ["month"]) | {"all"})
    return grains, sorted({d for names in definition.cohorts.by or [] for d in names})


def by_key(known: list[Defined], key: str, today: date) -> Defined:
    """The version that `metric@version` names, or `metric`: the active one as of `today`.

    Raises ConvsqlError when there is none.
    """
    name, _, version = key.partition("@")
    mine = [d for d in known if d.name == name]
    if not mine:
        raise ConvsqlError(f"no metric '{name}'", hint=did_you_mean(name, sorted({d.name for d in known})))
    if version:
        found = next((d for d in mine if str(d.version) == version.removeprefix("v")), None)
        if found is None:
            versions = ", ".join(d.key for d in mine)
            raise ConvsqlError(f"metric '{name}' has no version '{version}'", hint=f"there are {versions}")
        return found
    current = current_version(mine, today)
    if current is None:
        raise ConvsqlError(f"metric '{name}' has no active version", hint=f"name one: {mine[-1].key}")
    return current


def current_version(versions: list[Defined], today: date) -> Defined | None:
    """The active version of one metric as of a day, if it has one."""
    current = current_definition([d.definition for d in versions], today)
    return next((d for d in versions if d.definition is current), None)


def current_definition(versions: list[MetricDefinition], today: date) -> MetricDefinition | None:
    """Of one metric's active versions the one whose `effective_from` came last, then the highest number."""
    begun = [d for d in versions if d.status == "active" and (d.effective_from or date.min) <= today]
    return max(begun, key=lambda d: (d.effective_from or date.min, d.version), default=None)


def metrics_of(known: list[Defined]) -> Iterator[tuple[str, list[Defined]]]:
    """Each metric with its versions in ascending order."""
    for name in dict.fromkeys(d.name for d in known):
        yield name, sorted((d for d in known if d.name == name), key=lambda d: d.version)
