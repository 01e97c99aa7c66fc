"""Records made by hand for the report's tests: an honest card, a reworked one, and a hostile one."""

from dataclasses import replace
from datetime import UTC, datetime

from gpu_inspector.records import canonical
from gpu_inspector.records.chain import GENESIS, entry_for
from gpu_inspector.records.claims import Absence, NvmlReading, SmiReading
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, HostReading, Origin, PciReading, VouchedFile
from gpu_inspector.records.finding import Finding, Identity, Outcome, Role, Strength
from gpu_inspector.records.inspection import CardJudgement, Inspection, Judgement, LedgerEntry
from gpu_inspector.report.layout import FOOT, MARGIN, Sheet, Text

MIB = 1 << 20

FINDINGS = (
    Finding(
        check="bench-preload",
        title="Libraries put before the driver's",
        role=Role.CORE,
        outcome=Outcome.CONSISTENT,
        text="Nothing is preloaded.",
        source="ld.so.preload and the environment",
    ),
    Finding(
        check="identity-device-known",
        title="Device id",
        role=Role.CORE,
        outcome=Outcome.CONSISTENT,
        text="The id {device} is that of {name}.",
        values={"device": "2684", "name": "NVIDIA GeForce RTX 4090"},
        expected="a device id that a register lists",
        observed="2684, NVIDIA GeForce RTX 4090",
        source="pci.ids; NVIDIA's list of supported chips",
        witness="PCI",
    ),
    Finding(
        check="identity-partner-name",
        title="Name on a partner's board",
        role=Role.SUPPORTING,
        outcome=Outcome.NOTED,
        strength=Strength.WEAK,
        text="The subsystem vendor {vendor} is not in the list of partners.",
        values={"vendor": "7377"},
        expected="a known partner",
        observed="7377",
        source="pci.ids",
        innocent=("A partner that the list does not have yet.",),
    ),
    Finding(
        check="memory-total",
        title="Memory total",
        role=Role.CORE,
        outcome=Outcome.CONSISTENT,
        text="The total of {total} MiB is that of the 24 GB variant.",
        values={"total": 24564},
        expected="24,564 MiB (24 GB less what the driver reserves)",
        observed="24,564 MiB",
        source="Formula F2; observed on 31 cards",
        witness="driver",
    ),
    Finding(
        check="memory-measured",
        title="Memory measured",
        role=Role.CORE,
        outcome=Outcome.INCONCLUSIVE,
        text="The memory was not measured.",
        advice="Measure the card on a bench with a driver that can run kernels.",
    ),
    Finding(
        check="die-measured",
        title="Die measured",
        role=Role.CORE,
        outcome=Outcome.INCONCLUSIVE,
        text="The die was not measured.",
    ),
    Finding(
        check="link-generation",
        title="PCI Express generation",
        role=Role.SUPPORTING,
        outcome=Outcome.CONSISTENT,
        text="The card's own maximum is generation 4.",
        expected="gen 4 x16",
        observed="gen 4 x16",
        source="reference row",
    ),
    Finding(
        check="firmware-ecc",
        title="Error correction",
        role=Role.SUPPORTING,
        outcome=Outcome.NOT_APPLICABLE,
        text="This class of product has no ECC default to compare.",
    ),
)

REWORKED = Finding(
    check="memory-class",
    title="Memory a class above the product",
    role=Role.CORE,
    outcome=Outcome.SUSPICIOUS,
    strength=Strength.STRONG,
    text="{total} MiB is the size of a known rework of this card: {rework}.",
    values={"total": 49140, "rework": "RTX 4090 with 48 GB"},
    expected="24,564 MiB",
    observed="49,140 MiB",
    source="NVIDIA's product page; list of modifications",
    witness="vBIOS",
    cause="more memory on the board",
    innocent=(
        "A prototype that was never sold.",
        "An honest rework that the papers of another shipment declare.",
    ),
    advice="Ask the declarant for the invoice of the rework; count the memory chips on both sides of the board.",
)
CONTRADICTED = Finding(
    check="declaration-memory",
    title="Declared memory",
    role=Role.CORE,
    outcome=Outcome.CONTRADICTED,
    strength=Strength.STRONG,
    text="The paper says {declared} GB, the card claims {claimed} GB.",
    values={"declared": 24, "claimed": 48},
    expected="24 GB",
    observed="48 GB",
    source="the declaration",
    witness="paper",
)


