"""What the words of a declaration say the goods are, in many languages; pure text work that knows no card.

"Cooler for a graphics card" is a cooler, "graphics card with cooler" is a card, "toys and graphics cards" names both:
so what a word stands beside is read too. Nothing is guessed: a text without a known word is unknown, and no accusation.
Bounded: so many characters are read, and a longer text says that it was cut.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from gpu_inspector.records import goods_vocabulary as vocabulary

LONGEST = 4000
"""Characters of a description that are read: a page of text."""
_TOLD = 4
"""Words of each kind that are told of, the first ones."""


class Kind(StrEnum):
    """What a word says of the goods; of several in one text the first of this order tells best what a card is."""

    CARD = "card"
    BROAD = "broad"
    MACHINE = "machine"
    VAGUE = "vague"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Goods:
    """A description, read."""

    kind: Kind
    words: tuple[str, ...] = ()
    """Those that made the kind, folded: without accents, in lower case."""
    beside: tuple[str, ...] = ()
    """Plainly other goods that are named as well."""
    models: tuple[str, ...] = ()
    """Graphics products that are named as the goods themselves, folded: "rtx 4090 d"."""
    cards_fitted: tuple[str, ...] = ()
    """A card that is named only as what the goods are for, belong to, or lack."""
    gaming_line: bool = False
    """GeForce, the line of gaming cards, is named as the goods."""
    foreign: str = ""
    """Another maker's line of graphics products that is named while none of NVIDIA's is."""
    cut: bool = False
    """The text goes on after what was read."""


_WORDS = {
    Kind.CARD: vocabulary.CARD,
    Kind.BROAD: vocabulary.BROAD,
    Kind.MACHINE: vocabulary.MACHINE,
    Kind.VAGUE: vocabulary.VAGUE,
    Kind.OTHER: f"{vocabulary.OTHER}, {vocabulary.FITTING}",
}
_SEPARATOR = r"[\s\-_./’']{0,3}"
_ARTICLE = r"(?:\s+(?:the|a|an|die|den|das|der|eine|la|le|les|l|una|un|el|las|los|i))?[\s'’]+"
_MODEL = (
    r"(?<![^\W_])(?:nvidia[\s-]*)?(?:"
    r"(?:(?:geforce|quadro|tesla|grid|nvs|rtx|gtx|gts|gt|mx|cmp|titan)[\s-]*){1,3}(?:pro[\s-]*)?"
    r"(?:[a-z]{1,2}[\s-]?)?\d{2,4}[a-z]{0,3}"
    r"|(?<=nvidia )[a-z]{1,2}\d{1,4}[a-z]?|(?<=tesla )[a-z]\d{1,3}[a-z]?|titan[\s-]+(?:rtx|xp|x|v|z)"
    r"|[ahv]100s?|[ah]800|h20|h200|b[123]00|b30a|gb[23]00|gh200|l40s?|p10[0246]-\d{3})(?![^\W_])"
)
"""A product named as such: with its line, with NVIDIA's name, or by a number that only accelerators bear."""
_SUFFIX = (
    r"(?:[\s-]*(?<![^\W_])(?:ti|super|tis|s|max-?q|laptop|mobile|notebook|gpu|d|v2|ada|generation|nvl|pcie|sxm\d?"
    r"|blackwell|server|workstation|edition|design|with|sff|\d{1,3}\s?g(?:i?b)?|hbm\d?e?|dgxs|fhhl|lhr)(?![^\W_])){0,8}"
)
_FOREIGN = (
    r"(?<![^\W_])(?:radeon|firepro|firegl|instinct|rx[\s-]?\d{3,4}|mi\d{2,3}x?|intel\s+arc|arc\s+[ab]\d{3}"
    r"|gaudi)(?![^\W_])"
)
_SERIES = r"[\s-]*(?:series|serie[ns]?\b|系列|сери|シリーズ|시리즈)"
"""After a number: "RTX 30 series" is no product."""
_FOR_IT = r"[\s-]*(?:compatible|kompatib|совместим|用|适用|適用)"
"""After a card: "H100 compatible heatsink", what the goods are for."""
_BLANK = r"[\s-]"
_WORD = 42
"""Characters before a word in which the one before it is looked for."""
_LAST_WORD = r"([^\W\d_]{1,40})[\s-]?$"
_FIRST_WORD = r"[\s-]?([^\W\d_]{1,40})"
_GAMING = r"geforce|gtx"
_OURS = r"(?<![^\W_])(?:nvidia|geforce|quadro|tesla|rtx|gtx|英伟达)"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when it is first asked for: no start of the program waits for words that nobody declared."""
    return re.compile(pattern)


def fold(text: str) -> str:
    """The form in which words are compared: accents, case and width gone, blanks made one."""
    apart = unicodedata.normalize("NFKD", text[:LONGEST])
    bare = "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")
    whole = unicodedata.normalize("NFKC", bare.casefold())
    return " ".join("".join(sign if sign.isprintable() else " " for sign in whole).split())


def read(text: str) -> Goods:
    """What the words say the goods are. Any text gives an answer."""
    said = fold(text)
    cut = len(text) > LONGEST
    spans = _read_together(said, _spans(said))
    kept = [span for span in spans if not span.dropped]
    found = {kind: tuple(said[one.start : one.end] for one in kept if one.kind is kind) for kind in Kind}
    kind = next((kind for kind in Kind if found[kind]), Kind.UNKNOWN)
    fitted = tuple(said[one.start : one.end] for one in spans if one.dropped and one.kind is Kind.CARD)
    if kind is Kind.VAGUE and fitted:
        kind, found[Kind.BROAD] = Kind.BROAD, found[Kind.VAGUE]
    foreign = _compiled(_FOREIGN).search(said) if not _compiled(_OURS).search(said) else None
    return Goods(
        kind=kind,
        words=tuple(dict.fromkeys(found[kind]))[:_TOLD],
        beside=() if kind is Kind.OTHER else tuple(dict.fromkeys(found[Kind.OTHER]))[:_TOLD],
        models=tuple(dict.fromkeys(said[one.start : one.end] for one in kept if one.model)),
        cards_fitted=fitted[:_TOLD],
        gaming_line=any(_compiled(_GAMING).search(one) for one in found[Kind.CARD]),
        foreign=foreign[0] if foreign is not None else "",
        cut=cut,
    )


@dataclass(slots=True)
class _Span:
    start: int
    end: int
    kind: Kind
    model: bool = False
    fitting: bool = False
    dropped: bool = False


def _spans(said: str) -> list[_Span]:
    """The known words, in their order; of words that overlap the longest."""
    found = [
        _Span(hit.start(), hit.end(), kind) for kind in _WORDS for hit in _pattern(_WORDS[kind], said).finditer(said)
    ]
    for hit in _compiled(_MODEL).finditer(said):
        suffix = _compiled(_SUFFIX).match(said, hit.end())
        end = suffix.end() if suffix is not None else hit.end()
        found.append(_Span(hit.start(), end, Kind.CARD, model=_compiled(_SERIES).match(said, hit.end()) is None))
    kept: list[_Span] = []
    taken = bytearray(len(said))
    for one in sorted(found, key=lambda span: (span.start - span.end, span.start)):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    for one in kept:
        fitting = _pattern(vocabulary.FITTING, said) if one.kind is Kind.OTHER else None
        one.fitting = fitting is not None and fitting.fullmatch(said[one.start : one.end]) is not None
    return sorted(kept, key=lambda span: span.start)


def _read_together(said: str, spans: list[_Span]) -> list[_Span]:
    """What stands beside a word: "GPU cooler", "parts for motors", "without graphics card"."""
    for at, one in enumerate(spans):
        before = spans[at - 1] if at else None
        gap = said[before.end if before is not None else 0 : one.start]
        if before is not None and _joined(gap):
            _modify(before, one)
        if one.kind is Kind.CARD and _compiled(_FOR_IT).match(said, one.end):
            one.dropped = True
        if _ends_with(gap, _absence()):
            one.dropped = True
        elif _ends_with(gap, _purpose()) or (before is not None and _is_of(gap) and before.kind is Kind.VAGUE):
            if before is not None and one.kind is Kind.OTHER and before.kind is Kind.VAGUE and not one.fitting:
                before.kind = Kind.OTHER
            # "Parts of machines of heading 8471" are the tariff's words for a card.
            one.dropped = one.kind is not Kind.OTHER and not (one.kind is Kind.BROAD and _is_of(gap))
    for one in spans:
        one.dropped = one.dropped or (one.kind is Kind.VAGUE and _has_a_word_of_its_own(said, one, spans))
    return spans


def _has_a_word_of_its_own(said: str, one: _Span, spans: list[_Span]) -> bool:
    """Whether an unknown word stands at a vague one of a single word: "Hopper module" may name the goods exactly."""
    if _compiled(_BLANK).search(said[one.start : one.end]):
        return False
    before = _compiled(_LAST_WORD).search(said, max(0, one.start - _WORD), one.start)
    after = _compiled(_FIRST_WORD).match(said, one.end)
    beside = [
        (found.start(1), found[1]) for found in (before, after) if found is not None and found[1] not in _neutral()
    ]
    return any(not any(span.start <= place < span.end for span in spans) for place, _ in beside)


def _modify(before: _Span, one: _Span) -> None:
    """The first of two words that stand together says of what kind the second is: "toy parts", "server fan"."""
    if before.kind is Kind.OTHER and one.kind is Kind.VAGUE:
        one.kind = Kind.OTHER
        return
    of_machine = before.kind is Kind.MACHINE and one.kind is not Kind.MACHINE
    before.dropped = before.dropped or of_machine or (before.kind is Kind.CARD and one.fitting)


def _joined(gap: str) -> bool:
    return gap in ("", " ", "-")


def _ends_with(gap: str, words: re.Pattern[str]) -> bool:
    """Whether the text before a word ends with one of the words, an article between them or not."""
    return words.search(gap) is not None


def _is_of(gap: str) -> bool:
    return gap.strip() in ("of", "of the", "von", "fur", "de", "di", "d", "des", "da", "do")


def _pattern(phrases: str, said: str) -> re.Pattern[str]:
    """The phrases of a list as one pattern, without those that have a word that the text does not have.

    All of them at once are some 900 expressions, and a third of a second to compile.
    """
    return _any_of(tuple(phrase for phrase, parts in _taken_apart(phrases) if all(part in said for part in parts)))


@lru_cache(maxsize=64)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_expression, phrases)) or r"(?!)")


@cache
def _taken_apart(phrases: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each phrase of a list, the longest first, with the letters that stand wherever it is found."""
    return tuple((one, tuple(word.rstrip("*+") for word in one.split(" "))) for one in _folded(phrases))


