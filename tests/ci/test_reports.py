"""JUnit, SARIF, annotations and code quality: what failed, with its file and line, as each reader expects it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ci.junit_shape import checked
from tests.support import Folder, convsql
from tests.support.root import ROOT

Make = Callable[..., Folder]
TABLE = "{{ config(materialized='table') }} "
FILES = {
    "models/good.sql": TABLE + "select 1 as id",
    "models/bad.sql": TABLE + "select\n    1 as id,\n    cast('x<&\"' as integer) as n",
    "models/other.sql": "select 1 as id",
    "models/below.sql": "select id from {{ ref('bad') }}",
    "models/all.yml": """\
        models:
          - name: good
            columns:
              - name: id
                data_tests:
                  - unique
                  - accepted_values: {name: only_two, values: [2], quote: false}
                  - accepted_values: {name: warned, values: [3], quote: false, config: {severity: warn}}
        unit_tests:
          - name: two_is_one
            model: other
            given: []
            expect: {rows: [{id: 2}]}
        """,
}
REPORTS = ("--junit", "out/junit.xml", "--sarif", "out/convsql.sarif", "--code-quality", "out/quality.json")


def sarif_of(text: str) -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    found = json.loads(text)
    schema = json.loads((ROOT / "tests/ci/sarif_shape.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(found)
    return found


def read(project: Folder) -> tuple[Any, Any, Any]:
    out = project.root / "out"
    return (
        checked((out / "junit.xml").read_text(encoding="utf-8")),
        sarif_of((out / "convsql.sarif").read_text(encoding="utf-8")),
        json.loads((out / "quality.json").read_text(encoding="utf-8")),
    )


def test_a_failing_build_says_each_failure_in_each_form(folder: Make) -> None:
    project = folder(FILES)
    project.build(*REPORTS, code=1)
    junit, sarif, quality = read(project)
    cases = {case.get("name"): case for case in junit.iter("testcase")}
    assert {name: [child.tag for child in case] for name, case in cases.items()} == {
        "good": [], "bad": ["error"], "below": ["skipped"], "unique_good_id": [], "only_two": ["failure"],
        "warned": ["system-out"], "two_is_one": ["failure"], "other": ["skipped"], "build": [],
    }  # fmt: skip
    assert (cases["bad"].get("file"), cases["only_two"].get("line")) == ("models/bad.sql", "7")
    assert "x<&" in str(cases["bad"].find("error").get("message"))  # type: ignore[union-attr]
    places = {
        r["ruleId"]: (
            r["level"],
            r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            r["locations"][0]["physicalLocation"]["region"]["startLine"],
        )
        for r in sarif["runs"][0]["results"]
    }
    assert places == {
        "model-error": ("error", "models/bad.sql", 3),
        "test-failed": ("error", "models/all.yml", 7),
        "unit-test-failed": ("error", "models/all.yml", 10),
        "test-warned": ("warning", "models/all.yml", 8),
    }
    assert sarif["runs"][0]["invocations"] == [{"executionSuccessful": False, "exitCode": 1}]
    assert {
        (i["check_name"], i["severity"], i["location"]["path"], i["location"]["lines"]["begin"]) for i in quality
    } == {
        ("model-error", "major", "models/bad.sql", 3),
        ("test-failed", "major", "models/all.yml", 7),
        ("unit-test-failed", "major", "models/all.yml", 10),
        ("test-warned", "minor", "models/all.yml", 8),
    }
    assert len({i["fingerprint"] for i in quality}) == 4


def test_a_build_that_is_well_has_no_finding(folder: Make) -> None:
    project = folder({"models/good.sql": TABLE + "select 1 as id"})
    for _ in range(2):  # and one with nothing to do
        project.build(*REPORTS)
        junit, sarif, quality = read(project)
        assert [case.get("name") for case in junit.iter("testcase")] == ["good", "build"]
        assert sarif["runs"][0]["results"] == quality == []


@pytest.mark.parametrize("command", ["build", "compile", "test"])
def test_errors_of_the_project_are_reported_by_every_command(folder: Make, command: str) -> None:
    project = folder({"models/a.sql": "select 1 as id\nfrom {{ ref('nowhere') }}", "models/b.sql": "select {{ 1 + }}"})
    assert project.run(command, *REPORTS).code == 2
    junit, sarif, quality = read(project)
    assert len([case for case in junit.iter("testcase") if case.find("error") is not None]) == 2
    assert {i["location"]["path"] for i in quality} == {"models/a.sql", "models/b.sql"}
    assert ("models/a.sql", 2) in {(i["location"]["path"], i["location"]["lines"]["begin"]) for i in quality}
    assert {r["ruleId"] for r in sarif["runs"][0]["results"]} == {"project-error"}


def test_a_project_file_that_can_t_be_read_is_reported(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id", "dbt_project.yml": "name: tiny\nprofile: tiny\nmodel: {}\n"})
    assert project.build(*REPORTS, code=2)
    assert read(project)[2][0]["location"] == {"path": "dbt_project.yml", "lines": {"begin": 3}}


def test_what_no_file_is_the_cause_of_has_no_place(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    project.build("--select", "no_method:x", *REPORTS, code=2)
    junit, sarif, quality = read(project)
    assert (quality, "locations" in sarif["runs"][0]["results"][0]) == ([], False)
    assert len(list(junit.iter("error"))) == 1


def test_tests_that_run_again_are_reported(folder: Make) -> None:
    project = folder({**FILES, "models/bad.sql": TABLE + "select 1 as id"})
    project.build(code=1)
    assert project.run("test", *REPORTS).code == 1
    assert {r["ruleId"] for r in read(project)[1]["runs"][0]["results"]} == {
        "test-failed",
        "test-warned",
        "unit-test-failed",
    }


def annotations(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("::")]


def test_github_is_told_beside_the_changed_line(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = folder(FILES)
    assert annotations(project.build(code=1).err) == []
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    found = annotations(project.build(code=1).err)
    assert "::error file=models/all.yml,line=7,title=only_two::test only_two: 1 failing row" in found
    assert [line.split(" ")[0] for line in found] == ["::error"] * 3 + ["::warning"]
    assert annotations(project.build("--annotations", "none", code=1).err) == []
    as_json = project.build("--json", code=1)
    assert as_json.json["status"] == "failed"
    assert len(annotations(as_json.err)) == 4


def test_what_a_name_or_message_holds_is_text_and_no_command(folder: Make) -> None:
    project = folder(
        {"tests/odd, name.sql": "select 1 as bad", "models/a.sql": "select 1 as id from nowhere, \n'::error::50%'"}
    )
    (line,) = annotations(project.run("compile", "--annotations", "github").err)
    assert re.match(r"::error file=models/a\.sql,line=\d,title=", line)
    assert "\n" not in line


def test_a_row_that_is_shown_is_no_command_of_github(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    project = folder({"tests/odd.sql": "select '::add-mask::a' as word union all select '##[group]b'"})
    said = project.build(code=1).err
    assert not [line for line in said.splitlines() if line.strip().startswith(("::add-mask", "##["))]
    assert "\\::add-mask::a" in said


def test_an_unknown_kind_of_annotations_is_wrong_usage(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    done = project.run("build", "--annotations", "gitlab")
    assert (done.code, "github or none" in done.err) == (2, True)


def test_places_are_those_of_the_repository(folder: Make, tmp_path: Path) -> None:
    """A project in a folder of its repository; the files are written where the command is called."""
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    inner = Folder(tmp_path / "warehouse", {**FILES})
    done = convsql("build", "--project-dir", "warehouse", "--annotations", "github", "--sarif", "here.sarif")
    assert done.code == 1
    assert "file=warehouse/models/all.yml," in done.err
    assert (tmp_path / "here.sarif").is_file()
    assert not (inner.root / "here.sarif").exists()


def test_a_report_that_can_t_be_written_changes_nothing_about_the_build(folder: Make) -> None:
    project = folder({"models/good.sql": "select 1 as id", "file": "x"})
    done = project.build("--junit", "file/junit.xml")
    assert "published build 1" in done.err
    assert "junit.xml could not be written" in done.err
