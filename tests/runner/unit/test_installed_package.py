"""The installed convsql as a package: who names it, what of it a project replaces, and where its errors point."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from convsql import __version__
from convsql.base import installed
from tests.support import Folder, Run, convsql

PACKAGE = {
    "dbt_project.yml": "name: convsql\nversion: 1.0.0\nmodels: {convsql: {+materialized: table}}\n",
    "macros/twice.sql": "{% macro twice(x) %}2 * {{ x }}{% endmacro %}",
    "models/doubled.sql": "select channel, {{ twice('gap') }} as gap from {{ ref('channels') }}",
    "models/schema.yml": "models:\n  - name: doubled\n    columns:\n      - name: gap\n        data_tests: [not_null]\n",
    "seeds/channels.csv": "channel,gap\nsms,24\n",
    "macros/positive.sql": "{% test positive(model, column_name) %}select * from {{ model }} "
    "where coalesce({{ column_name }}, 0) <= 0{% endtest %}",
    "seeds/_seeds.yml": "seeds:\n  - name: channels\n    config: {column_types: {gap: bigint}}\n"
    "    columns: [{name: gap, data_tests: [positive]}]\n",
    "tests/gaps_are_even.sql": "select * from {{ ref('doubled') }} where gap % 2 <> 0",
}
NAMED = {"packages.yml": "packages:\n  - local: convsql\n"}
OFF = "name: tiny\nversion: 1.0.0\nprofile: tiny\nseeds: {convsql: {channels: {+enabled: false}}}\n"
Make = Callable[..., Folder]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A small package in place of the installed one, outside every project."""
    folder = tmp_path / "site" / "convsql" / "package"
    found = Folder(folder, PACKAGE)
    found.remove("profiles.yml")
    monkeypatch.setattr(installed, "PLACES", (folder,))
    return found


@pytest.fixture
def make(tmp_path: Path, package: Folder) -> Make:
    return lambda files=None: Folder(tmp_path / "project", {**NAMED, **(files or {})})


def test_a_project_that_names_convsql_builds_its_models(make: Make) -> None:
    project = make({"models/own.sql": "select gap, {{ convsql.twice(3) }} as six from {{ ref('doubled') }}"})
    done = project.build("--json")
    assert project.query("select gap, six from own") == [(48, 6)]
    assert {r["name"] for r in done.json["results"] if r["resource_type"] == "test"} == {
        "not_null_doubled_gap",
        "positive_channels_gap",
        "gaps_are_even",
    }


def test_nothing_of_it_is_written_to_its_own_folder_or_seen_as_the_projects(make: Make, package: Folder) -> None:
    project = make()
    before = sorted(p for p in package.root.rglob("*"))
    assert project.run("compile").code == 0
    compiled = project.root / "target/compiled/convsql/dbt_packages/convsql/models/doubled.sql"
    assert "2 * gap" in compiled.read_text(encoding="utf-8")
    assert sorted(p for p in package.root.rglob("*")) == before


def test_a_seed_of_the_project_stands_in_for_the_packages_when_that_is_switched_off(make: Make) -> None:
    own = {"seeds/channels.csv": "channel,gap\nfax,5\n"}
    project = make({**own, "dbt_project.yml": OFF})
    project.build()
    assert project.query("select channel, gap from doubled") == [("fax", 10)]
    project.write("dbt_project.yml", OFF.splitlines()[0] + "\nversion: 1.0.0\nprofile: tiny\n")
    (error,) = project.errors()
    assert "duplicate name 'channels'" in error


def test_the_packages_description_and_tests_hold_for_the_seed_that_stands_in(make: Make) -> None:
    project = make({"seeds/channels.csv": "channel,gap\nfax,\n", "dbt_project.yml": OFF})
    done = project.build("--json", code=1)
    assert {r["name"]: r["status"] for r in done.json["results"]}["positive_channels_gap"] == "fail"
    project.write("seeds/channels.csv", "channel,gap\nfax,5\n")
    project.build()
    assert project.query("select typeof(gap), gap from channels") == [("BIGINT", 5)]


