"""The bar codes of a case's photographs: which are sure, which the inspector said yes to, and what each may be.

A photograph carries its codes as texts, "Code 128: 0325219012345", as every record of this program ever did, and beside
them why each may be believed. What a photograph of anything but the label shows, an exhibit's tag or the slot with its
neighbours, are no codes of the label, and are never held against the card. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain, repeat

from gpu_inspector.language import N_
from gpu_inspector.records.appearance import NO_LABEL, Appearance, LabelCode, Sure
from gpu_inspector.records.declaration import Photograph
from gpu_inspector.records.label_words import nvidia_part, nvidia_serial, pieces

TYPED = "typed"
"""The kind of a code that no reader read: a hand scanner's word, or typed off."""
MOST = 64
"""Codes of one label that are kept; a label has four, a box a dozen."""
_BELIEF = {Sure.NOT: 0, Sure.OFFICER: 1, Sure.CHECKSUM: 2}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a code, or one of several numbers in it, may be. A proposal: nothing is taken for it unasked."""

    code: LabelCode
    text: str
    """The number: the code's text, or the part of it."""
    field: str
    """"serial", "part_number" or "article": the number of trade, which is neither."""
    why: str
    """In words."""


SERIAL_LIKE = N_("13 digits, the form of NVIDIA's own serial numbers")
PART_LIKE = N_("the form of NVIDIA's part numbers")
ARTICLE_LIKE = N_("an article number of trade: neither serial nor part number")


def spoken(code: LabelCode) -> str:
    """As a photograph carries it: "Code 128: 0325219012345"."""
    return f"{code.kind}: {code.text}"


def codes_on(photograph: Photograph) -> tuple[LabelCode, ...]:
    """The codes of one photograph. One that nobody vouches for, as in records of before, is not sure."""
    sure = chain(photograph.codes_sure, repeat(Sure.NOT))
    return tuple(
        LabelCode(kind=kind, text=text, sure=one, photograph=photograph.sha256)
        for (kind, _between, text), one in zip((code.partition(": ") for code in photograph.codes), sure, strict=False)
    )


def codes_of(photographs: Iterable[Photograph], also: Iterable[str] = ()) -> tuple[LabelCode, ...]:
    """The codes of the label: of the photographs that show it, and of those whose SHA-256 stands in `also`.

    Each once, the surest reading of it. A photograph of an exhibit's tag or of the slot tells nothing of the label.
    """
    named = frozenset(also)
    return _once(code for one in photographs if one.shows == "label" or one.sha256 in named for code in codes_on(one))


def confirm(codes: Iterable[LabelCode], texts: Iterable[str]) -> tuple[LabelCode, ...]:
    """The codes after the inspector held these texts against the label and said yes.

    A code that was sure stays as sure as it was. A text that no code says was typed off, or scanned by hand: it is
    added, of the kind "typed". Blanks around a text do not count; "" is nobody's word.
    """
    said = tuple(dict.fromkeys(text for one in texts if (text := one.strip())))
    kept = tuple(
        replace(code, sure=Sure.OFFICER) if not code.sure and code.text.strip() in said else code for code in codes
    )
    there = {code.text.strip() for code in kept}
    typed = (LabelCode(kind=TYPED, text=text, sure=Sure.OFFICER) for text in said if text not in there)
    return (*kept, *typed)


def confirmed(photograph: Photograph, code: LabelCode, yes: bool) -> Photograph:
    """The photograph after the inspector's yes to this code of it, or after that yes was taken back."""
    after = Sure.OFFICER if yes else Sure.NOT
    sure = tuple(
        after if (one.kind, one.text) == (code.kind, code.text) and one.sure != Sure.CHECKSUM else one.sure
        for one in codes_on(photograph)
    )
    return replace(photograph, codes_sure=sure)


def confirmed_in(photographs: Iterable[Photograph], texts: Iterable[str]) -> tuple[Photograph, ...]:
    """The photographs after the inspector said yes to these texts, wherever one of them was read."""
    said = frozenset(text.strip() for text in texts)
    found = []
    for photograph in photographs:
        for code in codes_on(photograph):
            if not code.sure and code.text.strip() in said:
                photograph = confirmed(photograph, code, True)
        found.append(photograph)
    return tuple(found)


def with_codes(appearance: Appearance | None, photographs: Iterable[Photograph]) -> Appearance | None:
    """What was seen, with the codes of the label's photographs in its label; None where there is neither.

    Codes that stand there already, typed or confirmed, stay; done twice it does no more than done once.
    """
    label = NO_LABEL if appearance is None else appearance.label
    codes = _once((*label.codes, *codes_of(photographs, label.photographs)))
    if not codes:
        return appearance
    return replace(appearance or Appearance(), label=replace(label, codes=codes))


def suggestions(codes: Iterable[LabelCode]) -> tuple[Suggestion, ...]:
    """What these codes may be, those that are sure first; a code of which nothing is known has no line.

    Only forms that are known for certain are named: NVIDIA's serial and part number, and articles of trade. A partner's
    own serial has a form of its own that no published rule gives: the inspector says which code it is.
    """
    found = [one for code in codes for one in _may_be(code)]
    return tuple(sorted(found, key=lambda one: not one.code.sure))


def _may_be(code: LabelCode) -> Iterable[Suggestion]:
    if code.kind.startswith(("EAN", "UPC")):
        yield Suggestion(code, code.text, "article", ARTICLE_LIKE)
        return
    for text in pieces(code.text):
        if nvidia_serial(text) == text:
            yield Suggestion(code, text, "serial", SERIAL_LIKE)
        elif nvidia_part(text):
            yield Suggestion(code, text, "part_number", PART_LIKE)


def _once(codes: Iterable[LabelCode]) -> tuple[LabelCode, ...]:
    found: dict[tuple[str, str], LabelCode] = {}
    for code in codes:
        before = found.get((code.kind, code.text))
        if before is None or _BELIEF[code.sure] > _BELIEF[before.sure]:
            found[code.kind, code.text] = code
    return tuple(found.values())[:MOST]
