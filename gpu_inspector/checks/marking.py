"""What is printed on the die: which chip it says, which bin, and when it was packaged.

A marking is made with a laser, by NVIDIA or by anyone: GA102 chips were ground flat and marked AD102-300-A1, and such
cards mostly do not start. So a marking that agrees proves nothing, and the words promise no more than "the marking
says"; one that disagrees is worth much, for nobody marks a good chip down. It is typed off by hand: against a document
it contradicts only where a photograph shows it.

Honest cards that look alike: a larger die under the name (RTX 4070 on AD103); a bin that no table has (AD103-301 beside
-300, GA104-302); a sample that is declared as one; a new chip; a slip of the pen. What fools these checks: a forger who
marks what is expected. Source: research note on modified cards, section 5, step 7.
"""

from dataclasses import replace
from datetime import date, timedelta

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.marking_die import (
    CAUSE,
    SLIP,
    WITNESS,
    Marked,
    held_against_claims,
    held_against_paper,
    held_against_silicon,
    larger_die,
    marked_of,
    owners_of,
)
from gpu_inspector.checks.marking_none import no_die
from gpu_inspector.checks.marking_words import cut, in_words, listed, meant, named, namesakes, share_a_name
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.thresholds import DATE_AHEAD, DATE_BEFORE_DIE
from gpu_inspector.checks.thresholds_eye import LINES_SHOWN
from gpu_inspector.language import N_
from gpu_inspector.records.appearance import DieMarking
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import CardClaims
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.die_marking import Marking
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.product import Die, Product
from gpu_inspector.records.silicon import DieReading, SiliconReading

_LAPTOPS = "GN20-"
"""Laptop chips whose form was seen in print; of other generations it is from memory, and decides nothing."""


@check("die-marking", N_("Marking of the die"))
def chip(
    die_marking: DieMarking,
    marked_die: Marking | None,
    die: Die | None,
    products: tuple[Product, ...] | None,
    silicon: SiliconReading | None,
    measured_die: DieReading | None,
    drivers: tuple[tuple[str, CardClaims], ...] | None,
    device_id: str | None,
    declaration: Declaration | None,
    catalogue: Catalogue,
) -> Answer:
    """A die that is marked as another one than paper, silicon or claims say; an agreeing marking proves nothing."""
    rows = namesakes(meant(declaration, catalogue), catalogue)
    if die_marking.present is False:
        return _by(no_die(die_marking, rows, declaration, answering=drivers is not None or device_id is not None))
    if marked_die is None:
        return _by(inconclusive(N_("Nobody typed in what the die is marked with.")))
    marked = marked_of(marked_die, die_marking.photographs, catalogue)
    if marked is None:
        return _by(_no_code(marked_die, rows or products or (), die_marking.photographs))
    return _by(
        held_against_paper(marked, rows, die, catalogue)
        or held_against_silicon(marked, silicon, measured_die)
        or held_against_claims(marked, die)
        or larger_die(marked, rows)
        or _sample(marked_die, die_marking.photographs)
        or _agrees(marked, rows, die, measured_die)
    )


def _by(answer: Answer) -> Answer:
    """Whatever the answer, it is the die's marking that speaks."""
    return replace(answer, witness=WITNESS)


