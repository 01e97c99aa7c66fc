"""The one document as a PDF, by WeasyPrint; runs in build/manual-env, which has it.

    python -m tools.manual.pdf BOOK.html OUT.pdf NAME=FONT...

Whatever WeasyPrint warns of - a link that leads nowhere, a picture that is not there, a style that it does not know -
ends with status 1. Without Pango, its library of the system, it ends with 3.
"""

import logging
import sys
from pathlib import Path

NO_PANGO = 3
IDENTIFIER = b"gpu-inspector-manual"
"""In place of a random one, so that the same pages are the same bytes."""


_OF_THE_SYSTEM = "Using fontTools instead of HarfBuzz-Subset"
"""Said of an older HarfBuzz, Debian 12's among them: the letters come out the same, only slower."""


class _Kept(logging.Handler):
    """Keeps what is said of the manual."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        self.lines += [] if line.startswith(_OF_THE_SYSTEM) else [line]


def styles(fonts: list[str]) -> str:
    """The style sheet with its fonts: NAME=FILE, and NAME:bold, NAME:italic."""
    faces = []
    for given in fonts:
        name, _, file = given.partition("=")
        family, *kinds = name.split(":")
        weight = "bold" if "bold" in kinds else "normal"
        style = "italic" if "italic" in kinds else "normal"
        faces.append(
            f'@font-face {{ font-family: "{family}"; src: url("{Path(file).resolve().as_uri()}");'
            f" font-weight: {weight}; font-style: {style} }}"
        )
    return "\n".join((*faces, Path(__file__).with_name("book.css").read_text(encoding="utf-8")))


def main(arguments: list[str]) -> int:
    """Exit status: see above."""
    source, target, *fonts = arguments
    try:
        import weasyprint  # type: ignore[import-not-found]  # it lives in build/manual-env alone
        from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-not-found]
    except OSError as error:
        print(error, file=sys.stderr)
        return NO_PANGO
    kept = _Kept()
    logging.getLogger("weasyprint").handlers = [kept]
    known = FontConfiguration()
    sheet = weasyprint.CSS(string=styles(fonts), font_config=known)
    document = weasyprint.HTML(filename=source).render(stylesheets=[sheet], font_config=known)
    document.write_pdf(target, pdf_identifier=IDENTIFIER)
    for line in kept.lines:
        print(line, file=sys.stderr)
    print(f"{len(document.pages)} pages")
    return 1 if kept.lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
