"""Cards against lists of what should be there: packing list and chassis labels, by serial, part number and product.

Which honest papers would trip these checks, and what keeps them from it: a list of a whole shipment has rows that no
card here answers for, which is no sign of any card; a list of servers, or of the maker's own numbers, has no serial of
NVIDIA's, and decides nothing; a row without its serial, with a range or a spoiled number, or for several pieces, may
be the card's, so that it is not missing; the next card of a series differs in one digit, so a mistyped number counts
only in a row that no other card answers for. A board exchanged under warranty has a serial that no paper of the sale
has: that explains a missing number, and is named. A packing list is no declaration: nothing here contradicts.
What fools these checks: a list that was written off the electronics.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gpu_inspector.checks import thresholds_server as limits
from gpu_inspector.checks.answer import Answer, consistent, sign
from gpu_inspector.checks.goods import CAUSE, MISTAKE, undecided
from gpu_inspector.checks.listed_parts import cut, part_apart
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records import goods_words
from gpu_inspector.records.article_number import is_article_number
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.inventory import InventoryList, ListKind, ListRow
from gpu_inspector.records.listed import board_serial, own_serials, says_machine, serials_of
from gpu_inspector.records.mistyped import one_slip_apart
from gpu_inspector.records.product import Product

_READ = N_("Compare the number with the board's own label, and the list with its original.")
_REPLACED = N_("a board that was exchanged under warranty after the list was written")
_INNOCENT = {
    ListKind.PACKING: (_REPLACED, MISTAKE, N_("a list of another box, or with a page missing")),
    ListKind.LABELS: (_REPLACED, N_("a label typed off wrongly"), N_("labels of another chassis")),
}
_WITNESS = {ListKind.PACKING: "paper", ListKind.LABELS: "label"}
_CAUSE = {ListKind.PACKING: CAUSE, ListKind.LABELS: "label"}


@dataclass(frozen=True)
class Held:
    """One card, and what it is held against."""

    card: CardEvidence
    evidence: Evidence
    kind: ListKind
    rows: tuple[tuple[str, ListRow], ...]
    """Name of the list, row."""
    name: str | None
    products: tuple[Product, ...]
    parts: tuple[str, ...]
    catalogue: Catalogue

    @cached_property
    def answered(self) -> frozenset[str]:
        """The serial numbers of every inspected card."""
        return frozenset(one for card in self.evidence.cards for one in own_serials(self.evidence, card))

    @cached_property
    def words_of_cards(self) -> frozenset[str]:
        """The words of the rows that inspected cards answer for."""
        return frozenset(row.product for _, row in self.rows if self.answered & set(serials_of(row)))

    @cached_property
    def meanings(self) -> dict[str, frozenset[str]]:
        """Words of a row -> the products that they mean, as `catalogue.normalise` writes them; none where unknown."""
        return {words: _meaning(words, self.catalogue) for words in {row.product for _, row in self.rows}}

    @cached_property
    def names(self) -> frozenset[str]:
        """What the card goes by: its claimed name, where it is a product's, and the products of its id."""
        said = {normalise(self.name)} if self.name and self.catalogue.knows_name(self.name) else set()
        return frozenset(said | {normalise(row.name) for row in self.products})


@check("declaration-packing-list", N_("Packing list"))
def packing_list(
    packing_lists: tuple[InventoryList, ...],
    card: CardEvidence,
    evidence: Evidence,
    name: str | None,
    products: tuple[Product, ...] | None,
    board_part_number: str | None,
    gpu_part_number: str | None,
    catalogue: Catalogue,
) -> Answer:
    """A list with every piece's number names each card of its box; a card that it lacks came there otherwise."""
    parts = tuple(one for one in (board_part_number, gpu_part_number) if one)
    return _held(Held(card, evidence, ListKind.PACKING, _rows(packing_lists), name, products or (), parts, catalogue))


