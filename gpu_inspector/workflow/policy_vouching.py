"""What the office's policy says to the verification of a report: whom it vouches for; and which one the report names.

Verifying needs no policy: where the kept one cannot be used, that is a note, and nobody is known through it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gpu_inspector.language import N_
from gpu_inspector.records import policy as records
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import policy
from gpu_inspector.workflow.policy import Held

if TYPE_CHECKING:
    from gpu_inspector.report.seen import Examination


@dataclass(frozen=True, slots=True)
class Vouched:
    """The policy in force here, or why it cannot be asked."""

    held: Held | None = None
    trouble: str = ""

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """Of report signers, as the policy names them (PEM)."""
        return tuple(one.encode() for one in self.held.policy.trusted) if self.held is not None else ()


def asked() -> Vouched:
    """The policy of this machine, examined anew. Never raises."""
    try:
        return Vouched(policy.in_force())
    except policy.PolicyError as error:
        return Vouched(trouble=error.message)


def vouches(
    vouched: Vouched, found: Examination, data: bytes, trust: tuple[bytes, ...], at: datetime | None
) -> Iterator[str]:
    """A note for each signer that is trusted through the policy alone, and one where it could not be asked."""
    if vouched.trouble:
        yield N_(f"The certificates of the office's policy were not used: {vouched.trouble}")
    if vouched.held is None or not vouched.certificates or not any(one.trusted for one in found.seals):
        return
    with LOADING:
        from gpu_inspector.report import examine

    without = examine.examine(data, trust, at).seals
    named = dict.fromkeys(
        one.signer for one, other in zip(found.seals, without, strict=False) if one.trusted and not other.trusted
    )
    for signer in named:
        yield N_(f"It is {policy.name_of(vouched.held)} that vouches for {signer}.")


def nature(inspection: Inspection | None, vouched: Vouched) -> Iterator[str]:
    """Which policy the record names, and how that stands to the one in force here."""
    if inspection is None:
        return
    here = vouched.held
    if inspection.policy is None:
        if here is not None:
            yield N_(f"It names no office policy; here {policy.name_of(here)} is in force.")
        return
    said = N_(f"Made under an office policy: {records.line(inspection.policy, inspection.evidence.origin)}.")
    if here is None:
        yield said
    elif here.digest == inspection.policy.digest:
        yield N_(f"{said} It is the one in force here.")
    else:
        yield N_(f"{said} In force here is another: {policy.name_of(here)}.")
