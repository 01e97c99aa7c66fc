"""The goods' own label against the paper: the one place where a label can say CONTRADICTED.

What stands on the label is a fact that everybody can read, and the paper is a document: where the two name different
goods, these papers are not those of these goods. That holds only while nothing better speaks. Where the electronics
side with the paper, the label is the odd one, and other checks judge it; where the paper names fewer numbers than it
has goods, no number is missing; where one slip of a typing hand explains it, it is no more than a medium sign; and
where no photograph shows the label, it is the inspector's word, and a strong sign at most. Numbers are compared only
with numbers of their kind: of NVIDIA's own form, or of the same form, letter by letter.
What fools this check: paper and label of one hand. Source: research notes on export control, sections 3 and 5.2, and
on modified cards, section 5.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gpu_inspector.checks import sizes
from gpu_inspector.checks import thresholds_eye_label as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.facts import MemoryClaim
from gpu_inspector.checks.label_meaning import agree, listed, names_of, said_by, size_said
from gpu_inspector.checks.limit import MIB_PER_GIB
from gpu_inspector.checks.marking_words import PAPER, against_paper, meant
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.appearance import Label
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.label_words import (
    Part,
    folded,
    nvidia_part,
    part_texts,
    pieces,
    serials,
    shape,
    typed_serials,
)
from gpu_inspector.records.mistyped import one_slip_apart
from gpu_inspector.records.numbers import own_numbers
from gpu_inspector.records.product import Product

_WITNESS = "label"
_CAUSE = "declaration"
_MISTAKE = N_("a mistake in the papers")
_OTHER_PAPERS = N_("papers of another card of the lot")
_SLIP = N_("a slip of the hand, in the papers or in typing the label off")
_LABEL_MOVED = N_("a repair that exchanged the cooler or the shroud with its label")


@dataclass(frozen=True, slots=True)
class Held:
    """One field of the paper that the label speaks of as well. STRONG differs, MEDIUM may be a slip, NONE agrees."""

    key: str
    """The field of `Declaration`."""
    what: str
    declared: str
    printed: str
    strength: Strength = Strength.NONE
    settled: bool = False
    """The electronics say what the paper says: the label is the odd one."""
    reasons: tuple[str, ...] = ()
    document: bool = True
    """False where a difference is no contradiction, however strong."""


@check("identity-label-declared", N_("Label against the declaration"))
def declared(
    declaration: Declaration | None,
    label: Label,
    card: CardEvidence,
    name: str | None,
    products: tuple[Product, ...] | None,
    memory: MemoryClaim | None,
    board_part_number: str | None,
    catalogue: Catalogue,
) -> Answer:
    """Serial, part number, product and size must be the paper's, where label and paper both give one of a kind."""
    if declaration is None or not (
        declaration.serial or declaration.part_number or declaration.product or declaration.memory_gb
    ):
        return not_applicable(N_("The paper gives nothing that a label says too."))
    claimed = (*([name] if name else []), *(row.name for row in products or ()))
    held = [
        *_serial(declaration, label, card),
        *_part(declaration, label, board_part_number),
        *_product(declaration, label, claimed, catalogue),
        *_memory(declaration, label, memory, catalogue),
    ]
    photographs = (*label.photographs, *(code.photograph for code in label.codes if code.photograph))
    return _answer(held, tuple(dict.fromkeys(photographs)))


def _answer(held: list[Held], photographs: tuple[str, ...]) -> Answer:
    open_ones = [one for one in held if one.strength is not Strength.NONE and not one.settled]
    odd = next((one for one in open_ones if one.strength is Strength.STRONG), next(iter(open_ones), None))
    if odd is not None:
        return _differs(odd, [one for one in open_ones if one is not odd], photographs)
    settled = next((one for one in held if one.settled), None)
    if settled is not None:
        return inconclusive(
            N_(
                "The label says {printed}, the paper {declared} ({what}); the electronics side with the paper, so"
                " that the label is the odd one. It is judged by itself."
            ),
            what=settled.what,
            printed=settled.printed,
            declared=settled.declared,
        )
    if not held:
        return inconclusive(N_("Label and paper have nothing of one kind that could be compared."))
    return consistent(
        N_("Label and paper agree: {what}."),
        expected="; ".join(one.declared for one in held),
        observed="; ".join(one.printed for one in held),
        source=PAPER,
        what=", ".join(one.what for one in held),
        field=held[0].key,
        discrepancy="identity",
    )


def _differs(odd: Held, others: list[Held], photographs: tuple[str, ...]) -> Answer:
    text = N_("The paper says {declared}, the goods' label {printed} ({what}).{also}")
    also = "; ".join(N_(f"{one.declared} against {one.printed} ({one.what})") for one in others)
    innocent = (*odd.reasons, _MISTAKE, _OTHER_PAPERS, _LABEL_MOVED)
    values: dict[str, Value] = {
        "what": odd.what,
        "printed": odd.printed,
        "declared": odd.declared,
        "also": N_(f" Also: {also}.") if also else "",
        "field": odd.key,
        "discrepancy": "identity",
    }
    if odd.strength is Strength.STRONG and odd.document:
        return against_paper(
            text,
            photographs=photographs,
            expected=odd.declared,
            observed=odd.printed,
            witness=_WITNESS,
            cause=_CAUSE,
            innocent=innocent,
            values=values,
        )
    return sign(
        odd.strength,
        text,
        expected=odd.declared,
        observed=odd.printed,
        source=PAPER,
        witness=_WITNESS,
        cause=_CAUSE,
        innocent=innocent,
        advice=N_("Read both once more, and ask the declarant for the papers of this very card."),
        values=values,
    )


