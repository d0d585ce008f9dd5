"""A run as spans of OpenTelemetry, sent to a collector when the standard variables of the environment ask for it: one of the run, one for each node that ran.

They are sent as OTLP's JSON over HTTP, which every collector takes at the same address as protobuf, by Python alone: so they are there wherever convsql is, with no library
whose version has to fit and which every start would pay for. No value of a row, no variable and no message of an engine is in them.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from convsql import __version__
from convsql.base.errors import EXIT_HELD, EXIT_OK
from convsql.building.results import Result
from convsql.runs.recording import Ended, Recording

_DEFAULT = "http://localhost:4318"
_PREFIX = "OTEL_EXPORTER_OTLP_"
_PARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_INTERNAL, _OK, _ERROR = 1, 1, 2  # of OTLP: the kind of a span, and what became of it
_BILLION = 1_000_000_000


def are_wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment asks for spans, as OpenTelemetry says it does."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    exporter = environment.get("OTEL_TRACES_EXPORTER", "")
    asked = any(environment.get(f"{_PREFIX}{name}") for name in ("ENDPOINT", "TRACES_ENDPOINT"))
    return exporter != "none" and bool(exporter or asked)


def send_spans(ended: Ended, recording: Recording, environment: Mapping[str, str] = os.environ) -> str:
    """Send the spans of a run that ended; returns why they did not arrive, else nothing. Never raises, and waits ten seconds at most, or as told."""
    try:
        if why := _unspoken(environment):
            return why
        body = json.dumps(document(ended, recording, environment)).encode()
        _post(_address(environment), body, environment)
    except Exception as error:  # whatever a network does
        return f"{type(error).__name__}: {error}".split("\n")[0][:200]
    return ""


def _unspoken(environment: Mapping[str, str]) -> str:
    exporter = environment.get("OTEL_TRACES_EXPORTER") or "otlp"
    if exporter != "otlp":
        return f"OTEL_TRACES_EXPORTER is '{exporter}', and spans are sent by otlp alone"
    protocol = _of_traces(environment, "PROTOCOL") or "http/json"
    return (
        ""
        if protocol.startswith("http/")
        else f"{_PREFIX}PROTOCOL is '{protocol}', and spans are sent over HTTP (http/json)"
    )


def _of_traces(environment: Mapping[str, str], name: str) -> str:
    return environment.get(f"{_PREFIX}TRACES_{name}") or environment.get(f"{_PREFIX}{name}") or ""


def _address(environment: Mapping[str, str]) -> str:
    whole = environment.get(f"{_PREFIX}TRACES_ENDPOINT")
    address = whole or f"{(environment.get(f'{_PREFIX}ENDPOINT') or _DEFAULT).rstrip('/')}/v1/traces"
    if not address.startswith(("http://", "https://")):
        raise ValueError("the endpoint is not an http address")
    return address


def _post(address: str, body: bytes, environment: Mapping[str, str]) -> None:
    import ssl
    import urllib.request

    headers = {"Content-Type": "application/json", "User-Agent": f"convsql/{__version__}"}
    headers |= _pairs(_of_traces(environment, "HEADERS"))
    certificate = _of_traces(environment, "CERTIFICATE")
    secure = ssl.create_default_context(cafile=certificate or None) if address.startswith("https") else None
    seconds = float(_of_traces(environment, "TIMEOUT") or 10_000) / 1000
    request = urllib.request.Request(address, body, headers, method="POST")
    urllib.request.urlopen(request, timeout=seconds, context=secure).close()


def document(ended: Ended, recording: Recording, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The spans as OTLP has them in JSON: ids in hexadecimal digits, times in nanoseconds since 1970 as text."""
    parent = _PARENT.fullmatch(environment.get("TRACEPARENT", ""))
    trace, top = parent[1] if parent else os.urandom(16).hex(), os.urandom(8).hex()
    end = time.time_ns()
    run: dict[str, Any] = {
        "traceId": trace,
        "spanId": top,
        **({"parentSpanId": parent[2]} if parent else {}),
        **_named(f"convsql {recording.command}", end - round(recording.seconds * _BILLION), end),
        "attributes": _attributes(_of_run(ended, recording)),
        "status": _status(ended.exit_code in (EXIT_OK, EXIT_HELD), ended.status),
    }
    nodes = [
        {
            "traceId": trace,
            "spanId": os.urandom(8).hex(),
            "parentSpanId": top,
            **_node(result, recording.heard_at.get(result.node.unique_id, end)),
        }
        for result in ended.results
        if result.status not in ("reused", "skipped") and not result.known
    ]
    resource = {"service.name": "convsql", "service.version": __version__} | _pairs(
        environment.get("OTEL_RESOURCE_ATTRIBUTES", "")
    )
    if environment.get("OTEL_SERVICE_NAME"):
        resource["service.name"] = environment["OTEL_SERVICE_NAME"]
    scope = {"name": "convsql", "version": __version__}
    spans = {
        "resource": {"attributes": _attributes(resource)},
        "scopeSpans": [{"scope": scope, "spans": [run, *nodes]}],
    }
    return {"resourceSpans": [spans]}


def _of_run(ended: Ended, recording: Recording) -> dict[str, Any]:
    published = ended.outcome.published if ended.outcome else None
    counts: dict[str, int] = {}
    for result in ended.results:
        counts[f"convsql.nodes.{result.status}"] = counts.get(f"convsql.nodes.{result.status}", 0) + 1
    return {
        "convsql.run": recording.run,
        "convsql.command": recording.command,
        "convsql.project": recording.project.name,
        "convsql.target": recording.target.name,
        "convsql.environment": recording.target.schema,
        "convsql.status": ended.status,
        "convsql.exit_code": ended.exit_code,
        "convsql.attempts": max(recording.attempts, 1),
        "convsql.build": published.sequence if published else None,
        "db.system.name": {"postgres": "postgresql"}.get(recording.target.type, recording.target.type),
        **counts,
    }


def _node(result: Result, end: int) -> dict[str, Any]:
    node = result.node
    facts = {
        "convsql.node": node.unique_id,
        "convsql.resource_type": node.kind,
        "convsql.status": result.status,
        "convsql.failures": result.failures or None,
        "code.file.path": node.path,
        "code.line.number": node.line,
    }
    return {
        **_named(f"{node.kind} {node.name}", end - round(result.seconds * _BILLION), end),
        "attributes": _attributes(facts),
        "status": _status(not result.failed, f"{result.failures} failing rows" if result.failures else result.status),
    }


def _named(name: str, begin: int, end: int) -> dict[str, Any]:
    return {"name": name, "kind": _INTERNAL, "startTimeUnixNano": str(begin), "endTimeUnixNano": str(end)}


def _status(is_well: bool, why: str) -> dict[str, Any]:
    return {"code": _OK} if is_well else {"code": _ERROR, "message": why}


def _attributes(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in facts.items() if value is not None]


def _value(value: Any) -> dict[str, Any]:
    return {"intValue": str(value)} if isinstance(value, int) else {"stringValue": str(value)}


def _pairs(text: str) -> dict[str, str]:
    """`a=1,b=2` as OpenTelemetry writes headers and attributes."""
    parts = (part.partition("=") for part in text.split(",") if "=" in part)
    return {key.strip(): unquote(value.strip()) for key, _, value in parts}
