"""Judging shared out among workers: evidence goes out with all that the ledger knows of it, judgements come back.

What a judgement rests on stands in the evidence, so it is the same wherever it is made. Each comes back as bytes and is
read with full type validation, as what a node says is; the ledger, the key and the order of the rows stay here.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import msgspec

from gpu_inspector.cluster.engine import Engine, never
from gpu_inspector.errors import CaptureError, ClusterError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.inspection import Judgement
from gpu_inspector.workflow.judging import judge

JUDGED = "gpu_inspector.workflow.audit_captures:judged"
CHUNK, CHUNK_BYTES = 32, 8 * 1024 * 1024
"""Pieces of evidence that go to a worker together, at most."""
CHUNK_S = 600.0
_COMPRESSION = 1
"""A judgement is text that repeats itself, and travels by way of the scheduler."""
_LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Chunk:
    """What goes to a worker: canonical JSON each."""

    declaration: bytes
    evidence: tuple[bytes, ...]


def judged(data: bytes, stopped: Callable[[], bool] = never) -> bytes:
    """On a worker: the judgements of a chunk, in its order. b"" where nobody waits for them any more."""
    chunk = msgspec.msgpack.decode(data, type=Chunk)
    declaration = _declaration(chunk.declaration)
    found = []
    for one in chunk.evidence:
        if stopped():
            return b""
        found.append(canonical.encode(judge(canonical.decode(one, Evidence, "evidence"), declaration, load())))
    return zlib.compress(msgspec.msgpack.encode(found), _COMPRESSION)


@cache
def _declaration(data: bytes) -> Declaration:
    return msgspec.json.decode(data, type=Declaration)


def chunks(evidence: Iterable[Evidence], declaration: Declaration) -> Iterator[bytes]:
    """Chunks as they travel, of evidence in its order."""
    paper, held, size = canonical.encode(declaration), list[bytes](), 0
    for one in evidence:
        data = canonical.encode(one)
        if held and (len(held) >= CHUNK or size + len(data) > CHUNK_BYTES):
            yield msgspec.msgpack.encode(Chunk(paper, tuple(held)))
            held, size = [], 0
        held.append(data)
        size += len(data)
    if held:
        yield msgspec.msgpack.encode(Chunk(paper, tuple(held)))


def judgements(
    engine: Engine, evidence: Iterable[Evidence], declaration: Declaration
) -> Iterator[tuple[Evidence, Judgement]]:
    """Each piece of evidence with its judgement, in order. What was not judged by a worker is judged here.

    Raises ClusterError where the workers are lost for good.
    """
    waiting: dict[int, list[Evidence]] = {}
    done: dict[int, list[Judgement]] = {}
    at = 0

    def given() -> Iterator[bytes]:
        held: list[Evidence] = []
        for number, data in enumerate(chunks(_noted(evidence, held), declaration)):
            count = len(msgspec.msgpack.decode(data, type=Chunk).evidence)
            waiting[number], held[:count] = held[:count], []
            yield data

    for one in engine.map(JUDGED, given(), timeout_s=CHUNK_S):
        done[one.index] = _read(one.data, waiting[one.index], declaration)
        while at in done:
            yield from zip(waiting.pop(at), done.pop(at), strict=True)
            at += 1
    if waiting:
        raise ClusterError("The workers of this machine were lost.", "Give the same command again.")


def _noted(evidence: Iterable[Evidence], held: list[Evidence]) -> Iterator[Evidence]:
    for one in evidence:
        held.append(one)
        yield one


def _inflated(data: bytes) -> bytes:
    machine = zlib.decompressobj()
    found = machine.decompress(data, _LARGEST)
    if not machine.eof:
        raise CaptureError(N_("A worker gave no judgement."))
    return found


def _read(data: bytes | None, evidence: list[Evidence], declaration: Declaration) -> list[Judgement]:
    """The judgements of a chunk; where they are none, as they are made here."""
    try:
        if not data:
            raise CaptureError(N_("A worker gave no judgement."))
        said = msgspec.msgpack.decode(_inflated(data), type=list[bytes])
        found = [msgspec.json.decode(one, type=Judgement) for one in said]
        if len(found) != len(evidence):
            raise CaptureError(N_("A worker gave no judgement."))
    except (CaptureError, msgspec.MsgspecError, zlib.error, ValueError, RecursionError):
        return [judge(one, declaration, load()) for one in evidence]
    return found
