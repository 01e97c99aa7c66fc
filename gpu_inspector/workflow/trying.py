"""A key and a time-stamp service tried before they are needed: at the desk, not while an inspector waits for a report.

A try signs a text that says that it is one, and asks for a time stamp of that text; neither is kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import identities, signing
from gpu_inspector.workflow.identities import Known
from gpu_inspector.workflow.keys import TRY


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A key that signed: its certificate, and what could not be asked about it."""

    known: Known
    algorithm: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A time-stamp service that answered rightly; `remark` says that the clocks differ, where they do."""

    name: str
    """What the service's certificate calls itself: a claim."""
    fingerprint: str
    """SHA-256 of its certificate, 64 hexadecimal digits."""
    at: datetime
    """By its clock; aware, in UTC."""
    remark: str = ""


def signer(ask: signing.Ask = signing.nobody) -> Tried:
    """Sign with the key that the settings name. Raises ReportError where it cannot be used, or may not sign."""
    with LOADING:
        from gpu_inspector.report import cms
        from gpu_inspector.report.certificate import algorithm_of

    identity, remarks = signing.examined(ask)
    cms.sign(identity.certificate, identity.key, hashlib.sha256(TRY).digest(), identity.chain)
    known = identities.described(identity.certificate, signing.certificate_file(signing.choice()))
    return Tried(known=known, algorithm=algorithm_of(identity.certificate), remarks=remarks)


def service(url: str) -> Answered:
    """Ask this service for one time stamp, once. Raises TimeStampError where it does not answer, or wrongly."""
    with LOADING:
        from gpu_inspector.report import tsa
        from gpu_inspector.report.certificate import fingerprint_of, name_of

    stamp = tsa.stamper(url, pauses_s=())(hashlib.sha256(TRY).digest())
    certificate = stamp.certificates[0]
    return Answered(
        name=name_of(certificate), fingerprint=fingerprint_of(certificate), at=stamp.at, remark=stamp.remark
    )
