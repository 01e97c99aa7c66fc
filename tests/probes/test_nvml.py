"""NVML with a library of our own in its place; its errors are the real binding's."""

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pynvml
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import nvml
from gpu_inspector.probes.nvml_fields import QUESTIONS
from gpu_inspector.records import canonical
from gpu_inspector.records.claims import NvmlReading, Virtualization

GIB = 1 << 30


def fails(code: int) -> Callable[..., Any]:
    def function(*_: object) -> Any:
        raise pynvml.NVMLError(code)

    return function


def answers(value: object) -> Callable[..., Any]:
    return lambda *_: value


def memory(handle: object, version: int | None = None) -> SimpleNamespace:
    share = {"reserved": 350 * 1024 * 1024} if version == pynvml.nvmlMemory_v2 else {}
    return SimpleNamespace(total=24 * GIB, **share)


CARD: dict[str, Any] = {
    "GetPciInfo_v3": answers(
        SimpleNamespace(busId=b"00000000:C1:00.0", pciDeviceId=0x268410DE, pciSubSystemId=0x40BF1458)
    ),
    "GetName": answers(b"NVIDIA GeForce RTX 4090"),
    "GetBrand": answers(5),
    "GetArchitecture": answers(8),
    "GetCudaComputeCapability": answers((8, 9)),
    "GetNumGpuCores": answers(16384),
    "GetUUID": answers("GPU-5a7d0b6e-1f0c-4f0e-9d35-0b8f6a2f9c11"),
    "GetSerial": fails(3),
    "GetPdi": answers(0xB10CBC14DEC8C521),
    "GetBoardId": answers(0x100),
    "GetBoardPartNumber": answers("900-1G136-0050-000"),
    "GetMultiGpuBoard": answers(0),
    "GetModuleId": answers(1),
    "GetMinorNumber": answers(0),
    "GetVbiosVersion": answers("95.02.18.80.5F"),
    "GetGspFirmwareVersion": answers(b"550.54.14"),
    "GetInforomImageVersion": answers("G002.0000.00.03"),
    "GetInforomVersion": lambda _, thing: ("2.0", "6.16", "N/A")[thing],
    "ValidateInforom": answers(None),
    "GetMemoryInfo": memory,
    "GetBAR1MemoryInfo": answers(SimpleNamespace(bar1Total=32 * GIB)),
    "GetMemoryBusWidth": answers(384),
    "GetEccMode": answers([0, 1]),
    "GetDefaultEccMode": answers([0]),
    "GetMigMode": fails(3),
    "GetVirtualizationMode": answers(0),
    "GetPowerManagementDefaultLimit": answers(450000),
    "GetPowerManagementLimitConstraints": answers([150000, 600000]),
    "GetPowerManagementLimit": answers(450000),
    "GetPowerUsage": answers(21480),
    "GetGpuMaxPcieLinkGeneration": answers(4),
    "GetMaxPcieLinkGeneration": answers(3),
    "GetCurrPcieLinkGeneration": answers(1),
    "GetMaxPcieLinkWidth": answers(16),
    "GetCurrPcieLinkWidth": answers(8),
    "GetPcieReplayCounter": answers(0),
    "GetMaxClockInfo": lambda _, kind: (3120, 3105, 10501)[kind],
    "GetTemperature": answers(41),
    "GetFieldValues": answers([SimpleNamespace(nvmlReturn=3, value=SimpleNamespace(uiVal=0))]),
    "GetPerformanceState": answers(8),
    "GetNumFans": answers(2),
    "GetDisplayActive": answers(1),
    "GetCurrentDriverModel": fails(3),
    "GetComputeMode": answers(0),
    "GetTotalEccErrors": lambda _, kind, counter: 7 if kind else 11,
    "GetRetiredPages": lambda _, cause: [1, 2] if cause else [3],
    "GetRemappedRows": answers((4, 5, 0, 1)),
    "GetRowRemapperHistogram": answers(SimpleNamespace(max=190, high=1, partial=1, low=0, none=0)),
}
"""A card of driver R550, as the binding hands its answers out; bytes in places, as it does."""


def library(*cards: dict[str, Any], **system: Any) -> ModuleType:
    """A binding for these cards; a card is its functions by name, and a missing one is not in the binding."""
    module = ModuleType("binding")
    functions: dict[str, Any] = {
        "NVMLError": pynvml.NVMLError,
        "nvmlInit": answers(None),
        "nvmlShutdown": answers(None),
        "nvmlDeviceGetCount": answers(len(cards)),
        "nvmlDeviceGetHandleByIndex": answers_by_index,
        "nvmlSystemGetDriverVersion": answers("550.54.14"),
        "nvmlSystemGetCudaDriverVersion_v2": answers(12040),
        **system,
    }
    for name in {name for card in cards for name in card}:

        def function(handle: int, *arguments: object, name: str = name) -> object:
            return cards[handle].get(name, fails(13))(handle, *arguments)

        functions[f"nvmlDevice{name}"] = function
    for name, thing in functions.items():
        setattr(module, name, thing)
    return module