def card_evidence(label: str = "0000:01:00.0") -> CardEvidence:
    return CardEvidence(
        label=label,
        pci=PciReading(
            address="0000:01:00.0",
            vendor_id="10DE",
            device_id="2684",
            subsystem_vendor="10DE",
            subsystem_id="167C",
            link_gen_max=4,
            link_width_max=16,
            link_gen_now=1,
            link_width_now=16,
            driver="nvidia",
        ),
        nvml=NvmlReading(
            name="NVIDIA GeForce RTX 4090",
            device_id="2684",
            vendor_id="10DE",
            subsystem_vendor="10DE",
            subsystem_id="167C",
            driver_version="580.95.05",
            memory_total_bytes=24564 * MIB,
            uuid="GPU-6f5e7f1c-0b0b-4a1c-9d55-2f0a4fd8a0a1",
            architecture="Ada Lovelace",
            compute_capability="8.9",
            cores=16384,
            bus_width_bits=384,
            vbios_version="95.02.3C.00.99",
            power_default_mw=450_000,
            absent=(Absence("serial", "not supported"), Absence("inforom_image", "not supported")),
        ),
        nvidia_smi=SmiReading(
            name="NVIDIA GeForce RTX 4090",
            device_id="2684",
            memory_total_bytes=24564 * MIB,
            architecture="Ada Lovelace",
            vbios_version="95.02.3C.00.9A",
            gpu_part_number="2684-300-A1",
            driver_version="580.95.05",
        ),
        gaps=(Gap("cuda", "no measurement was asked for", "Inspect again with measurements."),),
    )


def host() -> HostReading:
    return HostReading(
        system="Debian GNU/Linux 12",
        kernel="6.1.0-28-amd64",
        machine="x86_64",
        driver_version="580.95.05",
        driver_kind="open",
        module=VouchedFile("/lib/modules/6.1.0-28-amd64/nvidia.ko", "vouched", "nvidia-kernel-dkms", "580.95.05-1"),
        libraries=(VouchedFile("/usr/lib/libnvidia-ml.so.1", "vouched", "libnvidia-ml1", "580.95.05-1"),),
        kernel_log_read=True,
        secure_boot=False,
        virtual_machine="",
        container="",
        taint=12289,
        clock_synchronised=True,
        gaps=(Gap("kernel log", "no permission", "Run as a user of the group adm."),),
    )


def judged(label: str = "0000:01:00.0", **changes: object) -> CardJudgement:
    card = CardJudgement(
        label=label,
        product="NVIDIA GeForce RTX 4090",
        identity=Identity.INCONCLUSIVE,
        compatible=("GeForce RTX 4090 24 GB",),
        findings=FINDINGS,
    )
    return replace(card, **changes)  # type: ignore[arg-type]


def inspection(
    *,
    origin: Origin = Origin.MACHINE,
    cards: tuple[CardJudgement, ...] | None = None,
    case: Case | None = None,
    declaration: Declaration | None = None,
    evidence_cards: tuple[CardEvidence, ...] | None = None,
    file_name: str = "",
) -> Inspection:
    made_at = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)
    cards = cards if cards is not None else (judged(),)
    evidence = Evidence(
        collected_at=made_at,
        tool_version="0.1.0",
        reference_version="2026-11-20+0123456789ab",
        origin=origin,
        cards=evidence_cards if evidence_cards is not None else tuple(card_evidence(card.label) for card in cards),
        host=host() if origin is Origin.MACHINE else None,
        file_name=file_name,
        file_sha256="ab" * 32 if file_name else "",
        file_form="nvidia-smi -q -x" if file_name else "",
    )
    order = list(Identity)
    return Inspection(
        id="0b7c9a52-30c8-4b8c-8a43-5b8f0d9b7c11",
        made_at=made_at,
        utc_offset_minutes=60,
        case=case
        or Case(
            number="HZA-K 2026/1147",
            inspector="M. Größler",
            office="Hauptzollamt Köln",
            place="Flughafen, Halle 3",
            note="Card was in an anti-static bag without a box.\nSeller's seal was broken.",
        ),
        declaration=declaration or Declaration(product="GeForce RTX 4090", memory_gb=24),
        evidence=evidence,
        judgement=Judgement(
            verdict=max((card.identity for card in cards), key=order.index, default=Identity.INCONCLUSIVE),
            cards=cards,
            tool_version="0.1.0",
            reference_version="2026-11-20+0123456789ab",
        ),
    )


def entry_of(record: Inspection, seq: int = 17) -> LedgerEntry:
    return entry_for(seq, GENESIS, canonical.encode(record))


def suspicious() -> Inspection:
    card = judged(identity=Identity.SUSPICIOUS, findings=(*FINDINGS, REWORKED), compatible=())
    return inspection(cards=(card,), origin=Origin.FILE, file_name="card-from-seller.xml")


def off_the_page(sheet: Sheet) -> list[str]:
    """Words that would be printed below the last line of a page."""
    bottom = sheet.paper[1] - MARGIN - FOOT
    return [mark.text for page in sheet.pages for mark in page.marks if isinstance(mark, Text) and mark.y > bottom]
