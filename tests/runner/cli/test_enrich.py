"""`convsql enrich` scores what is new, once for each version of a model, and never fails for want of a library or of texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from convsql.enrichment import scoring
from convsql.enrichment.scoring import Scorer, load_scorer
from convsql.raw_files.forms import RAW_FORMATS, location
from tests.support import Folder
from tests.support.scratch import scratch_rows

Make = Callable[..., Folder]
STAGED = """\
select
    message_id, direction, nullif(body, '') as body, true as is_attempt,
    case when body = 'STOP' then 'opt_out' end as non_reply_kind
from {{ ref('messages') }}
"""
MESSAGES = 'message_id,direction,body\nm1,inbound,I love it\nm2,outbound,I love it\nm3,inbound,STOP\nm4,inbound,\nm5,inbound,it\'s "awful"\n'
FAST_FORMATS = ("parquet", "csv_folder")
FORMATS = [each if each in FAST_FORMATS else pytest.param(each, marks=pytest.mark.slow) for each in RAW_FORMATS]


@pytest.fixture
def lengths(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """A model, by its version, that scores a text by its length; gives the list of what it has read."""

    def use(version: str) -> list[str]:
        read: list[str] = []

        def score(text: str) -> float:
            read.append(text)
            return len(text) / 100

        monkeypatch.setattr(scoring, "load_scorer", lambda: Scorer(f"length {version}", score))
        return read

    return use


def project(folder: Make, raw_format: str | None = "parquet", messages: str = MESSAGES) -> Folder:
    variables = f"vars:\n  raw_path: raw\n  raw_format: {raw_format}\n" if raw_format else "vars:\n  raw_path: ''\n"
    made = folder({"models/stg_messages.sql": STAGED, "seeds/messages.csv": messages, "vars.yml": variables})
    (made.root / "raw").mkdir()
    made.build()
    return made


def kept(made: Folder, raw_format: str = "parquet") -> list[tuple[str, str, float]]:
    files = location(f"{made.root}/raw/message_sentiments{RAW_FORMATS[raw_format]}")
    rows = scratch_rows(f"select message_id, model, compound::double from {files} order by all")
    return [(str(a), str(b), float(c)) for a, b, c in rows]


@pytest.mark.parametrize("raw_format", FORMATS)
def test_what_contacts_wrote_is_scored_once_per_version(
    folder: Make, lengths: Callable[[str], list[str]], raw_format: str
) -> None:
    made = project(folder, raw_format)
    read = lengths("1")
    done = made.run("enrich", "--json")
    assert (done.code, done.json["scored"], done.json["known"]) == (0, 2, 0)
    assert sorted(read) == ["I love it", 'it\'s "awful"']
    first = [("m1", "length 1", 0.09), ("m5", "length 1", 0.12)]
    assert kept(made, raw_format) == first

    made.write("seeds/messages.csv", MESSAGES + "m6,inbound,Yes\n")
    made.build()
    read = lengths("1")
    assert made.run("enrich", "--json").json["scored"] == 1
    assert read == ["Yes"]
    assert made.run("enrich", "--json").json["scored"] == 0

    lengths("2")
    assert made.run("enrich", "--json").json["scored"] == 3
    found = kept(made, raw_format)
    assert [row for row in found if row[1] == "length 1"] == [*first, ("m6", "length 1", 0.03)]
    assert len(found) == 6
    assert not [file for file in (made.root / "raw").rglob("*") if file.name.endswith("unfinished")]


@pytest.mark.parametrize("raw_format", [*FORMATS, None])
def test_scores_of_messages_that_are_gone_go_when_somebody_is_forgotten(
    folder: Make, lengths: Callable[[str], list[str]], raw_format: str | None
) -> None:
    made = project(folder, raw_format)
    lengths("1")
    assert made.run("enrich").code == 0
    made.write("seeds/messages.csv", MESSAGES.replace("m1,inbound,I love it\n", ""))
    done = made.run("forget", "--contact", "who-wrote-m1", "--json")
    assert done.code == 0, done.out
    assert done.json["removed"]["scores"] == 1
    rows = kept(made, raw_format) if raw_format else made.query("select message_id from raw.message_sentiments")
    assert [row[0] for row in rows] == ["m5"]
    assert "scores" not in made.run("forget", "--contact", "who-wrote-m1", "--json").json["removed"]


def test_without_files_they_are_a_table_of_schema_raw(folder: Make, lengths: Callable[[str], list[str]]) -> None:
    made = project(folder, None)
    for version, count in (("1", 2), ("1", 0), ("2", 2)):
        lengths(version)
        assert made.run("enrich", "--json").json["scored"] == count
    assert made.query("select model, count(*) from raw.message_sentiments group by all order by all") == [
        ("length 1", 2),
        ("length 2", 2),
    ]


def test_without_the_library_nothing_happens_and_a_hint_says_what_to_install(
    folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = project(folder)
    monkeypatch.setattr(scoring, "load_scorer", lambda: None)
    done = made.run("enrich")
    assert done.code == 0 and "pip install 'vaderSentiment>=3.3.2'" in done.err
    assert not list((made.root / "raw").iterdir())


def test_without_bodies_nothing_happens(folder: Make, lengths: Callable[[str], list[str]]) -> None:
    lengths("1")
    made = project(folder, messages="message_id,direction,body\nm1,inbound,\nm2,outbound,Hello\n")
    done = made.run("enrich")
    assert done.code == 0 and "no message of a contact has a body" in done.err
    assert not list((made.root / "raw").iterdir())


def test_before_the_first_build_it_says_so(folder: Make, lengths: Callable[[str], list[str]]) -> None:
    lengths("1")
    made = folder({"models/stg_messages.sql": STAGED, "seeds/messages.csv": MESSAGES, "vars.yml": "vars: {raw_path: raw}\n"})  # fmt: skip
    done = made.run("enrich")
    assert done.code == 2 and "nothing was built yet" in done.err


def test_scores_are_not_written_to_places_that_are_no_folders(
    folder: Make, lengths: Callable[[str], list[str]], tmp_path: Path
) -> None:
    lengths("1")
    made = project(folder)
    done = made.run("enrich", "--vars", "{raw_path: 's3://bucket/raw'}")
    assert done.code == 2 and "local folders only" in done.err


def test_vader_tells_praise_from_complaint() -> None:
    scorer = load_scorer()
    assert scorer is not None, "the extra `test` has it"
    assert scorer.model.startswith("vader ")
    assert -1 <= scorer.score("This is awful, I hate it.") < -0.05 < 0.05 < scorer.score("I love it, great!") <= 1
    assert scorer.score("") == 0