@cache
def _neutral() -> frozenset[str]:
    return frozenset(fold(word) for word in vocabulary.NEUTRAL.split(","))


@cache
def _purpose() -> re.Pattern[str]:
    return re.compile(f"(?:{_alternatives(vocabulary.PURPOSE)}){_ARTICLE}$|[给為为用]$")


@cache
def _absence() -> re.Pattern[str]:
    return re.compile(f"(?:{_alternatives(vocabulary.ABSENCE)})(?:{_ARTICLE})?$")


def _alternatives(phrases: str) -> str:
    """The phrases of a list as one pattern, the longest first."""
    return "|".join(map(_expression, _folded(phrases)))


def _folded(phrases: str) -> list[str]:
    return sorted({fold(one) for one in phrases.split(",")} - {""}, key=lambda one: (-len(one), one))


def _expression(phrase: str) -> str:
    joined = _SEPARATOR.join(_word(word) for word in phrase.split(" "))
    # Scripts that write no blanks have no edges of words either.
    return joined if _unspaced(phrase) else rf"(?<![^\W_]){joined}(?![^\W_])"


def _word(word: str) -> str:
    if word.endswith("*"):
        return re.escape(word[:-1]) + r"[^\W\d_]{0,20}"
    return re.escape(word[:-1]) + "(?:s|es)?" if word.endswith("+") else re.escape(word)


def _unspaced(phrase: str) -> bool:
    return any("\u0e00" <= sign <= "\u0e7f" or "\u3040" <= sign <= "\ud7ff" for sign in phrase)
