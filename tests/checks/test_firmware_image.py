"""vBIOS images against the card around them: genuine ones pass, each changed field is seen, no file accuses a card."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cards import finding_of, forged, genuine, row_of
from firmware_records import image_of, said, with_images, with_part, with_table

from gpu_inspector.checks import ALL_CHECKS, thresholds
from gpu_inspector.records import forgery
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import Virtualization
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.finding import Finding, Outcome, Strength
from gpu_inspector.records.firmware import MemoryRow, MemoryTable, PowerLimits, RmReading, VbiosReading
from gpu_inspector.workflow.judging import judge

ADA = row_of("NVIDIA GeForce RTX 4090", memory_gib=24)
A6000 = row_of("NVIDIA RTX A6000")
LAPTOP = row_of("NVIDIA GeForce RTX 3070 Laptop GPU", device_id="249D", memory_gib=8)
IMAGE_CHECKS = [one.id for one in ALL_CHECKS if one.id.startswith("firmware-image")]
Change = Callable[[VbiosReading], VbiosReading]


def memory(*types: tuple[int, str]) -> MemoryTable:
    return MemoryTable(
        rows=tuple(MemoryRow(strap=at, type=one, type_name=name) for at, (one, name) in enumerate(types))
    )


GENUINE = (
    ("firmware-image-ids", Outcome.CONSISTENT),
    ("firmware-image-version", Outcome.CONSISTENT),
    ("firmware-image-subsystem", Outcome.CONSISTENT),
    ("firmware-image-date", Outcome.CONSISTENT),
    ("firmware-image-memory", Outcome.CONSISTENT),
    ("firmware-image-intact", Outcome.CONSISTENT),
    ("firmware-images-compared", Outcome.NOT_APPLICABLE),
    ("firmware-image-known", Outcome.NOT_APPLICABLE),
)


@pytest.mark.parametrize(("check", "outcome"), GENUINE)
def test_a_genuine_image_of_a_genuine_card(check: str, outcome: Outcome) -> None:
    found = said(ADA, image_of(ADA), check)
    assert (found.outcome, found.strength) == (outcome, Strength.NONE)


CHANGES = [
    pytest.param(
        "firmware-image-ids",
        lambda it: with_part(it, 0, device_id="2204"),
        Strength.STRONG,
        "2204",
        id="device of another die",
    ),
    pytest.param(
        "firmware-image-ids",
        lambda it: with_part(it, 0, device_id="26B1"),
        Strength.STRONG,
        "26B1",
        id="device of a sister product",
    ),
    pytest.param(
        "firmware-image-ids",
        lambda it: with_part(it, 0, device_id="0BAD"),
        Strength.MEDIUM,
        "0BAD",
        id="unknown device",
    ),
    pytest.param(
        "firmware-image-ids", lambda it: with_part(it, 0, vendor_id="1002"), Strength.STRONG, "1002", id="vendor"
    ),
    pytest.param(
        "firmware-image-ids",
        lambda it: with_part(it, 1, device_id="2204"),
        Strength.MEDIUM,
        "2204",
        id="UEFI part's device",
    ),
    pytest.param(
        "firmware-image-ids", lambda it: with_table(it, mobile=True), Strength.MEDIUM, "laptops", id="laptop flag"
    ),
    pytest.param(
        "firmware-image-subsystem",
        lambda it: with_part(it, 0, subsystem="1043:8889"),
        Strength.STRONG,
        "1043",
        id="maker",
    ),
    pytest.param(
        "firmware-image-subsystem",
        lambda it: with_part(it, 0, subsystem="10DE:9999"),
        Strength.MEDIUM,
        "9999",
        id="board",
    ),
    pytest.param(
        "firmware-image-subsystem",
        lambda it: replace(it, ifr_subsystem="1043:8889"),
        Strength.WEAK,
        "1043",
        id="one of two places",
    ),
    pytest.param(
        "firmware-image-version",
        lambda it: with_table(it, version_text="Version 95.02.99.99.99"),
        Strength.MEDIUM,
        "95.02.99",
        id="text",
    ),
    pytest.param(
        "firmware-image-version",
        lambda it: with_table(it, version="95.02.18.80.5E", version_text=""),
        Strength.WEAK,
        "5E",
        id="another than the driver's",
    ),
    pytest.param(
        "firmware-image-date", lambda it: with_table(it, build_date="2014-05-01"), Strength.MEDIUM, "2014", id="old"
    ),
    pytest.param(
        "firmware-image-date",
        lambda it: with_table(it, build_date="2027-05-01"),
        Strength.WEAK,
        "2027",
        id="tomorrow",
    ),
    pytest.param(
        "firmware-image-memory",
        lambda it: with_table(it, memory=memory((3, "GDDR5"))),
        Strength.MEDIUM,
        "GDDR5",
        id="type",
    ),
    pytest.param(
        "firmware-image-power",
        lambda it: with_table(it, power=PowerLimits(default_mw=250_000)),
        Strength.WEAK,
        "250 W",
        id="power",
    ),
]


@pytest.mark.parametrize(("check", "change", "strength", "named"), CHANGES)
def test_one_changed_field(check: str, change: Change, strength: Strength, named: str) -> None:
    """Read out of the card, or in a file of unknown origin: the usual rules."""
    image = change(image_of(ADA))
    for as_file in (False, True):
        found = said(ADA, image, check, as_file=as_file)
        assert found.strength is strength
        assert found.outcome is (Outcome.SUSPICIOUS if strength is Strength.STRONG else Outcome.NOTED)
        assert found.witness == "vBIOS"
        assert found.innocent and found.cause and found.source and found.expected
        assert named in found.observed


@pytest.mark.parametrize(("check", "change", "strength", "named"), CHANGES)
def test_a_file_handed_in_for_a_live_card_never_accuses_it(
    check: str, change: Change, strength: Strength, named: str, catalogue: Catalogue
) -> None:
    image = change(image_of(ADA, source="file", file_name="dump.rom"))
    found = said(ADA, image, check)
    assert (found.outcome, found.strength, found.witness) == (Outcome.NOTED, Strength.WEAK, "vBIOS file")
    assert any("copy" in one for one in found.innocent)
    # Nor do several of them together.
    (judged,) = judge(with_images(genuine(ADA), image), Declaration(), catalogue).cards
    assert not [one for one in judged.findings if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)]


def test_a_file_handed_in_for_a_live_card_clears_nothing(catalogue: Catalogue) -> None:
    evidence = with_images(genuine(ADA), image_of(ADA, source="file", file_name="dump.rom"))
    (judged,) = judge(evidence, Declaration(), catalogue).cards
    of_image = [one for one in judged.findings if one.check in IMAGE_CHECKS]
    assert {one.outcome for one in of_image} <= {Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE}
    names = {one.id: one.name for one in forgery.KNOWN}
    assert names["other-boards-vbios"] in judged.would_pass
    assert names["edited-vbios"] in judged.would_pass


def test_the_cards_own_image_is_judged_and_not_the_file_beside_it() -> None:
    wrong = with_part(image_of(ADA, source="file"), 0, device_id="2204")
    found = finding_of(with_images(genuine(ADA), wrong, image_of(ADA)), "firmware-image-ids", _catalogue())
    assert found.outcome is Outcome.CONSISTENT


def _catalogue() -> Catalogue:
    from gpu_inspector.records.catalogue import load

    return load()


@pytest.mark.parametrize("check", [one for one in IMAGE_CHECKS if one != "firmware-image-power"])
@pytest.mark.parametrize(
    "name", ["NVIDIA GeForce RTX 4090", "NVIDIA RTX A6000", "NVIDIA A100-PCIE-40GB", "NVIDIA L40S"]
)
def test_no_genuine_image_is_a_sign(check: str, name: str) -> None:
    row = row_of(name, memory_gib=24 if "4090" in name else None)
    assert said(row, image_of(row), check).strength is Strength.NONE


def test_every_products_genuine_image_is_no_strong_or_medium_sign(catalogue: Catalogue) -> None:
    for row in catalogue.products[::23]:
        if row.memory_mib is None or row.name.startswith("NVIDIA PG50"):  # such a name reads as a board's code
            continue
        (judged,) = judge(with_images(genuine(row), image_of(row)), Declaration(), catalogue).cards
        odd = [one for one in judged.findings if one.check.startswith("firmware") and one.strength is not Strength.NONE]
        # The cards of these tests have one lowest and no product's own power limits.
        assert not [one for one in odd if one.check != "firmware-image-power"], (row.name, odd)


def test_another_id_of_the_same_product_is_weak() -> None:
    row = row_of("NVIDIA GeForce RTX 3080", device_id="2206", memory_gib=10)
    found = said(row, with_part(image_of(row), 0, device_id="2216"), "firmware-image-ids")
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)


@pytest.mark.parametrize("device", ["0000", "2680", "2200"])
def test_what_a_driver_for_any_device_and_the_extensions_name_is_no_sign(device: str) -> None:
    """Public images: UEFI's driver names no device on Ampere and later, the extensions a family's."""
    image = with_part(image_of(ADA), 2, device_id=device)
    if device == "0000":
        image = with_part(image, 1, device_id=device, vendor_id=device)
    assert said(ADA, image, "firmware-image-ids").outcome is Outcome.CONSISTENT


@pytest.mark.parametrize("place", ["list", "bridge"])
def test_an_image_for_several_devices_is_none_of_another(place: str) -> None:
    image = with_part(image_of(ADA), 0, device_id="2204", device_list=("2684",) if place == "list" else ())
    if place == "bridge":
        image = with_table(image, bridged_device_id="2684")
    found = said(ADA, image, "firmware-image-ids")
    assert "2684" in found.observed or found.strength is not Strength.STRONG


def test_a_laptops_subsystem_and_power_decide_nothing() -> None:
    image = with_part(image_of(LAPTOP), 0, subsystem="1043:8889")
    assert said(LAPTOP, image, "firmware-image-subsystem").outcome is Outcome.INCONCLUSIVE
    assert said(LAPTOP, image, "firmware-image-power").outcome is Outcome.NOT_APPLICABLE


def test_a_laptops_image_sets_no_subsystem_under_a_desktop_name_either() -> None:
    image = with_table(with_part(image_of(ADA), 0, subsystem="1043:8889"), mobile=True)
    assert said(ADA, image, "firmware-image-subsystem").outcome is Outcome.INCONCLUSIVE


def test_a_laptop_part_that_bears_the_desktop_cards_name_may_have_a_laptops_image(catalogue: Catalogue) -> None:
    row = next(one for one in catalogue.by_device("1F99") if one.memory_mib)
    found = said(row, with_table(image_of(row), mobile=True), "firmware-image-ids")
    assert found.outcome is Outcome.CONSISTENT


def test_the_text_of_a_version_may_lack_the_oems_number() -> None:
    image = image_of(ADA)
    assert image.bit is not None
    for text in (image.bit.version, image.bit.version.rpartition(".")[0], ""):
        found = said(ADA, with_table(image, version_text=f"Version {text}"), "firmware-image-version")
        assert found.outcome is Outcome.CONSISTENT
    found = said(ADA, with_table(image, version_text="Version 9"), "firmware-image-version")
    assert found.strength is Strength.MEDIUM


def test_an_empty_subsystem_in_the_image_is_no_sign() -> None:
    for empty in ("0000:0000", "10DE:0000", "FFFF:FFFF"):
        found = said(ADA, with_part(image_of(ADA), 0, subsystem=empty), "firmware-image-subsystem")
        assert found.outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("code", "inforom", "outcome"),
    [
        ("PG133", "G133.0500.00.05", Outcome.CONSISTENT),
        ("PG132", "G133.0500.00.05", Outcome.NOTED),
        ("P1001", "1001.0230.00.03", Outcome.CONSISTENT),
        ("PH400", "H400.0201.00.08", Outcome.CONSISTENT),
        ("G133-0500", "G133.0500.00.05", Outcome.CONSISTENT),
        ("G132-0010", "G133.0500.00.05", Outcome.NOTED),
        ("4735-0010", "G133.0500.00.05", Outcome.INCONCLUSIVE),
        ("E4735", "G133.0500.00.05", Outcome.INCONCLUSIVE),
        ("PG139", "G002.0000.00.03", Outcome.INCONCLUSIVE),
        ("", "G133.0500.00.05", Outcome.INCONCLUSIVE),
    ],
)
def test_the_board_of_the_image_against_the_inforoms(
    code: str, inforom: str, outcome: Outcome, catalogue: Catalogue
) -> None:
    project, code = (code, "") if "-" in code else ("", code)
    image = with_table(image_of(A6000), board_code=code, project=project)
    found = finding_of(
        with_images(forged(genuine(A6000), inforom_image=inforom), image), "firmware-image-board", catalogue
    )
    assert found.outcome is outcome
    assert found.strength in (Strength.NONE, Strength.MEDIUM)


def test_the_version_of_another_die_is_strong_in_the_image_too(catalogue: Catalogue) -> None:
    image = with_table(image_of(ADA), version="94.02.26.40.01", version_text="")
    card = forged(genuine(ADA), vbios_version="94.02.26.40.01")
    found = finding_of(with_images(card, image), "firmware-image-version", catalogue)
    assert (found.outcome, found.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)


def test_a_foreign_prefix_is_not_hidden_behind_a_smaller_sign(catalogue: Catalogue) -> None:
    """The driver told another version, and the text is another's: neither takes the place of what the prefix says."""
    for text in ("", "Version 95.02.3C.00.1B"):
        image = with_table(image_of(ADA), version="94.02.26.40.01", version_text=text)
        found = finding_of(with_images(genuine(ADA), image), "firmware-image-version", catalogue)
        assert (found.outcome, found.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)


