"""A management controller's inventory, asked over the cable that the inspector plugged in, at an address that he names.

Only addresses of this machine or of its own cable are asked: loopback, link-local and private ones. A name is looked
up once, and the address that came back is the one that is connected to. No redirect leaves the address; a password
goes out after the controller asked for one, over TLS or to this machine itself only. Controllers sign their own
certificates, so whose it is cannot be told: its fingerprint is written down, must be the same for the whole walk, and
must be the expected one where one was given. Everything is bounded: time, bytes, resources.
"""

import base64
import hashlib
import http.client
import ipaddress
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from gpu_inspector.errors import CaptureError, ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import redfish
from gpu_inspector.probes.local_address import ROOT, place_of
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.inventory import InventoryList

MOST_RESOURCES = 300
LARGEST_ANSWER = 2 * 1024 * 1024
LARGEST_WALK = 16 * 1024 * 1024
WALK_S = 90.0
"""Controllers are slow: a second for each resource is not rare."""
ANSWER_S = 10.0
LONGEST_PATH = 400
_MOST_LEADS = 3
"""Redirects within the address that are followed."""
_FOLLOWED = ("Systems", "Chassis", "Processors", "PCIeDevices", "Members")

Credentials = Callable[[str], tuple[str, str] | None]
"""Given what to tell the person (place and certificate): user and password, or None."""


@dataclass(slots=True)
class _Walk:
    """One asking of one controller."""

    split: SplitResult
    address: str
    port: int
    credentials: Credentials
    expected: str
    deadline: float
    fingerprint: str = ""
    login: tuple[str, str] | None = None
    asked: bool = False
    digest: Any = field(default_factory=hashlib.sha256)
    taken: int = 0

    @property
    def place(self) -> str:
        return N_(f"The management controller at {self.split.hostname}")


def read(
    url: str, credentials: Credentials = lambda _place: None, expected: str = "", *, walk_s: float = WALK_S
) -> InventoryList:
    """The accelerators that the controller at `url` lists; `expected` is the SHA-256 of its certificate, or "".

    Raises ProbeError with a sentence on what is wrong: no local address, no answer, a password that is wanted, a
    certificate that is another one.
    """
    split, address, port = place_of(url)
    walk = _Walk(split, address, port, credentials, _hexadecimal(expected), time.monotonic() + walk_s)
    found: list[InventoryList | ProbeError] = []

    # an answer that comes byte by byte knows no time limit of its own
    def job() -> None:
        try:
            found.append(_list_of(walk))
        except ProbeError as error:
            found.append(error)

    worker = threading.Thread(target=job, daemon=True)
    worker.start()
    worker.join(walk_s + ANSWER_S)
    answer = found[0] if found else ProbeError(N_(f"{walk.place} did not answer in time."))
    if isinstance(answer, ProbeError):
        raise answer
    return answer


def _hexadecimal(fingerprint: str) -> str:
    return fingerprint.replace(":", "").replace(" ", "").casefold()


def _list_of(walk: _Walk) -> InventoryList:
    path = walk.split.path if walk.split.path.startswith("/redfish") else ROOT
    if walk.split.query:
        path += f"?{walk.split.query}"
    waiting, seen = deque([path]), {path.rstrip("/")}
    resources: list[Mapping[str, Any]] = []
    notes: list[str] = []
    asked = 0
    while waiting:
        if asked >= MOST_RESOURCES or walk.taken > LARGEST_WALK or time.monotonic() > walk.deadline:
            notes.append(N_(f"the walk ended after {asked} resources; {len(waiting)} more were not asked for"))
            break
        one = waiting.popleft()
        asked += 1
        try:
            value = _asked(walk, one)
        except ProbeError:
            if asked == 1:
                raise
            notes.append(N_(f"{clean(one, 100)} did not answer"))
            continue
        resources += redfish.resources_of((value,))
        for link in _links(value):
            if link.rstrip("/") not in seen:
                seen.add(link.rstrip("/"))
                waiting.append(link)
    if not resources:
        raise ProbeError(f"{walk.place} gave no Redfish resource.", "Name the address of /redfish/v1/.")
    if walk.fingerprint:
        held = (
            N_("is the expected one")
            if walk.expected
            else N_("was not established: compare it with the controller's own")
        )
        notes.insert(0, N_(f"the certificate's SHA-256 is {walk.fingerprint}; it {held}"))
    else:
        notes.insert(0, N_("asked without TLS: whoever is on the cable can answer"))
    name = f"{walk.split.scheme}://{walk.split.netloc}{walk.split.path}"
    return redfish.listed(resources, name, walk.digest.hexdigest(), tuple(notes[:24]))


def _links(value: Any) -> Iterator[str]:
    """Where to go on: down from the root to systems, their processors and PCIe devices, and members of collections."""
    if not isinstance(value, dict):
        return
    for name in _FOLLOWED:
        held = value.get(name)
        for one in held[:MOST_RESOURCES] if isinstance(held, list) else [held]:
            if not isinstance(one, dict):
                continue
            if name == "Members" and len(one) > 1:  # expanded: in hand already, but for what hangs on it
                yield from _links({key: held for key, held in one.items() if key != "Members"})
                continue
            link = one.get("@odata.id")
            if isinstance(link, str) and link.startswith("/redfish/") and _is_path(link):
                yield link


