"""The authorities of the tests on a loopback address: time stamps, lists, answers and certificates over HTTP.

`Site.mode` spoils what it says: "down" answers nothing at all, "slow" after seconds, "drip" a byte now and then,
"error", "garbage", "empty", "huge" (500 MB), "redirect" (to `Site.target`). `Site.modes` spoils one path alone.
"""

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.x509 import ocsp
from report.authorities import Party, Service, answer, revocation_list

HUGE = 500_000_000


@dataclass
class Site:
    """What one address serves; `asked` lists each request's path."""

    url: str = ""
    service: Service | None = None
    authorities: list[Party] = field(default_factory=list)
    responder: Party | None = None
    """Who answers for the authorities; None: each for itself."""
    mode: str = ""
    modes: dict[str, str] = field(default_factory=dict)
    target: str = ""
    slow_s: float = 3.0
    asked: list[str] = field(default_factory=list)
    sent: int = 0
    """Bytes of the last answer that went out."""
    offset: timedelta = timedelta(0)
    """How far the lists and answers are ahead of this machine's clock."""

    def reply(self, path: str, body: bytes) -> bytes | None:
        """The answer's bytes; None: there is no such thing."""
        self.asked.append(path)
        head, _, tail = path.strip("/").partition("/")
        if head == "tsa" and self.service is not None:
            return self.service.answered(body)
        if head == "ocsp":
            return self._answer(body)
        for one in self.authorities:
            if f"{one.certificate.serial_number:x}" == tail:
                return one.der if head == "issuer" else revocation_list(one, self._now(one))
        return None

    def _now(self, _one: Party) -> Any:
        from datetime import UTC, datetime

        return datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1) + self.offset

    def _answer(self, body: bytes) -> bytes | None:
        question = ocsp.load_der_ocsp_request(body)
        for one in self.authorities:
            for certificate in one.issued:
                again = (
                    ocsp.OCSPRequestBuilder()
                    .add_certificate(certificate, one.certificate, question.hash_algorithm)
                    .build()
                )
                if (again.serial_number, again.issuer_key_hash) == (question.serial_number, question.issuer_key_hash):
                    return answer(certificate, one, self.responder or one, self._now(one))
        return None


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        self._do(b"")

    def do_POST(self) -> None:
        self._do(self.rfile.read(int(self.headers["Content-Length"])))

    def _do(self, body: bytes) -> None:
        site = self.site
        mode = site.modes.get(self.path.strip("/").partition("/")[0], site.mode)
        data = site.reply(self.path, body)
        if mode == "down":
            self.close_connection = True
            return
        if mode == "slow":
            time.sleep(site.slow_s)
        if mode == "redirect":
            self.send_response(307)
            self.send_header("Location", site.target)
            self.end_headers()
            return
        if mode == "error" or data is None:
            self.send_error(503 if mode == "error" else 404)
            return
        with contextlib.suppress(OSError):
            self._send(mode, {"garbage": b"<html>Log in first</html>", "empty": b""}.get(mode, data))

    def _send(self, mode: str, data: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(HUGE if mode == "huge" else len(data)))
        self.end_headers()
        if mode == "huge":
            for _block in range(HUGE // 1_000_000):
                self.wfile.write(bytes(1_000_000))
                self.site.sent += 1_000_000
        elif mode == "drip":
            for place in range(len(data)):
                self.wfile.write(data[place : place + 1])
                self.wfile.flush()
                time.sleep(0.2)
        else:
            self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_arguments: object) -> None:
        """A client that goes away is part of the game."""


@contextmanager
def served() -> Iterator[Site]:
    """A site on a free port of this machine."""
    site = Site()
    handler = type("Handler", (_Handler,), {"site": site})
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        site.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
