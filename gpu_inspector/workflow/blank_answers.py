"""The blank file of answers: every question as a comment above the place of its answer, nothing answered in advance."""

from gpu_inspector.records.checklist import SHOTS, STEPS
from gpu_inspector.workflow.answers_file import parse

_HEAD = """\
# Visual examination of one object, for: gpu-inspector inspect --not-starting --answers FILE
# Take the # away in front of what you looked at; what stays away was not looked at. Photographs are files beside
# this one; each may be named in several places. Lengths are millimetres, weights grams, without the box.
format = 1
#power = "does not start"        # or "not tried"; "starts" beside a card that is inspected running
#whole_card = true               # false: a bare chip, or a board without its parts
#weight_g = 0.0
#length_mm = 0.0
#height_mm = 0.0
#thickness_mm = 0.0
#board_marking = ""              # the number on the printed circuit board, "PG139"

[label]                          # as printed on the card
#brand = ""
#model = ""
#part_number = ""
#serial = ""
#text = ""                       # all else that is printed
#codes_confirmed = []            # bar codes that you held against the label, figure by figure
#photographs = []

[die]                            # cooler off
#present = true                  # false: there is no die
#lines = []                      # as printed, ["S TW 2231A1", "AD102-300-A1"]
#photographs = []

#[[memory]]                      # once for each marking
#marking = ""                    # its lines with a space between
#count = 0
#side = "front"                  # or "rear"
#photographs = []
"""


def text() -> str:
    """TOML that `answers_file.parse` reads as "nothing was looked at"."""
    parts = [_HEAD]
    for number, step in enumerate(STEPS, 1):
        parts.append(f"\n# {number}. {step.title}\n# {step.lead}\n")
        for one in step.questions:
            parts.append(
                f"\n# {one.asks} {one.look}\n"
                f"#[answers.{one.id}]\n"
                '#seen = ""                       # "as expected", "deviates" or "not visible"\n'
                '#note = ""\n#photographs = []\n'
            )
    parts.append("\n# The fixed list of photographs, a scale bar in each\n[shots]\n")
    parts += [f"#{number} = []  # {what}\n" for number, what in enumerate(SHOTS, 1)]
    whole = "".join(parts)
    parse(whole.encode(), "the blank file")
    return whole
