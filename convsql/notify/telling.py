"""Who is told what now: what is new to a receiver, and what is over; what was told is remembered beside the record of runs."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from convsql.base.whole_file import write_whole
from convsql.notify.causes import Cause, News
from convsql.notify.messages import Message
from convsql.notify.receivers import Receiver
from convsql.notify.sending import PATIENCE, send_all
from convsql.project.config import Project
from convsql.project.profiles import Target
from convsql.runs.journal import journal_of

MOST_WAITING = 50  # of one receiver
Open = dict[str, dict[str, Any]]  # key → the cause as it was told


def tell(
    project: Project,
    target: Target,
    receivers: Sequence[Receiver],
    news: News,
    run: str = "",
    address: str = "",
    patience: float = PATIENCE,
) -> list[str]:
    """Tell every receiver what it does not know yet; returns one note for each that could not be reached.

    What did not arrive is told by the next run. Never raises, and never takes longer than `patience` seconds.
    """
    file = _file(project, target)
    place = f"{project.name}/{target.schema}"
    known = _read(file)
    mine: dict[str, Open] = known.setdefault(place, {})
    wanted: list[tuple[Receiver, Message]] = []
    for receiver in receivers:
        for message in _messages(receiver, news, mine.get(receiver.name, {})):
            message.project, message.environment = project.name, target.schema
            message.run, message.address = run, address
            wanted.append((receiver, message))
    if not wanted:
        return []
    arrived, failed = send_all(wanted, project.root, patience)
    for receiver in receivers:
        _remember(
            receiver, news, mine.setdefault(receiver.name, {}), {o for name, o in arrived if name == receiver.name}
        )
    notes = [f"{name} could not be notified: {why}" for name, why in sorted(failed.items())]
    if file is not None:
        try:
            write_whole(file, json.dumps(known, indent=1).encode())
        except Exception as error:
            notes.append(f"what was notified could not be noted, and will be again: {error}")
    return notes


def _concerns(receiver: Receiver, cause: Cause) -> bool:
    return cause.event in receiver.events and (not receiver.owners or cause.owner in receiver.owners)


def _messages(receiver: Receiver, news: News, told: Open) -> list[Message]:
    by_owner: dict[str, Message] = {}

    def of(owner: str) -> Message:
        return by_owner.setdefault(owner, Message("", "", owner))

    for cause in news.causes:
        if _concerns(receiver, cause) and cause.key not in told:
            of(cause.owner).opened.append(cause.text)
    for entry in _waiting(told).values():
        of(str(entry.get("owner", ""))).opened.append(str(entry.get("text", "")))
    for key in _over(news, told):
        of(str(told[key].get("owner", ""))).resolved.append(str(told[key].get("text", key)))
    return [by_owner[owner] for owner in sorted(by_owner)]


def _waiting(told: Open) -> Open:
    """What happened once and did not arrive: what lasts is found again by the next run, and this is not."""
    return {key: entry for key, entry in told.items() if entry.get("is_waiting")}


def _over(news: News, told: Open) -> list[str]:
    now = {cause.key for cause in news.causes}
    return [key for key in told if key not in now and news.judges(key)]


def _remember(receiver: Receiver, news: News, told: Open, arrived: set[str]) -> None:
    since = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    for key in _over(news, told):
        if str(told[key].get("owner", "")) in arrived:
            del told[key]
    for key, entry in _waiting(told).items():
        if str(entry.get("owner", "")) in arrived:
            del told[key]
    for cause in news.causes:
        if not _concerns(receiver, cause) or cause.key in told:
            continue
        entry = {"owner": cause.owner, "text": cause.text, "since": since}
        if cause.lasts and cause.owner in arrived:
            told[cause.key] = entry
        elif not cause.lasts and cause.owner not in arrived and len(_waiting(told)) < MOST_WAITING:
            told[cause.key] = {**entry, "is_waiting": True}


def _file(project: Project, target: Target) -> Path | None:
    journal = journal_of(project, target)
    return journal.file.with_name(journal.file.name.replace(".runs.jsonl", ".notified.json")) if journal else None


def _read(file: Path | None) -> dict[str, dict[str, Open]]:
    if file is not None:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            found = json.loads(file.read_text(encoding="utf-8"))
            if isinstance(found, dict) and all(isinstance(v, dict) for v in found.values()):
                return found
    return {}
