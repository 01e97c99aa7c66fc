"""Collecting: every source is asked, one that fails is a gap, and readings of one card find each other."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cards import claims_of, nvml_of, row_of

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import nvidia_smi, nvml
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import NvmlReading, SmiReading
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence, Gap, Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.workflow import collecting
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.progress import Cancelled

Machine = Callable[..., Path]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with NVIDIA functions at addresses, each with its bound driver or none."""

    def build(cards: dict[str, str | None]) -> Path:
        for address, driver in cards.items():
            folder = tmp_path / "bus" / "pci" / "devices" / address
            folder.mkdir(parents=True)
            values = {"vendor": "0x10de", "device": "0x2684", "class": "0x030000", "revision": "0xa1"}
            values |= {"subsystem_vendor": "0x1458", "subsystem_device": "0x40bf", "max_link_width": "16"}
            values |= {"max_link_speed": "16.0 GT/s PCIe", "numa_node": "-1", "resource": ""}
            for name, value in values.items():
                (folder / name).write_text(value + "\n")
            if driver is not None:
                home = tmp_path / "bus" / "pci" / "drivers" / driver
                home.mkdir(parents=True, exist_ok=True)
                (folder / "driver").symlink_to(home)
        return tmp_path

    def no_smi(program: str = "nvidia-smi") -> nvidia_smi.SmiLog:
        raise ProbeError("nvidia-smi is not installed.", "It comes with the driver.")

    def no_nvml(library: object = None) -> tuple[tuple[NvmlReading, ...], tuple[Gap, ...]]:
        raise ProbeError("No driver.", "Install one.")

    monkeypatch.setattr(nvidia_smi, "read", no_smi)
    monkeypatch.setattr(nvml, "read", no_nvml)
    monkeypatch.setattr(nvml, "library_version", lambda library=None: "12.550")
    return build


def test_a_card_that_no_driver_claims_is_seen_and_said(machine: Machine, catalogue: Catalogue) -> None:
    evidence = collecting.collect_machine(catalogue, sysfs=machine({"0000:01:00.0": None}))
    (card,) = evidence.cards
    assert card.pci is not None and card.pci.device_id == "2684" and card.pci.link_gen_max == 4
    assert "does not drive this card" in card.gaps[0].reason
    assert {gap.source for gap in evidence.gaps} >= {"nvml", "nvidia-smi"}
    assert all(gap.advice for gap in evidence.gaps if gap.source in ("nvml", "nvidia-smi"))
    assert evidence.origin is Origin.MACHINE and evidence.host is not None
    judgement = judge(evidence, Declaration(), catalogue)
    assert judgement.verdict is Identity.INCONCLUSIVE


def test_readings_of_one_card_find_each_other(
    machine: Machine, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = row_of("NVIDIA GeForce RTX 4090")
    first = nvml_of(row)
    second = replace(first, pci_bus_id="0000:02:00.0", uuid="GPU-0a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4")
    printed = SmiReading(**claims_of(row))
    monkeypatch.setattr(nvml, "read", lambda library=None: ((second, first), ()))
    monkeypatch.setattr(nvidia_smi, "read", lambda program="": nvidia_smi.SmiLog((printed,), "xml", ()))
    sysfs = machine({"0000:01:00.0": "nvidia", "0000:02:00.0": "nvidia", "0000:03:00.0": "nvidia"})
    evidence = collecting.collect_machine(catalogue, sysfs=sysfs)
    assert [card.label for card in evidence.cards] == ["0000:01:00.0", "0000:02:00.0", "0000:03:00.0"]
    one, two, three = evidence.cards
    assert (one.nvml, one.nvidia_smi) == (first, printed)
    assert (two.nvml, two.nvidia_smi) == (second, None)
    assert three.gaps[0].reason == "NVIDIA's driver says nothing about this card."
    assert evidence.host is not None and evidence.host.libraries_loaded


@pytest.mark.parametrize(
    "chosen", ["1", "0000:02:00.0", "02:00.0", "gpu-0A1F6A37-5b0c-4e0e-9d55-3c1b7f2a90d4"], ids=lambda one: one
)
def test_a_card_can_be_chosen(
    chosen: str, machine: Machine, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = replace(
        nvml_of(row_of("NVIDIA GeForce RTX 4090")),
        pci_bus_id="0000:02:00.0",
        uuid="GPU-0a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4",
    )
    monkeypatch.setattr(nvml, "read", lambda library=None: ((reading,), ()))
    sysfs = machine({"0000:01:00.0": None, "0000:02:00.0": "nvidia"})
    (card,) = collecting.collect_machine(catalogue, chosen, sysfs=sysfs).cards
    assert card.label == "0000:02:00.0"


@pytest.mark.parametrize("chosen", ["7", "0000:09:00.0", "GPU-none", ""])
def test_a_card_that_is_not_there(chosen: str, machine: Machine, catalogue: Catalogue) -> None:
    with pytest.raises(collecting.NoCard, match="list"):
        collecting.collect_machine(catalogue, chosen, sysfs=machine({"0000:01:00.0": None}))


def test_a_reading_without_an_address_is_not_dropped(
    machine: Machine, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = replace(nvml_of(row_of("NVIDIA GeForce RTX 4090")), pci_bus_id=None)
    monkeypatch.setattr(nvml, "read", lambda library=None: ((lost,), (Gap("nvml", "GPU is lost"),)))
    evidence = collecting.collect_machine(catalogue, sysfs=machine({"0000:01:00.0": "nvidia"}))
    assert len(evidence.cards) == 2
    assert Gap("nvml", "GPU is lost") in evidence.gaps


def test_progress_is_told_and_can_stop_it(machine: Machine, catalogue: Catalogue) -> None:
    told: list[float] = []
    sysfs = machine({"0000:01:00.0": None})
    collecting.collect_machine(catalogue, progress=lambda step, share: told.append(share), sysfs=sysfs)
    assert told == sorted(told) and told[-1] == 1.0

    def stop(step: str, share: float) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        collecting.collect_machine(catalogue, progress=stop, sysfs=sysfs)


def test_evidence_of_a_machine_survives_its_canonical_text(machine: Machine, catalogue: Catalogue) -> None:
    from gpu_inspector.records import canonical

    evidence = collecting.collect_machine(catalogue, sysfs=machine({"0000:01:00.0": None}))
    assert canonical.decode(canonical.encode(evidence), Evidence, "capture") == evidence
