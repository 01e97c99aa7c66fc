"""The catalogue: that the data is whole, that every trap has its answer, and that papers are read fairly."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector import resources
from gpu_inspector.errors import DataError
from gpu_inspector.records.catalogue import Catalogue, known_files, load, normalise, read_catalogue
from gpu_inspector.records.product import Product

CATALOGUE = load()


def names(products: tuple[Product, ...]) -> set[str]:
    return {row.name for row in products}


def gigabytes(products: tuple[Product, ...]) -> set[int]:
    return {row.memory_mib // 1024 for row in products if row.memory_mib is not None}


def files() -> dict[str, bytes]:
    found = resources.names("products", ".jsonl") + resources.names("products", ".json")
    return {Path(name).name: resources.read(name) for name in found} | known_files()


# --- the data as a whole


def test_it_holds_every_architecture() -> None:
    held = {CATALOGUE.dies[row.die].architecture for row in CATALOGUE.products}
    assert held == {"Maxwell", "Pascal", "Volta", "Turing", "Ampere", "Ada Lovelace", "Hopper", "Blackwell"}


def test_every_figure_of_every_product_names_its_source() -> None:
    fields = ("sm", "memory_mib", "memory_type", "bus_bits", "l2_bytes", "boost_mhz", "tdp_w", "pcie_gen")
    for row in CATALOGUE.products:
        for field in ("name", "device_ids", *(field for field in fields if getattr(row, field) is not None)):
            assert row.sources.get(field), f"{row.name} {row.device_ids}: {field}"


def test_every_memory_size_has_its_evidence_for_each_device_id() -> None:
    for row in CATALOGUE.products:
        assert set(row.memory_evidence) == (set(row.device_ids) if row.memory_mib else set()), row.name


def test_doubts_are_about_figures_that_are_there() -> None:
    for row in CATALOGUE.products:
        for field in {*row.single_source, *row.from_memory}:
            assert getattr(row, field) not in (None, "", "unknown", ()), f"{row.name}: {field}"


def test_no_product_exceeds_its_chip_where_both_are_sure() -> None:
    for row in CATALOGUE.products:
        die = CATALOGUE.dies[row.die]
        if row.sm and die.full_sm:
            assert row.sm <= die.full_sm, row.name
        if row.l2_bytes and die.full_l2_bytes and "full_l2_bytes" not in die.from_memory:
            assert row.l2_bytes <= die.full_l2_bytes, row.name


@pytest.mark.parametrize(
    ("name", "size", "basis", "off", "on"),
    [
        ("Quadro RTX 6000", 24, "F1", 24576, 23040),
        ("NVIDIA RTX A6000", 48, "F2", 49140, 46068),
        ("NVIDIA GeForce RTX 5090", 32, "F3", 32604, None),
        ("NVIDIA H100 80GB HBM3", 80, "F4", None, 81559),
    ],
    ids=["F1-turing", "F2-ga10x", "F3-blackwell", "F4-hopper"],
)
def test_totals_follow_their_formula(name: str, size: int, basis: str, off: int | None, on: int | None) -> None:
    (row,) = (row for row in CATALOGUE.by_name(name) if row.memory_mib == size * 1024)
    assert row.total_basis == basis
    assert off is None or row.total_mib_ecc_off == pytest.approx(off, rel=0.003)
    assert on is None or row.total_mib_ecc_on == pytest.approx(on, rel=0.003)


def test_observed_totals_fit_the_formula_or_lie_a_little_lower_as_under_old_drivers() -> None:
    for row in CATALOGUE.products:
        expected = [total for total in (row.total_mib_ecc_off, row.total_mib_ecc_on) if total]
        for seen in row.totals_observed_mib if expected else ():
            assert any(total * 0.95 <= seen <= total * 1.003 for total in expected), f"{row.name}: {seen}"


def test_the_version_has_the_day_and_follows_every_byte() -> None:
    day, digest = CATALOGUE.version.split("+")
    assert len(day) == 10
    assert len(digest) == 12
    assert Catalogue(files()).version == CATALOGUE.version == read_catalogue().version
    for name in ("chips.jsonl", "ada.jsonl", "same_name.json"):
        assert Catalogue({**files(), name: files()[name] + b"\n"}).version != CATALOGUE.version


@pytest.mark.parametrize("name", ["chips.jsonl", "names.jsonl", "about.json", "same_name.json"])
def test_a_missing_file_is_refused_by_name(name: str) -> None:
    held = files()
    del held[name]
    with pytest.raises(DataError, match=name):
        Catalogue(held)


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"name": 1}', b"[]"], ids=["cut", "bytes", "type", "shape"])
def test_a_damaged_file_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(DataError, match=r"ada\.jsonl"):
        Catalogue({**files(), "ada.jsonl": body})


# --- the traps: where a naive checker accuses an honest seller


@pytest.mark.parametrize(
    ("device", "sizes"),
    [
        ("2D04", {8, 16}),
        ("1E30", {24, 48}),
        ("17FD", {12, 24}),
        ("2BB3", {48, 72}),
        ("24DC", {8, 16}),
        ("2504", {6, 8, 12}),
        ("20C2", {8, 10}),
        ("2803", {8, 16}),
    ],
)
def test_one_device_id_has_several_genuine_sizes(device: str, sizes: set[int]) -> None:
    assert gigabytes(CATALOGUE.by_device(device)) == sizes
    assert gigabytes(CATALOGUE.by_device(device.lower())) == sizes


@pytest.mark.parametrize(
    ("device", "subsystem", "expected"),
    [
        ("1E30", "10DE:129E", {"Quadro RTX 8000"}),
        ("1e30", "10de:129e", {"Quadro RTX 8000"}),
        ("1E78", "10DE:13D9", {"Quadro RTX 6000"}),
        ("1E78", "10DE:13D8", {"Quadro RTX 8000"}),
        ("25B6", "10DE:157E", {"NVIDIA A2"}),
        ("25B6", "10DE:14A9", {"NVIDIA A16"}),
        ("17FD", "10DE:1173", {"Tesla M40 24GB"}),
        ("17FD", "10DE:1172", {"Tesla M40", "Tesla M40 24GB"}),
        ("1E30", None, {"Quadro RTX 6000", "Quadro RTX 8000"}),
        ("25B6", "FFFF:FFFF", {"NVIDIA A2", "NVIDIA A16"}),
    ],
)
def test_a_subsystem_tells_products_of_one_id_apart(device: str, subsystem: str | None, expected: set[str]) -> None:
    assert names(CATALOGUE.by_device(device, subsystem)) == expected


def test_a_makers_renaming_keeps_the_hardware_of_the_device_id() -> None:
    rows = CATALOGUE.by_device("249C", "1D05:1194")
    assert names(rows) == {"NVIDIA GeForce RTX 3060 Laptop GPU", "NVIDIA GeForce RTX 3080 Laptop GPU"}
    assert gigabytes(rows) == {8, 16}
    assert any(name.subsystem == "1D05:1194" for name in CATALOGUE.names_of("249C"))


@pytest.mark.parametrize(
    ("name", "sizes", "devices"),
    [
        ("NVIDIA GeForce RTX 3080", {10, 12}, {"2206", "2216", "220A"}),
        ("NVIDIA GeForce RTX 4060 Ti", {8, 16}, {"2803", "2805", "2788"}),
        ("NVIDIA GeForce RTX 2060", {6, 12}, {"1F08", "1F03", "1E89"}),
        ("NVIDIA GeForce RTX 3050", {6, 8}, {"2582", "2584", "2507"}),
    ],
)
def test_one_name_stands_on_several_device_ids(name: str, sizes: set[int], devices: set[str]) -> None:
    rows = CATALOGUE.by_name(name)
    assert sizes <= gigabytes(rows)
    assert devices <= {device for row in rows for device in row.device_ids}


def test_one_device_id_has_two_memory_types() -> None:
    assert {row.memory_type for row in CATALOGUE.by_device("2786")} == {"GDDR6", "GDDR6X"}


@pytest.mark.parametrize("name", ["NVIDIA GeForce RTX 3060", "geforce gtx 960", "Quadro P2000", "GeForce 840M"])
def test_a_name_that_stands_on_several_chips_is_known_as_such(name: str) -> None:
    assert normalise(name) in CATALOGUE.same_name


def test_a_name_of_one_chip_is_not_among_them() -> None:
    assert normalise("NVIDIA GeForce RTX 4090") not in CATALOGUE.same_name


def test_the_gigabytes_in_a_grace_hopper_name_are_not_the_cards() -> None:
    for name in ("NVIDIA GH200 120GB", "NVIDIA GH200 480GB"):
        assert gigabytes(CATALOGUE.by_name(name)) == {96}
        assert gigabytes(CATALOGUE.resolve(name)) == {96}


def test_the_forged_device_id_is_known_and_no_paper_can_mean_it() -> None:
    assert [row.device_id for row in CATALOGUE.counterfeits] == ["1404"]
    assert all("1404" not in row.device_ids for row in CATALOGUE.resolve("GeForce GTX 960"))


@pytest.mark.parametrize(
    ("device", "size"),
    [("2684", 48), ("2685", 48), ("2702", 32), ("2704", 32), ("1E04", 22), ("1E07", 22), ("2484", 16), ("2206", 20)],
)
def test_a_known_rework_is_no_genuine_size(device: str, size: int) -> None:
    assert any(device in row.device_ids and row.memory_mib == size * 1024 for row in CATALOGUE.modifications)
    assert size not in gigabytes(CATALOGUE.by_device(device))


def test_every_prototype_of_a_subsystem_is_one_that_a_register_names() -> None:
    for row in CATALOGUE.prototypes:
        subsystem = row.subsystem or None
        assert any(name.subsystem == subsystem for name in CATALOGUE.names_of(row.device_id)), row.title


def test_sizes_that_rest_on_little_are_marked() -> None:
    sixteen = next(row for row in CATALOGUE.by_device("24DC") if row.memory_mib == 16384)
    assert "memory_mib" in sixteen.single_source
    eight = next(row for row in CATALOGUE.by_device("1B87") if row.memory_mib == 8192)
    assert "memory_mib" in eight.from_memory
    sure = CATALOGUE.by_name("NVIDIA GeForce RTX 4090")[0]
    assert "memory_mib" not in {*sure.single_source, *sure.from_memory}


def test_an_id_whose_registers_name_two_chips_has_none() -> None:
    assert CATALOGUE.die_of("13AD") is None
    assert CATALOGUE.die_of("FFFF") is None
    die = CATALOGUE.die_of("2684")
    assert die is not None
    assert (die.name, die.compute_capability) == ("AD102", "8.9")


def test_known_and_unknown_ids_and_names() -> None:
    assert CATALOGUE.knows_device("2684")
    assert not CATALOGUE.knows_device("FFFF")
    assert CATALOGUE.knows_name("geforce rtx 4090")
    assert CATALOGUE.knows_name("GeForce RTX 3080 Lite Hash Rate")
    assert not CATALOGUE.knows_name("NVIDIA GeForce RTX 4095")


# --- names


@pytest.mark.parametrize(
    "text", ["NVIDIA GeForce RTX 3080", "GeForce(R) RTX 3080", "  geforce\trtx  3080 ", "NVIDIA® GeForce™ RTX 3080"]
)
def test_one_name_in_several_hands_is_one_name(text: str) -> None:
    assert normalise(text) == "geforce rtx 3080"


def test_names_that_differ_stay_apart() -> None:
    texts = ["RTX 4090", "RTX 4090 D", "RTX 4090 Laptop GPU", "Quadro RTX 6000", "RTX 6000", "RTX A6000"]
    assert len({normalise(text) for text in texts}) == len(texts)


@given(st.text())
@settings(deadline=None)
def test_any_text_is_normalised_once_and_for_all(text: str) -> None:
    once = normalise("x" + text)
    assert normalise(once) == once
    assert "\n" not in once


# --- search


def test_search_takes_all_words_anywhere() -> None:
    assert names(CATALOGUE.search("4090 laptop")) == {"NVIDIA GeForce RTX 4090 Laptop GPU"}
    assert "NVIDIA GeForce RTX 4090" in names(CATALOGUE.search("ad102 2684"))
    assert CATALOGUE.search("") == CATALOGUE.products
    assert CATALOGUE.search("no such card") == ()


@given(st.text())
@settings(deadline=None, max_examples=examples(50))
def test_any_search_and_any_paper_is_answered_from_the_catalogue(text: str) -> None:
    held = {id(row) for row in CATALOGUE.products}
    for text_ in (text, f"RTX 4090 {text}"):
        found = CATALOGUE.search(text_) + CATALOGUE.resolve(text_) + CATALOGUE.by_device(text_, text_)
        assert {id(row) for row in found} <= held


# --- what papers say


@pytest.mark.parametrize(
    ("paper", "expected", "sizes"),
    [
        ("RTX 4090", {"NVIDIA GeForce RTX 4090"}, {24}),
        ("rtx4090 24GB", {"NVIDIA GeForce RTX 4090"}, {24}),
        ("GeForce RTX 4090 24G", {"NVIDIA GeForce RTX 4090"}, {24}),
        ("ＲＴＸ４０９０", {"NVIDIA GeForce RTX 4090"}, {24}),
        ("RTX 4090 24576MB", {"NVIDIA GeForce RTX 4090"}, {24}),
        ("2x used RTX 3080, 10 GB", {"NVIDIA GeForce RTX 3080"}, {10}),
        ("4090", {"NVIDIA GeForce RTX 4090"}, {24}),
        ("RTX 4090 48GB", {"NVIDIA GeForce RTX 4090"}, {24}),
        ("RTX 4090 D", {"NVIDIA GeForce RTX 4090 D"}, {24}),
        ("rtx4090d", {"NVIDIA GeForce RTX 4090 D"}, {24}),
        ("RTX 4090 Laptop", {"NVIDIA GeForce RTX 4090 Laptop GPU"}, {16}),
        ("RTX 3080 12GB", {"NVIDIA GeForce RTX 3080"}, {12}),
        ("RTX 3080", {"NVIDIA GeForce RTX 3080"}, {10, 12}),
        ("RTX 3080 Max-Q", {"NVIDIA GeForce RTX 3080 Laptop GPU"}, {8, 16}),
        ("GTX1060-6GB", {"NVIDIA GeForce GTX 1060 6GB", "NVIDIA GeForce GTX 1060"}, {6}),
        ("4070TiSUPER", {"NVIDIA GeForce RTX 4070 Ti SUPER"}, {16}),
        ("ASUS TUF Gaming GeForce RTX 4090 OC 24GB GDDR6X 384-bit PCIe 4.0 x16", {"NVIDIA GeForce RTX 4090"}, {24}),
        ("A100 80GB PCIe", {"NVIDIA A100 80GB PCIe"}, {80}),
        ("Nvidia H100 PCIe", {"NVIDIA H100 PCIe"}, {80}),
        ("H100 SXM5 80GB", {"NVIDIA H100 80GB HBM3"}, {80}),
        ("A100 SXM4 40GB", {"NVIDIA A100-SXM4-40GB"}, {40}),
        ("Tesla V100 SXM2 32GB", {"Tesla V100-SXM2-32GB"}, {32}),
        ("Tesla M40", {"Tesla M40", "Tesla M40 24GB"}, {12, 24}),
        ("T4", {"Tesla T4"}, {16}),
        ("Quadro A6000", {"NVIDIA RTX A6000"}, {48}),
        ("RTX 6000", {"Quadro RTX 6000", "NVIDIA RTX 6000 Ada Generation"}, {24, 48}),
        ("RTX 6000 Ada", {"NVIDIA RTX 6000 Ada Generation"}, {48}),
        ("GTX TITAN X", {"NVIDIA GeForce GTX TITAN X"}, {12}),
        (
            "RTX PRO 6000 Blackwell Max-Q Workstation Edition",
            {"NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition"},
            {96},
        ),
    ],
)
def test_a_paper_names_its_products(paper: str, expected: set[str], sizes: set[int]) -> None:
    found = CATALOGUE.resolve(paper)
    assert names(found) == expected
    assert gigabytes(found) == sizes


def test_a_familys_name_means_all_of_its_members_and_nobody_else() -> None:
    found = names(CATALOGUE.resolve("A100"))
    assert {"NVIDIA A100 80GB PCIe", "NVIDIA A100-PCIE-40GB", "NVIDIA A100-SXM4-80GB"} <= found
    assert all("A100" in name for name in found)
    assert "A100X" not in found


def test_a_registers_name_means_what_the_driver_calls_otherwise() -> None:
    assert "NVIDIA H100 80GB HBM3" in names(CATALOGUE.resolve("H100 SXM5"))
    assert "NVIDIA A100-SXM4-80GB" in names(CATALOGUE.resolve("A100 SXM4 80GB"))


def test_a_family_with_an_exact_name_among_them_still_means_every_shape() -> None:
    assert {"NVIDIA H100 PCIe", "NVIDIA H100 NVL", "NVIDIA H100 80GB HBM3"} <= names(CATALOGUE.resolve("H100"))


@pytest.mark.parametrize(
    "paper",
    [
        "",
        "RTX",
        "GeForce",
        "NVIDIA graphics card",
        "RTX PRO",
        "RTX 4095",
        "RTX 4090 Ti",
        "GTX 4090",
        "Radeon 960",
        "AMD Radeon RX 7900 XTX",
        "Intel Arc A750",
        "Quadro 4000",
        "24GB",
    ],
)
def test_a_paper_that_names_nothing_known_is_answered_with_nothing(paper: str) -> None:
    assert CATALOGUE.resolve(paper) == ()


def test_every_products_own_name_means_that_product() -> None:
    forged = {row.device_id for row in CATALOGUE.counterfeits}
    for row in CATALOGUE.products:
        if not forged & set(row.device_ids):
            assert any(row is found for found in CATALOGUE.resolve(row.name)), row.name
