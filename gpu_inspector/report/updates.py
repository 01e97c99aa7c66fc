"""What may stand behind the signed report, and nothing else: time stamps with what proves them, and a countersignature.

A file of ours is a row of revisions. The first is drawn, the second signed, and each one after them was closed by a
signature of its own that covers every byte before it. So the bytes of a revision cannot be changed by others; what its
maker could have hidden in it is what is looked for here. Only objects that a revision writes anew can differ from those
of the revision before, so each of them must be one that this program writes there, with no key beside those it has.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic  # noqa: TID251
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: TID251
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature  # noqa: TID251

from gpu_inspector.report import strict
from gpu_inspector.report.signature import REVIEWER, TIME_FIELD

MOST = 64
"""Updates of one file: an archive stamp a year for longer than any office keeps files."""
_STAMP = {"/Contents", "/ByteRange", "/Type", "/Filter", "/SubFilter"}
_STAMP_VALUES = {"/Type": "/DocTimeStamp", "/Filter": "/Adobe.PPKLite", "/SubFilter": "/ETSI.RFC3161"}
_STAMP_FIELD = {"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V"}
_COUNTERSIGNED = {"/Contents", "/ByteRange", "/Type", "/Filter", "/SubFilter", "/M"}
_COUNTERSIGNED_VALUES = {"/Type": "/Sig", "/Filter": "/Adobe.PPKLite", "/SubFilter": "/ETSI.CAdES.detached"}
_STORE = {"/Type", "/Certs", "/CRLs", "/OCSPs"}
_LISTS = ("/Certs", "/CRLs", "/OCSPs")
_STREAM = {"/Length"}
"""As they are, without a filter: nothing to unpack."""
MOST_STORED = 500
"""Certificates, revocation lists and answers of one file."""


@dataclass(frozen=True, slots=True)
class Store:
    """The document security store: certificates, revocation lists and OCSP answers (DER each)."""

    certificates: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    """One revision beside the one before it."""

    before: PdfFileReader
    now: PdfFileReader
    number: int
    seal: EmbeddedPdfSignature


def problems(data: bytes, ends: list[int]) -> Iterator[str]:
    """What is wrong with the revisions behind the first signed one; `ends` is where each signed one ends.

    Raises Altered, or whatever pyHanko raises: the reader of foreign files stands behind a wall.
    """
    if len(ends) - 1 > MOST:
        yield f"The file has {len(ends) - 1} updates behind the signed report, more than any report gets."
        return
    before = _opened(data[: ends[0]])
    for number, end in enumerate(ends[1:], 2):
        now = _opened(data[:end])
        step = _Step(before, now, number, list(now.embedded_signatures)[-1])
        yield from _whole(step)
        yield from _stamped(step) if is_stamp(step.seal) else _countersigned(step)
        before = now


def is_stamp(seal: EmbeddedPdfSignature) -> bool:
    """Whether it is a document time stamp; anything else is a signature."""
    return bool(seal.sig_object.get("/Type", "") == "/DocTimeStamp")


def store_of(reader: PdfFileReader) -> Store:
    """What the security store of the file holds; nothing where there is none."""
    if "/DSS" not in reader.root:
        return Store()
    held = reader.root["/DSS"]
    found = [
        tuple(bytes(stream.data) for stream in strict.items(held[name])) if name in held else () for name in _LISTS
    ]
    return Store(*found)


def _opened(data: bytes) -> PdfFileReader:
    return PdfFileReader(BytesIO(data), strict=True)


def _whole(step: _Step) -> Iterator[str]:
    """One revision more, the same catalog and information, and nothing taken away."""
    now, before = step.now, step.before
    if now.xrefs.total_revisions != step.number + 1 or step.seal.signed_revision != step.number:
        yield "The file has revisions that no signature closed."
    if now.root_ref.idnum != before.root_ref.idnum or _written(now.trailer.raw_get("/Info")) != _written(
        before.trailer.raw_get("/Info")
    ):
        yield f"Update {step.number - 1} exchanges the file's catalog or its information."
    if now.xrefs.refs_freed_in_revision(step.number) or "/Encrypt" in now.trailer:
        yield f"Update {step.number - 1} takes parts of the file away."
    if not set(now.root) <= set(before.root) | {"/DSS"}:
        yield f"Update {step.number - 1} adds to the file's catalog."


def _stamped(step: _Step) -> Iterator[str]:
    """A time stamp in a field of its own, and the security store."""
    name = f"update {step.number - 1}"
    held, field = step.seal.sig_object, step.seal.sig_field
    if set(held) != _STAMP or not strict.bears(held, _STAMP_VALUES):
        yield f"The time stamp of {name} is not as this program writes it."
    taken = {one.field_name for one in step.before.embedded_signatures}
    wanted = next(f"{TIME_FIELD}{number}" for number in range(1, MOST + 2) if f"{TIME_FIELD}{number}" not in taken)
    if set(field) != _STAMP_FIELD or not strict.bears(field, {**strict.WIDGET_VALUES, "/T": wanted}):
        yield f"The time stamp's field of {name} is not as this program writes it."
    if any(float(side) for side in field["/Rect"]):
        yield f"The time stamp's field of {name} draws on the page."
    fields, earlier = (_entries(one.root["/AcroForm"]["/Fields"]) for one in (step.now, step.before))
    place = strict.references(step.now.root["/AcroForm"]["/Fields"])[-1]
    if fields != [*earlier, _pointer(place)] or _written(_of(step.now, place)) != _written(field):
        yield f"The fields of {name} are not those before it and its own."
    yield from _stored(step.now, name)
    earlier_store, store = (store_of(one) for one in (step.before, step.now))
    if not all(set(getattr(earlier_store, one)) <= set(getattr(store, one)) for one in Store.__slots__):
        yield f"{name.capitalize()} takes proofs out of the security store."
    pages = strict.references(step.now.root["/Pages"]["/Kids"])
    allowed = {
        step.now.root_ref.idnum: {"/DSS", "/AcroForm"},
        **{number: {"/Annots"} for number in pages},
        **_form_numbers(step.now),
        **_store_numbers(step.now),
    }
    new = {place, _number(field.raw_get("/V")), *_store_numbers(step.now)}
    yield from _accounted(step, allowed, new, name)
    yield from _annotations(step, place, name)


def _countersigned(step: _Step) -> Iterator[str]:
    """The prepared field of the second officer gets its signature; nothing else changes."""
    name = f"update {step.number - 1}"
    held, field = step.seal.sig_object, step.seal.sig_field
    if step.seal.field_name != REVIEWER:
        yield f"The signature of {name} stands in a field that no report has."
    if set(held) - strict.SIGNATURE_TEXTS != _COUNTERSIGNED or not strict.bears(held, _COUNTERSIGNED_VALUES):
        yield f"The countersignature of {name} is not as this program writes it."
    fields, earlier = (_entries(one.root["/AcroForm"]["/Fields"]) for one in (step.now, step.before))
    if fields != earlier:
        yield f"The fields of {name} are not those before it."
    numbers = strict.references(step.now.root["/AcroForm"]["/Fields"])
    place = next((number for number in numbers if _of(step.now, number).get("/T") == REVIEWER), -1)
    allowed = {place: {"/V"}, **_form_numbers(step.now)}
    yield from _accounted(step, allowed, {_number(field.raw_get("/V"))}, name)


def _accounted(step: _Step, allowed: dict[int, set[str]], new: set[int | None], name: str) -> Iterator[str]:
    """Every object that the revision writes is one of these, and a replaced one differs in these keys alone."""
    known = {one.idnum for revision in range(step.number) for one in step.now.xrefs.explicit_refs_in_revision(revision)}
    for number in sorted(one.idnum for one in step.now.xrefs.explicit_refs_in_revision(step.number)):
        if number not in known:
            if number not in new:
                yield f"{name.capitalize()} holds an object that belongs to no time stamp and no countersignature."
            continue
        if number not in allowed:
            yield f"{name.capitalize()} replaces parts of the signed report."
            continue
        if not _differs_only(_of(step.before, number), _of(step.now, number), allowed[number]):
            yield f"{name.capitalize()} changes parts of the signed report."


def _differs_only(before: Any, now: Any, keys: set[str]) -> bool:
    if "*" in keys:
        return type(before) is type(now)
    if type(before) is not generic.DictionaryObject or type(now) is not generic.DictionaryObject:
        return False
    rest = (set(before) | set(now)) - keys
    return all(
        key in before and key in now and _written(before.raw_get(key)) == _written(now.raw_get(key)) for key in rest
    )


def _annotations(step: _Step, field: int, name: str) -> Iterator[str]:
    """The new field hangs on one page; every other page bears what it bore."""
    for before, now in zip(_pages(step.before), _pages(step.now), strict=True):
        earlier, notes = (_entries(one["/Annots"]) if "/Annots" in one else [] for one in (before, now))
        if notes not in (earlier, [*earlier, _pointer(field)]):
            yield f"{name.capitalize()} puts something on a page."


def _form_numbers(reader: PdfFileReader) -> dict[int, set[str]]:
    """The form and its list of fields, where they are objects of their own; their contents are looked at elsewhere."""
    form = reader.root.raw_get("/AcroForm")
    found: dict[int, set[str]] = {}
    if (number := _number(form)) is not None:
        found[number] = {"/Fields"}
    if (number := _number(reader.root["/AcroForm"].raw_get("/Fields"))) is not None:
        found[number] = {"*"}
    return found


def _store_numbers(reader: PdfFileReader) -> dict[int, set[str]]:
    """The numbers of the security store's objects; `_stored` looks at their contents."""
    if "/DSS" not in reader.root:
        return {}
    held = reader.root["/DSS"]
    numbers = {_number(reader.root.raw_get("/DSS"))}
    for key in _LISTS:
        if key in held:
            numbers |= {_number(held.raw_get(key)), *strict.references(held[key])}
    return {number: {"*"} for number in numbers if number is not None}