def test_a_date_is_judged_from_its_margins_on(catalogue: Catalogue) -> None:
    from datetime import date

    first = date.fromisoformat(catalogue.die_dates["AD102"].first_public)
    edge = first - timedelta(days=int(thresholds.DATE_BEFORE_DIE))
    for day, outcome in ((edge, Outcome.CONSISTENT), (edge - timedelta(days=1), Outcome.NOTED)):
        found = said(ADA, with_table(image_of(ADA), build_date=day.isoformat()), "firmware-image-date")
        assert found.outcome is outcome
    today = genuine(ADA).collected_at.date()
    for ahead, outcome in ((2, Outcome.CONSISTENT), (3, Outcome.NOTED)):
        day = today + timedelta(days=ahead)
        found = said(ADA, with_table(image_of(ADA), build_date=day.isoformat()), "firmware-image-date")
        assert found.outcome is outcome


def test_a_day_from_memory_makes_a_weak_sign_at_most(catalogue: Catalogue) -> None:
    row = next(one for one in catalogue.by_name("NVIDIA B200") if one.memory_mib)
    assert catalogue.die_dates[row.die].from_memory
    found = said(row, with_table(image_of(row), build_date="2019-01-01"), "firmware-image-date")
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)


def test_no_product_is_older_than_its_die(catalogue: Catalogue) -> None:
    assert set(catalogue.die_dates) <= set(catalogue.dies)
    for row in catalogue.die_dates.values():
        assert row.source and row.product and row.first_public.startswith("20")
        assert row.from_memory is row.source.startswith("from memory")