def _no_code(marking: Marking, rows: tuple[Product, ...], photographs: tuple[str, ...]) -> Answer:
    if marking.codes:
        return inconclusive(
            N_("The typed lines name several chips: {codes}."),
            advice=N_("Compare them with the photograph: a die bears one."),
            codes=listed([one.text for one in marking.codes], int(LINES_SHOWN)),
        )
    if marking.laptop and rows and not any(row.mobile for row in rows) and marking.laptop.startswith(_LAPTOPS):
        return sign(
            Strength.STRONG,
            N_("The die is marked {code}, as chips for laptops are; {product} is no laptop's."),
            expected=in_words(rows),
            observed=f"{marking.laptop}{named(photographs)}",
            source=N_("io-tech.fi, notebookcheck.net: photographs of GN20-E5-A1"),
            witness=WITNESS,
            cause=CAUSE,
            innocent=(SLIP, N_("a laptop's chip on a desktop board that is sold as what it is")),
            advice=N_("Ask the declarant whether the card was made with a laptop's chip."),
            values={"code": marking.laptop, "product": in_words(rows)},
        )
    if marking.laptop:
        return inconclusive(
            N_("The die is marked {code}, in the form of chips for laptops; which die that is, the data does not say."),
            code=marking.laptop,
        )
    return inconclusive(
        N_("No line names a chip in a form that is known: {lines}."),
        advice=N_("Type in the line that reads like AD102-300-A1, exactly as it is printed."),
        lines=listed([f"“{cut(line)}”" for line in marking.rest], int(LINES_SHOWN)) or N_("no line could be read"),
    )


def _sample(marking: Marking, photographs: tuple[str, ...]) -> Answer | None:
    if not marking.sample:
        return None
    return sign(
        Strength.WEAK,
        N_("The die is marked {sample}: such chips are made before the product and are not for sale."),
        expected=N_("no such mark on a card that is sold"),
        observed=f"{marking.sample}{named(photographs)}",
        source=N_("research note on modified cards, section 5"),
        witness=WITNESS,
        cause="sample",
        innocent=(N_("an engineering sample that is declared as one"),),
        values={"sample": marking.sample},
    )


def _agrees(marked: Marked, rows: tuple[Product, ...], die: Die | None, reading: DieReading | None) -> Answer:
    if marked.die is None:
        return inconclusive(
            N_("The die is marked {code}, a die that the reference data does not have."), code=marked.words
        )
    held = [
        words
        for words, there in (
            (N_("the declared product"), bool(rows)),
            (N_("the claims"), die is not None),
            (N_("what was measured"), reading is not None),
        )
        if there
    ]
    if not held:
        return inconclusive(
            N_("The marking says {code}; there is nothing that it could be held against."), code=marked.words
        )
    return consistent(
        N_("The marking says {code}, and does not contradict {held}. More than that a marking does not tell."),
        expected=marked.die.name,
        observed=marked.shown,
        source=N_("chips of the reference data"),
        code=marked.words,
        held=", ".join(held),
    )


@check("die-marking-bin", N_("Bin in the marking of the die"))
def bin_of_the_die(
    die_marking: DieMarking,
    marked_die: Marking,
    products: tuple[Product, ...] | None,
    gpu_part_number: str | None,
    declaration: Declaration | None,
    catalogue: Catalogue,
) -> Answer:
    """One die is sold as several products, told apart by the bin: AD102-300 is an RTX 4090, AD102-250 its D."""
    marked = marked_of(marked_die, die_marking.photographs, catalogue)
    if marked is None:
        return _by(inconclusive(N_("The lines name no bin, or several.")))
    owners = owners_of(marked.code, catalogue)
    if not owners:
        return _by(
            inconclusive(
                N_("Bin {bin} of {die} is in no table. New bins appear, and that is no sign of anything."),
                bin=marked.code.bin,
                die=marked.code.die,
            )
        )
    sides = [(N_("declared"), meant(declaration, catalogue)), (N_("claimed"), products or ())]
    held = [(who, [row for row in rows if row.die == owners[0].die]) for who, rows in sides]
    held = [(who, rows) for who, rows in held if rows]
    if not held:
        return _by(not_applicable(N_("Nothing declared or claimed is on {die}."), die=marked.code.die))
    for who, rows in held:
        if not share_a_name(owners, rows):
            return _by(_anothers_bin(marked, owners, rows, who, gpu_part_number))
    return _by(
        consistent(
            N_("The marking says {code}, the bin of {owners}."),
            expected=in_words(held[0][1]),
            observed=marked.shown,
            source=N_("GPU part numbers of observed boards"),
            code=marked.words,
            owners=in_words(owners),
        )
    )


