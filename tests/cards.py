"""A genuine card of a product's row, as records; tests forge it in one field."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.claims import NvmlReading, SmiReading, Virtualization
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Bar, CardEvidence, Evidence, HostReading, Origin, PciReading, VouchedFile
from gpu_inspector.records.finding import Finding
from gpu_inspector.records.product import Product
from gpu_inspector.workflow.judging import judge

MIB = 1024 * 1024


def row_of(name: str, device_id: str | None = None, memory_gib: int | None = None) -> Product:
    """The one row of a name, narrowed by id and size where the name has several."""
    rows = [
        row
        for row in load().by_name(name)
        if (device_id is None or device_id in row.device_ids)
        and (memory_gib is None or row.memory_mib == memory_gib * 1024)
    ]
    assert len(rows) == 1, f"{name}: {len(rows)} rows"
    return rows[0]


BENCH = HostReading(
    system="Debian GNU/Linux 12",
    kernel="6.1.0-28-amd64",
    machine="x86_64",
    driver_version="550.163.01",
    driver_kind="open",
    module=VouchedFile("/lib/modules/6.1.0-28-amd64/kernel/nvidia.ko", "vouched", "nvidia-driver", "550.163.01-2"),
    module_in_use_matches=True,
    libraries=(VouchedFile("/usr/lib/libnvidia-ml.so.1", "vouched", "libnvidia-ml1", "550.163.01-2"),),
    kernel_log_read=True,
    taint=0,
    secure_boot=True,
    virtual_machine="",
    container="",
    clock_synchronised=True,
)
"""A stock bench that vouches for its driver."""


def claims_of(row: Product, device_id: str | None = None) -> dict[str, Any]:
    """What a genuine card of the row says through the driver."""
    catalogue = load()
    die = catalogue.dies[row.die]
    device = device_id or row.device_ids[0]
    prefix = next((one.prefix for one in catalogue.vbios_prefixes.values() if one.die == row.die), "99.99")
    bound = [one.split("/")[1] for one in row.subsystems if one.startswith(device + "/")]
    vendor, subsystem = (bound[0] if bound else "10DE:1234").split(":")
    own = row.segment in ("datacentre", "Quadro/RTX pro")
    image = row.inforom_prefixes[0] if row.inforom_prefixes else "G500.0200" if own else "G001.0000"
    total = row.total_mib_ecc_on if row.ecc == "on" else row.total_mib_ecc_off
    return {
        "driver_version": "550.163.01",
        "name": row.name,
        "architecture": die.architecture,
        "pci_bus_id": "0000:01:00.0",
        "vendor_id": "10DE",
        "device_id": device,
        "subsystem_vendor": vendor,
        "subsystem_id": subsystem,
        "uuid": "GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4",
        "vbios_version": f"{prefix}.3C.00.1B",
        "inforom_image": f"{image}.00.03",
        "inforom_ecc": "6.16" if own else None,
        "gpu_part_number": f"{device}-300-A1",
        "memory_total_bytes": (total or row.memory_mib or 0) * MIB,
        "ecc_now": {"on": True, "off": False}.get(row.ecc),
        "ecc_pending": {"on": True, "off": False}.get(row.ecc),
        "mig_now": False,
        "virtualization": Virtualization.NONE,
        "power_default_mw": (row.tdp_w or 100) * 1000,
        "power_min_mw": 100_000,
        "link_gen_device_max": row.pcie_gen,
        "link_width_max": row.pcie_width,
        "bar1_total_bytes": 256 * MIB,
    }


def nvml_of(row: Product, device_id: str | None = None) -> NvmlReading:
    die = load().dies[row.die]
    claims = {**claims_of(row, device_id), "gpu_part_number": None}
    return NvmlReading(
        **claims,
        compute_capability=die.compute_capability,
        cores=row.sm * die.lanes_per_sm if row.sm is not None else None,
        bus_width_bits=row.bus_bits,
    )


def genuine(row: Product, device_id: str | None = None) -> Evidence:
    """A genuine card of the row, seen by PCI, NVML and nvidia-smi on a stock bench of our own."""
    claims = claims_of(row, device_id)
    card = CardEvidence(
        label="0000:01:00.0",
        pci=PciReading(
            address="0000:01:00.0",
            vendor_id="10DE",
            device_id=claims["device_id"],
            subsystem_vendor=claims["subsystem_vendor"],
            subsystem_id=claims["subsystem_id"],
            class_code="030000",
            bars=(Bar(0, 16 * MIB, False),),
            link_gen_max=row.pcie_gen,
            link_width_max=row.pcie_width,
            driver="nvidia",
        ),
        nvml=nvml_of(row, device_id),
        nvidia_smi=SmiReading(**claims),
    )
    return Evidence(
        collected_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        tool_version="0",
        reference_version=load().version,
        origin=Origin.MACHINE,
        cards=(card,),
        host=BENCH,
    )


def forged(evidence: Evidence, **fields: Any) -> Evidence:
    """The same card with fields changed in every source that has them: a forger's firmware or driver."""
    (card,) = evidence.cards
    pci = replace(card.pci, **{k: v for k, v in fields.items() if hasattr(card.pci, k)}) if card.pci else None
    nvml = replace(card.nvml, **fields) if card.nvml else None
    smi = replace(card.nvidia_smi, **fields) if card.nvidia_smi else None
    return replace(evidence, cards=(replace(card, pci=pci, nvml=nvml, nvidia_smi=smi),))


def on_bench(evidence: Evidence, **fields: Any) -> Evidence:
    """The same card on a bench with fields changed."""
    assert evidence.host is not None
    return replace(evidence, host=replace(evidence.host, **fields))


def finding_of(evidence: Evidence, check: str, catalogue: Catalogue) -> Finding:
    """What one check says of the only card."""
    (card,) = judge(evidence, Declaration(), catalogue).cards
    return next(one for one in card.findings if one.check == check)
