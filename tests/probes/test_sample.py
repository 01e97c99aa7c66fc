"""Samples read back as what they were written from, for the products of the reference data."""

import pytest

from gpu_inspector.probes import incoming, nvidia_smi, sample
from gpu_inspector.probes.sample_layout import PATHS
from gpu_inspector.probes.smi_masks import is_masked
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import SmiReading
from gpu_inspector.records.product import Die, Product

MIB = 1024 * 1024
DIE = Die(name="GA104", architecture="Ampere", compute_capability="8.6", chip_id="174", lanes_per_sm=128)
PRODUCT = Product(
    name="NVIDIA GeForce RTX 3070",
    device_ids=("2484",),
    die="GA104",
    segment="GeForce",
    memory_mib=8192,
    ecc="none",
    total_mib_ecc_off=8192,
    tdp_w=220,
    pcie_gen=4,
    pcie_width=16,
)


def read(text: str) -> SmiReading:
    log = nvidia_smi.parse(text.encode())
    assert log.notes == ()
    return log.readings[0]


def check_row(reading: SmiReading, product: Product, die: Die) -> None:
    assert reading.name == product.name
    assert reading.device_id == product.device_ids[0]
    assert reading.architecture == die.architecture
    own = [one for one in product.subsystems if one.startswith(product.device_ids[0])]
    if own:
        assert f"{reading.device_id}/{reading.subsystem_vendor}:{reading.subsystem_id}" in own
    total = product.total_mib_ecc_on if reading.ecc_now else product.total_mib_ecc_off
    expected = (
        (total or 0, *product.totals_observed_mib) if total or product.totals_observed_mib else (product.memory_mib,)
    )
    assert reading.memory_total_bytes is not None
    assert reading.memory_total_bytes // MIB in expected
    assert reading.link_gen_device_max == product.pcie_gen
    assert reading.link_width_max == product.pcie_width
    assert reading.clock_memory_max_mhz == product.memory_clock_mhz
    watts = product.power_observed_w[0] if product.power_observed_w else product.tdp_w
    assert reading.power_default_mw == (watts * 1000 if watts is not None else None)
    if product.board_part_numbers:
        assert reading.board_part_number == product.board_part_numbers[0]
    assert reading.gpu_part_number is not None
    assert (reading.serial is None) == (product.segment not in ("datacentre", "Quadro/RTX pro"))
    assert reading.uuid is not None and not is_masked(reading.uuid)


def test_every_row_is_read_back_as_it_was_written(catalogue: Catalogue) -> None:
    prefixes = {row.die: row.prefix for row in catalogue.vbios_prefixes.values()}
    rows = [
        (row, catalogue.dies[row.die]) for row in catalogue.products if row.memory_mib and row.die in catalogue.dies
    ]
    assert len(rows) > 400
    for product, die in rows:
        xml, text = (
            read(sample.write(product, die, form=form, vbios_prefix=prefixes.get(die.name))) for form in ("xml", "text")
        )
        check_row(xml, product, die)
        check_row(text, product, die)
        assert (xml.uuid, xml.vbios_version) == (text.uuid, text.vbios_version)


def test_a_sample_says_that_it_is_one_in_its_first_lines() -> None:
    for form in ("xml", "text"):
        assert incoming.SAMPLE_MARK in sample.write(PRODUCT, DIE, form=form)[:200]


def test_a_seed_makes_the_same_card_again_and_another_seed_another() -> None:
    first, again, other = (sample.write(PRODUCT, DIE, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert read(first).uuid != read(other).uuid


def test_cards_of_one_machine_differ() -> None:
    cards = nvidia_smi.parse(sample.write_many([(PRODUCT, DIE)] * 4).encode()).readings
    assert len({card.uuid for card in cards}) == len({card.pci_bus_id for card in cards}) == 4


def test_old_drivers_print_old_names_and_less_memory() -> None:
    old, new = (read(sample.write(PRODUCT, DIE, driver=driver)) for driver in ("460.32.03", "550.54.14"))
    assert (old.name, new.name) == ("GeForce RTX 3070", "NVIDIA GeForce RTX 3070")
    assert (old.architecture, new.architecture) == (None, "Ampere")
    assert old.memory_total_bytes is not None and new.memory_total_bytes == 8192 * MIB
    assert 0.95 * 8192 * MIB < old.memory_total_bytes < 8192 * MIB
    assert (old.power_default_mw, new.power_default_mw) == (220_000, 220_000)


@pytest.mark.parametrize("form", ["xml", "text"])
def test_one_line_can_be_forged(form: str) -> None:
    forged = read(sample.write(PRODUCT, DIE, form=form, overrides={"fb_memory_usage/total": "16384 MiB"}))
    honest = read(sample.write(PRODUCT, DIE, form=form))
    assert forged.memory_total_bytes == 16384 * MIB
    assert {name for name in forged.__slots__ if getattr(forged, name) != getattr(honest, name)} <= {
        "memory_total_bytes"
    }


@pytest.mark.parametrize("form", ["xml", "text"])
@pytest.mark.parametrize("path", sorted(PATHS))
def test_every_line_can_be_forged_to_anything(path: str, form: str) -> None:
    text = sample.write(PRODUCT, DIE, form=form, overrides={path: '<&" ]]> \u202e'})
    assert nvidia_smi.parse(text.encode()).form == form


@pytest.mark.parametrize("form", ["xml", "text"])
def test_a_line_can_be_left_out(form: str) -> None:
    reading = read(sample.write(PRODUCT, DIE, form=form, overrides={"uuid": None, "pci": None, "driver_version": None}))
    assert (reading.uuid, reading.device_id, reading.driver_version) == (None, None, None)
    assert reading.memory_total_bytes == 8192 * MIB


def test_what_cannot_be_written_is_said() -> None:
    with pytest.raises(ValueError, match="no line of a dump"):
        sample.write(PRODUCT, DIE, overrides={"memory": "1"})
    with pytest.raises(ValueError, match="no form"):
        sample.write(PRODUCT, DIE, form="table")
    nameless = Product(name="NVIDIA Something", device_ids=("2484",), die="GA104")
    with pytest.raises(ValueError, match="no memory size"):
        sample.write(nameless, DIE)
