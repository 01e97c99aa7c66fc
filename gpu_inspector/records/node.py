"""What passes between the collector of an audit and a node: a wish, a greeting, an envelope, and why nothing came.

All of it travels as bytes over a network, and what a node says is a claim like any other: it is read with bounds and
full type validation, and nothing of it is run. What is kept of it in a record is `NodeReading`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gpu_inspector.language import N_

FORMAT = 1
KIND = N_("evidence of a node")
"""What the statement of an envelope calls itself, so that no signature over something else passes for one over it."""
LONGEST_NAME = 120
"""Characters of a node's name, and of most other texts that a node gives of itself."""
LONGEST_TEXT = 2000
"""Characters of a reason."""
LARGEST_GREETING = 64 * 1024
"""Bytes."""
LARGEST_ENVELOPE = 32 * 1024 * 1024
"""Bytes as they travel; the evidence of eight measured cards has half a megabyte before it is compressed."""
LARGEST_EVIDENCE = 64 * 1024 * 1024
"""Bytes of the evidence in an envelope, taken out of its compression."""
CLOCK_MAY_DIFFER_S = 60.0
"""Seconds that a node's clock may be away from the collector's, beyond what its answer took on the way."""


class Trouble(StrEnum):
    """What a simulated node is made to do, so that an audit's ways out can be tried."""

    DIES = "dies"
    HANGS = "hangs"
    NO_DRIVER = "no-driver"
    OTHER_VERSION = "other-version"
    OTHER_CLOCK = "other-clock"
    PATCHED_DRIVER = "patched-driver"


class Lack(StrEnum):
    """Why a node brought no evidence that counts, for programs; people read the reason."""

    ABSENT = "absent"
    """No worker of that name is known to the scheduler."""
    LOST = "lost"
    """Its worker died, or the way to it broke."""
    SILENT = "silent"
    """It did not answer in time."""
    NO_DRIVER = "no-driver"
    NO_CARD = "no-card"
    OTHER_PROGRAM = "other-program"
    OTHER_DATA = "other-data"
    OTHER_CLOCK = "other-clock"
    TWICE = "twice"
    """The same machine answered under another name already."""
    REFUSED = "refused"
    """What it sent is damaged, of another audit, or its signature does not fit."""
    FAILED = "failed"
    """It says itself why it could not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the collector asks of one node."""

    audit: str
    """The id of the audit."""
    node: str
    nonce: str
    """32 hexadecimal digits, drawn anew for each asking: yesterday's answer fits no other."""
    profile: str = ""
    """How the cards are measured; "" where nothing is."""
    minutes: float = 0.0
    together: bool = False
    """All cards as those of one server: under load side by side, links, copies between them."""
    simulate: str = ""
    """The name of a simulation; "" is the node's own cards. Nothing else is ever taken for a simulation."""
    seed: int = 0
    trouble: str = ""
    """Of a simulated node, one of `Trouble`."""
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """With which program and which reference data a node works: what is compared before it counts."""

    build: str
    """The version, and the digest of what decides."""
    sha256: str
    """Over all files of the program, 64 hexadecimal digits."""
    reference_version: str
    reference_sha256: str
    """Over all files of the reference data in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Which machine a node says that it is."""

    host: str
    boot: str = ""
    """The kernel's random id of this start; "" where there is none."""
    id: str = ""
    """SHA-256 over the system's own machine id, 64 hexadecimal digits; "" where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """What a node says of itself before anything is asked of its cards."""

    audit: str
    node: str
    nonce: str
    program: Program
    machine: Machine
    clock: datetime
    """UTC, when it answered."""
    python: str = ""
    cupy: str = ""
    """"" where there is none: then no real card can be measured."""
    driver: str = ""
    """NVIDIA's driver by the kernel's word; "" where none is loaded."""
    cards: int = 0
    """NVIDIA cards in PCI configuration space."""
    key: str = ""
    """SHA-256 of the certificate that the node signs with, 64 hexadecimal digits; "" where it has no key."""
    key_trouble: str = ""
    """Why the key that was named on the node cannot be used."""
    trouble: str = ""
    """Why the node cannot work, as a sentence; "" where it can."""
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a node signs: which evidence it sends, on which wish, by which program. The evidence travels beside it."""

    kind: str
    audit: str
    node: str
    nonce: str
    program: Program
    machine: Machine
    began_at: datetime
    ended_at: datetime
    evidence_sha256: str = ""
    """Of the evidence's canonical JSON; "" where there is none."""
    lack: str = ""
    """Where there is none, one of `Lack`."""
    reason: str = ""
    advice: str = ""
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """How it travels. `statement` is canonical JSON, `signature` its CMS (DER) or b"", `evidence` zlib of its JSON."""

    statement: bytes
    signature: bytes = b""
    evidence: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeReading:
    """Of evidence that came from a node over the network: which node, and who signed it. In the record."""

    name: str
    """As the hall's file or the scheduler calls it."""
    audit: str
    machine: Machine
    evidence_sha256: str
    """Of the evidence as it came, 64 hexadecimal digits."""
    signer: str = ""
    """The name in the certificate, a claim; "" where nobody signed."""
    fingerprint: str = ""
    """SHA-256 of the signer's certificate, 64 hexadecimal digits; "" where nobody signed."""
    known: bool = False
    """One of the certificates that the collector was given is the signer's own, or leads to it."""
    clock_offset_s: float = 0.0
    """By how much the node's clock was ahead of the collector's (behind it, where negative)."""
    clock_unsure_s: float = 0.0
    """Half of the time that its answer took: the offset is known no better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeGap:
    """A node of which no evidence counts: nothing is known of its cards."""

    node: str
    lack: Lack
    reason: str
    """In English, as a sentence."""
    advice: str = ""
    rack: str = ""
    unit: str = ""
    """Where it stands, by the hall's file."""
