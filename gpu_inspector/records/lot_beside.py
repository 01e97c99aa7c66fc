"""What stands in the ledger beside a lot: whoever leaves a card out of it, or opens a second lot, shall be seen.

It accuses nobody: a card may have been inspected for another reason, and only the inspector can say which.
"""

from gpu_inspector.language import N_
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.lot import Lot, LotSummary
from gpu_inspector.records.words import IDENTITIES

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


def sentences(summary: LotSummary) -> tuple[str, ...]:
    """What a reader must know of it, in English; () where there is nothing."""
    found = []
    number = len(summary.beside) + summary.beside_more
    if number:
        listed = "; ".join(f"No. {one.seq} {IDENTITIES[one.identity].lower()}" for one in summary.beside[:_LISTED])
        more = f" and {number - _LISTED:,} more" if number > _LISTED else ""
        found.append(f"{OF_CASE.format(number=f'{number:,}')} {listed}{more}. {WHY}")
    if summary.other_lots:
        names = ", ".join(f"“{name}”" for name in summary.other_lots[:_LISTED])
        more = f" and {len(summary.other_lots) - _LISTED:,} more" if len(summary.other_lots) > _LISTED else ""
        found.append(OTHERS.replace("{names}", f"{names}{more}"))
    return tuple(found)