@check("identity-chassis-labels", N_("Labels of the chassis"))
def chassis_labels(
    label_lists: tuple[InventoryList, ...],
    card: CardEvidence,
    evidence: Evidence,
    name: str | None,
    products: tuple[Product, ...] | None,
    board_part_number: str | None,
    gpu_part_number: str | None,
    catalogue: Catalogue,
) -> Answer:
    """Whoever built the chassis stuck a label to each place: another number in it is a board that came later."""
    parts = tuple(one for one in (board_part_number, gpu_part_number) if one)
    return _held(Held(card, evidence, ListKind.LABELS, _rows(label_lists), name, products or (), parts, catalogue))


def _rows(lists: tuple[InventoryList, ...]) -> tuple[tuple[str, ListRow], ...]:
    return tuple((one.name, row) for one in lists for row in one.rows)[: int(limits.ROWS_HELD)]


def _held(held: Held) -> Answer:
    values: dict[str, Value] = {"list": held.kind.value}
    own = own_serials(held.evidence, held.card)
    mine = [(name, row) for name, row in held.rows if set(own) & set(serials_of(row))]
    if mine:
        return _of_row(held, *mine[0], {**values, "own": own[0]})
    if not held.rows:
        return undecided(values, N_("The {list} names no accelerator that could be compared."))
    if not own:
        return _without_serial(held, values)
    values["own"] = own[0]
    named = _named(held, own)
    if not named:
        return _without_serial(held, values)
    if not any(map(board_serial, own)):
        return undecided(values, N_("The card's own number {own} is not of the kind of those of the {list}."))
    free = {one for one in named if one not in held.answered}
    if len(free) == len(named) < sum(bool(own_serials(held.evidence, card)) for card in held.evidence.cards):
        return undecided(
            {**values, "count": len(named)},
            N_(
                "The {list} names {count} pieces by number, fewer than cards were inspected, and none of these: it"
                " names something else, or is that of another box."
            ),
            _READ,
        )
    slip = next((one for one in sorted(free) if any(one_slip_apart(one, mine) for mine in own)), "")
    if slip:
        return _slip(held, slip, values)
    if open_rows := [row for _, row in held.rows if _may_be(held, row, own)]:
        return undecided(
            {**values, "count": len(open_rows), "lines": _told(str(row.line) for row in open_rows)},
            N_(
                "The card's own serial number {own} stands in no row of the {list}; {count} rows (line {lines}) do"
                " not say which pieces they are, and may be its."
            ),
            N_("Ask for the serial numbers of all pieces, as text and not as numbers of a spreadsheet."),
        )
    return _not_listed(held, len(named), values)


def _named(held: Held, own: tuple[str, ...]) -> tuple[str, ...]:
    """The numbers on the list that have the form of a board's own, each of one piece.

    The number of a server, an article number of the shop, or one that stands in several rows is no card's.
    """
    counted = Counter(one for _, row in held.rows if not _is_machine(held, row) for one in serials_of(row))
    return tuple(
        one
        for one, rows in counted.items()
        if board_serial(one) and rows == 1 and not (is_article_number(one) and one[0] not in {mine[0] for mine in own})
    )


def _is_machine(held: Held, row: ListRow) -> bool:
    """Whether a row speaks of a whole machine: by its words, and no card answers for one in the same words."""
    return says_machine(row.product) and row.product not in held.words_of_cards


def _may_be(held: Held, row: ListRow, own: tuple[str, ...]) -> bool:
    """Whether a row does not say which pieces it is, and this card may be one of them."""
    if any(mine in one for one in serials_of(row) for mine in own if board_serial(mine)):
        return True  # "NV1653023008815", "1653023008815 (GPU 8)"
    if _is_machine(held, row):
        return False
    named = [one for one in serials_of(row) if board_serial(one)]
    if not row.unread and (named and len(named) >= row.quantity):
        return False
    meant = held.meanings[row.product]
    if not named and not row.unread and not meant and (row.product or row.part_number):
        return False  # a row without any number whose words name no card: manuals, screws
    return not meant or not held.names or bool(meant & held.names)


def _not_listed(held: Held, listed: int, values: dict[str, Value]) -> Answer:
    return sign(
        Strength.STRONG,
        N_(
            "The card's own serial number {own} is on no row of the {list}, which names {count} cards by their numbers."
        ),
        expected=N_(f"one of {listed} listed serial numbers"),
        observed=str(values["own"]),
        source=_source(held),
        witness=_WITNESS[held.kind],
        cause=_CAUSE[held.kind],
        innocent=_INNOCENT[held.kind],
        advice=_READ,
        values={**values, "count": listed},
    )


