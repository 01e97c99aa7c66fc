"""Every threshold of the checks in one place, each with its unit, its source and its reason.

A check compares with a name of this list and never with a bare number (a test reads the code for it), so that who
doubts a limit finds it, its reason and its source on one page (docs/checks.md prints it). Shares are of 1. The list
has rooms: claims, what was measured, the board; the rest stands here.
"""

from collections.abc import Mapping

from gpu_inspector.checks import (
    thresholds_bench,
    thresholds_board,
    thresholds_claims,
    thresholds_control,
    thresholds_export,
    thresholds_eye,
    thresholds_eye_label,
    thresholds_foreign,
    thresholds_papers,
    thresholds_server,
    thresholds_silicon,
)
from gpu_inspector.checks.limit import Limit as Limit

_ROOMS = (
    thresholds_claims,
    thresholds_silicon,
    thresholds_board,
    thresholds_papers,
    thresholds_server,
    thresholds_eye,
    thresholds_eye_label,
    thresholds_export,
    thresholds_bench,
    thresholds_control,
    thresholds_foreign,
)


def all_limits() -> dict[str, Limit]:
    """Every threshold by its name; those of a table as "NAME[key]"."""
    found: dict[str, Limit] = {}
    for names in (*map(vars, _ROOMS), globals()):
        for name, value in list(names.items()):
            if isinstance(value, Limit):
                found[name] = value
            elif isinstance(value, Mapping) and name.isupper():
                found |= {f"{name}[{key}]": one for key, one in value.items() if isinstance(one, Limit)}
    return found


# --- firmware images (firmware_build.py)

DATE_BEFORE_DIE = Limit(
    365,
    "days",
    "proposed by this project, from memory of how long a die is worked on before it is announced; not measured",
    "Firmware for a die is built from its first samples on; a year covers them and a table that is late by months.",
)
DATE_AHEAD = Limit(
    2,
    "days",
    "time zones, and a day of grace",
    "A build date is the maker's local day; the inspection's day is that of UTC.",
)
POWER_ROUNDING = Limit(
    0.01,
    "share of the larger",
    "proposed by this project; not measured",
    "The driver rounds limits to whole or half watts.",
)
CARDS_AGREEING = Limit(
    3,
    "other cards",
    "proposed by this project: one card against one other tells nobody which of the two was altered",
    "Only against so many earlier cards of one image does another one of the same version count as a medium sign.",
)
IMAGES_COMPARED = Limit(
    3,
    "images",
    "the program itself: one image that is read out of a card, and two files that can be handed in for it",
    "Each is compared with each; a record with more of them was not made by an inspection.",
)
IMAGE_FIELDS_NAMED = Limit(
    12,
    "fields",
    "proposed by this project: what fits into one sentence of a report",
    "Two images of different cards differ in dozens of fields; the comparison of both shows them all.",
)

# --- known modifications and the ranking of products (rework.py, ranking.py)

MODIFICATIONS_NAMED = Limit(
    3, "modifications", "this program's choice", "that one finding names at most, the best fitting first"
)
PRODUCTS_RANKED = Limit(5, "products", "this program's choice", "that the ranking of a card shows at most")
PRODUCTS_HELD = Limit(
    60, "products", "this program's choice", "that are held against one card at most, those of the firmest facts first"
)
NAME_CHARACTERS = Limit(
    80, "characters", "this program's choice", "of a claimed text that stand in the ranking's words"
)

# --- the driver's inner calls (driver_calls.py)

STRAP_SIZE_APART = Limit(
    0.12,
    "share of the larger",
    "research note on reference data, section 4: ECC takes 1/16 of GDDR, drivers before R510 reserve up to 5 %",
    "The size before both is what the inner call gives; the total that the driver shows is what they leave.",
)
LARGEST_NUMBER = Limit(
    2**53,
    "whole number",
    "RFC 8785",
    "no canonical record holds a larger whole number; a forged one that does is not reckoned with",
)
