"""An office's rows out of the registry into a file, verified while they come: what is left when a disk is lost.

The file is that of `ledger export`: one line of JSON a row; a row that came to the registry without its body, or with
less of it, says so in `kind`. Nothing is believed: chain, digests, and the newest signed checkpoint are held against
the rows. The file grows row by row; where a pull was interrupted the next one verifies what is there, and goes on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from gpu_inspector.errors import GpuInspectorError, RegistryError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical
from gpu_inspector.records.decoders import decoder
from gpu_inspector.records.registry import Kind
from gpu_inspector.records.registry_chain import BrokenError, Following, Mark
from gpu_inspector.workflow import registry_opening, registry_rows
from gpu_inspector.workflow.whole_files import write_whole

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Registry
    from gpu_inspector.registry.rows_in import Held

_LONGEST_LINE = canonical.LARGEST + 1024
_ADVICE = N_("Name another file.")
_FREE = N_("Free some space, and pull again: it goes on from there.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What stands in the file now: `problem` is None where all of it was verified."""

    office: str
    rows: int
    added: int
    """Rows of them that came now; the others stood there already."""
    kinds: dict[str, int]
    """How many rows are "whole", "redacted" (less of them than was hashed) or "digest" (their place alone)."""
    covered: int
    """The last row under a signed checkpoint of the office; its file lies beside, with the ending ".checkpoint"."""
    signer: str
    """The fingerprint of that checkpoint's certificate, "" for none: to be compared."""
    problem: str | None = None
    row: int | None = None
    remark: str = ""


@dataclass(slots=True)
class _Pull:
    registry: Registry
    number: int
    name: str
    following: Following = field(default_factory=Following)
    resumed: int = 0
    covered: int = 0
    signer: str = ""
    file: bytes = b""


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    seq: int
    prev: str
    digest: str
    body: msgspec.Raw
    kind: Kind = Kind.WHOLE


def pull(url: str, out: Path, *, office: str = "") -> Pulled:
    """Take the rows of the own office, or of another that this role sees, and write them behind what `out` has.

    Raises RegistryError where `out` holds something else than these rows, or cannot be written; RegistryAway. What the
    registry holds wrongly is the `problem`: the file ends before it.
    """
    from gpu_inspector.registry import rows_in, schema

    with registry_opening.opened(url) as registry:
        schema.require_current(registry)
        me = registry.me()
        with rows_in.moment(registry):
            wanted = office or (me.office.name if me.office is not None else "")
            number = next((one for one, name in rows_in.offices(registry) if name == wanted), None)
            if number is None:
                raise RegistryError(f"This role sees no office called “{wanted}”.", "Name one with --office.")
            run = _Pull(registry, number, wanted)
            with _opened(out) as file:  # not before: who has no rows to take leaves no empty file
                problem, row = _taken_in(run, out, file)
    return _outcome(run, problem, row, _beside(out, run))


def _taken_in(run: _Pull, out: Path, file: BinaryIO) -> tuple[str | None, int | None]:
    """What was wrong with the first row that was not taken over, and its number. Raises RegistryError."""
    problem, row = None, None
    try:
        _resume(run, out, file)
        _write(run, file)
    except BrokenError as broken:
        problem, row = broken.message, broken.row
    except OSError as error:
        raise RegistryError(f"{out} cannot be written ({error.strerror}).", _FREE) from error
    _flush(out, file)
    return problem, row


