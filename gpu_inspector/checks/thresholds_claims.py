"""The thresholds of checks on claims: sizes, earlier sightings, the agreement of sources."""

from gpu_inspector.checks.limit import Limit

_SIZES = "research note on reference data, section 4"
_OWN = "this program's choice"

# --- memory sizes (sizes.py)

SIZE_TOLERANCE = Limit(
    0.02,
    "of the expected total",
    f"{_SIZES}, F1 to F4; note on modified cards, RW-01",
    "share by which a total may miss its formula before the size is another one",
)
HALF_SIZE = Limit(
    2,
    "times",
    "note on modified cards, 1B and 1C (folded memory)",
    "a forger's usual size is half of the claimed one: it must be excluded even where no product of the die has it",
)
OLD_DRIVER = Limit(510, "driver branch", _SIZES, "from this branch on drivers show the total before their reserve")
OLD_DRIVER_RESERVE = Limit(0.05, "of the nominal size", _SIZES, "largest share that drivers before R510 subtract")
ECC_SHARE = Limit(15 / 16, "of the nominal size", f"{_SIZES}, F1", "what ECC leaves of GDDR memory")
SMALLEST_SHARE = Limit(
    0.93,
    "of the nominal size",
    "observed: B200, 183,359 MiB of 192 GiB",
    "smallest share of a nominal size that any genuine board of today's drivers shows",
)

# --- earlier sightings (sightings.py)

SAME_MEMORY_PART = Limit(
    8,
    "one part in so many of the larger total",
    f"{_SIZES}: ECC takes a sixteenth, old drivers 5 %",
    "totals of one card differ by less than this, whatever ECC and driver were",
)

# --- identity (identity.py, subject.py)

ROUNDING_MIB = Limit(
    1, "MiB", "nvidia-smi's output beside NVML's", "nvidia-smi prints whole MiB of what NVML gives in bytes"
)
BRANCH_DIGITS = Limit(4, "digits", "NVIDIA's driver versions", "“550”, “1080” at most; more is no driver's branch")
NAMES_OF_ID = Limit(6, "names", _OWN, "so many names of one device id stand in a sentence; the rest is “...”")

# --- cores and bus width that one table alone gives (die.py, memory.py)

CORES_FAR = Limit(
    1.3,
    "times",
    "reference tables held against each other: they differ by 1.25 at most (Quadro P1000, 4 and 5 multiprocessors), "
    "and by one multiprocessor on the smallest",
    "no table was seen to err so far in a count of cores: beyond it, one table is enough for a strong sign",
)
WIDTH_FAR = Limit(
    1.5,
    "times",
    "reference tables held against each other: they differ by 1.33 at most (Quadro RTX 3000, 192 and 256 bits)",
    "no table was seen to err so far in the width of a bus",
)
