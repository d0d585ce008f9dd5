"""What convsql remembers in a catalogue without transactions: whole versions, one winner, one lock. The catalogue is a mapping here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from convsql.base.errors import LockHeld
from convsql.engines import spark_lock
from convsql.engines.session import EngineError
from convsql.engines.spark_faults import Exists, Missing, first_line, statement_error
from convsql.engines.spark_lock import Lock
from convsql.engines.spark_state import Overtaken, State

HEADS = '"_convsql"."heads"'


class Views:
    """The views of `_convsql`, as every session of a catalogue sees them."""

    place = "here"

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.before: Callable[[str], None] = lambda name: None  # what happens just before a view is made

    def views(self, schema: str, pattern: str) -> list[str]:
        return [name for name in self.texts if name.startswith(pattern.removesuffix("*"))]

    def create_view(self, schema: str, name: str, query: str) -> None:
        self.before(name)
        if name in self.texts:
            raise Exists(name)
        self.texts[name] = query

    def drop_view(self, schema: str, name: str) -> None:
        self.texts.pop(name, None)

    def each(self, calls: Sequence[Callable[[], None]]) -> None:
        for call in calls:
            call()

    def run(self, sql: str) -> None:
        made = re.match(r"(create|alter) view (?:if not exists )?`_convsql`.`(\w+)` as (.*)", sql, re.S)
        assert made is not None, sql
        if made[1] == "alter" and made[2] not in self.texts:
            raise Missing(made[2])
        self.texts[made[2]] = made[3]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        for part in sql.split(" union all "):
            name = part.rsplit("`", 2)[1]
            if name not in self.texts:
                raise Missing(name)
            values = re.findall(r"(?:'((?:[^']|'')*)'|(\d+)) as \w+", self.texts[name])
            row = tuple(text.replace("\\\\", "\\") if text or not number else int(number) for text, number in values)
            found.append((int(part.split()[1]), *row) if " as place" in part else row)
        return found


def state(views: Views) -> State:
    return State(views)  # type: ignore[arg-type]


def set_head(found: State, sequence: int) -> None:
    found.begin()
    found.memory.execute(f"create table if not exists {HEADS} (environment varchar primary key, sequence bigint)")
    found.memory.execute(f"delete from {HEADS}")
    found.memory.execute(f"insert into {HEADS} values ('it''s \\ one', $1)", [sequence])


def heads(found: State) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = found.memory.fetch(f"select * from {HEADS}")
    return rows


def test_what_one_session_commits_the_next_one_reads() -> None:
    views = Views()
    first = state(views)
    set_head(first, 7)
    first.facts["pending"] = {"views": [["marts", "a", "select 1"]]}
    first.commit()
    second = state(views)
    assert heads(second) == [("it's \\ one", 7)]
    assert second.facts == first.facts
    assert second.memory.columns_by_table("_convsql") == {"heads": ["environment", "sequence"]}


def test_what_is_rolled_back_and_what_changes_nothing_makes_no_version() -> None:
    views = Views()
    found = state(views)
    set_head(found, 1)
    found.commit()
    set_head(found, 2)
    found.facts["lost"] = True
    found.roll_back()
    found.begin()
    found.commit()
    assert (heads(found), found.facts, found.version) == ([("it's \\ one", 1)], {}, 1)
    assert [name for name in views.texts if name.startswith("state__")] == ["state__1"]


def test_of_two_that_write_the_same_version_one_is_told_so() -> None:
    views = Views()
    first, second = state(views), state(views)
    set_head(first, 1)
    first.commit()
    set_head(second, 2)
    with pytest.raises(Overtaken):
        second.commit()
    second.roll_back()
    assert heads(state(views)) == [("it's \\ one", 1)]


def test_one_that_wakes_up_after_its_version_was_swept_has_lost_too() -> None:
    views = Views()
    late = state(views)
    set_head(late, 9)
    for sequence in (1, 2, 3, 4):
        found = state(views)
        set_head(found, sequence)
        found.commit()
        found.sweep()
    assert "state__1" not in views.texts
    with pytest.raises(Overtaken):
        late.commit()
    assert heads(state(views)) == [("it's \\ one", 4)]


def test_a_commit_whose_answer_was_lost_is_one() -> None:
    views = Views()
    found = state(views)
    set_head(found, 1)

    def lose(name: str) -> None:
        if name.startswith("state__"):
            views.before = lambda name: None
            views.create_view("_convsql", name, views_text[0])
            raise EngineError("connection reset")

    create, views_text = views.create_view, [""]

    def noted(schema: str, name: str, query: str) -> None:
        views_text[0] = query
        create(schema, name, query)

    views.create_view, views.before = noted, lose  # type: ignore[method-assign]
    found.commit()
    assert heads(state(views)) == [("it's \\ one", 1)]


def test_a_state_of_many_pieces_is_read_whole_and_what_it_needs_no_more_is_swept() -> None:
    views = Views()
    found = state(views)
    found.begin()
    found.memory.execute('create table "_convsql"."verdicts" (fingerprint varchar)')
    found.memory.execute('insert into "_convsql"."verdicts" select sha256(i::varchar) from range(2000) as r(i)')
    found.commit()
    pieces = {name for name in views.texts if name.startswith("part__")}
    assert len(pieces) > 2
    assert all(len(text) < 31_000 for text in views.texts.values())
    assert state(views).memory.fetch('select count(*) from "_convsql"."verdicts"') == [(2000,)]
    for rows in (1, 2):
        found.begin()
        found.memory.execute(f'delete from "_convsql"."verdicts" where rowid >= {rows}')
        found.memory.execute(f'insert into "_convsql"."verdicts" values (\'{rows}\')')
        found.commit()
    found.sweep()
    assert not pieces & views.texts.keys()


def lock(views: Views) -> Lock:
    return Lock(views)  # type: ignore[arg-type]


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_lock, "BEAT", 0.02)
    monkeypatch.setattr(spark_lock, "LOOK", 0.01)
    monkeypatch.setattr(spark_lock, "DEAD", 0.5)


def test_a_lock_that_is_renewed_is_held_and_one_that_is_given_up_is_not(quickly: None) -> None:
    views = Views()
    held = lock(views)
    with pytest.raises(LockHeld, match=r"here is in use \(held by process \d+ on "):
        lock(views)
    held.release()
    assert views.texts == {}
    lock(views).release()


def test_a_lock_of_a_process_that_has_ended_is_taken_over(quickly: None) -> None:
    views = Views()
    dead = lock(views)
    dead.release()
    machine = spark_lock.socket.gethostname()
    views.texts["lock__4"] = (
        f"select 'x' as token, '{machine}' as machine, 99999999 as process, 'then' as since, 3 as beat"
    )
    mine = lock(views)
    assert list(views.texts) == ["lock__5"]
    mine.release()


def test_a_lock_of_another_machine_is_taken_over_when_it_is_not_renewed(quickly: None) -> None:
    views = Views()
    views.texts["lock__4"] = "select 'x' as token, 'elsewhere' as machine, 1 as process, 'then' as since, 3 as beat"
    mine = lock(views)
    assert list(views.texts) == ["lock__5"]
    views.texts["lock__6"] = views.texts.pop("lock__5")
    mine._thread.join(5)
    with pytest.raises(EngineError, match="took this one for dead"):
        mine.check()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            ("An error occurred while calling o1.sql.\n: org.apache.spark.SparkArithmeticException: [DIVIDE_BY_ZERO] Division by zero."
            " Use `try_divide` to tolerate divisor being 0. SQLSTATE: 22012\n== SQL (line 1, position 8) ==\nselect 1/0"),
            "Division by zero.",
        ),
        ("[TABLE_OR_VIEW_NOT_FOUND] The table or view `x` cannot be found. Verify the spelling. SQLSTATE: 42P01; line 3 pos 1;\n'Project", "The table or view `x` cannot be found."),
        ("\n[PARSE_SYNTAX_ERROR] Syntax error at or near 'selec'. SQLSTATE: 42601 (line 1, pos 0)\n\n== SQL ==", "Syntax error at or near 'selec'."),
    ],
)  # fmt: skip
def test_of_an_error_people_are_told_the_sentence(said: str, shown: str) -> None:
    assert first_line(Exception(said)) == shown


def test_an_error_has_its_line_where_spark_tells_one() -> None:
    error = statement_error(Exception("[X] no such column. SQLSTATE: 42703; line 3 pos 1;\nplan"), "here")
    assert (error.message, error.line) == ("no such column.", 3)
