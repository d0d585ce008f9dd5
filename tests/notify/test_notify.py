"""Somebody is told: once, by owner, when it is over too, and never at the price of the build."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from convsql.notify import sending
from tests.notify.servers import Post, Web
from tests.support import Folder

Make = Callable[..., Folder]
TABLE = "{{ config(materialized='table') }} "
URL = "\"{{ env_var('DBT_ENV_SECRET_HOOK') }}\""
FILES = {
    "models/good.sql": TABLE + "select 1 as id",
    "models/bad.sql": TABLE + "select 'anna@example.com' as mail",
    "models/all.yml": """\
        models:
          - name: good
            config: {meta: {owner: growth}}
            columns: [{name: id, data_tests: [{accepted_values: {name: only_two, values: [2], quote: false}}]}]
          - name: bad
            config: {meta: {owner: sales}}
            columns: [{name: mail, data_tests: [{accepted_values: {name: only_x, values: [x]}}]}]
        """,
}


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    server = Web()
    monkeypatch.setenv("DBT_ENV_SECRET_HOOK", server.url)
    monkeypatch.setattr(sending, "FIRST_WAIT", 0.01)
    yield server
    server.stop()


def receivers(*lines: str) -> str:
    return "receivers:\n" + "".join(f"  - {line}\n" for line in lines)


def project_with(folder: Make, *lines: str, **files: str) -> Folder:
    return folder(
        {**FILES, "notify.yml": receivers(*(lines or (f"{{name: hook, type: webhook, url: {URL}}}",))), **files}
    )


def mend(project: Folder, *names: str) -> None:
    text = (project.root / "models/all.yml").read_text()
    for name in names:
        text = text.replace("[2]", "[1]") if name == "good" else text.replace("[x]", "[anna@example.com]")
    project.write("models/all.yml", text)


def test_each_owner_is_told_once_and_again_when_it_is_over(folder: Make, web: Web) -> None:
    project = project_with(folder)
    project.build("--notify", code=1)
    assert [(m["owner"], len(m["opened"]), m["resolved"]) for m in web.got] == [("growth", 1, []), ("sales", 1, [])]
    assert web.got[0]["title"] == "convsql: 1 new problem of growth in tiny (main)"
    assert web.got[0]["opened"] == ["test only_two (models/all.yml:4): 1 failing rows"]
    assert "anna" not in json.dumps(web.got)
    project.build("--notify", code=1)
    assert len(web.got) == 2
    mend(project, "good")
    project.build("--notify", code=1)
    assert [(m["owner"], m["opened"], len(m["resolved"])) for m in web.got[2:]] == [("growth", [], 1)]
    mend(project, "bad")
    project.build("--notify")
    assert [(m["owner"], m["opened"], len(m["resolved"])) for m in web.got[3:]] == [("sales", [], 1)]
    project.build("--notify")
    assert len(web.got) == 4


def test_nobody_is_told_unless_the_run_is_asked_to(folder: Make, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_with(folder)
    project.build(code=1)
    assert web.tried == 0
    monkeypatch.setenv("CONVSQL_NOTIFY", "1")
    project.build(code=1)
    assert len(web.got) == 2


def test_a_selection_says_nothing_about_what_it_left_out(folder: Make, web: Web) -> None:
    project = project_with(folder)
    project.build("--notify", code=1)
    mend(project, "good", "bad")
    project.build("--notify", "--select", "good")
    assert [(m["owner"], len(m["resolved"])) for m in web.got[2:]] == [("growth", 1)]


def test_a_node_that_is_gone_is_no_problem_any_more(folder: Make, web: Web) -> None:
    project = project_with(folder)
    project.build("--notify", code=1)
    project.write("models/all.yml", "")
    project.build("--notify")
    assert [(m["owner"], len(m["resolved"])) for m in web.got[2:]] == [("growth", 1), ("sales", 1)]


def test_what_ends_a_run_is_told_and_hides_nothing_that_is_known(folder: Make, web: Web) -> None:
    project = project_with(folder)
    project.build("--notify", code=1)
    project.write("models/broken.sql", "select id from {{ ref('nowhere') }}")
    project.build("--notify", code=2)
    assert [(m["opened"], m["resolved"]) for m in web.got[2:]] == [
        (["the run ended with 1 error: models/broken.sql:1"], [])
    ]
    project.remove("models/broken.sql")
    project.build("--notify", code=1)
    assert [(m["owner"], m["opened"], len(m["resolved"])) for m in web.got[3:]] == [("", [], 1)]


def test_receivers_hear_what_they_asked_for(folder: Make, web: Web) -> None:
    project = project_with(
        folder,
        f"{{name: sales, type: slack, url: {URL}, owners: [sales]}}",
        f"{{name: data, type: teams, url: {URL}, events: [freshness]}}",
        f"{{name: all, type: webhook, url: {URL}, events: failure}}",
    )
    project.build("--notify", code=1)
    slack = [m for m in web.got if set(m) == {"text"}]
    assert [m["text"] for m in slack] == [
        "convsql: 1 new problem of sales in tiny (main)\n- test only_x (models/all.yml:7): 1 failing rows"
    ]
    assert len([m for m in web.got if "title" in m]) == 2
    assert not [m for m in web.got if "attachments" in m]


def test_freshness_and_promises_are_told(folder: Make, web: Web) -> None:
    source = (
        "sources:\n  - name: raw\n    meta: {external_location: \"read_csv('raw/{name}.csv')\"}\n    loaded_at_field: at\n"
        "    freshness: {error_after: {count: 1, period: day}}\n    tables: [{name: events, meta: {owner: data}}]\n"
    )
    project = project_with(
        folder,
        f"{{name: team, type: teams, url: {URL}, events: [freshness]}}",
        **{"models/s.yml": source, "raw/events.csv": "at\n2020-01-01 00:00:00\n"},
    )
    yml = (project.root / "models/all.yml").read_text().replace("owner: growth", "owner: growth, max_age: 1h")
    project.write("models/all.yml", yml)
    assert project.run("source", "freshness", "--notify").code == 1
    assert project.run("check", "--notify").code == 1
    texts = [[block["text"] for block in m["attachments"][0]["content"]["body"]] for m in web.got]
    assert texts[0][0] == "convsql: 1 new problem of data in tiny (main)"
    assert "source raw.events (models/s.yml:6): " in texts[0][1]
    assert texts[1][1] == "- good: it was never published; 1 h are promised (models/all.yml:2)"
    mend(project, "good", "bad")
    project.build("--notify")
    assert project.run("check", "--notify").code == 0
    assert [m["attachments"][0]["content"]["body"][0]["text"] for m in web.got[2:]] == [
        "convsql: 1 resolved of growth in tiny (main)"
    ]


def test_rate_alerts_are_told_of_the_newest_cohort_and_over_with_the_next(folder: Make, web: Web) -> None:
    columns = "'s' as series_id, 'm' as metric, 1 as metric_version, 'week' as cohort_grain, 'all' as cohort_by"
    alerts = TABLE + "select " + columns + ", date '2026-01-%s' as cohort_period, %s as signal"
    project = project_with(folder, f"{{name: hook, type: webhook, url: {URL}, events: [alert]}}")
    mend(project, "good", "bad")
    project.write("models/rate_alerts.sql", alerts % ("05", "'below_limit'"))
    project.build("--notify")
    project.write("models/rate_alerts.sql", alerts % ("12", "'below_limit'"))
    project.build("--notify")
    project.write("models/rate_alerts.sql", alerts % ("19", "cast(null as varchar)"))
    project.build("--notify")
    assert [(m["opened"], m["resolved"]) for m in web.got] == [
        (["rate of m@1 by week, cohort 2026-01-05: below limit"], []),
        ([], ["rate of m@1 by week, cohort 2026-01-05: below limit"]),
    ]


def test_restatements_are_told_once_and_are_never_over(folder: Make, web: Web) -> None:
    closed = "{{ config(materialized='table', meta={'owner': 'growth', 'closed': {'when': 'is_done', 'key': ['id'], 'except': []}}) }} "
    project = project_with(folder, f"{{name: hook, type: webhook, url: {URL}, events: [restatement]}}")
    mend(project, "good", "bad")
    for value in (1, 2, 2):
        project.write("models/closed.sql", closed + f"select 1 as id, true as is_done, {value} as n")
        project.build("--notify")
    assert [(m["owner"], m["opened"]) for m in web.got] == [
        ("growth", ["build 2 changed 1 closed row of closed: see the view restatements"])
    ]


def test_a_restatement_that_did_not_arrive_is_told_by_the_next_run(folder: Make, web: Web) -> None:
    closed = "{{ config(materialized='table', meta={'closed': {'when': 'is_done', 'key': ['id'], 'except': []}}) }} "
    project = project_with(folder, f"{{name: hook, type: webhook, url: {URL}, events: [restatement]}}")
    mend(project, "good", "bad")
    for value, answers in ((1, []), (2, [500] * 3), (2, []), (2, [])):
        web.answers = list(answers)
        project.write("models/closed.sql", closed + f"select 1 as id, true as is_done, {value} as n")
        project.build("--notify")
    assert [m["opened"] for m in web.got] == [["build 2 changed 1 closed row of closed: see the view restatements"]]


def test_mail_goes_by_smtp_with_a_password(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post("convsql", "a-secret-word")
    monkeypatch.setenv("DBT_ENV_SECRET_SMTP", "a-secret-word")
    lines = (
        f"{{name: mail, type: email, host: 127.0.0.1, port: {post.port}, security: none, user: convsql,"
        " password: \"{{ env_var('DBT_ENV_SECRET_SMTP') }}\", from: c@example.com, to: [a@example.com, b@example.com]}"
    )
    project = project_with(folder, lines)
    done = project.build("--notify", code=1)
    post.stop()
    assert "could not be notified" not in done.err
    assert [m["Subject"] for m in post.got] == [
        f"convsql: 1 new problem of {o} in tiny (main)" for o in ("growth", "sales")
    ]
    assert post.recipients == [["a@example.com", "b@example.com"]] * 2
    assert "- test only_two (models/all.yml:4): 1 failing rows" in str(post.got[0].get_payload())
    assert "a-secret-word" not in done.err + (project.root / "tiny.duckdb.notified.json").read_text()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1, with its key, that vouches for itself."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl is here, which makes certificates")
    file = tmp_path_factory.mktemp("certificate") / "server.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(["openssl", *words.split(), "-keyout", file, "-out", f"{file}.crt"], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


def _mail_over(post: Post, security: str) -> str:
    return (
        f"{{name: mail, type: email, host: 127.0.0.1, port: {post.port}, security: {security}, user: convsql,"
        " password: \"{{ env_var('DBT_ENV_SECRET_SMTP') }}\", from: c@example.com, to: a@example.com}"
    )


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_goes_over_tls_to_a_server_that_is_who_it_says(
    folder: Make, monkeypatch: pytest.MonkeyPatch, certificate: Path, security: str
) -> None:
    post = Post("convsql", "a-secret-word", security, certificate)
    monkeypatch.setenv("DBT_ENV_SECRET_SMTP", "a-secret-word")
    monkeypatch.setattr(sending, "FIRST_WAIT", 0.01)
    project = project_with(folder, _mail_over(post, security))
    refused = project.build("--notify", code=1)
    assert "mail could not be notified: SSLCertVerificationError" in refused.err
    assert post.got == []
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    assert "could not be notified" not in project.build("--notify", code=1).err
    post.stop()
    assert len(post.got) == 2 and post.recipients == [["a@example.com"]] * 2
    assert set(post.in_clear) <= {"EHLO", "STARTTLS"}


def test_a_server_that_can_not_be_secured_gets_no_password(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post("convsql", "a-secret-word")
    monkeypatch.setenv("DBT_ENV_SECRET_SMTP", "a-secret-word")
    monkeypatch.setattr(sending, "FIRST_WAIT", 0.01)
    project = project_with(folder, _mail_over(post, "starttls"))
    assert "mail could not be notified: SMTPNotSupportedError" in project.build("--notify", code=1).err
    post.stop()
    assert post.got == []


def test_a_command_reads_the_message(folder: Make) -> None:
    program = "import sys; open('told.json', 'a').write(sys.stdin.read() + chr(10))"
    project = project_with(folder, f'{{name: pager, type: command, command: [{sys.executable}, -c, "{program}"]}}')
    project.build("--notify", code=1)
    told = [json.loads(line) for line in (project.root / "told.json").read_text().splitlines()]
    assert [m["owner"] for m in told] == ["growth", "sales"]


def test_a_receiver_that_stumbles_is_tried_again(folder: Make, web: Web) -> None:
    web.answers = [500, 503]
    project = project_with(folder)
    assert "could not be notified" not in project.build("--notify", code=1).err
    assert len(web.got) == 2


def test_what_did_not_arrive_is_told_by_the_next_run(folder: Make, web: Web) -> None:
    project = project_with(folder)
    web.answers = [500] * 6
    done = project.build("--notify", code=1)
    assert "note: hook could not be notified: HTTPError: HTTP Error 500" in done.err
    assert web.got == []
    project.build("--notify", code=1)
    assert [m["owner"] for m in web.got] == ["growth", "sales"]


def test_a_dead_receiver_changes_no_exit_code_and_delays_for_a_bounded_time(
    folder: Make, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convsql.notify.telling.tell.__defaults__", ("", "", 0.6))
    web.pause = 30.0
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    project = project_with(
        folder,
        f"{{name: slow, type: webhook, url: '{web.url}'}}",  # its thread goes on for a while
        f"{{name: nobody, type: webhook, url: 'http://127.0.0.1:{port}/'}}",
    )
    mend(project, "good")
    started = time.monotonic()
    done = project.build("--notify", code=1)
    assert time.monotonic() - started < 15
    assert "note: slow could not be notified: no answer within" in done.err
    assert "note: nobody could not be notified: URLError" in done.err


def test_a_secret_address_is_in_nothing_that_is_said_or_written(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "FIRST_WAIT", 0.0)
    monkeypatch.setenv("DBT_ENV_SECRET_HOOK", "ftp://host/very-secret-path")
    project = project_with(folder)
    done = project.build("--notify", code=1)
    assert "could not be notified" in done.err
    everything = done.err + "".join(
        p.read_text(errors="replace")
        for p in project.root.rglob("*")
        if p.is_file() and p.suffix in (".json", ".jsonl", ".txt")
    )
    assert "very-secret-path" not in everything


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{name: a, type: slak, url: 'https://x.example'}", "notify.yml:2: a receiver has the type 'slak'"),
        ("{name: a, type: slack}", "a receiver of type slack needs 'url'"),
        ("{name: a, type: slack, url: 'https://x.example', evnts: [failure]}", "did you mean 'events'?"),
        ("{name: a, type: slack, url: 'https://x.example', events: [failures]}", "there is no event 'failures'"),
        ("{name: a, type: slack, url: 'file:///etc/passwd'}", "'url' must be an address"),
        ("{name: a, type: email, host: h, from: a@b.c, to: nobody}", "'to' holds 'nobody', which is not an address"),
        ("{name: a, type: email, host: h, from: a@b.c, to: a@b.c, password: plain}", "'password' must be a secret"),
        (
            "{name: a, type: webhook, url: \"x{{ env_var('DBT_ENV_SECRET_NOT_SET') }}\"}",
            "'DBT_ENV_SECRET_NOT_SET' is not set",
        ),
    ],
)
def test_what_is_wrong_in_the_file_is_said_before_anything_is_built(folder: Make, line: str, said: str) -> None:
    project = project_with(folder, line)
    done = project.build("--notify", code=2)
    assert said in done.err
    assert not (project.root / "tiny.duckdb").exists()
    project.build(code=1)  # who does not notify is not bothered


def test_a_run_that_is_to_notify_needs_the_file(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    refused = project.build("--notify", code=2).err
    assert "there is no notify.yml" in refused
    project.write("notify.yml", refused.split("`")[1])
    assert "DBT_ENV_SECRET_SLACK_URL' is not set" in project.build("--notify", code=2).err, (
        "all but the secret is there"
    )


def test_what_was_told_is_forgotten_with_a_damaged_file(folder: Make, web: Web) -> None:
    project = project_with(folder)
    project.build("--notify", code=1)
    Path(project.root / "tiny.duckdb.notified.json").write_text("{")
    project.build("--notify", code=1)
    assert len(web.got) == 4
