"""sysfs as the kernel writes it, and as it should never be."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import pci, pci_bars
from gpu_inspector.records.evidence import Bar

RESOURCE_4090 = """0x00000000f6000000 0x00000000f6ffffff 0x0000000000040200
0x0000006000000000 0x00000067ffffffff 0x000000000014220c
0x0000000000000000 0x0000000000000000 0x0000000000000000
0x0000006800000000 0x0000006801ffffff 0x000000000014220c
0x0000000000000000 0x0000000000000000 0x0000000000000000
0x000000000000f000 0x000000000000f07f 0x0000000000040101
0x00000000f7000000 0x00000000f707ffff 0x0000000000046200
"""
FILES = {
    "vendor": "0x10de\n",
    "device": "0x2684\n",
    "subsystem_vendor": "0x1458\n",
    "subsystem_device": "0x40bf\n",
    "revision": "0xa1\n",
    "class": "0x030000\n",
    "resource": RESOURCE_4090,
    "max_link_speed": "16.0 GT/s PCIe\n",
    "current_link_speed": "2.5 GT/s PCIe\n",
    "max_link_width": "16\n",
    "current_link_width": "8\n",
    "numa_node": "0\n",
    "resource1_resize": "000000000000ffc0\n",
}
PORT = "0000:00:01.0"


def function(sysfs: Path, address: str = "0000:01:00.0", driver: str | None = "nvidia", **changes: str) -> Path:
    """A function of the tree, below a port of 16 lanes, with two connectors; a change to "" removes the file."""
    port = sysfs / "devices/pci0000:00" / PORT
    place = port / address
    for name in ("card0-DP-1", "card0-HDMI-A-1", "card0-Writeback-1", "dev", "power"):
        (place / "drm/card0" / name).mkdir(parents=True)
    (place / "drm/renderD128").mkdir()
    (port / "max_link_speed").write_text("32.0 GT/s PCIe\n")
    (port / "max_link_width").write_text("16\n")
    list_of_all = sysfs / "bus/pci/devices"
    list_of_all.mkdir(parents=True, exist_ok=True)
    (list_of_all / address).symlink_to(place)
    for name, text in {**FILES, **changes}.items():
        if text:
            (place / name).write_bytes(text.encode("latin-1"))
    if driver is not None:
        (place / "driver").symlink_to(f"../../../bus/pci/drivers/{driver}")
    return place


def test_a_whole_card_is_read(tmp_path: Path) -> None:
    function(tmp_path)
    (reading,) = pci.read(tmp_path)
    assert (reading.address, reading.vendor_id, reading.device_id) == ("0000:01:00.0", "10DE", "2684")
    assert (reading.subsystem_vendor, reading.subsystem_id, reading.revision) == ("1458", "40BF", "A1")
    assert (reading.class_code, reading.driver, reading.numa_node) == ("030000", "nvidia", 0)
    assert (reading.link_gen_max, reading.link_gen_now) == (4, 1)
    assert (reading.link_width_max, reading.link_width_now) == (16, 8)
    assert reading.absent == ()


def test_64_bit_regions_count_once_and_the_rom_not_at_all(tmp_path: Path) -> None:
    function(tmp_path)
    (reading,) = pci.read(tmp_path)
    assert reading.bars == (
        Bar(0, 16 << 20, False, False),
        Bar(1, 32 << 30, True, True, tuple(1 << power for power in range(26, 36))),
        Bar(3, 32 << 20, True, True),
        Bar(5, 128, False, False),
    )


def test_the_kernels_own_example_of_offered_sizes() -> None:
    """Documentation/ABI/testing/sysfs-bus-pci: 1c0 is 64, 128 and 256 MiB."""
    bars, reason = pci_bars.parse(RESOURCE_4090, {"resource1_resize": "00000000000001c0\n"})
    assert bars is not None
    assert (bars[1].sizes_bytes, reason) == ((64 << 20, 128 << 20, 256 << 20), "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "the system lists no resizable register", id="old-kernel-or-no-capability"),
        pytest.param("0000000000000000\n", "malformed", id="no-size-at-all"),
        pytest.param("ffffffffffffffff\n", "malformed", id="sizes-beyond-any-register"),
        pytest.param("1c0 7\n", "malformed", id="two-numbers"),
    ],
)
def test_offered_sizes_that_cannot_be_told(tmp_path: Path, text: str, reason: str) -> None:
    function(tmp_path, resource1_resize=text)
    (reading,) = pci.read(tmp_path)
    assert all(bar.sizes_bytes == () for bar in reading.bars)
    assert [(one.field, one.reason) for one in reading.absent] == [("bar_sizes", reason)]


def test_the_port_above_says_what_the_slot_can_do(tmp_path: Path) -> None:
    function(tmp_path, max_link_width="16\n")
    (tmp_path / "devices/pci0000:00" / PORT / "max_link_width").write_text("4\n")
    (reading,) = pci.read(tmp_path)
    assert (reading.port_gen_max, reading.port_width_max) == (5, 4)


def test_a_card_on_a_root_bus_has_no_port(tmp_path: Path) -> None:
    place = function(tmp_path)
    moved = tmp_path / "devices/pci0000:00/0000:01:00.0"
    place.rename(moved)
    link = tmp_path / "bus/pci/devices/0000:01:00.0"
    link.unlink()
    link.symlink_to(moved)
    (reading,) = pci.read(tmp_path)
    assert (reading.port_gen_max, reading.port_width_max) == (None, None)
    assert [(one.field, one.reason) for one in reading.absent] == [("port", "no port above the card")]


def test_connectors_that_take_a_plug(tmp_path: Path) -> None:
    function(tmp_path)
    (reading,) = pci.read(tmp_path)
    assert reading.connectors == ("DP-1", "HDMI-A-1")


@pytest.mark.parametrize(
    ("driver", "modeset", "connectors"),
    [
        pytest.param("nvidia", None, None, id="nvidia-that-may-set-no-modes"),
        pytest.param("nvidia", "N\n", None, id="nvidia-without-mode-setting"),
        pytest.param("nvidia", "Y\n", (), id="nvidia-with-mode-setting"),
        pytest.param("nouveau", None, (), id="nouveau"),
    ],
)
def test_no_connector_counts_only_where_one_would_be_listed(
    tmp_path: Path, driver: str, modeset: str | None, connectors: tuple[str, ...] | None
) -> None:
    place = function(tmp_path, driver=driver)
    for name in ("DP-1", "HDMI-A-1"):
        (place / "drm/card0" / f"card0-{name}").rmdir()
    if modeset is not None:
        parameters = tmp_path / "module/nvidia_drm/parameters"
        parameters.mkdir(parents=True)
        (parameters / "modeset").write_text(modeset)
    (reading,) = pci.read(tmp_path)
    assert reading.connectors == connectors
    assert (connectors is None) is ("connectors" in {one.field for one in reading.absent})


def test_a_card_that_no_display_driver_lists(tmp_path: Path) -> None:
    (function(tmp_path) / "drm").rename(tmp_path / "elsewhere")
    (reading,) = pci.read(tmp_path)
    assert reading.connectors is None
    assert [one.field for one in reading.absent] == ["connectors"]


def test_a_card_that_no_driver_claims_is_listed(tmp_path: Path) -> None:
    function(tmp_path, driver=None)
    (reading,) = pci.read(tmp_path)
    assert reading.driver is None
    assert "driver" not in {absence.field for absence in reading.absent}


@pytest.mark.parametrize(
    ("vendor", "code", "listed"),
    [
        pytest.param("0x10de", "0x030000", True, id="vga"),
        pytest.param("0x10de", "0x030200", True, id="3d"),
        pytest.param("0x10de", "0x038000", True, id="display-other"),
        pytest.param("0x10de", "0x040300", False, id="sound"),
        pytest.param("0x10de", "0x0c0330", False, id="usb"),
        pytest.param("0x1002", "0x030000", False, id="other-vendor"),
    ],
)
def test_display_functions_of_nvidia_only(tmp_path: Path, vendor: str, code: str, listed: bool) -> None:
    function(tmp_path, vendor=f"{vendor}\n", **{"class": f"{code}\n"})
    assert bool(pci.read(tmp_path)) is listed


def test_a_virtual_function_is_no_card_of_its_own(tmp_path: Path) -> None:
    function(tmp_path, "0000:01:00.0")
    (function(tmp_path, "0000:01:00.4") / "physfn").symlink_to("../0000:01:00.0")
    assert [reading.address for reading in pci.read(tmp_path)] == ["0000:01:00.0"]


def test_cards_come_in_the_order_of_addresses(tmp_path: Path) -> None:
    for address in ("0000:c1:00.0", "0000:01:00.0", "10000:02:00.0", "0000:41:00.0"):
        function(tmp_path, address)
    assert [reading.address for reading in pci.read(tmp_path)] == [
        "0000:01:00.0",
        "0000:41:00.0",
        "0000:c1:00.0",
        "10000:02:00.0",
    ]


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        pytest.param("device", "0xzz", "device_id", id="device-no-number"),
        pytest.param("device", "0x12345", "device_id", id="device-too-long"),
        pytest.param("subsystem_device", "", "subsystem_id", id="subsystem-missing"),
        pytest.param("current_link_speed", "Unknown\n", "link_gen_now", id="speed-unknown"),
        pytest.param("max_link_speed", "7.0 GT/s PCIe\n", "link_gen_max", id="speed-that-does-not-exist"),
        pytest.param("max_link_width", "255\n", "link_width_max", id="width-unknown"),
        pytest.param("current_link_width", "0\n", "link_width_now", id="width-none"),
        pytest.param("numa_node", "-1\n", "numa_node", id="no-numa-node"),
        pytest.param("resource", "0x0 0x0\n", "bars", id="resource-cut"),
        pytest.param(
            "resource", f"0x0 {'0x' + 'f' * 16} 0x200\n" + "0x0 0x0 0x0\n" * 5, "bars", id="resource-of-16-exbibytes"
        ),
    ],
)
def test_what_cannot_be_told_is_absent_with_a_reason(tmp_path: Path, name: str, text: str, field: str) -> None:
    function(tmp_path, **{name: text})
    (reading,) = pci.read(tmp_path)
    assert getattr(reading, field) in (None, "", ())
    assert [absence.field for absence in reading.absent] == [field]
    assert reading.absent[0].reason


@pytest.mark.parametrize(
    ("text", "generation"),
    [
        pytest.param("2.5 GT/s PCIe\n", 1, id="gen1"),
        pytest.param("5 GT/s\n", 2, id="gen2-old-kernel"),
        pytest.param("8.0 GT/s PCIe\n", 3, id="gen3"),
        pytest.param("16.0 GT/s PCIe\n", 4, id="gen4"),
        pytest.param("32.0 GT/s PCIe\n", 5, id="gen5"),
        pytest.param("64.0 GT/s PCIe\n", 6, id="gen6"),
        pytest.param("128.0 GT/s PCIe\n", 7, id="gen7"),
    ],
)
def test_speed_as_generation(text: str, generation: int) -> None:
    reading = pci.parse("0000:01:00.0", {**FILES, "max_link_speed": text})
    assert reading.link_gen_max == generation


def test_no_sysfs_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProbeError) as caught:
        pci.read(tmp_path / "nothing")
    assert caught.value.advice


def test_no_nvidia_card_is_an_answer(tmp_path: Path) -> None:
    (tmp_path / "bus/pci/devices").mkdir(parents=True)
    assert pci.read(tmp_path) == ()


def test_an_unreadable_file_is_absent(tmp_path: Path) -> None:
    (function(tmp_path, resource="") / "resource").mkdir()
    (reading,) = pci.read(tmp_path)
    assert [(absence.field, absence.reason) for absence in reading.absent] == [("bars", "not readable")]


@settings(max_examples=examples(100), deadline=None)
@given(st.dictionaries(st.sampled_from(pci.FILES), st.none() | st.text(max_size=200)))
def test_any_text_in_any_file_gives_a_reading(files: dict[str, str | None]) -> None:
    reading = pci.parse("0000:01:00.0", {**FILES, **files})
    assert all(absence.reason for absence in reading.absent)
    assert all(0 < bar.size_bytes <= 2**53 for bar in reading.bars)
