"""Does a signed file show exactly what was drawn again from its record? Object by object, and nothing beside.

The drawn file's bytes may differ where another zlib packed them; objects and unpacked streams may not. What
signing adds is left out where signing adds it, and only there: `strict` has looked at those parts.
"""

from typing import Any

from pyhanko.pdf_utils import generic  # noqa: TID251
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: TID251

_PACKING = frozenset({"/Length", "/Filter"})
"""Not /DecodeParms: with those, a reader may unpack other contents."""
_JPEG = "/DCTDecode"
"""A photograph, whose own bytes are the stream: nobody has to unpack it to say whether it is the same."""
_PACKINGS = ((), ("/FlateDecode",), ("/ASCII85Decode", "/FlateDecode"))
_HEADER = len("%PDF-1.7")
_SIGNING_CATALOG = frozenset({"/Names", "/AF", "/AcroForm", "/Perms", "/Version"})
_SIGNING_PAGE = frozenset({"/Annots"})


def same(mine: PdfFileReader, again: PdfFileReader) -> bool:
    """Whether the catalog, the document's information, and all that they lead to are the same in both files.

    Raises whatever pyHanko raises on a file that it cannot read; the caller stands behind the wall.
    """
    if _header(mine) != _header(again) or set(mine.root) - _SIGNING_CATALOG != set(again.root):
        return False
    last = _last_page(mine)
    pairs: list[tuple[Any, Any]] = [(mine.root.raw_get(key), again.root.raw_get(key)) for key in again.root]
    pairs.append((mine.trailer.raw_get("/Info"), again.trailer.raw_get("/Info")))
    seen: set[tuple[int, int]] = set()
    while pairs:
        left, right = pairs.pop()
        added: frozenset[str] = frozenset()
        if isinstance(left, generic.IndirectObject) and isinstance(right, generic.IndirectObject):
            if (left.idnum, right.idnum) in seen:
                continue
            seen.add((left.idnum, right.idnum))
            added = _SIGNING_PAGE if left.idnum == last else added
            left, right = _followed(left), _followed(right)
        inner = _inner(left, right, added)
        if inner is None:
            return False
        pairs += inner
    return True


def _header(reader: PdfFileReader) -> bytes:
    reader.stream.seek(0)
    return bytes(reader.stream.read(_HEADER))


def _last_page(reader: PdfFileReader) -> int:
    kids = reader.root["/Pages"]["/Kids"]
    number: int = kids.raw_get(len(kids) - 1).idnum
    return number


def _followed(pointer: Any) -> Any:
    return pointer.get_object()


def _inner(left: Any, right: Any, added: frozenset[str]) -> list[tuple[Any, Any]] | None:
    """The pairs inside two objects that must match in their turn; None where the two differ."""
    if isinstance(left, generic.DictionaryObject) and isinstance(right, generic.DictionaryObject):
        streams = isinstance(left, generic.StreamObject), isinstance(right, generic.StreamObject)
        if streams[0] != streams[1]:
            return None
        skipped = added
        if all(streams):
            if not _same_contents(left, right):
                return None
            skipped = added | _PACKING
        keys = set(right) - skipped
        if set(left) - skipped != keys:
            return None
        return [(left.raw_get(key), right.raw_get(key)) for key in keys]
    if isinstance(left, generic.ArrayObject) and isinstance(right, generic.ArrayObject):
        if len(left) != len(right):
            return None
        return [(left.raw_get(index), right.raw_get(index)) for index in range(len(left))]
    return [] if type(left) is type(right) and left == right else None


def _same_contents(left: Any, right: Any) -> bool:
    if _packing(right) == (_JPEG,):
        return _packing(left) == (_JPEG,) and bool(left.encoded_data == right.encoded_data)
    return _packing(left) in _PACKINGS and bool(left.data == right.data)


def _packing(stream: Any) -> tuple[str, ...]:
    """One name or an array of names say the same."""
    named = stream.get("/Filter", generic.ArrayObject())
    return tuple(named) if isinstance(named, generic.ArrayObject) else (named,)
