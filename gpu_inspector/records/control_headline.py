"""The control class in a sentence: what the figures meet, by which day's rules, and what that is not.

"None" is said as "no entry of the rules that were applied", and is no clearance; what is missing is named. Source of
the wording: research note on export control, 0.7.
"""

from gpu_inspector.language import N_, _, said, sentences, told, told_value
from gpu_inspector.records import words
from gpu_inspector.records.control import ENTRY_A, ENTRY_B, FROM_MEMORY, INDETERMINATE, NONE, ControlClass
from gpu_inspector.records.words import Clean

AUTHORITY = N_("The determination belongs to the authority.")
NO_CLEARANCE = N_("Other lists, and end use, were not looked at.")
_BASES = {
    "die": N_("The product is not known: these are the figures of the best fitting die."),
    "formula": N_("The figures are calculated, for none are published."),
    "estimate": N_("The figures are estimates by others."),
    "rumour": N_("The figures are rumours."),
}
LETTER = "us-is-informed-2025-04-09"
"""Of the overlays the one that asks for licences of cards that no entry covers."""
_HARMLESS = (NONE, "n/a", "", INDETERMINATE)
_REMEMBERED = N_("The figures were written down from memory and have to be held against a datasheet.")
_MISSING = 2
"""Missing facts that the sentence names; the findings have them all."""


def headline_of(control_class: ControlClass) -> str:
    """The third headline: the entry as codified, but never "none" by the papers' earlier day alone."""
    entry = control_class.codified.entry
    return INDETERMINATE if entry == NONE and control_class.later_entry else entry


def meaning(control: str, control_class: ControlClass | None, clean: Clean) -> str:
    """The sentence below the headline; of records without a class, as they were understood then."""
    if control_class is None or control not in (control_class.codified.entry, headline_of(control_class)):
        return words.control_meaning(control)
    line, enforced = control_class.codified, control_class.enforced
    parts = (
        _met(control, control_class, clean),
        _later(control_class, clean),
        _differs(line.entry, enforced.entry, clean),
        "" if control in (ENTRY_A, ENTRY_B) else _(beside(control_class)),
        _(_BASES.get(control_class.basis, "")),
        _(_REMEMBERED) if remembered(control_class) else "",
    )
    return sentences(*parts, _(AUTHORITY))


def _met(control: str, control_class: ControlClass, clean: Clean) -> str:
    """What the figures meet, by the rules of which day."""
    on, line = control_class.on.isoformat(), control_class.codified
    if control in (ENTRY_A, ENTRY_B):
        return said(
            "{product} meets the performance parameters of {entry} as of {day}.",
            product=_whose(control_class, clean),
            entry=clean(line.paragraph) or control,
            day=on,
        )
    if line.entry == NONE:
        covers = said(
            "No entry of the rules that were applied covers the figures of {product} as of {day}.",
            product=_whose(control_class, clean),
            day=on,
        )
        return sentences(covers, _(NO_CLEARANCE))
    if not control_class.missing:
        return said("It cannot be told as of {day}.", day=on)
    missing = "; ".join(clean(told(fact)).rstrip(".。") for fact in control_class.missing[:_MISSING])
    return said("It cannot be told as of {day}; missing: {facts}.", day=on, facts=missing)


def _whose(control_class: ControlClass, clean: Clean) -> str:
    """Whose figures they are; of a die without its candidate products, which stand in the section on the class."""
    product = control_class.product
    return clean(told_value(product.partition(": ")[0] if control_class.basis == "die" else product))


def _differs(codified: str, enforced: str, clean: Clean) -> str:
    return said("As enforced: {enforced}.", enforced=clean(told_value(enforced))) if enforced != codified else ""


def _later(control_class: ControlClass, clean: Clean) -> str:
    if not control_class.later_entry:
        return ""
    day, entry = clean(control_class.later_day), clean(control_class.later_entry)
    return said("That day is the papers' word: by the rules of {day} it is {entry}.", day=day, entry=entry)


def remembered(control_class: ControlClass) -> bool:
    """Whether the figures that decide were written down from memory."""
    return FROM_MEMORY in control_class.tpp_source


def beside(control_class: ControlClass) -> str:
    """What a rule beside the entries says that no reader of "none" may overlook; "" where none does. A check keeps it:
    it is English.
    """
    letter = next((one for one in control_class.overlays if one.rule == LETTER), None)
    if letter is not None and letter.result not in _HARMLESS:
        return N_(
            "Letters of the authority to some exporters are reported to ask for a licence for cards of this bandwidth."
        )
    return ""
