"""The language of a document's pages, decided in one place, where the document is drawn.

What is drawn inside of `pages_in` is in that language: texts, numbers and days, what the file says of itself (/Lang,
XMP, title), and the shapes of shared Chinese and Japanese characters. The window's own language has no part in it.
English stay the attached record, the reason in the signature, and every name of a file.

No lawyer has read the legal words in any other language, so each such page says that it is a courtesy translation.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from gpu_inspector.errors import DataError, ReportError
from gpu_inspector.language import ENGLISH, GOVERNING, N_, NAMES, PSEUDO, _, current, sentences, speaking
from gpu_inspector.report import letters
from gpu_inspector.report.layout import SMALL, Row, gap, lines

COURTESY = N_("Courtesy translation; the English text governs.")
WHERE = N_(
    "The English words: the record that is attached to this file holds them, and gpu-inspector report with "
    "--report-language en prints this report in English."
)


@contextmanager
def pages_in(language: str) -> Iterator[None]:
    """Inside of it the pages of one document are laid out and painted. Raises ReportError where there is no such
    language, or its texts cannot be read."""
    if not is_known(language):
        raise ReportError(f"“{language[:40]}” is no language of a report.", f"There are: {', '.join(NAMES)}.")
    with ExitStack() as stack:
        try:
            stack.enter_context(speaking(language))
        except DataError as error:
            raise ReportError(error.message, error.advice) from error
        stack.enter_context(letters.document())
        yield


def is_known(language: str) -> bool:
    """Whether pages can be in it; the pseudo-language is for the program's makers."""
    return language in NAMES or language == PSEUDO


def foot() -> str:
    """The line at the foot of each page that is not English, in its language and in English; "" in English."""
    return "" if current() == GOVERNING else sentences(_(COURTESY), COURTESY)


def note(width: float) -> list[Row]:
    """Where the English text is, for the first page; nothing in English. That it governs stands at each foot."""
    if current() == GOVERNING:
        return []
    return [*lines(_(WHERE), SMALL, 0, width), gap(3)]


def titled(title: str) -> str:
    """The file's title, which names the language of pages that are not English."""
    language = current()
    return title if language == ENGLISH else f"{title} ({NAMES.get(language, language)})"
