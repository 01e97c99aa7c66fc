"""The greeting of a node: what it is, before anything is asked of its cards; and what must fit before it counts.

A greeting asks no driver library, so that a node whose driver hangs can still say which program it has. Program and
reference data must be the collector's own to the last byte: two hundred judgements that hang on whose wheel was older
would be worth nothing.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import metadata, util

from gpu_inspector.errors import CaptureError, GpuInspectorError, ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records import canonical
from gpu_inspector.records import node as of_node
from gpu_inspector.records.node import Hello, Lack, Machine, NodeGap, Program, Trouble, Wish
from gpu_inspector.workflow import node_key, node_program
from gpu_inspector.workflow.node_envelope import ASK_AGAIN, gap, quotable, says, wish_of

_SALT = b"gpu-inspector node\0"
"""The system's machine id is nobody else's business (machine-id(5)): what leaves the machine is a digest of it."""
_CUPY = ("cupy-cuda12x", "cupy-cuda13x", "cupy")
SIMULATED_HOST = N_("simulated node")
SIMULATED_CLOCK = timedelta(hours=-2)
_OTHER_DIGIT = str.maketrans("0123456789abcdef", "123456789abcdef0")
SAME_PROGRAM = N_("Install the same GPU Inspector on the node, and start its worker again.")


@dataclass(frozen=True, slots=True)
class Greeted:
    """A node that counts: what it said of itself, and how its clock stands to the collector's."""

    hello: Hello
    offset_s: float
    unsure_s: float


def hello(data: bytes, _stopped: Callable[[], bool] | None = None) -> bytes:
    """On the node: its greeting for a wish, in bytes. Raises nothing of this program's own errors."""
    asked = Wish(audit="", node="", nonce="")
    try:
        asked = wish_of(data)
        said = _said(asked)
    except (GpuInspectorError, OSError) as error:
        nothing = Program(build="", sha256="", reference_version="", reference_sha256="")
        said = replace(_empty(asked, nothing), trouble=str(error)[: of_node.LONGEST_TEXT])
    return canonical.encode(said)


def mine() -> Program:
    """What every node is held against. Raises DataError."""
    return node_program.mine()


def greeted(data: bytes, asked: Wish, own: Program, sent_at: datetime, received_at: datetime) -> Greeted | NodeGap:
    """On the collector: a node that counts, or why it does not. Never raises for what the greeting holds.

    `sent_at` and `received_at` are the collector's clock around the greeting: the node's cannot be known better.
    """
    try:
        said = _read(data, asked)
    except CaptureError as error:
        return gap(asked.node, Lack.REFUSED, error.message, error.advice or ASK_AGAIN)
    if said.trouble:
        return gap(asked.node, Lack.FAILED, says(said.trouble))
    if said.program.build != own.build or said.program.sha256 != own.sha256:
        return gap(asked.node, Lack.OTHER_PROGRAM, _other_program(said.program, own), SAME_PROGRAM)
    if said.program != own:
        theirs, ours = said.program.reference_version, own.reference_version
        reason = N_(f"It has other reference data ({clean(theirs)}) than this collector ({ours}).")
        return gap(asked.node, Lack.OTHER_DATA, reason, N_("Use the same data there: gpu-inspector data use VERSION"))
    if said.key_trouble:
        reason = quotable(said.key_trouble)
        return gap(asked.node, Lack.FAILED, N_(f"The key of the node cannot be used, and it says: “{reason}”"))
    half = max(0.0, (received_at - sent_at).total_seconds() / 2)
    offset = (said.clock - sent_at).total_seconds() - half
    if abs(offset) > of_node.CLOCK_MAY_DIFFER_S + half:
        return gap(
            asked.node,
            Lack.OTHER_CLOCK,
            N_(f"Its clock shows {said.clock:%Y-%m-%d %H:%M:%S} UTC, {abs(offset):.0f} seconds away from this one's."),
            N_("Let it be synchronised (timedatectl), and give the same command again."),
        )
    return Greeted(said, offset, half)


def twin(one: Greeted, known: MutableMapping[str, str]) -> NodeGap | None:
    """A gap where this machine answered under another name already; else it is noted in `known`: start -> node.

    Told by the kernel's random id of its start: images of machines are copied with their other numbers.
    """
    boot, node = one.hello.machine.boot, one.hello.node
    before = known.setdefault(boot, node) if boot else node
    if before == node:
        return None
    return gap(
        node,
        Lack.TWICE,
        N_(f"It is the same machine as the node {before}, which answered before it."),
        N_("Start one worker on each machine, under one name."),
    )


