"""The thresholds of checks on what was measured: memory, die, bandwidth, link and heat.

None of the errors and shares from the research notes was measured by this program's makers.
"""

from gpu_inspector.checks.limit import Limit

_NOTE = "research note on-device tests"
_OWN = "this program's choice"

# --- the memory (memory_measured.py)

COVERED_SHARE = Limit(
    0.97,
    "of the claimed total",
    f"{_NOTE}, 1.4",
    "must have been verified where no display is attached, or the size is not called verified",
)
COVERED_SHARE_DISPLAY = Limit(
    0.85, "of the claimed total", f"{_NOTE}, 1.4", "the same where a display's surfaces lie in the card's memory"
)
FORGED_SHARE = Limit(
    0.01,
    "of the tested memory",
    "reference data: 94 and 96 GB, the closest sizes of one die, are 2 % apart",
    "below this share lost addresses are a strong sign only: no two genuine sizes lie so close together",
)
NAMED_PRODUCTS = Limit(2, "names", _OWN, "products that a sentence on the measured size names")
NAMED_PLACES = Limit(4, "lanes or places", _OWN, "that a sentence on defects names; how many more there are is said")

# --- which die fits (die_fit.py)

RATE_ERROR = Limit(
    0.05, "of a rate per clock", f"{_NOTE}, 3.4", "error of the method; rates of neighbouring dies are 2 times apart"
)
L2_ERROR = Limit(
    0.06, "of the nominal size", f"{_NOTE}, 3.2", "steps of a chase lay 7 % below to 3 % above it, on five dies"
)
BUS_ERROR = Limit(
    0.08,
    "of the implied width",
    f"{_NOTE}, 3.1",
    "error of a width implied by bandwidth and claimed clock; neighbouring widths are 16 % apart",
)
COUNT_ERROR = Limit(
    0.05,
    "of a count of multiprocessors",
    f"{_NOTE}, 3.4",
    "how far a count may be from every product's on a die before that ranks the die lower",
)
COUNT_MOST = Limit(
    2.9,
    "errors",
    _OWN,
    "the most a count can weigh: lists of products are never complete, so that alone it tells no dies apart",
)
FAMILY = Limit(
    4.0, "times", f"{_NOTE}, 3.3", "FP64 of another family is 8 times off or more; 2 against 4 is a matter of sources"
)
LANES = Limit(1.5, "times", f"{_NOTE}, 3.3", "FP32 lanes are 64 or 128: what is further off than this is the other")
TENSOR_RATE = Limit(
    512.0,
    "operations per clock and multiprocessor, accumulated in FP16",
    f"{_NOTE}, 3.3",
    "between the slowest tensor unit (1024) and the FP16 units that stand in for it on TU116 (256)",
)
THROTTLED = Limit(
    0.7,
    "of the rate of an addition",
    f"{_NOTE}, 3.3",
    "a fused multiply-add is as fast as an addition on every die; mining cards hold it back to 1/16",
)
L2_BEYOND = Limit(1.12, "times the full die's L2", f"{_NOTE}, 3.4", "twice the error above the full die's own size")
BUS_BEYOND = Limit(1.16, "times the full die's bus", f"{_NOTE}, 3.4", "twice the error above the full die's own width")
STEPS_WEIGHT = Limit(
    2.0, "errors", _OWN, "two steps of L2 where one is known, or the other way round: alone it tells no dies apart"
)
NOTHING = Limit(1e-9, "of what is expected", _OWN, "less than this is as far off as this: a logarithm needs an end")
TOLD = Limit(3.0, "errors", f"{_NOTE}, 3.4", "dies whose distances differ by less cannot be told from each other")

# --- what of a die deviates (die_signs.py, die_measured.py)

L2_FAR = Limit(
    2.0, "times", f"{_NOTE}, 3.4", "more than a soft deviation: steps of a chase are known of five dies only"
)
COUNT_FAR = Limit(
    1.5,
    "times",
    "reference data: neighbouring products of one die",
    "no table errs so far in a count of multiprocessors",
)
NEAREST_DIES = Limit(6, "dies", _OWN, "that are held beside each other in a finding's values")
NAMED_OF_DIE = Limit(3, "names", _OWN, "products that a sentence on the die names")

# --- the throughput (throughput.py)

FASTEST_MHZ = Limit(10_000.0, "MHz", _OWN, "no multiprocessor is near it: beyond, a record is broken")
MOST_PER_CLOCK = Limit(
    1e6, "operations per clock and multiprocessor", _OWN, "none is near it: beyond, a record is broken"
)

# --- the width of the bus (speed_measured.py)

BUS_NEXT_WIDTH = Limit(0.16, "of the width", f"{_NOTE}, 3.1", "neighbouring widths lie so far apart, or further")
BUS_FAR = Limit(
    0.70,
    "of the product's width",
    f"{_NOTE}, 3.1",
    "no two neighbouring widths are so far apart: below it the product's own bus would have to stand idle",
)
WRITE_SHARE = Limit(
    0.98,
    "of the theoretical rate",
    f"{_NOTE}, 3.1; published measurements of four dies, none of them ours",
    "what writing reaches, where only a claimed clock is known",
)

# --- the link under load (link_measured.py)

LANE_BYTES_PER_S = {
    generation: Limit(
        transfers * bits / coded / 8,
        "bytes per second and lane",
        f"PCI Express: {transfers / 1e9:g} GT/s, {bits} bits in {coded}",
        f"raw rate of generation {generation}, less its encoding",
    )
    for generation, transfers, bits, coded in (
        (1, 2.5e9, 8, 10),
        (2, 5e9, 8, 10),
        (3, 8e9, 128, 130),
        (4, 16e9, 128, 130),
        (5, 32e9, 128, 130),
        (6, 64e9, 242, 256),
    )
}
LINK_SLOW = Limit(0.60, "of the raw rate", f"{_NOTE}, 4.1", "0.72 to 0.88 is usual")
REPLAYS_WORN_BYTES = Limit(
    10e9, "bytes", f"{_NOTE}, 4.1; RW-18", "more than one packet sent again in so many: contacts or riser"
)
REPLAYS_NOTED_BYTES = Limit(100e9, "bytes", f"{_NOTE}, 4.1", "more than one packet sent again in so many is told")
LEAST_REPLAYS = Limit(3, "packets", f"{_NOTE}, 4.1", "a link that has just been trained may repeat one or two")

# --- heat (heat_measured.py)

CONTACT = Limit(
    45.0,
    "K·mm²/W",
    "research note on heat, 4.2 (from memory, calibrated on no card yet)",
    "20 to 30 is thought to be usual; above it the contact between die and cooler is poor",
)
