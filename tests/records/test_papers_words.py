"""Papers against goods: a row for each declared field, with what was found and the kind that customs names."""

from dataclasses import fields

import pytest

from gpu_inspector.records import papers_words as said
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Finding, Outcome, Role, Strength, Value

PAPERS = Declaration(product="H100", description="computer components", quantity=4, value="6,000 USD", consignee="X")


def _finding(check: str, outcome: Outcome, observed: str = "", **values: Value) -> Finding:
    strength = Strength.STRONG if outcome is Outcome.CONTRADICTED else Strength.NONE
    return Finding(
        check=check,
        title=check,
        role=Role.CORE,
        outcome=outcome,
        strength=strength,
        text="said of {field}",
        values=values,
        observed=observed,
    )


def test_a_discrepancy_is_named_by_its_kind_beside_what_was_declared_and_found() -> None:
    finding = _finding(
        "declaration-description",
        Outcome.CONTRADICTED,
        "a complete H100",
        field="description",
        discrepancy="description",
    )
    rows = said.rows_of(PAPERS, (finding,), str)
    assert rows[0].cells == (
        "Description",
        "computer components",
        "a complete H100",
        "contradicted: discrepancy of description",
    )


def test_what_no_check_looked_at_is_said_and_the_way_of_the_goods_is_no_row() -> None:
    rows = {row.field: row for row in said.rows_of(PAPERS, (), str)}
    assert set(rows) == {"Description", "Product", "Quantity", "Value"}
    assert {row.discrepancy for row in rows.values()} == {said.NOT_HELD}


def test_agreement_and_indecision_are_told_apart() -> None:
    good = _finding("declaration-product", Outcome.CONSISTENT, "NVIDIA H100 PCIe")
    open_one = _finding("declaration-quantity", Outcome.INCONCLUSIVE, field="quantity", discrepancy="quantity")
    rows = {row.field: row for row in said.rows_of(PAPERS, (good, open_one), str)}
    assert rows["Product"].discrepancy == said.AGREES
    assert rows["Quantity"].cells == ("Quantity", "4", "said of quantity", said.NOT_DECIDED)


def test_paper_against_reference_data_and_what_does_not_apply_are_no_rows() -> None:
    findings = (
        _finding("declaration-catalogue", Outcome.NOTED, "48 GB"),
        _finding("declaration-value", Outcome.NOT_APPLICABLE, field="value"),
        _finding("memory-total", Outcome.CONTRADICTED, "48 GB"),
    )
    assert said.rows_of(Declaration(), findings, str) == ()


def test_a_finding_of_no_declared_field_stands_under_its_own_title() -> None:
    finding = _finding("board-label", Outcome.SUSPICIOUS, "SANDKYAN", discrepancy="marking")
    (row,) = said.rows_of(Declaration(), (finding,), str)
    assert (row.field, row.found, row.discrepancy) == (
        "board-label",
        "SANDKYAN",
        "unexplained deviation: discrepancy of marking",
    )


@pytest.mark.parametrize("value", [7, None, "soup", "{0.__class__}"])
def test_a_kind_or_field_that_is_none_is_left_out(value: Value) -> None:
    finding = _finding("declaration-odd", Outcome.CONTRADICTED, "x", field=value, discrepancy=value)
    (row,) = said.rows_of(Declaration(), (finding,), str)
    assert row.discrepancy == "contradicted"


def test_every_field_of_a_declaration_has_its_label() -> None:
    assert {name for name, _label, _value in said.declared_fields(PAPERS, str)} == {
        one.name for one in fields(Declaration)
    }


def test_what_only_the_label_says_is_never_shown_as_declared() -> None:
    agreeing = _finding("declaration-brand", Outcome.CONSISTENT, "NVIDIA", field="brand", discrepancy="marking")
    deviating = _finding("declaration-brand", Outcome.NOTED, "SANDKYAN", field="brand", discrepancy="marking")
    assert all(row.field != "Brand or maker" for row in said.rows_of(PAPERS, (agreeing,), str))
    (row,) = [row for row in said.rows_of(PAPERS, (deviating,), str) if row.field == "Brand or maker"]
    assert (row.declared, row.found) == ("–", "SANDKYAN")
