"""The base address registers of a card, and the sizes that its resizable-BAR capability offers, as sysfs prints both.

`resource` has a line "start end flags" for each register; `resourceN_resize` (kernel 6.1 and later, readable by
everybody) is a mask of sizes, of which bit 0 is 1 MiB, bit 1 is 2 MiB and so on (Linux, Documentation/ABI/testing/
sysfs-bus-pci). The file is there only where the card has the capability and the kernel knows it.
"""

import re
from collections.abc import Mapping

from gpu_inspector.language import N_
from gpu_inspector.records.evidence import Bar

BASE_ADDRESS_REGISTERS = 6
"""Rows of the `resource` file that are base address registers; the seventh is the expansion ROM."""
PREFETCHABLE = 0x2000
"""IORESOURCE_PREFETCH of the kernel's include/linux/ioport.h."""
WIDE = 0x0010_0000
"""IORESOURCE_MEM_64 of the same."""
REGION_KIND = 0x300
"""IORESOURCE_IO and IORESOURCE_MEM: a row with neither is unused, or the upper half of a 64-bit register."""
LARGEST_REGION = 2**53 - 1
"""Bytes; the largest whole number that canonical JSON keeps exactly, 8 PiB."""
SMALLEST_SHIFT = 20
"""Bit 0 of a mask of sizes is 2 to the power of this: 1 MiB."""

RESIZE_FILES = tuple(f"resource{index}_resize" for index in range(BASE_ADDRESS_REGISTERS))

_HEXADECIMAL = re.compile(r"0x([0-9a-fA-F]{1,16})")
_MASK = re.compile(r"(?:0x)?([0-9a-fA-F]{1,16})")


def parse(text: str | None, masks: Mapping[str, str | None]) -> tuple[tuple[Bar, ...] | None, str]:
    """The regions in use, None where the text has another shape; and why no sizes are known, "" where some are.

    A 64-bit register takes two rows: its size stands in the first, the second is all zeros and so no region.
    """
    sizes, reason = _offered(masks)
    if text is None:
        return None, reason
    bars: list[Bar] = []
    lines = text.splitlines()[:BASE_ADDRESS_REGISTERS]
    if len(lines) < BASE_ADDRESS_REGISTERS:
        return None, reason
    for index, line in enumerate(lines):
        matches = [_HEXADECIMAL.fullmatch(word) for word in line.split()]
        values = [int(match[1], 16) for match in matches if match is not None]
        if len(matches) != 3 or len(values) != 3:
            return None, reason
        start, end, flags = values
        if not flags & REGION_KIND:
            continue
        if not 0 <= end - start < LARGEST_REGION:
            return None, reason
        bars.append(
            Bar(
                index,
                end - start + 1,
                bool(flags & PREFETCHABLE),
                bool(flags & WIDE),
                sizes.get(index, ()),
            )
        )
    return tuple(bars), reason


def _offered(masks: Mapping[str, str | None]) -> tuple[dict[int, tuple[int, ...]], str]:
    """The sizes by register, and why there are none."""
    found: dict[int, tuple[int, ...]] = {}
    malformed = False
    for index, name in enumerate(RESIZE_FILES):
        text = masks.get(name)
        if text is None:
            continue
        match = _MASK.fullmatch(text.strip())
        sizes = _sizes(int(match[1], 16)) if match is not None else ()
        malformed = malformed or not sizes
        if sizes:
            found[index] = sizes
    if found:
        return found, ""
    return {}, "malformed" if malformed else N_("the system lists no resizable register")


def _sizes(mask: int) -> tuple[int, ...]:
    """() where a bit stands for more than any register can be."""
    sizes = tuple(1 << bit + SMALLEST_SHIFT for bit in range(mask.bit_length()) if mask >> bit & 1)
    return sizes if not sizes or sizes[-1] <= LARGEST_REGION else ()