def _stored(reader: PdfFileReader, name: str) -> Iterator[str]:
    """The security store holds three lists of plain streams, each thing once, and no more."""
    if "/DSS" not in reader.root:
        return
    held = reader.root["/DSS"]
    streams = [stream for key in _LISTS if key in held for stream in strict.items(held[key])]
    plain = all(isinstance(one, generic.StreamObject) and set(one) == _STREAM for one in streams)
    if set(held) - _STORE or not plain or len(streams) > MOST_STORED:
        yield f"The security store of {name} is not as this program writes it."


def _pages(reader: PdfFileReader) -> list[Any]:
    return strict.items(reader.root["/Pages"]["/Kids"])


def _of(reader: PdfFileReader, number: int) -> Any:
    return reader.get_object(generic.Reference(number, 0, reader))  # type: ignore[no-untyped-call]


def _entries(array: Any) -> list[bytes]:
    """What stands in an array, as it is written there: what is no reference counts as well."""
    return [_written(array.raw_get(index)) for index in range(len(array))]


def _pointer(number: int) -> bytes:
    return b"%d 0 R" % number


def _number(value: Any) -> int | None:
    return int(value.idnum) if isinstance(value, generic.IndirectObject) else None


def _written(value: Any) -> bytes:
    """An object's own bytes, as a writer would write them: references by number, all else by content."""
    out = BytesIO()
    value.write_to_stream(out, None, container_ref=None)
    return out.getvalue()
