"""What was decided of a folder of exports: which table is which input, where each column comes from, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from convsql.init.exports.columns import Column
from convsql.init.exports.sheets import Sheet


@dataclass(frozen=True, slots=True)
class Picked:
    """Where a column of an input comes from.

    `sql` stands in the model; `plain` reads the same without a macro (what mapping seeds are asked about), empty where it has one. `shown` names
    it for people, `evidence` says why.
    """

    sql: str
    plain: str
    shown: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """Contacts are known by something else than their id: `party` of a row is looked for in the contacts' tables.

    `tables`: each with the SQL of a contact's id and of that by which it is known. `party` is SQL that stands by itself, `shown_party` the same in the model, after the steps of its part.
    """

    kind: str  # email or phone
    tables: tuple[tuple[Sheet, str, str], ...]
    party: str
    shown_party: str
    own: str = ""  # SQL of the contact's id, which comes first in the rows that have one


@dataclass(slots=True)
class Part:
    """The rows of an input that come from one table; `steps`: names, and the SQL behind each, that its columns are made of.

    `repeats`: the table says the same of one key in many rows, and each is to stand once. `reached_by`: the address or number
    that is its contact, in whatever writing: SQL that stands by itself, and in the model.
    """

    sheet: Sheet
    columns: dict[str, Picked] = field(default_factory=dict)
    used: list[Column] = field(default_factory=list)
    lookup: Lookup | None = None
    where: str = ""
    steps: list[tuple[str, str]] = field(default_factory=list)
    repeats: bool = False
    reached_by: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person knows: `key` is how `--set` answers it; what happens without an answer is `otherwise`."""

    key: str
    text: str
    default: str
    otherwise: str


@dataclass(slots=True)
class Plan:
    """`inputs`: input → its parts, each a model of the project. `variables` are settings that follow; `asked` is what was asked.

    `decided`: stage → outcome for stages that the models make; `undecided`: (stage, outcome, reason). `others`: the files that hold
    tables, whether anything is read of them or not.
    """

    inputs: dict[str, list[Part]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    decided: dict[str, str] = field(default_factory=dict)
    undecided: list[tuple[str, str, str]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def sheets(self) -> dict[str, Sheet]:
        """Every table that a model reads, by its name as a source."""
        parts = [part for of_input in self.inputs.values() for part in of_input]
        return {s.name: s for p in parts for s in (p.sheet, *(t[0] for t in (p.lookup.tables if p.lookup else ())))}
