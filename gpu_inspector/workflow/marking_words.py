"""What a marking means that was typed off a chip, in a sentence beside the field: an aid to the eye, and no judgement.

What is said here is what the marking *says*: anyone with a laser can make one. The checks judge it.
"""

from gpu_inspector.language import _
from gpu_inspector.records import die_marking, memory_marking
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.die_marking import ChipCode

MOST = 4
"""Products that are named."""


def explain_die(lines: tuple[str, ...], catalogue: Catalogue) -> str:
    """Chip, bin, the products of that bin, week of packaging; "" for no lines. Any text gives an answer."""
    marking = die_marking.decode(lines)
    said = [_code(code, catalogue) for code in marking.codes[:MOST]]
    if marking.laptop:
        said.append(_("{text}: a chip for laptops").format(text=marking.laptop))
    if marking.sample:
        said.append(_("a sample's mark: {mark}").format(mark=marking.sample))
    if marking.packed:
        said.append(_("packaged in {country}").format(country=marking.packed))
    said += [
        _("week {week} of {year}").format(week=one.week, year=one.year) for one in marking.dates[:MOST] if one.usual
    ]
    said += [_("“{typed}” is read as {read}").format(typed=one.typed, read=one.read) for one in marking.taken[:MOST]]
    if lines and not said:
        return _("no line in which this program reads a chip's name")
    return "; ".join(said)


def _code(code: ChipCode, catalogue: Catalogue) -> str:
    die = catalogue.dies.get(code.die)
    if die is None:
        return _("{die}: a chip that no table of this program has").format(die=code.die)
    bins = f"-{code.bin}-"
    names = dict.fromkeys(
        row.name
        for row in catalogue.products
        if row.die == code.die and any(bins in one for one in row.gpu_part_numbers)
    )
    named = ", ".join([*list(names)[:MOST], *(["…"] if len(names) > MOST else [])])
    words = _("{die} ({architecture}), bin {bin}").format(die=code.die, architecture=die.architecture, bin=code.bin)
    return f"{words}: {named}" if named else words


def explain_memory(marking: str, catalogue: Catalogue) -> str:
    """Vendor, type, density, speed, and where that is known from; "" for no marking. Any text gives an answer."""
    chip = memory_marking.decode(marking, catalogue.memory_codes)
    if not chip.typed:
        return ""
    if chip.code is None:
        unknown = _("a marking that the list does not have; it decides nothing")
        return f"{chip.vendor}: {unknown}" if chip.vendor else unknown
    code = chip.code
    parts = [_("{vendor} {type}, {density} Gbit").format(vendor=chip.vendor, type=code.type, density=code.density_gbit)]
    if chip.speed_gbps is not None:
        parts.append(_("{speed} Gbit/s a line").format(speed=f"{chip.speed_gbps:g}"))
    if chip.read:
        parts.append(_("read as {text}").format(text=chip.read))
    parts.append(_("from memory: shown only, it decides nothing") if code.from_memory else code.source)
    return "; ".join(parts)
