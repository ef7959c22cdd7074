"""A mail server of our own: it takes mails, refuses some for now or for ever, or hangs up in the middle."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable
from email import message_from_bytes, policy

LATER = "451 4.2.1 Mailbox busy"
NEVER = "550 5.1.1 No such user"
FULL = "452 4.3.1 Insufficient system storage"
HANG_UP = "hang up"
STALL = "stall"


class _Talk(socketserver.StreamRequestHandler):
    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        self.server.post.connections += 1
        self.say("220 post.example")
        recipient = ""
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word in {b"EHLO", b"HELO"}:
                self.say("250 post.example")
            elif word == b"RCPT":
                recipient = line.decode().split("<")[1].split(">")[0]
                answer = self.server.post.answers.get(recipient, "250 ok")
                self.say(answer if answer in {LATER, NEVER} else "250 ok")
            elif word == b"DATA":
                self.say("354 go on")
                content = self.read_mail()
                answer = self.server.post.answers.get(recipient, "250 taken")
                if answer == HANG_UP:
                    return
                if answer == STALL:
                    self.server.post.stalled.set()
                    self.server.post.release.wait(60)
                    return
                if answer.startswith("250"):
                    self.server.post.take(recipient, content)
                self.say(answer)
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def read_mail(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class Post:
    """The server, the mails it took, and what it answers to whom."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, bytes]] = []
        self.answers: dict[str, str] = {}
        self.connections = 0
        self.before_taking: Callable[[str], None] = lambda recipient: None
        self.stalled, self.release = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Talk)
        self._server.post = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def take(self, recipient: str, content: bytes) -> None:
        self.before_taking(recipient)
        with self._lock:
            self.mails.append((recipient, content))

    @property
    def recipients(self) -> list[str]:
        return sorted(recipient for recipient, _ in self.mails)

    def only(self):
        """The one mail that arrived."""
        ((_, content),) = self.mails
        return message_from_bytes(content, policy=policy.default)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