def _slip(held: Held, slip: str, values: dict[str, Value]) -> Answer:
    return sign(
        Strength.MEDIUM,
        N_(
            "The card's own serial number {own} is on no row of the {list}; one that no card answers for, {slip},"
            " differs from it in one place."
        ),
        expected=slip,
        observed=str(values["own"]),
        source=_source(held),
        witness=_WITNESS[held.kind],
        cause=_CAUSE[held.kind],
        innocent=(N_("a digit mistyped or read wrongly"), *_INNOCENT[held.kind]),
        advice=_READ,
        values={**values, "slip": slip},
    )


def _of_row(held: Held, name: str, row: ListRow, values: dict[str, Value]) -> Answer:
    """The row that bears the card's serial: does the rest of it fit?"""
    values = {**values, "line": row.line, "name": cut(name)}
    meant = held.meanings[row.product]
    if meant and held.names and not meant & held.names:
        return _another(held, Strength.STRONG, cut(row.product), held.name or ", ".join(sorted(held.names)), values)
    said = [(how, one) for one in held.parts if (how := part_apart(one, row.part_number)) is not None]
    if said and all(how is Strength.STRONG for how, _ in said):
        return _another(held, Strength.MEDIUM, cut(row.part_number), said[0][1], values)
    return consistent(
        N_("The card's own serial number is on the {list} (“{name}”, line {line})."),
        expected=N_("a row of the list"),
        observed=str(values["own"]),
        source=_source(held),
        **values,
    )


def _another(held: Held, strength: Strength, listed: str, found: str, values: dict[str, Value]) -> Answer:
    return sign(
        strength,
        N_(
            "The row of the {list} with this card's own serial number {own} (line {line}) says {listed}; the card says"
            " {found}."
        ),
        expected=listed,
        observed=found,
        source=_source(held),
        witness=_WITNESS[held.kind],
        cause=_CAUSE[held.kind],
        innocent=(MISTAKE, N_("a row that slipped against its neighbour")),
        advice=_READ,
        values={**values, "listed": listed, "found": found},
    )


def _without_serial(held: Held, values: dict[str, Value]) -> Answer:
    """No numbers of one kind on both sides: the product is all that can be compared."""
    known = [meant for _, row in held.rows if (meant := held.meanings[row.product])]
    if known and len(known) == len(held.rows) and held.names and not any(meant & held.names for meant in known):
        found = held.name or ", ".join(sorted(held.names))
        return sign(
            Strength.MEDIUM,
            N_("The {list} names no {found}: its rows are {listed}."),
            expected=_told(row.product for _, row in held.rows),
            observed=found,
            source=_source(held),
            witness=_WITNESS[held.kind],
            cause=_CAUSE[held.kind],
            innocent=(N_("a card that was in the machine before, and is not of this shipment"), MISTAKE),
            advice=_READ,
            values={**values, "found": found, "listed": _told(row.product for _, row in held.rows)},
        )
    return undecided(
        values,
        N_("The {list} and the card have no serial number of the same kind: which row is this card's cannot be told."),
        N_("Ask for a list with the serial numbers that are printed on the boards."),
    )


def _meaning(words: str, catalogue: Catalogue) -> frozenset[str]:
    text = words[: int(limits.LISTED_WORDS)]
    models = goods_words.read(text).models or ((text,) if text else ())
    return frozenset(normalise(one.name) for model in models for one in catalogue.resolve(model))


def _source(held: Held) -> str:
    names = _told(dict.fromkeys(name for name, _ in held.rows))
    return f"{held.kind.value} {names}"


def _told(texts: Iterator[str] | dict[str, None]) -> str:
    shown = list(dict.fromkeys(cut(one) for one in texts if one))
    most = int(limits.LISTED_TOLD)
    return ", ".join(shown[:most]) + (N_(f" and {len(shown) - most} more") if len(shown) > most else "")
