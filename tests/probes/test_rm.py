"""The driver's inner calls against a driver of our own: what is asked, in which order, and that nothing is left."""

import ctypes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from probes.rm_fake import ADDRESS, BOARD, VERSION, FakeDriver
from sampling import examples

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import rm
from gpu_inspector.probes import rm_layout as layout
from gpu_inspector.probes.rm_answers import decode
from gpu_inspector.probes.rm_versions import LAYOUTS, Layout, layout_of
from gpu_inspector.records import canonical
from gpu_inspector.records.firmware import RmReading

NEEDED = (
    "open /dev/nvidiactl",
    "version",
    "cards",
    "open /dev/nvidia3",
    "allocate client",
    "control 205",
    "allocate device",
    "allocate subdevice",
)
"""The steps without which no call can be made."""


def asked(driver: FakeDriver, version: str = VERSION) -> RmReading:
    reading = rm.read(ADDRESS, version, driver=driver)
    assert_nothing_is_left(driver)
    return reading


def assert_nothing_is_left(driver: FakeDriver) -> None:
    assert (driver.files, driver.objects) == ({}, {})


def test_a_card_that_answers_everything() -> None:
    reading = asked(FakeDriver())
    assert (reading.chip_architecture, reading.chip_implementation, reading.chip_revision) == (0x190, 2, 0xA1)
    assert (reading.device_id, reading.chip_sku, reading.chip_major, reading.chip_minor) == ("2684", "300", 0xA, 1)
    assert (reading.bios_chip_sku, reading.project, reading.project_sku) == ("300", "G139", "0330")
    assert (reading.build_date, reading.memory_manufacturer) == ("2022-10-04", "Samsung")
    assert (reading.memory_part, reading.memory_date_code) == ("K4ZAF325BC-SC20", "2231")
    assert (reading.part_number_900, reading.part_number_699) == ("900-5G133-2250-000", "699-5G133-0510-200")
    assert (reading.part_number_965, reading.board_revision) == (None, "A02")
    assert (reading.ram_type, reading.ram_size_bytes, reading.bus_width_bits) == (0x11, 48 << 30, 384)
    assert (reading.partition_mask, reading.l2_bytes) == (63, 96 << 20)
    assert (reading.memory_vendor, reading.ram_cfg) == (1, 0)


def test_no_reading_claims_to_have_been_seen_on_hardware() -> None:
    assert asked(FakeDriver()).seen_on_hardware is False


def test_raw_answers_are_kept_beside_what_was_made_of_them() -> None:
    reading = asked(FakeDriver())
    assert [call.name for call in reading.calls][:4] == [name for name, _, _ in rm.STRUCTURES]
    assert all(call.status == 0 and call.raw and not call.failure for call in reading.calls)
    assert reading.calls[3].raw == bytes(BOARD).hex()
    assert reading.calls[-1].raw == "01000000" + "0c000000" + "00000000"


@pytest.mark.parametrize("step", NEEDED)
def test_an_error_at_a_needed_step_leaves_nothing_open(step: str) -> None:
    driver = FakeDriver(fail=step)
    with pytest.raises(ProbeError) as caught:
        rm.read(ADDRESS, VERSION, driver=driver)
    assert "Invalid argument" in caught.value.message
    assert_nothing_is_left(driver)


@pytest.mark.parametrize("step", [step for step in NEEDED if step.startswith(("allocate", "control"))])
def test_a_refusal_at_a_needed_step_leaves_nothing_open(step: str) -> None:
    driver = FakeDriver(refuse=step)
    with pytest.raises(ProbeError):
        rm.read(ADDRESS, VERSION, driver=driver)
    assert_nothing_is_left(driver)


@pytest.mark.parametrize("command", [command for _, command, _ in rm.STRUCTURES])
@pytest.mark.parametrize("way", ["fail", "refuse"])
def test_one_call_that_fails_takes_no_other_with_it(command: int, way: str) -> None:
    step = f"control {command:X}"
    reading = asked(FakeDriver(fail=step) if way == "fail" else FakeDriver(refuse=step))
    (call,) = [one for one in reading.calls if one.failure]
    assert call.command == f"{command:08X}"
    assert (call.raw, call.status) == ("", 0x56 if way == "refuse" else None)
    assert call.failure == ("status 0x56: not supported" if way == "refuse" else "Invalid argument")
    assert len(reading.calls) == len(rm.STRUCTURES) + len(rm.MEMORY_FACTS)
    assert reading.bus_width_bits == 384


def test_freeing_that_fails_is_no_error_and_the_files_are_closed() -> None:
    driver = FakeDriver(fail="free")
    assert rm.read(ADDRESS, VERSION, driver=driver).calls
    assert driver.files == {}


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        pytest.param("530.41.03", "structures of driver 530.41.03", id="older-than-the-list"),
        pytest.param("535.255.01", "structures of driver 535.255.01", id="between-two-of-the-list"),
        pytest.param("999.12.01", "structures of driver 999.12.01", id="newer-than-the-list"),
        pytest.param("", "unknown version", id="no-version"),
        pytest.param("580.95.05 580.95.05", "were not compared", id="two-versions"),
    ],
)
def test_an_unknown_driver_is_sent_nothing(version: str, sentence: str) -> None:
    driver = FakeDriver(version=version)
    with pytest.raises(ProbeError, match="were not asked") as caught:
        rm.read(ADDRESS, version, driver=driver)
    assert sentence in caught.value.message
    assert driver.steps == []


def test_a_driver_that_calls_itself_another_is_asked_nothing_but_its_version() -> None:
    driver = FakeDriver(version="580.82.07")
    with pytest.raises(ProbeError, match=r"calls itself 580\.82\.07"):
        rm.read(ADDRESS, VERSION, driver=driver)
    assert driver.steps == ["open /dev/nvidiactl", "version", "close"]
    assert_nothing_is_left(driver)


