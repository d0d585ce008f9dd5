"""Answers to what only a person knows: given by `--set`, asked for, or left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from convsql.base.errors import ConvsqlError
from convsql.definitions.read_inputs import declared_inputs
from convsql.init.asking import checked_timezone
from convsql.init.exports.plan import Question
from convsql.init.exports.times import DAY_FIRST, MONTH_FIRST

Ask = Callable[[str, str], str]
INPUTS = ("messages", "contacts", "deals", "deal_stages")
FIELDS = (
    "zone",
    "date_order",
    "decimal",
    "own_numbers",
    "file",
    "inbound",
    "outbound",
    "senders",
    "from",
    "to",
    "opportunity",
)
OF_ONE = {
    "own_numbers": "messages",
    "inbound": "messages",
    "outbound": "messages",
    "senders": "messages",
    "from": "messages",
    "to": "messages",
    "opportunity": "deals",
}
ORDERS = (MONTH_FIRST, DAY_FIRST)


@dataclass(slots=True)
class GivenAnswers:
    """`given`: key → value, as in `messages.zone` or, for every input, `zone`; `questions` are those that were put."""

    given: dict[str, str] = field(default_factory=dict)
    ask: Ask | None = None
    questions: list[Question] = field(default_factory=list)

    def of(self, name: str, key: str) -> str:
        """The answer for an input, or for all; empty where there is none."""
        return self.given.get(f"{name}.{key}") or self.given.get(key, "")

    def put(self, question: Question) -> str:
        """The answer to a question, asked once; empty where nobody answers."""
        name, _, key = question.key.rpartition(".")
        known = self.of(name, key)
        if known:
            return known
        if all(q.key != question.key for q in self.questions):
            self.questions.append(question)
            if self.ask is not None:
                answer = self.ask(question.text, question.default).strip()
                self.given[question.key] = _checked(question.key, answer)
        return self.given.get(question.key, "")


def answers_of(texts: Sequence[str]) -> dict[str, str]:
    """What `--set` was given, as key → value. Raises ConvsqlError for what it does not know."""
    found = {}
    for text in texts:
        key, equals, value = text.partition("=")
        key = key.strip()
        if not equals or not value.strip():
            raise ConvsqlError(f"--set {text}: says nothing", hint="write --set messages.sent_at='Date Sent'")
        key = f"{OF_ONE[key]}.{key}" if key in OF_ONE else key
        found[key] = _checked(key, value.strip())
    return found


def _checked(key: str, value: str) -> str:
    name, _, field_name = key.rpartition(".")
    columns = [c.name for c in declared_inputs()[name].columns] if name in INPUTS else []
    if (name and name not in INPUTS) or (field_name not in FIELDS and field_name not in columns):
        known = f"an input ({', '.join(INPUTS)}), a dot, and one of its columns or of {', '.join(FIELDS)}"
        raise ConvsqlError(f"--set {key}: nothing of that name", hint=f"name {known}")
    if (field_name == "file" and not name) or (
        name and field_name not in columns and OF_ONE.get(field_name, name) != name
    ):
        right = ", ".join(f"{each}.{field_name}" for each in ([OF_ONE[field_name]] if field_name in OF_ONE else INPUTS))
        raise ConvsqlError(f"--set {key}: has no effect", hint=f"write {right}")
    if field_name == "zone" and value:
        return checked_timezone(value)
    if field_name == "date_order" and value and value not in ORDERS:
        raise ConvsqlError(f"--set {key}={value}: no order of dates", hint=f"use {' or '.join(ORDERS)}")
    if field_name == "decimal" and value not in (".", ",", ""):
        raise ConvsqlError(f"--set {key}={value}: no decimal sign", hint="use . or ,")
    if field_name == "senders" and value not in ("rep", "bot", ""):
        raise ConvsqlError(f"--set {key}={value}", hint="use rep (people send the messages) or bot (a program does)")
    if field_name == "opportunity" and not re.fullmatch(r"created|no|", value):
        raise ConvsqlError(
            f"--set {key}={value}", hint="use created (a deal is an opportunity once it is created) or no"
        )
    return value
