"""The control class of one card: the figures of the products that it may be, by the rules of one day.

Three-valued: where the products' entries differ, or a fact that decides is not known, the class is "indeterminate", and
the missing fact is named. What was measured is a lower bound only. Sources: research note on export control, 0 to 2.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from gpu_inspector.checks.export_day import days_of
from gpu_inspector.checks.export_doubt import claims_open, never_none
from gpu_inspector.checks.export_outrun import with_bound
from gpu_inspector.checks.export_rows import Choice, Rows, choose
from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.reached import Reached
from gpu_inspector.checks.thresholds import NAME_CHARACTERS
from gpu_inspector.checks.thresholds_export import MOST_KEPT, MOST_PRODUCTS
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.control import ENTRY_A, ENTRY_B, INDETERMINATE, NONE, ControlClass
from gpu_inspector.records.control_merge import listed, merged, said_apart
from gpu_inspector.records.export_classify import classify
from gpu_inspector.records.export_figures import Figures
from gpu_inspector.records.export_products import figures_of
from gpu_inspector.records.product import Product

if TYPE_CHECKING:
    from gpu_inspector.checks.subject import Subject

DIE = "die"
_GRAVITY = (NONE, INDETERMINATE, ENTRY_B, ENTRY_A)
_UNKNOWN = N_("unknown product")


def class_of(subject: "Subject") -> ControlClass:
    """What the card's figures meet on the day of export, or of the inspection where none was declared."""
    choice, bound, days = choose(subject), bound_of(subject), days_of(subject)
    found = _class_on(days.on, subject, choice, bound)
    cautions = (*days.cautions, *_cautions(choice))
    if days.on < days.present and found.codified.entry == NONE:
        later = _class_on(days.present, subject, choice, bound).codified.entry
        if later != NONE:
            found = replace(found, later_day=days.present.isoformat(), later_entry=later)
    if subject.whole_card is not True and not isinstance(subject.not_a_guest, Missing):
        cautions = (*cautions, N_("The driver shows slices of the card (MIG): the class is that of the whole card."))
    return replace(found, cautions=tuple(dict.fromkeys((*found.cautions, *cautions))))


def _class_on(on: date, subject: "Subject", choice: Choice, bound: Reached | None) -> ControlClass:
    claimed = tuple(_classes(choice.claimed, subject, on, bound))
    if not _claim_stands(choice):
        return _of_die(claimed, choice, subject, on, bound)
    found, why = merged(claimed), claims_open(subject, choice.claimed)
    return never_none(found, why) if why else found


def bound_of(subject: "Subject") -> Reached | None:
    """What the die computed in the test; None where it was not measured as a whole."""
    found = subject.reached
    return None if isinstance(found, Missing) else found


def _cautions(choice: Choice) -> tuple[str, ...]:
    if choice.claimed and all(row.segment == "CMP" for row in choice.claimed):
        return (
            N_("A mining card's units are held back by its firmware; unlocked, it is to be classed at the full rate."),
        )
    return ()


# --- figures to classes


def _classes(
    rows: Rows, subject: "Subject", on: date, bound: Reached | None, basis: str = ""
) -> Iterator[ControlClass]:
    """One class for each set of figures; products of one name and size have the same."""
    seen: set[Figures] = set()
    known = _known(subject.catalogue)
    for row in rows[: int(MOST_PRODUCTS)]:
        figures = known.figures(row, basis)
        if bound is not None:
            figures = with_bound(figures, bound)
        if figures not in seen:
            seen.add(figures)
            yield _class(figures, subject, on)


def _class(figures: Figures, subject: "Subject", on: date) -> ControlClass:
    declaration = subject.declaration
    papers = None if isinstance(declaration, Missing) else declaration
    destination = papers.destination if papers is not None else ""
    headquarters = papers.headquarters if papers is not None else ""
    return _known(subject.catalogue).classed(figures, on, destination, headquarters)


