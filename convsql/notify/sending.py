"""Handing messages to receivers: each in a thread of its own, tried a few times, and given up when the time of all is over."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from convsql.notify.messages import Message
from convsql.notify.receivers import Receiver, port_of

PATIENCE = 20.0  # seconds that all receivers have together
ONE_TRY = 8.0
TRIES = 3
FIRST_WAIT = 0.5
Sent = tuple[str, str]  # receiver, owner


def send_all(
    wanted: Sequence[tuple[Receiver, Message]], root: Path, patience: float = PATIENCE
) -> tuple[set[Sent], dict[str, str]]:
    """Send each message to its receiver; returns what arrived, and receiver → why what did not arrive did not.

    Never longer than `patience` seconds, whatever the receivers do; never raises.
    """
    answers: queue.Queue[tuple[str, str, str]] = queue.Queue()
    by_receiver: dict[str, list[tuple[Receiver, Message]]] = {}
    for receiver, message in wanted:
        by_receiver.setdefault(receiver.name, []).append((receiver, message))

    def deliver(listed: list[tuple[Receiver, Message]]) -> None:
        for receiver, message in listed:
            answers.put((receiver.name, message.owner, _tried(receiver, message, root)))

    until = time.monotonic() + patience
    for listed in by_receiver.values():
        threading.Thread(target=deliver, args=(listed,), daemon=True).start()
    arrived: set[Sent] = set()
    failed: dict[str, str] = {}
    for _ in wanted:
        try:
            name, owner, why = answers.get(timeout=max(until - time.monotonic(), 0.0))
        except queue.Empty:
            break
        if why:
            failed[name] = why
        else:
            arrived.add((name, owner))
    for receiver, message in wanted:
        if (receiver.name, message.owner) not in arrived:
            failed.setdefault(receiver.name, f"no answer within {patience:.0f} s")
    return arrived, failed


def _tried(receiver: Receiver, message: Message, root: Path) -> str:
    """Why a message could not be delivered, or an empty string."""
    why = ""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(FIRST_WAIT * 2 ** (attempt - 1))
        try:
            _WAYS[receiver.type](receiver, message, root)
            return ""
        except Exception as error:  # whatever a network does
            why = f"{type(error).__name__}: {error}".split("\n")[0][:200]
    return why


def _post(receiver: Receiver, message: Message, root: Path) -> None:
    import urllib.request

    url = receiver.setting("url")
    if not url.startswith(("http://", "https://")):
        raise ValueError("its url is not an http address")
    headers = {"Content-Type": "application/json", "User-Agent": "convsql"}
    request = urllib.request.Request(url, message.body(receiver.type), headers, method="POST")
    urllib.request.urlopen(
        request, timeout=ONE_TRY
    ).close()  # the status tells; what else is answered is nobody's business


def _mail(receiver: Receiver, message: Message, root: Path) -> None:
    import smtplib
    import ssl
    from email.message import EmailMessage

    to = receiver.settings["to"]
    mail = EmailMessage()
    mail["Subject"], mail["From"] = message.title, receiver.setting("from")
    mail["To"] = ", ".join([to] if isinstance(to, str) else to)
    mail.set_content(message.text + "\n")
    port, security = port_of(receiver)
    host = receiver.setting("host")
    secure = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(host, port, timeout=ONE_TRY, context=secure)
        if security == "tls"
        else smtplib.SMTP(host, port, timeout=ONE_TRY)
    )
    with server:
        if security == "starttls":
            server.starttls(context=secure)
        if receiver.settings.get("user"):
            server.login(receiver.setting("user"), receiver.setting("password"))
        server.send_message(mail)


def _call(receiver: Receiver, message: Message, root: Path) -> None:
    import subprocess

    words = receiver.settings["command"]
    done = subprocess.run(
        [words] if isinstance(words, str) else list(words),
        cwd=root,
        input=message.body("command"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=ONE_TRY,
        check=False,
    )
    if done.returncode:
        raise OSError(f"it ended with {done.returncode}")


_WAYS: dict[str, Callable[[Receiver, Message, Path], None]] = {
    "webhook": _post,
    "slack": _post,
    "teams": _post,
    "email": _mail,
    "command": _call,
}
