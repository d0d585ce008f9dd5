"""A side of a comparison: a compiled project, the build that readers of its target see, and an open session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from convsql.base.errors import ConvsqlError, Where
from convsql.base.quoting import DATA_SCHEMA, qualified
from convsql.building.plan import environment_of
from convsql.building.state import Build, head
from convsql.compiling.project import Compiled
from convsql.engines.access import access_to
from convsql.engines.session import EngineError, Session
from convsql.project.profiles import Target


@dataclass(frozen=True, slots=True)
class Side:
    """What is published to one target. `version` is what the engine says of itself."""

    compiled: Compiled
    session: Session
    build: Build
    version: str

    @property
    def target(self) -> str:
        return self.compiled.target.name

    def relations(self) -> dict[str, str]:
        """Unique id → quoted physical relation of everything that is published."""
        return {view.unique_id: qualified(DATA_SCHEMA, view.relation) for view in self.build.views}


@contextmanager
def open_sides(here: Compiled, there: Compiled, folder: Path) -> Iterator[tuple[Side, Side]]:
    """Both sides, open for reading; what they give is written to `folder`.

    Raises ConvsqlError when nothing was published to one of them, LockHeld when its database is in use.
    """
    with ExitStack() as ending:
        first = _opened(here, folder, ending)
        second = first if _is_one_database(here.target, there.target) else _opened(there, folder, ending)
        yield _side(here, first), _side(there, second)


def check_apart(here: Target, there: Target) -> None:
    """Raises ConvsqlError where two targets are one place: comparing it with itself would prove nothing."""
    if here.name == there.name or (_is_one_database(here, there) and here.schema == there.schema):
        raise ConvsqlError(
            f"targets '{here.name}' and '{there.name}' are one place",
            Where("--against"),
            "name another target of profiles.yml: another database, or another schema",
        )
    for target in (here, there):
        if target.path == ":memory:":
            raise ConvsqlError(
                f"target '{target.name}' is in memory, where nothing stays", Where("profiles.yml"), "name a file"
            )


def _is_one_database(here: Target, there: Target) -> bool:
    if here.type != there.type:
        return False
    if here.path or there.path:
        return Path(here.path).resolve() == Path(there.path).resolve()
    of_server = ("host", "port", "dbname", "place")
    return all(here.connection.get(key) == there.connection.get(key) for key in of_server)


def _opened(compiled: Compiled, folder: Path, ending: ExitStack) -> Session:
    session = access_to(compiled.target).read()
    if session is None:
        raise _nothing(compiled)
    ending.callback(session.close)
    session.allow([str(folder)])
    return session


def _side(compiled: Compiled, session: Session) -> Side:
    try:
        build = head(session, environment_of(compiled))
        version = str(session.fetch("select version()")[0][0])
    except EngineError as error:
        raise ConvsqlError(error.message) from None
    if build is None:
        raise _nothing(compiled)
    return Side(compiled, session, build, version)


def _nothing(compiled: Compiled) -> ConvsqlError:
    return ConvsqlError(f"nothing was published to target '{compiled.target.name}' yet", hint="leave out --no-build")
