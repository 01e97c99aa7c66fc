"""What the keeper of a registry does: make it, enrol offices with the certificates that sign, name registrars."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import GpuInspectorError, RegistryError
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow.registry_opening import opened
from gpu_inspector.workflow.whole_files import read_at_most

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Me, Office
    from gpu_inspector.registry.offices import Certificate, Enrolled

_LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Made:
    """What `init` did."""

    migrations: tuple[str, ...]
    registrars: tuple[str, ...]


def init(url: str, registrars: tuple[str, ...] = ()) -> Made:
    """Make the registry, or bring it up to date, and name its registrars. Raises RegistryError."""
    with opened(url) as registry:
        from gpu_inspector.registry import offices, schema

        taken = schema.init(registry)
        for role in registrars:
            offices.appoint(registry, role)
    return Made(taken, registrars)


def who(url: str) -> Me:
    """As whom the registry takes the one who asks. Raises RegistryError."""
    with opened(url) as registry:
        from gpu_inspector.registry import schema

        schema.require_current(registry)
        return registry.me()


def enrol(url: str, name: str, role: str, files: tuple[Path, ...], sees: str) -> Office:
    """Let an office in with the certificates of these files. Raises RegistryError."""
    certificates = tuple(one for file in files for one in read(file))
    if not certificates:
        raise RegistryError(
            "An office is let in with the certificate that signs its checkpoints.",
            "Have the office write it with: gpu-inspector key export FILE, and name it with --certificate FILE.",
        )
    with opened(url) as registry:
        from gpu_inspector.registry import offices, schema

        schema.require_current(registry)
        return offices.enrol(registry, name, role, certificates, sees)


def listed(url: str) -> tuple[Enrolled, ...]:
    """The offices that the one who asks may see. Raises RegistryError."""
    with opened(url) as registry:
        from gpu_inspector.registry import offices, schema

        schema.require_current(registry)
        return offices.offices(registry)


def let_see(url: str, name: str, sees: str) -> Office:
    """Change what an office sees of others. Raises RegistryError."""
    with opened(url) as registry:
        from gpu_inspector.registry import offices, schema

        schema.require_current(registry)
        return offices.let_see(registry, name, sees)


def add_certificates(url: str, name: str, file: Path) -> tuple[Certificate, ...]:
    """Let an office sign with the certificates of this file, too. Raises RegistryError."""
    certificates = read(file)
    with opened(url) as registry:
        from gpu_inspector.registry import offices, schema

        schema.require_current(registry)
        for one in certificates:
            offices.add_certificate(registry, name, one)
    return certificates


def withdraw_certificate(url: str, name: str, beginning: str, reason: str) -> str:
    """Nothing is accepted any more that the certificate with this fingerprint signs; its whole fingerprint.

    Raises RegistryError where none, or several, of the office's begin so.
    """
    with opened(url) as registry:
        from gpu_inspector.registry import offices, schema

        schema.require_current(registry)
        wanted = beginning.replace(":", "").strip().casefold()
        met = {
            one.fingerprint
            for found in offices.offices(registry)
            if found.office.name == name
            for one in found.certificates
            if wanted and one.fingerprint.startswith(wanted)
        }
        if len(met) != 1:
            raise RegistryError(
                f"{len(met)} certificates of the office {name} have a fingerprint that begins so.",
                "See: gpu-inspector registry office list",
            )
        (fingerprint,) = met
        offices.withdraw_certificate(registry, name, fingerprint, reason)
    return fingerprint


def read(file: Path) -> tuple[Certificate, ...]:
    """The certificates of a file, in PEM or DER form. Raises RegistryError."""
    with LOADING:
        from gpu_inspector.report import identity
        from gpu_inspector.report.certificate import UNREADABLE, fingerprint_of, name_of, pem_of
    from gpu_inspector.registry.offices import Certificate

    try:
        data = read_at_most(file, _LARGEST)
    except OSError as error:
        raise RegistryError(f"{file} cannot be read ({error.strerror or error}).", "Look at the name.") from error
    if b"PRIVATE KEY" in data:
        raise RegistryError(
            f"{file} holds a private key; only certificates go to a registry.",
            "Have the office write its certificate with: gpu-inspector key export FILE",
        )
    try:
        found = identity.certificates_in(data)
        made = [
            Certificate(fingerprint=fingerprint_of(one), name=name_of(one), pem=pem_of(one).decode()) for one in found
        ]
    except (*UNREADABLE, GpuInspectorError, RecursionError):
        made = []
    if not made:
        raise RegistryError(f"{file} holds no certificate.", "Name a certificate in PEM or DER form.")
    return tuple(made[:1])  # the authority's behind it would let everyone sign whom it gave a certificate
