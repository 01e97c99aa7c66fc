"""How much each answer "deviates" of the visual examination weighs, why, and what is innocent about it.

Most of what an eye finds says "somebody worked on this", and that happens to honest cards: a fan replaced, a board
repaired, a sticker lifted by a curious owner. Such answers are weak, and weak ones never add up, however many. Medium
is what an owner or a repair shop seldom does and a rework or a relabelling needs; strong is the one answer that names
another die outright. That there is no die at all is judged by `marking_none.py`.
Source: research note on modified cards, section 5; what rests on one public report there is weak here.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gpu_inspector.language import N_
from gpu_inspector.records.finding import Strength


@dataclass(frozen=True, slots=True)
class Weight:
    """Of one question."""

    strength: Strength
    says: str
    """What the deviation is, as it stands in a list: "the label is not of one piece with its card"."""
    why: str
    """Why it weighs so much and no more; for who maintains this table."""
    innocent: str


_WEAK, _MEDIUM = Strength.WEAK, Strength.MEDIUM

LABEL: Final = MappingProxyType(
    {
        "label-numbers": Weight(
            _MEDIUM,
            N_("numbers on box, label and papers differ"),
            "a lot's cards and boxes are mixed up in shops, but not label and card of one object",
            N_("boxes that a shop mixed up"),
        ),
        "label-print": Weight(
            _MEDIUM,
            N_("the label is not of one piece with its card"),
            "a moved or reprinted label needs it (labels lifted with a hair dryer)",
            N_("a new label that a repair centre put on"),
        ),
        "label-code": Weight(
            _MEDIUM,
            N_("a bar code does not say what is printed beside it"),
            "makers print both in one go; forgers draw the code last",
            N_("a code that carries another of the card's numbers"),
        ),
        "outside-bracket": Weight(
            _WEAK,
            N_("bracket or cooler do not bear the label's maker"),
            "honest on every NVIDIA board that PNY, Dell or HP sells",
            N_("a seller's label on a board that NVIDIA or another maker built"),
        ),
    }
)
"""Of the label: cause "label"."""

OUTSIDE: Final = MappingProxyType(
    {
        "outside-cooler": Weight(
            _WEAK,
            N_("slots, length or fans are not the product's"),
            "coolers are exchanged, and small series have blowers",
            N_("an exchanged cooler, a water block, or a small series for one country"),
        ),
        "outside-power": Weight(
            _MEDIUM,
            N_("power connectors are others, or elsewhere"),
            "they are soldered to the board: another place is another board",
            N_("another revision of the maker's board than the picture's"),
        ),
        "outside-outputs": Weight(
            _MEDIUM,
            N_("the display outputs are not the product's"),
            "they are soldered to the board; none at all is a mining or computing board",
            N_("a small series without outputs, or with others"),
        ),
        "outside-nvlink": Weight(
            _MEDIUM,
            N_("NVLink fingers are there, or absent, against the product"),
            "they are cut out of the board itself",
            N_("another revision of the board than the picture's"),
        ),
        "weight-fits": Weight(
            _WEAK,
            N_("the weight is not that of the same model"),
            "coolers differ, scales differ; a missing die weighs too little to show",
            N_("another cooler, another scale, a bracket more or less"),
        ),
        "board-number": Weight(
            _MEDIUM,
            N_("the board's number is none of this product"),
            "the number names the board's project",
            N_("a board of a partner's own number, or a later revision"),
        ),
        "board-substrate": Weight(
            _WEAK, N_("colour or thickness of the board differ"), "one public report", N_("another factory's boards")
        ),
        "board-date": Weight(
            _MEDIUM,
            N_("the board's date does not fit the product"),
            "a board older than the product was made for another one",
            N_("four figures that are no date, or a panel's number"),
        ),
        "board-series": Weight(
            _WEAK, N_("marks of a sample"), "samples are genuine", N_("an engineering sample, honestly sold as one")
        ),
        "adapter-none": Weight(
            _MEDIUM,
            N_("it is a module on a carrier"),
            "no plug-in card is built so; honest where it is sold as what it is",
            N_("a module on an adapter, honestly sold as one"),
        ),
        "adapter-number": Weight(
            _WEAK,
            N_("the board bears no maker's number"),
            "numbers hide under coolers",
            N_("a number in another place"),
        ),
    }
)
"""Of the board and its outside: cause "another board"."""

WORK: Final = MappingProxyType(
    {
        "seals-sticker": Weight(
            _WEAK, N_("sticker or paint are broken"), "owners open cards", N_("cleaning or repair")
        ),
        "seals-screws": Weight(_WEAK, N_("screws differ or bear marks"), "owners open cards", N_("cleaning or repair")),
        "stage-phases": Weight(
            _WEAK, N_("phases, inductors or corrosion"), "cheaper models leave places empty", N_("a cheaper model, age")
        ),
        "memory-count": Weight(
            _MEDIUM,
            N_("memory chips are more, fewer, or on other sides"),
            "a board is drawn for its chips; a full rear side doubles the memory",
            N_("a variant of the product with another memory"),
        ),
        "memory-alike": Weight(
            _MEDIUM,
            N_("memory chips differ in marking or date"),
            "a maker does not mix them within one board (RW-05, RW-06)",
            N_("a repair that exchanged a chip"),
        ),
        "memory-seat": Weight(
            _MEDIUM,
            N_("memory chips sit askew, or are not soldered all round"),
            "machines place chips straight; dummies are not soldered at all",
            N_("a repair by hand"),
        ),
        "memory-surface": Weight(
            _WEAK,
            N_("memory chips without marking, painted or hazed"),
            "oil of the pads hides markings as well",
            N_("oil and residue of thermal pads"),
        ),
        "solder-clean": Weight(
            _WEAK, N_("flux or darkened mask round the chips"), "any repair leaves it", N_("a repair")
        ),
        "solder-balls": Weight(
            _MEDIUM,
            N_("the balls differ from those of the rest of the board"),
            "the chip was taken off and put on again",
            N_("a repair that reballed the chip"),
        ),
        "solder-straps": Weight(
            _MEDIUM,
            N_("small resistors were moved, or wires added"),
            "straps tell the chip its memory and its id; no wear moves them",
            N_("a repair, or rework in the factory"),
        ),
        "solder-eeprom": Weight(
            _WEAK,
            N_("the vBIOS memory was worked on"),
            "owners save cards with a clip and a programmer",
            N_("an owner who wrote a lost vBIOS back"),
        ),
        "edge-capacitors": Weight(
            _MEDIUM,
            N_("capacitors of the lanes are of different age"),
            "mining boards are made x16 by hand so",
            N_("a repair: capacitors there are knocked off easily"),
        ),
        "edge-fingers": Weight(
            _WEAK, N_("fingers worn, or plated anew"), "age", N_("age, or many changes of the slot")
        ),
        "thermal-pads": Weight(
            _WEAK, N_("pads are not the factory's"), "owners replace pads", N_("an owner who replaced dried pads")
        ),
        "thermal-backplate": Weight(
            _WEAK,
            N_("the back plate is not the product's"),
            "plates of other makers are sold for every card",
            N_("a plate that came with a water block"),
        ),
    }
)
"""Of work done on the board: cause "rework"."""

PACKAGE: Final = MappingProxyType(
    {
        "package-marking": Weight(
            Strength.STRONG,
            N_("the die's marking is not the product's"),
            "the marking names die and bin; it is burnt in by the maker",
            N_("a bin that is new, or a marking read wrong"),
        ),
        "package-surface": Weight(
            _MEDIUM,
            N_("the die is dull or striped, or its marking uneven"),
            "ground dies bear a false marking; but enthusiasts grind dies too",
            N_("paste and liquid metal that stained it, or an owner who ground it for cooling"),
        ),
        "package-code": Weight(
            _WEAK,
            N_("the package's code is elsewhere, or of another lot"),
            "public reports on one product",
            N_("another packaging line"),
        ),
        "package-frame": Weight(
            _WEAK, N_("the stiffener frame sits askew"), "coolers that stuck lift it", N_("a cooler that stuck to it")
        ),
        "stage-capacitor": Weight(
            _MEDIUM,
            N_("a large capacitor sits where the product has none"),
            "the package of the 30 series has it, a real AD102 has none",
            N_("another revision of the board"),
        ),
    }
)
"""Of the GPU package: cause "another die"."""

ELSEWHERE: Final = frozenset({"package-present"})
"""Questions that another check answers."""