def test_a_seed_is_described_once_in_project_and_package_together(make: Make) -> None:
    described = "seeds:\n  - name: channels\n"
    project = make(
        {"seeds/channels.csv": "channel,gap\nfax,5\n", "seeds/_seeds.yml": described, "dbt_project.yml": OFF}
    )
    (error,) = project.errors()
    assert "seed 'channels' is described twice" in error


def test_an_edit_of_the_package_is_noticed_and_its_errors_point_into_it(make: Make, package: Folder) -> None:
    project = make()
    project.build()
    package.write("seeds/channels.csv", "channel,gap\nsms,72\n")
    project.build()
    assert project.query("select gap from doubled") == [(144,)]
    package.write("models/doubled.sql", "select\n    nothing as gap\nfrom {{ ref('channels') }}")
    (error,) = project.errors()
    assert error.startswith("dbt_packages/convsql/models/doubled.sql:2: ")


@pytest.mark.parametrize(
    "entry",
    [
        "git: https://example.org/someone/convsql.git",
        "git: git@example.org:someone/convsql",
        f"git: https://example.org/convsql.git\n    revision: v{__version__}",
        f"git: https://example.org/convsql.git\n    revision: {__version__}",
        "git: https://example.org/convsql.git\n    revision: main",
        "local: \"{{ env_var('NO_SUCH_VARIABLE', 'convsql') }}\"",
    ],
)
def test_the_lines_that_dbt_reads_name_the_installed_package_too(entry: str, make: Make) -> None:
    assert make({"packages.yml": f"packages:\n  - {entry}\n"}).errors() == []


def test_its_own_path_names_it_as_well(make: Make, package: Folder) -> None:
    assert make({"packages.yml": f"packages:\n  - local: {package.root}\n"}).errors() == []


def test_another_version_than_the_installed_one_is_an_error_that_names_both(make: Make) -> None:
    entry = "packages:\n  - git: https://example.org/convsql.git\n    revision: v99.1.0\n"
    (error,) = make({"packages.yml": entry}).errors()
    assert error == (
        f"packages.yml:2: revision v99.1.0 of convsql is asked for, and {__version__} is installed | "
        f"install the wheel of 99.1.0, or set revision: v{__version__}"
    )


def test_a_folder_of_that_name_in_the_project_comes_first(make: Make) -> None:
    project = make({"convsql/dbt_project.yml": PACKAGE["dbt_project.yml"], "convsql/models/mine.sql": "select 1 as x"})
    project.build()
    assert project.query("select x from mine") == [(1,)]


def test_another_repository_is_no_package_of_convsqls(make: Make) -> None:
    (error,) = make({"packages.yml": "packages:\n  - git: https://example.org/not-convsql.git\n"}).errors()
    assert error.startswith("packages.yml:2: package 'https://example.org/not-convsql.git' is not in dbt_packages/")


def test_a_project_called_like_the_package_is_told_to_rename_itself(make: Make) -> None:
    project = make({"dbt_project.yml": "name: convsql\nversion: 1.0.0\nprofile: tiny\n"})
    assert project.errors() == ["packages.yml: two packages are called 'convsql' | rename the project"]


def test_package_prints_the_folder_that_dbt_is_given(package: Folder) -> None:
    assert convsql("package").out == f"{package.root}\n"


UNIT = (
    "unit_tests:\n  - name: doubles\n    model: doubled\n    given: [{input: ref('channels'), rows: [{gap: 12}]}]\n"
    "    expect: {rows: [{gap: 25}]}\n"
)


def of_kind(done: Run) -> set[str]:
    return {r["name"] for r in done.json["results"] if r["resource_type"] == "unit_test"}