@pytest.mark.parametrize("text", ["", "soon", "2022-13-01", "08/12/22", "9" * 5000])
def test_a_date_that_is_none_is_no_sign(text: str) -> None:
    found = said(ADA, with_table(image_of(ADA), build_date=text), "firmware-image-date")
    assert found.outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("table", "outcome"),
    [
        (memory((10, "GDDR6X")), Outcome.CONSISTENT),
        (memory((9, "GDDR6"), (10, "GDDR6X")), Outcome.CONSISTENT),
        (memory((9, "GDDR6")), Outcome.NOTED),
        (memory((3, "GDDR5"), (13, "")), Outcome.INCONCLUSIVE),
        (memory((15, ""), (3, "GDDR5")), Outcome.NOTED),
        (memory((15, "")), Outcome.INCONCLUSIVE),
        (MemoryTable(), Outcome.INCONCLUSIVE),
        (None, Outcome.INCONCLUSIVE),
    ],
)
def test_types_that_the_image_can_drive(table: MemoryTable | None, outcome: Outcome) -> None:
    found = said(ADA, with_table(image_of(ADA), memory=table), "firmware-image-memory")
    assert found.outcome is outcome


def test_a_type_without_a_known_number_is_not_judged() -> None:
    hopper = row_of("NVIDIA H100 80GB HBM3")
    image = with_table(image_of(hopper), memory=memory((9, "GDDR6")))
    assert said(hopper, image, "firmware-image-memory").outcome is Outcome.INCONCLUSIVE


