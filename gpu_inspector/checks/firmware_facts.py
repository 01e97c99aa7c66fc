"""Facts from firmware images and the driver's inner calls: what was read of this card, or why nothing was."""

from functools import cached_property

from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.silicon_facts import SiliconFacts
from gpu_inspector.records.firmware import BitReading, KnownImage, RmReading, VbiosReading


class FirmwareFacts(SiliconFacts):
    """The image first, as the card gave it; a file that somebody handed in for it second."""

    @cached_property
    def vbios_images(self) -> tuple[VbiosReading, ...] | Missing:
        """Every image of this card that was read, the card's own first."""
        ordered = sorted(self.card.vbios, key=lambda one: one.source != "card")
        return tuple(ordered) or Missing(
            "No vBIOS image was read.",
            "Read the image out of the card (--read-vbios), or hand in a dump of it (--vbios FILE).",
        )

    @cached_property
    def vbios_image(self) -> VbiosReading | Missing:
        images = self.vbios_images
        return images if isinstance(images, Missing) else images[0]

    @cached_property
    def image_table(self) -> BitReading | Missing:
        """The BIOS information table of the image."""
        image = self.vbios_image
        if isinstance(image, Missing):
            return image
        return image.bit or Missing("The vBIOS image has no BIOS information table that could be read.")

    @cached_property
    def known_images(self) -> tuple[KnownImage, ...]:
        """Images of the office's own collection that bear the same version as this card's."""
        return tuple(one for one in self.evidence.known_images if one.card == self.card.label)

    @cached_property
    def rm(self) -> RmReading | Missing:
        return self.card.rm or Missing(
            "The driver's inner calls were not asked.",
            "They are off by default (--control-calls): no card has answered them to this program yet.",
        )