def machine() -> Machine:
    """Which machine this is."""
    from gpu_inspector.probes import host

    bench = host.this_bench()
    boot = clean(bench.text("/proc/sys/kernel/random/boot_id") or "") if bench is not None else ""
    own = (bench.text("/etc/machine-id") or "").strip() if bench is not None else ""
    digest = hashlib.sha256(_SALT + own.encode()).hexdigest() if own else ""
    return Machine(host=clean(platform.node(), of_node.LONGEST_NAME), boot=boot, id=digest)


def machine_for(asked: Wish) -> Machine:
    """The machine that answers a wish: of a simulated node, none that there is."""
    return Machine(host=SIMULATED_HOST) if asked.simulate else machine()


def program_for(asked: Wish) -> Program:
    """The program that answers a wish; of a node that simulates another version, one that there is not."""
    own = mine()
    if asked.trouble != Trouble.OTHER_VERSION:
        return own
    return replace(own, build=f"{own.build}-simulated", sha256=own.sha256.translate(_OTHER_DIGIT))


def now_for(asked: Wish) -> datetime:
    """The clock that answers a wish, in UTC."""
    now = datetime.now(UTC)
    return now + SIMULATED_CLOCK if asked.trouble == Trouble.OTHER_CLOCK else now


def _empty(asked: Wish, program: Program) -> Hello:
    return Hello(
        audit=asked.audit,
        node=asked.node,
        nonce=asked.nonce,
        program=program,
        machine=machine_for(asked),
        clock=now_for(asked),
        python=platform.python_version(),
    )


def _said(asked: Wish) -> Hello:
    key = key_trouble = ""
    try:
        if (identity := node_key.load()) is not None:
            key = identity.fingerprint
    except (GpuInspectorError, OSError) as error:
        key_trouble = str(error)[: of_node.LONGEST_TEXT]
    found = replace(_empty(asked, program_for(asked)), key=key, key_trouble=key_trouble)
    if asked.simulate:
        return replace(found, cards=simulated_cards(asked.simulate))
    found = replace(found, cupy=_cupy(), driver=_driver(), cards=_cards())
    if asked.profile and util.find_spec("cupy") is None:
        return replace(found, trouble=N_("CuPy is not installed on the node, so nothing can be measured there."))
    return found


@cache
def simulated_cards(name: str) -> int:
    """How many cards a simulation has; 0 where there is none of this name."""
    from gpu_inspector.probes import simulated  # NumPy comes with it, which no card needs

    return next((one.cards for one in simulated.listed() if one.name == name), 0)


def _cupy() -> str:
    for name in _CUPY:
        try:
            return f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            continue
    return ""


def _driver() -> str:
    from gpu_inspector.probes import host

    bench = host.this_bench()
    return clean((bench.text("/proc/driver/nvidia/version") or "").partition("\n")[0]) if bench is not None else ""


def _cards() -> int:
    from gpu_inspector.probes import pci

    try:
        return len(pci.read())
    except ProbeError:
        return 0


def _read(data: bytes, asked: Wish) -> Hello:
    if len(data) > of_node.LARGEST_GREETING:
        raise CaptureError(N_("Its greeting is larger than any."))
    said = canonical.decode(data, Hello, "greeting of a node")
    if canonical.encode(said) != data:
        raise CaptureError(N_("Its greeting is not in the form in which this program writes it."))
    if (said.audit, said.node, said.nonce) != (asked.audit, asked.node, asked.nonce):
        if not said.nonce and said.trouble:
            reason = quotable(said.trouble)
            raise CaptureError(N_(f"It could not read what it was asked, and says: “{reason}”"))
        raise CaptureError(N_("It greeted on another asking than this one."))
    if said.clock.tzinfo is None:
        raise CaptureError(N_("The time in its greeting has no zone."))
    named = (said.machine.host, said.machine.boot, said.machine.id, said.key, said.program.build)
    if any(len(one) > of_node.LONGEST_NAME or clean(one, of_node.LONGEST_NAME) != one for one in named):
        raise CaptureError(N_("Its greeting holds a text that no greeting has."))
    return said


def _other_program(theirs: Program, own: Program) -> str:
    if theirs.build != own.build:
        return N_(f"It runs GPU Inspector {clean(theirs.build)}, and this collector {own.build}.")
    return N_(f"Its files of GPU Inspector {own.build} are not the same as this collector's: some were changed.")
