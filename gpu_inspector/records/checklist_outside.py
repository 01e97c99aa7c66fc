"""The first six steps of the visual examination: what is seen before the cooler comes off."""

from typing import Final

from gpu_inspector.language import N_
from gpu_inspector.records.question import Question, Step

BEFORE: Final = (
    Step(
        "label",
        N_("Box, label, papers"),
        N_("Photograph everything before you touch it, and again after each part that you take off."),
        (
            Question(
                "label-numbers",
                N_("Do model, part number and serial agree on box, label and papers?"),
                N_("Mind the suffix with the memory size (24G, 20GD, 48G)."),
            ),
            Question(
                "label-print",
                N_("Is the label of one piece with its card?"),
                N_("Signs of another one: other gloss, an edge cut by hand, a halo of glue, a label over a label."),
            ),
            Question(
                "label-code",
                N_("Do the bar codes say what is printed beside them?"),
                N_("Scan each one and compare it figure by figure."),
            ),
        ),
    ),
    Step(
        "outside",
        N_("Outside"),
        N_("Hold the card against the maker's own picture of this model."),
        (
            Question(
                "outside-cooler",
                N_("Are slots, length and fans those of the product?"),
                N_("A two-slot blower on a GeForce 3080 to 5090 is a small series, or a rework."),
            ),
            Question(
                "outside-power",
                N_("Are the power connectors those of the product, in their usual place?"),
                N_("Moved boards often carry one connector at the end of the card."),
            ),
            Question(
                "outside-outputs",
                N_("Has it the product's display outputs?"),
                N_("None at all means a computing or mining board."),
            ),
            Question(
                "outside-bracket",
                N_("Do bracket and cooler bear the maker that the label names?"),
                N_("A foreign brand's label on a shroud of NVIDIA's is a sign, and so is a missing logo."),
            ),
            Question(
                "outside-nvlink",
                N_("Are the NVLink fingers there, or absent, as on the product?"),
                N_("RTX 2080 Ti, RTX 3090 and the A-series have them, the 40 series has none."),
            ),
        ),
    ),
    Step(
        "weight",
        N_("Weight and size"),
        N_("Weigh without the box, always on the same scale, and measure length, height and thickness."),
        (
            Question(
                "weight-fits",
                N_("Is the weight near that of the same model?"),
                N_("It finds a missing cooler or another model. A missing die weighs 20 to 40 g and is not found."),
            ),
        ),
    ),
    Step(
        "seals",
        N_("Seals and screws"),
        N_("Was it opened before?"),
        (
            Question(
                "seals-sticker",
                N_("Are the maker's sticker and the paint on its screws whole?"),
                N_("A sticker that was lifted tears, or leaves a pattern."),
            ),
            Question(
                "seals-screws",
                N_("Are all screws alike, none missing, their heads without marks?"),
                N_("Look for slipped drivers, mixed screws, missing washers, stripped threads."),
            ),
        ),
    ),
    Step(
        "board",
        N_("Printed circuit board"),
        N_("The number near the slot names the board's project."),
        (
            Question(
                "board-number",
                N_("Is the board's number one of this product?"),
                N_("NVIDIA prints PG and three figures; partners print a code of their own. Type it in."),
            ),
            Question(
                "board-substrate",
                N_("Are colour and thickness of the board those of the product?"),
                N_("Forged boards were thinner, and green."),
            ),
            Question(
                "board-date",
                N_("Does the board's date fit the product?"),
                N_("Four figures, year and week; not before the product was known."),
            ),
            Question(
                "board-series",
                N_("Is it a board of the series, without marks of a sample?"),
                N_("ES, QS, a USB header or test headers mark an engineering sample."),
            ),
        ),
    ),
    Step(
        "stage",
        N_("Power stage and capacitors"),
        N_("Around the GPU package, the parts that feed it."),
        (
            Question(
                "stage-phases",
                N_("Are all phases fitted, with inductors of one kind, without corrosion?"),
                N_("Empty places beside fitted ones are usual on cheaper models; compare with a picture of this one."),
            ),
            Question(
                "stage-capacitor",
                N_("Is the upper right of the package free of a large capacitor, where the product has none?"),
                N_("Packages of the 30 series have one there; a real AD102 has none."),
            ),
        ),
    ),
)
