"""Signs of rework that PCI alone shows: a BAR1 that does not fit the memory, and a gaming card without outputs.

A board that was given more memory often keeps firmware for the smaller size, whose resizable BAR ends below what the
card now has: the RTX 4090 with 48 GB offers 32 GiB at most. Mining and compute boards are 3D controllers (class 0302)
without a display output, whatever a driver calls them. What fools these checks: firmware of the right size, and a
strap that changes the class. A virtual machine shows no resizable BAR, and a machine's own firmware may map less.
Source: research note on modified cards, 2, RW-22 and RW-23.
"""

from gpu_inspector.checks import thresholds_board as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.facts import MemoryClaim
from gpu_inspector.checks.limit import MIB_PER_GIB
from gpu_inspector.checks.rework import declared_openly
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.sizes import size_class_gib
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.product import Product

_DISPLAY, _3D_CONTROLLER = "0300", "0302"
"""PCI classes: with outputs, and without."""


_OFFERED = N_(
    "The card offers a BAR1 of {size} at most, less than its memory of {total}: as firmware for a smaller card"
    " does on a board that was given more memory."
)
_RESIZED = N_("BAR1 is resized to {size}, less than the memory of {total}; which sizes the card offers is not known.")


@check("board-bar1-size", N_("BAR1 against the memory"))
def bar1_size(
    memory: MemoryClaim,
    desktop_rows: tuple[Product, ...],
    bar1_mib: int | None,
    resizable_mib: int | None,
    bare_metal: bool,
    declaration: Declaration | None,
    catalogue: Catalogue,
) -> Answer:
    """A resizable BAR that ends below the memory belongs to firmware for a smaller card."""
    plain = int(limits.PLAIN_BAR1_MIB)
    top = resizable_mib if bare_metal else None
    if (top is None or top <= plain) and (bar1_mib is None or bar1_mib <= plain):
        return not_applicable(
            N_("BAR1 has {size} and is not resized here, which says nothing of the board: many machines do so."),
            size=_size(bar1_mib),
        )
    if (top or 0) >= memory.total_mib or (bar1_mib or 0) >= memory.total_mib:
        return consistent(
            N_("BAR1 holds all of the memory ({size} for {total})."),
            expected=N_(f"at least {_size(memory.total_mib)}"),
            observed=_size(max(top or 0, bar1_mib or 0)),
            size=_size(max(top or 0, bar1_mib or 0)),
            total=_size(memory.total_mib),
        )
    openly = declaration is not None and declared_openly(declaration, size_class_gib(memory, catalogue.products))
    listed = top is not None and top > plain
    return sign(
        # A present size alone is the machine's choice: old firmware maps what it has room for.
        Strength.STRONG if listed and not openly else Strength.WEAK,
        _OFFERED if listed else _RESIZED,
        expected=N_(f"at least {_size(memory.total_mib)}"),
        observed=_size(top if listed else bar1_mib),
        source=N_("research note on modified cards, RW-22; BAR1 of observed boards"),
        witness="PCI",
        # Not a cause of its own: memory was added, which the total shows as well.
        cause="memory size",
        innocent=(
            N_("a machine whose firmware or hypervisor maps less than the card offers"),
            N_("an early image of the card's maker, from before resizable BAR"),
            *((N_("a rework that was declared as one"),) if openly else ()),
        ),
        advice=N_("Compare memory and vBIOS image with the product; try a machine with resizable BAR switched on."),
        values={"size": _size(top if listed else bar1_mib), "total": _size(memory.total_mib)},
    )


def _size(mib: int | None) -> str:
    if mib is None:
        return N_("a size that no source gave")
    return f"{mib // MIB_PER_GIB} GiB" if mib and mib % MIB_PER_GIB == 0 else f"{mib:,} MiB"


@check("board-outputs", N_("Display outputs of a gaming card"))
def outputs(class_code: str, desktop_rows: tuple[Product, ...], connectors: tuple[str, ...] | None) -> Answer:
    """A desktop card of the GeForce line has outputs, and its PCI class is that of a display controller."""
    bare = class_code.startswith(_3D_CONTROLLER)
    if bare or connectors == ():
        found = N_(f"class {class_code[:4]}") if bare else N_("a display driver lists no connector")
        values: dict[str, Value] = {"names": " or ".join(sorted({row.name for row in desktop_rows})), "found": found}
        return sign(
            Strength.MEDIUM,
            N_(
                "{names} has display outputs; this card is a 3D controller without any ({found}), as mining and compute"
                " boards are."
            )
            if bare
            else N_("{names} has display outputs; a display driver lists none for this card."),
            expected=N_("class 0300, with display outputs"),
            observed=found,
            source=N_("PCI class codes; research note on modified cards, RW-23"),
            witness="PCI",
            cause="display outputs",
            innocent=(
                N_("a laptop's chip, honestly sold as such"),
                N_("a driver that is set up without display"),
            ),
            advice=N_("Look at the bracket: are there outputs, and does a screen on them come on?"),
            values=values,
        )
    if not class_code.startswith(_DISPLAY):
        return inconclusive(N_("The PCI class is {code}, that of neither kind of graphics card."), code=class_code)
    if connectors is None:
        return consistent(
            N_("The card is a display controller (class {code}); its connectors were not listed."),
            expected="class 0300",
            observed=N_(f"class {class_code}"),
            code=class_code[:4],
        )
    return consistent(
        N_("The card is a display controller (class {code}) with {count} connectors."),
        expected=N_("class 0300, with display outputs"),
        observed=N_(f"class {class_code}; {len(connectors)} connectors"),
        code=class_code[:4],
        count=len(connectors),
    )
