"""When an image was built, which memory it can drive, and how much power it allows, against what the card claims.

Sources: research note on modified cards, sections 2 (dates) and 4.4 (tables of the image); the days on which dies
became known stand in `resources/products/die_dates.jsonl`, each with its source. None of the tables was tried on many
real images, so that no sign of this file is more than a medium one. What fools these checks: a forger who edits the
date, and a whole image of the right product.
"""

from datetime import date, timedelta

from gpu_inspector.checks import thresholds
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.facts import Given
from gpu_inspector.checks.firmware_weight import WITNESS, weighed
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.firmware import BitReading, PowerLimits, RmReading
from gpu_inspector.records.image_parts import UNUSED_MEMORY
from gpu_inspector.records.product import Die, DieDate, Product

_DRIVEN = frozenset({"DDR2", "DDR3", "GDDR3", "GDDR5", "GDDR5X", "GDDR6", "GDDR6X", "GDDR7", "HBM2"})
"""Types that a number in the image's table is known for; of the others the table cannot be asked."""
_INNER_CALLS = N_("driver calls")


@check("firmware-image-date", N_("Build date in the vBIOS image"))
def build_date(image_table: BitReading, die: Die, evidence: Evidence, handed_in: Given, catalogue: Catalogue) -> Answer:
    """No image for a die is much older than the die, and none comes from tomorrow."""
    built = _day(image_table.build_date)
    if built is None:
        return inconclusive(N_("The image gives no build date that could be read."))
    answer = _dated(
        built,
        catalogue.die_dates.get(die.name),
        evidence.collected_at.date(),
        what=N_("The image was built"),
        witness=WITNESS,
        limit=Strength.MEDIUM,
    )
    return weighed(answer, handed_in=handed_in)


@check("firmware-board-date", N_("Build date of the board in the InfoROM"))
def board_date(rm: RmReading, die: Die, evidence: Evidence, catalogue: Catalogue) -> Answer:
    """As the image's: a board is not older than the die on it. The call has not been seen on hardware: a weak sign."""
    built = _day(rm.build_date or "")
    if built is None:
        return inconclusive(N_("The driver's inner calls gave no build date of the board that could be read."))
    return _dated(
        built,
        catalogue.die_dates.get(die.name),
        evidence.collected_at.date(),
        what=N_("The board was built, as its InfoROM says,"),
        witness=_INNER_CALLS,
        limit=Strength.WEAK,
    )


