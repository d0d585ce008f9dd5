"""What a receiver is told at once: what is new and what is over, of one owner, in the form that its kind takes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from convsql.base.printable import one_line
from convsql.base.redaction import redact

MOST_LINES = 20


@dataclass(slots=True)
class Message:
    """The news of one owner (empty: nobody's) about one project and environment."""

    project: str
    environment: str
    owner: str
    run: str = ""
    address: str = ""  # of the job, where CI runs it
    opened: list[str] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """One line: how many, whose, where."""
        parts = []
        if self.opened:
            parts.append(f"{len(self.opened)} new problem{'s' if len(self.opened) != 1 else ''}")
        if self.resolved:
            parts.append(f"{len(self.resolved)} resolved")
        of = f" of {self.owner}" if self.owner else ""
        return redact(one_line(f"convsql: {', '.join(parts)}{of} in {self.project} ({self.environment})"))

    @property
    def text(self) -> str:
        """The title and the lines below it."""
        lines = [self.title]
        for heading, listed in (("", self.opened), ("resolved: ", self.resolved)):
            lines += [f"- {heading}{redact(one_line(line))}" for line in listed[:MOST_LINES]]
            if len(listed) > MOST_LINES:
                lines.append(f"- … and {len(listed) - MOST_LINES} more")
        if self.address:
            lines.append(self.address)
        return "\n".join(lines)

    def body(self, kind: str) -> bytes:
        """The request of a webhook, of Slack or of Teams; for a command what it reads."""
        return json.dumps(self._document(kind)).encode()

    def _document(self, kind: str) -> dict[str, Any]:
        if kind == "slack":
            return {"text": self.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
        if kind == "teams":
            lines: Sequence[str] = self.text.split("\n")
            blocks = [{"type": "TextBlock", "text": line, "wrap": True} for line in lines]
            blocks[0]["weight"] = "Bolder"
            card = {"type": "AdaptiveCard", "version": "1.4", "body": blocks}
            attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
            return {"type": "message", "attachments": [attachment]}
        facts = {key: getattr(self, key) for key in ("project", "environment", "owner", "run", "address")}
        listed = {key: [redact(line) for line in getattr(self, key)] for key in ("opened", "resolved")}
        return {"title": self.title, **facts, **listed}
