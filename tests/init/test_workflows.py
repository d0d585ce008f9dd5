"""The workflows that init writes pass as they are generated: each step's bash, on a fresh clone, offline."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.init.test_without_data import STANDARD
from tests.support import convsql

GITHUB, GITLAB = ".github/workflows/convsql.yml", ".gitlab-ci.yml"
# As GitHub's own does what the workflow asks: comments that lie in a file, one a line.
GH = """\
#!{python}
import json, os, sys
file = os.environ["COMMENTS"]
known = [json.loads(line) for line in open(file)] if os.path.exists(file) else []
arguments = sys.argv[1:]
method = arguments[arguments.index("--method") + 1] if "--method" in arguments else "GET"
if method == "GET":
    mark = arguments[arguments.index("--jq") + 1].split('startswith("')[1].split('")')[0]
    print("\\n".join(str(c["id"]) for c in known if c["body"].startswith(mark)))
    sys.exit()
body = open(arguments[arguments.index("-F") + 1].removeprefix("body=@")).read()
if method == "POST":
    known.append({{"id": len(known) + 1, "body": body}})
else:
    (path,) = [a for a in arguments if "/comments/" in a]
    next(c for c in known if str(c["id"]) == path.rsplit("/")[-1])["body"] = body
open(file, "w").write("".join(json.dumps(c) + "\\n" for c in known))
"""


def git(folder: Path, *arguments: str) -> None:
    who = [f"-c{key}" for key in ("user.name=a", "user.email=a@example.com")]
    named = [word for each in who for word in ("-c", each.removeprefix("-c"))]
    subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone of a project that init wrote, on a branch; its data are not in it."""
    (tmp_path / "data").mkdir()
    for name, text in STANDARD.items():
        (tmp_path / "data" / name).write_text(text, encoding="utf-8")
    assert convsql("init", str(tmp_path / "mine"), "--from", str(tmp_path / "data"), "--yes").code == 0
    git(tmp_path / "mine", "init", "-q", "-b", "main")
    git(tmp_path / "mine", "add", "-A")
    git(tmp_path / "mine", "commit", "-qm", "begun")
    git(tmp_path, "clone", "-q", str(tmp_path / "mine"), "clone")
    shutil.move(str(tmp_path / "data"), str(tmp_path / "elsewhere"))
    return tmp_path / "clone"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with `convsql`, `python` and a `gh` that keeps comments in a file."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in {
        "convsql": f'#!/bin/sh\nexec {sys.executable} -m convsql "$@"\n',
        "python": f'#!/bin/sh\nexec {sys.executable} "$@"\n',
        "gh": GH.format(python=sys.executable),
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def step(script: str, clone: Path, tools: Path, shell: tuple[str, ...], **variables: str) -> str:
    """What a step says; it must end well."""
    env = {
        "PATH": f"{tools}:/usr/bin:/bin",
        "HOME": str(clone.parent),
        "PYTHONPATH": os.pathsep.join(sys.path),
        **variables,
    }
    done = subprocess.run([*shell, script], cwd=clone, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
def test_the_workflow_of_github_checks_builds_and_comments_once(clone: Path, tools: Path, tmp_path: Path) -> None:
    workflow = yaml.safe_load((clone / GITHUB).read_text(encoding="utf-8"))
    assert workflow[True]["push"] == {"branches": ["main"]}
    steps = [s for s in workflow["jobs"]["build"]["steps"] if "run" in s and "pip install" not in s["run"]]
    given = {
        "GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main", "GITHUB_REPOSITORY": "o/r", "PULL_REQUEST": "7",
        "GITHUB_ENV": str(tmp_path / "env"), "CONVSQL_WHEEL": "somewhere.whl", "COMMENTS": str(tmp_path / "comments"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }  # fmt: skip
    said = []
    for raw_path in ("", "", str(tmp_path / "elsewhere")):  # a push, another one, and a runner that has the data
        for each in steps:
            said.append(step(each["run"], clone, tools, ("bash", "-e", "-c"), **given, CONVSQL_RAW_PATH=raw_path))
        (comment,) = [json.loads(line) for line in (tmp_path / "comments").read_text().splitlines()]
        assert comment["id"] == 1
        assert comment["body"] == (clone / "target/ci.md").read_text()
        assert (clone / "target/junit.xml").is_file()
        assert ("not built" in comment["body"]) == (not raw_path)
    assert "no conversation moved" in comment["body"] or "not compared" in comment["body"]
    assert not [line for text in said for line in text.splitlines() if line.startswith("::error")]


class _Notes(BaseHTTPRequestHandler):
    """GitLab's notes of one merge request."""

    known: list[dict[str, Any]] = []  # noqa: RUF012 - of the one server that a test has

    def do_GET(self) -> None:
        self._answer(self.known)

    def do_POST(self) -> None:
        self.known.append({"id": len(self.known) + 1, **self._body()})
        self._answer(self.known[-1])

    def do_PUT(self) -> None:
        note = next(n for n in self.known if str(n["id"]) == self.path.rsplit("/")[-1])
        note.update(self._body())
        self._answer(note)

    def _body(self) -> Any:
        assert self.headers["PRIVATE-TOKEN"] == "a-token"
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, content: Any) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def gitlab() -> Iterator[str]:
    _Notes.known.clear()
    server = HTTPServer(("127.0.0.1", 0), _Notes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/api/v4"
    server.shutdown()
    server.server_close()


@pytest.mark.slow
def test_the_workflow_of_gitlab_checks_builds_and_comments_once(clone: Path, tools: Path, gitlab: str) -> None:
    job: Mapping[str, Any] = yaml.safe_load((clone / GITLAB).read_text(encoding="utf-8"))["convsql"]
    scripts = [*(s for s in job["script"] if "pip install" not in s), *job["after_script"]]
    given = {
        "CI_MERGE_REQUEST_IID": "7", "CI_PROJECT_ID": "1", "CI_API_V4_URL": gitlab, "CONVSQL_GITLAB_TOKEN": "a-token",
        "CONVSQL_WHEEL": "somewhere.whl",
    }  # fmt: skip
    for _ in range(2):
        for script in scripts:
            step(script, clone, tools, ("sh", "-ec"), **given)
    (note,) = _Notes.known
    assert note["body"] == (clone / "target/ci.md").read_text()
    for report in job["artifacts"]["reports"].values():
        assert (clone / report).is_file()
    for script in job["after_script"]:  # without a token nothing is asked of anybody
        step(script, clone, tools, ("sh", "-ec"), **{**given, "CONVSQL_GITLAB_TOKEN": ""})
