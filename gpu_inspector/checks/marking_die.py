"""A die's marking held against paper, silicon and claims: the comparisons, each with what makes an honest card trip it.

Against a paper: another family than every die of the product, a die too small for it, or the bin of another product. A
larger die of the same family is none of these: NVIDIA has sold such under smaller names, and no table has them all.
Names that Kepler cards bear as well are left out. Against the silicon only physical limits count. Source: research note
on modified cards, section 5, step 7.
"""

from dataclasses import dataclass

from gpu_inspector.checks.answer import Answer, contradicted, sign
from gpu_inspector.checks.die_fit import count_of
from gpu_inspector.checks.facts import BESIDE_KEPLER
from gpu_inspector.checks.marking_words import against_paper, cut, in_words, named, share_a_name
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.die_marking import ChipCode, Marking
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.mistyped import one_slip_apart
from gpu_inspector.records.product import Die, Product
from gpu_inspector.records.silicon import DieReading, SiliconReading

WITNESS = N_("die marking")
CAUSE = N_("another die")
OLDER = ("GF", "GK", "GT")
"""Beginnings of dies before Maxwell, which the reference tables do not have: Fermi, Kepler, and Tesla's last."""
SLIP = N_("a line that was typed off wrong, or another board's photograph")


@dataclass(frozen=True, slots=True)
class Marked:
    """A die's one chip code, with the die that it names."""

    code: ChipCode
    die: Die | None
    words: str
    """The code, and what was typed where that is not the same."""
    photographs: tuple[str, ...]

    @property
    def shown(self) -> str:
        return f"{self.words}{named(self.photographs)}"


def marked_of(marking: Marking, photographs: tuple[str, ...], catalogue: Catalogue) -> Marked | None:
    """The one code of a marking. A letter behind the number ("GA104M") does not make it another die."""
    if (code := marking.code) is None:
        return None
    typed = next((N_(f" (typed “{cut(one.typed)}”)") for one in marking.taken if one.read == code.text), "")
    die = catalogue.dies.get(code.die) or catalogue.dies.get(code.die[:5])
    return Marked(code, die, f"{code.text}{typed}", photographs)


def owners_of(code: ChipCode, catalogue: Catalogue) -> tuple[Product, ...]:
    """The products of the die whose GPU part number has this bin ("2684-300-A1" is bin 300 of AD102)."""
    bins = f"-{code.bin}-"
    return tuple(
        row
        for row in catalogue.products
        if row.die in (code.die, code.die[:5]) and any(bins in f"{number}-" for number in row.gpu_part_numbers)
    )


def held_against_paper(
    marked: Marked, rows: tuple[Product, ...], claimed: Die | None, catalogue: Catalogue
) -> Answer | None:
    """The paper's product was never made with that die: it is of another family, too small, or another's bin.

    Where one key beside the right one explains it, and either no product bears the code or the card itself claims the
    paper's die, the inspector is to read it again before a paper is contradicted.
    """
    dies, die = {row.die for row in rows}, marked.die
    if not rows or (die is not None and die.name in dies):
        return None
    if die is None:
        if not _older(marked.code, dies):
            return None
    elif not (
        _another_family(die, dies, catalogue) or _too_small(die, rows) or _anothers(marked.code, rows, catalogue)
    ):
        return None
    values: dict[str, Value] = {"declared": in_words(rows), "dies": ", ".join(sorted(dies)), "code": marked.words}
    sided = claimed is not None and claimed.name in dies
    if _one_key_beside(marked.code, rows) and (sided or not owners_of(marked.code, catalogue)):
        return sign(
            Strength.STRONG,
            N_("Declared is {declared}, which is on {dies}; the die is marked {code}, one sign beside the right one."),
            expected=", ".join(sorted(dies)),
            observed=marked.shown,
            source=N_("the declaration"),
            witness=WITNESS,
            cause=CAUSE,
            innocent=(SLIP, N_("papers of another card")),
            advice=N_("Read the marking, or its photograph, once more, sign by sign."),
            values=values,
        )
    return against_paper(
        N_("Declared is {declared}, which is on {dies}; the die is marked {code}."),
        photographs=marked.photographs,
        expected=", ".join(sorted(dies)),
        observed=marked.words,
        witness=WITNESS,
        cause=CAUSE,
        innocent=(SLIP, N_("papers of another card")),
        values=values,
    )


def _one_key_beside(code: ChipCode, rows: tuple[Product, ...]) -> bool:
    """Whether one mistyped letter or figure makes the code of one that the product has."""
    known = {f"{row.die}-{number.split('-')[1]}" for row in rows for number in row.gpu_part_numbers if "-" in number}
    if known:
        return any(one_slip_apart(f"{code.die}-{code.bin}", one) for one in known)
    return any(one_slip_apart(code.die, row.die) for row in rows)


def _older(code: ChipCode, dies: set[str]) -> bool:
    """Whether the code is of a family older than all of these dies; where Kepler cards bear the names too, no."""
    return code.die.startswith(OLDER) and bool(dies) and not dies & BESIDE_KEPLER


