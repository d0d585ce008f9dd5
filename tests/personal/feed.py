"""A tiny project with people in it, of whom one is to be forgotten: in raw files of several forms, failing rows, closed rows, reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from convsql.raw_files.forms import text_relation
from tests.support import Folder

ANNA, ALSO_ANNA, BEN = "contact-anna-1", "contact-anna-2", "contact-ben-33"
EMAIL, PHONE, BODY, SHARED = (
    "anna.larsson@example.test",
    "+46 70 123 45 67",
    "My mother is ill, please call later",
    "Thanks, see you then",
)
SECRETS = (ANNA, ALSO_ANNA, EMAIL, PHONE, BODY)

_CONTACTS = {
    ANNA: f"{ANNA},,{EMAIL},{PHONE}",
    ALSO_ANNA: f"{ALSO_ANNA},{ANNA},{EMAIL},",
    BEN: f"{BEN},,ben@example.test,+46 70 765 43 21",
}
_MESSAGES = (
    (ANNA, f'm-1;{ANNA};"{BODY}"'),
    (ALSO_ANNA, f"m-2;{ALSO_ANNA};{SHARED}"),
    (BEN, f"m-3;{BEN};{SHARED}"),
    (BEN, f"m-4;{BEN};Längst ute på en ö, a letter about nothing"),
)
FILES = {
    "vars.yml": "raw_path: raw\n",
    "models/sources.yml": f"""\
        sources:
          - name: raw
            meta:
              external_location: >-
                {text_relation("raw/{name}.csv")}
            tables:
              - name: contacts
                columns: [{{name: email, meta: {{pii: true}}}}, {{name: phone, meta: {{pii: true}}}}]
              - {{name: messages, columns: [{{name: body, meta: {{pii: true}}}}]}}
        """,
    "models/stg_contacts.sql": "{{ config(materialized='table') }} select contact_id, merged_into, email, phone from {{ source('raw', 'contacts') }}",
    "models/contact_survivors.sql": """\
        {{ config(materialized='table') }}
        select contact_id, merged_into as survivor_id from {{ ref('stg_contacts') }} where merged_into is not null
        """,
    "models/stg_messages.sql": """\
        {{ config(materialized='table') }}
        select message_id, contact_id, body from {{ source('raw', 'messages') }}
        """,
    "models/conversations.sql": """\
        {{ config(materialized='table', meta={'closed': {'when': 'true', 'key': ['contact_id']}}) }}
        select contact_id, count(*) as messages, max(body) as last_body from {{ ref('stg_messages') }} group by contact_id
        """,
    "models/totals.sql": "select count(*) as n from {{ ref('conversations') }}",
    "models/models.yml": """\
        models:
          - name: stg_contacts
            columns: [{name: email, meta: {pii: true}}, {name: phone, meta: {pii: true}}]
          - name: stg_messages
            columns: [{name: body, meta: {pii: true}}]
          - name: conversations
            columns: [{name: last_body, meta: {pii: true}}]
        """,
    "tests/letters.sql": "{{ config(severity='warn') }} select contact_id, body from {{ ref('stg_messages') }} where length(body) > 30",
}


def write_feed(project: Folder, without: tuple[str, ...] = ()) -> None:
    """The raw tables; the messages in Windows-1252, so that they are written anew below target/."""
    contacts = [row for i, row in _CONTACTS.items() if i not in without]
    project.write("raw/contacts.csv", "\n".join(["contact_id,merged_into,email,phone", *contacts]) + "\n")
    messages = [row for i, row in _MESSAGES if i not in without]
    project.write("raw/messages.csv", ("\n".join(["message_id;contact_id;body", *messages]) + "\n").encode("cp1252"))


def where_found(root: Path, texts: tuple[str, ...] = SECRETS) -> list[str]:
    """`file: text` of every file below a folder whose bytes hold one of the texts."""
    return sorted(_found(root, texts))


def _found(root: Path, texts: tuple[str, ...]) -> Iterator[str]:
    for file in root.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            yield from (f"{file.relative_to(root)}: {text}" for text in texts if text.encode() in content)