def test_a_guest_sees_no_card_to_hold_an_image_against(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA L40S")
    guest = forged(genuine(row), virtualization=Virtualization.GUEST)
    for check in ("firmware-image-ids", "firmware-image-memory", "firmware-image-power", "firmware-image-date"):
        found = finding_of(with_images(guest, image_of(row)), check, catalogue)
        assert found.outcome is Outcome.INCONCLUSIVE
        assert "guest" in found.text


def test_without_an_image_nothing_is_passed(catalogue: Catalogue) -> None:
    (judged,) = judge(genuine(ADA), Declaration(), catalogue).cards
    findings = {one.check: one for one in judged.findings}
    for check in IMAGE_CHECKS:
        assert findings[check].outcome is Outcome.INCONCLUSIVE, check
        assert "read" in findings[check].text


def test_two_signs_of_one_eeprom_do_not_add_up(catalogue: Catalogue) -> None:
    """The image's table and the driver's version come out of the same memory."""
    image = with_table(image_of(ADA), memory=memory((3, "GDDR5")), build_date="2014-01-01")
    found = finding_of(with_images(genuine(ADA), image), "board-signs", catalogue)
    assert found.outcome is not Outcome.SUSPICIOUS


def _board_built(day: str) -> Evidence:
    evidence = genuine(ADA)
    (card,) = evidence.cards
    rm = RmReading(driver_version="550.163.01", headers_version="550.54.14", build_date=day)
    return replace(evidence, cards=(replace(card, rm=rm),))


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        ("2023-01-05", Outcome.CONSISTENT),
        ("2012-01-05", Outcome.NOTED),
        ("2031-01-05", Outcome.NOTED),
        ("", Outcome.INCONCLUSIVE),
    ],
)
def test_the_boards_date_of_the_inner_calls_is_weak_at_most(day: str, outcome: Outcome, catalogue: Catalogue) -> None:
    found: Finding = finding_of(_board_built(day), "firmware-board-date", catalogue)
    assert found.outcome is outcome
    assert found.strength in (Strength.NONE, Strength.WEAK)
    assert genuine(ADA).origin is Origin.MACHINE