def answers_by_index(index: int) -> int:
    return index


def only(**changes: Any) -> NvmlReading:
    readings, gaps = nvml.read(library({**CARD, **changes}))
    assert gaps == ()
    (reading,) = readings
    return reading


def reason(reading: NvmlReading, field: str) -> str:
    return next((absence.reason for absence in reading.absent if absence.field == field), "")


def test_every_claim_of_a_card() -> None:
    reading = only()
    assert {name: getattr(reading, name) for name in EXPECTED} == EXPECTED
    assert {absence.field for absence in reading.absent} == {
        "gpu_part_number",
        "serial",
        "inforom_power",
        "mig_now",
        "mig_pending",
        "memory_temperature_c",
        "driver_model",
    }


EXPECTED: dict[str, object] = {
    "driver_version": "550.54.14",
    "cuda_version": "12.4",
    "name": "NVIDIA GeForce RTX 4090",
    "brand": "GeForce",
    "architecture": "Ada Lovelace",
    "compute_capability": "8.9",
    "cores": 16384,
    "pci_bus_id": "0000:c1:00.0",
    "vendor_id": "10DE",
    "device_id": "2684",
    "subsystem_vendor": "1458",
    "subsystem_id": "40BF",
    "uuid": "GPU-5a7d0b6e-1f0c-4f0e-9d35-0b8f6a2f9c11",
    "serial": None,
    "device_identifier": "B10CBC14DEC8C521",
    "board_id": "100",
    "board_part_number": "900-1G136-0050-000",
    "multi_gpu_board": False,
    "vbios_version": "95.02.18.80.5F",
    "gsp_firmware_version": "550.54.14",
    "inforom_image": "G002.0000.00.03",
    "inforom_oem": "2.0",
    "inforom_ecc": "6.16",
    "inforom_valid": True,
    "memory_total_bytes": 24 * GIB,
    "memory_reserved_bytes": 350 * 1024 * 1024,
    "bar1_total_bytes": 32 * GIB,
    "bus_width_bits": 384,
    "ecc_now": False,
    "ecc_pending": True,
    "ecc_default": False,
    "virtualization": Virtualization.NONE,
    "power_default_mw": 450000,
    "power_min_mw": 150000,
    "power_max_mw": 600000,
    "power_limit_mw": 450000,
    "link_gen_device_max": 4,
    "link_gen_max": 3,
    "link_gen_now": 1,
    "link_width_max": 16,
    "link_width_now": 8,
    "clock_graphics_max_mhz": 3120,
    "clock_sm_max_mhz": 3105,
    "clock_memory_max_mhz": 10501,
    "temperature_c": 41,
    "performance_state": "P8",
    "fans": 2,
    "display_active": True,
    "compute_mode": "Default",
    "ecc_errors_uncorrected": 7,
    "ecc_errors_corrected": 11,
    "retired_pages": 3,
    "remapped_rows_correctable": 4,
    "remapped_rows_uncorrectable": 5,
    "remap_pending": False,
    "remap_failed": True,
    "row_remap_banks": 192,
    "remap_histogram": (190, 1, 1, 0, 0),
}


def test_every_field_is_either_answered_or_explained() -> None:
    reading = only()
    absent = {absence.field for absence in reading.absent}
    for question in QUESTIONS:
        assert (getattr(reading, question.field) is None) == (question.field in absent), question.field


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param(2, "invalid argument", id="invalid-argument"),
        pytest.param(3, "not supported", id="not-supported"),
        pytest.param(4, "no permission", id="no-permission"),
        pytest.param(13, "the driver does not have this call", id="function-not-found"),
        pytest.param(14, "the InfoROM is damaged", id="corrupted-inforom"),
        pytest.param(999, "unknown error", id="unknown"),
        pytest.param(4711, "NVML error 4711", id="a-number-of-the-future"),
    ],
)
def test_a_refused_call_is_a_field_with_its_reason(code: int, words: str) -> None:
    reading = only(GetMemoryBusWidth=fails(code))
    assert reading.bus_width_bits is None
    assert reason(reading, "bus_width_bits") == words
    assert reading.name == "NVIDIA GeForce RTX 4090"


