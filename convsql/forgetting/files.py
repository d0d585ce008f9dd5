"""Files that could hold a person: what convsql keeps below `target/` and beside the database goes or is changed, all others are named."""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from convsql.base.whole_file import write_whole
from convsql.compiling.project import Compiled
from convsql.compiling.source_files import files_read
from convsql.forgetting.people import is_telling
from convsql.raw_files.reading import FOLDER as RAW_FILES
from convsql.runs.journal import journal_of

GONE = "(forgotten)"
_KEPT = "report.json"  # dates alone: from when on changes of definitions are news
_NOT_OURS = {".git", ".hg", ".venv", "venv", "node_modules", "__pycache__"}


def empty_target(compiled: Compiled, needles: Collection[bytes], databases: Collection[Path]) -> int:
    """Delete what can be made again below `target/`; returns how many files. The databases and raw tables that lie there stay."""
    folder = compiled.project.target_dir
    relations = [state.relation for state in compiled.sources.values()]
    spared = {place.resolve() for place in databases} | _raw_files(compiled)
    removed = 0
    for file in list(_files(folder, {".git"})):
        in_use = file.parent == folder / RAW_FILES and any(file.name in relation for relation in relations)
        is_database = file.suffix in (".duckdb", ".wal") or file.resolve() in spared
        if in_use or is_database or (file == folder / _KEPT and not holds(file, needles)):
            continue
        file.unlink(missing_ok=True)
        removed += 1
    for at, folders, _ in os.walk(folder, topdown=False):
        for name in folders:
            place = Path(at, name)
            if not place.is_symlink() and not any(place.iterdir()):
                place.rmdir()
    return removed


def clean_records(compiled: Compiled, needles: Collection[bytes]) -> int:
    """Take the person out of the record of runs and of what was told; returns how many files were changed."""
    journal = journal_of(compiled.project, compiled.target)
    if journal is None:
        return 0
    told = journal.file.with_name(journal.file.name.replace(".runs.jsonl", ".notified.json"))
    changed = int(journal.replace(needles, GONE.encode()))
    if told.is_file() and holds(told, needles):
        content = told.read_bytes()
        for needle in needles:
            content = content.replace(needle, GONE.encode())
        write_whole(told, content)
        changed += 1
    return changed


def others_with(compiled: Compiled, needles: Collection[bytes]) -> list[str]:
    """Files of the project and beside the database that hold one of the texts and are none of convsql's; raw tables are not read here."""
    if not needles:
        return []
    project, target = compiled.project, compiled.target
    mine = Path(os.path.realpath(target.path)) if target.type == "duckdb" and target.path != ":memory:" else None
    apart = _raw_files(compiled) | ({mine} if mine else set())
    room = mine.parent / f".{mine.name}.building" if mine else None
    places: Iterable[Path] = _files(project.root, _NOT_OURS)
    beside = [p for p in mine.parent.glob(f"*{mine.name}*") if p.is_file()] if mine else []
    found = []
    for file in dict.fromkeys([*places, *beside]):
        if file.resolve() in apart or (room is not None and room in file.parents):
            continue
        if holds(file, needles):
            found.append(file.relative_to(project.root).as_posix() if file.is_relative_to(project.root) else str(file))
    return sorted(found)


def needles_of(texts: Iterable[str]) -> list[bytes]:
    """The texts as files hold them: as they are, and as JSON writes them. One that could be anything is left out."""
    forms: set[bytes] = set()
    for text in texts:
        if is_telling(text):
            forms |= {
                form.encode(errors="surrogatepass")
                for form in (text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
            }
    return sorted(forms, key=lambda form: (-len(form), form))


def holds(file: Path, needles: Collection[bytes]) -> bool:
    """Whether the bytes of a file hold one of the needles; one that can't be read is taken for one that does not."""
    try:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_size == 0:
                return False
            with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return any(content.find(needle) >= 0 for needle in needles)
    except (OSError, ValueError):
        return False


def _raw_files(compiled: Compiled) -> set[Path]:
    return {Path(file).resolve() for node in compiled.graph.of("source") for file in files_read(node)}


def _files(folder: Path, without: Collection[str]) -> Iterator[Path]:
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in without]
        for name in names:
            file = Path(at, name)
            if file.is_file() and not file.is_symlink():
                yield file
