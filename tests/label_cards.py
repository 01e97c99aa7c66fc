"""Honest cards with their labels, as partners, OEMs and NVIDIA stick them on; tests change one field.

Numbers are of the usual forms and belong to no card that is known.
"""

from dataclasses import dataclass, replace
from typing import Any

from cards import forged, genuine, row_of

from gpu_inspector.checks import ALL_CHECKS
from gpu_inspector.checks.runner import run
from gpu_inspector.checks.subject import Subject
from gpu_inspector.records.appearance import Appearance, Label, LabelCode, Sure
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.finding import Finding
from gpu_inspector.workflow.judging import judge

SERIAL = "0325219012345"
OTHER = "1562020078911"
PICTURE = "ab" * 32


@dataclass(frozen=True)
class Labelled:
    """A product, what its firmware says beside the usual, and its label."""

    name: str
    device_id: str
    label: Label
    firmware: dict[str, Any]

    def evidence(self, memory_gib: int | None = None) -> Evidence:
        return with_label(
            forged(genuine(row_of(self.name, self.device_id, memory_gib), self.device_id), **self.firmware), self.label
        )


def code(text: str, sure: Sure = Sure.CHECKSUM, kind: str = "Code 128") -> LabelCode:
    return LabelCode(kind=kind, text=text, sure=sure, photograph=PICTURE)


def with_seen(evidence: Evidence, seen: Appearance) -> Evidence:
    (card,) = evidence.cards
    return replace(evidence, cards=(replace(card, seen=seen),))


def with_label(evidence: Evidence, label: Label) -> Evidence:
    return with_seen(evidence, Appearance(label=label))


def only_seen(seen: Appearance, like: Evidence) -> Evidence:
    """An object that was looked at and never read."""
    return replace(like, origin=Origin.SEEN, cards=(CardEvidence(label="exhibit 1", seen=seen),), host=None)


def findings(evidence: Evidence, catalogue: Catalogue, declaration: Declaration | None = None) -> dict[str, Finding]:
    (card,) = judge(evidence, declaration or Declaration(), catalogue).cards
    return {one.check: one for one in card.findings}


def own_findings(
    evidence: Evidence, catalogue: Catalogue, declaration: Declaration | None = None
) -> dict[str, Finding]:
    """Of the checks on labels and of the eye alone, for tests of many records."""
    (card,) = evidence.cards
    subject = Subject(evidence, card, declaration or Declaration(), catalogue)
    return {one.check: one for one in run(tuple(one for one in ALL_CHECKS if one.id in MINE), subject)}


def _board(part: str, serial: str = SERIAL, vendor: str = "10DE") -> dict[str, Any]:
    return {"board_part_number": part, "serial": serial, "subsystem_vendor": vendor}


def _partner(vendor: str) -> dict[str, Any]:
    return {"subsystem_vendor": vendor, "subsystem_id": "F297"}


HONEST = {
    "ASUS": Labelled(
        "NVIDIA GeForce RTX 4090",
        "2684",
        Label(
            brand="ASUS",
            model="ROG-STRIX-RTX4090-O24G-GAMING",
            part_number="90YV0ID0-M0NA00",
            serial="N3YVCM012345678",
            codes=(code("N3YVCM012345678"), code("4711081937203", kind="EAN-13")),
        ),
        _partner("1043"),
    ),
    "Gainward on its own id": Labelled(
        "NVIDIA GeForce RTX 4090",
        "2684",
        Label(brand="Gainward", model="GeForce RTX 4090 Phantom GS", part_number="NED4090S19SB-1020P"),
        _partner("10B0"),
    ),
    "Palit built by Gainward": Labelled(
        "NVIDIA GeForce RTX 4090", "2684", Label(brand="Palit", model="RTX 4090 GameRock 24GB"), _partner("10B0")
    ),
    "MSI on NVIDIA's id": Labelled(
        "NVIDIA GeForce RTX 4090",
        "2684",
        Label(brand="MSI", model="GeForce RTX 4090 GAMING X TRIO 24G", serial="602-V510-01SB2211000123"),
        _partner("10DE"),
    ),
    "Gigabyte": Labelled(
        "NVIDIA GeForce RTX 4090",
        "2684",
        Label(brand="GIGABYTE", model="GV-N4090GAMING OC-24GD", serial="SN221941012345"),
        _partner("1458"),
    ),
    "ZOTAC by PC Partner": Labelled(
        "NVIDIA GeForce RTX 4090",
        "2684",
        Label(brand="ZOTAC", model="ZT-D40900D-10P", serial="N231500012345"),
        _partner("174B"),
    ),
    "NVIDIA FE": Labelled(
        "NVIDIA GeForce RTX 4090",
        "2684",
        Label(brand="NVIDIA", model="GeForce RTX 4090", part_number="900-1G136-2530-000", serial=OTHER),
        _partner("10DE"),
    ),
    "HP OEM": Labelled(
        "NVIDIA GeForce RTX 4090",
        "2684",
        Label(brand="HP", model="NVIDIA GeForce RTX 4090", part_number="N21165-001", serial="CNB2350ABC"),
        _partner("103C"),
    ),
    "Dell label on an NVIDIA A100": Labelled(
        "NVIDIA A100 80GB PCIe",
        "20B5",
        Label(
            brand="DELL EMC",
            model="NVIDIA A100 80GB PCIe",
            part_number="0KYP64, 699-21001-0230-500",
            serial="CN0KYP64IVQ0012A00AB",
            codes=(code("CN0KYP64IVQ0012A00AB"), code(SERIAL)),
        ),
        _board("900-21001-0020-000"),
    ),
    "PNY A6000": Labelled(
        "NVIDIA RTX A6000",
        "2230",
        Label(brand="PNY", model="NVIDIA RTX A6000", part_number="900-5G133-2500-000", serial=SERIAL),
        _board("900-5G133-2500-000"),
    ),
    "T4 with two numbers": Labelled(
        "Tesla T4",
        "1EB8",
        Label(
            brand="NVIDIA",
            model="TESLA T4",
            part_number="900-2G183-0000-001; 699-2G183-0200-100",
            serial=f"S/N: {SERIAL}",
        ),
        _board("900-2G183-0000-000"),
    ),
}
MINE = (
    "identity-label-serial",
    "identity-label-part-number",
    "identity-label-model",
    "identity-label-declared",
    "board-label-vendor",
    "board-marking",
    "board-eye-label",
    "board-eye-outside",
    "board-eye-work",
    "die-eye-package",
    "board-size",
    "condition-start",
)
