"""Every known product gets the outcomes that follow from law and figures; names mean what the list says."""

import csv
import json
from datetime import date

import pytest
from export_cases import COLUMNS, OUTCOMES, outcomes

from gpu_inspector import resources
from gpu_inspector.records.catalogue import EXPORT_FILES, EXPORT_NAMES, EXPORT_ROWS, Catalogue, known_files
from gpu_inspector.records.control import INDETERMINATE
from gpu_inspector.records.export_classify import classify
from gpu_inspector.records.export_figures import NOTHING, PUBLISHED, Span
from gpu_inspector.records.export_formula import LIMITED
from gpu_inspector.records.export_products import CONFIDENCE, figures_of
from gpu_inspector.records.product_names import normalise
from tools import make_export_data

DAY = date(2026, 2, 1)


@pytest.mark.parametrize("product", OUTCOMES)
def test_a_known_product_has_its_outcomes(product: str, catalogue: Catalogue) -> None:
    found = outcomes(catalogue.export_law, figures_of(product, catalogue))
    for name, expected, said in zip(COLUMNS, OUTCOMES[product], found, strict=True):
        assert said == expected or not expected, name


def test_the_table_of_outcomes_is_whole(catalogue: Catalogue) -> None:
    assert {row.product for row in catalogue.export_products.rows} == set(OUTCOMES)
    assert len(OUTCOMES) == 45


def test_the_data_holds_no_outcome() -> None:
    held = resources.read(EXPORT_ROWS).decode() + resources.read(EXPORT_NAMES).decode()
    for word in ("3A090", "a.1", "b.2", "case-by-case", "denial", "NAC", "indeterminate", "Note 2", "band1"):
        assert word not in held


def test_estimates_and_rumours_say_that_they_are(catalogue: Catalogue) -> None:
    law = catalogue.export_law
    for row in catalogue.export_products.rows:
        figures = figures_of(row.product, catalogue)
        one = classify(law, figures, on=DAY, destination="CN", headquarters="CN")
        said = " ".join((*one.reasons, one.tpp_source))
        if row.confidence == "E":
            assert one.basis in ("estimate", "rumour")
            assert CONFIDENCE["E"] in said if row.tpp else "rumoured" in said
        else:
            assert one.basis in (PUBLISHED, NOTHING)
        assert ("from memory" in said) == (row.confidence == "M")


def test_what_is_said_has_value_limit_margin_and_source(catalogue: Catalogue) -> None:
    figures = figures_of("NVIDIA GeForce RTX 5090 D", catalogue)
    reasons = classify(catalogue.export_law, figures, on=DAY, destination="CN", headquarters="CN").reasons
    assert "TPP 4750 against 4800: 1.0 % below (maker's figure, from a secondary source)." in reasons
    assert any("SM count and clock alone would give 6704" in one for one in reasons)
    assert any("not designed or marketed for datacentres" in one for one in reasons)


def test_both_readings_of_the_l40_are_told(catalogue: Catalogue) -> None:
    one = classify(catalogue.export_law, figures_of("L40", catalogue), on=DAY, destination="CN", headquarters="CN")
    assert (one.codified.entry, one.codified.paragraph) == ("3A090.b", "3A090.b.1/b.2")
    assert any("TPP 5793, it would be 3A090.a.1" in text for text in one.reasons)


# --- names


def test_every_name_of_a_driver_is_a_product_of_the_catalogue_with_that_chip(catalogue: Catalogue) -> None:
    table = catalogue.export_products
    rows = {row.product: row for row in table.rows}
    not_ours = {"NVIDIA T4", "NVIDIA A100-SXM-80GB", "NVIDIA B30A", "NVIDIA B20"}
    for one in table.names:
        if one.trade or one.name.startswith("AMD") or one.name in not_ours:
            continue
        found = catalogue.by_name(one.name)
        assert found, one.name
        for row in one.rows:
            assert {product.die for product in found} <= {rows[row].chip.removeprefix("2x"), "GB102"}, one.name


def test_every_row_has_a_name(catalogue: Catalogue) -> None:
    table = catalogue.export_products
    assert {row for one in table.names for row in one.rows} == {row.product for row in table.rows}


