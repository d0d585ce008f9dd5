"""A model made of its last version: the keys that changed rows touch are made anew, all other rows are carried.

It is done where it is proven to give what the whole query would (`lineage.locality`): the last version is what this very query gave over the
last versions of its parents, and of these it is known which rows changed. Everything else, and what is small, is made whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convsql.base.printable import first_of, number_of
from convsql.base.quoting import DATA_SCHEMA, qualified, quote
from convsql.building.carried import Carried, create_carried, parts_of
from convsql.building.changed_rows import FEW_ROWS, SAMPLE, ChangedRows
from convsql.building.parted_queries import PartedQueries
from convsql.building.plan import Plan, Step
from convsql.building.sending import Sender
from convsql.building.touched import TooMany, Touched, Values
from convsql.compiling.localities import Localities
from convsql.compiling.personal import shown_message
from convsql.engines.session import EngineError, Session
from convsql.project.nodes import Node
from convsql.sqltext.sent_sql import readable

FEWEST_ROWS = 1_000_000  # of a model, or of what it reads: with fewer it is made whole in less time than it takes to find what changed
FEWEST_OWN = 100_000  # of a model: one of fewer counts or sums, and has no key that parts it, or is made in no time
MADE_WHOLE = "made_whole"  # a key of a model's meta
LEAST_OF_PARENT = (
    0.25  # of the largest relation that a model reads: one of fewer rows costs little beside looking up what is touched
)
WIDEST = 0.2  # of a model's rows, those that share a value of a key with a row, on average: a key of fewer values parts nothing
MOST = 0.4  # of a model's rows: where more are touched, it is made whole
MOST_LOOKUPS, MOST_KEYS = 12, 4
AS_GOOD_AS_ONE = 10  # rows of one value: between keys of no more, that of the fewest lookups is the best
MOST_BESIDE = 0.25  # of a base's rows, those that stand beside it in place of some: with more, all are written together


@dataclass(frozen=True, slots=True)
class Made:
    """A relation that was made in parts: its rows, how many of them anew, and by which key."""

    rows: int
    anew: int
    key: str


class InParts:
    """Makes models of one plan in parts, in one session; `made_rows` has the rows of what the run made, by unique id; `why` says of each that it was asked for and did not make, why not."""

    def __init__(self, plan: Plan, session: Session, sender: Sender, made_rows: Mapping[str, int]) -> None:
        self.plan = plan
        self.session = session
        self.sender = sender
        self.why: dict[str, str] = {}
        self.failed: list[str] = []
        self.made: dict[str, Made] = {}
        self.localities = Localities(plan.compiled)
        self.changed = ChangedRows(plan, session)
        self.touched = Touched(session, self.changed, sender.relation, self.changed.before)
        self.queries = PartedQueries(plan, session, sender, self.changed, self.size)
        self.may = bool(plan.last.relations)
        self._graph = plan.compiled.graph
        self._made_rows = made_rows
        self._sizes: dict[str, int] = {}

    def make(self, step: Step) -> int | None:
        """Make the relation of a step in parts, and return its rows; None where it is to be made whole."""
        node = step.node
        if not self._may_be(node) or any(self.changed.of(source) is None for source in self._sources(node)):
            return None
        try:
            found = self._make(step)
        except EngineError as error:  # whatever it was, the whole query says whether it is right
            said = shown_message(self.plan.compiled, node, readable(error.message))
            self.why[node.unique_id] = f"it could not be made in parts: {said}"
            self.failed.append(node.name)
            found = None
            if self._sources(node):
                # it is made in a transaction, in which nothing can go on, nor with what was made in it
                self.may = False
                self.session.execute("rollback")
                self.session.execute("begin transaction")
        if found is not None:
            self.made[node.unique_id] = found
            return found.rows
        return None

    def look(self, node: Node) -> None:
        """Find which rows are new of the files that a model reads, before the transaction in which it is made."""
        for source in self._sources(node) if self._may_be(node) else ():
            try:
                self.changed.of(source)
            except (EngineError, OSError):
                self.changed.note(source, None)

    def _may_be(self, node: Node) -> bool:
        is_made = node.kind == "model" and node.materialized != "view" and not node.after
        return self.may and is_made and node.unique_id in self.plan.last.of_same_query and not is_asked_whole(node)

    def _sources(self, node: Node) -> list[str]:
        return [parent for parent in self.localities.parents(node) if self._graph.nodes[parent].kind == "source"]

    def how(self, node: Node) -> str:
        """How a model was made, in words; "" where that was no question."""
        if made := self.made.get(node.unique_id):
            return f"in parts: {made.anew:,} of {made.rows:,} rows anew, by {made.key}"
        why = self.why.get(node.unique_id)
        return f"whole: {why}" if why else ""

    def notes(self) -> list[str]:
        """What was made in parts in this run, and what should have been, in words."""
        found, made = [], self.made.values()
        if made:
            rows = f"{sum(m.anew for m in made):,} of {sum(m.rows for m in made):,} rows anew"
            said = "(`convsql explain` says it of each)"
            found.append(f"{number_of(len(made), 'model')} made of the last version: {rows} {said}")
        if self.failed:
            names = first_of(self.failed, 3)
            found.append(
                f"made whole, as a statement failed that makes it in parts: {names} (`convsql explain` says which)"
            )
        return found

    def save(self) -> None:
        """Keep what was worked out for the next run."""
        self.localities.save()

    def _make(self, step: Step) -> Made | None:
        node = step.node
        old = self.changed.before(node.unique_id)
        ((rows,),) = self.session.fetch(f"select count(*) from {old}")
        largest = max([rows, *(self.size(parent) for parent in self.localities.parents(node))])
        if rows < FEWEST_OWN or largest < FEWEST_ROWS:
            return self._whole(node, f"it is small: {rows:,} rows")
        most_lookups = MOST_LOOKUPS if rows >= LEAST_OF_PARENT * largest else 0
        keys = self.localities.of(node, self._may_change(node), self.changed.is_unique)
        if not keys["keys"]:
            return self._whole(node, keys["why"])
        if all(lookups(key) > most_lookups for key in keys["keys"].values()):
            return self._whole(node, "it is small beside what its keys look up")
        changing = self.changing(node)
        if isinstance(changing, str):
            return self._whole(node, f"most of '{changing}' is new")
        keys = self.localities.of(node, changing, self.changed.is_unique)
        name = self._best(old, rows, keys, most_lookups)
        if not name:
            return self._whole(node, keys["why"] or "each of its keys has too few values")
        key = keys["keys"][name]
        try:
            values = self.touched.values(key, most=int(MOST * largest))
        except TooMany:
            return self._whole(node, f"too many values of its key '{name}' were touched")
        ((anew,),) = self.session.fetch(f"select count(*) from {old} as old where {values.among('old.' + quote(name))}")
        if anew > MOST * rows:
            return self._whole(node, f"{anew / rows:.0%} of its rows have a '{name}' that was touched")
        return self._of_parts(step, old, int(rows), name, key, values)

    def _of_parts(self, step: Step, old: str, rows: int, name: str, key: Mapping[str, Any], values: Values) -> Made:
        """`rows` is how many the last version has."""
        node, own = step.node, quote(name)
        columns = [column for column, _ in self.plan.compiled.columns[node.unique_id]]
        listed = ", ".join(map(quote, columns))
        was = self.changed.table(f"select {listed} from {old} as old where {values.among('old.' + own)}")
        now, shared = was, dict[str, str]()
        if not values.are_none:
            filters = self.touched.filters(key, values)
            shared = self.queries.shared(filters, values)
            query = self.queries.over(node, filters, shared)
            now = self.changed.table(f"select {listed} from (\n{query}\n) as made where {values.among('made.' + own)}")
        self._write(step, name, columns, values, now)
        anew, gone = (self.session.fetch(f"select count(*) from {table}")[0][0] for table in (now, was))
        self.changed.note(node.unique_id, self.changed.between(was, now))
        for table in {was, now, *shared.values()}:
            self.session.execute(f"drop table {table}")
        return Made(rows - int(gone) + int(anew), int(anew), name)

    def _write(self, step: Step, name: str, columns: Sequence[str], values: Values, now: str) -> None:
        """Make the relation of the last version without the touched keys, and of the rows `now`; as a table of its own once these are many."""
        last = self.plan.last.relations[step.node.unique_id]
        held = self.session.relations(DATA_SCHEMA)
        before = parts_of(self.session, last, held, self.session.view_texts([DATA_SCHEMA]))
        listed = ", ".join(map(quote, columns))
        keys, rows, has_null = f"select k from {values.table}", f"select {listed} from {now}", values.has_null
        if before.rows:
            earlier = qualified(DATA_SCHEMA, before.rows)
            own = f"earlier.{quote(before.key)}"
            rows += f"\nunion all\nselect {listed} from {earlier} as earlier where {values.none_of(own)}"
            known = f"select {own} as k from {qualified(DATA_SCHEMA, before.keys)} as earlier"
            keys = f"select distinct k from ({keys} union all {known}) as together"
            ((nulls,),) = self.session.fetch(f"select count(*) from ({known}) as earlier where k is null")
            has_null = has_null or bool(nulls)
        if has_null:
            keys += "\nunion all\nselect null"
        ((base,),) = self.session.fetch(f"select count(*) from {qualified(DATA_SCHEMA, before.base)}")
        ((many,),) = self.session.fetch(f"select count(*) from (\n{rows}\n) as rows_anew")
        if before.key in ("", name) and many <= MOST_BESIDE * base:
            create_carried(self.session, step.relation, columns, Carried(before.base, name), keys, rows, has_null)
            return
        old = self.changed.before(step.node.unique_id)
        carried = f"select {listed} from {old} as old where {values.none_of('old.' + quote(name))}"
        self.session.create_as("table", DATA_SCHEMA, step.relation, f"{carried}\nunion all\nselect {listed} from {now}")

    def changing(self, node: Node) -> list[str] | str:
        """Unique ids of what a node reads whose rows changed; or the name of one of which it is not known which. Raises EngineError."""
        found = []
        for parent in self.localities.parents(node):
            changed = self.changed.of(parent)
            if changed is None:
                return self._graph.nodes[parent].name
            found += [parent] if changed.rows else []
        return found

    def _may_change(self, node: Node) -> list[str]:
        """Unique ids of what a node reads that is another relation than in the last build; of small ones, those with other rows. Raises EngineError."""
        found = []
        for parent in self.localities.parents(node):
            if self.changed.is_known(parent) or self.size(parent) <= FEW_ROWS:
                changed = self.changed.of(parent)
                found += [parent] if changed is None or changed.rows else []
            elif len(set(self.changed.versions(parent))) > 1:
                found.append(parent)
        return found

    def size(self, unique_id: str) -> int:
        """How many rows a relation of this build has. Raises EngineError."""
        if unique_id in self._made_rows:
            return self._made_rows[unique_id]
        if unique_id not in self._sizes:
            ((rows,),) = self.session.fetch(f"select count(*) from {self.sender.relation(unique_id)}")
            self._sizes[unique_id] = int(rows)
        return self._sizes[unique_id]

    def share(self, expression: str, relation: str) -> float:
        """The chance that two rows of a relation have the same value, as a sample has it. Raises EngineError."""
        ((share,),) = self.session.fetch(
            "select coalesce(sum(n * (n - 1)) / nullif(sum(n) * (sum(n) - 1), 0), 1) from (select count(*) * 1.0 as n from"
            f" (select {expression} as k from {relation} using sample {SAMPLE}) as sample group by k) as sizes"
        )
        return float(share)

    def _best(self, old: str, rows: int, found: dict[str, Any], most: int) -> str:
        """The key by which the fewest rows are made anew, of those that look the least up, `most` at most; "" where all part too little.

        How much a key parts is asked once: it is kept with what is known of the query.
        """
        keys, shares = found["keys"], found["shares"]
        few = sorted((name for name, key in keys.items() if lookups(key) <= most), key=lambda n: (lookups(keys[n]), n))
        scores: list[tuple[float, int, str]] = []
        for name in few[:MOST_KEYS]:
            if name not in shares:
                shares[name] = self.share(quote(name), old)
            if shares[name] <= WIDEST:
                share = max(shares[name], AS_GOOD_AS_ONE / max(rows, 1))
                scores.append((share * (1 + lookups(keys[name]) / 4), lookups(keys[name]), name))
        return min(scores, default=(0.0, 0, ""))[2]

    def _whole(self, node: Node, why: str) -> Made | None:
        self.why[node.unique_id] = why
        return None


def is_asked_whole(node: Node) -> bool:
    """Whether a model says that it is always to be made whole."""
    meta = node.config.get("meta")
    return isinstance(meta, Mapping) and bool(meta.get(MADE_WHOLE))


def lookups(key: Mapping[str, Any]) -> int:
    """How many lookups a key has, those of what it looks up among them."""
    return sum(1 + (lookups(lookup["key"]) if lookup["key"] else 0) for lookup in key["lookups"])
