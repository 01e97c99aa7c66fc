"""Tags: which marks of a page are heading, text or picture, in the order in which they are read.

reportlab draws no tagged pages, so the tree is built here beside it, as far as it can be honest: the sections with
their headings, the text of a section on each page as one block, every photograph with words for who cannot see it.
Tables are not taken apart into cells. Head, foot and watermark are artifacts, which no reader reads aloud.
"""

from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase import pdfdoc  # noqa: TID251
from reportlab.pdfgen.canvas import Canvas  # noqa: TID251

HEADING, TEXT, FIGURE = "H1", "P", "Figure"
_ROOT, _DOCUMENT = "StructRoot", "StructDocument"


@dataclass(slots=True)
class _Section:
    name: str
    kids: list[str] = field(default_factory=list)


class Tree:
    """Grows while the pages are painted; `finish` puts it into the file."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._document = canvas._doc
        self._pages: list[list[str]] = []
        self._top: list[str] = []
        self._sections: list[_Section] = []
        self._open = ""
        self._count = 0

    def page(self) -> None:
        """A page begins; nothing is open."""
        self._pages.append([])

    def text(self) -> None:
        """What is drawn from here on is text, where nothing else is open."""
        if not self._open:
            self._begin(TEXT)

    def heading(self) -> None:
        """A section begins with its heading."""
        self.close()
        self._sections.append(_Section(self._name()))
        self._top.append(self._sections[-1].name)
        self._begin(HEADING)

    def figure(self, told: str) -> None:
        """What is drawn from here on is a picture that shows what `told` says."""
        self.close()
        self._begin(FIGURE, told)

    def artifact(self) -> None:
        """What is drawn from here on is no part of the text."""
        self.close()
        self._canvas._code.append("/Artifact BMC")
        self._open = "Artifact"

    def close(self) -> None:
        """End what is open."""
        if self._open:
            self._canvas._code.append("EMC")
            self._open = ""

    def leave(self) -> None:
        """The page ends: tell it its number in the tree."""
        self.close()
        page = self._document.Pages.pages[-1]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = len(self._pages) - 1
        page.Tabs = pdfdoc.PDFName("S")

    def finish(self) -> None:
        """Write the tree's root; the catalog says that the file is tagged."""
        for section in self._sections:
            self._put(section.name, "Sect", _DOCUMENT, K=_pointers(section.kids))
        self._put(_DOCUMENT, "Document", _ROOT, K=_pointers(self._top))
        numbers: list[Any] = []
        for index, names in enumerate(self._pages):
            numbers += [index, _pointers(names)]
        root = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("StructTreeRoot"),
                "K": _pointers([_DOCUMENT]),
                "ParentTree": pdfdoc.PDFDictionary({"Nums": pdfdoc.PDFArray(numbers)}),
                "ParentTreeNextKey": len(self._pages),
            }
        )
        self._document.Reference(root, _ROOT)
        self._document.Catalog.StructTreeRoot = root
        self._document.Catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": pdfdoc.PDFtrue})

    def _begin(self, kind: str, told: str = "") -> None:
        place = self._pages[-1]
        name = self._name()
        self._canvas._code.append(f"/{kind} <</MCID {len(place)}>> BDC")
        place.append(name)
        self._open = kind
        more = {"Alt": pdfdoc.PDFString(told)} if told else {}
        section = self._sections[-1] if self._sections else None
        parent = section.name if section is not None else _DOCUMENT
        (section.kids if section is not None else self._top).append(name)
        self._put(name, kind, parent, K=len(place) - 1, Pg=self._document.thisPageRef(), **more)

    def _put(self, name: str, kind: str, parent: str, **entries: Any) -> None:
        """One element of the tree."""
        held = {
            "Type": pdfdoc.PDFName("StructElem"),
            "S": pdfdoc.PDFName(kind),
            "P": pdfdoc.PDFObjectReference(parent),
            **entries,
        }
        self._document.Reference(pdfdoc.PDFDictionary(held), name)

    def _name(self) -> str:
        self._count += 1
        return f"Struct{self._count}"


def _pointers(names: list[str]) -> Any:
    return pdfdoc.PDFArray([pdfdoc.PDFObjectReference(name) for name in names])