def test_names_are_in_one_order_and_no_line_is_hidden(catalogue: Catalogue) -> None:
    seen: set[tuple[str, bool]] = set()
    for one in catalogue.export_products.names:
        key = (normalise(one.name), one.trade)
        assert key not in seen, f"{one.name} is never reached"
        if not one.memory_gib:
            seen.add(key)


@pytest.mark.parametrize(
    ("name", "mib", "row"),
    [
        ("NVIDIA H100 80GB HBM3", 81559, "H100 SXM5 80GB"),
        ("NVIDIA GeForce RTX 4090", 24564, "RTX 4090 24GB"),
        ("NVIDIA GeForce RTX 4090", 49140, "RTX 4090 48GB (mod)"),
        ("NVIDIA GeForce RTX 4090", None, "RTX 4090 24GB"),
        ("nvidia  geforce rtx 5090 d v2", 24463, "RTX 5090 D V2 24GB"),
        ("NVIDIA H200", 143771, "H200 SXM 141GB"),
        ("NVIDIA H100 80GB HBM3 2", 81559, None),
        ("NVIDIA H20-3e", 144384, None),
        ("H100", 81559, None),
        ("", None, None),
    ],
)
def test_a_driver_s_name_means_one_row_or_none(
    name: str, mib: int | None, row: str | None, catalogue: Catalogue
) -> None:
    found = catalogue.export_products.row_of(name, mib)
    assert (found.product if found else None) == row


def test_another_memory_keeps_the_class_and_leaves_the_bandwidth_open(catalogue: Catalogue) -> None:
    figures = figures_of(catalogue.by_name("NVIDIA GeForce RTX 4090 D"), catalogue, memory_mib=49140)
    assert figures.tpp is not None and figures.tpp.value == 4706.4 and figures.dram_gb_per_s is None
    assert any("another one" in one for one in figures.notes)


def test_a_trade_name_means_all_of_its_products(catalogue: Catalogue) -> None:
    figures = figures_of("H200", catalogue)
    assert figures.tpp is not None and (figures.tpp.low, figures.tpp.high) == (13368, 15832)
    assert figures_of("NVIDIA H200", catalogue).row == "H200 SXM 141GB"


@pytest.mark.parametrize("text", ["", "   ", "quatsch", "{0}{__class__}", "\u202e\x00", "NVIDIA" * 10_000])
def test_any_text_has_figures_that_are_open(text: str, catalogue: Catalogue) -> None:
    figures = figures_of(text, catalogue)
    assert figures.basis == NOTHING and figures.tpp is None and len(figures.product) <= 200
    assert figures.product.isprintable()
    one = classify(catalogue.export_law, figures, on=DAY, destination=text, headquarters=text)
    assert one.codified.entry == one.enforced.entry == INDETERMINATE


# --- the formula


def test_the_formula_gives_the_published_figures_within_one_per_cent(catalogue: Catalogue) -> None:
    held = 0
    for row in catalogue.export_products.rows:
        figures = figures_of(row.product, catalogue)
        if row.rated_boost_mhz and row.tpp and figures.tpp_formula and row.product != "L40 48GB":
            held += 1
            assert abs(figures.tpp_formula / row.tpp - 1) < 0.01, row.product
    assert held >= 20


def test_the_formula_is_never_exact_and_never_for_a_limited_product(catalogue: Catalogue) -> None:
    for product in catalogue.products:
        figures = figures_of([product], catalogue)
        if figures.row or figures.tpp is None:
            continue
        assert figures.basis == "formula" and not figures.tpp.exact
        if LIMITED.search(normalise(product.name)) or product.segment in ("CMP", "DRIVE", "other"):
            assert figures.tpp.low == 0, product.name


def test_a_highest_clock_is_not_taken_for_the_rated_one(catalogue: Catalogue) -> None:
    """The catalogue has 1980 MHz for Hopper: that alone would make TPP 17129 and miss a band of the duty."""
    (product,) = [one for one in catalogue.products if one.name == "H100 SXM5 96GB"]
    figures = figures_of([product], catalogue)
    assert figures.tpp is not None and figures.tpp.low < 15832 < figures.tpp.top
    one = classify(catalogue.export_law, figures, on=DAY, destination="US", headquarters="US")
    assert one.codified.entry == "3A090.a" and one.tpp is None


