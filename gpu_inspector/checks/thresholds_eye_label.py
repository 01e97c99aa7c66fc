"""The thresholds of checks on labels, on what the eye answers, and on weight and size."""

from gpu_inspector.checks.limit import Limit

_NOTE = "research note on modified cards, section 5"
_OWN = "this program's choice"

# --- labels (label_meaning.py, label_declared.py)

NAMES_LISTED = Limit(6, "names", _OWN, "so many names of products stand in a sentence; the rest is “...”")
LARGEST_LABEL_GIB = Limit(
    512, "GiB", "reference data: 288 GB (B300) is the largest memory of one GPU", "a larger number is no GPU's memory"
)

SHORTEST_NUMBER = Limit(6, "characters", _OWN, "serials and part numbers are longer; shorter is “none” or “n/a”")
FEWEST_FIGURES = Limit(3, "figures", _OWN, "every maker's serial and part number seen has more; a word has none")

FIGURES_OFF = Limit(
    2, "figures", _OWN, "of a serial's thirteen, typed by hand: a slip or two is likelier than another board's number"
)

# --- what the eye answers (eye.py)

ANSWERS_TOLD = Limit(8, "answers", _OWN, "so many deviations stand in a sentence; the report prints all of them")
LONGEST_NOTE = Limit(120, "characters", _OWN, "so much of the inspector's note stands in a sentence")

# --- weight and size (eye_size.py): published figures of two cards

FE_4090_WEIGHT_G = Limit(
    2186, "g", f"{_NOTE}: Tom's Hardware 2186 g, TechPowerUp 2181 g", "RTX 4090 Founders Edition, without its box"
)
FE_3090_WEIGHT_G = Limit(2189, "g", f"{_NOTE}: published reviews", "RTX 3090 Founders Edition, without its box")
FE_4090_LENGTH_MM = Limit(304, "mm", f"{_NOTE}: published reviews", "RTX 4090 Founders Edition")
FE_4090_HEIGHT_MM = Limit(137, "mm", f"{_NOTE}: published reviews", "RTX 4090 Founders Edition")
FE_4090_THICKNESS_MM = Limit(61, "mm", f"{_NOTE}: published reviews", "RTX 4090 Founders Edition")
FE_3090_LENGTH_MM = Limit(313, "mm", f"{_NOTE}: published reviews", "RTX 3090 Founders Edition")
FE_3090_HEIGHT_MM = Limit(138, "mm", f"{_NOTE}: published reviews", "RTX 3090 Founders Edition")
FE_3090_THICKNESS_MM = Limit(57, "mm", f"{_NOTE}: published reviews", "RTX 3090 Founders Edition")
WEIGHT_SHARE = Limit(
    0.1,
    "of the published weight",
    f"{_OWN}; two published weighings of one card differ by 0.2 %",
    "far beyond what scales and published figures differ by; a missing cooler or another model differs by more",
)
LENGTH_OFF_MM = Limit(
    10,
    "mm",
    f"{_OWN}; published figures are whole millimetres, with or without the bracket's edge",
    "beyond what bracket, connector and rule leave open; another cooler differs by more",
)
MISSING_DIE_G = Limit(
    40,
    "g",
    f"{_NOTE}: 20 to 40 g, from memory",
    "what a die and its memory weigh at most: less than scales and figures differ by, so no weight finds it missing",
)
