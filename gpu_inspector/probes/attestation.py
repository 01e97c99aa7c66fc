"""What NVML gives of a card's attestation: a report over a number drawn for this question, and certificates, raw.

NVML gives them on Hopper and later, and only where the machine runs the card for confidential computing, which almost
no bench does: everywhere else there is a reason, and no alarm. Nothing is concluded from what is given; it is stored
for those who can verify it. The mode is never switched on, and where it is off nothing is asked: by the open kernel
module's source a request that fails while the mode is on ends in its error state (conf_compute_api.c, 595.45.04).
"""

import base64
import ctypes
import secrets
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import nvml
from gpu_inspector.records.claims import Absence
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.firmware import AttestationReading

NONCE_BYTES = 32
"""NVML_CC_GPU_CEC_NONCE_SIZE."""
HOPPER = 9
"""NVML_DEVICE_ARCH_HOPPER; later ones have higher numbers."""
UNKNOWN_ARCHITECTURE = 0xFFFF_FFFF

OLDER = frozenset({"Kepler", "Maxwell", "Pascal", "Volta", "Turing", "Ampere", "Ada Lovelace"})
"""Architectures, as NVML's reading names them, that are not worth a question."""
FIELD = "attestation"
"""Under which NVML's reading says why there is none."""

_NOTHING = N_("No attestation was given: {reason}.")


def added(card: CardEvidence, library: ModuleType | None = None) -> CardEvidence:
    """The card with its attestation, or with NVML's reason among the fields that it did not give; raises nothing."""
    told = card.nvml
    if told is None or told.pci_bus_id is None or told.architecture in OLDER:
        return card
    try:
        return replace(card, attestation=read(told.pci_bus_id, library))
    except ProbeError as error:
        return replace(card, nvml=replace(told, absent=(*told.absent, Absence(FIELD, error.message))))


def read(pci_bus_id: str, library: ModuleType | None = None) -> AttestationReading:
    """What NVML gives for the card at this PCI address, "0000:01:00.0".

    Raises ProbeError with the reason where it gives nothing, which is the usual case and says nothing of the card.
    """
    with nvml.session(library) as binding:
        asked = _Asked(binding)
        if not asked.confidential():
            raise ProbeError(_NOTHING.format(reason=N_("confidential computing is off on this machine")))
        handle = asked.answer("nvmlDeviceGetHandleByPciBusId", pci_bus_id)
        if handle is None:
            raise ProbeError(_NOTHING.format(reason=asked.reason))
        architecture = asked.answer("nvmlDeviceGetArchitecture", handle)
        if not isinstance(architecture, int) or not HOPPER <= architecture < UNKNOWN_ARCHITECTURE:
            raise ProbeError(_NOTHING.format(reason=N_("the card is older than Hopper")))
        nonce = secrets.token_bytes(NONCE_BYTES)
        report = asked.answer("nvmlDeviceGetConfComputeGpuAttestationReport", handle, nonce)
        certificates = asked.answer("nvmlDeviceGetConfComputeGpuCertificate", handle)
        reading = AttestationReading(
            nonce=nonce.hex(),
            report=_part(report, "attestationReport"),
            cec_report=_part(report, "cecAttestationReport", "isCecAttestationReportPresent"),
            certificate_chain=_part(certificates, "certChain"),
            attestation_chain=_part(certificates, "attestationCertChain"),
        )
    if not (reading.report or reading.certificate_chain or reading.attestation_chain):
        raise ProbeError(_NOTHING.format(reason=asked.reason or N_("NVML answered without any")))
    return reading


class _Asked:
    """NVML's functions by name, of which each may be missing, refuse, or answer in another form."""

    def __init__(self, binding: ModuleType) -> None:
        self._binding = binding
        self.reason = ""
        """Why the last refused call gave nothing."""

    def answer(self, name: str, *arguments: object) -> Any:
        function: Callable[..., Any] | None = getattr(self._binding, name, None)
        if function is None:
            self.reason = N_("this program's NVML binding does not have this call")
            return None
        try:
            return function(*arguments)
        except self._binding.NVMLError as error:
            code = getattr(error, "value", None)
            self.reason = (
                nvml.REASONS.get(code, f"NVML error {code}") if isinstance(code, int) else N_("unreadable answer")
            )
        except nvml.MALFORMED:
            self.reason = N_("unreadable answer")
        return None

    def confidential(self) -> bool:
        """Whether the machine runs its cards for confidential computing, or protects them in a like way."""
        state = self.answer("nvmlSystemGetConfComputeState")
        if getattr(state, "ccFeature", 0):
            return True
        kind = getattr(self._binding, "c_nvmlSystemConfComputeSettings_v1_t", None)
        if kind is None:
            return False
        settings = kind()
        # The binding hands the pointer through, and gives NVML's own number back, of which 0 is success.
        done = self.answer("nvmlSystemGetConfComputeSettings", ctypes.byref(settings)) == 0
        return done and bool(settings.ccFeature or settings.multiGpuMode)


def _part(answer: Any, name: str, present: str = "") -> str:
    """A buffer of the answer in base64, as long as the answer says and the buffer is; "" where there is none."""
    buffer, size = getattr(answer, name, None), getattr(answer, f"{name}Size", None)
    if present and not getattr(answer, present, 0):
        return ""
    if not isinstance(buffer, ctypes.Array) or not isinstance(size, int):
        return ""
    data = bytes(buffer)
    return base64.b64encode(data[:size]).decode("ascii") if 0 < size <= len(data) else ""
