"""Cards against packing list, labels and inventory: the odd one is named, and no honest list accuses anybody."""

from dataclasses import replace

import pytest
from cards import genuine, row_of
from server_cards import SERIALS, listed, module, rows, server

from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Finding, Outcome, Strength
from gpu_inspector.records.inventory import InventoryList, ListKind, ListRow
from gpu_inspector.workflow.judging import judge

LISTS = {
    "declaration-packing-list": ListKind.PACKING,
    "identity-chassis-labels": ListKind.LABELS,
    "identity-inventory": ListKind.CONTROLLER,
}


def found(evidence: Evidence, check: str, catalogue: Catalogue) -> list[Finding]:
    """What one check says of each card, in the cards' order."""
    judged = judge(evidence, Declaration(), catalogue).cards
    return [next(one for one in card.findings if one.check == check) for card in judged]


def outcomes(evidence: Evidence, lists: tuple[InventoryList, ...], check: str, catalogue: Catalogue) -> list[Outcome]:
    return [one.outcome for one in found(replace(evidence, inventories=lists), check, catalogue)]


@pytest.mark.parametrize("check", LISTS)
def test_without_a_list_the_question_does_not_arise(check: str, catalogue: Catalogue) -> None:
    assert set(outcomes(server(count=2), (), check, catalogue)) == {Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize("check", LISTS)
def test_a_list_that_names_every_card_agrees(check: str, catalogue: Catalogue) -> None:
    one = listed(*rows(), kind=LISTS[check])
    assert set(outcomes(server(), (one,), check, catalogue)) == {Outcome.CONSISTENT}


@pytest.mark.parametrize("check", ["declaration-packing-list", "identity-chassis-labels"])
def test_the_card_that_the_list_lacks_is_named_and_no_other(check: str, catalogue: Catalogue) -> None:
    one = listed(*rows((*SERIALS[:5], "1321021044129", *SERIALS[6:])), kind=LISTS[check])
    said = found(replace(server(), inventories=(one,)), check, catalogue)
    assert [at for at, finding in enumerate(said) if finding.outcome is not Outcome.CONSISTENT] == [5]
    assert said[5].outcome is Outcome.SUSPICIOUS and SERIALS[5] in said[5].observed


def test_a_list_of_the_whole_shipment_has_more_rows_and_is_no_sign(catalogue: Catalogue) -> None:
    more = tuple(f"16530230{number}" for number in (12345, 22346, 32347, 42348))
    one = listed(*rows((*SERIALS, *more)))
    assert set(outcomes(server(), (one,), "declaration-packing-list", catalogue)) == {Outcome.CONSISTENT}


@pytest.mark.parametrize(
    "typed",
    ["1652923020427", "1652923020473"],
    ids=["two digits changed places", "one digit differs"],
)
def test_a_mistyped_number_is_noted(typed: str, catalogue: Catalogue) -> None:
    one = listed(*rows((*SERIALS[:5], typed, *SERIALS[6:])))
    said = found(replace(server(), inventories=(one,)), "declaration-packing-list", catalogue)
    assert (said[5].outcome, said[5].strength) == (Outcome.NOTED, Strength.MEDIUM)


def test_the_next_card_of_the_series_is_no_mistyped_number(catalogue: Catalogue) -> None:
    """1652823054567 stands on the list for its own card; a card that differs from it in one digit is another card."""
    neighbour = module(5, serial="1652823054568")
    one = listed(*rows((*SERIALS[:5], "1321021044129", *SERIALS[6:])))
    said = found(replace(server((5, neighbour)), inventories=(one,)), "declaration-packing-list", catalogue)
    assert said[5].outcome is Outcome.SUSPICIOUS


HONEST_AND_SILENT = {
    "the server's own number, which is of 13 digits too": (
        ListRow(line=2, serial="1660523000035", product="DGX H100"),
    ),
    "one row for eight pieces, of which it names one": (
        ListRow(line=2, serial=SERIALS[0], product="NVIDIA H100 80GB", quantity=8),
    ),
    "numbers of the maker's own kind": rows(("PNY-22A-00817", "PNY-22A-00818"), product="H100"),
    "an article number in every row": rows(("4710562244427",) * 8),
    "a number that a spreadsheet spoiled": (
        *rows(SERIALS[:5]),
        ListRow(line=7, unread="1.65E+12", product="H100"),
        *rows(SERIALS[6:]),
    ),
    "no accelerator at all": (),
    "fewer numbers than cards, and none of these": rows(("1321021044129",)),
}


@pytest.mark.parametrize("name", HONEST_AND_SILENT)
def test_a_list_that_may_mean_the_card_accuses_nobody(name: str, catalogue: Catalogue) -> None:
    said = outcomes(server(), (listed(*HONEST_AND_SILENT[name]),), "declaration-packing-list", catalogue)
    assert set(said) <= {Outcome.CONSISTENT, Outcome.INCONCLUSIVE}
    assert said[5] is Outcome.INCONCLUSIVE


def test_a_row_of_the_whole_machine_does_not_hide_the_card_that_is_missing(catalogue: Catalogue) -> None:
    machine = ListRow(line=1, serial="1660523000035", product="GPU server with HGX H100 8-GPU board")
    one = listed(machine, *rows((*SERIALS[:5], "1321021044129", *SERIALS[6:])))
    said = outcomes(server(), (one,), "declaration-packing-list", catalogue)
    assert [at for at, outcome in enumerate(said) if outcome is Outcome.SUSPICIOUS] == [5]


def test_cards_whose_rows_say_server_are_cards(catalogue: Catalogue) -> None:
    one = listed(*rows((*SERIALS[:5], "1321021044129", *SERIALS[6:]), product="H100 module for DGX system"))
    said = outcomes(server(), (one,), "declaration-packing-list", catalogue)
    assert [at for at, outcome in enumerate(said) if outcome is Outcome.SUSPICIOUS] == [5]


def test_the_number_of_a_tray_beside_the_boards_own_disturbs_nothing(catalogue: Catalogue) -> None:
    turned = tuple(replace(row, serial="TRAY-17", serials_beside=(row.serial,)) for row in rows())
    assert set(outcomes(server(), (listed(*turned),), "declaration-packing-list", catalogue)) == {Outcome.CONSISTENT}


def test_a_row_that_names_another_product_is_an_unexplained_deviation(catalogue: Catalogue) -> None:
    wrong = (*rows()[:3], replace(rows()[3], product="NVIDIA RTX A4000"), *rows()[4:])
    said = outcomes(server(), (listed(*wrong),), "declaration-packing-list", catalogue)
    assert [at for at, outcome in enumerate(said) if outcome is Outcome.SUSPICIOUS] == [3]


def test_words_that_may_mean_the_card_agree(catalogue: Catalogue) -> None:
    assert set(
        outcomes(server(), (listed(*rows(product="GPU, H100, for servers")),), "declaration-packing-list", catalogue)
    ) == {Outcome.CONSISTENT}


def test_a_single_card_that_is_not_on_its_list(catalogue: Catalogue) -> None:
    evidence = replace(genuine(row_of("NVIDIA H100 PCIe")), cards=(module(0),))
    one = listed(*rows(SERIALS[1:3]))
    assert outcomes(evidence, (one,), "declaration-packing-list", catalogue) == [Outcome.SUSPICIOUS]


def test_products_without_numbers_are_noted_where_none_is_the_cards(catalogue: Catalogue) -> None:
    one = listed(ListRow(line=2, product="NVIDIA RTX A4000", quantity=8))
    said = found(replace(server(), inventories=(one,)), "declaration-packing-list", catalogue)
    assert {(finding.outcome, finding.strength) for finding in said} == {(Outcome.NOTED, Strength.MEDIUM)}


def test_masked_numbers_are_not_missing_ones(catalogue: Catalogue) -> None:
    evidence = server((0, module(0, serial=None)))
    assert outcomes(evidence, (listed(*rows()),), "declaration-packing-list", catalogue)[0] is Outcome.INCONCLUSIVE


# The management controller


def test_an_inventory_that_gives_the_cards_die_another_serial(catalogue: Catalogue) -> None:
    every = [replace(row, uuid=f"8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d{at}") for at, row in enumerate(rows())]
    every[2] = replace(every[2], serial="1321021044129")
    one = listed(*every, kind=ListKind.CONTROLLER)
    said = outcomes(server(), (one,), "identity-inventory", catalogue)
    assert [at for at, outcome in enumerate(said) if outcome is not Outcome.CONSISTENT] == [2]
    assert said[2] is Outcome.SUSPICIOUS


def test_a_controller_that_does_not_list_one_card_is_noted(catalogue: Catalogue) -> None:
    one = listed(*rows(SERIALS[:7]), kind=ListKind.CONTROLLER)
    said = outcomes(server(), (one,), "identity-inventory", catalogue)
    assert said == [Outcome.CONSISTENT] * 7 + [Outcome.NOTED]


def test_an_inventory_of_another_chassis_accuses_nobody(catalogue: Catalogue) -> None:
    one = listed(*rows(("1321021044129", "1321021044137")), kind=ListKind.CONTROLLER)
    assert set(outcomes(server(), (one,), "identity-inventory", catalogue)) == {Outcome.INCONCLUSIVE}


def test_a_uuid_of_the_controllers_own_is_no_deviation(catalogue: Catalogue) -> None:
    every = (replace(row, uuid="11111111-2222-4333-8444-555555555555") for row in rows())
    one = listed(*every, kind=ListKind.CONTROLLER)
    assert set(outcomes(server(), (one,), "identity-inventory", catalogue)) == {Outcome.CONSISTENT}


# One product among equals


def test_the_odd_card_of_a_server_is_named_and_no_other(catalogue: Catalogue) -> None:
    said = found(server((3, module(3, row_of("NVIDIA H200")))), "identity-same-kind", catalogue)
    assert [at for at, one in enumerate(said) if one.outcome is not Outcome.CONSISTENT] == [3]
    assert (said[3].outcome, said[3].strength) == (Outcome.NOTED, Strength.MEDIUM)


def test_a_card_that_stopped_answering_is_the_product_that_it_was(catalogue: Catalogue) -> None:
    silent = replace(module(3), nvml=None, nvidia_smi=None)
    said = found(server((3, silent)), "identity-same-kind", catalogue)
    assert {one.outcome for one in said} == {Outcome.CONSISTENT}


def test_a_machine_of_two_and_two_has_no_odd_card(catalogue: Catalogue) -> None:
    other = row_of("NVIDIA H200")
    evidence = server((2, module(2, other)), (3, module(3, other)), count=4)
    assert {one.outcome for one in found(evidence, "identity-same-kind", catalogue)} == {Outcome.CONSISTENT}


def test_cards_that_were_not_looked_at_as_a_server_may_differ(catalogue: Catalogue) -> None:
    evidence = replace(server((3, module(3, row_of("NVIDIA H200")))), server=None)
    assert {one.outcome for one in found(evidence, "identity-same-kind", catalogue)} == {Outcome.NOT_APPLICABLE}


# Honest papers and servers that were once accused


@pytest.mark.parametrize(
    "last",
    [
        ListRow(line=9, serial=f"NV{SERIALS[7]}"),
        ListRow(line=9, serial=f"{SERIALS[7]} (GPU 8)"),
        ListRow(line=9, serial=f"{SERIALS[7]}/A", product="Server 1"),
        ListRow(line=9),
    ],
    ids=["a prefix", "a remark", "a machine's row", "a row that was left empty"],
)
def test_a_row_that_may_be_the_cards_own_accuses_nobody(last: ListRow, catalogue: Catalogue) -> None:
    one = listed(*rows(SERIALS[:7], product=""), last)
    said = outcomes(server(), (one,), "declaration-packing-list", catalogue)
    assert said == [Outcome.CONSISTENT] * 7 + [Outcome.INCONCLUSIVE]


def test_a_row_of_other_goods_hides_no_missing_card(catalogue: Catalogue) -> None:
    one = listed(*rows(SERIALS[:7], product=""), ListRow(line=9, product="Screws", quantity=32))
    assert outcomes(server(), (one,), "declaration-packing-list", catalogue)[7] is Outcome.SUSPICIOUS


def test_numbers_that_the_servers_maker_gave_its_boards_are_no_other_cards(catalogue: Catalogue) -> None:
    """A controller that knows the die's UUID and prints the maker's own number of the assembly."""
    own = tuple(
        ListRow(
            line=at, serial=f"CN0XK1R7{at:03}AB12", uuid=f"8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d{at}", slot=f"GPU{at}"
        )
        for at in range(8)
    )
    one = listed(*own, kind=ListKind.CONTROLLER)
    said = found(replace(server(), inventories=(one,)), "identity-inventory", catalogue)
    assert {finding.outcome for finding in said} == {Outcome.CONSISTENT}
    assert "another kind" in str(said[0].values["same"])


def test_a_card_put_in_beside_the_servers_modules_is_what_it_says(catalogue: Catalogue) -> None:
    """An L4 for other work: on no list of the modules, unknown to the controller, and yet an honest card."""
    evidence = server((3, replace(module(3, row_of("NVIDIA L4")), nvlink=None)))
    others = (*SERIALS[:3], *SERIALS[4:])
    goods = listed(ListRow(line=2, product="NVIDIA H100 SXM5 80GB", quantity=8))
    evidence = replace(evidence, inventories=(goods, listed(*rows(others), kind=ListKind.CONTROLLER)))
    added = {one.check: one for one in judge(evidence, Declaration(), catalogue).cards[3].findings}
    assert added["identity-same-kind"].strength is Strength.WEAK
    assert added["identity-inventory"].outcome is Outcome.NOTED
    assert [check for check, one in added.items() if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)] == []


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        ("692-2G520-0200-000", Outcome.CONSISTENT),
        ("900-2G520-0000-000", Outcome.CONSISTENT),
        ("935-24287-0001-000", Outcome.CONSISTENT),
        ("DELL-0K9X7", Outcome.CONSISTENT),
        ("900-2G503-0000-000", Outcome.NOTED),
    ],
    ids=["its own", "as it is sold", "of the board with eight modules", "of the seller", "of another board"],
)
@pytest.mark.parametrize("check", LISTS)
def test_a_part_number_in_the_cards_own_row(check: str, number: str, outcome: Outcome, catalogue: Catalogue) -> None:
    card = module(0, board_part_number="692-2G520-0200-000", gpu_part_number=None)
    one = listed(*rows(part_number=number), kind=LISTS[check])
    assert outcomes(server((0, card), count=2), (one,), check, catalogue)[0] is outcome
