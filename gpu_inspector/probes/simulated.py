"""What PCI, NVML and the bench would say of a simulated card: its claims, honest or not, from the products' table.

The knowledge of what a genuine card prints is the samples' own; here a simulation's lies are put over it. Serial and
UUID come from a digest of name and seed, and begin with zeros, as no real card's do.
"""

import hashlib
from dataclasses import dataclass, fields, replace

from gpu_inspector.errors import ProbeError
from gpu_inspector.measure.simulation import cards, servers
from gpu_inspector.probes import nvidia_smi, sample
from gpu_inspector.probes.cuda import Target
from gpu_inspector.records import simulated as marked
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import CardClaims, NvmlReading, SmiReading
from gpu_inspector.records.evidence import Bar, CardEvidence, HostReading, PciReading, VouchedFile
from gpu_inspector.records.product import Product

ADDRESS = "0000:01:00.0"
_DRIVER = "570.00.00"
"""Of no release: a number that nobody takes for a real driver's; its branch knows every simulated die."""
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Listed:
    """A simulation that can be asked for, and the exit status that its inspection must come to."""

    name: str
    about: str
    exit: int
    cards: int = 1
    """How many it has: more than one is a server."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card stands; `number` is its driver's minor number, and `socket` its module's on a board."""

    address: str = ADDRESS
    number: int = 0
    socket: int = 1


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated card's claims and its bench, and what its child is to be called with."""

    card: CardEvidence
    host: HostReading
    target: Target


def listed() -> tuple[Listed, ...]:
    """All simulations, in the order of their tables: cards, then servers."""
    every = (cards.card(name, 0) for name in cards.NAMES)
    boards = (servers.server(name, 0) for name in servers.NAMES)
    return (
        *(Listed(one.name, one.about, one.expected_exit) for one in every),
        *(Listed(one.name, one.about, one.expected_exit, len(one.modules)) for one in boards),
    )


def simulate(name: str, seed: int, catalogue: Catalogue, place: Place = Place()) -> Simulated:
    """The claims of one simulated card. Raises GpuInspectorError, with the names, where there is none of that name."""
    claims = cards.card(name, seed).claims
    row = _row(claims, catalogue)
    printed = _placed(_printed(row, name, seed, claims, catalogue), place)
    said = _as_nvml(printed, row, claims, catalogue)
    pci = PciReading(
        address=place.address,
        vendor_id="10DE",
        device_id=claims.device_id,
        subsystem_vendor=said.subsystem_vendor,
        subsystem_id=said.subsystem_id,
        revision="A1",
        class_code="030200" if row.segment == "datacentre" else "030000",
        bars=(Bar(0, 16 * _MIB, False), Bar(1, said.bar1_total_bytes or 256 * _MIB, True)),
        link_gen_max=claims.link_gen_max,
        link_gen_now=said.link_gen_now,
        link_width_max=claims.link_width_max,
        link_width_now=said.link_width_now,
        driver="nvidia",
    )
    return Simulated(
        CardEvidence(label=place.address, pci=pci, nvml=said, nvidia_smi=printed),
        bench(patched=claims.patched_driver),
        Target(place.address, f"simulation:{name}", seed),
    )


def _row(claims: cards.Claims, catalogue: Catalogue) -> Product:
    """The product that the card passes itself off as, by this one of its ids. Raises ProbeError where there is none."""
    rows = [row for row in catalogue.by_name(claims.product) if claims.device_id in row.device_ids]
    fitting = [row for row in rows if row.memory_mib == claims.memory_mib]
    if not rows:
        raise ProbeError(f"The reference data have no {claims.product} with the id {claims.device_id}.")
    return replace((fitting or rows)[0], device_ids=(claims.device_id,))


def _printed(row: Product, name: str, seed: int, claims: cards.Claims, catalogue: Catalogue) -> SmiReading:
    """What nvidia-smi prints: a genuine card's words, with this card's own in their places."""
    prefix = next((one.prefix for one in catalogue.vbios_prefixes.values() if one.die == row.die), None)
    text = sample.write(row, catalogue.dies[row.die], driver=_DRIVER, seed=seed, vbios_prefix=prefix)
    (genuine,) = nvidia_smi.parse(text.encode()).readings
    digits = hashlib.sha256(f"{name} {seed}".encode()).hexdigest()
    return replace(
        genuine,
        name=claims.name or genuine.name,
        device_id=claims.device_id,
        memory_total_bytes=_total(row, genuine, claims.memory_mib),
        uuid=cards.uuid_of(name, seed),
        serial=f"000000{int(digits[:16], 16) % 10**7:07}" if genuine.serial is not None else None,
        device_identifier=None,
        # A bin that the reference data do not list would be the sample's guess, not a genuine card's.
        gpu_part_number=genuine.gpu_part_number if genuine.gpu_part_number in row.gpu_part_numbers else None,
        link_gen_device_max=claims.link_gen_max,
        link_gen_max=claims.link_gen_max,
        link_gen_now=claims.link_gen_now,
        link_width_max=claims.link_width_max,
        link_width_now=claims.link_width_now,
    )


def _placed(printed: SmiReading, place: Place) -> SmiReading:
    """What the driver says of the place; the first one is where the sample stands already."""
    if place == Place():
        return printed
    return replace(
        printed,
        pci_bus_id=place.address,
        minor_number=place.number,
        module_id=place.socket,
        board_id=f"{int(place.address[5:7], 16) << 8:X}",
    )


def _as_nvml(printed: SmiReading, row: Product, claims: cards.Claims, catalogue: Catalogue) -> NvmlReading:
    """The same claims by the other way, with what only NVML has a call for, and without what it has none for."""
    die = catalogue.dies[row.die]
    same = NvmlReading(**{one.name: getattr(printed, one.name) for one in fields(CardClaims)})
    cores = row.sm * die.lanes_per_sm if row.sm is not None else None
    return replace(
        same,
        compute_capability=claims.compute_capability or die.compute_capability,
        cores=claims.cores if claims.cores is not None else cores,
        bus_width_bits=claims.bus_bits if claims.bus_bits is not None else row.bus_bits,
        gpu_part_number=None,
        multi_gpu_board=False,
    )


def _total(row: Product, genuine: SmiReading, claimed_mib: int) -> int | None:
    """The total that the driver shows: the product's own, or the same share of another nominal size."""
    total = genuine.memory_total_bytes
    if total is None or row.memory_mib is None or claimed_mib == row.memory_mib:
        return total
    return total // _MIB * claimed_mib // row.memory_mib * _MIB


def bench(*, patched: bool) -> HostReading:
    """A clean bench whose driver is vouched for; or one with the traces that a known patch leaves."""
    state, package, version = ("unvouched", "", "") if patched else ("vouched", "simulated-driver", _DRIVER)
    return HostReading(
        system=marked.SYSTEM,
        kernel="simulated kernel",
        machine="simulated",
        driver_version=_DRIVER,
        driver_kind="open",
        module=VouchedFile("/simulated/nvidia.ko", state, package, version),
        module_in_use_matches=True,
        libraries=(VouchedFile("/simulated/libnvidia-ml.so.1", "vouched", "simulated-driver", _DRIVER),),
        kernel_log_read=True,
        patch_signs=("NVRM: SEC2_DEBUG: simulated trace of a patched module",) if patched else (),
        taint=0x1000 if patched else 0,
        secure_boot=not patched,
        virtual_machine="",
        container="",
        clock_synchronised=True,
        libraries_loaded=(f"NVML 12.{_DRIVER}",),
    )
