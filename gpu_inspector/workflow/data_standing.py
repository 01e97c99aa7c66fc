"""Which reference data judge here, in sentences: for the doctor, the window and the terminal. Nothing here raises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gpu_inspector import reference
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import load, own
from gpu_inspector.workflow import data_installing, data_packs
from gpu_inspector.workflow.topics import Topic

TITLE = N_("reference data")
NEXT_START = N_("The window uses them from its next start on.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The data in use, in words."""

    version: str
    origin: str
    """"the program's own", or "a signed data pack"."""
    signer: str = ""
    """Name and certificate's SHA-256; "" for the program's own."""
    lines: tuple[str, ...] = ()
    """Remarks: a note of the signer, that newer data are there."""
    trouble: str = ""
    """Why no card can be judged; "" for none."""
    advice: str = ""
    """What to do about that."""


def standing() -> Standing:
    """What judges here now, and what is amiss with it."""
    try:
        pack = data_packs.in_use()
        version = load().version
    except GpuInspectorError as error:
        return Standing(
            version=_selected() or "unknown",
            origin=N_("a signed data pack"),
            trouble=error.message,
            advice=error.advice,
        )
    if pack is None:
        return Standing(version=version, origin=N_("the program's own"), lines=_changed_since(version))
    lines = [N_(f"Note: {pack.note}")] if pack.note else []
    if _day(own().version) > _day(version):
        lines.append(N_(f"The program's own data are newer ({own().version}): gpu-inspector data use own"))
    return Standing(
        version=version,
        origin=N_("a signed data pack"),
        signer=N_(f"{pack.signer}, certificate SHA-256 {pack.fingerprint}"),
        lines=(*lines, *_changed_since(version)),
    )


def _selected() -> str:
    try:
        selected = reference.selection()
    except GpuInspectorError:
        return ""
    return selected[0] if selected is not None else ""


def _changed_since(version: str) -> tuple[str, ...]:
    """That other data were chosen after this program started, which judges with what it started with."""
    now = _selected() or own().version
    return () if now == version else (N_(f"Since this program started, {now} was chosen. {NEXT_START}"),)


def _day(version: str) -> date:
    try:
        return date.fromisoformat(version.partition("+")[0])
    except ValueError:
        return date.min


def topic() -> Topic:
    """The doctor's line."""
    found = standing()
    if found.trouble:
        return Topic(TITLE, False, found.trouble, found.advice)
    signed = N_(f", signed by {found.signer}") if found.signer else ""
    return Topic(TITLE, True, ". ".join((f"{found.version}, {found.origin}{signed}", *found.lines)))


def in_words() -> str:
    """The version in use and whether it is a pack, without anybody's name: for a bundle that goes to strangers."""
    found = standing()
    return f"{found.version}, {found.origin}{', not in order' if found.trouble else ''}"


def install_from(path: Path, certificate: Path | None = None, *, older: bool = False) -> str:
    """Install a pack for the window; what was done, as a sentence. Raises PackError, CaptureError."""
    from gpu_inspector.probes import incoming

    trust = (incoming.open_file(certificate, None),) if certificate is not None else ()
    done = data_installing.install(path, trust, older=older)
    return " ".join((N_(f"The reference data {done.record.version} are installed."), *done.remarks, NEXT_START))


def use_own() -> str:
    """Use the program's own data again; what was done, as a sentence. Raises PackError."""
    data_installing.use(data_installing.OWN)
    return N_(f"The program's own reference data {own().version} are chosen. {NEXT_START}")
