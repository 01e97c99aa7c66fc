"""Facts from firmware images and the driver's inner calls: what was read of this card, or why nothing was."""

from functools import cached_property

from gpu_inspector.checks.facts import Given, Missing
from gpu_inspector.checks.silicon_facts import SiliconFacts
from gpu_inspector.language import N_
from gpu_inspector.records.claims import Virtualization
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.firmware import BitReading, KnownImage, PowerLimits, RmReading, VbiosReading
from gpu_inspector.records.image_parts import FROM_CARD, own_first


class FirmwareFacts(SiliconFacts):
    """The image first, as the card gave it; a file that somebody handed in for it second."""

    @cached_property
    def vbios_images(self) -> tuple[VbiosReading, ...] | Missing:
        """Every image of this card that was read, the card's own first."""
        return own_first(self.card.vbios) or Missing(
            N_("No vBIOS image was read."),
            N_("Read the image out of the card (--read-vbios), or hand in a dump of it (--vbios FILE)."),
        )

    @cached_property
    def vbios_image(self) -> VbiosReading | Missing:
        images = self.vbios_images
        return images if isinstance(images, Missing) else images[0]

    @cached_property
    def handed_in(self) -> Given:
        """Whether the image that is judged is somebody's word beside the card: a handed-in file, or a host's image.

        A capture of a card in a machine tells its file apart as that machine did: such a card has readings of its own.
        """
        image = self.vbios_image
        if isinstance(image, Missing):
            return Given.CARD
        live = self.evidence.origin is Origin.MACHINE or self.card.pci is not None or self.card.nvml is not None
        if image.source != FROM_CARD:
            return Given.FILE if live else Given.CARD
        return Given.HOST if self.virtual else Given.CARD

    @cached_property
    def virtual(self) -> bool:
        """Whether a virtual machine stands between program and card, by the bench's or the driver's word."""
        host = self.host
        guest = self.claim("virtualization") in (Virtualization.PASS_THROUGH, Virtualization.GUEST)
        return guest or (not isinstance(host, Missing) and bool(host.virtual_machine))

    @cached_property
    def image_table(self) -> BitReading | Missing:
        """The BIOS information table of the image."""
        image = self.vbios_image
        if isinstance(image, Missing):
            return image
        return image.bit or Missing(N_("The vBIOS image has no BIOS information table that could be read."))

    @cached_property
    def known_images(self) -> tuple[KnownImage, ...]:
        """Images of the office's own collection that bear the same version as this card's."""
        return tuple(one for one in self.evidence.known_images if one.card == self.card.label)

    @cached_property
    def power_claims(self) -> PowerLimits | Missing:
        """The limits as the driver tells them."""
        values = [self.claim(name) for name in ("power_min_mw", "power_default_mw", "power_max_mw")]
        lowest, default, highest = (value if isinstance(value, int) else None for value in values)
        if default is None:
            return self._not_given("power_default_mw", N_("the default power limit"))
        return PowerLimits(lowest_mw=lowest, default_mw=default, highest_mw=highest)

    # InfoROM

    @cached_property
    def inforom_valid(self) -> bool | Missing:
        """Whether the driver found the checksums of the InfoROM in order."""
        value = self.claim("inforom_valid")
        return value if isinstance(value, bool) else self._not_given("inforom_valid", N_("the InfoROM's validation"))

    @cached_property
    def board_part_number(self) -> str | Missing:
        return self._text("board_part_number", N_("the board's part number"))

    @cached_property
    def rm(self) -> RmReading | Missing:
        return self.card.rm or Missing(
            N_("The driver's inner calls were not asked."),
            N_("They are off by default (--control-calls): no card has answered them to this program yet."),
        )
