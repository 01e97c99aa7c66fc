"""Field by field: which texts of an inspection leave an office that sends no personal data, and which stay in it.

What a person typed, what a file or a folder was called, what a machine is called, and sentences in which such a value
may be quoted, stay. What a card, its firmware and its driver say of the card, and what was measured, leaves. A text
field that stands in none of these lists stays; a test names it, so that somebody decides.
"""

from typing import Final

STAY: Final = frozenset(
    {
        # Who looked, for which file, what the papers say, what the eye saw: typed by people, each word of it.
        "Inspection.case",
        "Inspection.declaration",
        "Inspection.batch",
        "CardEvidence.seen",
        "Supersession.reason",
        "PolicyNamed.office",
        "PolicyNamed.signer",
        "ReferencePack.signer",
        "ReferencePack.made_by",
        "ReferencePack.note",
        "ReferencePack.trouble",
        # Files by their names and contents, and sentences about them.
        "Evidence.file_name",
        "Evidence.file_sha256",
        "Evidence.notes",
        "Evidence.inventories",
        "Evidence.log_signs",
        "VbiosReading.file_name",
        "VbiosReading.remarks",
        "CardEvidence.tests",
        "ToolReading.sensors",
        "Gap.reason",
        "Gap.advice",
        "Absence.reason",
        # The bench: what is on it, and what its log says.
        "HostReading.system",
        "HostReading.kernel",
        "HostReading.module",
        "HostReading.module_signer",
        "HostReading.libraries",
        "HostReading.patch_signs",
        "HostReading.preloaded",
        "HostReading.container",
        "HostReading.medium",
        "HostReading.steering",
        "HostReading.mps",
        "HostReading.tracer",
        "HostReading.program",
        "HostReading.gaps",
        "Evidence.node",
        "Evidence.server",
        "Evidence.self_test",
        "Evidence.control_card",
        "Evidence.reviewed_on",
        "DriverEvent.text",
        # Other inspections and other cards, with their offices, rows and numbers.
        "Evidence.bystanders",
        "Evidence.registry_asked",
        "Evidence.registry_sightings",
        "Evidence.sightings",
        "Evidence.ledger_asked",
        "Evidence.watched",
        "Evidence.lists_asked",
        "Evidence.known_images",
        # What is a card's own beyond its three numbers, in forms that no list can key.
        "CardEvidence.attestation",
        "RmCall.raw",
        "RmCall.failure",
        # Sentences of the measuring child, in which the system's own may be quoted.
        "DieReading.disturbed",
        "MemoryReading.refused",
        "MemoryReading.fault",
        "HeatReading.why_not",
        # Conclusions in words: they quote what was declared, read and typed. Which check came to what leaves.
        "Finding.text",
        "Finding.values",
        "Finding.expected",
        "Finding.observed",
        "Finding.source",
        "Finding.innocent",
        "Finding.advice",
        "CardJudgement.control_class",
        "RankedProduct.fits",
        "RankedProduct.against",
        "RankedProduct.unknown",
        "CardEvidence.label",
        "CardJudgement.label",
    }
)
"""Emptied, with all that is inside. The labels of cards become "card 1", "card 2"."""

NUMBERS: Final = {
    "CardClaims.uuid": "uuid",
    "CardClaims.serial": "serial",
    "CardClaims.device_identifier": "device_identifier",
    "SiliconReading.uuid": "uuid",
}
"""The three numbers of a card -> their kind: as they are, or as keyed digests."""

LEAVE: Final = frozenset(
    f"{record}.{name}"
    for record, names in {
        "Inspection": "id",
        "Supersession": "id digest",
        "PolicyNamed": "digest fingerprint",
        "ReferencePack": "version sha256 fingerprint",
        "Evidence": "tool_version reference_version file_form",
        "Gap": "source",
        "Absence": "field",
        "PciReading": (
            "address vendor_id device_id subsystem_vendor subsystem_id revision class_code driver port_address"
            " connectors"
        ),
        "PcieError": "address severity layer",
        "CardClaims": (
            "driver_version cuda_version name brand architecture compute_capability pci_bus_id vendor_id device_id"
            " subsystem_vendor subsystem_id board_id board_part_number gpu_part_number vbios_version"
            " gsp_firmware_version inforom_image inforom_oem inforom_ecc inforom_power performance_state driver_model"
            " compute_mode"
        ),
        "SmiReading": "form",
        "ToolReading": "tool form die revision memory_type memory_maker",
        "SiliconReading": "profile simulation device_name pci_bus_id compute_capability compiler kernels_sha256",
        "RateReading": "operation",
        "LaneError": "reads",
        "BadWord": "expected read second",
        "PassReading": "name",
        "MemoryReading": "map",
        "HeatReading": "throttle",
        "VbiosReading": "source sha256 wrapper ifr_subsystem images_sha256",
        "RomImage": "vendor_id device_id device_list class_code header subsystem sha256",
        "EfiPart": "signers fingerprints issuer version remark",
        "BitToken": "id",
        "BitReading": (
            "version version_text build_date bridged_device_id board_text project sign_on copyright oem oem_vendor"
            " oem_product oem_revision board_code"
        ),
        "MemoryRow": "type_name vendor",
        "SignedCode": "sha256",
        "RmReading": (
            "driver_version headers_version device_id chip_sku bios_chip_sku project project_sku build_date"
            " memory_manufacturer memory_part memory_date_code part_number_900 part_number_699 part_number_965"
            " board_revision"
        ),
        "RmCall": "name command",
        "NvlinkLink": "remote_kind remote_address",
        "NvlinkReading": "fabric_state fabric_status",
        "HostReading": "machine driver_version driver_kind virtual_machine libraries_loaded",
        "DriverEvent": "address",
        "Judgement": "tool_version reference_version",
        "CardJudgement": "product control compatible would_pass",
        "RankedProduct": "name",
        "Finding": "check title witness cause",
    }.items()
    for name in names.split()
)