def _day(text: str) -> date | None:
    """ISO only: the probes write it so."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _dated(built: date, known: DieDate | None, today: date, *, what: str, witness: str, limit: Strength) -> Answer:
    if built > today + timedelta(days=int(thresholds.DATE_AHEAD)):
        return sign(
            Strength.WEAK,  # the machine's clock says so, and no card answers for that
            N_("{what} on {built}, which lies after the day of the inspection, {today}."),
            expected=N_(f"not after {today.isoformat()}"),
            observed=built.isoformat(),
            source=N_("the day of the inspection"),
            witness=witness,
            cause="date",
            innocent=(N_("a machine whose clock is wrong"), N_("a date that its maker mistyped")),
            values={"what": what, "built": built.isoformat(), "today": today.isoformat()},
        )
    first = _day(known.first_public) if known is not None else None
    if known is None or first is None:
        return inconclusive(
            N_("{what} on {built}; when this die became known is not in the data."), what=what, built=str(built)
        )
    margin = int(thresholds.DATE_BEFORE_DIE)
    if built >= first - timedelta(days=margin):
        return consistent(
            N_("{what} on {built}; the die became known on {first} with {product}."),
            expected=N_(f"not before {(first - timedelta(days=margin)).isoformat()}"),
            observed=built.isoformat(),
            source=known.source,
            what=what,
            built=built.isoformat(),
            first=first.isoformat(),
            product=known.product,
        )
    return sign(
        Strength.WEAK if known.from_memory else limit,
        N_("{what} on {built}, more than {days} days before {die} became known ({first}, {product})."),
        expected=N_(f"not before {(first - timedelta(days=margin)).isoformat()}"),
        observed=built.isoformat(),
        source=known.source,
        witness=witness,
        cause="date",
        innocent=(N_("a date that its maker mistyped"), N_("an engineering sample of very early days")),
        values={
            "what": what,
            "built": built.isoformat(),
            "days": margin,
            "die": known.die,
            "first": first.isoformat(),
            "product": known.product,
        },
    )


@check("firmware-image-memory", N_("Memory types in the vBIOS image"))
def memory(
    not_a_guest: bool,
    image_table: BitReading,
    named: tuple[Product, ...] | None,
    products: tuple[Product, ...] | None,
    handed_in: Given,
) -> Answer:
    """An image drives the memory it has a row for: without one for the product's type, it is another card's."""
    table = image_table.memory.rows if image_table.memory is not None else ()
    rows = [row for row in table if row.type != UNUSED_MEMORY]
    if not rows:
        return inconclusive(N_("The image has no table of memory that could be read."))
    claimed = _claimed_types(named or products or ())
    if not claimed or not claimed <= _DRIVEN:
        return inconclusive(N_("The product's type of memory has no number in the image's table that is known."))
    listed = {row.type_name for row in rows}
    said = ", ".join(sorted(name or N_("an unknown type") for name in listed))
    if listed & claimed:
        answer = consistent(
            N_("The image can drive {types}, which the product has."),
            expected=" or ".join(sorted(claimed)),
            observed=said,
            source=N_("the image's table of memory (M0203); reference data"),
            types=", ".join(sorted(listed & claimed)),
        )
        return weighed(answer, handed_in=handed_in)
    if "" in listed:
        return inconclusive(
            N_("The image lists {types}; what stands for the unknown number is in no source."), types=said
        )
    answer = sign(
        Strength.MEDIUM,
        N_("The image can drive {types} alone; the product has {claimed}."),
        expected=" or ".join(sorted(claimed)),
        observed=said,
        source=N_("the image's table of memory (M0203); reference data"),
        witness=WITNESS,
        cause="memory table",
        innocent=(N_("a variant of the product with other memory, which the reference data does not have"),),
        advice=N_("Compare the image with one of the product, and the print of the memory chips with both."),
        values={"types": said, "claimed": " or ".join(sorted(claimed))},
    )
    return weighed(answer, handed_in=handed_in)


def _claimed_types(rows: tuple[Product, ...]) -> set[str]:
    """The types that the sources vouch for; () where one of the products has none, since it might be any."""
    sure = [row.memory_type for row in rows if row.memory_type and "memory_type" not in row.from_memory]
    if len(sure) != len(rows):
        return set()
    return {"HBM2" if one == "HBM2e" else one for one in sure}


@check("firmware-image-power", N_("Power limits in the vBIOS image"))
def power(
    not_a_guest: bool,
    image_table: BitReading,
    power_claims: PowerLimits,
    mobile: bool,
    multi_gpu_board: bool,
    handed_in: Given,
) -> Answer:
    """The driver takes the limits from the image: other ones mean another image, or a table that was read wrongly."""
    if mobile:
        return not_applicable(N_("A laptop's maker sets its power limits."))
    if multi_gpu_board:
        return not_applicable(N_("Several dies share this board's power; the limit is one die's share."))
    own = image_table.power
    pairs = [] if own is None else _pairs(own, power_claims)
    if not pairs:
        return inconclusive(N_("The image's power limits could not be read."))
    odd = [one for one in pairs if abs(one[1] - one[2]) > max(one[1], one[2]) * thresholds.POWER_ROUNDING]
    told = ", ".join(f"{name} {image / 1000:g} W" for name, image, _claim in odd or pairs)
    claimed = ", ".join(f"{name} {claim / 1000:g} W" for name, _image, claim in odd or pairs)
    if not odd:
        answer = consistent(
            N_("The image's power limits are those of the driver: {limits}."),
            expected=claimed,
            observed=told,
            source=N_("the image's power table; the driver"),
            limits=told,
        )
        return weighed(answer, handed_in=handed_in)
    answer = sign(
        Strength.WEAK,
        N_("The image's power limits are {image}; the driver says {claimed}."),
        expected=claimed,
        observed=told,
        source=N_("the image's power table; the driver"),
        witness=WITNESS,
        cause="another version",
        innocent=(
            N_("a table of a form that the program reads wrongly"),
            N_("a card with two images and a switch, or one that was flashed and not started again since"),
        ),
        values={"image": told, "claimed": claimed},
    )
    return weighed(answer, handed_in=handed_in)


def _pairs(image: PowerLimits, claimed: PowerLimits) -> list[tuple[str, int, int]]:
    """(which limit, the image's, the driver's) in milliwatts, where both tell it."""
    found = (
        ("default", image.default_mw, claimed.default_mw),
        ("highest", image.highest_mw, claimed.highest_mw),
    )
    return [(name, one, other) for name, one, other in found if one is not None and other is not None]