def _anothers_bin(
    marked: Marked, owners: tuple[Product, ...], rows: list[Product], who: str, number: str | None
) -> Answer:
    """Where the product's own bins are not known, it may have this one as well: a medium sign."""
    known = sorted({one for row in rows for one in row.gpu_part_numbers})
    return sign(
        Strength.STRONG if known else Strength.MEDIUM,
        N_("The die is marked {code}, the bin of {owners}; {who} is {product}{number}."),
        expected=", ".join(known) or in_words(rows),
        observed=marked.shown,
        source=N_("GPU part numbers of observed boards"),
        witness=WITNESS,
        cause="another bin",
        innocent=(N_("a bin that was sold under a second name, which no table has"), SLIP),
        advice=N_("Compare with the GPU part number that the driver gives (nvidia-smi -q)."),
        values={
            "code": marked.words,
            "owners": in_words(owners),
            "who": who,
            "product": in_words(rows),
            "number": N_(f", GPU part number {number}") if number else "",
        },
    )


@check("die-marking-date", N_("Date code on the die"))
def packaged(
    die_marking: DieMarking,
    marked_die: Marking,
    die: Die | None,
    declaration: Declaration | None,
    evidence: Evidence,
    catalogue: Catalogue,
) -> Answer:
    """No die was packaged long before it existed, and none tomorrow. Four digits may be no date: never strong.

    Without a photograph it is one figure of somebody's typing: weak.
    """
    code = marked_die.date
    if code is None:
        several = N_("several date codes") if marked_die.dates else N_("no date code of year and week")
        return _by(inconclusive(N_("The lines show {several}."), several=several))
    today = evidence.collected_at.date()
    if code.begins > today + timedelta(days=int(DATE_AHEAD)):
        expected = N_(f"not after {today.isoformat()}")
        return _by(_strange_date(marked_die, expected, N_("after the day of the inspection"), die_marking.photographs))
    marked = marked_of(marked_die, die_marking.photographs, catalogue)
    declared = {row.die for row in meant(declaration, catalogue)}
    alone = declared.pop() if len(declared) == 1 else ""
    name = marked.code.die[:5] if marked is not None else die.name if die is not None else alone
    known = catalogue.die_dates.get(name)
    if known is None:
        return _by(
            inconclusive(
                N_("The date code says week {week} of {year}; when this die became known is not in the data."),
                week=code.week,
                year=code.year,
            )
        )
    first = date.fromisoformat(known.first_public) - timedelta(days=int(DATE_BEFORE_DIE))
    if code.begins + timedelta(weeks=1) > first:
        return _by(
            consistent(
                N_("Packaged in week {week} of {year}{country}, by its date code; {die} became known on {first}."),
                expected=N_(f"not before {first.isoformat()}"),
                observed=str(code),
                source=known.source,
                week=code.week,
                year=code.year,
                country=f" ({marked_die.packed})" if marked_die.packed else "",
                die=name,
                first=known.first_public,
            )
        )
    where = N_(f"long before {name} became known ({known.first_public}, {known.product})")
    answer = _strange_date(marked_die, N_(f"not before {first.isoformat()}"), where, die_marking.photographs)
    return _by(replace(answer, strength=Strength.WEAK) if known.from_memory else answer)


def _strange_date(marking: Marking, expected: str, where: str, photographs: tuple[str, ...]) -> Answer:
    code = marking.date
    week, year = (code.week, code.year) if code is not None else (0, 0)
    usual = code is not None and code.usual and not marking.sample and bool(photographs)
    return sign(
        Strength.MEDIUM if usual else Strength.WEAK,
        N_("The date code {code} would be week {week} of {year}, {where}."),
        expected=expected,
        observed=f"{code}{named(photographs)}",
        source=N_("the day of the inspection, and days on which dies became known"),
        witness=WITNESS,
        cause="die date code",
        innocent=(N_("four digits that are no date code"), SLIP, N_("a sample of very early days")),
        values={"code": str(code), "week": week, "year": year, "where": where},
    )