def test_a_binding_without_the_call() -> None:
    card = {name: function for name, function in CARD.items() if name != "GetPdi"}
    (reading,), _ = nvml.read(library(card))
    assert "binding" in reason(reading, "device_identifier")


def test_a_driver_of_r450_gives_the_total_without_the_reserved_share() -> None:
    def first_version(handle: object, version: int | None = None) -> SimpleNamespace:
        if version:
            raise pynvml.NVMLError(13)
        return SimpleNamespace(total=10 * GIB)

    newer = ("GetNumGpuCores", "GetMemoryBusWidth", "GetPdi", "GetDefaultEccMode", "GetGpuMaxPcieLinkGeneration")
    reading = only(GetMemoryInfo=first_version, **dict.fromkeys(newer, fails(13)))
    assert reading.memory_total_bytes == 10 * GIB
    assert reason(reading, "memory_reserved_bytes") == "the driver does not have this call"
    assert reading.device_id == "2684"


def test_a_binding_whose_memory_call_takes_no_version() -> None:
    reading = only(GetMemoryInfo=lambda handle: SimpleNamespace(total=GIB))
    assert reading.memory_total_bytes == GIB


def test_a_damaged_inforom_is_an_answer() -> None:
    assert only(ValidateInforom=fails(14)).inforom_valid is False
    assert only(ValidateInforom=fails(3)).inforom_valid is None


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (0, Virtualization.NONE),
        (1, Virtualization.PASS_THROUGH),
        (2, Virtualization.GUEST),
        (3, Virtualization.HOST),
        (4, Virtualization.HOST),
        (9, None),
    ],
)
def test_virtualization(mode: int, expected: Virtualization | None) -> None:
    assert only(GetVirtualizationMode=answers(mode)).virtualization == expected


def test_a_name_with_control_characters_is_cleaned() -> None:
    reading = only(GetName=answers("RTX\x1b[2J 4090\u202e\r\n" + "A" * 1000))
    assert reading.name is not None
    assert reading.name.startswith("RTX[2J 4090 AAA")
    assert len(reading.name) == 200


def test_bytes_that_are_no_text_stay_readable() -> None:
    assert only(GetName=answers(b"RTX \xff\xfe 4090")).name == "RTX \ufffd\ufffd 4090"


def test_a_text_that_the_binding_cannot_decode_is_absent() -> None:
    def broken(_: object) -> str:
        return b"\xff".decode()

    assert reason(only(GetName=broken), "name") == "unreadable answer"


@pytest.mark.parametrize("serial", ["0", "0000000000000", "N/A", "", "[N/A]"])
def test_a_serial_that_is_none_is_absent(serial: str) -> None:
    reading = only(GetSerial=answers(serial))
    assert reading.serial is None
    assert reason(reading, "serial")


def test_the_number_that_means_not_available_is_absent() -> None:
    reading = only(GetPcieReplayCounter=answers(0xFFFFFFFF), GetTotalEccErrors=answers(2**64 - 1))
    assert (reading.pcie_replays, reading.ecc_errors_corrected) == (None, None)
    assert reason(reading, "pcie_replays") == reason(reading, "ecc_errors_corrected") == "not available"


def test_a_domain_of_five_digits_keeps_them() -> None:
    info = SimpleNamespace(busId="00010000:01:00.0", pciDeviceId=0x268410DE, pciSubSystemId=0)
    reading = only(GetPciInfo_v3=answers(info))
    assert (reading.pci_bus_id, reading.subsystem_id) == ("10000:01:00.0", "0000")


@pytest.mark.parametrize(
    ("code", "word"),
    [
        pytest.param(12, "library NVML is missing", id="library-absent"),
        pytest.param(9, "not loaded", id="driver-not-loaded"),
        pytest.param(18, "version mismatch", id="version-mismatch"),
        pytest.param(4, "refuses", id="no-permission"),
        pytest.param(13, "too old", id="too-old"),
        pytest.param(999, "999", id="unknown"),
    ],
)
def test_a_library_that_cannot_be_asked_is_a_sentence(code: int, word: str) -> None:
    with pytest.raises(ProbeError, match=word) as caught:
        nvml.read(library(nvmlInit=fails(code)))
    assert caught.value.advice


@pytest.mark.parametrize(
    ("code", "word"),
    [
        pytest.param(15, "fallen off the bus", id="lost"),
        pytest.param(16, "must be reset", id="reset-required"),
        pytest.param(4, "no permission", id="no-permission"),
    ],
)
def test_a_card_without_a_handle_is_a_gap_and_the_others_go_on(code: int, word: str) -> None:
    def handle(index: int) -> int:
        if index == 0:
            raise pynvml.NVMLError(code)
        return index

    readings, gaps = nvml.read(library(CARD, CARD, nvmlDeviceGetHandleByIndex=handle))
    assert len(readings) == 1
    assert [gap.source for gap in gaps] == ["nvml"]
    assert word in gaps[0].reason
    assert "number 1 " in gaps[0].reason


