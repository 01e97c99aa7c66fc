"""A management controller's inventory: from files in the schema's forms, and from one of our own on loopback."""

import base64
import hashlib
import json
import random
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from gpu_inspector.errors import CaptureError, ProbeError
from gpu_inspector.probes import local_address, redfish, redfish_live
from gpu_inspector.records.inventory import ListKind

SERIALS = ("1652823054567", "1652823061126")


def processor(at: int, **fields: Any) -> dict[str, Any]:
    """A GPU as DMTF's schema Processor has it."""
    return {
        "@odata.id": f"/redfish/v1/Systems/1/Processors/GPU_{at + 1}",
        "@odata.type": "#Processor.v1_20_0.Processor",
        "Id": f"GPU_{at + 1}",
        "Name": f"GPU {at + 1}",
        "ProcessorType": "GPU",
        "Manufacturer": "NVIDIA",
        "Model": "H100 80GB HBM3",
        "PartNumber": "2330-885-A1",
        "SerialNumber": SERIALS[at],
        "UUID": f"8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d{at}",
        "Location": {"PartLocation": {"LocationType": "Slot", "ServiceLabel": f"GPU-SXM-{at + 1}"}},
        **fields,
    }


CPU = {
    "@odata.id": "/redfish/v1/Systems/1/Processors/CPU_1",
    "@odata.type": "#Processor.v1_20_0.Processor",
    "Id": "CPU_1",
    "ProcessorType": "CPU",
    "Manufacturer": "Intel",
    "SerialNumber": "X1234",
}
DEVICE = {
    "@odata.id": "/redfish/v1/Chassis/1/PCIeDevices/GPU1",
    "@odata.type": "#PCIeDevice.v1_13_0.PCIeDevice",
    "Id": "GPU1",
    "Name": "NVIDIA H100 GPU",
    "Manufacturer": "NVIDIA",
    "SerialNumber": SERIALS[0],
    "PartNumber": "900-21010-0000-000",
    "Slot": {"Location": {"PartLocation": {"ServiceLabel": "PCIe slot 1"}}},
}


def parsed(value: Any) -> list[tuple[str, str]]:
    found = redfish.parse(json.dumps(value).encode(), "inventory.json")
    assert found.kind is ListKind.CONTROLLER
    return [(row.serial, row.slot) for row in found.rows]


BOTH = [(SERIALS[0], "GPU-SXM-1"), (SERIALS[1], "GPU-SXM-2")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (processor(0), BOTH[:1]),
        (
            {"@odata.type": "#ProcessorCollection.ProcessorCollection", "Members": [CPU, processor(0), processor(1)]},
            BOTH,
        ),
        ([processor(0), {"anything": {"deep": processor(1)}}], BOTH),
        ([processor(0), DEVICE], BOTH[:1]),
        (DEVICE, [(SERIALS[0], "PCIe slot 1")]),
        (processor(0, Manufacturer="Advanced Micro Devices"), []),
        (processor(0, ProcessorType="CPU"), []),
        ({**DEVICE, "Name": "NVIDIA ConnectX-7"}, []),
        ({**DEVICE, "Name": "NVSwitch"}, []),
    ],
    ids=["one", "collection", "dump", "one piece in two forms", "PCIe device", "other maker", "CPU", "NIC", "switch"],
)
def test_accelerators_are_found_in_every_form(value: Any, expected: list[tuple[str, str]]) -> None:
    assert parsed(value) == expected


def test_one_piece_is_put_together_of_its_resources() -> None:
    bare = {key: value for key, value in processor(0).items() if key not in ("PartNumber", "UUID")}
    (row,) = redfish.parse(json.dumps([bare, DEVICE]).encode(), "x").rows
    assert (row.part_number, row.product) == ("900-21010-0000-000", "H100 80GB HBM3")


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[" * 100_000, b"1" * 5000, b"\xff\xfe", b'{"a": 1}', b"<xml/>"], ids=range(7)
)
def test_what_is_no_inventory_is_refused(data: bytes) -> None:
    with pytest.raises(CaptureError):
        redfish.parse(data, "inventory.json")


def test_any_bytes_give_a_list_or_a_sentence() -> None:
    chance = random.Random(9)
    seed = json.dumps([processor(0), processor(1), CPU, DEVICE]).encode()
    for _ in range(400):
        data = bytearray(seed)
        for _ in range(chance.randrange(1, 10)):
            data[chance.randrange(len(data))] = chance.choice(b'{}[]",:0\\\x00\xff')
        try:
            redfish.parse(bytes(data), "inventory.json")
        except CaptureError:
            continue


# A controller that answers

TREE: dict[str, Any] = {
    "/redfish/v1/": {
        "@odata.type": "#ServiceRoot.v1_15_0.ServiceRoot",
        "Systems": {"@odata.id": "/redfish/v1/Systems"},
    },
    "/redfish/v1/Systems": {"Members": [{"@odata.id": "/redfish/v1/Systems/1"}]},
    "/redfish/v1/Systems/1": {
        "@odata.type": "#ComputerSystem.v1_22_0.ComputerSystem",
        "Processors": {"@odata.id": "/redfish/v1/Systems/1/Processors"},
    },
    "/redfish/v1/Systems/1/Processors": {
        "Members": [
            {"@odata.id": f"/redfish/v1/Systems/1/Processors/{name}"} for name in ("CPU_1", "GPU_1", "GPU_2", "GPU_3")
        ]
    },
    "/redfish/v1/Systems/1/Processors/CPU_1": CPU,
    "/redfish/v1/Systems/1/Processors/GPU_1": processor(0),
    "/redfish/v1/Systems/1/Processors/GPU_2": processor(1),
}


