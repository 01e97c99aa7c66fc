"""The pages of the window, in the order of the rail: a new page is a file here and a line in PAGES.

Only the words stand here, for the rail: a page's own file is loaded when the page is first asked for, so that the
window stands at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from gpu_inspector.language import N_

if TYPE_CHECKING:
    from gpu_inspector.gui.page import Page


class Entry(NamedTuple):
    """A page as the rail shows it. The file NAME.py in this folder holds its class, NamePage."""

    name: str
    title: str
    """One word; shown translated."""
    lead: str
    """One sentence: what the page is for."""


PAGES: Final = (
    Entry(
        "bench",
        N_("Bench"),
        N_("Choose what is to be inspected: a card of this machine, a dump that was handed in, or a simulation."),
    ),
    Entry(
        "case",
        N_("Case"),
        N_("What the papers declare, whose case it is, and what ties the card on the table to this record."),
    ),
    Entry(
        "look",
        N_("By eye"),
        N_("What can be seen of the object, started or not: twelve steps, each answer with its photographs."),
    ),
    Entry(
        "run",
        N_("Run"),
        N_("Measure the chosen cards. Nothing is written to a card's firmware; its memory is overwritten."),
    ),
    Entry(
        "verdict",
        N_("Verdict"),
        N_("Is this card what it is said to be? Three answers, and what each of them rests on."),
    ),
    Entry("history", N_("History"), N_("All inspections of the ledger, found again by any of their words.")),
    Entry(
        "lots",
        N_("Lots"),
        N_("Many cards under one declaration: a plan, each card, and what the numbers allow to be said of all."),
    ),
    Entry(
        "verify", N_("Verify"), N_("Drop signed reports here: intact, signer unknown, or altered, and judged again.")
    ),
    Entry(
        "settings", N_("Settings"), N_("What is filled in for you, where things are kept, and how the window looks.")
    ),
    Entry(
        "about",
        N_("Doctor"),
        N_("What this machine can look at and what to do where it cannot, versions, and licences."),
    ),
)


def key_of(number: int) -> str:
    """The key of the page of that place in the rail, 1 to 10: the tenth has that of zero."""
    return f"Ctrl+{number % 10}"


def entry_of(name: str) -> Entry:
    """The entry of that name. Raises StopIteration where there is none."""
    return next(entry for entry in PAGES if entry.name == name)


def page_class(name: str) -> "type[Page]":
    """The class of the page of that name, loaded now."""
    found: type[Page] = getattr(import_module(f"{__name__}.{name}"), f"{name.capitalize()}Page")
    return found