def _another_family(marked: Die, dies: set[str], catalogue: Catalogue) -> bool:
    families = {catalogue.dies[one].architecture if one in catalogue.dies else marked.architecture for one in dies}
    return marked.architecture not in families


def _too_small(marked: Die, rows: tuple[Product, ...]) -> bool:
    """A die that has fewer multiprocessors than any product of the name."""
    if marked.full_sm is None or "full_sm" in marked.from_memory:
        return False
    return all(row.sm is not None and not _doubtful(row) and row.sm > marked.full_sm for row in rows)


def _doubtful(row: Product) -> bool:
    """One table alone, or memory, never suffices for a contradiction."""
    return "sm" in (*row.from_memory, *row.single_source)


def _anothers(code: ChipCode, rows: tuple[Product, ...], catalogue: Catalogue) -> bool:
    owners = owners_of(code, catalogue)
    return bool(owners) and not share_a_name(owners, rows)


def held_against_silicon(marked: Marked, silicon: SiliconReading | None, reading: DieReading | None) -> Answer | None:
    """What no die of that name can be or have: the marking is not that of the chip that was measured."""
    if silicon is None or reading is None or marked.die is None:
        return None
    limit = _capability(marked.die, silicon) or _multiprocessors(marked.die, reading)
    if limit is None:
        return None
    text = N_("The die is marked {code}; measured were {found}, and {die} has {limit}: it is marked as another die.")
    values: dict[str, Value] = {
        "code": marked.words,
        "found": limit.found,
        "die": marked.die.name,
        "limit": limit.limit,
    }
    observed = N_(f"{limit.found}; marked {marked.shown}")
    if not marked.photographs:
        return sign(
            Strength.STRONG,
            text,
            expected=limit.limit,
            observed=observed,
            source=limit.against,
            witness=WITNESS,
            cause=CAUSE,
            innocent=(SLIP,),
            advice=N_("Photograph the marking close, under two angles of light."),
            values=values,
        )
    return contradicted(
        text,
        expected=limit.limit,
        observed=observed,
        against=limit.against,
        witness=WITNESS,
        cause=CAUSE,
        innocent=(SLIP,),
        advice=N_("Look for a ground face, shallow or too bright letters, and where the package's code sits."),
        values=values,
    )


@dataclass(frozen=True, slots=True)
class _Limit:
    found: str
    limit: str
    against: str


def _capability(die: Die, silicon: SiliconReading) -> _Limit | None:
    """The kernels' code is made for one capability: no die runs another's."""
    found = silicon.compute_capability
    if found in ("", die.compute_capability) or "compute_capability" in die.from_memory:
        return None
    return _Limit(
        N_(f"compute capability {found}"),
        die.compute_capability,
        N_(f"{die.name}: CUDA's table of compute capabilities"),
    )


def _multiprocessors(die: Die, reading: DieReading) -> _Limit | None:
    count, full = count_of(reading), die.full_sm
    if reading.disturbed or count is None or full is None or "full_sm" in die.from_memory or count <= full:
        return None
    return _Limit(
        N_(f"{count} multiprocessors"), N_(f"{full} at most"), N_(f"full {die.name}: {die.sources.get('full_sm', '')}")
    )


def held_against_claims(marked: Marked, die: Die | None) -> Answer | None:
    """The card claims another die: a chip has one, and the marking or the claims are not its own."""
    if die is None or (marked.die is not None and marked.die.name == die.name):
        return None
    if marked.die is None and not _older(marked.code, {die.name}):
        return None
    return sign(
        Strength.STRONG,
        N_("The die is marked {code}; the card claims to be on {die}."),
        expected=die.name,
        observed=marked.shown,
        source=N_("the die of the claimed device id or name"),
        witness=WITNESS,
        cause=CAUSE,
        innocent=(SLIP, N_("a chip that was exchanged in a repair")),
        advice=N_("Look for a ground face, and have the die measured."),
        values={"code": marked.words, "die": die.name},
    )


def larger_die(marked: Marked, rows: tuple[Product, ...]) -> Answer | None:
    """A larger die of the family under a smaller product's name: NVIDIA has sold such, and no table has them all."""
    dies = {row.die for row in rows}
    if marked.die is None or not rows or marked.die.name in dies:
        return None
    return sign(
        Strength.MEDIUM,
        N_("The die is marked {code}; the reference data knows {declared} on {dies} only."),
        expected=", ".join(sorted(dies)),
        observed=marked.shown,
        source=N_("the dies of the declared product"),
        witness=WITNESS,
        cause=CAUSE,
        innocent=(N_("larger dies that NVIDIA sold under the name, as the RTX 4070 on AD103"), SLIP),
        advice=N_("Have the die measured."),
        values={"code": marked.words, "declared": in_words(rows), "dies": ", ".join(sorted(dies))},
    )
