"""What was put into a report after it was signed, and when by its own words: for people, never for a judgement.

A report to which anything was added is altered, and stays so whatever stands here. Whoever must explain that to a
court asks next what was added; this is read from the file's later revisions as the file itself presents them, so
each word of it is the claim of whoever made the addition.
"""

import re
from collections import Counter
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic  # noqa: TID251
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: TID251

MOST_UPDATES = 20
"""Updates that are described one by one."""
_MOST_OBJECTS = 5_000
_LONGEST = 60
"""Characters of one name out of the file."""
_TIME = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z|[+-]\d\d'?(?:\d\d'?)?)?")
_KINDS = {
    "/Annot": "annotation",
    "/Sig": "signature",
    "/DocTimeStamp": "time stamp",
    "/Page": "page",
    "/Catalog": "catalog of the file",
    "/Metadata": "metadata",
    "/EmbeddedFile": "attached file",
    "/Filespec": "attachment's entry",
    "/Font": "font",
    "/XObject": "picture or form",
}


def added(data: bytes) -> tuple[str, ...]:
    """Sentences on what stands behind the first signature's own revision; () where nothing does.

    Raises whatever pyHanko raises on a damaged file; the caller stands behind the wall.
    """
    reader = PdfFileReader(BytesIO(data), strict=False)
    signatures = list(reader.embedded_signatures)
    if not signatures:
        return ()
    first = min(signatures, key=lambda one: int(one.signed_revision))
    end = sum(int(number) for number in list(first.byte_range)[2:4])
    behind = len(data) - end
    if behind <= 0:
        return ()
    sentences = [f"Behind the signed part of the file stand {behind:,} more bytes."]
    revisions = range(int(first.signed_revision) + 1, int(reader.xrefs.total_revisions))
    if not revisions:
        sentences.append("They are no update that a PDF reader would show.")
    for number, revision in enumerate(revisions[:MOST_UPDATES], 1):
        sentences.append(_update(reader, revision, number, len(revisions)))
    if len(revisions) > MOST_UPDATES:
        sentences.append(f"{len(revisions) - MOST_UPDATES:,} more updates follow.")
    return tuple(sentences)


def _update(reader: PdfFileReader, revision: int, number: int, count: int) -> str:
    """One update: its kinds of objects, and the latest time that any of them bears."""
    resolver = reader.get_historical_resolver(revision)
    references = sorted(reader.xrefs.explicit_refs_in_revision(revision), key=lambda one: int(one.idnum))
    kinds: Counter[str] = Counter()
    times: list[str] = []
    for reference in references[:_MOST_OBJECTS]:
        held = resolver.get_object(reference)
        if isinstance(held, generic.DictionaryObject):
            kinds[_kind(held)] += 1
            times += [_moment(held[key]) for key in ("/M", "/ModDate") if key in held]
        else:
            kinds["other object"] += 1
    told = ", ".join(f"{count} × {kind}" for kind, count in sorted(kinds.items())) or "nothing"
    span = " to ".join(dict.fromkeys((min(times), max(times)))) if times else ""
    when = f", by its own words of {span}" if span else ", without a time"
    return f"Update {number} of {count}{when}: {told}."


def _kind(held: Any) -> str:
    kind = str(held.get("/Type", ""))
    if kind == "/Annot" or (not kind and "/Subtype" in held and "/Rect" in held):
        return f"{_KINDS['/Annot']} ({_plain(held.get('/Subtype', 'of no kind'))})"
    return _KINDS.get(kind, "other object")


def _moment(value: Any) -> str:
    """A time as PDF writes it, D:20251125201600+01'00', as people read it; anything else as it is."""
    found = _TIME.match(str(value))
    if found is None:
        return _plain(value)
    year, month, day, hour, minute, second, zone = found.groups()
    return f"{year}-{month}-{day} {hour}:{minute}:{second} {(zone or '').replace(chr(39), '')}".rstrip()


def _plain(value: Any) -> str:
    return "".join(one if one.isprintable() else "?" for one in str(value)[:_LONGEST])