def _serial(declaration: Declaration, label: Label, card: CardEvidence) -> Iterator[Held]:
    papers = [one.text for one in typed_serials(declaration.serial) if _telling(one.text)]
    printed = [one.text for one in serials(label) if one.named and _telling(one.text)]
    if not papers or not printed:
        return
    what = N_("serial")
    agreed = next((one for one in printed if folded(one) in {folded(paper) for paper in papers}), None)
    if agreed is not None:
        yield Held("serial", what, agreed, agreed)
        return
    if declaration.quantity is not None and declaration.quantity > len(papers):
        return  # the paper names some of its goods only
    pairs = [(paper, one) for one in printed for paper in papers if shape(paper) == shape(one)]
    if pairs:
        slips = [(paper, one) for paper, one in pairs if one_slip_apart(folded(paper), folded(one))]
        paper, one = slips[0] if slips else pairs[0]
        own = {folded(number) for number in own_numbers(card)["serial"]}
        yield Held(
            "serial",
            what,
            paper,
            one,
            Strength.MEDIUM if slips else Strength.STRONG,
            settled=folded(paper) in own,
            reasons=(_SLIP,) if slips else (),
        )


def _telling(number: str) -> bool:
    """Whether a text is a number at all, and no word for "none"."""
    figures = sum(sign.isdigit() for sign in folded(number))
    return len(folded(number)) >= limits.SHORTEST_NUMBER and figures >= limits.FEWEST_FIGURES


def _part(declaration: Declaration, label: Label, board_part_number: str | None) -> Iterator[Held]:
    papers = [one for one in pieces(declaration.part_number) if _telling(one)]
    printed = [one for one in (*part_texts(label), label.model) if _telling(one)]
    if not papers or not printed:
        return
    what = N_("part number")
    agreed = next((one for one in printed if folded(one) in {folded(paper) for paper in papers}), None)
    if agreed is not None:
        yield Held("part_number", what, agreed, agreed)
        return
    inside = nvidia_part(board_part_number or "")
    for paper in papers:
        said = nvidia_part(paper)
        for one in printed:
            own = nvidia_part(one)
            if said is not None and own is not None and said.form == own.form:
                yield _nvidias(said, own, inside)
                return
            if said is None and own is None and shape(paper) == shape(one):
                variant = N_("an article's variant for another market")
                yield Held("part_number", what, paper, one, Strength.MEDIUM, reasons=(variant, _SLIP))
                return


def _nvidias(paper: Part, printed: Part, inside: Part | None) -> Held:
    """Another board is other goods; another variant may be the article's number beside the board's."""
    what = N_("part number")
    sides = inside is not None and (inside.group, inside.board) == (paper.group, paper.board)
    if (paper.group, paper.board) != (printed.group, printed.board):
        return Held("part_number", what, paper.text, printed.text, Strength.STRONG, settled=sides)
    if paper.variant != printed.variant:
        reasons = (N_("an article's number that differs from its board's"),)
        settled = sides and inside is not None and inside.variant == paper.variant
        return Held("part_number", what, paper.text, printed.text, Strength.MEDIUM, settled=settled, reasons=reasons)
    return Held("part_number", what, paper.text, printed.text)


def _product(declaration: Declaration, label: Label, claimed: tuple[str, ...], catalogue: Catalogue) -> Iterator[Held]:
    rows = meant(declaration, catalogue)
    said = said_by(label, catalogue)
    if not rows or said is None or not said.products:
        return
    papers, printed = names_of(rows), names_of(said.products)
    what, told = N_("product"), (declaration.product or "", said.text)
    if agree(papers, printed) or agree(printed, papers):
        yield Held("product", what, *told)
        return
    # A laptop's label leaves the word out that the paper has.
    laptop = all(row.mobile for row in rows) and not any(row.mobile for row in said.products)
    medium = said.weak or laptop
    yield Held(
        "product",
        what,
        listed(papers),
        listed(printed),
        Strength.MEDIUM if medium else Strength.STRONG,
        settled=agree(papers, claimed),
        reasons=(N_("the label of a laptop, which leaves the word out"),) if laptop else (),
    )


def _memory(declaration: Declaration, label: Label, memory: MemoryClaim | None, catalogue: Catalogue) -> Iterator[Held]:
    said = said_by(label, catalogue)
    size = size_said(said, catalogue) if said is not None else None
    if declaration.memory_gb is None or size is None or declaration.modified:
        return
    told = (f"{declaration.memory_gb} GB", f"{size} GB")
    if size == declaration.memory_gb:
        yield Held("memory_gb", N_("memory"), *told)
        return
    settled = memory is not None and sizes.is_of_size(memory, declaration.memory_gb * MIB_PER_GIB)
    reasons = (N_("a rework that kept its old label"),)
    yield Held("memory_gb", N_("memory"), *told, Strength.STRONG, settled=settled, reasons=reasons, document=False)
