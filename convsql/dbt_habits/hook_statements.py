"""What the statements of a hook do, and to what: read off their first words, so that what is not known here is refused.

Nothing is parsed further. A statement within a statement (PostgreSQL's `with x as (delete …)`) is refused wherever it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from convsql.base.errors import ConvsqlError
from convsql.sqltext.references import tokens

Does = Literal["index", "constraint", "analyze", "write", "schema", "grant", "ask"]
_WRITES = ("insert", "update", "delete", "merge")
_HINT = (
    "a hook may add an index or a key to its own model, grant rights, and write to tables of its own in a schema that the project"
    " publishes to"
)


@dataclass(frozen=True, slots=True)
class HookStatement:
    """One statement: what it does, and the relations or schemas that it does it to, each as the parts of its name.

    A reference is one part, its placeholder. `named` is where the name of an index begins and ends.
    """

    text: str
    does: Does
    targets: tuple[tuple[str, ...], ...] = ()
    named: tuple[int, int] = (0, 0)


def hook_statements(sql: str) -> list[HookStatement]:
    """The statements of a text, in order. Raises ConvsqlError for one that a hook may not have."""
    found: list[HookStatement] = []
    start, mine = 0, list[Any]()
    for token in [*tokens(sql), None]:
        if token is not None and token.token_type.name != "SEMICOLON":
            mine.append(token)
            continue
        if mine:
            found.append(_Reader(sql[start : token.start if token else len(sql)].strip(), mine).statement())
            mine = []
        start = token.end + 1 if token else start
    return found


class _Reader:
    def __init__(self, text: str, found: list[Any]) -> None:
        self.text = text
        self.tokens = found
        self.words = [token.text.lower() for token in found]
        self.at = 0

    def _take(self, *words: str) -> bool:
        """Step over these words, where they come next, in one token or in several."""
        wanted = " ".join(words)
        for count in range(1, len(words) + 1):
            if " ".join(self.words[self.at : self.at + count]) == wanted:
                self.at += count
                return True
        return False

    def statement(self) -> HookStatement:
        for before, word in zip(self.words, self.words[1:], strict=False):
            if before in ("(", ")") and word in _WRITES:
                raise ConvsqlError(f"convsql does not run a '{word}' within another statement of a hook", hint=_HINT)
        first = self.words[0]
        if first in ("select", "with", "values") or (first == "(" and "select" in self.words):
            return HookStatement(self.text, "ask")
        if self._take("grant") or self._take("revoke"):
            return HookStatement(self.text, "grant", self._granted())
        if self._take("analyze"):
            return HookStatement(self.text, "analyze", (self._name(),))
        if self._take("create"):
            return self._create()
        if self._take("alter", "table"):
            return self._alter()
        return HookStatement(self.text, "write", (self._written(),))

    def _create(self) -> HookStatement:
        if self._take("schema"):
            self._take("if", "not", "exists")
            return HookStatement(self.text, "schema", (self._name(),))
        if self._take("unique", "index") or self._take("index"):
            self._take("if", "not", "exists")
            name = self.tokens[self.at] if self.at < len(self.tokens) else None
            self.at += 1
            if name is not None and self._take("on"):
                first = self.text.find(name.text, name.start - self.tokens[0].start)
                return HookStatement(self.text, "index", (self._name(),), (first, first + len(name.text)))
            raise self._refused("create an index without a name")
        self._take("or", "replace")
        if self._take("table"):
            self._take("if", "not", "exists")
            return HookStatement(self.text, "write", (self._name(),))
        raise self._refused("create " + " ".join(self.words[self.at : self.at + 1]))

    def _alter(self) -> HookStatement:
        self._take("if", "exists")
        self._take("only")
        name = self._name()
        what, is_own = self.words[self.at : self.at + 2], name[0].startswith("⟦")
        if is_own and what[:1] == ["add"] and what[1:] in (["primary key"], ["primary"], ["unique"], ["check"]):
            return HookStatement(self.text, "constraint", (name,))
        if not is_own and what[:1] in (["add"], ["drop"], ["alter"]):
            return HookStatement(self.text, "write", (name,))
        raise self._refused(f"alter table … {' '.join(what)}")

    def _written(self) -> tuple[str, ...]:
        """The relation that a statement writes to or drops."""
        first = self.words[0]
        self.at = 1
        if first == "insert":
            self._take("or", "replace")
            self._take("or", "ignore")
        known = (
            (first in ("insert", "merge") and self._take("into"))
            or (first == "delete" and self._take("from"))
            or first == "update"
            or (first == "truncate" and (self._take("table") or True))
            or (first == "drop" and self._take("table"))
        )
        if not known:
            raise self._refused(" ".join(self.words[:2]) if first in ("drop", "create") else first)
        self._take("if", "exists")
        self._take("only")
        name = self._name()
        if self.words[self.at : self.at + 1] == [","]:
            raise self._refused(f"{first} of several tables at once")
        return name

    def _granted(self) -> tuple[tuple[str, ...], ...]:
        if "on" not in self.words:
            raise self._refused(f"{self.words[0]} a role")
        self.at = self.words.index("on") + 1
        in_schema = any(self._take("all", kind, "in", "schema") for kind in ("tables", "views")) or self._take("schema")
        if not in_schema:
            self._take("table")
        found = [self._name()]
        while self._take(","):
            found.append(self._name())
        return tuple((*name, "") if in_schema else name for name in found)

    def _name(self) -> tuple[str, ...]:
        parts: list[str] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.token_type.name == "IDENTIFIER":
                parts.append(token.text)
            elif token.text.replace("_", "").replace("$", "").isalnum():
                parts.append(token.text.lower())
            else:
                break
            self.at += 1
            if not self._take("."):
                return tuple(parts)
        raise self._refused(f"{self.words[0]} without a name")

    def _refused(self, what: str) -> ConvsqlError:
        return ConvsqlError(f"convsql does not run '{what.strip()}' in a hook", hint=_HINT)
