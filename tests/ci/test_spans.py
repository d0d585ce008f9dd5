"""Spans of a run, as a collector gets them: when the standard variables ask for them, and never in the way of the run."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from convsql.ci_reports.spans import are_wanted
from tests.support import Folder

FILES = {
    "models/a.sql": "{{ config(materialized='table') }} select 1 as id union all select 1",
    "models/b.sql": "{{ config(materialized='table') }} select id from {{ ref('a') }}",
    "models/m.yml": "models: [{name: a, columns: [{name: id, data_tests: [{unique: {config: {severity: warn}}}]}]}]\n",
}


class Collector:
    """An HTTP server that takes spans, after `pause` seconds."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        self.pause = 0.0
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                time.sleep(collector.pause)
                collector.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, content))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def spans(self) -> list[dict[str, Any]]:
        ((_, _, content),) = self.requests
        spans: list[dict[str, Any]] = content["resourceSpans"][0]["scopeSpans"][0]["spans"]
        return spans


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    made = Collector()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"{made.address}/")
    yield made
    made.stop()


def facts(things: list[dict[str, Any]]) -> dict[str, Any]:
    return {a["key"]: next(iter(a["value"].values())) for a in things}


def test_a_run_is_a_span_and_each_node_that_ran_is_one_below_it(
    folder: Callable[..., Folder], collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACEPARENT", f"00-{'ab' * 16}-{'cd' * 8}-01")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=a%20b, x-other=c")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=prod,service.name=other")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "warehouse")
    begun = time.time_ns()
    folder(FILES).build()
    ((path, headers, content),) = collector.requests
    assert path == "/v1/traces"
    assert (headers["content-type"], headers["x-tenant"], headers["x-other"]) == ("application/json", "a b", "c")
    resource = facts(content["resourceSpans"][0]["resource"]["attributes"])
    assert (resource["service.name"], resource["deployment.environment"]) == ("warehouse", "prod")
    run, *nodes = collector.spans()
    assert run["name"] == "convsql build" and run["parentSpanId"] == "cd" * 8
    assert [n["name"] for n in nodes] == ["model a", "test unique_a_id", "model b"]
    assert {n["parentSpanId"] for n in nodes} == {run["spanId"]}
    assert {n["traceId"] for n in (run, *nodes)} == {"ab" * 16}
    assert len({n["spanId"] for n in (run, *nodes)}) == 4
    for span in (run, *nodes):
        assert begun <= int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"]) <= time.time_ns()
        assert span["status"] == {"code": 1}
    assert all(int(run["startTimeUnixNano"]) <= int(n["startTimeUnixNano"]) for n in nodes)
    told = facts(run["attributes"])
    assert (told["convsql.status"], told["convsql.exit_code"], told["convsql.build"]) == ("published", "0", "1")
    assert facts(nodes[1]["attributes"])["convsql.failures"] == "1"


def test_what_failed_is_an_error_without_its_message(folder: Callable[..., Folder], collector: Collector) -> None:
    project = folder(
        {
            **FILES,
            "models/b.sql": "{{ config(materialized='table') }} select cast('secret' as integer) as id from {{ ref('a') }}",
        }
    )
    project.build(code=1)
    run, *nodes = collector.spans()
    assert run["status"] == {"code": 2, "message": "failed"}
    assert nodes[-1]["status"] == {"code": 2, "message": "error"}
    assert "secret" not in json.dumps(collector.requests)


def test_what_was_there_already_is_no_span(folder: Callable[..., Folder], collector: Collector) -> None:
    project = folder(FILES)
    project.build()
    collector.requests.clear()
    project.build()
    assert [s["name"] for s in collector.spans()] == ["convsql build"]


def test_a_collector_that_is_away_or_slow_is_a_note(
    folder: Callable[..., Folder], collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = folder(FILES)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "100")
    collector.pause = 0.5
    assert "note: no spans were sent: " in project.build().err
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:9/spans")
    assert "note: no spans were sent: URLError" in project.build().err
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    assert "PROTOCOL is 'grpc', and spans are sent over HTTP" in project.build().err
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "zipkin")
    assert "OTEL_TRACES_EXPORTER is 'zipkin'" in project.build().err


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "x"}, False),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_spans_go_when_the_standard_variables_ask_for_them(environment: dict[str, str], wanted: bool) -> None:
    assert are_wanted(environment) is wanted
