"""A card's attestation with an NVML of our own: what is asked, what is kept, and how it is refused."""

import base64
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pynvml
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import attestation
from gpu_inspector.records import canonical
from gpu_inspector.records.claims import NvmlReading
from gpu_inspector.records.evidence import CardEvidence

ADDRESS = "0000:01:00.0"
REPORT, CHAIN = bytes(range(200)), b"certificates"


def fails(code: int) -> Callable[..., Any]:
    def function(*_: object) -> Any:
        raise pynvml.NVMLError(code)

    return function


def report(_: object, nonce: bytes) -> Any:
    answer = pynvml.c_nvmlConfComputeGpuAttestationReport_t()
    assert len(nonce) == len(answer.nonce)
    answer.attestationReportSize = len(REPORT)
    answer.attestationReport[: len(REPORT)] = REPORT
    return answer


def certificates(_: object) -> Any:
    answer = pynvml.c_nvmlConfComputeGpuCertificate_t()
    answer.certChainSize = answer.attestationCertChainSize = len(CHAIN)
    answer.certChain[: len(CHAIN)] = answer.attestationCertChain[: len(CHAIN)] = CHAIN
    return answer


def library(**changes: Any) -> ModuleType:
    """An H100 that runs for confidential computing; a change to None takes the function away."""
    module = ModuleType("binding")
    functions: dict[str, Any] = {
        "NVMLError": pynvml.NVMLError,
        "nvmlInit": lambda: None,
        "nvmlShutdown": lambda: None,
        "nvmlSystemGetConfComputeState": lambda: SimpleNamespace(ccFeature=1),
        "nvmlDeviceGetHandleByPciBusId": lambda address: address,
        "nvmlDeviceGetArchitecture": lambda _: 9,
        "nvmlDeviceGetConfComputeGpuAttestationReport": report,
        "nvmlDeviceGetConfComputeGpuCertificate": certificates,
        **changes,
    }
    for name, function in functions.items():
        if function is not None:
            setattr(module, name, function)
    return module


def test_what_is_given_is_kept_raw() -> None:
    reading = attestation.read(ADDRESS, library())
    assert base64.b64decode(reading.report) == REPORT
    assert base64.b64decode(reading.certificate_chain) == CHAIN
    assert base64.b64decode(reading.attestation_chain) == CHAIN
    assert reading.cec_report == ""


def test_each_question_has_a_number_of_its_own() -> None:
    nonces = {attestation.read(ADDRESS, library()).nonce for _ in range(20)}
    assert len(nonces) == 20
    assert {len(bytes.fromhex(nonce)) for nonce in nonces} == {32}


def untouched(*_: object) -> Any:
    raise AssertionError("this must not be asked")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param(
            {"nvmlSystemGetConfComputeState": lambda: SimpleNamespace(ccFeature=0)}, "is off on this machine", id="off"
        ),
        pytest.param({"nvmlSystemGetConfComputeState": fails(13)}, "is off on this machine", id="old-driver"),
        pytest.param({"nvmlSystemGetConfComputeState": None}, "is off on this machine", id="old-binding"),
        pytest.param({"nvmlDeviceGetArchitecture": lambda _: 8}, "older than Hopper", id="ada"),
        pytest.param({"nvmlDeviceGetArchitecture": fails(3)}, "older than Hopper", id="no-architecture"),
        pytest.param({"nvmlDeviceGetHandleByPciBusId": fails(6)}, "not found", id="no-such-card"),
    ],
)
def test_a_card_that_cannot_answer_is_not_asked(changes: dict[str, Any], reason: str) -> None:
    forbidden = {
        "nvmlDeviceGetConfComputeGpuAttestationReport": untouched,
        "nvmlDeviceGetConfComputeGpuCertificate": untouched,
    }
    with pytest.raises(ProbeError, match=reason):
        attestation.read(ADDRESS, library(**forbidden, **changes))


def test_a_protected_machine_without_confidential_computing_is_asked() -> None:
    def protected(pointer: Any) -> int:
        pointer._obj.multiGpuMode = 1
        return 0

    changed = library(
        nvmlSystemGetConfComputeState=lambda: SimpleNamespace(ccFeature=0),
        nvmlSystemGetConfComputeSettings=protected,
        c_nvmlSystemConfComputeSettings_v1_t=pynvml.c_nvmlSystemConfComputeSettings_v1_t,
    )
    assert attestation.read(ADDRESS, changed).report


@pytest.mark.parametrize("code", [3, 4, 6, 999])
def test_a_refusal_is_a_reason(code: int) -> None:
    refused = library(
        nvmlDeviceGetConfComputeGpuAttestationReport=fails(code), nvmlDeviceGetConfComputeGpuCertificate=fails(code)
    )
    with pytest.raises(ProbeError, match="No attestation was given"):
        attestation.read(ADDRESS, refused)


def test_certificates_alone_are_kept() -> None:
    reading = attestation.read(ADDRESS, library(nvmlDeviceGetConfComputeGpuAttestationReport=fails(3)))
    assert (reading.report, bool(reading.certificate_chain)) == ("", True)


def test_a_size_beyond_the_buffer_gives_nothing_of_it() -> None:
    def boasting(handle: object, nonce: bytes) -> Any:
        answer = report(handle, nonce)
        answer.attestationReportSize = 1 << 30
        return answer

    assert attestation.read(ADDRESS, library(nvmlDeviceGetConfComputeGpuAttestationReport=boasting)).report == ""


def card(architecture: str | None = "Hopper") -> CardEvidence:
    return CardEvidence(label=ADDRESS, nvml=NvmlReading(pci_bus_id=ADDRESS, architecture=architecture))


def test_a_card_is_given_what_was_answered() -> None:
    one = attestation.added(card(), library())
    assert one.attestation is not None
    assert one.nvml == card().nvml


@pytest.mark.parametrize("architecture", ["Hopper", None])
def test_a_refusal_is_an_absence_and_no_gap(architecture: str | None) -> None:
    one = attestation.added(card(architecture), library(nvmlSystemGetConfComputeState=fails(3)))
    assert one.nvml is not None
    assert (one.attestation, one.gaps) == (None, ())
    assert [absence.field for absence in one.nvml.absent] == [attestation.FIELD]


def test_of_a_card_older_than_hopper_nothing_is_asked_and_nothing_said() -> None:
    older = card("Ampere")
    assert attestation.added(older, library(nvmlInit=untouched)) is older


def test_a_card_that_nvml_does_not_know_is_not_asked_for() -> None:
    bare = CardEvidence(label=ADDRESS)
    assert attestation.added(bare, library(nvmlInit=untouched)) is bare


anything = st.none() | st.integers() | st.text() | st.binary() | st.lists(st.integers()) | st.floats()


@settings(max_examples=examples(150), deadline=None)
@given(
    st.dictionaries(st.sampled_from(["attestationReport", "attestationReportSize", "certChain"]), anything), anything
)
def test_answers_of_any_form_give_a_reading_or_a_sentence(members: dict[str, Any], architecture: object) -> None:
    odd = library(
        nvmlDeviceGetArchitecture=lambda _: architecture if architecture else 9,
        nvmlDeviceGetConfComputeGpuAttestationReport=lambda *_: SimpleNamespace(**members),
    )
    try:
        canonical.encode(attestation.read(ADDRESS, odd))
    except ProbeError as error:
        assert error.message
