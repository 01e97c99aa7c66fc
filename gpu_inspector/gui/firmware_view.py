"""A card's firmware as a tree: each image with its parts, what was asked beside it, and what was not read."""

from PySide6.QtWidgets import QWidget

from gpu_inspector.gui.findings import FindingsModel, Node
from gpu_inspector.gui.tables import WrappedTree
from gpu_inspector.gui.text import LONGEST, safe
from gpu_inspector.language import N_, _
from gpu_inspector.records import firmware_words, inner_words, words
from gpu_inspector.records.evidence import CardEvidence, Gap

NOTHING = N_("No vBIOS image was read, and the driver's inner calls were not asked.")
HOW = N_(
    "On the page Case a dump of the card's vBIOS can be handed in, and the image can be read out of the card itself."
)
NOT_READ = N_("Not read")
SOURCES = ("vbios", "rm", "attestation")
"""Sources of gaps that belong here."""
MOST_IMAGES = 3


class FirmwareModel(FindingsModel):
    """Two columns: a fact, and what the image says of it."""

    HEADINGS = (N_("Fact"), N_("What it says: a claim, where it is not said to be checked"))


def tree_of(card: CardEvidence | None) -> Node:
    """Everything of one card's firmware; its root is not shown."""
    root = Node("")
    images = card.vbios[:MOST_IMAGES] if card is not None else ()
    gaps = tuple(one for one in card.gaps if one.source in SOURCES) if card is not None else ()
    for number, reading in enumerate(images, 1):
        named = firmware_words.name_of(reading, safe)
        title = _("Image {n}: {name}").format(n=number, name=named) if len(images) > 1 else named
        image = root.add(Node(title, firmware_words.short_words(reading, safe), bold=True))
        for part in firmware_words.parts_of_image(reading, safe):
            group = image.add(Node(_(part.title)))
            _fill(group, part.lines)
    for number, reading in enumerate(images[1:], 2):
        differing = firmware_words.differences(images[0], reading, safe)
        title = _("Where the images differ: 1 and {n}").format(n=number)
        group = root.add(Node(title, "" if differing else firmware_words.same_words(images[0], reading), bold=True))
        for label, one, other in differing:
            group.add(Node(_(label), f"1: {one}\n{number}: {other}"))
    if card is not None and card.rm is not None:
        unseen = "" if card.rm.seen_on_hardware else _(inner_words.UNSEEN)
        _fill(root.add(Node(_(inner_words.INNER_CALLS), unseen, bold=True)), inner_words.lines_of_rm(card.rm, safe))
    if card is not None and card.attestation is not None:
        group = root.add(Node(_(inner_words.ATTESTATION), _(inner_words.RAW), bold=True))
        _fill(group, inner_words.lines_of_attestation(card.attestation, safe))
    if not root.children:
        root.add(Node(_(NOTHING), _(HOW)))
    _add_gaps(root, gaps)
    return root


def _fill(group: Node, lines: firmware_words.Pairs) -> None:
    for label, text in lines:
        group.add(Node(_(label), safe(text, 4 * LONGEST)))


def _add_gaps(root: Node, gaps: tuple[Gap, ...]) -> None:
    if gaps:
        group = root.add(Node(_(NOT_READ), bold=True))
        for gap in gaps[: firmware_words.LISTED]:
            said = safe(words.with_advice(gap.reason, gap.advice), 2 * LONGEST)
            group.add(Node(safe(words.source_words(gap.source)), said))


class FirmwareView(WrappedTree):
    """The whole tree, with all that is not a digest open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.facts = FirmwareModel()
        super().__init__(self.facts, {0: 330}, 1)
        self.setParent(parent)
        self.facts.setParent(self)
        self.setAccessibleName(_("Firmware of the card"))
        self.setToolTip(_("Right and Left open and close a row, Ctrl+C copies it"))

    def show_card(self, card: CardEvidence | None) -> None:
        """Show a card's firmware; images are open down to their groups."""
        self.facts.show_tree(tree_of(card))
        self.expandToDepth(1)
        self.setCurrentIndex(self.facts.index(0, 0))
