"""A command that runs something: recorded, tried again where that can help, and ended where it takes too long."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any

from convsql.base.errors import EXIT_OK, ConvsqlError, PublishUnknown, TimedOut, Where
from convsql.ci_reports.reports import Reports, write_reports
from convsql.cli import terminal
from convsql.context import Context
from convsql.project.config import Project
from convsql.project.profiles import Target
from convsql.runs.recording import Ended, Recording, ended_with

if TYPE_CHECKING:
    from convsql.notify.causes import News
    from convsql.notify.receivers import Receiver

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds between attempts


@dataclass(frozen=True, slots=True)
class Patience:
    """How often what may pass by itself is tried again, after how many seconds the whole run is given up (0: never), and whether
    somebody is told how it ended.
    """

    retries: int = 0
    timeout: float = 0.0
    notify: bool = False


def recorded(
    context: Context,
    command: str,
    asked: Mapping[str, Any],
    patience: Patience,
    body: Callable[[Recording], int],
    reports: Reports | None = None,
) -> int:
    """Run `body`, record what became of it, and write the reports that are wanted of it; returns its exit code.

    `asked`: the command's own options. A lock that is held, a head that moved and a lost connection are waited for,
    `patience.retries` times; nothing else is tried again. Raises what `body` raises, and TimedOut.
    """
    recording, code = _run(context, command, asked, patience, body, reports or Reports())
    if recording.unrecorded and not context.json:
        terminal.say(f"note: this run could not be recorded: {recording.unrecorded}")
    return code


def reported(context: Context, command: str, reports: Reports, body: Callable[[], int]) -> int:
    """Run `body`, which builds nothing and is not recorded, and write the reports that are wanted of it; returns its exit code."""
    started = time.perf_counter()
    error: BaseException | None = None
    code = EXIT_OK
    try:
        code = body()
    except BaseException as raised:
        error = raised
        raise
    finally:
        _write(context, reports, command, ended_with(code, error), time.perf_counter() - started)
    return code


def _run(
    context: Context,
    command: str,
    asked: Mapping[str, Any],
    patience: Patience,
    body: Callable[[Recording], int],
    reports: Reports,
) -> tuple[Recording, int]:
    try:
        project, target = context.load()
    except ConvsqlError as error:
        _write(context, reports, command, ended_with(error.exit_code, error), 0.0)
        raise
    receivers = receivers_of(project, patience.notify)
    recording = Recording(command, project, target, asked)
    recording.begin()
    try:
        code = _within(patience.timeout, lambda: _patiently(patience.retries, recording, body))
    except BaseException as error:
        ended = recording.ended(0, error)
        recording.end(ended)
        _write(context, reports, command, ended, recording.seconds, recording)
        _trace(recording, ended)
        _tell(recording, receivers, ended)
        raise
    ended = recording.ended(code)
    recording.unrecorded = recording.end(ended)
    _write(context, reports, command, ended, recording.seconds, recording)
    _trace(recording, ended)
    _tell(recording, receivers, ended)
    return recording, code


def _trace(recording: Recording, ended: Ended) -> None:
    """Send the spans that OpenTelemetry's variables ask for; what goes wrong with that is a note."""
    if not any(name.startswith("OTEL_") for name in os.environ):
        return
    from convsql.ci_reports.spans import are_wanted, send_spans

    if are_wanted() and (why := send_spans(ended, recording)):
        terminal.say(f"note: no spans were sent: {why}")


def receivers_of(project: Project, notify: bool) -> list[Receiver]:
    """Who is told, where somebody is to be. Raises ConvsqlError for what is wrong in notify.yml."""
    if not notify:
        return []
    from convsql.notify.receivers import read_receivers

    return read_receivers(project)


def _tell(recording: Recording, receivers: list[Receiver], ended: Ended) -> None:
    """Tell the receivers how the run ended; whatever goes wrong with that is a note."""
    if not receivers:
        return
    from convsql.notify.causes import of_alerts, of_run, together

    try:
        news = [of_run(ended, recording.compiled)]
        wants_alerts = any("alert" in receiver.events for receiver in receivers)
        if wants_alerts and recording.compiled and ended.outcome and ended.outcome.published:
            news.append(of_alerts(recording.compiled))
        tell_news(recording.project, recording.target, receivers, together(*news), recording.run)
    except Exception as error:
        terminal.say(f"note: nobody was notified: {error or type(error).__name__}")


def tell_news(project: Project, target: Target, receivers: list[Receiver], news: News, run: str = "") -> None:
    """Tell receivers news, and say who could not be reached."""
    from convsql.notify.telling import tell
    from convsql.runs.recording import job

    for note in tell(project, target, receivers, news, run, job()):
        terminal.say(f"note: {note}")


def _write(
    context: Context,
    reports: Reports,
    command: str,
    ended: Ended,
    seconds: float,
    recording: Recording | None = None,
) -> None:
    write_reports(reports, ended, command, context.project_dir.resolve(), seconds, terminal.say_command, recording)


def _patiently(retries: int, recording: Recording, body: Callable[[Recording], int]) -> int:
    for left in reversed(range(retries + 1)):
        recording.again()
        try:
            return body(recording)
        except ConvsqlError as error:
            if not left or not error.is_transient:
                raise
            import random

            seconds = min(FIRST_WAIT * 2 ** (recording.attempts - 1), LONGEST_WAIT) * random.uniform(0.75, 1.25)
            terminal.say(f"note: {error.reason}; attempt {recording.attempts + 1} in {seconds:.0f} s")
            time.sleep(seconds)
    return EXIT_OK


def _within(timeout: float, body: Callable[[], int]) -> int:
    """Run `body`; when the time is over it is interrupted as by Ctrl-C, which a publish that has begun holds back."""
    if not timeout:
        return body()
    with _interrupting(timeout) as is_over:
        try:
            return body()
        except BaseException as error:
            if not is_over.is_set() or isinstance(error, PublishUnknown):
                raise
    raise TimedOut(
        f"it took longer than {timeout:g} s and was ended; nothing was published",
        Where("--timeout"),
        "`convsql retry` continues with what is built",
    )


@contextlib.contextmanager
def _interrupting(seconds: float) -> Iterator[threading.Event]:
    is_over, is_done, turn = threading.Event(), threading.Event(), threading.Lock()

    def interrupt() -> None:
        with turn:
            if is_done.is_set():
                return
            is_over.set()
            if hasattr(signal, "pthread_kill"):  # wakes what waits for the system too
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            else:
                import _thread

                _thread.interrupt_main()

    def on_signal(number: int, frame: FrameType | None) -> None:
        if is_over.is_set():
            signal.default_int_handler(number, frame)

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    # a process that a shell put into the background was told to ignore Ctrl-C, and goes on doing so until the time is over
    is_deaf = signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    if is_deaf:
        signal.signal(signal.SIGINT, on_signal)
    timer.start()
    try:
        yield is_over
    finally:
        if is_deaf and signal.getsignal(signal.SIGINT) is on_signal:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        with turn:
            is_done.set()
        timer.cancel()