def _is_path(link: str) -> bool:
    return len(link) <= LONGEST_PATH and link.isascii() and link.isprintable() and " " not in link


def _asked(walk: _Walk, path: str) -> Any:
    """The JSON of one resource. Raises ProbeError."""
    for _ in range(_MOST_LEADS + 1):
        status, headers, body = _exchange(walk, path)
        if status in (301, 302, 307, 308):
            path = _led(walk, headers)
            continue
        if status == http.client.UNAUTHORIZED and walk.login is None and not walk.asked:
            walk.asked = True
            walk.login = _login(walk)
            continue
        if status in (http.client.UNAUTHORIZED, http.client.FORBIDDEN):
            raise ProbeError(f"{walk.place} wants another user or password.", "Ask the server's owner for them.")
        if status != http.client.OK:
            raise ProbeError(f"{walk.place} answered with the error {status}.", "Look at the address.")
        walk.digest.update(body)
        walk.taken += len(body)
        try:
            return redfish.decoded(body)
        except CaptureError as error:
            raise ProbeError(f"{walk.place} answered with what is no JSON.", "Look at the address.") from error
    raise ProbeError(f"{walk.place} leads from one place to another without end.")


def _login(walk: _Walk) -> tuple[str, str]:
    """User and password, for a place that may be told them. Raises ProbeError."""
    if walk.split.scheme != "https" and not ipaddress.ip_address(walk.address.partition("%")[0]).is_loopback:
        raise ProbeError(
            f"{walk.place} wants a password, and would get it in clear text.", "Name its address with https://"
        )
    told = N_(f" (certificate {walk.fingerprint[:16]}..., not established)") if walk.fingerprint else ""
    given = walk.credentials(f"{walk.split.hostname}{told}")
    if given is None or ":" in given[0]:
        raise ProbeError(
            f"{walk.place} wants a user and a password.",
            "Call from a terminal, or set GPU_INSPECTOR_REDFISH_USER and GPU_INSPECTOR_REDFISH_PASSWORD.",
        )
    return given


def _led(walk: _Walk, headers: Mapping[str, str]) -> str:
    """The path that a redirect leads to, on the same address. Raises ProbeError where it leads away."""
    target = headers.get("location", "")
    try:
        split = urlsplit(target)
        away = bool(split.netloc) and (split.scheme, split.netloc) != (walk.split.scheme, walk.split.netloc)
    except ValueError:
        away, split = True, urlsplit("")
    if away or not split.path.startswith("/redfish"):
        raise ProbeError(f"{walk.place} leads to another place, which is not asked.")
    return split.path + (f"?{split.query}" if split.query else "")


def _exchange(walk: _Walk, path: str) -> tuple[int, dict[str, str], bytes]:
    left = walk.deadline - time.monotonic()
    if left <= 0:
        raise ProbeError(f"{walk.place} did not answer in time.")
    headers = {"Host": walk.split.netloc, "Accept": "application/json", "User-Agent": "gpu-inspector"}
    if walk.login is not None:
        word = base64.b64encode(":".join(walk.login).encode()).decode("ascii")
        headers["Authorization"] = f"Basic {word}"
    connection = _connection(walk, min(ANSWER_S, left))
    try:
        connection.connect()
        _pin(walk, connection)
        connection.request("GET", path, headers=headers)
        with connection.getresponse() as answer:
            body = _body(walk, answer)
            return answer.status, {name.casefold(): value for name, value in answer.getheaders()}, body
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = clean(getattr(error, "strerror", None) or str(error) or type(error).__name__, 120)
        raise ProbeError(f"{walk.place} cannot be asked ({reason}).", "Look at the cable and the address.") from error
    finally:
        connection.close()


def _body(walk: _Walk, answer: http.client.HTTPResponse) -> bytes:
    body = bytearray()
    while part := answer.read1(65536):
        body += part
        if len(body) > LARGEST_ANSWER:
            raise ProbeError(f"{walk.place} answered with more than {LARGEST_ANSWER:,} bytes.")
        if time.monotonic() > walk.deadline:
            raise ProbeError(f"{walk.place} did not answer in time.")
    return bytes(body)


def _connection(walk: _Walk, timeout_s: float) -> http.client.HTTPConnection:
    if walk.split.scheme == "http":
        return http.client.HTTPConnection(walk.address, walk.port, timeout=timeout_s)
    # Whose certificate it is cannot be told; it is pinned for the walk instead, and written down.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(walk.address, walk.port, timeout=timeout_s, context=context)


def _pin(walk: _Walk, connection: http.client.HTTPConnection) -> None:
    """The certificate's fingerprint, the same each time. Raises ProbeError before anything is sent."""
    if not isinstance(connection.sock, ssl.SSLSocket):
        return
    shown = hashlib.sha256(connection.sock.getpeercert(binary_form=True) or b"").hexdigest()
    if walk.expected and shown != walk.expected:
        raise ProbeError(
            f"{walk.place} shows the certificate {shown}, not the expected one.", "Nothing was sent; look at the cable."
        )
    if walk.fingerprint and shown != walk.fingerprint:
        raise ProbeError(f"{walk.place} shows another certificate than before.", "Look at the cable.")
    walk.fingerprint = shown
