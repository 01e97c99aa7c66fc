"""The thresholds of checks that hold papers against goods."""

from gpu_inspector.checks.limit import Limit

_OWN = "this program's choice"

NAMES_TOLD = Limit(3, "names", _OWN, "products of one id that a sentence names at most")
WORDS_TOLD = Limit(160, "characters", _OWN, "of a text of the papers or the label that stand in a finding")
LONGEST_FIELD = Limit(
    2000, "characters", _OWN, "of a declared number, code or value that are read: a list of a few dozen pieces"
)
PIECES_READ = Limit(200, "numbers", _OWN, "serial or part numbers of one declaration that are compared at most")