class Controller(BaseHTTPRequestHandler):
    """Answers from TREE; `login` is wanted where it is set, `moved` leads elsewhere, `large` answers without end."""

    login = ""
    moved = ""
    large = False
    seen: list[tuple[str, str]]

    def do_GET(self) -> None:
        path = self.path.rstrip("/") if self.path != "/redfish/v1/" else self.path
        given = self.headers.get("Authorization", "")
        self.seen.append((self.path, given))
        wanted = f"Basic {base64.b64encode(self.login.encode()).decode()}"
        if self.login and given != wanted:
            self._answer(401, b"{}")
        elif self.moved:
            self._answer(302, b"", Location=self.moved)
        elif self.large:
            self._answer(200, b"[" + b"1," * (2 << 20) + b"1]")
        elif path in TREE:
            self._answer(200, json.dumps(TREE[path]).encode())
        else:
            self._answer(404, b"{}")

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):  # who asked may have had enough
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """No word on the test's own output."""


@contextmanager
def controller(tls: Path | None = None, **settings: Any) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The address of a controller on loopback, and what it was asked for."""
    seen: list[tuple[str, str]] = []
    handler = type("Handler", (Controller,), {"seen": seen, **settings})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate that signs itself, as controllers have, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bmc")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "bmc.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def fingerprint(path: Path) -> str:
    der = ssl.PEM_cert_to_DER_cert(path.read_text().partition("-----END PRIVATE KEY-----\n")[2])
    return hashlib.sha256(der).hexdigest()


def test_a_controller_is_walked_from_its_root_to_its_accelerators() -> None:
    with controller() as (url, seen):
        found = redfish_live.read(f"{url}/redfish/v1/")
    assert [row.serial for row in found.rows] == list(SERIALS)
    assert "asked without TLS" in found.notes[0]
    assert any("GPU_3" in note for note in found.notes)
    assert found.name == f"{url}/redfish/v1/" and all(not given for _, given in seen)


def test_a_certificate_is_written_down_and_never_called_trusted(certificate: Path) -> None:
    with controller(certificate) as (url, _):
        found = redfish_live.read(url)
        pinned = redfish_live.read(url, expected=fingerprint(certificate).upper())
    assert len(found.rows) == len(pinned.rows) == 2
    assert fingerprint(certificate) in found.notes[0] and "not established" in found.notes[0]
    assert "expected one" in pinned.notes[0]


def test_another_certificate_than_the_expected_one_is_told_nothing(certificate: Path) -> None:
    with controller(certificate) as (url, seen), pytest.raises(ProbeError, match="not the expected one"):
        redfish_live.read(url, lambda _: ("root", "secret"), "00" * 32)
    assert seen == []


def test_a_password_goes_out_only_after_it_was_asked_for(certificate: Path) -> None:
    with controller(certificate, login="root:secret") as (url, seen):
        told: list[str] = []

        def login(place: str) -> tuple[str, str]:
            told.append(place)
            return "root", "secret"

        found = redfish_live.read(url, login)
    assert len(found.rows) == 2
    assert not seen[0][1] and all(given for _, given in seen[1:])
    assert fingerprint(certificate)[:16] in told[0] and "not established" in told[0]
    assert "secret" not in repr(found)


@pytest.mark.parametrize("given", [None, ("root", "wrong")])
def test_without_the_right_password_there_is_a_sentence(given: tuple[str, str] | None, certificate: Path) -> None:
    with controller(certificate, login="root:secret") as (url, _), pytest.raises(ProbeError, match="password"):
        redfish_live.read(url, lambda _: given)


@pytest.mark.parametrize("place", ["http://192.0.2.7/redfish/v1/", "https://example.org/", "/elsewhere", "//x:y"])
def test_a_redirect_elsewhere_is_not_followed(place: str) -> None:
    with controller(moved=place) as (url, seen), pytest.raises(ProbeError, match="another place"):
        redfish_live.read(url)
    assert len(seen) == 1


def test_a_redirect_in_a_circle_ends() -> None:
    with controller(moved="/redfish/v1/") as (url, seen), pytest.raises(ProbeError, match="without end"):
        redfish_live.read(url)
    assert len(seen) < 10


def test_an_answer_without_end_is_cut_off() -> None:
    with controller(large=True) as (url, _), pytest.raises(ProbeError, match="more than"):
        redfish_live.read(url)


def test_a_walk_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redfish_live, "MOST_RESOURCES", 3)
    with controller() as (url, seen):
        found = redfish_live.read(url)
    assert len(seen) == 3 and any("the walk ended" in note for note in found.notes)


@pytest.mark.parametrize(
    "url",
    [
        "https://8.8.8.8/redfish/v1/",
        "https://192.0.2.7/redfish/v1/",
        "https://[2001:4860:4860::8888]/redfish/v1/",
        "https://[::ffff:8.8.8.8]/redfish/v1/",
        "https://0.0.0.0/redfish/v1/",
        "https://224.0.0.1/",
        "https://root:secret@127.0.0.1/redfish/v1/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "https://127.0.0.1:99999/",
        "https:///redfish",
        "https://127.0.0.1/ x",
        "https://" + "a" * 600,
    ],
)
def test_no_address_beyond_the_inspectors_own_cable_is_asked(url: str) -> None:
    with pytest.raises(ProbeError):
        local_address.place_of(url)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "169.254.0.17", "10.1.2.3", "172.31.0.1", "192.168.1.2", "::1", "fe80::1%eth0", "fd00::1"],
)
def test_local_addresses_are_known(address: str) -> None:
    assert local_address.is_local(address)


@pytest.mark.parametrize("address", ["172.32.0.1", "100.64.0.1", "1.1.1.1", "2001:db8::1", "::", "nonsense", ""])
def test_addresses_beyond_are_known(address: str) -> None:
    assert not local_address.is_local(address)
