"""One registry of inputs: what staging reads, what Python knows, and what stands beside them agree."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from convsql.base import installed
from convsql.base.errors import ConvsqlError
from convsql.definitions import read_inputs as registry
from convsql.init.inputs import MAPPED_COLUMNS
from tests.spec.reference.columns import INPUTS
from tests.support.root import ROOT

STAGING = ROOT / "models/staging"
KINDS = {"id", "label", "duration", "text", "code", "direction", "sender_type", "time", "open_time", "number", "score"}
DECLARED = registry.declared_inputs()


def test_each_input_has_its_source_and_its_staging_model_and_no_other_has() -> None:
    sources = yaml.safe_load((STAGING / "sources.yml").read_text(encoding="utf-8"))["sources"][0]["tables"]
    assert [table["name"] for table in sources] == list(DECLARED)
    assert {f"stg_{name}" for name in DECLARED} == {file.stem for file in STAGING.glob("stg_*.sql")}
    assert [t["name"] for t in sources if t["description"].endswith("Required.")] == [
        name for name, each in DECLARED.items() if each.is_required
    ]


@pytest.mark.parametrize("name", INPUTS)
def test_the_plain_reading_of_the_standard_knows_an_input_by_the_same_columns(name: str) -> None:
    """tests/spec/reference is an oracle of its own, and does not read the registry."""
    each = DECLARED[name]
    assert set(INPUTS[name].columns) == {c.name for c in each.columns}
    assert set(INPUTS[name].required) == set(each.must)
    assert set(INPUTS[name].key) == set(each.key)


@pytest.mark.parametrize("name", DECLARED)
def test_an_input_is_declared_in_full(name: str) -> None:
    each = DECLARED[name]
    names = [c.name for c in each.columns]
    assert len(set(names)) == len(names)
    assert names[-1] == registry.LOADED_AT
    assert {c.kind for c in each.columns} <= KINDS
    assert set(each.key) <= set(names)


def test_words_are_mapped_of_columns_that_there_are() -> None:
    for name, column in MAPPED_COLUMNS.values():
        assert column in [c.name for c in DECLARED[name].columns]


@pytest.mark.parametrize("text", ["{{ return({'messages': {'columns': [given]}}) }}", "{{ return({'m': {}}) }}", ""])
def test_a_registry_that_is_no_plain_literal_is_an_error_that_names_it(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / registry.REGISTRY
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(installed, "_SHIPPED", (tmp_path,))
    with pytest.raises(ConvsqlError, match="registry of inputs can't be read") as caught:
        registry.declared_inputs.__wrapped__()
    assert str(caught.value.where).startswith(registry.REGISTRY)


def test_an_installed_convsql_without_the_registry_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "_SHIPPED", (tmp_path,))
    with pytest.raises(ConvsqlError, match=r"has no macros/inputs/declared_inputs\.sql"):
        registry.declared_inputs.__wrapped__()