def test_its_unit_tests_are_its_own_affair_until_somebody_asks_for_them(make: Make, package: Folder) -> None:
    """The one here fails: under any setting of the project, the package's models hold or do not hold without it."""
    package.write("models/units.yml", UNIT)
    project = make({"models/own.sql": "select 1 as a"})
    done = project.build("--json")
    assert of_kind(done) == set()
    assert "gaps_are_even" in {r["name"] for r in done.json["results"]}
    assert of_kind(project.run("test", "--json", "--select", "doubled")) == set()
    assert "doubles" not in project.run("ls").out
    assert project.run("ls", "--resource-type", "unit_test").out == "unit_test:doubles\n"
    asked = project.run("test", "--json", "--select", "package:convsql,resource_type:unit_test")
    assert (asked.code, of_kind(asked)) == (1, {"doubles"})


def test_in_the_packages_own_repository_they_run(make: Make, package: Folder, tmp_path: Path) -> None:
    own = Folder(tmp_path / "own", {**PACKAGE, "models/units.yml": UNIT})
    own.write("dbt_project.yml", PACKAGE["dbt_project.yml"] + "profile: tiny\n")
    assert of_kind(own.build("--json", code=1)) == {"doubles"}


def test_they_speak_of_its_own_seeds_and_models_and_not_of_what_stands_in_for_them(make: Make, package: Folder) -> None:
    package.write("models/units.yml", UNIT.replace("gap: 12", "gap: 12, channel: sms"))
    seed = make({"dbt_project.yml": OFF, "seeds/channels.csv": "channel,gap,note\nsms,24,x\n"})
    seed.build()
    package.write("models/units.yml", UNIT.replace("gap: 12", "gap: 12, gone: 1"))
    asked = seed.run("test", "--json", "--select", "test_type:unit")
    assert "'channels' has no column 'gone'" in asked.json["results"][0]["message"]
    seed.remove("seeds/channels.csv")
    off = "name: tiny\nversion: 1.0.0\nprofile: tiny\nmodels: {convsql: {doubled: {+enabled: false}}}\n"
    model = make({"dbt_project.yml": off, "models/doubled.sql": "select 2 as gap"})
    model.build()
    assert model.run("ls", "--resource-type", "unit_test").out == ""


def test_offsets_made_for_a_project_say_how_they_stand_in_for_the_packages_own(make: Make, package: Folder) -> None:
    package.write("seeds/zone_offsets.csv", "zone,starts_at,offset_seconds\nUTC,2000-01-01 00:00:00,0\n")
    project = make({"seeds/own.csv": "a\n1\n"})
    switch = "seeds: {convsql: {zone_offsets: {+enabled: false}}}"
    assert switch in project.run("zones", "--from", "2020", "--to", "2020").err
    assert project.errors() == [
        (
            "seeds/zone_offsets.csv:1: duplicate name 'zone_offsets' (also dbt_packages/convsql/seeds/zone_offsets.csv)"
            f" | to put yours in its place, switch it off in dbt_project.yml: {switch}"
        )
    ]
    project.write("dbt_project.yml", f"name: tiny\nversion: 1.0.0\nprofile: tiny\n{switch}\n")
    assert "note" not in project.run("zones", "--from", "2020", "--to", "2020").err
    project.build()


def test_the_promise_that_check_asks_for_is_one_that_the_project_can_make(make: Make, package: Folder) -> None:
    """The files of an installed package are nobody's to edit."""
    package.write("models/rates/current_rates.sql", "select 1 as rate")
    project = make()
    project.build()
    refused = project.run("check")
    promise = refused.err.split("`")[1]
    assert (refused.code, promise) == (
        2,
        "models: {convsql: {rates: {current_rates: {+meta: {max_age: 36h}}}}}",
    )
    settings = project.root / "dbt_project.yml"
    settings.write_text(settings.read_text(encoding="utf-8") + promise + "\n", encoding="utf-8")
    assert "1 promises: all kept" in project.run("check").err
