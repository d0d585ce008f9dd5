"""What is built is what was compiled: each way in which an input can change, at each time, in each form that it can have.

Whatever happens, readers never see rows of a text that was not compiled, no relation of it is left under the compiled one's name, and
the next build publishes what is there then.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from convsql.engines.duckdb import DuckDBSession
from convsql.engines.duckdb_aside import resume
from tests.support import Folder
from tests.support.root import ROOT
from tests.support.scratch import write_parquet

Make = Callable[..., Folder]
Change = Callable[[Path], Callable[[], None]]
TABLE = "{{ config(materialized='table') }} "
GOOD, OTHER = [1, 2], [1, 7]
FORMS = {
    "csv": "raw/things.csv",
    "parquet": "raw/things.parquet",
    "parts": "raw/things/*.csv",
    "linked": "raw/things.csv",
}


def write(file: Path, ids: list[int]) -> None:
    if file.suffix == ".parquet":
        write_parquet(file, f"select unnest({ids}) as id")
    else:
        file.write_text("id\n" + "".join(f"{i}\n" for i in ids))


def rewritten(file: Path) -> Callable[[], None]:
    """In place, as long as before, and with the modification time of before."""
    status, before = file.stat(), file.read_bytes()

    def put(content: bytes) -> None:
        with file.open("r+b") as opened:
            opened.write(content)
            opened.truncate()
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))

    other = file.with_name("other" + file.suffix)
    write(other, OTHER)
    content = other.read_bytes()
    other.unlink()
    put(content)
    return lambda: put(before)


def renamed(file: Path) -> Callable[[], None]:
    """Another file in its place, and the first one moved back."""
    kept, other = file.with_name("kept.bak"), file.with_name("other" + file.suffix)
    write(other, OTHER)
    os.rename(file, kept)
    os.rename(other, file)

    def undo() -> None:
        os.rename(kept, file)

    return undo


def swapped(file: Path) -> Callable[[], None]:
    """Another folder in the place of the one that holds it."""
    folder = file.parent
    other = folder.with_name("other")
    shutil.copytree(folder, other, symlinks=True)
    (other / file.name).unlink()
    write(other / file.name, OTHER)
    os.rename(folder, folder.with_name("kept"))
    os.rename(other, folder)

    def undo() -> None:
        os.rename(folder, other)
        shutil.rmtree(other)
        os.rename(folder.with_name("kept"), folder)

    return undo


def relinked(file: Path) -> Callable[[], None]:
    """The link leads to another file."""
    before = os.readlink(file)
    write(file.parent / "delivery_2.csv", OTHER)
    file.unlink()
    file.symlink_to("delivery_2.csv")

    def undo() -> None:
        file.unlink()
        file.symlink_to(before)

    return undo


def come(file: Path) -> Callable[[], None]:
    """One part more."""
    part = file.with_name("z.csv")
    write(part, [7])
    return part.unlink


def gone(file: Path) -> Callable[[], None]:
    """One part fewer."""
    content = file.read_bytes()
    file.unlink()
    return lambda: (file.write_bytes(content), None)[1]


CHANGES = [(f, c) for f in ("csv", "parquet", "parts") for c in (renamed, rewritten, swapped)] + [
    ("linked", relinked), ("parts", come), ("parts", gone)
]  # fmt: skip


def with_source(folder: Make, form: str) -> tuple[Folder, Path]:
    project = folder({
        "models/s.yml": "sources: [{name: raw, tables: [{name: things, config: {meta: {external_location: 'PLACE'}}}]}]".replace(
            "PLACE", FORMS[form]
        ),
        "models/first.sql": TABLE + "select 1 as one",
        "models/direct.sql": TABLE + "select cast(id as int) as id from {{ source('raw', 'things') }}",
        "models/window.sql": "select cast(id as int) as id from {{ source('raw', 'things') }}",
        "models/above.sql": TABLE + "select id from {{ ref('window') }}",
        "raw/other.txt": "",
    })  # fmt: skip
    file = project.root / FORMS[form].replace("*", "b")
    file.parent.mkdir(exist_ok=True)
    if form == "parts":
        write(file.with_name("a.csv"), [])
    if form == "linked":
        write(file.parent / "delivery_1.csv", GOOD)
        file.symlink_to("delivery_1.csv")
    else:
        write(file, GOOD)
    return project, file


def at_step(monkeypatch: pytest.MonkeyPatch, name: str, before: Callable[[], Any], after: Callable[[], Any]) -> None:
    """Do something just before and just after the engine makes the relation of a node, once."""
    create = DuckDBSession.create_as
    left = [1]

    def changed(self: DuckDBSession, kind: str, schema: str, relation: str, sql: str) -> None:
        is_it = relation.startswith(f"{name}__") and left[0] == 1
        left[0] -= is_it
        if is_it:
            before()
        create(self, kind, schema, relation, sql)
        if is_it:
            after()

    monkeypatch.setattr(DuckDBSession, "create_as", changed)


def nothing() -> None:
    return None


class Changing:
    """A change that can be made and taken back once each."""

    def __init__(self, change: Change, file: Path) -> None:
        self.change, self.file = change, file
        self._undo: Callable[[], None] | None = None

    def make(self) -> None:
        self._undo = self.change(self.file)

    def take_back(self) -> None:
        if self._undo:
            self._undo()
        self._undo = None

    def flip(self) -> None:
        self.make()
        self.take_back()


WHEN = {
    "before": lambda c: (c.make, nothing),
    "meanwhile": lambda c: (c.make, c.take_back),
    "before, and put back": lambda c: (c.flip, nothing),
    "after": lambda c: (nothing, c.make),
}


def shown(project: Folder, name: str) -> list[int]:
    return [int(r[0]) for r in project.query(f"select id from {name} order by 1")]


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize(
    ("step", "form", "change"),
    [
        ("direct", "csv", renamed),
        pytest.param("above", "parts", come, marks=pytest.mark.slow),
        *(pytest.param("direct", *c, marks=pytest.mark.slow) for c in CHANGES[1:]),
        *(pytest.param(s, "csv", renamed, marks=pytest.mark.slow) for s in ("window", "above")),
    ],
)
def test_a_source(
    step: str, form: str, change: Change, when: str, folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, file = with_source(folder, form)
    changing = Changing(change, file)
    with monkeypatch.context() as patch:
        at_step(patch, step, *WHEN[when](changing))
        done = project.run("build")
    if done.code == 0:  # a part that was there before the step was harmless; what is shown is what was compiled
        assert when == "before, and put back"
        assert shown(project, "direct") == shown(project, "above") == GOOD
    else:
        assert done.code == 2
        assert "source 'raw.things' changed while the build ran; nothing was published" in done.err
        assert not project.query("select 1 from duckdb_views() where schema_name = 'main' and not internal")
    changing.take_back()
    project.build()
    assert shown(project, "direct") == shown(project, "above") == GOOD
    changing.make()
    project.build()
    assert shown(project, "direct") == shown(project, "above") != GOOD


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("change", [rewritten, *(pytest.param(c, marks=pytest.mark.slow) for c in (renamed, swapped))])
def test_a_seed(change: Change, when: str, folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = folder(
        {"models/direct.sql": TABLE + "select id from {{ ref('things') }}", "seeds/things.csv": "id\n1\n2\n"}
    )
    changing = Changing(change, project.root / "seeds/things.csv")
    with monkeypatch.context() as patch:
        at_step(patch, "things", *WHEN[when](changing))
        done = project.run("build")
    if when == "after":
        assert done.code == 2 or shown(project, "direct") == GOOD
    elif when != "before, and put back" or done.code:
        assert "seed 'things' changed while the build ran; nothing was published" in done.err
    changing.take_back()
    project.build()
    assert shown(project, "things") == shown(project, "direct") == GOOD
    changing.make()
    project.build()
    assert shown(project, "things") == shown(project, "direct") == OTHER


@pytest.mark.parametrize("change", [rewritten, renamed])
def test_a_seed_that_changes_while_its_columns_are_read(
    change: Change, folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its columns would be remembered for the text that was hashed."""
    project = folder({"seeds/things.csv": "id\n1\n2\n", "models/direct.sql": "select id from {{ ref('things') }}"})
    changing = Changing(change, project.root / "seeds/things.csv")
    columns = DuckDBSession.columns

    def changed(self: DuckDBSession, relation: str) -> Any:
        changing.make()
        monkeypatch.undo()
        return columns(self, relation)

    monkeypatch.setattr(DuckDBSession, "columns", changed)
    assert "seeds/things.csv:1: changed while it was read" in project.build(code=2).err
    changing.take_back()
    project.build()
    assert shown(project, "direct") == GOOD