def breaks(error: Exception) -> Callable[..., Any]:
    def function(*_: object) -> Any:
        raise error

    return function


FOREIGN = [TypeError("x"), ValueError("x"), OSError("x"), IndexError("x"), AttributeError("x"), OverflowError("x")]


@pytest.mark.parametrize("error", FOREIGN, ids=lambda error: type(error).__name__)
def test_a_handle_that_breaks_in_the_binding_is_a_gap_and_the_others_go_on(error: Exception) -> None:
    def handle(index: int) -> int:
        if index == 0:
            raise error
        return index

    readings, gaps = nvml.read(library(CARD, CARD, nvmlDeviceGetHandleByIndex=handle))
    assert len(readings) == 1
    assert "number 1 in the driver's order cannot be asked: unreadable answer" in gaps[0].reason


@pytest.mark.parametrize("error", FOREIGN, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("call", ["nvmlInit", "nvmlDeviceGetCount"])
def test_a_library_that_breaks_in_the_binding_is_a_sentence(call: str, error: Exception) -> None:
    with pytest.raises(ProbeError) as caught:
        nvml.read(library(CARD, **{call: breaks(error)}))
    assert caught.value.advice


def test_a_count_that_is_no_number_is_a_sentence() -> None:
    with pytest.raises(ProbeError, match="unreadable answer"):
        nvml.read(library(CARD, nvmlDeviceGetCount=answers("many")))


def test_a_card_that_is_lost_on_the_way_is_named_by_its_address() -> None:
    readings, gaps = nvml.read(library(CARD, {**CARD, "GetVbiosVersion": fails(15)}))
    assert len(readings) == 1
    assert "0000:c1:00.0" in gaps[0].reason
    assert gaps[0].advice


@pytest.mark.parametrize(
    "broken", [pytest.param({}, id="good"), pytest.param({"nvmlDeviceGetCount": fails(999)}, id="bad")]
)
def test_the_library_is_always_closed(broken: dict[str, Any]) -> None:
    closed: list[bool] = []
    binding = library(CARD, nvmlShutdown=lambda: closed.append(True), **broken)
    if broken:
        with pytest.raises(ProbeError):
            nvml.read(binding)
    else:
        nvml.read(binding)
    assert closed == [True]


def test_a_close_that_fails_loses_nothing() -> None:
    readings, _ = nvml.read(library(CARD, nvmlShutdown=fails(1)))
    assert len(readings) == 1


def test_the_library_names_its_version() -> None:
    assert nvml.library_version(library(nvmlSystemGetNVMLVersion=answers("12.550.54.14"))) == "12.550.54.14"


@pytest.mark.parametrize(
    "system",
    [
        pytest.param({}, id="a binding without the call"),
        pytest.param({"nvmlSystemGetNVMLVersion": fails(13)}, id="a driver without the call"),
        pytest.param({"nvmlSystemGetNVMLVersion": answers(None)}, id="no text"),
        pytest.param({"nvmlSystemGetNVMLVersion": breaks(TypeError("x"))}, id="broken"),
        pytest.param({"nvmlInit": fails(999)}, id="a second session refused"),
        pytest.param({"nvmlInit": breaks(OSError("x"))}, id="a library of another machine"),
        pytest.param({"nvmlInit": breaks(TypeError("x"))}, id="a session that breaks"),
    ],
)
def test_a_version_that_cannot_be_had_is_empty_and_raises_nothing(system: dict[str, Any]) -> None:
    assert nvml.library_version(library(**system)) == ""


def test_a_close_that_breaks_loses_no_version() -> None:
    system = {"nvmlSystemGetNVMLVersion": answers("12.550"), "nvmlShutdown": breaks(TypeError("x"))}
    assert nvml.library_version(library(**system)) == "12.550"


ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**70), max_value=2**70)
    | st.floats()
    | st.text(max_size=50)
    | st.binary(max_size=50)
    | st.lists(st.integers(min_value=-(2**65), max_value=2**65), max_size=5)
)


@settings(max_examples=examples(100), deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(CARD)), ANYTHING, max_size=12))
def test_any_answer_to_any_call_gives_a_record_that_can_be_kept(changes: dict[str, object]) -> None:
    reading = only(**{name: answers(value) for name, value in changes.items()})
    again = canonical.decode(b'{"format":1,' + canonical.encode(reading)[1:], NvmlReading, "reading")
    assert again == reading
