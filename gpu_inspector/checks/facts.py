"""What a fact may be: a claim with what its reading depends on, or Missing with the reason."""

from dataclasses import dataclass, field
from enum import StrEnum

from gpu_inspector.language import N_


class Given(StrEnum):
    """Who gave the vBIOS image that is judged. Only what came out of the card itself is "", and so false."""

    CARD = ""
    FILE = "file"
    """Somebody handed it in beside the card."""
    HOST = "host"
    """The host of a virtual machine, which gives its guest whatever image it was told to."""


CONSUMER_SEGMENTS = ("GeForce", "CMP")
"""Segments whose products have neither MIG, nor virtual GPUs, nor counters of memory errors."""
FIRST_MAXWELL_ID = "1340"
"""Device ids below are those of older dies, which the reference tables do not have."""
BESIDE_KEPLER = {"GM107", "GM108"}
"""Dies whose product names Kepler cards bear as well (GTX 860M)."""


@dataclass(frozen=True, slots=True)
class Missing:
    """No source gave the fact. `reason` is a template that `values` fill: what a card says never stands in it."""

    reason: str
    advice: str = ""
    values: dict[str, str] = field(default_factory=dict)
    arises: bool = True
    """False where the question does not arise at all: what asks for it is NOT_APPLICABLE then."""


@dataclass(frozen=True, slots=True)
class MemoryClaim:
    """The total that the driver shows, and what its reading depends on."""

    total_mib: int
    ecc: bool | None
    driver_major: int | None
    ecc_changing: bool = False
    """A change of the ECC mode is pending: the total may belong to either mode."""


@dataclass(frozen=True, slots=True)
class LinkClaim:
    """The device's own maximum: `gen` from its link capability, `width` with the source that gave it."""

    gen: int | None
    width: int | None
    width_is_devices_own: bool


MIG_IS_ON = Missing(
    N_("MIG is on: the driver shows slices, so totals say nothing about the whole card."),
    N_("Switch MIG off (nvidia-smi -mig 0) and inspect again."),
)
IN_A_GUEST = Missing(
    N_("The card is seen from inside a virtual GPU's guest, which does not see the whole card."),
    N_("Inspect on the host that the card is plugged into."),
)
