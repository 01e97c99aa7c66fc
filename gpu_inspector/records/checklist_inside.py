"""The last six steps of the visual examination: what is seen with the cooler off."""

from typing import Final

from gpu_inspector.language import N_
from gpu_inspector.records.question import Question, Step

AFTER: Final = (
    Step(
        "package",
        N_("GPU package"),
        N_("Cooler off: by a trained person only."),
        (
            Question(
                "package-present",
                N_("Is there a die on the package?"),
                N_("Boards without die and memory were sold; their fans and lights can still run."),
            ),
            Question(
                "package-marking",
                N_("Is the die's marking that of the product?"),
                N_("Type its lines in; the one like AD102-300-A1 names die and bin."),
            ),
            Question(
                "package-surface",
                N_("Is the die a mirror, its marking sharp and even?"),
                N_("Grinding leaves a dull or striped face; forged letters are shallow, or too bright."),
            ),
            Question(
                "package-code",
                N_("Is the package's code in its usual corner, and does it scan to the same lot?"),
                N_("On a real AD102 it sits low at the left, on GA102 higher."),
            ),
            Question(
                "package-frame",
                N_("Does the stiffener frame sit flat and tight?"),
                N_("One that was taken off and glued back sits askew."),
            ),
        ),
    ),
    Step(
        "memory",
        N_("Memory chips"),
        N_("Count them on both sides and type their markings in."),
        (
            Question(
                "memory-count",
                N_("Are there as many chips, on the same sides, as on the product?"),
                N_("A rear side full of chips doubles the memory of most models."),
            ),
            Question(
                "memory-alike",
                N_("Are all markings alike, their dates within weeks?"),
                N_("Vendor, part number, speed and date; a maker does not mix them on one board."),
            ),
            Question(
                "memory-seat",
                N_("Does every chip sit straight, soldered on all sides?"),
                N_("Dummies have a wrong pattern of balls, or only some of them soldered."),
            ),
            Question(
                "memory-surface",
                N_("Are the chips' faces as they left the factory?"),
                N_("Missing markings, paint and solvent haze hide age or origin."),
            ),
        ),
    ),
    Step(
        "solder",
        N_("Solder and flux"),
        N_("At an angle of 45 degrees under a lamp."),
        (
            Question(
                "solder-clean",
                N_("Are the edges of GPU and memory free of flux and darkened mask?"),
                N_("Sticky or white residue, lifted pads, cut corner glue."),
            ),
            Question(
                "solder-balls",
                N_("Do the balls look like those of the rest of the board?"),
                N_("Balls of leaded solder shine."),
            ),
            Question(
                "solder-straps",
                N_("Are the small resistors untouched?"),
                N_("A moved strap leaves fresh solder, and an empty place beside it; look for added wires."),
            ),
            Question(
                "solder-eeprom",
                N_("Is the vBIOS memory as fitted by the factory?"),
                N_("Clip marks, another label, a resistor on top, fresh solder."),
            ),
        ),
    ),
    Step(
        "edge",
        N_("PCIe edge"),
        N_("The fingers, and the row of small capacitors above them."),
        (
            Question(
                "edge-capacitors",
                N_("Are the lanes' capacitors all of one age?"),
                N_("32 for x16; a mining board made x16 by hand has fresh joints."),
            ),
            Question(
                "edge-fingers",
                N_("Are the fingers whole and worn no more than the card's age?"),
                N_("Fingers plated anew are too bright."),
            ),
        ),
    ),
    Step(
        "thermal",
        N_("Cooling"),
        N_("Pads, paste and back plate."),
        (
            Question(
                "thermal-pads",
                N_("Are the pads those of the factory, over chips that are there?"),
                N_("Cut from a sheet, of another thickness, over empty places."),
            ),
            Question(
                "thermal-backplate",
                N_("Is the back plate that of the product?"),
                N_("Pockets that were milled into it make room for memory at the rear."),
            ),
        ),
    ),
    Step(
        "adapter",
        N_("Modules on adapters"),
        N_("A datacentre module on a carrier looks like a card."),
        (
            Question(
                "adapter-none",
                N_("Is it one board, not a module on a carrier?"),
                N_("Two mezzanine connectors and a large heat sink of its own betray an SXM module."),
            ),
            Question(
                "adapter-number",
                N_("Does the board bear its maker's number?"),
                N_("Cloned boards bear none of NVIDIA's."),
            ),
        ),
    ),
)
