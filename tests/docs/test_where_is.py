"""A stranger finds a rule in one guess: fourteen questions, each with one file that answers it and is named for it."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.support.root import ROOT

QUESTIONS = yaml.safe_load((Path(__file__).parent / "where_is.yml").read_text(encoding="utf-8"))
PLACES = ("convsql", "macros", "models", "seeds", "tests", "docs")


def test_every_question_is_answered_by_the_file_that_it_names() -> None:
    assert len(QUESTIONS) == 14
    missing = [
        q["question"]
        for q in QUESTIONS
        if not (ROOT / q["file"]).is_file() or q["holds"] not in (ROOT / q["file"]).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_the_questions_cross_the_whole_tree() -> None:
    assert {q["file"].split("/")[0] for q in QUESTIONS} == set(PLACES)


def test_no_other_file_has_the_name_of_an_answer() -> None:
    """So that who guesses the name has guessed the file."""
    stems: dict[str, list[str]] = {}
    for place in PLACES:
        for file in (ROOT / place).rglob("*"):
            if file.suffix in (".py", ".sql", ".md", ".csv") and not {"reference", "projects"} & set(file.parts):
                stems.setdefault(file.stem, []).append(file.relative_to(ROOT).as_posix())
    assert {q["file"]: stems[Path(q["file"]).stem] for q in QUESTIONS if len(stems[Path(q["file"]).stem]) > 1} == {}
