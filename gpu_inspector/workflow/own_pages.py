"""Do the pages of a signed PDF show its own record? The same questions for a report, a lot's summary and a batch's.

Each answer is a tuple of sentences, () where nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gpu_inspector.errors import ReportError
from gpu_inspector.language import ENGLISH, N_, NAMES
from gpu_inspector.report.deferred import LOADING

if TYPE_CHECKING:
    from gpu_inspector.report.seen import Examination


def labelled(found: Examination, reason: str, place: str) -> tuple[str, ...]:
    """What PDF readers show beside the signature must be what the record says."""
    with LOADING:
        from gpu_inspector.report import signature

    if (found.reason, found.location) == (signature.plain(reason), signature.plain(place)):
        return ()
    return (N_("The reason or the place beside the signature is not that of the attached record."),)


def drawn_again(data: bytes, found: Examination, draw: Callable[[str], bytes]) -> tuple[str, ...]:
    """The signed pages must be those that `draw` makes of the record, in the language that the file itself names.

    Of the version that made them alone.
    """
    with LOADING:
        from gpu_inspector.report import examine, spoken

    if not spoken.is_known(found.language):
        return (N_("The file does not name a language that the pages of a report can be in."),)
    try:
        redrawn = draw(found.language)
    except ReportError as error:
        return (N_(f"The attached record cannot be drawn ({error.message})"),)
    if examine.pages_match(data[: found.signed_bytes], redrawn):
        return ()
    if found.language != ENGLISH:
        named = found.language
        return (N_(f"The printed pages are not those that belong to the attached record in the language “{named}”."),)
    return (N_("The printed pages are not those that belong to the attached record."),)


def translated(found: Examination) -> tuple[str, ...]:
    """That the pages are not English must not be left to who cannot read them."""
    name = NAMES.get(found.language, "") if found.language != ENGLISH else ""
    if not name:
        return ()
    return (N_(f"Its pages are in another language ({name}): a courtesy translation of the English words."),)


def shown(data: bytes, found: Examination, texts: tuple[str, ...], what: str) -> tuple[str, ...]:
    """Another version's pages cannot be drawn again here, but they must show whose record they are: these texts.

    `what` names them: "the digest and the id".
    """
    with LOADING:
        from gpu_inspector.report import examine

    printed = "".join(examine.printed(data[: found.signed_bytes]).split())
    if all(text in printed for text in texts):
        return ()
    return (N_(f"The printed pages do not show {what} of the attached record."),)