def test_no_verdict_is_left_of_a_run_whose_input_changed(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test passes on the rows that stood there for a moment, and fails on those that were compiled."""
    project, file = with_source(folder, "csv")
    project.write("tests/no_two.sql", "select * from {{ ref('window') }} where id = 2")
    changing = Changing(renamed, file)
    fetch = DuckDBSession.fetch

    def changed(self: DuckDBSession, sql: str, parameters: Any = None) -> Any:
        is_it = "id = 2" in sql
        if is_it:
            changing.make()
        rows = fetch(self, sql, parameters)
        if is_it:
            changing.take_back()
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(DuckDBSession, "fetch", changed)
        assert project.run("build").code == 2
    assert "FAIL" in project.build(code=1).err


KILLED = """
import os, signal, sys
from pathlib import Path

import pytest

from tests.runner.faults.test_changing_inputs import Changing, at_step, renamed
from tests.support import Folder

changing = Changing(renamed, Path(sys.argv[1]))
at_step(pytest.MonkeyPatch(), "direct", changing.make, lambda: os.kill(os.getpid(), signal.SIGKILL))
Folder(Path.cwd()).run("build")
"""


def test_a_run_that_is_killed_leaves_nothing_of_a_changed_input(folder: Make) -> None:
    """In a process that is begun anew: a fork has none of the threads that the engine keeps here."""
    project, file = with_source(folder, "csv")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", KILLED, str(file)], cwd=project.root, env=environment)
    assert done.returncode == -signal.SIGKILL
    os.rename(file.with_name("kept.bak"), file)  # as `renamed` takes it back, which the child did not live to do
    resume(str(project.root / "tiny.duckdb"))
    assert not {r for r in project.relations() if r.startswith("direct__")}
    project.build()
    assert shown(project, "direct") == GOOD


def test_a_table_of_the_warehouse_that_was_loaded_since_compiling(
    folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = folder({
        "models/s.yml": "sources: [{name: raw, schema: raw, tables: [{name: things, loaded_at_field: at}]}]",
        "models/direct.sql": TABLE + "select id from {{ source('raw', 'things') }}",
    })  # fmt: skip
    project.execute(
        "create schema raw; create table raw.things as select unnest([1, 2]) as id, date '2026-01-01' as at"
    )
    from convsql.building.build import _plan

    def loaded(*arguments: Any) -> Any:
        plan = _plan(*arguments)
        project.execute("insert into raw.things values (7, date '2026-01-02')")
        return plan

    with monkeypatch.context() as patch:
        patch.setattr("convsql.building.build._plan", loaded)
        assert "source 'raw.things' changed while the build ran" in project.build(code=2).err
    project.execute("delete from raw.things where id = 7")
    project.build()
    assert shown(project, "direct") == GOOD


@pytest.mark.parametrize("touch", ["read", "linked", "marked"])
def test_what_leaves_the_bytes_as_they_are_stops_no_later_build(touch: str, folder: Make) -> None:
    project, file = with_source(folder, "csv")
    project.build()
    if touch == "read":
        file.read_bytes()
        os.utime(file, ns=(1, file.stat().st_mtime_ns))
    elif touch == "linked":
        os.link(file, file.with_name("linked.txt"))
    else:
        file.chmod(0o600)
    project.build()
    assert shown(project, "direct") == GOOD
    assert "nothing to do" in project.build().err


def test_a_copied_project_builds_as_the_first_one(folder: Make, tmp_path: Path) -> None:
    project, _ = with_source(folder, "parts")
    project.build()
    shutil.copytree(project.root, tmp_path / "copy")
    copy = Folder(tmp_path / "copy")
    copy.build()
    assert shown(copy, "direct") == GOOD


def test_checked_contents_know_a_copy_for_the_same(folder: Make) -> None:
    project, file = with_source(folder, "csv")
    project.build("--check-contents")
    copy = file.with_name("copy.txt")
    shutil.copyfile(file, copy)
    os.replace(copy, file)
    assert "nothing to do" in project.build("--check-contents").err
    write(file, OTHER)
    project.build("--check-contents")
    assert shown(project, "direct") == OTHER


@pytest.mark.parametrize("when", ["before", "meanwhile", "after"])
def test_checked_contents_that_change_meanwhile(when: str, folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project, file = with_source(folder, "csv")
    changing = Changing(rewritten, file)
    with monkeypatch.context() as patch:
        at_step(patch, "direct", *WHEN[when](changing))
        assert project.run("build", "--check-contents").code == 2
    changing.take_back()
    project.build("--check-contents")
    assert shown(project, "direct") == shown(project, "above") == GOOD
