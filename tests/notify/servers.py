"""Receivers of the tests' own, on this machine: an HTTP server and a mail server that keep what they are sent."""

from __future__ import annotations

import base64
import contextlib
import json
import socketserver
import ssl
import threading
import time
from email import message_from_string
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Web:
    """An HTTP server. `answers` are the status codes of the next requests, 200 when there is none; `pause`: seconds before each."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.tried = 0
        self.answers: list[int] = []
        self.pause = 0.0
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                web.tried += 1
                content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                time.sleep(web.pause)
                code = web.answers.pop(0) if web.answers else 200
                if code == 200:
                    web.got.append(content)
                self.send_response(code)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Post:
    """A mail server that lets `user` with `password` in; with a certificate over TLS alone, from the first byte or after STARTTLS."""

    def __init__(self, user: str, password: str, security: str = "none", certificate: Path | None = None) -> None:
        self.got: list[Message] = []
        self.recipients: list[list[str]] = []
        self.in_clear: list[str] = []  # words that came before the connection was secured
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if certificate is not None:
            secure.load_cert_chain(certificate)
        post = self
        wanted = base64.b64encode(f"\0{user}\0{password}".encode()).decode()

        class Handler(socketserver.StreamRequestHandler):
            def say(self, text: str) -> None:
                self.wfile.write(f"{text}\r\n".encode())

            def secure(self) -> None:
                self.request = secure.wrap_socket(self.request, server_side=True)
                self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # who does not trust the certificate hangs up
                    self.talk()

            def talk(self) -> None:
                is_secure = security == "none"
                if security == "tls":
                    self.secure()
                    is_secure = True
                self.say("220 here")
                let_in, to = False, list[str]()
                while line := self.rfile.readline().decode().strip():
                    word = line.split(" ")[0].upper()
                    if not is_secure:
                        post.in_clear.append(word)
                    if word == "EHLO":
                        self.say("250-here\r\n250 AUTH PLAIN" if is_secure else "250-here\r\n250 STARTTLS")
                    elif word == "STARTTLS":
                        self.say("220 go on")
                        self.secure()
                        is_secure = True
                    elif not is_secure and word != "QUIT":
                        self.say("530 secure the connection first")
                    elif word == "AUTH":
                        let_in = line == f"AUTH PLAIN {wanted}"
                        self.say("235 in" if let_in else "535 no")
                    elif word == "RCPT":
                        to.append(line.partition("<")[2].rstrip(">"))
                        self.say("250 ok" if let_in else "530 who are you")
                    elif word == "DATA":
                        self.say("354 go on")
                        lines = []
                        while (data := self.rfile.readline().decode()) != ".\r\n":
                            lines.append(data)
                        post.got.append(message_from_string("".join(lines)))
                        post.recipients.append(to)
                        self.say("250 ok")
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