@pytest.mark.parametrize("name", ["NVIDIA H20-3e", "NVIDIA H20 NVL16", "NVIDIA H800 NVL", "H20B"])
def test_an_unlisted_product_for_china_is_indeterminate(name: str, catalogue: Catalogue) -> None:
    one = classify(
        catalogue.export_law,
        figures_of(catalogue.by_name(name), catalogue),
        on=DAY,
        destination="CN",
        headquarters="CN",
    )
    assert one.codified.entry == INDETERMINATE and "TPP" in one.missing


@pytest.mark.parametrize("name", ["NVIDIA GeForce RTX 4060", "NVIDIA GeForce GTX 1080", "NVIDIA GeForce GTX 1660"])
def test_a_small_card_is_none_whatever_is_not_known_of_it(name: str, catalogue: Catalogue) -> None:
    figures = figures_of(catalogue.by_name(name), catalogue)
    one = classify(catalogue.export_law, figures, on=DAY)
    assert (one.codified.entry, one.codified.licence, one.missing) == ("none", "not required", ())


def test_what_is_not_known_to_be_marketed_stays_open(catalogue: Catalogue) -> None:
    for product in catalogue.products:
        if product.segment in ("CMP", "DRIVE", "other"):
            assert figures_of([product], catalogue).datacentre is None
    (server,) = [one for one in catalogue.products if one.name == "NVIDIA RTX PRO 4500 Blackwell Server Edition"]
    assert figures_of([server], catalogue).datacentre is True


def test_a_die_s_products_hold_together_and_say_so(catalogue: Catalogue) -> None:
    rows = [one for one in catalogue.products if one.name in ("NVIDIA H100 80GB HBM3", "NVIDIA H20")]
    figures = figures_of(rows, catalogue, basis="die")
    assert figures.basis == "die" and figures.tpp == Span(2368, 15832, figures.tpp.source if figures.tpp else "")
    assert "not known" in figures.notes[0]
    one = classify(catalogue.export_law, figures, on=DAY, destination="CN", headquarters="CN")
    assert one.codified.entry == INDETERMINATE


def test_a_mixed_name_is_not_called_a_workstation_s(catalogue: Catalogue) -> None:
    figures = figures_of("RTX PRO 6000", catalogue)
    assert figures.datacentre is None
    one = classify(catalogue.export_law, figures, on=DAY, destination="CN", headquarters="CN")
    assert one.codified.entry == "3A090.a" and one.codified.licence == INDETERMINATE
    assert one.missing == ("whether it is designed or marketed for datacentres",)


# --- the files


def test_the_files_are_part_of_the_version(catalogue: Catalogue) -> None:
    held = known_files()
    assert set(EXPORT_FILES) <= set(held)


def test_a_name_for_a_row_that_is_not_there_is_refused(catalogue: Catalogue) -> None:
    from gpu_inspector.records.export_products import ExportName, ExportProducts

    with pytest.raises(KeyError):
        ExportProducts(catalogue.export_products.rows, [ExportName(name="X", rows=("Y",))])


def test_the_tool_takes_no_outcome_and_marks_estimates() -> None:
    columns = [*make_export_data.NUMBERS.values(), "product", "market", "datacenter_marketed", "chip", "tpp_precision"]
    row = dict.fromkeys([*columns, *COLUMNS, "confidence", "notes"], "")
    row |= {"product": "X", "market": "global", "chip": "GH100", "tpp": "5000.0", "confidence": "E"}
    row |= {"us_2023_11": "3A090.a.1", "notes": "-> a.1"}
    lines = [",".join(row), ",".join(row.values())]
    made = json.loads(make_export_data.made("\n".join(lines)))
    assert made == {
        "product": "X",
        "market": "global",
        "chip": "GH100",
        "tpp": 5000,
        "basis": "estimate",
        "confidence": "E",
    }
    assert list(csv.DictReader(lines))