class _Known:
    """What was worked out of one catalogue: a folder of a thousand dumps has a few products, and one day's rules."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._places = {id(row): place for place, row in enumerate(catalogue.products)}
        self._figures: dict[tuple[int, str], Figures] = {}
        self._classes: dict[tuple[Figures, date, str, str], ControlClass] = {}

    def figures(self, row: Product, basis: str) -> Figures:
        """Of a row of the catalogue; another one is worked out each time."""
        place = self._places.get(id(row))
        if place is None:
            return figures_of((row,), self._catalogue, basis=basis)
        if (place, basis) not in self._figures:
            self._figures[place, basis] = figures_of((row,), self._catalogue, basis=basis)
        return self._figures[place, basis]

    def classed(self, figures: Figures, on: date, destination: str, headquarters: str) -> ControlClass:
        """By the law of the catalogue."""
        key = (figures, on, destination, headquarters)
        if key not in self._classes:
            if len(self._classes) > MOST_KEPT:
                self._classes.clear()
            law = self._catalogue.export_law
            self._classes[key] = classify(law, figures, on=on, destination=destination, headquarters=headquarters)
        return self._classes[key]


@lru_cache(maxsize=2)
def _known(catalogue: Catalogue) -> _Known:
    return _Known(catalogue)


# --- claim or die


def _claim_stands(choice: Choice) -> bool:
    """Nothing was measured that deviates, or what was measured is one of the claimed products after all."""
    return bool(choice.claimed) and (not choice.dies or (not choice.excluded and bool(_both(choice))))


def _both(choice: Choice) -> Rows:
    return tuple(row for row in choice.claimed if any(row is one for one in choice.real))


def _of_die(
    claimed: tuple[ControlClass, ...], choice: Choice, subject: "Subject", on: date, bound: Reached | None
) -> ControlClass:
    """The class of the die that was measured; a claim that is graver is dropped only where a limit excludes it."""
    real = tuple(_classes(choice.real, subject, on, bound, DIE))
    if not real:
        return _nothing(choice, subject, on, bound)
    dies = listed(choice.dies)
    count, products = choice.count, listed(one.product for one in real)
    die = N_(f"{dies} with {count} multiprocessors") if count is not None else N_(f"{dies}, by its marking")
    named = replace(merged(real), product=f"{die}: {products}")
    if choice.count is None:
        return _only_seen(named)
    if not claimed:
        return _reasoned(named, N_(f"What the card claims names no product; the die that fits best is {dies}."))
    if choice.excluded:
        reason = N_(
            f"The measured die excludes {listed(one.product for one in claimed)}; the one that fits best is {dies}."
        )
        return _reasoned(named, reason)
    if choice.firm and min(map(_gravity, real)) >= max(map(_gravity, claimed)):
        reason = N_(f"The measured die is not that of {listed(one.product for one in claimed)}; best fits {dies}.")
        return _reasoned(named, reason)
    both = merged((*claimed, *real))
    return _reasoned(
        both,
        N_(
            f"The card claims {said_apart(claimed)}, and the measured die fits {said_apart(real)}. Units that were not "
            "seen may be hidden, so that a class is not lowered by them."
        ),
    )


def _only_seen(control: ControlClass) -> ControlClass:
    """A marking is laser work: it may lead to an entry, as a lower bound does, and never to none."""
    told = _reasoned(control, N_("The die is known by its marking alone, which can be ground off and printed anew."))
    return never_none(told, N_("which product it is: nothing was read or measured"))


def _gravity(control: ControlClass) -> int:
    entry = control.codified.entry
    return _GRAVITY.index(entry) if entry in _GRAVITY else len(_GRAVITY)


def _nothing(choice: Choice, subject: "Subject", on: date, bound: Reached | None) -> ControlClass:
    """No product is known; a measured rate can still reach a limit."""
    name = subject.name
    called = _UNKNOWN if isinstance(name, Missing) else name[: int(NAME_CHARACTERS)]
    figures = Figures(product=called, basis="nothing")
    if bound is not None:
        figures = replace(figures, tpp_at_least=round(bound.at_least(None), 1))
    found = _class(figures, subject, on)
    why = N_(f"which product it is: {choice.why_not}") if choice.why_not else N_("which product it is")
    return replace(found, missing=(why, *found.missing)) if found.codified.entry == INDETERMINATE else found


def _reasoned(control: ControlClass, reason: str) -> ControlClass:
    return replace(control, reasons=(reason, *control.reasons))