def _opened(out: Path) -> BinaryIO:
    try:
        descriptor = os.open(out, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        return os.fdopen(descriptor, "r+b")
    except OSError as error:
        raise RegistryError(f"{out} cannot be written ({error.strerror}).", _ADVICE) from error


def _resume(run: _Pull, out: Path, file: BinaryIO) -> None:
    """Verify what stands in the file, cut a line that is not whole, and stand behind it."""
    from gpu_inspector.registry import inbox

    end = 0
    try:
        for line in _lines(file):
            if not line.endswith(b"\n"):
                _require_begun(line, run.following)
                break
            seq, prev, digest, kind, body = _taken(line)
            run.following.take(seq, prev, digest, kind, body)
            end += len(line)
    except (msgspec.MsgspecError, ValueError, RecursionError, RegistryError) as error:
        raise RegistryError(
            f"{out} holds something else than rows that were pulled: line {run.following.rows + 1}.", _ADVICE
        ) from error
    run.resumed = run.following.rows
    if run.resumed and inbox.digest_in(run.registry, run.number, run.resumed) != run.following.head:
        raise RegistryError(f"{out} holds other rows than the registry has of this office.", _ADVICE)
    file.truncate(end)
    file.seek(end)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(_LONGEST_LINE):
        if len(line) >= _LONGEST_LINE and not line.endswith(b"\n"):
            raise ValueError("a line is too long")
        yield line


def _require_begun(line: bytes, following: Following) -> None:
    """A last line that was cut is the next row's; of somebody's own file no byte is cut. Raises ValueError."""
    begins = f'{{"seq":{following.rows + 1},"prev":"{following.head.hex()}","digest":"'.encode()
    if line[: len(begins)] != begins[: len(line)]:
        raise ValueError("the last line is none of these rows")


def _taken(line: bytes) -> tuple[int, bytes, bytes, Kind, bytes | None]:
    row = decoder(_Line).decode(line)
    body = None if row.kind is Kind.DIGEST else bytes(row.body)
    return row.seq, bytes.fromhex(row.prev), bytes.fromhex(row.digest), row.kind, body


def _write(run: _Pull, file: BinaryIO) -> None:
    """Each row that comes, verified; then the newest checkpoint over them. Raises BrokenError, RegistryError."""
    from gpu_inspector.registry import rows_in

    certificates = rows_in.certificates(run.registry, run.number)
    marks = rows_in.checkpoints(run.registry, run.number, max(run.resumed - 1, 0))
    mark = next(marks, None)
    for held in _rows(run):
        while mark is not None and mark.seq <= run.following.rows:
            if mark.seq == run.following.rows:
                _hold(run, mark.file, certificates)
            mark = next(marks, None)
        if held is None:
            break
        run.following.take(held.seq, held.prev, held.digest, held.kind, held.body)
        _put(run, file, held)
    if mark is not None:
        raise BrokenError(
            run.following.rows + 1,
            f"Row {run.following.rows + 1} is missing: the checkpoint of {mark.made_at:%Y-%m-%d %H:%M} UTC vouches for"
            f" {mark.seq:,} rows. A push was interrupted, or the end of them was taken away: push again.",
        )


def _rows(run: _Pull) -> Iterator[Held | None]:
    """The rows that are not in the file yet, then None."""
    from gpu_inspector.registry import rows_in

    yield from rows_in.rows(run.registry, run.number, run.resumed)
    yield None


def _put(run: _Pull, file: BinaryIO, held: Held) -> None:
    kind = "" if held.kind is Kind.WHOLE else f'"kind":"{held.kind}",'
    if held.body is not None:
        try:
            registry_rows.examined(held.kind, held.seq, held.body)  # what is no JSON must not break its line
        except GpuInspectorError as error:
            raise BrokenError(held.seq, f"Row {held.seq} cannot be read: {error.message}") from error
    head = f'{{"seq":{held.seq},"prev":"{held.prev.hex()}","digest":"{held.digest.hex()}",{kind}"body":'
    file.write(head.encode() + (held.body or b"null") + b"}\n")


def _hold(run: _Pull, file: bytes, certificates: dict[str, bool]) -> None:
    """The rows so far under a checkpoint. Raises BrokenError."""
    rows = run.following.rows
    try:
        signed = registry_rows.sound(file)
    except GpuInspectorError as error:
        raise BrokenError(rows, f"The checkpoint of row {rows} is not sound: {error.message}") from error
    said = signed.statement
    mark = Mark(seq=said.seq, digest=bytes.fromhex(said.digest), root=bytes.fromhex(said.root), made_at=said.made_at)
    run.following.hold(mark)
    if signed.fingerprint in certificates:
        run.covered, run.signer, run.file = said.seq, signed.fingerprint, file


def _flush(out: Path, file: BinaryIO) -> None:
    try:
        file.flush()
        os.fsync(file.fileno())
    except OSError as error:
        raise RegistryError(f"{out} cannot be written ({error.strerror}).", _FREE) from error


def _beside(out: Path, run: _Pull) -> str:
    """Keep the checkpoint beside the file; why that did not succeed."""
    if not run.file:
        return ""
    path = out.with_name(f"{out.name}.checkpoint")
    try:
        write_whole(path, run.file)
    except OSError as error:
        return N_(f"{path} cannot be written ({error.strerror}).")
    return ""


def _outcome(run: _Pull, problem: str | None, row: int | None, remark: str) -> Pulled:
    rows = run.following.rows
    if problem is None and rows > run.covered:
        problem, row = N_(f"No signed checkpoint in the registry covers row {run.covered + 1}."), run.covered + 1
    return Pulled(
        office=run.name,
        rows=rows,
        added=rows - run.resumed,
        kinds={str(kind): count for kind, count in sorted(run.following.kinds.items())},
        covered=run.covered,
        signer=run.signer,
        problem=problem,
        row=row,
        remark=remark,
    )
