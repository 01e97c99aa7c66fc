"""What stands in the ledger beside a lot: whoever leaves a card out of it, or opens a second lot, shall be seen.

It accuses nobody: a card may have been inspected for another reason, and only the inspector can say which.
"""

from gpu_inspector import language
from gpu_inspector.language import N_, _, listed, number, said
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.lot import Lot, LotSummary

MOST = 100
"""Inspections, and other lots, that a summary lists."""
_LISTED = 12
OF_CASE = N_("Inspections of the same case kept since this lot was opened, and not in it: {number}.")
WHY = N_("Why they are not in the lot, the inspector can say.")
OTHERS = N_("Other lots of the same case in this ledger: {names}.")


def belongs(lot: Lot, case: Case, declaration: Declaration) -> bool:
    """Whether a case and a declaration are those of the lot, as far as what was written down tells."""
    if lot.case.number.strip() and lot.case.number.strip().casefold() == case.number.strip().casefold():
        return True
    return (case, declaration) == (lot.case, lot.declaration)


_ROWS = {
    Identity.CONSISTENT: N_("No. {row} consistent"),
    Identity.INCONCLUSIVE: N_("No. {row} inconclusive"),
    Identity.SUSPICIOUS: N_("No. {row} unexplained deviation"),
    Identity.CONTRADICTED: N_("No. {row} contradicted"),
}


def sentences(summary: LotSummary) -> tuple[str, ...]:
    """What a reader must know of it; () where there is nothing."""
    found = []
    count = len(summary.beside) + summary.beside_more
    if count:
        rows = "; ".join(said(_ROWS[one.identity], row=one.seq) for one in summary.beside[:_LISTED])
        if count > _LISTED:
            rows = said("{names} and {number} more", names=rows, number=number(count - _LISTED))
        first = said(OF_CASE, number=number(count))
        found.append(language.sentences(first, f"{rows}.", _(WHY)))
    if summary.other_lots:
        names = listed([f"“{name}”" for name in summary.other_lots[:_LISTED]])
        if len(summary.other_lots) > _LISTED:
            more = number(len(summary.other_lots) - _LISTED)
            names = said("{names} and {number} more", names=names, number=more)
        found.append(said(OTHERS, names=names))
    return tuple(found)
