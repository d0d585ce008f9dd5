"""What people type by the habit of dbt, in convsql's words: commands, options before the command, options that dbt has and convsql has not.

What changes what is built is passed on, or refused by name; what only concerns how dbt itself runs is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from convsql.base.errors import ConvsqlError

_AS = {
    "run": ["build", "--resource-type", "model"],
    "seed": ["build", "--resource-type", "seed"],
    "list": ["ls"],
    "parse": ["compile"],
}
# How dbt itself runs, which is no matter here: names, and those of them that take a value.
_DROPPED = frozenset(
    """
    --use-colors --no-use-colors --use-colors-file --no-use-colors-file --partial-parse --no-partial-parse --version-check
    --no-version-check --static-parser --no-static-parser --populate-cache --no-populate-cache --cache-selected-only
    --no-cache-selected-only --send-anonymous-usage-stats --no-send-anonymous-usage-stats --introspect --no-introspect
    --use-experimental-parser --no-use-experimental-parser --macro-debugging --no-macro-debugging --single-threaded
    --no-single-threaded --write-json --no-write-json --print --no-print --log-cache-events --no-log-cache-events
    --partial-parse-file-diff --no-partial-parse-file-diff --no-debug --no-fail-fast --no-full-refresh --no-warn-error
    --no-defer --no-favor-state --no-store-failures --no-quiet --compile --no-compile --store-failures --no-empty
    --upload-to-artifacts-ingest-api --no-upload-to-artifacts-ingest-api --show
    """.split()
)
_DROPPED_VALUES = frozenset(
    "--log-level --log-level-file --log-format-file --log-path --log-file-max-bytes --printer-width --record-timing-info -r"
    " --partial-parse-file-path --event-buffer-size".split()
)
_KEPT_VALUES = {
    "--threads": "threads",
    "--profile": "profile",
    "--target-path": "target_path",
    "--log-format": "log_format",
}
_REFUSED = {
    "--empty": "it would publish empty tables; `convsql compile` checks every query over empty ones",
    "--sample": "it would publish a part of the rows; select fewer models, or give a variable that limits them",
    "--event-time-start": "microbatch models are built whole",
    "--event-time-end": "microbatch models are built whole",
    "--warn-error-options": "`--warn-error` makes every warning an error",
    "--inject-ephemeral-ctes": "ephemeral models always stand in the query",
}
_NO_COMMANDS = {
    "snapshot": "it keeps rows of the past, which can't be made again: let dbt keep it, and read its table as a source",
    "run-operation": "a macro that is run by itself changes the database outside what is published: make it a model, or let dbt run it",
    "clone": "what is built in its present version is used by every environment of a database: `convsql build --target …`",
}
# Options that may stand before the command, as dbt has them, and take a value.
_BEFORE_WITH_VALUE = frozenset({"--project-dir", "--profiles-dir", "--target", "-t", "--vars"})
OF_CONVSQL = frozenset({"--help", "--version", "-V", "--debug"})


@dataclass(slots=True)
class Words:
    """What was said besides the command's own options; `refused` is why nothing can be run."""

    threads: str = ""
    profile: str = ""
    target_path: str = ""
    log_format: str = ""
    warn_error: bool = False
    refused: list[tuple[str, str]] = field(default_factory=list)


SAID = Words()  # of the command that is being run


def translated(arguments: list[str]) -> list[str]:
    """The arguments in convsql's words; what else was said is in SAID."""
    global SAID
    SAID = Words()
    kept = _kept(arguments)
    before = _options_before(kept)
    words = kept[len(before) :]
    if not words:
        return kept
    command, rest = words[0], words[1:]
    if command in _NO_COMMANDS:
        SAID.refused.append((command, _NO_COMMANDS[command]))
    if command == "docs" and rest[:1] == ["generate"]:
        rest = rest[1:]
    elif command == "docs" and rest[:1] == ["serve"]:
        SAID.refused.append(("docs serve", "`convsql docs` writes one HTML file, which any browser opens"))
    own = [word for word in before if word in OF_CONVSQL]
    return [*own, *_AS.get(command, [command]), *[word for word in before if word not in OF_CONVSQL], *rest]


def check_refused() -> None:
    """Raises ConvsqlError for the first word that convsql will not obey."""
    for word, why in SAID.refused:
        raise ConvsqlError(f"convsql does not support '{word}'", hint=why)


def _kept(arguments: list[str]) -> list[str]:
    """The arguments without what is dropped, or noted in SAID."""
    kept: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        name, has_value, value = word.partition("=")
        if name in _DROPPED_VALUES or name in _KEPT_VALUES:
            given = value if has_value else (waiting.pop(0) if waiting else "")
            if name in _KEPT_VALUES:
                setattr(SAID, _KEPT_VALUES[name], given)
        elif word == "--warn-error":
            SAID.warn_error = True
        elif name in _REFUSED:
            SAID.refused.append((name, _REFUSED[name]))
        elif word not in _DROPPED:
            kept.append(word)
    return kept


def _options_before(arguments: list[str]) -> list[str]:
    """The options that stand before the command."""
    index = 0
    while index < len(arguments) and arguments[index].startswith("-") and len(arguments[index]) > 1:
        index += 2 if arguments[index] in _BEFORE_WITH_VALUE else 1
    return arguments[:index]
