"""An image that says two versions, and one that says another than the driver: signs, never more.

A maker may have changed one place of two; a switch that was moved since the start makes a driver say the other image's.
"""

from gpu_inspector.checks.answer import Answer, sign
from gpu_inspector.checks.firmware_weight import WITNESS
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Strength

SWITCH = N_("a card with two images and a switch, or one that was flashed and not started again since")


def texts_differ(number: str, text: str) -> Answer:
    """Of the image's two places, one as numbers and one as text."""
    return sign(
        Strength.MEDIUM,
        N_("The image bears the version {number} as numbers and {text} as text."),
        expected=number,
        observed=text,
        source=N_("the image's own two places (tokens B and S)"),
        witness=WITNESS,
        cause="vBIOS image altered",
        innocent=(N_("a maker who changed one of the two"), N_("a damaged dump")),
        values={"number": number, "text": text},
    )


def driver_differs(number: str, claimed: str) -> Answer:
    """Weak: a switch that was moved, or an update before the next start, makes the same."""
    return sign(
        Strength.WEAK,
        N_("The image is version {number}; the driver says {claimed}."),
        expected=claimed,
        observed=number,
        source=N_("the image's table; the driver"),
        witness=WITNESS,
        cause="another version",
        innocent=(SWITCH, N_("readings of driver and image that were taken at different times")),
        advice=N_("Start the machine again, read the image out again, and compare."),
        values={"number": number, "claimed": claimed},
    )