@pytest.mark.parametrize("address", ["0000:05:00.0", "0001:c1:00.0", "c1:00", "", "0000:c1:00.0; x"])
def test_a_card_that_is_not_there(address: str) -> None:
    driver = FakeDriver()
    with pytest.raises(ProbeError):
        rm.read(address, VERSION, driver=driver)
    assert_nothing_is_left(driver)


def test_an_address_with_a_long_domain_is_the_same_card() -> None:
    assert rm.read("00000000:C1:00.0", VERSION, driver=FakeDriver()).calls


@pytest.mark.parametrize("known", LAYOUTS, ids=lambda known: known.headers_version)
def test_each_group_of_drivers_gets_a_list_of_its_own_size(known: Layout) -> None:
    for version in known.versions.split()[::9]:
        reading = asked(FakeDriver(version=version, entries=known.list_entries), version)
        assert (reading.driver_version, reading.headers_version) == (version, known.headers_version)
        assert reading.ram_size_bytes == 48 << 30


def test_every_driver_is_in_one_group_only() -> None:
    versions = [version for known in LAYOUTS for version in known.versions.split()]
    assert len(versions) == len(set(versions)) == 144
    assert all(layout_of(version) is not None for version in versions)


def test_an_older_driver_is_not_asked_for_the_record_that_it_has_in_another_form() -> None:
    driver = FakeDriver(version="535.288.01", entries=54)
    reading = asked(driver, "535.288.01")
    assert f"control {layout.BIOS_GET_SKU_INFO:X}" not in driver.steps
    assert [call.failure for call in reading.calls if call.failure] == [rm.OTHER_RECORD]
    assert (reading.project, reading.memory_part) == (None, "K4ZAF325BC-SC20")


def test_an_answer_to_another_question_is_no_answer() -> None:
    driver = FakeDriver()

    def other_index(data: bytes) -> bytes:
        return data[:4] + b"\x0d" + data[5:] if len(data) == 1028 else data

    driver.spoil = other_index
    reading = asked(driver)
    assert reading.ram_size_bytes is None
    assert sum(call.failure == "the driver answered another question" for call in reading.calls) == 6


@settings(max_examples=examples(200), deadline=None)
@given(st.binary(max_size=1100), st.integers(0, 40))
def test_any_bytes_of_the_driver_give_a_reading_or_a_sentence(garbage: bytes, first: int) -> None:
    """Also inside of the frames: handles, statuses and sizes come back as the driver likes."""
    driver = FakeDriver()

    def spoil(data: bytes) -> bytes:
        return garbage[: len(data)] if len(driver.steps) > first else data

    driver.spoil = spoil
    driver.objects = Anything()
    try:
        reading = rm.read(ADDRESS, VERSION, driver=driver)
    except ProbeError as error:
        assert error.message
    else:
        canonical.encode(reading)
    assert driver.files == {}


class Anything(dict[int, int]):
    """Handles that a driver has spoiled: all are there, and none is missed."""

    def __contains__(self, key: object) -> bool:
        return True

    def values(self) -> set[int]:  # type: ignore[override]
        return set()

    def pop(self, key: int, *default: object) -> object:  # type: ignore[override]
        return Equal()


class Equal:
    """A parent that is the right one."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


COMMANDS = [
    layout.GPU_GET_CHIP_DETAILS,
    layout.BIOS_GET_SKU_INFO,
    layout.GPU_GET_OEM_BOARD_INFO,
    layout.FB_GET_INFO_V2,
    layout.MC_GET_ARCH_INFO,
    0,
]

KINDS: list[type[ctypes.Structure]] = [layout.BoardInfo, layout.ChipDetails, layout.SkuInfo, layout.ArchInfo]


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from(COMMANDS), st.binary(max_size=1100))
def test_any_answer_gives_fields_that_a_record_can_hold(command: int, data: bytes) -> None:
    fields = decode(command, data)
    canonical.encode(RmReading(driver_version="", headers_version="", **fields))  # type: ignore[arg-type]


@settings(max_examples=examples(200), deadline=None)
@given(
    st.sampled_from([layout.BoardInfo, layout.ChipDetails, layout.SkuInfo, layout.ArchInfo]), st.binary(min_size=136)
)
def test_whole_structures_of_any_content(kind: type[ctypes.Structure], data: bytes) -> None:
    (command,) = [number for _, number, one in rm.STRUCTURES if one is kind]
    fields = decode(command, data[: ctypes.sizeof(kind)])
    assert all(value not in (None, "") for value in fields.values())
    canonical.encode(RmReading(driver_version="", headers_version="", **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "day"),
    [(0x20221004, "2022-10-04"), (0, None), (0x20221304, None), (0x2022100A, None), (0xFFFFFFFF, None)],
)
def test_build_dates_are_days_or_nothing(value: int, day: str | None) -> None:
    assert decode(layout.GPU_GET_OEM_BOARD_INFO, bytes(layout.BoardInfo(buildDate=value))).get("build_date") == day


@pytest.mark.parametrize(
    ("value", "device"), [(0x2684, "2684"), (0x268410DE, "2684"), (0x26841234, None), (0, None), (0xFFFFFFFF, None)]
)
def test_device_ids_with_and_without_the_vendor(value: int, device: str | None) -> None:
    assert decode(layout.GPU_GET_CHIP_DETAILS, bytes(layout.ChipDetails(pciDevId=value))).get("device_id") == device


def test_a_machine_without_the_driver_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpu_inspector.probes.rm_session.CONTROL_FILE", "/nonexistent/nvidiactl")
    with pytest.raises(ProbeError, match="is not there"):
        rm.read(ADDRESS, VERSION)
