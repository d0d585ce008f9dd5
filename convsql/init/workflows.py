"""What a new project's CI does, for GitHub and for GitLab: `convsql ci`, and its comment put in the place of the last one."""

from __future__ import annotations

from convsql.init.origin import VARIABLE, WHEEL, is_named


def workflow_files() -> dict[str, str]:
    """Path → text of each workflow."""
    return {".github/workflows/convsql.yml": _github(), ".gitlab-ci.yml": _gitlab()}


def _github() -> str:
    return _GITHUB.replace("{wheel}", "" if is_named() else _GITHUB_WHEEL)


def _gitlab() -> str:
    return _GITLAB.replace("{wheel}", "" if is_named() else _GITLAB_WHEEL)


_ABOUT = """\
# What must hold before a change is merged: `convsql ci` checks the definitions, compiles, builds and tests what changed, and compares the numbers.
# Without the data it checks by declared columns, and builds nothing. To build here too, have a step put the data where vars.yml says
# (raw_path, connector_path), or set the variable CONVSQL_RAW_PATH to a folder that this runner has.
"""

_GITHUB = (
    _ABOUT
    + """\
name: convsql
on:
  push: {branches: [main]}
  pull_request:
permissions:
  contents: read
  pull-requests: write
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
{wheel}      - run: pip install -r requirements.txt
      - name: check, build and compare
        env:
          CONVSQL_RAW_PATH: ${{ vars.CONVSQL_RAW_PATH }}
        run: |
          set --
          if [ -n "$CONVSQL_RAW_PATH" ]; then set -- --vars "{\\"raw_path\\": \\"$CONVSQL_RAW_PATH\\"}"; fi
          convsql ci --target ci --junit target/junit.xml "$@"
      - name: comment on the pull request, in the place of the last comment
        if: always() && github.event_name == 'pull_request'
        env:
          GH_TOKEN: ${{ github.token }}
          PULL_REQUEST: ${{ github.event.pull_request.number }}
        run: |
          if [ ! -f target/ci.md ]; then exit 0; fi
          comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
          mark=$(head -n 1 target/ci.md)
          last=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\\"$mark\\")) | .id" | head -n 1)
          if [ -n "$last" ]; then
            gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$last" -F body=@target/ci.md > /dev/null || echo "::notice::this token may not comment"
          else
            gh api --method POST "$comments" -F body=@target/ci.md > /dev/null || echo "::notice::this token may not comment"
          fi
"""
)

_GITHUB_WHEEL = f"""\
      - name: find convsql
        env:
          {VARIABLE}: ${{{{ vars.{VARIABLE} }}}}
        run: |
          if [ -z "${VARIABLE}" ]; then
            echo "::error::set the repository's variable {VARIABLE} to the path or address of {WHEEL}"
            exit 1
          fi
          echo "{VARIABLE}=${VARIABLE}" >> "$GITHUB_ENV"
"""

# GitLab gives a job no token that may comment: CONVSQL_GITLAB_TOKEN is a project's access token, with the scope api.
_GITLAB = (
    _ABOUT
    + """\
# To comment on merge requests, set the masked variable CONVSQL_GITLAB_TOKEN to an access token of the project, with the scope api.
convsql:
  image: python:3.12
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  variables: {GIT_DEPTH: "0"}
  script:
{wheel}    - pip install -r requirements.txt
    - |
      set --
      if [ -n "$CONVSQL_RAW_PATH" ]; then set -- --vars "{\\"raw_path\\": \\"$CONVSQL_RAW_PATH\\"}"; fi
      convsql ci --target ci --junit target/junit.xml --code-quality target/code-quality.json "$@"
  after_script:
    - |
      if [ -z "$CONVSQL_GITLAB_TOKEN" ] || [ -z "$CI_MERGE_REQUEST_IID" ] || [ ! -f target/ci.md ]; then exit 0; fi
      python - <<'END'
      import json, os, urllib.request
      notes = "{CI_API_V4_URL}/projects/{CI_PROJECT_ID}/merge_requests/{CI_MERGE_REQUEST_IID}/notes".format(**os.environ)
      def ask(method, url, body=None):
          headers = {"PRIVATE-TOKEN": os.environ["CONVSQL_GITLAB_TOKEN"], "Content-Type": "application/json"}
          data = json.dumps(body).encode() if body else None
          with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=30) as answer:
              return json.load(answer)
      text = open("target/ci.md", encoding="utf-8").read()
      mark = text.splitlines()[0]
      last = [n["id"] for n in ask("GET", notes + "?per_page=100&sort=asc") if n["body"].startswith(mark)]
      ask("PUT" if last else "POST", f"{notes}/{last[0]}" if last else notes, {"body": text})
      END
  artifacts:
    when: always
    paths: [target/ci.md]
    reports:
      junit: target/junit.xml
      codequality: target/code-quality.json
"""
)

_GITLAB_WHEEL = f"""\
    - |
      if [ -z "${VARIABLE}" ]; then echo "set the CI/CD variable {VARIABLE} to the path or address of {WHEEL}"; exit 1; fi
"""
